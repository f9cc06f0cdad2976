//! ZooKeeper's election and activation.

use crate::cluster::{beliefs, leaders, of, reigns};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn rough(seed: u64) -> Box<dyn Run> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = move |n: u64| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 11) % n
    };
    let nodes = 3 + below(3);
    let mut script = Vec::new();
    let mut t = 0;
    let ms = |t: u64, what: Value| json!({"at_ms": t, "do": what});
    let mut drifts = vec![];
    while t < 12_000 {
        t += below(900);
        let (a, b) = (below(nodes), below(nodes));
        script.push(ms(t, match below(11) {
            0 | 1 => json!({"crash": a}),
            2 | 3 => json!({"restart": a}),
            4 => json!({"pause": a}),
            5 => json!({"resume": a}),
            6 if a != b => json!({"cut": {"from": a, "to": b}}),
            7 => {
                let cut = 1 + below(nodes - 1);
                json!({"partition": [(0..cut).collect::<Vec<_>>(), (cut..nodes).collect::<Vec<_>>()]})
            }
            8 => json!("heal"),
            9 if a != b => json!({"link": {"from": a, "to": b, "delay_ms": below(500)}}),
            10 => json!({"campaign": a}),
            _ => continue,
        }));
    }
    if below(2) == 0 {
        drifts.push(json!({"node": below(nodes), "drift_ppm": 300_000}));
    }
    script.push(ms(12_900, json!("heal")));
    for node in 0..nodes {
        script.push(ms(12_900, json!({"restart": node})));
        script.push(ms(12_900, json!({"resume": node})));
    }
    let logs: Vec<Value> =
        (0..nodes).map(|_| json!({"term": below(3), "index": below(3)})).collect();
    let logs = if below(3) == 0 { vec![] } else { logs };
    if below(2) == 0 { for a in 0..nodes { for b in 0..nodes { if a != b { script.insert(0, json!({"at_ms": 0, "do": {"link": {"from": a, "to": b, "loss_permille": 100}}})); } } } }
    of(
        "zab",
        json!({
            "protocol": {"zab": {"tick_ms": 200, "init_limit": 5, "sync_limit": 3, "resend_max_ms": 2000, "logs": logs}},
            "cluster": {"nodes": nodes, "seed": seed, "clocks": drifts,
                "network": {"latency": {"spiky": {"min_ms": 5, "max_ms": 40, "slow_permille": 50, "slow_max_ms": 400}},
                "duplicate_permille": 50, "reorder_permille": below(2) * 200, "loss_permille": 0}},
            "script": script,
            "until_ms": 60_000,
        }),
    )
}

#[test]
fn rough_weather() {
    let mut worst = 0;
    let n: u64 = std::env::var("SEEDS").map_or(100, |s| s.parse().unwrap());
    let mut settled_late = 0;
    for seed in 1..=n {
        let mut run = rough(seed);
        run.seek(run.end());
        assert_eq!(run.violations(), [], "seed {seed}");
        let b = beliefs(&*run);
        let ok = leaders(&*run).len() == 1 && b.iter().all(|x| *x == b[0] && x.is_some());
        if !ok {
            println!("seed {seed}: {:?} {:?}", leaders(&*run), b);
            settled_late += 1;
        }
        let last = run.entries().filter(|e| matches!(e.kind, election_engine::trace::EventKind::Believe|election_engine::trace::EventKind::Lead)).last().map_or(0, |x| x.time.as_ms());
        worst = worst.max(last);
    }
    println!("worst last reign {worst}, unsettled {settled_late}");
}
