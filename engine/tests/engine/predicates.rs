//! What captions may claim: each kind of claim is true where it should be and false elsewhere.

use crate::cluster::{at, bully_script};
use election_engine::predicate::Predicate;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn claims_hold_exactly_when_they_are_true() {
    let mut run = bully_script(
        9_000,
        json!([{"at_ms": 1500, "do": {"pause": 4}}, {"at_ms": 2000, "do": {"crash": 0}}, {"at_ms": 7500, "do": {"resume": 4}}]),
    );
    let lead = json!({"kind": "lead", "node": 3, "number": 2, "rule": "bully/win"});
    // A claim, when it is true, and when it is not.
    let claims: &[(Value, u64, u64)] = &[
        (json!({ "leader": { "node": 3 } }), 6000, 1000),
        (json!({ "believes": { "node": 1, "leader": 3 } }), 6000, 1000),
        (json!({ "token": { "node": 1, "token": 2 } }), 6000, 1000),
        (json!({ "running": { "node": 4 } }), 1000, 6000),
        (json!({ "paused": { "node": 4 } }), 6000, 8000),
        (json!({ "crashed": { "node": 0 } }), 6000, 1000),
        (json!({ "leaders": { "count": 2 } }), 6000, 1000),
        (json!({ "in-flight": { "message": "OK", "to": 1 } }), 4325, 4305),
        (json!({ "in-flight": { "message": "OK", "from": 3 } }), 4325, 4305),
        (json!({ "store-highest": { "token": 2 } }), 6000, 1000),
        (json!({ "store-refused": { "count": 1 } }), 8000, 7000),
        (json!({ "seen": { "event": lead } }), 6000, 4000),
        (json!({ "unseen": { "event": lead } }), 4000, 6000),
        (
            json!({ "all": { "of": [{ "paused": { "node": 4 } }, { "crashed": { "node": 0 } }] } }),
            3000,
            1700,
        ),
        (
            json!({ "any": { "of": [{ "paused": { "node": 4 } }, { "crashed": { "node": 0 } }] } }),
            1700,
            1000,
        ),
        (json!({ "not": { "of": { "leader": { "node": 3 } } } }), 1000, 6000),
    ];
    for (claim, yes, no) in claims {
        let predicate: Predicate = serde_json::from_value(claim.clone()).expect("a predicate");
        at(&mut *run, *yes);
        assert!(predicate.holds(&*run), "{claim} at {yes} ms");
        at(&mut *run, *no);
        assert!(!predicate.holds(&*run), "{claim} at {no} ms");
    }
}
