//! Moving through time must not change what happens: whatever way a run came to an instant,
//! it is the run that plays its script from the start.

use crate::cluster::{act, action, at, bully, of};
use election_engine::action::Action;
use election_engine::ids::{MessageId, NodeId};
use election_engine::protocols::registry;
use election_engine::rng::{Rng, Stream};
use election_engine::run::Run;
use election_engine::time::SimTime;
use election_engine::trace::RecordId;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SEEDS: u64 = 40;
const END_MS: u64 = 20_000;

struct Hand(Rng);

impl Hand {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn instant(&mut self) -> SimTime {
        SimTime(self.below(END_MS * 1000))
    }

    /// Anything that can be done to five nodes and their store.
    fn action(&mut self, run: &dyn Run) -> Action {
        let member = self.below(6);
        let node = self.below(5);
        let other = (member + 1 + self.below(5)) % 6;
        let flights = run.snapshot().flights;
        let message = match flights.len() as u64 {
            0 => MessageId(1),
            count => flights[self.below(count) as usize].id,
        };
        let way = json!({"from": member, "to": other});
        action(match self.below(18) {
            0 => json!({"crash": member}),
            1 => json!({"restart": member}),
            2 => json!({"restart-without-disk": member}),
            3 | 4 => json!({"pause": member}),
            5 => json!({"resume": member}),
            6 => json!({"cut": way}),
            7 => json!({"mend": way}),
            8 if node == 2 => json!({"partition": [[0, 1, 2], [3, 4, 5]]}),
            8 => json!({"partition": [[0, 1], [2, 3]]}),
            9 => json!("heal"),
            10 => {
                json!({"link": {"from": member, "to": other, "delay_ms": self.below(900), "loss_permille": self.below(500)}})
            }
            11 => {
                json!({"clock": {"node": member, "skew_ms": self.below(1000) as i64 - 500, "drift_ppm": self.below(1_000_000) as i64 - 500_000}})
            }
            12 => {
                let check = ["highest", "equal", "off"][self.below(3) as usize];
                json!({"store-check": check})
            }
            13 => json!({"campaign": node}),
            14 => json!({"drop": message}),
            15 => json!({"deliver": message}),
            16 => json!({"duplicate": message}),
            _ => json!({"delay": {"message": message, "by_ms": self.below(3000)}}),
        })
    }
}

/// A lively run that somebody has played with, and the hand that did.
fn played(seed: u64) -> (Box<dyn Run>, Hand) {
    let mut run = bully(json!({
        "protocol": {"bully": {"heartbeat_ms": 200, "expect_ms": 230, "answer_ms": 100, "coordinator_ms": 400}},
        "cluster": {"seed": seed, "network": {
            "latency": {"spiky": {"min_ms": 5, "max_ms": 20, "slow_permille": 50, "slow_max_ms": 300}},
            "loss_permille": 20,
            "duplicate_permille": 20,
            "reorder_permille": 50,
        }},
        "script": [
            {"at_ms": 3000, "do": {"crash": 4}},
            {"at_ms": 3000, "do": {"pause": 3}},
            {"at_ms": 6000, "do": {"resume": 3}},
            {"at_ms": 9000, "do": {"restart": 4}},
        ],
        "until_ms": END_MS,
    }));
    let mut hand = Hand(Rng::new(seed, Stream::Setup));
    for _ in 0..30 {
        match hand.below(6) {
            0 => run.seek(hand.instant()),
            1 => {
                run.step_back();
            }
            2 => {
                run.step_forward();
            }
            _ => {
                let ahead = SimTime(run.playhead().0 + hand.below(600_000));
                run.seek(ahead);
                let action = hand.action(&*run);
                // At the end of the run nothing can be done any more.
                assert_eq!(run.act(action).is_err(), ahead >= run.end());
            }
        }
    }
    (run, hand)
}

/// The same run, played from its start without detours.
fn straight(run: &dyn Run) -> Box<dyn Run> {
    registry::open(run.scenario())
}

fn assert_same(one: &dyn Run, other: &dyn Run, what: &str) {
    assert_eq!(one.playhead(), other.playhead(), "{what}");
    assert_eq!(one.snapshot(), other.snapshot(), "{what} at {}", one.playhead());
    assert_eq!(one.hash(), other.hash(), "{what} at {}", one.playhead());
    assert_eq!(one.violations(), other.violations(), "{what}");
}

#[test]
fn however_an_instant_is_reached_it_is_the_same() {
    for seed in 0..SEEDS {
        let (mut run, mut hand) = played(seed);
        let mut fresh = straight(&*run);
        let mut instants: Vec<_> = (0..6).map(|_| hand.instant()).collect();
        instants.push(run.end());
        instants.sort_unstable();
        for instant in &instants {
            fresh.seek(*instant);
            run.seek(hand.instant());
            run.seek(*instant);
            assert_same(&*run, &*fresh, &format!("seed {seed}, forwards"));
        }
        for instant in instants.iter().rev() {
            run.seek(*instant);
            let mut fresh = straight(&*run);
            fresh.seek(*instant);
            assert_same(&*run, &*fresh, &format!("seed {seed}, backwards"));
        }
    }
}

