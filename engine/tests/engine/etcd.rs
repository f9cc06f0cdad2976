//! etcd's elections: the rules of its client and of its leases, their figures, and how they
//! fail. The last node is etcd; the others have keys with the create revisions 2, 3 … in the
//! order of ids, so that node 0 leads. Every message takes 10 ms unless a test says otherwise;
//! the TTL is 60 s.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, rules_of, sent};
use election_engine::ids::{NodeId, Token};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "etcd/":
    the_leader_crashes "leader-crash",
    a_paused_leader_does_damage "paused-unchecked",
    a_paused_leader_is_refused "paused-checked",
    a_dead_leader_lingers "etcd-changes-leader",
}

const TTL: Span = Span::new(60_000);

/// A run of so many nodes, etcd included, at its end.
fn cluster(nodes: u8, until_ms: u64, script: Value) -> Box<dyn Run> {
    with(json!({}), nodes, until_ms, script)
}

/// The same with other parameters.
fn with(parameters: Value, nodes: u8, until_ms: u64, script: Value) -> Box<dyn Run> {
    played(json!({
        "protocol": {"etcd": parameters},
        "cluster": {"nodes": nodes},
        "until_ms": until_ms,
        "script": script,
    }))
}

fn played(fields: Value) -> Box<dyn Run> {
    let mut run = of("etcd", fields);
    run.seek(run.end());
    run
}

/// When things of this kind happened to a node.
fn times(run: &dyn Run, node: u8, kind: EventKind) -> Vec<SimTime> {
    all(run, |e| e.node == NodeId(node) && e.kind == kind).iter().map(|e| e.time).collect()
}

/// When messages or timers of this name came to a node, or were sent by it.
fn came(run: &dyn Run, node: u8, kind: EventKind, name: &str) -> Vec<SimTime> {
    let found = named(run, kind, name);
    found.iter().filter(|e| e.node == NodeId(node)).map(|e| e.time).collect()
}

/// When keepalives of a node came to etcd.
fn kept_alive(run: &dyn Run, node: u8) -> Vec<SimTime> {
    let found = named(run, EventKind::Deliver, "KEEPALIVE");
    found.iter().filter(|e| e.peer == Some(NodeId(node))).map(|e| e.time).collect()
}

/// Who led after whom, with which create revision.
fn order(run: &dyn Run) -> Vec<(u8, u64)> {
    reigns(run).iter().map(|reign| (reign.1, reign.2)).collect()
}

fn ms(spans: &[Span]) -> (u64, u64) {
    let ms = |span: Option<&Span>| span.expect("there was a run").as_micros() / 1000;
    (ms(spans.iter().min()), ms(spans.iter().max()))
}

#[test]
fn rule_18_renew_a_keepalive_every_third_of_the_ttl() {
    let run = cluster(3, 200_000, json!([]));
    for node in 0..2 {
        let sent = came(&*run, node, EventKind::Send, "KEEPALIVE");
        assert!(sent.len() >= 9);
        for pair in sent.windows(2) {
            // From the answer on, 20 ms later, and up to 500 ms because it only looks so often.
            let wait = pair[1].since(pair[0]);
            assert!((Span::new(20_020)..=Span::new(20_520)).contains(&wait), "{wait}");
        }
    }
    assert_eq!(order(&*run), [(0, 2)]);
    assert_eq!(run.violations(), []);
}

#[test]
fn rule_8_expire_a_lease_lives_for_its_ttl_from_the_last_keepalive_by_etcds_clock() {
    let mut waits = Vec::new();
    let mut since_crash = Vec::new();
    for seed in 0..100u64 {
        let crash = 65_000 + seed * 211 % 21_000;
        let run = played(json!({
            "cluster": {"nodes": 3, "seed": seed, "network": {"latency": {"fixed": 1}}},
            "script": [{"at_ms": crash, "do": {"crash": 0}}],
            "until_ms": 150_000,
        }));
        let expired = times(&*run, 2, EventKind::Suspect)[0];
        waits.push(expired.since(*kept_alive(&*run, 0).last().unwrap()));
        since_crash.push(times(&*run, 1, EventKind::Lead)[0].since(SimTime::from_ms(crash)));
        assert_eq!(order(&*run), [(0, 2), (1, 3)]);
        assert_eq!(run.violations(), []);
    }
    // etcd looks every 500 ms.
    let (shortest, longest) = ms(&waits);
    assert!((60_000..60_100).contains(&shortest), "{shortest}");
    assert!((60_400..=60_500).contains(&longest), "{longest}");
    // The last keepalive was up to 20.5 s ago when the leader crashed.
    let (shortest, longest) = ms(&since_crash);
    println!("the next leads {shortest} to {longest} ms after the crash");
    assert!((39_500..41_000).contains(&shortest), "{shortest}");
    assert!((59_000..=60_503).contains(&longest), "{longest}");
}

