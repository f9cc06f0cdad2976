//! A MongoDB replica set with its real defaults: the dry run, the votes, takeovers, catching up,
//! and what is rolled back. Every message takes 10 ms, and node 4 of five is the primary when
//! the run begins, unless a test says otherwise.

use crate::cluster::{
    all, at, leaders, line, named, of, reigns, rules_of, sent, violated, when, writes,
};
use crate::mongodb_members::no_link;
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::run::Run;
use election_engine::swarm::Swarm;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "mongodb/":
    a_failover_by_default "failover",
    a_dry_run_in_vain "dry-run",
    a_takeover_by_priority "priority-takeover",
    a_primary_that_catches_up "catch-up",
    writes_that_are_rolled_back "rolled-back",
    it_wakes_and_writes "wakes-and-writes",
}

pub fn fields(protocol: Value, nodes: u8, seed: u64, script: Value) -> Value {
    json!({
        "protocol": {"mongodb": protocol},
        "cluster": {"nodes": nodes, "seed": seed},
        "script": script,
        "until_ms": 60_000,
    })
}

pub fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of("mongodb", fields(protocol, nodes, 1, script));
    run.seek(run.end());
    run
}

/// The same, in which nothing may be violated.
pub fn sound(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let run = run(protocol, nodes, script);
    assert_eq!(run.violations(), []);
    run
}

/// The number on a line of the inspector.
pub fn shown(run: &dyn Run, node: usize, name: &str) -> u32 {
    line(run, node, name).parse().unwrap()
}

/// When an event first came by this rule, and to whom.
pub fn first_by(run: &dyn Run, rule: &str) -> Option<(u64, u8)> {
    let entries = all(run, |entry| entry.rule.is_some_and(|by| by.id == rule));
    entries.first().map(|entry| (entry.time.as_ms(), entry.node.0))
}

fn crash_of(primary: u8) -> Value {
    json!([{"at_ms": 20_500, "do": {"crash": primary}}])
}

/// The primary and one other are cut off from the other three.
fn minority() -> Value {
    json!([
        {"at_ms": 10_500, "do": {"partition": [[0, 1, 2], [3, 4]]}},
        {"at_ms": 40_000, "do": "heal"},
    ])
}

/// Two writes of the primary reach node 3 alone; then the primary crashes, and returns later.
pub fn two_writes_for_one() -> Value {
    let cut = |to: u8| json!({"at_ms": 10_500, "do": {"cut": {"from": 4, "to": to}}});
    json!([
        cut(0),
        cut(1),
        cut(2),
        {"at_ms": 12_500, "do": {"crash": 4}},
        {"at_ms": 40_000, "do": "heal"},
        {"at_ms": 40_000, "do": {"restart": 4}},
    ])
}

#[test]
fn a_failover_takes_ten_to_twelve_seconds_from_the_primarys_last_word() {
    let (mut elected, mut writable) = (Vec::new(), Vec::new());
    for seed in 0..100 {
        let crash = 20_000 + seed * 30;
        let script = json!([{"at_ms": crash, "do": {"crash": 4}}]);
        let mut run = of("mongodb", fields(json!({}), 5, seed, script));
        run.seek(run.end());
        let (time, primary, term) = *reigns(&*run).last().unwrap();
        // The random part begins when a member last heard of the primary.
        let of_primary = |name| named(&*run, EventKind::Deliver, name);
        let heard = ["HEARTBEAT", "ALIVE", "OPLOG"].into_iter().flat_map(of_primary);
        let heard = heard.filter(|e| e.peer == Some(NodeId(4)) && e.node == NodeId(primary));
        let last = heard.map(|entry| entry.time.as_ms()).max().unwrap();
        if term == 2 {
            // A round trip for the dry run and one for the votes.
            assert!((10_040..=11_541).contains(&(time - last)), "seed {seed}: {}", time - last);
        }
        elected.push(time - crash);
        writable.push(first_by(&*run, "mongodb/writable").unwrap().0 - time);
        assert_eq!(violated(&*run), [""; 0]);
    }
    elected.sort_unstable();
    writable.sort_unstable();
    // From the crash it is less by the time since that word: clients write every second.
    assert!(elected[0] >= 9_040 && elected[99] <= 12_000, "{elected:?}");
    assert!((9_800..=10_200).contains(&elected[50]), "{elected:?}");
    // To ask all that are left what they have takes one round trip more.
    assert_eq!((writable[0], writable[99]), (20, 20));
}

