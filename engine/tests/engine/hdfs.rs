//! HDFS NameNode failover with its defaults: the lock, the breadcrumb, and the fencing of the
//! old active. Every message takes 10 ms. The last node is ZooKeeper and the one before it the
//! active when the run begins; the session timeout is 10 s and the tick 2 s.

use crate::cluster::{all, at, leaders, line, named, of, reigns, sent, violated, when, writes};
use election_engine::action::Action;
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
    "hdfs/":
    cut_off_from_zookeeper "cut-off",
    the_machine_dies "dead-machine",
    nobody_takes_over "nobody-takes-over",
    it_wakes_and_writes "wakes-and-writes",
}

fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "hdfs",
        json!({
            "protocol": {"hdfs": protocol},
            "cluster": {"nodes": nodes},
            "script": script,
            "until_ms": 100_000,
        }),
    );
    run.seek(run.end());
    run
}

/// The same, in which nothing may be violated.
fn sound(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let run = run(protocol, nodes, script);
    assert_eq!(run.violations(), []);
    run
}

/// When ZooKeeper gave up a session, in order.
fn expiries(run: &dyn Run) -> Vec<u64> {
    let zookeeper = run.scenario().cluster.nodes - 1;
    let suspects = when(run, EventKind::Suspect);
    suspects.iter().filter(|(_, node)| *node == zookeeper).map(|(time, _)| *time).collect()
}

/// Node 1 of three is active, and loses ZooKeeper but not node 0.
fn cut_from_zookeeper() -> Value {
    json!([{"at_ms": 4000, "do": {"partition": [[1], [2]]}}])
}

/// It loses both, and the JournalNodes not.
fn cut_from_all() -> Value {
    json!([{"at_ms": 4000, "do": {"partition": [[1], [0, 2]]}}])
}

/// From the end of the old session: LOCK GONE, CREATE LOCK, LOCK CREATED, READ BREADCRUMB and
/// BREADCRUMB.
const UNTIL_READ: u64 = 50;
/// WRITE BREADCRUMB and WRITTEN.
const UNTIL_ACTIVE: u64 = 20;

#[test]
fn a_failover_from_a_dead_machine_takes_the_session_and_both_fencing_timeouts() {
    let mut waits = Vec::new();
    for crash in (3000..7000).step_by(100) {
        let run = sound(json!({}), 3, json!([{"at_ms": crash, "do": {"crash": 1}}]));
        let heard = (0..3).map(|k| k * 10_000 / 3).rfind(|sent| *sent < crash).unwrap() + 10;
        let expired = expiries(&*run)[0];
        assert!((heard + 10_000..=heard + 12_000).contains(&expired), "{heard} {expired}");
        let active = expired + UNTIL_READ + 40_000 + 30_000 + UNTIL_ACTIVE;
        assert_eq!((reigns(&*run)[1].0, reigns(&*run)[1].1), (active, 0));
        waits.push(active - crash);
    }
    let (least, most) = (*waits.iter().min().unwrap(), *waits.iter().max().unwrap());
    assert!(least >= 6_670 + 70_070 && most <= 12_000 + 70_080, "{least} to {most}");
}

/// Counting rule: every message of the failover but heartbeats, from LOCK GONE to WRITTEN.
#[test]
fn rule_5_fence_an_active_that_can_be_reached_costs_one_round_trip() {
    let run = sound(json!({}), 3, cut_from_zookeeper());
    let expired = expiries(&*run)[0];
    assert_eq!(when(&*run, EventKind::StepDown), [(expired + UNTIL_READ + 10, 1)]);
    assert_eq!(reigns(&*run)[1].0, expired + UNTIL_READ + 20 + UNTIL_ACTIVE);
    for name in ["LOCK GONE", "CREATE LOCK", "READ BREADCRUMB", "BREADCRUMB", "WRITTEN"] {
        assert_eq!(sent(&*run, name), 1, "{name}");
    }
    assert_eq!((sent(&*run, "BE STANDBY"), sent(&*run, "KILL")), (1, 0));
    assert_eq!(line(&*run, 2, "breadcrumb, persistent"), "node 0");
}

#[test]
fn rule_5_fence_nobody_if_the_breadcrumb_is_its_own() {
    // It loses its session and gets the lock back; in between it never stopped.
    let script = json!([
        {"at_ms": 4000, "do": {"partition": [[0], [1]]}},
        {"at_ms": 20_000, "do": "heal"},
    ]);
    let run = sound(json!({}), 2, script);
    let [(_, 0, first), (again, 0, second)] = reigns(&*run)[..] else { panic!("two reigns") };
    assert!(second > first && again > 20_000);
    assert_eq!(when(&*run, EventKind::StepDown), [(again, 0)]);
    assert_eq!(sent(&*run, "BE STANDBY"), 0);
}

