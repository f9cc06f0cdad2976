//! The ring of Chang and Roberts: its rules, its exact numbers of messages, and how it fails.
//! Every message takes 10 ms; heartbeats come every 1000 ms, a node counts one as missed after
//! 1100 ms.

use crate::cluster::{all, at, beliefs, leaders, named, of, open, reigns, rules_of, sent};
use election_engine::ids::NodeId;
use election_engine::protocols::chang_roberts::{Broken, ChangRoberts, Config};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::{Cluster, Scenario, Scripted};
use election_engine::simulation::Simulation;
use election_engine::simulation::network::{Latency, NetworkConfig};
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, Record, RecordId, Tracer};
use election_engine::view::Role;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "chang-roberts/":
    one_node_starts "one-starts",
    all_start_in_the_worst_order "all-start",
    a_lost_token_hangs "lost-token",
}

/// A ring of five in the order of ids, at its end.
fn ring(config: Value, until_ms: u64, script: Value) -> Box<dyn Run> {
    let protocol = json!({"chang-roberts": config});
    let mut run =
        of("chang-roberts", json!({"protocol": protocol, "until_ms": until_ms, "script": script}));
    run.seek(run.end());
    run
}

/// Which id each node sent in its ELECTION messages, in order.
fn ids_sent(run: &dyn Run) -> Vec<(u8, u64)> {
    named(run, EventKind::Send, "ELECTION").iter().map(|e| (e.node.0, e.number.0)).collect()
}

#[test]
fn rule_1_heartbeat_goes_round_the_ring_once_each_interval() {
    let run = ring(json!({}), 10_500, json!([]));
    // At 0, 1000 … 10 000 ms, five links each.
    assert_eq!(sent(&*run, "HEARTBEAT"), 11 * 5);
    assert_eq!(sent(&*run, "WRITE"), 11);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
}

#[test]
fn rule_2_miss_the_third_missed_heartbeat_is_a_suspicion() {
    let run = ring(json!({}), 5_000, json!([{"at_ms": 1500, "do": {"crash": 4}}]));
    let suspicions = all(&*run, |entry| entry.kind == EventKind::Suspect);
    // Node 0 is the first to get the heartbeat of 1000 ms, and so the first to miss three.
    assert_eq!(suspicions[0].node, NodeId(0));
    assert_eq!(suspicions[0].time, SimTime::from_ms(1010 + 3 * 1100));
    assert_eq!(suspicions[0].peer, Some(NodeId(4)));
}

#[test]
fn rule_3_again_a_node_that_heard_of_no_leader_stands_again() {
    let script = json!([
        {"at_ms": 2000, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 2000, "do": {"campaign": 1}},
        {"at_ms": 4000, "do": {"mend": {"from": 4, "to": 0}}},
    ]);
    let run = ring(json!({}), 20_000, script.clone());
    assert!(rules_of(&*run, 4).contains(&"chang-roberts/again"));
    assert_eq!(reigns(&*run), [(0, 4, 1), (7080, 4, 2)]);
    // As in the paper, nobody stands again.
    let hangs = ring(json!({"retry_ms": 0}), 3_600_000, script);
    assert_eq!(reigns(&*hangs), [(0, 4, 1)]);
    assert_eq!(beliefs(&*hangs), [None; 5]);
    let snapshot = hangs.snapshot();
    assert!(snapshot.nodes.iter().all(|n| n.view.as_ref().unwrap().role == Role::Candidate));
}

#[test]
fn rule_4_pass_a_higher_id_is_passed_on_as_it_is() {
    let config = json!({"settled": false, "order": [3, 0, 1, 2, 4]});
    let run = ring(config, 1_034, json!([{"at_ms": 1000, "do": {"campaign": 3}}]));
    assert_eq!(ids_sent(&*run), [(3, 3), (0, 3), (1, 3), (2, 3)]);
    let role = |node: usize| run.snapshot().nodes[node].view.as_ref().unwrap().role;
    assert_eq!([role(0), role(1), role(2), role(3)], [Role::Candidate; 4]);
    assert_eq!(role(4), Role::Follower);
}

