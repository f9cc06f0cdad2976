//! Every rule that can be switched off is missed: the swarm finds a broken promise without it,
//! and none at the same seed with it.
//!
//! `cargo test -p election-engine every_rule_is_missed -- --nocapture` prints the table.

use election_engine::protocols::registry::{self, Info, ProtocolConfig, Switch};
use election_engine::swarm::{Failure, Swarm};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// How many seeds are tried for a rule.
const SEEDS: u64 = 300;

/// Rules that are seldom missed, and the seed from which they are looked for.
const SELDOM: &[(&str, &str, u64)] =
    &[("raft", "term-first", 400), ("raft", "current-votes", 200), ("zab", "refuse-older", 1400)];

/// Rules without which no promise is broken that holds in all weathers, but one that holds in
/// fair weather or a count. Directed tests miss them.
const DIRECTED: &[(&str, &str, &str)] = &[
    ("chang-roberts", "keeps-minimum", "chang_roberts::every_rule_that_is_switched_off_is_noticed"),
    ("ring-list", "crowns-itself", "ring_list::every_rule_that_is_switched_off_is_noticed"),
    ("ring-list", "keeps-orphans", "ring_list::every_rule_that_is_switched_off_is_noticed"),
    ("raft", "give-way", RAFT_GIVE_WAY),
    ("paxos", "promise-not-on-disk", "paxos::every_rule_that_is_switched_off_is_noticed"),
    ("etcd", "client-clock", "etcd::every_rule_that_is_switched_off_is_noticed"),
    ("etcd", "assumes-the-lead", "etcd::every_rule_that_is_switched_off_is_noticed"),
    ("etcd", "herd", "etcd::every_rule_that_is_switched_off_is_noticed"),
    ("etcd", "never-gives-up", "etcd::every_rule_that_is_switched_off_is_noticed"),
    ("kubernetes", "trusts-timestamps", "kubernetes::every_rule_that_is_switched_off_is_noticed"),
    ("kubernetes", "releases-blindly", "kubernetes::every_rule_that_is_switched_off_is_noticed"),
    ("kubernetes", "never-gives-up", "kubernetes::every_rule_that_is_switched_off_is_noticed"),
    ("zab", "leaders-word", "zab_faults::every_rule_that_is_switched_off_is_noticed"),
    ("zookeeper-lock", "leads-while-disconnected", ZOOKEEPER_LOCK),
    ("zookeeper-lock", "expiry-by-client-clock", ZOOKEEPER_LOCK),
    ("database-lock", "release-without-owner-check", DATABASE_LOCK),
    ("database-lock", "leads-past-its-deadline", DATABASE_LOCK),
    ("database-lock", "expiry-ignored", DATABASE_LOCK),
    ("hdfs", "activates-unfenced", HDFS),
    ("hdfs", "breadcrumb-not-written", HDFS),
    ("hdfs", "failure-is-success", HDFS),
    ("mongodb", "no-dry-run", MONGODB),
    ("mongodb", "priority-decides-votes", MONGODB),
    ("mongodb", "arbiter-votes-for-all", MONGODB),
    ("mongodb", "priority-zero-stands", MONGODB),
    ("mongodb", "no-catch-up", MONGODB),
    ("mongodb", "leads-without-majority", MONGODB),
    ("sentinel", "quorum-is-enough", SENTINEL),
    ("sentinel", "offset-ignored", SENTINEL),
    ("sentinel", "no-tilt", SENTINEL),
    ("kafka-controller", "version-not-checked", KAFKA_CONTROLLER),
    ("kraft", "check-quorum", "kraft::a_leader_that_never_resigns_is_noticed"),
    ("redlock", "majority-of-reachable", REDLOCK),
    ("redlock", "validity-ignored", REDLOCK),
    ("redlock", "restart-without-delay", REDLOCK),
    ("single-node", "round-not-raised", SINGLE_NODE),
    ("single-node", "refusal-ignored", SINGLE_NODE),
    ("cassandra", "half-is-enough", "cassandra::every_rule_that_is_switched_off_is_noticed"),
];

const RAFT_GIVE_WAY: &str =
    "raft_faults::a_candidate_that_does_not_give_way_is_caught_by_the_reign_it_ends";
const KAFKA_CONTROLLER: &str =
    "kafka_controller::who_has_read_before_a_short_reign_is_refused_for_the_version_of_the_epoch";
const ZOOKEEPER_LOCK: &str = "zookeeper_lock::every_rule_that_is_switched_off_is_noticed";
const DATABASE_LOCK: &str = "database_lock::every_rule_that_is_switched_off_is_noticed";
const HDFS: &str = "hdfs::every_rule_that_is_switched_off_is_noticed";
const MONGODB: &str = "mongodb::every_rule_that_is_switched_off_is_noticed";
const REDLOCK: &str = "redlock::every_rule_that_is_switched_off_is_noticed";
const SINGLE_NODE: &str = "single_node::every_rule_that_is_switched_off_is_noticed";
const SENTINEL: &str = "sentinel::every_rule_that_is_switched_off_is_noticed";

fn swarm(info: &Info, broken: Option<&Switch>) -> Swarm {
    let mut protocol = ProtocolConfig::named(info.name).expect("a name of the registry");
    if let Some(switch) = broken {
        assert!(protocol.switch_off(switch.name), "{} has no rule {}", info.name, switch.name);
    }
    Swarm::new(protocol)
}

/// The first seed at which a rule is missed, and the promise that is then broken.
fn missed(info: &Info, switch: &Switch) -> Option<(u64, Failure)> {
    let rule = (info.name, switch.name);
    let from = SELDOM.iter().find(|entry| (entry.0, entry.1) == rule).map_or(1, |entry| entry.2);
    let mut mutant = swarm(info, Some(switch));
    (from..from + SEEDS).find_map(|seed| Some((seed, mutant.run(seed).failure?.0)))
}

#[test]
fn the_directed_tests_are_there() {
    for (row, rule, test) in DIRECTED {
        let (module, name) = test.split_once("::").expect("a module and a test");
        let file = format!("{}/tests/engine/{module}.rs", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).expect(&file);
        assert!(text.contains(&format!("fn {name}(")), "{row}, {rule}: no {test}");
    }
}

#[test]
fn every_rule_is_missed_by_the_swarm_or_by_a_directed_test() {
    let mut by_nobody = Vec::new();
    for info in registry::ALL {
        let mut sound = swarm(info, None);
        for switch in info.switches {
            let (row, rule) = (info.name, switch.name);
            let directed = DIRECTED.iter().find(|entry| (entry.0, entry.1) == (row, rule));
            if let Some((.., test)) = directed {
                println!("{row:<14} {rule:<24} test {test}");
            } else if let Some((seed, failure)) = missed(info, switch) {
                println!("{row:<14} {rule:<24} seed {seed}: {failure}");
                assert_eq!(sound.run(seed).failure, None, "{row} as it is, seed {seed}");
            } else {
                by_nobody.push((row, rule));
            }
        }
    }
    assert!(by_nobody.is_empty(), "nobody misses {by_nobody:?}");
}