/// Counting rule: what is sent to the dead primary counts, heartbeats and replication do not.
/// One member stands before the others, and every message arrives.
#[test]
fn an_election_is_two_rounds_of_votes() {
    for nodes in 3..=7u8 {
        let script = json!([
            {"at_ms": 20_500, "do": {"crash": nodes - 1}},
            {"at_ms": 20_600, "do": {"timer": {"node": 0, "timer": "election", "in_ms": 5000}}},
        ]);
        let run = sound(json!({}), nodes, script);
        let nodes = usize::from(nodes);
        let counts = ["WOULD YOU VOTE?", "VOTE?", "WOULD VOTE", "VOTE"].map(|it| sent(&*run, it));
        assert_eq!(counts, [nodes - 1, nodes - 1, nodes - 2, nodes - 2]);
        assert_eq!(reigns(&*run)[1].1, 0);
    }
}

#[test]
fn rule_3_takeover_the_preferred_member_leads_after_its_turn() {
    // Nodes 2 and 3 are cut off from nobody, but node 0 stands first when 4 has crashed.
    for seed in 0..20 {
        let script = json!([
            {"at_ms": 10_500, "do": {"crash": 4}},
            {"at_ms": 10_600, "do": {"timer": {"node": 0, "timer": "election", "in_ms": 100}}},
        ]);
        let mut fields = fields(json!({"priorities": true}), 5, seed, script);
        fields["until_ms"] = json!(120_000);
        let mut run = of("mongodb", fields);
        run.seek(run.end());
        let reigns = reigns(&*run);
        // Node 3 has one before it that is preferred, node 4: two timeouts. Nobody follows.
        assert_eq!(reigns.iter().map(|reign| reign.1).collect::<Vec<_>>(), [4, 0, 3]);
        let after = reigns[2].0 - reigns[1].0;
        assert!((20_050..=21_560).contains(&after), "seed {seed}: {after}");
        assert_eq!(violated(&*run), [""; 0]);
    }
}

#[test]
fn rule_3_takeover_without_priorities_nobody_does() {
    let script = json!([
        {"at_ms": 10_500, "do": {"crash": 4}},
        {"at_ms": 25_000, "do": {"restart": 4}},
    ]);
    let run = sound(json!({}), 5, script);
    assert_eq!(reigns(&*run).len(), 2);
    assert_eq!(first_by(&*run, "mongodb/takeover"), None);
}

#[test]
fn rule_6_no_majority_a_primary_stops_an_election_timeout_after_the_last_answer() {
    let run = sound(json!({}), 5, minority());
    let (stopped, who) = when(&*run, EventKind::StepDown)[0];
    assert_eq!(who, 4);
    // It needs answers of two others, and node 3 gives its own. The last of a third member came
    // before the cut; members fetch every second, because clients write.
    assert!((19_500..=20_510).contains(&stopped), "{stopped}");
    assert_eq!(leaders(&*run).len(), 1);
}

#[test]
fn rule_6_no_majority_two_of_three_are_enough() {
    let cut = json!([{"at_ms": 10_500, "do": {"partition": [[0], [1, 2]]}}]);
    let run = sound(json!({}), 3, cut);
    assert_eq!(leaders(&*run), [2]);
    assert_eq!(reigns(&*run).len(), 1);
}

