//! The lock in ZooKeeper: its rules, what a failover costs, whose clock counts. Every message
//! takes 10 ms, the last node is the ensemble, the session timeout is 10 s and the tick 2 s.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, sent, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "zookeeper-lock/":
    the_next_in_line "next-in-line",
    everyone_rushes "everyone-rushes",
    cut_off_from_the_ensemble "cut-off",
    it_wakes_and_writes "wakes-and-writes",
}

/// A run with these fields, at its end. Nothing in it may be violated.
fn sound(fields: Value) -> Box<dyn Run> {
    let mut run = of("zookeeper-lock", fields);
    run.seek(run.end());
    assert_eq!(run.violations(), []);
    run
}

/// A settled run of `clients` clients in which this happens, at its end.
fn settled(recipe: bool, clients: u8, script: Value) -> Box<dyn Run> {
    sound(json!({
        "protocol": {"zookeeper-lock": {"recipe": recipe}},
        "cluster": {"nodes": clients + 1},
        "script": script,
        "until_ms": 40_000,
    }))
}

/// When the ensemble gave up a session, and whose.
fn expiries(run: &dyn Run) -> Vec<(u64, u8)> {
    let ensemble = NodeId(run.scenario().cluster.nodes - 1);
    all(run, |entry| entry.kind == EventKind::Suspect && entry.node == ensemble)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.peer.unwrap().0))
        .collect()
}

/// When clients stopped leading, and who.
fn ends(run: &dyn Run) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == EventKind::StepDown)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

/// Counting rule: every message between a client and the ensemble but heartbeats and their
/// answers, from the first connection to the last watch.
#[test]
fn to_queue_takes_a_create_a_read_and_a_watch() {
    for clients in 2..=6u8 {
        let run = sound(json!({
            "protocol": {"zookeeper-lock": {"settled": false}},
            "cluster": {"nodes": clients + 1},
            "until_ms": 3_000,
        }));
        let clients = usize::from(clients);
        for name in ["CONNECT", "CONNECTED", "CREATE", "CREATED", "GET CHILDREN", "CHILDREN"] {
            assert_eq!(sent(&*run, name), clients, "{name}");
        }
        // The first has nobody to watch.
        assert_eq!((sent(&*run, "EXISTS"), sent(&*run, "FOUND")), (clients - 1, clients - 1));
        assert_eq!(leaders(&*run), [0]);
    }
}

#[test]
fn the_lowest_number_leads_and_leads_with_it() {
    // Node 2 hears of its session first and creates the first node.
    let slow =
        |from: u8| json!({"at_ms": 0, "do": {"link": {"from": from, "to": 3, "delay_ms": 50}}});
    let run = sound(json!({
        "protocol": {"zookeeper-lock": {"settled": false}},
        "cluster": {"nodes": 4},
        "until_ms": 3_000,
        "script": [slow(0), slow(1)],
    }));
    let created: Vec<_> = named(&*run, EventKind::Deliver, "CREATED")
        .iter()
        .map(|e| (e.node.0, e.number.0))
        .collect();
    let lowest = created.iter().min_by_key(|(_, czxid)| *czxid).unwrap();
    assert_eq!(leaders(&*run), [lowest.0]);
    assert_eq!(reigns(&*run)[0].2, lowest.1);
}

/// Counting rule: DELETED is one client woken. The leader is dead and sends nothing.
#[test]
fn a_failover_wakes_one_client_in_the_queue_and_all_the_others_without_it() {
    for clients in 3..=9u8 {
        let others = usize::from(clients) - 1;
        let crash = json!([{"at_ms": 4000, "do": {"crash": clients - 1}}]);
        let run = settled(true, clients, crash.clone());
        assert_eq!(sent(&*run, "DELETED"), 1);
        assert_eq!((sent(&*run, "GET CHILDREN"), sent(&*run, "CREATE")), (1, 0));
        assert_eq!(leaders(&*run), [clients - 2]);

        let run = settled(false, clients, crash);
        assert_eq!(sent(&*run, "DELETED"), others);
        assert_eq!(sent(&*run, "CREATE"), others);
        assert_eq!((sent(&*run, "CREATED"), sent(&*run, "NODE EXISTS")), (1, others - 1));
        // Those who came too late watch again.
        assert_eq!(sent(&*run, "EXISTS"), others - 1);
        assert_eq!(leaders(&*run).len(), 1);
    }
}

