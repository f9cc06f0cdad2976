//! What the world does to the cluster: pauses, crashes, cuts, losses, clocks.

use crate::cluster::{all, at, beliefs, bully, bully_script, named, reigns, sent};
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_pause_is_no_crash_state_stays_and_messages_and_timers_wait() {
    let mut run = bully_script(
        2_500,
        json!([{"at_ms": 500, "do": {"pause": 0}}, {"at_ms": 2200, "do": {"resume": 0}}]),
    );
    at(&mut *run, 2_150);
    let node = &run.snapshot().nodes[0];
    assert_eq!(node.status, Status::Paused);
    assert_eq!(node.view.as_ref().unwrap().believes, Some(NodeId(4)));
    // The timer of 1110 ms and the heartbeats of 1010 and 2010 ms.
    assert_eq!(node.waiting, 3);
    at(&mut *run, 2_200);
    let woken = all(&*run, |e| e.node == NodeId(0) && e.time == SimTime::from_ms(2200));
    let kinds: Vec<_> = woken.iter().map(|entry| entry.kind).collect();
    // In the order in which they came: the first heartbeat stops the timer.
    assert_eq!(kinds, [EventKind::Resume, EventKind::Deliver, EventKind::Deliver]);
}

#[test]
fn a_timer_that_ran_out_during_a_pause_fires_at_its_end() {
    let run = bully_script(
        3_500,
        json!([{"at_ms": 500, "do": {"pause": 4}}, {"at_ms": 2200, "do": {"resume": 4}}]),
    );
    let beats = named(&*run, EventKind::Timer, "heartbeat");
    let when: Vec<_> = beats.iter().map(|entry| entry.time.as_ms()).collect();
    assert_eq!(when, [2200, 3200]);
}

#[test]
fn what_waits_for_a_paused_node_is_lost_if_it_then_crashes() {
    let run = bully_script(
        2_500,
        json!([{"at_ms": 500, "do": {"pause": 0}}, {"at_ms": 2200, "do": {"crash": 0}}]),
    );
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost);
    let when: Vec<_> = lost.iter().map(|entry| entry.time.as_ms()).collect();
    assert_eq!(when, [2200, 2200]);
    assert_eq!(run.snapshot().nodes[0].waiting, 0);
}

#[test]
fn a_message_to_a_crashed_node_is_lost() {
    let run = bully_script(1_500, json!([{"at_ms": 500, "do": {"crash": 0}}]));
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost);
    assert_eq!(lost.len(), 1);
    assert_eq!((lost[0].node, lost[0].name), (NodeId(0), "HEARTBEAT"));
}

#[test]
fn timers_die_with_their_node() {
    let run = bully_script(5_000, json!([{"at_ms": 500, "do": {"crash": 4}}]));
    assert_eq!(sent(&*run, "HEARTBEAT"), 4);
}

#[test]
fn durable_state_survives_a_restart_but_not_the_loss_of_the_disk() {
    for (restart, number) in [("restart", 2), ("restart-without-disk", 1)] {
        let run = bully_script(
            3_000,
            json!([{"at_ms": 1500, "do": {"crash": 4}}, {"at_ms": 2500, "do": {restart: 4}}]),
        );
        assert_eq!(reigns(&*run), [(0, 4, 1), (2500, 4, number)]);
    }
}

#[test]
fn crash_and_restart_at_one_instant_give_a_fresh_process() {
    let run = bully_script(
        1_500,
        json!([{"at_ms": 0, "do": {"crash": 4}}, {"at_ms": 0, "do": {"restart": 4}}]),
    );
    // It does not take itself for one that starts together with the others.
    assert_eq!(reigns(&*run), [(0, 4, 1), (0, 4, 2)]);
    assert_eq!(sent(&*run, "COORDINATOR"), 4);
    assert_eq!(beliefs(&*run), [Some((4, 2)); 5]);
}

#[test]
fn a_message_that_arrives_at_the_instant_of_a_restart_finds_the_new_process() {
    let run = bully_script(
        1_500,
        json!([{"at_ms": 500, "do": {"crash": 0}}, {"at_ms": 1010, "do": {"restart": 0}}]),
    );
    let kinds: Vec<_> = all(&*run, |e| e.node == NodeId(0) && e.time == SimTime::from_ms(1010))
        .iter()
        .filter(|entry| matches!(entry.kind, EventKind::Restart | EventKind::Deliver))
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(kinds, [EventKind::Restart, EventKind::Deliver]);
    assert_eq!(beliefs(&*run)[0], Some((4, 1)));
}