#[test]
fn rule_10_votes_are_on_disk_before_they_are_told_and_dry_runs_leave_nothing() {
    let run = sound(json!({}), 5, crash_of(4));
    let answers = |rule: &str| {
        all(&*run, |entry| entry.rule.is_some_and(|by| by.id == rule))
            .iter()
            .map(|entry| (entry.kind, entry.name))
            .collect::<Vec<_>>()
    };
    let vote = [(EventKind::Vote, ""), (EventKind::Persist, ""), (EventKind::Send, "VOTE")];
    assert_eq!(answers("mongodb/vote"), vote.repeat(3));
    let would = [(EventKind::Deliver, "WOULD YOU VOTE?"), (EventKind::Send, "WOULD VOTE")];
    assert_eq!(answers("mongodb/would-vote"), would.repeat(3));
}

#[test]
fn rule_10_refuse_who_has_an_older_oplog_is_told_so_in_the_dry_run() {
    // Node 0 misses a few writes and then asks at once.
    let script = json!([
        {"at_ms": 5000, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 9500, "do": {"crash": 4}},
        {"at_ms": 9600, "do": {"campaign": 0}},
    ]);
    let run = sound(json!({}), 5, script);
    assert_eq!(named(&*run, EventKind::Deliver, "WOULD NOT").len(), 3);
    let by_zero = all(&*run, |entry| {
        entry.kind == EventKind::Candidate && entry.node == NodeId(0) && entry.number == Token(2)
    });
    assert_eq!(by_zero.len(), 0);
    // Its term is everybody's term: nobody was disturbed before the timeout.
    assert!(reigns(&*run)[1].0 > 18_000);
}

#[test]
fn rule_13_rollback_what_only_a_minority_has_goes_and_clients_were_told_only_without_majority() {
    for (majority, lost) in [(true, vec![]), (false, vec!["writes-kept"])] {
        let run = run(json!({"majority": majority}), 5, minority());
        assert_eq!(violated(&*run), lost);
        // One write a second, for about as long as the old primary was in office: both that
        // have them drop them.
        for node in [3, 4] {
            let dropped = shown(&*run, node, "entries rolled back");
            assert!((9..=10).contains(&dropped), "{dropped}");
        }
        let ends: Vec<_> = (0..5).map(|node| shown(&*run, node, "entries in the oplog")).collect();
        assert!(ends.iter().all(|end| end.abs_diff(ends[0]) <= 1), "{ends:?}");
    }
}

#[test]
fn rule_14_commit_a_majority_has_what_clients_of_a_majority_were_told() {
    let mut run = of("mongodb", fields(json!({}), 5, 1, minority()));
    for instant in (0..=60_000).step_by(250) {
        at(&mut *run, instant);
        let snapshot = run.snapshot();
        let logs: Vec<_> =
            snapshot.nodes.iter().filter_map(|node| node.view.as_ref()?.log.as_ref()).collect();
        for log in &logs {
            let committed = &log.terms[..log.committed];
            let have = logs.iter().filter(|other| other.terms.starts_with(committed)).count();
            assert!(have >= 3, "at {instant} ms {have} have {committed:?}");
        }
    }
}

#[test]
fn rule_17_hand_over_takes_no_timeout_and_no_dry_run() {
    let script = json!([{"at_ms": 10_500, "do": {"transfer": {"from": 4, "to": 1}}}]);
    let run = sound(json!({}), 5, script);
    assert_eq!(sent(&*run, "WOULD YOU VOTE?"), 0);
    // STEP UP, VOTE? and VOTE.
    assert_eq!(reigns(&*run)[1], (10_530, 1, 2));
}

#[test]
fn rule_18_dry_run_a_member_that_was_cut_off_disturbs_nobody_when_it_returns() {
    let script = json!([
        {"at_ms": 5000, "do": {"partition": [[0], [1, 2, 3, 4]]}},
        {"at_ms": 40_000, "do": "heal"},
    ]);
    let run = sound(json!({}), 5, script);
    assert!(named(&*run, EventKind::Lost, "WOULD YOU VOTE?").len() >= 8);
    assert_eq!((reigns(&*run).len(), sent(&*run, "VOTE?")), (1, 0));
    assert!(run.snapshot().nodes.iter().all(|it| it.view.as_ref().unwrap().number == Token(1)));
}