/// The same, and nodes 0 and 1 can talk again at this time.
fn cut_from_all_until(ms: u64) -> Value {
    let mut script = cut_from_all();
    for (from, to) in [(0, 1), (1, 0)] {
        let mend = json!({"at_ms": ms, "do": {"mend": {"from": from, "to": to}}});
        script.as_array_mut().unwrap().push(mend);
    }
    script
}

/// HDFS tries twice to connect, for 20 s each.
#[test]
fn rule_5_fence_an_active_that_can_be_reached_again_at_the_second_attempt() {
    let run = sound(json!({}), 3, cut_from_all_until(20_000));
    let again = expiries(&*run)[0] + UNTIL_READ + 20_000;
    let asked: Vec<_> = named(&*run, EventKind::Send, "BE STANDBY")
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.rule.unwrap().id))
        .collect();
    assert_eq!(asked, [(again - 20_000, "hdfs/fence"), (again, "hdfs/again")]);
    assert_eq!(when(&*run, EventKind::StepDown), [(again + 10, 1)]);
    assert_eq!(reigns(&*run)[1].0, again + 20 + UNTIL_ACTIVE);
    assert_eq!(sent(&*run, "KILL"), 0);
}

#[test]
fn rule_6_ssh_kills_an_active_that_did_not_answer() {
    // Nodes 0 and 1 can talk again just before the second 20 s of the graceful fencing are over.
    let run = sound(json!({"last_resort": false}), 3, cut_from_all_until(53_500));
    let killed = expiries(&*run)[0] + UNTIL_READ + 40_000 + 10;
    assert_eq!(when(&*run, EventKind::StepDown), [(killed, 1)]);
    assert_eq!(reigns(&*run)[1].0, killed + 10 + UNTIL_ACTIVE);
}

#[test]
fn rule_7_last_resort_two_are_active_and_one_of_them_can_write() {
    let run = run(json!({}), 3, cut_from_all());
    assert_eq!(violated(&*run), ["one-leader-at-a-time"]);
    // The first write of the old one with the new one in office is refused, and it exits.
    let (_, refused) = writes(&*run);
    assert_eq!(refused, [Token(3)]);
    let (active, ..) = reigns(&*run)[1];
    let (stopped, who) = when(&*run, EventKind::StepDown)[0];
    assert_eq!(who, 1);
    assert!(stopped > active && stopped - active <= 1_020, "{active} {stopped}");
}

#[test]
fn rule_8_unfenced_without_a_last_resort_nobody_takes_over_and_the_old_one_goes_on() {
    let run = sound(json!({"last_resort": false}), 3, cut_from_all());
    assert_eq!((reigns(&*run).len(), leaders(&*run)), (1, vec![1]));
    // 70 s of fencing, a second of rest, and again.
    assert!(sent(&*run, "BE STANDBY") >= 3);
    assert_eq!(line(&*run, 2, "breadcrumb, persistent"), "node 1");
}

#[test]
fn rule_8_unfenced_a_machine_that_is_back_can_be_fenced() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 1}}, {"at_ms": 60_000, "do": {"restart": 1}}]);
    let run = sound(json!({"last_resort": false}), 3, script);
    assert!(reigns(&*run)[1].0 > 60_000);
    assert_eq!(leaders(&*run).len(), 1);
}

/// Sessions are counted by what ZooKeeper's clock has counted, and nobody sets that.
#[test]
fn rule_20_expire_a_clock_that_is_set_makes_no_session_longer_or_shorter() {
    for skew in [-60_000, 60_000] {
        let set = json!({"at_ms": 5000, "do": {"clock": {"node": 2, "skew_ms": skew}}});
        let run = sound(json!({}), 3, json!([set, {"at_ms": 6000, "do": {"crash": 1}}]));
        assert_eq!(expiries(&*run), [14_000]);
    }
}

/// It hears nothing of ZooKeeper, so it has no connection, and its wish for one keeps nothing.
#[test]
fn rule_20_expire_a_link_cut_one_way_ends_the_session() {
    let run = sound(json!({}), 3, json!([{"at_ms": 4000, "do": {"cut": {"from": 2, "to": 1}}}]));
    // It never hears of the sessions that it opens later either.
    assert_eq!(expiries(&*run)[0], 22_000);
    assert_eq!(when(&*run, EventKind::StepDown), [(22_000 + UNTIL_READ + 10, 1)]);
    assert_eq!(leaders(&*run), [0]);
}