#[test]
fn in_the_queue_the_others_see_who_leads_with_their_next_heartbeat() {
    let crash = || json!([{"at_ms": 4000, "do": {"crash": 3}}]);
    let of = |run: &dyn Run| -> Vec<Option<u8>> {
        beliefs(run)[..3].iter().map(|belief| belief.map(|b| b.0)).collect()
    };
    let mut run = settled(true, 4, crash());
    at(&mut *run, 14_050);
    assert_eq!(of(&*run), [Some(3), Some(3), Some(2)]);
    at(&mut *run, 14_050 + 3_334);
    assert_eq!(of(&*run), [Some(2); 3]);
    // Without it all are told at once.
    let mut run = settled(false, 4, crash());
    at(&mut *run, 14_100);
    assert_eq!(of(&*run), [Some(leaders(&*run)[0]); 3]);
}

#[test]
fn a_failover_takes_a_session_timeout_and_at_most_a_tick_more() {
    let mut waits = Vec::new();
    for crash in (3000..7000).step_by(100) {
        let run = settled(true, 3, json!([{"at_ms": crash, "do": {"crash": 2}}]));
        // Heartbeats leave at 0, 3333, 6666 ms and arrive 10 ms later.
        let heard = (0..3).map(|k| k * 10_000 / 3).rfind(|sent| *sent < crash).unwrap() + 10;
        let (expired, whose) = expiries(&*run)[0];
        assert_eq!(whose, 2);
        assert!((heard + 10_000..=heard + 12_000).contains(&expired), "{heard} {expired}");
        assert_eq!(expired % 2000, 0);
        // DELETED, GET CHILDREN and CHILDREN.
        assert_eq!(reigns(&*run)[1].0, expired + 30);
        waits.push(expired + 30 - crash);
    }
    // From the crash: a heartbeat's time less, and a tick more.
    let (least, most) = (*waits.iter().min().unwrap(), *waits.iter().max().unwrap());
    assert!(least >= 10_000 - 3334 && most <= 12_040, "{least} to {most}");
}

#[test]
fn one_that_dies_in_the_queue_makes_no_leader() {
    let run = settled(true, 4, json!([{"at_ms": 4000, "do": {"crash": 2}}]));
    // Node 1 watched node 2. It reads again and watches node 3.
    assert_eq!((sent(&*run, "DELETED"), sent(&*run, "GET CHILDREN")), (1, 1));
    let watches = named(&*run, EventKind::Send, "EXISTS");
    assert_eq!(watches.len(), 1);
    assert_eq!((watches[0].node, watches[0].number), (NodeId(1), reigns_number(&*run)));
    assert_eq!(reigns(&*run).len(), 1);
}

/// The number of the first leader.
fn reigns_number(run: &dyn Run) -> Token {
    Token(reigns(run)[0].2)
}

#[test]
fn a_leader_that_is_cut_off_stops_before_its_session_expires() {
    let run = settled(
        true,
        3,
        json!([
            {"at_ms": 4000, "do": {"partition": [[2], [3]]}},
            {"at_ms": 20_000, "do": "heal"},
        ]),
    );
    // It heard the ensemble last at 3353 ms; two thirds of 10 s follow.
    assert_eq!(ends(&*run), [(3353 + 6666, 2)]);
    assert_eq!(expiries(&*run), [(14_000, 2)]);
    assert_eq!(reigns(&*run)[1], (14_030, 1, 5));
    assert_eq!(sent(&*run, "EXPIRED"), 1);
    assert_eq!(leaders(&*run), [1]);
}

#[test]
fn a_client_that_is_back_in_time_keeps_its_session_and_leads_again() {
    let run = settled(
        true,
        3,
        json!([
            {"at_ms": 4000, "do": {"partition": [[2], [3]]}},
            {"at_ms": 10_500, "do": "heal"},
        ]),
    );
    assert_eq!(expiries(&*run), []);
    let who: Vec<_> = reigns(&*run).iter().map(|reign| (reign.1, reign.2)).collect();
    assert_eq!(who, [(2, 4), (2, 4)]);
}

#[test]
fn a_process_that_restarts_waits_for_the_end_of_its_own_old_session() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 0}}, {"at_ms": 4100, "do": {"restart": 0}}]);
    for recipe in [true, false] {
        let run = settled(recipe, 1, script.clone());
        let second = reigns(&*run)[1];
        assert!((13_000..=17_000).contains(&second.0), "{second:?}");
        assert!(second.2 > reigns(&*run)[0].2);
    }
}

#[test]
fn the_clocks_of_clients_expire_no_session() {
    for skew in [-60_000, 60_000] {
        let run = sound(json!({
            "cluster": {"nodes": 4, "clocks": [{"node": 2, "skew_ms": skew}]},
            "until_ms": 40_000,
        }));
        assert_eq!((expiries(&*run), ends(&*run)), (vec![], vec![]));
    }
}