#[test]
fn rule_18_dry_run_does_not_stop_who_can_win_from_deposing_a_sound_primary() {
    // Node 0 does not hear the primary, and everybody else hears both.
    let script = json!([
        {"at_ms": 10_000, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 10_010, "do": {"network": {"latency": {"fixed": 10}}}},
    ]);
    let run = sound(json!({"writes": false}), 5, script);
    assert_eq!(reigns(&*run)[1].1, 0);
    assert_eq!(when(&*run, EventKind::StepDown)[0].1, 4);
}

#[test]
fn rule_21_catch_up_what_one_member_has_is_fetched_before_new_writes() {
    let run = sound(json!({"majority": false}), 5, two_writes_for_one());
    let (elected, primary, _) = reigns(&*run)[1];
    assert!(primary < 3);
    let (fetched, by) = first_by(&*run, "mongodb/caught-up").unwrap();
    let (writable, _) = first_by(&*run, "mongodb/writable").unwrap();
    assert_eq!((by, fetched, writable), (primary, elected + 40, elected + 40));
    // The old primary finds all that it had acknowledged.
    assert_eq!(shown(&*run, 4, "entries rolled back"), 0);
}

#[test]
fn an_old_primary_that_wakes_writes_to_a_store_that_does_not_compare() {
    let script = |check: &str| {
        json!([
            {"at_ms": 5000, "do": {"store-check": check}},
            {"at_ms": 10_500, "do": {"pause": 4}},
            {"at_ms": 30_000, "do": {"resume": 4}},
        ])
    };
    let fenced = sound(json!({}), 5, script("highest"));
    assert_eq!(writes(&*fenced).1, [Token(1)]);
    let open = run(json!({}), 5, script("off"));
    assert_eq!(violated(&*open), ["token-order"]);
}

#[test]
fn with_majority_nothing_that_was_acknowledged_is_lost_in_any_weather() {
    let swarm = Swarm::new(ProtocolConfig::named("mongodb").unwrap());
    let mut rolled_back = 0;
    for seed in 0..60 {
        let mut scenario = swarm.scenario(seed);
        let loses_disk = |entry: &election_engine::scenario::Scripted| {
            matches!(entry.action, election_engine::action::Action::RestartWithoutDisk(_))
        };
        if scenario.script.iter().any(loses_disk) {
            continue;
        }
        scenario.protocol.set("majority", 1);
        scenario.until_ms = scenario.until_ms.min(SimTime::from_ms(240_000));
        let mut run = registry::open(scenario);
        run.seek(run.end());
        assert_eq!(violated(&*run), [""; 0], "seed {seed}");
        rolled_back += usize::from(first_by(&*run, "mongodb/rollback").is_some());
    }
    assert!(rolled_back > 0);
}

#[test]
fn after_losses_and_crashes_end_there_is_one_primary_within_the_stated_bound() {
    for seed in 0..6u8 {
        let mut script: Vec<Value> = Vec::new();
        for from in 0..5u8 {
            for to in (0..5u8).filter(|to| *to != from) {
                script.push(json!({"at_ms": 100, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 500, "delay_ms": 300}}}));
            }
        }
        script.push(json!({"at_ms": 3000, "do": {"crash": 4}}));
        script.push(json!({"at_ms": 20_000, "do": {"crash": seed % 4}}));
        script.push(json!({"at_ms": 35_000, "do": {"restart": seed % 4}}));
        script.push(json!({"at_ms": 40_000, "do": {"restart": 4}}));
        script.push(json!({"at_ms": 50_000, "do": "heal"}));
        let protocol = json!({"settled": seed % 2 == 0, "priorities": seed % 3 == 0});
        let mut fields = fields(protocol, 5, u64::from(seed), Value::Array(script));
        fields["until_ms"] = json!(1_000_000);
        let mut run = of("mongodb", fields);
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(900_000), "{bound}");
        run.seek(SimTime::from_ms(50_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        let views = run.snapshot().nodes.into_iter().map(|node| node.view.unwrap());
        assert!(views.into_iter().all(|view| view.believes == Some(NodeId(leader))));
        assert_eq!(violated(&*run), [""; 0]);
    }
}