#[test]
fn rule_5_win_the_node_whose_id_comes_home_leads_and_announces_it_round_the_ring() {
    let run =
        ring(json!({"settled": false}), 2_000, json!([{"at_ms": 1000, "do": {"campaign": 4}}]));
    assert_eq!(ids_sent(&*run), [(4, 4), (0, 4), (1, 4), (2, 4), (3, 4)]);
    assert_eq!(reigns(&*run), [(1050, 4, 1)]);
    assert_eq!(sent(&*run, "ELECTED"), 5);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
}

#[test]
fn rule_6_replace_a_lower_id_gives_way_to_the_own() {
    let run =
        ring(json!({"settled": false}), 1_500, json!([{"at_ms": 1000, "do": {"campaign": 0}}]));
    assert_eq!(ids_sent(&*run)[..5], [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]);
}

#[test]
fn rule_7_extinguish_a_lower_id_ends_at_a_node_that_takes_part() {
    let config = json!({"start_all": true});
    let run = ring(config, 500, json!([]));
    // In the order of ids each stops at once, but the highest.
    let stopped = all(&*run, |e| e.rule.is_some_and(|r| r.id == "chang-roberts/extinguish"));
    let stopped: Vec<_> = stopped
        .iter()
        .filter(|e| e.kind == EventKind::Deliver)
        .map(|e| (e.node.0, e.number.0))
        .collect();
    assert_eq!(stopped, [(1, 0), (2, 1), (3, 2), (4, 3)]);
}

#[test]
fn rule_8_done_the_announcement_is_taken_off_the_ring_by_its_sender() {
    let run = ring(json!({"start_all": true}), 900, json!([]));
    assert_eq!(sent(&*run, "ELECTED"), 5);
    assert_eq!(rules_of(&*run, 4).last(), Some(&"chang-roberts/done"));
}

#[test]
fn rule_9_follow_who_follows_no_longer_takes_part() {
    let mut run =
        ring(json!({"start_all": true}), 1_500, json!([{"at_ms": 500, "do": {"campaign": 0}}]));
    at(&mut *run, 400);
    assert!(leaders(&*run) == [4] && beliefs(&*run) == [Some((4, 1)); 5]);
    // Therefore a second election takes place like the first.
    at(&mut *run, 1_000);
    assert_eq!(reigns(&*run), [(50, 4, 1), (590, 4, 2)]);
}

#[test]
fn rule_11_refused_a_leader_whose_number_is_too_low_gets_a_higher_one() {
    let run = ring(
        json!({}),
        9_000,
        json!([
            {"at_ms": 500, "do": {"campaign": 0}},
            {"at_ms": 2500, "do": {"crash": 4}},
            {"at_ms": 2600, "do": {"restart-without-disk": 4}},
        ]),
    );
    // With its disk it loses its number: it leads with 1 again, and the store has seen 2.
    let numbers: Vec<u64> = reigns(&*run).iter().map(|reign| reign.2).collect();
    assert_eq!(numbers, [1, 2, 1, 3]);
    assert_eq!(run.snapshot().store.refused, 1);
    assert!(run.violations().is_empty());
}

/// Counts messages by kind and throws the rest away.
#[derive(Default)]
struct Counter {
    election: u64,
    elected: u64,
    leads: Vec<NodeId>,
}

impl Tracer for Counter {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        match (record.kind, record.name) {
            (EventKind::Send, 1) => self.election += 1,
            (EventKind::Send, 2) => self.elected += 1,
            (EventKind::Lead, _) => self.leads.push(record.node),
            _ => {}
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: election_engine::protocol::RuleId) {}
}