#[test]
fn what_was_held_back_for_a_paused_node_is_given_back_by_going_back() {
    let mut run = bully(json!({"until_ms": 5000, "script": [{"at_ms": 500, "do": {"pause": 0}}]}));
    at(&mut *run, 900);
    let before = run.snapshot();
    at(&mut *run, 4000);
    at(&mut *run, 900);
    assert_eq!(run.snapshot(), before);
    act(&mut *run, json!({"resume": 0}));
    at(&mut *run, 5000);
    assert_same(&*run, &*straight_to_end(&*run), "after going back");
}

fn straight_to_end(run: &dyn Run) -> Box<dyn Run> {
    straight_to(run, run.end().as_ms())
}

fn straight_to(run: &dyn Run, ms: u64) -> Box<dyn Run> {
    let mut fresh = straight(run);
    fresh.seek(SimTime::from_ms(ms));
    fresh
}

#[test]
fn stepping_forward_is_seeking_and_stepping_back_undoes_it() {
    for seed in 0..8 {
        let (mut run, mut hand) = played(seed);
        run.seek(hand.instant());
        run.step_forward();
        for _ in 0..40 {
            let (snapshot, hash, count) = (run.snapshot(), run.hash(), run.records());
            if !run.step_forward() {
                break;
            }
            assert!(run.step_back());
            assert_eq!(run.snapshot(), snapshot, "seed {seed}");
            assert_eq!((run.hash(), run.records()), (hash, count));
            run.step_forward();
        }
        let mut fresh = straight(&*run);
        fresh.seek(run.playhead());
        run.seek(run.playhead());
        assert_same(&*run, &*fresh, &format!("seed {seed}"));
    }
}

#[test]
fn stepping_back_ends_where_everyone_has_started() {
    let mut run = bully(json!({"until_ms": 2000}));
    let first = run.snapshot();
    at(&mut *run, 1500);
    while run.step_back() {}
    assert_eq!(run.snapshot(), first);
    assert!(first.nodes.iter().all(|node| node.view.is_some()));
}

#[test]
fn a_fork_goes_its_own_way() {
    for seed in 0..8 {
        let (mut run, mut hand) = played(seed);
        run.seek(hand.instant());
        let (snapshot, hash, script) = (run.snapshot(), run.hash(), run.scenario());
        let mut fork = run.fork();
        assert_same(&*run, &*fork, "at the fork");
        fork.act(action(json!({"partition": [[0, 1, 2], [3, 4, 5]]}))).unwrap();
        fork.seek(fork.end());
        assert_eq!(run.snapshot(), snapshot);
        assert_eq!((run.hash(), run.scenario()), (hash, script));
        run.seek(run.end());
        assert_same(&*run, &*straight_to_end(&*run), "the original goes on");
        assert_same(&*fork, &*straight_to_end(&*fork), "and so does the fork");
    }
}

#[test]
fn acting_after_going_back_drops_what_was_done_by_hand_later_and_nothing_else() {
    let mut run = bully(json!({
        "until_ms": 9000,
        "script": [{"at_ms": 6000, "do": {"crash": 0}}],
    }));
    for (ms, doing) in
        [(1000, json!({"crash": 1})), (2000, json!({"crash": 2})), (3000, json!({"crash": 3}))]
    {
        at(&mut *run, ms);
        act(&mut *run, doing);
    }
    at(&mut *run, 2500);
    act(&mut *run, json!({"restart": 1}));
    let done: Vec<Value> = run
        .done_by_hand()
        .iter()
        .map(|entry| serde_json::to_value(&entry.action).unwrap())
        .collect();
    assert_eq!(done, [json!({"crash": 1}), json!({"crash": 2}), json!({"restart": 1})]);
    at(&mut *run, 9000);
    let crashed: Vec<NodeId> = run
        .snapshot()
        .nodes
        .iter()
        .filter(|node| node.view.is_none())
        .map(|node| node.id)
        .collect();
    assert_eq!(crashed, [NodeId(0), NodeId(2)]);
}

#[test]
fn several_things_can_be_done_without_moving_on() {
    let mut run = bully(json!({"until_ms": 3000}));
    at(&mut *run, 1000);
    for node in [4, 3, 2] {
        act(&mut *run, json!({"crash": node}));
    }
    assert_eq!(run.playhead(), SimTime(1_000_003));
    assert_eq!(run.snapshot().nodes.iter().filter(|node| node.view.is_none()).count(), 3);
    at(&mut *run, 3000);
    assert_same(&*run, &*straight_to_end(&*run), "by hand and by script");
}