/// Sessions are counted by what the ensemble's clock has counted, and nobody sets that.
#[test]
fn an_ensembles_clock_that_is_set_makes_no_session_longer_or_shorter() {
    for skew in [-60_000, 60_000] {
        let set = json!({"at_ms": 5000, "do": {"clock": {"node": 3, "skew_ms": skew}}});
        let run = settled(true, 3, json!([set, {"at_ms": 6000, "do": {"crash": 2}}]));
        assert_eq!(expiries(&*run), [(14_000, 2)]);
        assert_eq!(leaders(&*run), [1]);
    }
}

/// Who hears nothing has no connection, so its wish for one keeps nothing. The last heartbeat over
/// the old one left at 9999 ms, just before two thirds of the timeout were over.
#[test]
fn a_link_cut_one_way_ends_the_session_of_a_client_that_hears_nothing() {
    let cut = json!([{"at_ms": 4000, "do": {"cut": {"from": 3, "to": 2}}}]);
    for recipe in [true, false] {
        let run = settled(recipe, 3, cut.clone());
        assert_eq!(ends(&*run), [(3353 + 6666, 2)]);
        assert_eq!(expiries(&*run), [(22_000, 2)]);
        assert!(named(&*run, EventKind::Deliver, "CONNECT").len() > 3);
        assert_eq!(leaders(&*run).len(), 1);
        assert_ne!(leaders(&*run), [2]);
    }
}

#[test]
fn the_ensembles_own_clock_does_when_it_runs_fast() {
    // Four times as fast: 10 s pass in 2.5 s, before the second heartbeat.
    let run = sound(json!({
        "cluster": {"nodes": 3, "clocks": [{"node": 2, "drift_ppm": 3_000_000}]},
        "until_ms": 20_000,
    }));
    assert!(expiries(&*run).len() > 2);
}

#[test]
fn an_old_leader_that_wakes_is_stopped_by_the_store_and_by_nothing_else() {
    let script =
        json!([{"at_ms": 4000, "do": {"pause": 2}}, {"at_ms": 18_500, "do": {"resume": 2}}]);
    let run = settled(true, 3, script);
    let (_, refused) = writes(&*run);
    assert_eq!(refused, [Token(4)]);
    // It hears of the refusal, or that its session is over, within a round trip.
    assert_eq!(ends(&*run), [(18_500, 2)]);
}

#[test]
fn the_ensemble_restarts_with_its_sessions_and_without_their_watches() {
    let run = settled(
        true,
        3,
        json!([
            {"at_ms": 4000, "do": {"crash": 3}},
            {"at_ms": 4500, "do": {"restart": 3}},
            {"at_ms": 9000, "do": {"crash": 2}},
        ]),
    );
    // The next heartbeats find no connection and make one; nobody loses its session.
    assert_eq!(sent(&*run, "CLOSED"), 3);
    assert_eq!(expiries(&*run).iter().map(|e| e.1).collect::<Vec<_>>(), [2]);
    assert_eq!(leaders(&*run), [1]);
}

#[test]
fn without_the_ensemble_nobody_leads_and_with_it_again_somebody_does() {
    let mut run = of(
        "zookeeper-lock",
        json!({
            "cluster": {"nodes": 4},
            "script": [{"at_ms": 4000, "do": {"crash": 3}}, {"at_ms": 60_000, "do": {"restart": 3}}],
            "until_ms": 90_000,
        }),
    );
    at(&mut *run, 59_000);
    assert_eq!(leaders(&*run), [0; 0]);
    run.seek(run.end());
    assert_eq!(leaders(&*run), [2]);
    assert_eq!(run.violations(), []);
}

#[test]
fn a_leader_that_resigns_is_followed_by_the_next_in_line_at_once() {
    let run = settled(true, 4, json!([{"at_ms": 4000, "do": {"transfer": {"from": 3, "to": 0}}}]));
    // DELETE, DELETED, GET CHILDREN, CHILDREN.
    assert_eq!(reigns(&*run)[1], (4040, 2, 6));
    assert_eq!(expiries(&*run), []);
    assert_eq!(sent(&*run, "CREATE"), 1);
}

/// Whoever queued again before its old node is gone would find it, take itself for the leader, and
/// lose the lead without a word when the old request arrives at last.
#[test]
fn a_leader_that_resigns_queues_again_only_when_its_node_is_gone() {
    let link = |delay_ms: u64| json!({"link": {"from": 3, "to": 4, "delay_ms": delay_ms}});
    let run = sound(json!({
        "protocol": {"zookeeper-lock": {"recipe": true}},
        "cluster": {"nodes": 5, "network": {"reorder_permille": 1000}},
        "script": [
            {"at_ms": 4000, "do": link(5000)},
            {"at_ms": 4000, "do": {"transfer": {"from": 3, "to": 0}}},
            {"at_ms": 4001, "do": link(0)},
        ],
        "until_ms": 40_000,
    }));
    // The second DELETE, a second later, is the first to arrive; the first one ends nothing.
    let arrived = named(&*run, EventKind::Deliver, "DELETE");
    let times: Vec<u64> = arrived.iter().map(|entry| entry.time.as_ms()).collect();
    assert_eq!(times, [5010, 9010]);
    assert_eq!(ends(&*run), [(4000, 3)]);
    let reigns = reigns(&*run);
    assert_eq!((reigns.len(), reigns[1]), (2, (5040, 2, 6)));
    assert_eq!(sent(&*run, "CREATE"), 1);
}