/// What is noticed in a run with this switch: by the checks, and by what the tests above ask
/// for.
fn noticed(broken: Option<&str>, scenario: &(Value, u8, Value)) -> Vec<&'static str> {
    let (mut protocol, nodes, script) = scenario.clone();
    if let Some(broken) = broken {
        protocol["broken"] = json!(broken);
    }
    let mut run = of("mongodb", fields(protocol, nodes, 1, script));
    at(&mut *run, 39_000);
    let mut noticed = Vec::new();
    match leaders(&*run).len() {
        0 => noticed.push("somebody is elected"),
        1 => {}
        _ => noticed.push("a primary without a majority stops"),
    }
    run.seek(run.end());
    noticed.extend(violated(&*run));
    if all(&*run, |entry| entry.kind == EventKind::Candidate && entry.number.0 > 2).len() > 1 {
        noticed.push("terms are taken by those who can win");
    }
    let config = run.scenario().protocol;
    if config.get("arbiter") == 1 && reigns(&*run).len() > 1 {
        noticed.push("who hears the arbiter stays in office");
    }
    if reigns(&*run).iter().any(|reign| u64::from(reign.1) < config.get("passive")) {
        noticed.push("priority 0 never leads");
    }
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let lonely = json!([
        {"at_ms": 5000, "do": {"partition": [[0], [1, 2, 3, 4]]}},
        {"at_ms": 40_000, "do": "heal"},
    ]);
    // Both ask at once, and the others hear one after the other.
    let both = json!([
        {"at_ms": 10_500, "do": {"crash": 4}},
        {"at_ms": 11_000, "do": {"campaign": 0}},
        {"at_ms": 11_000, "do": {"campaign": 1}},
    ]);
    let behind = json!([
        {"at_ms": 5000, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 9500, "do": {"crash": 4}},
        {"at_ms": 9600, "do": {"campaign": 0}},
    ]);
    // Node 1 is preferred and does not stand itself for a while.
    let preferred_waits = json!([
        {"at_ms": 10_500, "do": {"crash": 2}},
        {"at_ms": 10_600, "do": {"timer": {"node": 1, "timer": "election", "in_ms": 40_000}}},
    ]);
    let sound = json!({});
    let at_once = json!({"majority": false});
    let table = [
        ("no-dry-run", (sound.clone(), 5, lonely), "terms are taken by those who can win"),
        ("votes-twice", (sound.clone(), 5, both.clone()), "one-vote-per-number"),
        ("vote-not-on-disk", (sound.clone(), 5, both), "vote-on-disk"),
        ("older-oplog-accepted", (sound, 5, behind), "leader-up-to-date"),
        (
            "priority-decides-votes",
            (json!({"priorities": true}), 3, preferred_waits),
            "somebody is elected",
        ),
        (
            "arbiter-votes-for-all",
            (json!({"arbiter": true}), 3, no_link()),
            "who hears the arbiter stays in office",
        ),
        ("priority-zero-stands", (json!({"passive": 3}), 5, crash_of(4)), "priority 0 never leads"),
        ("no-catch-up", (at_once, 5, two_writes_for_one()), "writes-kept"),
        // No client writes, so that the store does not tell it.
        (
            "leads-without-majority",
            (json!({"writes": false}), 5, minority()),
            "a primary without a majority stops",
        ),
    ];
    for (rule, scenario, found) in &table {
        let sound = noticed(None, scenario);
        assert!(!sound.contains(found), "{rule}: {sound:?}");
        let noticed = noticed(Some(rule), scenario);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "mongodb").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}

#[test]
fn in_a_run_that_begins_settled_nobody_starts_as_a_secondary_that_looks_for_a_primary() {
    for settled in [true, false] {
        let protocol = json!({"mongodb": {"settled": settled}});
        let mut run = of("mongodb", json!({"protocol": protocol, "until_ms": 1000}));
        run.seek(run.end());
        let starts = |node| rules_of(&*run, node).contains(&"mongodb/start");
        assert!((0..5).all(|node| starts(node) != settled));
    }
}