#[test]
fn a_node_that_is_paused_or_crashed_at_the_instant_of_its_restart_stays_so() {
    let mut run = bully_script(
        3_500,
        json!([
            {"at_ms": 500, "do": {"crash": 0}},
            {"at_ms": 1500, "do": {"restart": 0}},
            {"at_ms": 1500, "do": {"pause": 0}},
            {"at_ms": 2500, "do": {"resume": 0}},
            {"at_ms": 3000, "do": {"crash": 0}},
            {"at_ms": 3000, "do": {"restart": 0}},
            {"at_ms": 3000, "do": {"crash": 0}},
        ]),
    );
    assert_eq!(run.snapshot().nodes[0].status, Status::Crashed);
    assert_eq!(run.snapshot().nodes[0].view, None);
    at(&mut *run, 2_000);
    assert_eq!(run.snapshot().nodes[0].status, Status::Paused);
    at(&mut *run, 2_900);
    assert_eq!(beliefs(&*run)[0], Some((4, 1)));
}

#[test]
fn a_one_way_cut_lets_the_other_way_through() {
    let mut run = bully(
        json!({"until_ms": 6_000, "script": [{"at_ms": 500, "do": {"cut": {"from": 4, "to": 0}}}]}),
    );
    at(&mut *run, 3_900);
    // Node 0 suspects, asks the leader, and never hears the answer.
    assert!(
        run.entries()
            .any(|e| e.kind == EventKind::Deliver && e.name == "ELECTION" && e.node == NodeId(4))
    );
    assert!(
        run.entries()
            .any(|e| e.kind == EventKind::Lost && e.name == "COORDINATOR" && e.node == NodeId(0))
    );
    assert_eq!(run.snapshot().cuts, [(NodeId(4), NodeId(0))]);
}

#[test]
fn a_cut_breaks_what_is_under_way_and_a_message_that_has_arrived_is_safe() {
    // The heartbeat of 1000 ms arrives at 1010 ms.
    for (cut_at, delivered) in [(1005, 0), (1010, 1)] {
        let run =
            bully_script(1_500, json!([{"at_ms": cut_at, "do": {"cut": {"from": 4, "to": 0}}}]));
        let arrived = all(&*run, |e| {
            e.kind == EventKind::Deliver && e.node == NodeId(0) && e.time > SimTime::from_ms(500)
        });
        assert_eq!(arrived.len(), delivered);
    }
}

#[test]
fn after_a_cut_nothing_waits_for_messages_that_were_broken() {
    // A message is delayed by ten seconds and broken; later ones need not queue behind it.
    let run = bully_script(
        3_500,
        json!([
            {"at_ms": 500, "do": {"link": {"from": 4, "to": 0, "delay_ms": 10_000}}},
            {"at_ms": 1500, "do": {"cut": {"from": 4, "to": 0}}},
            {"at_ms": 1600, "do": "heal"},
        ]),
    );
    let arrived = named(&*run, EventKind::Deliver, "HEARTBEAT");
    let of_0: Vec<_> =
        arrived.iter().filter(|e| e.node == NodeId(0)).map(|e| e.time.as_ms()).collect();
    assert_eq!(of_0, [10, 2010, 3010]);
}

#[test]
fn mending_one_direction_also_ends_its_delay() {
    let run = bully_script(
        3_500,
        json!([
            {"at_ms": 500, "do": {"link": {"from": 4, "to": 0, "delay_ms": 300, "loss_permille": 0}}},
            {"at_ms": 1500, "do": {"mend": {"from": 4, "to": 0}}},
        ]),
    );
    let times: Vec<_> = named(&*run, EventKind::Deliver, "HEARTBEAT")
        .iter()
        .filter(|entry| entry.node == NodeId(0))
        .map(|entry| entry.time.as_ms())
        .collect();
    assert_eq!(times, [10, 1310, 2010, 3010]);
}

#[test]
fn a_fast_clock_makes_timers_early_and_a_slow_one_late() {
    // The leader's clock runs at twice, or at half, the speed of the world's.
    for (drift_ppm, beats) in [(1_000_000, 20), (-500_000, 5)] {
        let mut run = bully(json!({
            "cluster": {"clocks": [{"node": 4, "drift_ppm": drift_ppm}]},
            "until_ms": 9_900,
        }));
        run.seek(run.end());
        assert_eq!(sent(&*run, "HEARTBEAT"), beats * 4);
    }
}

#[test]
fn a_clock_that_changes_moves_the_timers_that_run() {
    // 500 of 1000 ms are counted; the other 500 take 250 ms on a clock of double speed.
    let run = bully_script(
        1_100,
        json!([{"at_ms": 500, "do": {"clock": {"node": 4, "drift_ppm": 1_000_000}}}]),
    );
    let beats = named(&*run, EventKind::Timer, "heartbeat");
    assert_eq!(beats[0].time, SimTime::from_ms(750));
}

