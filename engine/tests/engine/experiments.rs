//! Experiments: that they measure what is known, that their points can be replayed, and that a
//! batch may be cut anywhere.

use election_engine::experiments::{ALL, Cell, Plan, Replay, Results, Runner};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::trace::EventKind;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn run(slug: &str, trials: u64) -> Results {
    part(&Plan::new(slug).unwrap(), 0, trials)
}

fn part(plan: &Plan, from: u64, to: u64) -> Results {
    let mut runner = Runner::new(plan.clone(), from..to);
    while runner.advance(7) {}
    let (runs, all) = runner.progress();
    assert_eq!(runs, all);
    runner.into_results()
}

fn fact(results: &Results, name: &str) -> String {
    let facts = results.facts();
    let found = facts.iter().find(|(fact, _)| *fact == name);
    found.unwrap_or_else(|| panic!("{name} in {facts:?}")).1.clone()
}

#[test]
fn parts_merged_in_any_order_are_the_whole_byte_for_byte() {
    let plan = Plan::new("failover").unwrap();
    let whole = part(&plan, 0, 9);
    let parts = [part(&plan, 5, 9), part(&plan, 0, 2), part(&plan, 2, 5)];
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut merged = plan.results();
        for index in order {
            let read = Results::parse(&parts[index].to_json()).unwrap();
            merged.merge(&read).unwrap();
        }
        assert_eq!(merged.to_json(), whole.to_json());
        assert_eq!(merged.picture(), whole.picture());
        assert_eq!(merged.table().csv(), whole.table().csv());
    }
}