#[test]
fn rule_16_lost_a_client_notices_by_its_own_clock_a_ttl_after_the_last_answer() {
    let mut waits = Vec::new();
    for seed in 0..40u64 {
        let run = played(json!({
            "cluster": {"nodes": 3, "seed": seed},
            "script": [{"at_ms": 65_000 + seed * 499, "do": {"cut": {"from": 0, "to": 2}}}],
            "until_ms": 170_000,
        }));
        let answer = *came(&*run, 0, EventKind::Deliver, "ALIVE").last().unwrap();
        let stopped = times(&*run, 0, EventKind::StepDown);
        assert_eq!(stopped.len(), 1);
        waits.push(stopped[0].since(answer));
        assert_eq!(leaders(&*run), [1]);
    }
    // It looks every second.
    let (shortest, longest) = ms(&waits);
    assert!((60_000..60_200).contains(&shortest), "{shortest}");
    assert!((60_800..=61_000).contains(&longest), "{longest}");
}

#[test]
fn a_leader_that_is_cut_off_and_its_successor_may_overlap_for_a_second() {
    let mut overlaps = Vec::new();
    for seed in 0..60u64 {
        let run = played(json!({
            "cluster": {"nodes": 3, "seed": seed},
            "script": [{"at_ms": 65_000, "do": {"cut": {"from": 0, "to": 2}}}],
            "until_ms": 150_000,
        }));
        let stopped = times(&*run, 0, EventKind::StepDown)[0];
        let overlap = stopped.since(times(&*run, 1, EventKind::Lead)[0]);
        assert_eq!(overlap > Span::ZERO, !run.violations().is_empty());
        overlaps.push(overlap);
    }
    // etcd counts from when it renews, looks every 500 ms and tells the next in 30 ms; the
    // client counts from 10 ms later and looks every second.
    let (shortest, longest) = ms(&overlaps);
    assert_eq!(shortest, 0);
    assert!((500..=980).contains(&longest), "{longest}");
    let often = overlaps.iter().filter(|overlap| **overlap > Span::ZERO).count();
    println!("{often} of 60 overlap, by up to {longest} ms");
    assert!((30..58).contains(&often), "{often}");
}

/// How many of five waiting clients wake up when the leader's key goes.
fn woken(broken: Option<&str>) -> usize {
    let mut parameters = json!({"observe": false});
    if let Some(rule) = broken {
        parameters["broken"] = rule.into();
    }
    let run = with(parameters, 7, 100_000, json!([{"at_ms": 30_000, "do": {"crash": 0}}]));
    assert_eq!(order(&*run), [(0, 2), (1, 3)]);
    sent(&*run, "DELETED")
}

#[test]
fn rule_13_wait_a_failover_wakes_one_client() {
    assert_eq!(woken(None), 1);
}

#[test]
fn a_failover_takes_four_messages() {
    let script = json!([{"at_ms": 30_000, "do": {"crash": 0}}]);
    let run = with(json!({"observe": false}), 7, 100_000, script);
    // DELETED to the next, its BEFORE, the answer LAST, its PROCLAIM; keepalives and writes
    // come anyway.
    let anyway = ["KEEPALIVE", "ALIVE", "WRITE", "ACCEPTED"];
    let sends = all(&*run, |e| e.kind == EventKind::Send && !anyway.contains(&e.name));
    let names: Vec<&str> = sends.iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["DELETED", "BEFORE", "LAST", "PROCLAIM"]);
}