#[test]
fn rule_13_neutral_an_active_without_zookeeper_stays_active() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 2}}, {"at_ms": 60_000, "do": {"restart": 2}}]);
    let run = sound(json!({}), 3, script);
    assert_eq!((when(&*run, EventKind::StepDown), leaders(&*run)), (vec![], vec![1]));
    // Sessions are on disk and get a whole timeout again.
    assert_eq!((reigns(&*run).len(), expiries(&*run)), (1, vec![]));
    assert!(writes(&*run).0.len() > 95);
}

#[test]
fn rule_14_expired_an_active_that_finds_the_lock_taken_is_a_standby() {
    // The new one fences in vain until the cut heals, and the old one has heard first.
    let script = json!([
        {"at_ms": 4000, "do": {"partition": [[1], [0, 2]]}},
        {"at_ms": 16_000, "do": {"mend": {"from": 1, "to": 2}}},
        {"at_ms": 16_000, "do": {"mend": {"from": 2, "to": 1}}},
    ]);
    let run = sound(json!({"last_resort": false}), 3, script);
    let (stopped, who) = when(&*run, EventKind::StepDown)[0];
    assert_eq!(who, 1);
    let by = all(&*run, |entry| entry.kind == EventKind::StepDown)[0].rule.unwrap().id;
    assert_eq!(by, "hdfs/standby");
    assert!(stopped > 16_000 && stopped < 21_000, "{stopped}");
}

#[test]
fn rule_17_cede_leaves_nobody_to_fence() {
    for (node, action) in
        [(1, json!({"transfer": {"from": 1, "to": 0}})), (0, json!({"campaign": 0}))]
    {
        let run = sound(json!({}), 3, json!([{"at_ms": 5000, "do": action}]));
        assert_eq!((sent(&*run, "BE STANDBY"), sent(&*run, "DELETE BREADCRUMB")), (0, 1));
        // CLOSE instead of an expiry. Node 0 has to ask node 1 first.
        let asks = if node == 0 { 10 } else { 0 };
        assert_eq!(reigns(&*run)[1].0, 5000 + asks + 10 + UNTIL_READ + UNTIL_ACTIVE);
        // It comes back after 10 s, as a standby.
        assert_eq!((sent(&*run, "LOCK EXISTS"), leaders(&*run)), (1, vec![0]));
    }
}

#[test]
fn all_standbys_rush_for_the_lock_and_one_gets_it() {
    for nodes in 4..=7u8 {
        let standbys = usize::from(nodes) - 2;
        let crash = json!([{"at_ms": 4000, "do": {"crash": nodes - 2}}]);
        let run = sound(json!({}), nodes, crash);
        assert_eq!((sent(&*run, "LOCK GONE"), sent(&*run, "CREATE LOCK")), (standbys, standbys));
        assert_eq!((sent(&*run, "LOCK CREATED"), sent(&*run, "LOCK EXISTS")), (1, standbys - 1));
    }
}

#[test]
fn one_that_restarts_waits_for_the_end_of_its_own_old_session() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 0}}, {"at_ms": 4100, "do": {"restart": 0}}]);
    let run = sound(json!({}), 2, script);
    let again = reigns(&*run)[1];
    assert!((13_000..=17_000).contains(&again.0), "{again:?}");
    assert_eq!(sent(&*run, "BE STANDBY"), 0);
}

#[test]
fn an_old_active_that_wakes_is_stopped_by_the_journal_nodes() {
    let script = |check: &str| {
        json!([
            {"at_ms": 100, "do": {"store-check": check}},
            {"at_ms": 4000, "do": {"pause": 1}},
            {"at_ms": 90_000, "do": {"resume": 1}},
        ])
    };
    let fenced = run(json!({}), 3, script("highest"));
    assert_eq!(violated(&*fenced), ["one-leader-at-a-time"]);
    assert_eq!(writes(&*fenced).1, [Token(3)]);
    // JournalNodes always compare. A store that does not is damaged.
    let open = run(json!({}), 3, script("off"));
    assert_eq!(violated(&*open), ["no-late-write", "one-leader-at-a-time", "token-order"]);
}

