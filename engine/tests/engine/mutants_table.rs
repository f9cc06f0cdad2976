//! Every rule that can be switched off is missed: the swarm finds a broken promise without it,
//! and none at the same seeds with it.
//!
//! `cargo test -p election-engine every_rule -- --nocapture` prints the table.

use election_engine::protocols::registry::{self, Info, ProtocolConfig, Switch};
use election_engine::swarm::Swarm;
use std::ops::Range;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The seeds that a rule is looked for with.
const SEEDS: Range<u64> = 1..3001;

/// Rules that only a directed scenario misses, with the test that has it.
const DIRECTED: &[(&str, &str, &str)] = &[];

fn swarm(info: &Info, broken: Option<&Switch>) -> Swarm {
    let mut protocol = ProtocolConfig::named(info.name).expect("a name of the registry");
    if let Some(switch) = broken {
        assert!(protocol.switch_off(switch.name), "{} has no rule {}", info.name, switch.name);
    }
    Swarm::new(protocol)
}

#[test]
fn every_rule_is_missed_by_the_swarm_or_by_a_directed_scenario() {
    let mut uncaught = Vec::new();
    for info in registry::ALL {
        let mut sound = swarm(info, None);
        for switch in info.switches {
            let (row, rule) = (info.name, switch.name);
            let mut mutant = swarm(info, Some(switch));
            let found = SEEDS.clone().find_map(|seed| Some((seed, mutant.run(seed).failure?.0)));
            let directed = DIRECTED.iter().find(|entry| (entry.0, entry.1) == (row, rule));
            match (found, directed) {
                (Some((seed, failure)), None) => {
                    println!("{row:<14} {rule:<32} seed {seed:>4}: {failure}");
                    assert_eq!(sound.run(seed).failure, None, "{row} as it is, seed {seed}");
                }
                (None, Some((.., test))) => println!("{row:<14} {rule:<32} {test}"),
                (Some(_), Some(_)) => panic!("{row} {rule} needs no directed scenario any more"),
                (None, None) => uncaught.push((row, rule)),
            }
        }
    }
    assert!(uncaught.is_empty(), "nobody misses {uncaught:?}");
}