#[test]
fn rules_10_to_13_to_get_in_line_takes_four_requests() {
    let run = cluster(
        3,
        40_000,
        json!([{"at_ms": 10_000, "do": {"crash": 1}}, {"at_ms": 30_000, "do": {"restart": 1}}]),
    );
    let sends = all(&*run, |e| {
        e.kind == EventKind::Send
            && e.time >= SimTime::from_ms(30_000)
            && e.node == NodeId(1)
            && e.name != "KEEPALIVE"
    });
    let names: Vec<&str> = sends.iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["GRANT", "PUT", "BEFORE", "WATCH"]);
    // Its old key is still there: the newest key before its new one is its own old one.
    assert_eq!(sends[3].number, Token(3));
}

#[test]
fn the_line_is_served_in_the_order_in_which_it_was_joined() {
    let run = cluster(
        5,
        300_000,
        json!([
            {"at_ms": 10_000, "do": {"crash": 0}},
            {"at_ms": 90_000, "do": {"restart": 0}},
            {"at_ms": 95_000, "do": {"crash": 1}},
            {"at_ms": 180_000, "do": {"campaign": 2}},
            {"at_ms": 200_000, "do": {"campaign": 3}},
        ]),
    );
    // Revision 6 is the deletion of node 0's first key, 7 node 1's proclamation.
    assert_eq!(order(&*run), [(0, 2), (1, 3), (2, 4), (3, 5), (0, 8)]);
    assert_eq!(run.violations(), []);
}

#[test]
fn rule_14_woken_looks_again_when_the_one_before_gives_up_without_having_led() {
    let run = cluster(4, 100_000, json!([{"at_ms": 10_000, "do": {"crash": 1}}]));
    // Node 2 waits for node 1's key; when it goes, node 0 is before it.
    assert_eq!(order(&*run), [(0, 2)]);
    let watches = named(&*run, EventKind::Send, "WATCH");
    assert_eq!(watches.len(), 1);
    assert_eq!((watches[0].node, watches[0].number), (NodeId(2), Token(2)));
}

#[test]
fn rule_22_give_way_a_leader_that_resigns_gets_in_line_at_the_end() {
    let run = cluster(4, 60_000, json!([{"at_ms": 10_000, "do": {"campaign": 0}}]));
    let reigns = reigns(&*run);
    // RESIGN, DELETED, BEFORE and LAST: the next leads after four messages.
    assert_eq!(reigns, [(0, 0, 2), (10_040, 1, 3)]);
    assert_eq!(times(&*run, 0, EventKind::StepDown), [SimTime::from_ms(10_000)]);
    // The deletion was revision 5, so the new key is 6, and waits for node 2's.
    let watch = named(&*run, EventKind::Send, "WATCH");
    assert_eq!((watch[0].node, watch[0].number), (NodeId(0), Token(4)));
    assert_eq!(named(&*run, EventKind::Deliver, "CREATED")[0].number, Token(6));
    assert_eq!(run.violations(), []);
}

#[test]
fn rule_22_who_waits_and_campaigns_again_keeps_its_place() {
    let run = cluster(4, 20_000, json!([{"at_ms": 10_000, "do": {"campaign": 2}}]));
    assert_eq!(sent(&*run, "PUT"), 0);
    let view = run.snapshot().nodes[2].view.clone().unwrap();
    assert!(view.fields.iter().any(|f| f.name == "create revision" && f.value == "4"));
}

#[test]
fn rule_9_promote_a_dead_leader_lingers_for_a_full_ttl_when_etcd_changes_its_leader() {
    let script = json!([
        {"at_ms": 30_000, "do": {"crash": 0}},
        {"at_ms": 70_000, "do": {"campaign": 3}},
    ]);
    let run = cluster(4, 150_000, script);
    let expired = times(&*run, 3, EventKind::Suspect)[0];
    // The TTL, an election timeout of a second, and up to 500 ms until etcd looks.
    let wait = expired.since(SimTime::from_ms(70_000));
    assert!((TTL + Span::new(1000)..=TTL + Span::new(1500)).contains(&wait), "{wait}");
}