/// The scenario of a seed of the swarm in which no disk is lost, with or without a last resort.
/// Fencing gives up early, so that there is time for more than one.
fn in_any_weather(seed: u64, last_resort: u64) -> Option<Box<dyn Run>> {
    let mut scenario = Swarm::new(ProtocolConfig::named("hdfs").unwrap()).scenario(seed);
    let mut actions = scenario.script.iter().map(|entry| &entry.action);
    if actions.any(|action| matches!(action, Action::RestartWithoutDisk(_))) {
        return None;
    }
    scenario.protocol.set("last_resort", last_resort);
    scenario.protocol.set("graceful_ms", 5000);
    let mut run = registry::open(scenario);
    run.seek(run.end());
    Some(run)
}

#[test]
fn while_fencing_says_the_truth_there_is_one_active_at_a_time_in_any_weather() {
    let mut both = 0;
    for seed in 0..120 {
        let Some(run) = in_any_weather(seed, 0) else { continue };
        assert_eq!(violated(&*run), [""; 0], "seed {seed}");
        let run = in_any_weather(seed, 1).unwrap();
        assert!(violated(&*run).iter().all(|name| *name == "one-leader-at-a-time"));
        both += violated(&*run).len();
    }
    assert!(both > 0);
}

#[test]
fn after_losses_and_crashes_end_somebody_is_active_within_the_stated_bound() {
    for seed in 0..10u8 {
        let mut script: Vec<Value> = Vec::new();
        for from in 0..5u8 {
            for to in (0..5u8).filter(|to| *to != from) {
                script.push(json!({"at_ms": 100, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 500, "delay_ms": 100}}}));
            }
        }
        script.push(json!({"at_ms": 9000, "do": {"crash": 3}}));
        script.push(json!({"at_ms": 12_000, "do": {"crash": 4}}));
        script.push(json!({"at_ms": 15_000, "do": {"restart": 4}}));
        script.push(json!({"at_ms": 40_000, "do": {"restart": 3}}));
        script.push(json!({"at_ms": 50_000, "do": "heal"}));
        let mut run = of(
            "hdfs",
            json!({
                "protocol": {"hdfs": {"last_resort": seed % 3 == 0, "settled": seed % 2 == 0}},
                "cluster": {"seed": seed, "network": {"duplicate_permille": 100}},
                "script": script,
                "until_ms": 300_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(250_000), "{bound}");
        run.seek(SimTime::from_ms(50_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        let views = run.snapshot().nodes.into_iter().map(|node| node.view.unwrap());
        assert!(views.into_iter().all(|view| view.believes == Some(NodeId(leader))));
        assert!(violated(&*run).iter().all(|name| *name == "one-leader-at-a-time"));
    }
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    // The second to be active is cut off in its turn. Who was active last knows of nothing.
    let one_after_the_other = json!([
        {"at_ms": 4000, "do": {"partition": [[2], [3]]}},
        {"at_ms": 20_000, "do": "heal"},
        {"at_ms": 30_000, "do": {"partition": [[0], [3]]}},
    ]);
    let table = [
        ("activates-unfenced", 3, true, cut_from_zookeeper()),
        ("breadcrumb-not-written", 4, true, one_after_the_other),
        ("failure-is-success", 3, false, cut_from_all()),
    ];
    for (rule, nodes, last_resort, script) in &table {
        let noticed = |broken: Option<&str>| {
            let mut protocol = json!({"last_resort": last_resort});
            if let Some(broken) = broken {
                protocol["broken"] = json!(broken);
            }
            violated(&*run(protocol, *nodes, script.clone()))
        };
        assert_eq!(noticed(None), [""; 0], "{rule}");
        assert_eq!(noticed(Some(rule)), ["one-leader-at-a-time"], "{rule}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "hdfs").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}

#[test]
fn what_is_said_of_the_nodes_follows_them() {
    let mut run = of(
        "hdfs",
        json!({
            "cluster": {"nodes": 3},
            "script": [{"at_ms": 4000, "do": {"crash": 1}}],
            "until_ms": 100_000,
        }),
    );
    at(&mut *run, 16_000);
    assert_eq!(line(&*run, 0, "controller"), "asking node 1 to be a standby");
    at(&mut *run, 36_000);
    assert_eq!(line(&*run, 0, "controller"), "asking node 1 to be a standby");
    at(&mut *run, 56_000);
    assert_eq!(line(&*run, 0, "controller"), "killing the NameNode of node 1");
    assert!(line(&*run, 2, "lock, ephemeral").ends_with("of node 0"));
    assert_eq!(named(&*run, EventKind::Lost, "KILL").len(), 1);
    at(&mut *run, 90_000);
    assert_eq!(line(&*run, 0, "controller"), "holding the lock");
    assert!(line(&*run, 0, "NameNode").starts_with("active with epoch"));
}