#[test]
fn at_the_end_of_a_run_nothing_can_be_done() {
    let mut run = bully(json!({"until_ms": 3000}));
    run.seek(run.end());
    let before = run.scenario();
    assert!(!run.would_change(&action(json!({"crash": 0}))));
    assert_eq!(
        run.act(action(json!({"crash": 0}))),
        Err("the run is over: go back to change it".to_owned())
    );
    assert_eq!(run.scenario(), before);
}

#[test]
fn playing_until_something_happens_stops_there_or_at_the_end() {
    let mut run = bully(json!({"until_ms": 9000, "script": [{"at_ms": 1500, "do": {"crash": 4}}]}));
    let pattern = serde_json::from_value(json!({"kind": "lead", "node": 3})).unwrap();
    let found = run.play_until(&pattern).expect("node 3 is elected");
    assert_eq!(run.entry(found).unwrap().time, run.playhead());
    assert_eq!(run.playhead(), SimTime::from_ms(5010));
    assert_eq!(run.play_until(&pattern), None);
}

/// Eight megabytes of records, the same again while one looks elsewhere, and the checkpoints.
const BOUND: usize = (8 + 8 + 17) << 20;

/// Five nodes that send so much that most of what happens is let go.
#[test]
fn what_is_no_longer_kept_is_made_again_the_same() {
    let mut run = of(
        "raft",
        json!({
            "protocol": {"raft": {"heartbeat_ms": 2, "election_min_ms": 60, "election_max_ms": 90}},
            "cluster": {"network": {"latency": {"fixed": 1}}},
            "script": [{"at_ms": 9_000, "do": {"crash": 0}}],
            "until_ms": 30_000,
        }),
    );
    at(&mut *run, 2000);
    let (early, hash): (Vec<_>, _) = (run.entries().collect(), run.hash());
    let before = run.known_before(SimTime::from_ms(1500));
    run.seek(run.end());
    let known = run.known();
    assert!(run.memory().forgotten > early.len(), "{:?}", run.memory());
    assert!(run.memory().bytes < BOUND, "{:?}", run.memory());
    // Looking back changes nothing, in whatever order.
    assert!(run.entries().take(early.len()).eq(early.iter().copied()));
    let backwards = (0..early.len()).rev().filter_map(|index| run.entry(RecordId(index as u32)));
    assert!(backwards.eq(early.iter().rev().copied()));
    assert_eq!(run.known_before(SimTime::from_ms(1500)), before);
    // Going back does not, either; and what had been ahead is still known.
    at(&mut *run, 2000);
    assert_eq!((run.hash(), run.records(), run.known()), (hash, early.len(), known));
    let last = run.entry(RecordId(known as u32 - 1)).expect("it was played");
    assert!(last.time > SimTime::from_ms(29_900) && run.entry(RecordId(known as u32)).is_none());
    // Another future forgets it.
    act(&mut *run, json!({"crash": 1}));
    assert!(run.known() < known && run.records() == run.known());
    at(&mut *run, 3000);
    assert_same(&*run, &*straight_to(&*run, 3000), "after a change of the far past");
}

/// A hundred and one nodes make checkpoints so large that most of them have to go.
#[test]
fn a_thinned_past_is_the_same_past() {
    let mut run = of("raft", json!({"cluster": {"nodes": 101}, "until_ms": 5000}));
    let mut instants = Vec::new();
    for ms in [300, 2_500, 3_900, 5_000] {
        at(&mut *run, ms);
        instants.push((ms, run.snapshot(), run.hash()));
    }
    let memory = run.memory();
    assert!(memory.thinned > 0, "{memory:?}");
    assert!(memory.bytes < BOUND, "{memory:?} with {} records", run.records());
    for (ms, snapshot, hash) in instants.into_iter().rev() {
        at(&mut *run, ms);
        assert_eq!((run.snapshot(), run.hash()), (snapshot, hash), "at {ms}");
    }
}

#[test]
fn a_line_across_links_is_one_thing_done_by_hand() {
    let mut run = bully(json!({"until_ms": 9000}));
    at(&mut *run, 500);
    let ways = json!([{"from": 0, "to": 1}, {"from": 1, "to": 0}, {"from": 5, "to": 2}]);
    let line = json!({"cut-all": ways});
    act(&mut *run, line.clone());
    assert_eq!(run.done_by_hand().len(), 1);
    let cuts = [(0, 1), (1, 0), (5, 2)].map(|(from, to)| (NodeId(from), NodeId(to)));
    assert_eq!(run.snapshot().cuts, cuts);
    assert!(!run.would_change(&action(line)));
    assert!(run.act(action(json!({"cut-all": [{"from": 2, "to": 2}]}))).is_err());
    let mut fresh = straight(&*run);
    fresh.seek(run.playhead());
    assert_same(&*run, &*fresh, "a line");
}