#[test]
fn a_restart_of_etcd_changes_nobodys_place() {
    let run = cluster(
        4,
        200_000,
        json!([
            {"at_ms": 30_000, "do": {"crash": 3}},
            {"at_ms": 60_000, "do": {"restart": 3}},
            {"at_ms": 100_000, "do": {"crash": 0}},
        ]),
    );
    // Watches are gone with etcd's memory; keepalives set them up again.
    assert_eq!(order(&*run), [(0, 2), (1, 3)]);
    assert_eq!(run.violations(), []);
}

/// It would take the place in line of the process before it, whose lease nobody keeps alive.
#[test]
fn an_answer_to_a_process_that_has_crashed_means_nothing_to_the_next_one() {
    let answers_take = |at: u64, delay: u64| json!({"at_ms": at, "do": {"link": {"from": 4, "to": 2, "delay_ms": delay}}});
    let script = json!([
        {"at_ms": 9990, "do": {"crash": 2}},
        {"at_ms": 10_000, "do": {"restart": 2}},
        answers_take(10_025, 30_005),
        answers_take(10_200, 0),
        {"at_ms": 10_100, "do": {"crash": 2}},
        {"at_ms": 40_000, "do": {"restart": 2}},
    ]);
    let run = cluster(5, 60_000, script);
    let keys = all(&*run, |entry| entry.kind == EventKind::Candidate && entry.node == NodeId(2));
    let late = came(&*run, 2, EventKind::Deliver, "CREATED");
    // The first is that of the process before, and comes while the next one waits for its own.
    assert_eq!((late.len(), late[0]), (2, SimTime::from_ms(40_045)));
    assert_eq!(times(&*run, 2, EventKind::Restart), [10_000, 40_000].map(SimTime::from_ms));
    assert_eq!(keys.iter().map(|key| key.time).collect::<Vec<_>>(), late[1..]);
}

#[test]
fn rule_17_observe_everybody_hears_who_leads() {
    let mut run = cluster(5, 100_000, json!([{"at_ms": 30_000, "do": {"crash": 0}}]));
    at(&mut *run, 100_000);
    assert_eq!(beliefs(&*run)[1..], [Some((1, 3)); 4]);
    // Three clients that live, and the dead one.
    assert_eq!(sent(&*run, "LEADER"), 4);
}

#[test]
fn rule_6_proclaim_who_leads_without_its_key_is_told_so() {
    // Node 1's clock runs at a tenth, and its keepalives are lost: its lease runs out, and it
    // does not know when node 0 resigns and it is woken.
    let run = played(json!({
        "cluster": {"nodes": 4, "clocks": [{"node": 1, "drift_ppm": -900_000}]},
        "script": [
            {"at_ms": 100, "do": {"cut": {"from": 1, "to": 3}}},
            {"at_ms": 64_000, "do": {"mend": {"from": 1, "to": 3}}},
            {"at_ms": 64_100, "do": {"campaign": 0}},
        ],
        "until_ms": 80_000,
    }));
    let led = times(&*run, 1, EventKind::Lead);
    let stopped = times(&*run, 1, EventKind::StepDown);
    assert_eq!(stopped, [led[0] + Span::new(20)]);
    assert_eq!(leaders(&*run), [2]);
}

/// A run of three clients whose leader is cut off, with this error of etcd's clock; whether two
/// lead for more than the second by which they may always overlap.
fn overlaps_long(clock: Value) -> bool {
    let mut run = played(json!({
        "cluster": {"nodes": 4, "clocks": [clock]},
        "script": [{"at_ms": 5000, "do": {"cut": {"from": 0, "to": 3}}}],
        "until_ms": 150_000,
    }));
    let taken = times(&*run, 1, EventKind::Lead)[0];
    run.seek(taken + Span::new(1000));
    leaders(&*run).len() > 1
}

#[test]
fn leases_run_out_by_etcds_clock_however_it_is_set_but_not_however_fast_it_runs() {
    for skew in [-86_400_000, 86_400_000] {
        assert!(!overlaps_long(json!({"node": 3, "skew_ms": skew})));
        assert!(!overlaps_long(json!({"node": 0, "skew_ms": skew})));
    }
    assert!(overlaps_long(json!({"node": 3, "drift_ppm": 500_000})));
    assert!(overlaps_long(json!({"node": 0, "drift_ppm": -300_000})));
    // A slow etcd only takes longer.
    assert!(!overlaps_long(json!({"node": 3, "drift_ppm": -300_000})));
}