#[test]
fn a_timeout_is_granted_between_2_and_20_ticks() {
    for (asked, granted) in [(100, 4000), (10_000, 10_000), (600_000, 40_000)] {
        let mut run = of(
            "zookeeper-lock",
            json!({
                "protocol": {"zookeeper-lock": {"session_ms": asked}},
                "cluster": {"nodes": 3},
                "script": [{"at_ms": 50, "do": {"crash": 1}}],
                "until_ms": 50_000,
            }),
        );
        run.seek(run.end());
        assert_eq!(expiries(&*run), [((10 + granted) / 2000 * 2000 + 2000, 1)]);
    }
}

#[test]
fn after_losses_and_crashes_end_somebody_leads() {
    for recipe in [true, false] {
        for seed in 0..10u8 {
            let mut script: Vec<Value> = Vec::new();
            for client in 0..4u8 {
                for (from, to) in [(client, 4), (4, client)] {
                    script.push(json!({"at_ms": 100, "do": {"link":
                        {"from": from, "to": to, "loss_permille": 500, "delay_ms": 100}}}));
                }
            }
            script.push(json!({"at_ms": 9000, "do": {"crash": 3}}));
            script.push(json!({"at_ms": 12_000, "do": {"crash": 4}}));
            script.push(json!({"at_ms": 15_000, "do": {"restart": 4}}));
            script.push(json!({"at_ms": 19_000, "do": {"restart": 3}}));
            script.push(json!({"at_ms": 30_000, "do": "heal"}));
            let mut run = of(
                "zookeeper-lock",
                json!({
                    "protocol": {"zookeeper-lock": {"recipe": recipe, "settled": seed % 2 == 0}},
                    "cluster": {"seed": seed, "network": {"duplicate_permille": 100}},
                    "script": script,
                    "until_ms": 100_000,
                }),
            );
            let bound = run.scenario().protocol.settles_within(5, Span::new(10));
            run.seek(SimTime::from_ms(30_000) + bound);
            assert_eq!(leaders(&*run).len(), 1, "seed {seed}");
            let leader = leaders(&*run)[0];
            assert!(beliefs(&*run).iter().all(|b| b.is_some_and(|b| b.0 == leader)));
            assert_eq!(run.violations(), []);
        }
    }
}

/// What is noticed in a run of four clients with this switch: by the checks, and by what the
/// tests above ask for.
fn noticed(broken: Option<&str>, script: &Value) -> Vec<&'static str> {
    let mut protocol = json!({});
    if let Some(broken) = broken {
        protocol = json!({"broken": broken});
    }
    let mut run = of(
        "zookeeper-lock",
        json!({
            "protocol": {"zookeeper-lock": protocol},
            "cluster": {"clocks": [{"node": 0, "skew_ms": -60_000}]},
            "script": script,
            "until_ms": 30_000,
        }),
    );
    let mut noticed = Vec::new();
    let mut overlap = false;
    for instant in (0..30_000).step_by(100) {
        at(&mut *run, instant);
        overlap |= leaders(&*run).len() > 1;
    }
    run.seek(run.end());
    noticed.extend(run.violations().iter().map(|violation| violation.check.name()));
    if overlap {
        noticed.push("one leader at a time where nobody sleeps");
    }
    if expiries(&*run).iter().any(|(_, client)| *client == 0) {
        noticed.push("who is heard keeps its session");
    }
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let crash = |node: u8| json!([{"at_ms": 4000, "do": {"crash": node}}]);
    let cut = json!([{"at_ms": 4000, "do": {"partition": [[3], [4]]}}]);
    let table = [
        ("watches-the-leader", crash(3), "one-woken"),
        ("leads-on-any-deletion", crash(2), "granted"),
        ("leads-while-disconnected", cut, "one leader at a time where nobody sleeps"),
        ("expiry-by-client-clock", json!([]), "who is heard keeps its session"),
    ];
    for (rule, script, found) in &table {
        assert_eq!(noticed(None, script), [""; 0], "{rule}");
        let noticed = noticed(Some(rule), script);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "zookeeper-lock").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}