#[test]
fn a_clock_that_is_set_wrong_shows_it_and_moves_no_timer() {
    let run =
        bully_script(1_500, json!([{"at_ms": 500, "do": {"clock": {"node": 4, "skew_ms": -200}}}]));
    assert_eq!(run.snapshot().nodes[4].clock, SimTime::from_ms(1300));
    assert_eq!(named(&*run, EventKind::Timer, "heartbeat")[0].time, SimTime::from_ms(1000));
}

#[test]
fn with_duplication_every_message_arrives_twice() {
    let mut run = bully(json!({
        "cluster": {"network": {"duplicate_permille": 1000}},
        "until_ms": 500,
    }));
    run.seek(run.end());
    assert_eq!(named(&*run, EventKind::Send, "HEARTBEAT").len(), 4);
    assert_eq!(named(&*run, EventKind::Deliver, "HEARTBEAT").len(), 8);
    assert_eq!(run.snapshot().store.accepted, 2);
}

#[test]
fn loss_takes_its_share_everywhere_or_on_one_link() {
    let mut run = bully(json!({
        "cluster": {"network": {"loss_permille": 200}},
        "until_ms": 600_000,
    }));
    run.seek(run.end());
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost).len();
    let sent = all(&*run, |entry| entry.kind == EventKind::Send).len();
    assert!((150..250).contains(&(lost * 1000 / sent)), "{lost} of {sent}");

    let run = bully_script(
        60_000,
        json!([{"at_ms": 500, "do": {"link": {"from": 4, "to": 0, "loss_permille": 300}}}]),
    );
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost);
    assert!(!lost.is_empty());
    assert!(lost.iter().all(|e| (e.node, e.peer) == (NodeId(0), Some(NodeId(4)))));
}

#[test]
fn a_script_can_make_the_network_worse_and_right_again() {
    let sound = json!({"network": {"latency": {"fixed": 10}}});
    let lossy = json!({"network": {"latency": {"fixed": 20}, "loss_permille": 300}});
    let run = bully_script(
        60_000,
        json!([{"at_ms": 20_500, "do": lossy}, {"at_ms": 40_500, "do": sound}]),
    );
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost);
    let (first, last) = (lost.first().unwrap().time.as_ms(), lost.last().unwrap().time.as_ms());
    assert!(first > 20_500 && (35_000..40_520).contains(&last), "{first} to {last}");
    let delay = |from_ms: u64| {
        let sent = |entry: &election_engine::run::Entry| {
            entry.kind == EventKind::Deliver && entry.time.as_ms() > from_ms
        };
        let arrived = all(&*run, sent)[0];
        arrived.time.since(run.entry(arrived.cause.unwrap()).unwrap().time)
    };
    assert_eq!([delay(19_000), delay(21_000), delay(41_000)], [10, 20, 10].map(Span::new));
    let changes = all(&*run, |entry| entry.kind == EventKind::Network);
    assert_eq!(changes.iter().map(|entry| entry.node).collect::<Vec<_>>(), [NodeId(5); 2]);
}

#[test]
fn messages_overtake_each_other_only_where_the_network_reorders() {
    for (reorder_permille, expected) in [(0, false), (500, true)] {
        let mut run = bully(json!({
            "protocol": {"bully": {"heartbeat_ms": 20}},
            "cluster": {"network": {
                "latency": {"uniform": {"min_ms": 1, "max_ms": 60}},
                "reorder_permille": reorder_permille,
            }},
            "until_ms": 5_000,
        }));
        run.seek(run.end());
        let to_0 = |e: &&election_engine::run::Entry| e.node == NodeId(0);
        let arrived = named(&*run, EventKind::Deliver, "HEARTBEAT");
        let ids: Vec<_> = arrived.iter().filter(to_0).map(|e| e.message).collect();
        assert_eq!(!ids.is_sorted(), expected);
    }
}

#[test]
fn what_changes_nothing_is_known_beforehand_and_leaves_no_trace() {
    let mut run = bully(json!({"until_ms": 2_000}));
    at(&mut *run, 500);
    let before = run.records();
    for idle in [
        json!({"restart": 4}),
        json!({"resume": 4}),
        json!({"mend": {"from": 0, "to": 1}}),
        json!("heal"),
        json!({"store-check": "highest"}),
        json!({"clock": {"node": 2}}),
        json!({"link": {"from": 0, "to": 1}}),
        json!({"network": {"latency": {"fixed": 10}}}),
        json!({"drop": 999}),
        json!({"deliver": 999}),
        json!({"transfer": {"from": 1, "to": 1}}),
    ] {
        let idle = crate::cluster::action(idle);
        assert!(!run.would_change(&idle), "{idle:?}");
        run.act(idle).unwrap();
    }
    assert_eq!(run.records(), before);
}