#[test]
fn paused_past_its_ttl_the_holder_writes_and_only_the_store_can_stop_it() {
    for (check, damage) in [("off", 1), ("highest", 0)] {
        let run = played(json!({
            "cluster": {"nodes": 4, "store": {"check": check}},
            "script": [
                {"at_ms": 30_000, "do": {"pause": 0}},
                {"at_ms": 120_000, "do": {"resume": 0}},
            ],
            "until_ms": 130_000,
        }));
        // One write; then its own timer tells it that its session is over.
        assert_eq!(run.snapshot().late_writes, damage);
        assert_eq!(run.snapshot().store.refused, 1 - damage as u32);
        assert_eq!(times(&*run, 0, EventKind::StepDown), [SimTime::from_ms(120_000)]);
    }
}

#[test]
fn a_ttl_below_what_etcd_grants_is_refused() {
    let text = json!({"version": 1, "protocol": {"etcd": {"ttl_ms": 1999}}});
    let error = Scenario::parse(&text.to_string()).unwrap_err().message;
    assert!(error.contains("expected 2000 to"), "{error}");
    let text = json!({"version": 1, "protocol": {"etcd": {}}, "cluster": {"nodes": 1}});
    assert!(Scenario::parse(&text.to_string()).is_err());
}

/// The checks that a run violates.
fn violated(broken: Option<&str>, cluster: &Value, script: &Value) -> Vec<String> {
    let mut fields = json!({"cluster": cluster, "script": script, "until_ms": 200_000});
    if let Some(rule) = broken {
        fields["protocol"] = json!({"etcd": {"broken": rule}});
    }
    let run = played(fields);
    let mut names: Vec<String> =
        run.violations().iter().map(|found| found.check.name().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let nothing: [&str; 0] = [];
    let noticed = |rule, cluster: Value, script: Value, by: &[&str]| {
        assert_eq!(violated(None, &cluster, &script), nothing, "{rule}");
        assert_eq!(violated(Some(rule), &cluster, &script), by, "{rule}");
    };
    // Node 2 has the lowest lease and leads. Node 1 follows it with an older key, and then node
    // 2 comes back with a lease that is lower than node 1's again.
    noticed(
        "compares-keys",
        json!({"store": {"check": "off"}}),
        json!([{"at_ms": 10_000, "do": {"crash": 2}}, {"at_ms": 90_000, "do": {"restart": 2}}]),
        &["lease-kept", "no-late-write", "one-leader-at-a-time", "token-order"],
    );
    // The clients' clocks are behind etcd's.
    noticed(
        "client-clock",
        json!({"clocks": [{"node": 4, "skew_ms": 3_600_000}]}),
        json!([]),
        &["granted", "one-leader-at-a-time"],
    );
    // Node 1 never led.
    noticed(
        "assumes-the-lead",
        json!({}),
        json!([{"at_ms": 10_000, "do": {"crash": 1}}]),
        &["granted", "one-leader-at-a-time"],
    );
    // A count, not a check: see `rule_13_wait_a_failover_wakes_one_client`.
    assert_eq!(woken(Some("herd")), 5);
    // Two seconds after the successor leads, a leader that is cut off must have stopped.
    for (broken, leading) in [(None, 1), (Some("never-gives-up"), 2)] {
        let mut fields = json!({
            "script": [{"at_ms": 5000, "do": {"cut": {"from": 0, "to": 4}}}],
            "protocol": {"etcd": {"writes": false}},
            "until_ms": 150_000,
        });
        if let Some(rule) = broken {
            fields["protocol"]["etcd"]["broken"] = json!(rule);
        }
        let mut run = played(fields);
        let taken = times(&*run, 1, EventKind::Lead)[0];
        run.seek(taken + Span::new(2000));
        assert_eq!(leaders(&*run).len(), leading);
    }
}

#[test]
fn the_service_starts_by_a_rule_of_its_own() {
    let mut run = of("etcd", json!({"until_ms": 1000}));
    run.seek(run.end());
    assert_eq!(rules_of(&*run, 4)[0], "etcd/serve");
}