/// An election on a ring of this order, begun by one node or by all. The highest node wins, and
/// nobody else.
fn election(order: &[u8], initiator: Option<u8>) -> Counter {
    let config = Config {
        order: order.to_vec(),
        settled: false,
        start_all: initiator.is_none(),
        writes: false,
        ..Config::default()
    };
    let network =
        NetworkConfig { latency: Latency::Fixed(Span::new(10)), ..NetworkConfig::default() };
    let nodes = order.len() as u8;
    let cluster = Cluster { nodes, network, ..Cluster::default() };
    let begin: Vec<Scripted> = initiator
        .map(|id| Scripted {
            at_ms: SimTime::from_ms(100),
            action: election_engine::action::Action::Campaign(NodeId(id)),
        })
        .into_iter()
        .collect();
    let mut simulation = Simulation::<ChangRoberts>::new(config, &cluster, &begin);
    let mut counter = Counter::default();
    // Before the first heartbeat is missed and before the leader's second one.
    simulation.run_until(SimTime::from_ms(900), &mut counter);
    assert_eq!(counter.leads, [NodeId(nodes - 1)]);
    counter
}

/// Every ring of `n` nodes once: an order and its rotations are the same ring, so the highest
/// node always comes last.
fn rings(n: u8) -> Vec<Vec<u8>> {
    fn extend(order: &mut Vec<u8>, left: &mut Vec<u8>, highest: u8, rings: &mut Vec<Vec<u8>>) {
        if left.is_empty() {
            let mut ring = order.clone();
            ring.push(highest);
            rings.push(ring);
        }
        for index in 0..left.len() {
            order.push(left.remove(index));
            extend(order, left, highest, rings);
            left.insert(index, order.pop().unwrap());
        }
    }
    let mut rings = Vec::new();
    extend(&mut Vec::new(), &mut (0..n - 1).collect(), n - 1, &mut rings);
    rings
}

/// Counting rule: one for each ELECTION sent, by whichever node; announcements apart.
#[test]
fn all_start_best_worst_and_mean_over_every_order_up_to_eight_nodes() {
    for n in 2..=8u64 {
        let orders = rings(n as u8);
        let factorial: u64 = (1..=n).product();
        assert_eq!(orders.len() as u64, factorial / n);
        let mut counts = Vec::new();
        for order in &orders {
            let counter = election(order, None);
            assert_eq!(counter.elected, n, "n to announce");
            counts.push(counter.election);
        }
        assert_eq!(counts.iter().min(), Some(&(2 * n - 1)));
        assert_eq!(counts.iter().max(), Some(&(n * (n + 1) / 2)));
        // The mean over the n!/n rings is n · (1 + 1/2 + … + 1/n); both sides times n!/n.
        let total: u64 = counts.iter().sum();
        assert_eq!(total, (1..=n).map(|k| factorial / k).sum::<u64>());
    }
}

#[test]
fn the_best_order_is_upwards_and_the_worst_is_downwards() {
    assert_eq!(election(&[0, 1, 2, 3, 4], None).election, 9);
    assert_eq!(election(&[4, 3, 2, 1, 0], None).election, 15);
}

/// Counting rule: ELECTION and ELECTED messages together. The higher ids on the way replace the
/// starter's, so one message goes from the starter to the highest node, and two laps follow.
#[test]
fn one_starter_takes_2n_to_3n_minus_1() {
    for n in 2..=6u64 {
        let mut seen = std::collections::BTreeSet::new();
        for order in rings(n as u8) {
            for (place, starter) in order.iter().enumerate() {
                let counter = election(&order, Some(*starter));
                let to_the_highest = n - 1 - place as u64;
                assert_eq!(counter.election + counter.elected, 2 * n + to_the_highest);
                seen.insert(counter.election + counter.elected);
            }
        }
        assert!(seen.into_iter().eq(2 * n..=3 * n - 1));
    }
}

#[test]
fn a_node_that_is_down_leaves_the_ring_without_elections() {
    let script =
        json!([{"at_ms": 1500, "do": {"crash": 1}}, {"at_ms": 60_000, "do": {"restart": 1}}]);
    let mut run = ring(json!({}), 80_000, script);
    at(&mut *run, 59_000);
    // The leader is up and hears of the others' elections, but its own id cannot come home.
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert!(leaders(&*run).is_empty());
    run.seek(run.end());
    assert_eq!(leaders(&*run), [4]);
    assert_eq!(beliefs(&*run), [Some((4, 2)); 5]);
}

#[test]
fn a_partition_has_no_second_leader() {
    let run = ring(
        json!({}),
        60_000,
        json!([{"at_ms": 1500, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}}]),
    );
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
}

#[test]
fn after_losses_and_crashes_end_a_leader_comes_within_the_stated_bound() {
    let links = |permille: u16, from: u8| {
        json!({"at_ms": 1000, "do": {"link":
            {"from": from, "to": (from + 1) % 5, "loss_permille": permille, "delay_ms": 20}}})
    };
    for seed in 0..20u8 {
        let mut script: Vec<Value> = (0..5).map(|from| links(300, from)).collect();
        script.push(json!({"at_ms": 3000, "do": {"crash": seed % 5}}));
        script.push(json!({"at_ms": 4000, "do": {"campaign": (seed + 2) % 5}}));
        script.push(json!({"at_ms": 9000, "do": {"restart": seed % 5}}));
        script.push(json!({"at_ms": 20_000, "do": "heal"}));
        let mut run = of(
            "chang-roberts",
            json!({"cluster": {"seed": seed}, "until_ms": 120_000, "script": script}),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(60_000));
        run.seek(SimTime::from_ms(20_000) + bound);
        assert_eq!(leaders(&*run), [4], "seed {seed}");
        let first = beliefs(&*run)[0];
        assert!(first.is_some() && beliefs(&*run).iter().all(|belief| *belief == first));
        assert!(run.violations().is_empty());
    }
}

#[test]
fn an_order_that_does_not_name_every_node_once_is_refused() {
    for order in [json!([0, 1, 2, 3]), json!([0, 1, 2, 3, 3]), json!([0, 1, 2, 3, 5])] {
        let text = json!({"version": 1, "protocol": {"chang-roberts": {"order": order}}});
        let error = Scenario::parse(&text.to_string()).unwrap_err();
        assert!(error.message.contains("expected every id from 0 to 4 once"), "{error}");
    }
}

#[test]
fn a_node_alone_leads() {
    let mut run = of(
        "chang-roberts",
        json!({
            "protocol": {"chang-roberts": {"start_all": true}},
            "cluster": {"nodes": 1},
        }),
    );
    at(&mut *run, 100);
    assert_eq!(leaders(&*run), [0]);
}

/// What is noticed when a rule is switched off, in a run without a single fault.
fn noticed(broken: Option<&str>) -> Vec<String> {
    let mut scenario =
        Scenario::parse(include_str!("../../../course/systems/chang-roberts/all-start.json"))
            .unwrap();
    if let Some(rule) = broken {
        assert!(scenario.protocol.switch_off(rule));
    }
    let mut run = registry::open(scenario);
    run.seek(run.end());
    let mut noticed: Vec<String> =
        run.violations().iter().map(|violation| violation.check.name().to_owned()).collect();
    if reigns(&*run).iter().any(|reign| reign.1 != 4) {
        noticed.push("only the highest node leads".to_owned());
    }
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    assert_eq!(noticed(None), [""; 0]);
    assert_eq!(noticed(Some("keeps-minimum")), ["only the highest node leads"]);
    assert_eq!(
        noticed(Some("no-extinction")),
        ["one-leader-per-number", "only the highest node leads"]
    );
    assert_eq!(registry::ALL.iter().find(|i| i.name == "chang-roberts").unwrap().switches.len(), 2);
    assert_eq!(Broken::named("no-such-rule"), None);
}

#[test]
fn a_switch_can_be_written_in_a_scenario() {
    let run = open(r#"{"version": 1, "protocol": {"chang-roberts": {"broken": "keeps-minimum"}}}"#);
    let written = serde_json::to_value(run.scenario()).unwrap();
    assert_eq!(written["protocol"]["chang-roberts"]["broken"], "keeps-minimum");
}
