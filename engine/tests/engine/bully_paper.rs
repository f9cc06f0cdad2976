//! One test per rule of Bully, and per way in which it fails. The rules' numbers are those of
//! `protocols/bully/mod.rs`; every message takes 10 ms, the leader's heartbeats start at 0 ms and
//! come every 1000 ms, a follower counts one as missed after 1100 ms.

use crate::cluster::{
    all, at, beliefs, bully, bully_script, leaders, named, reigns, rules_of, sent,
};
use election_engine::ids::{NodeId, Token};
use election_engine::simulation::Status;
use election_engine::time::SimTime;
use election_engine::trace::EventKind;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn rule_1_heartbeat_the_leader_beats_to_all_others_and_writes_each_interval() {
    let run = bully_script(10_500, json!([]));
    // At 0, 1000 … 10 000 ms, to four others each.
    assert_eq!(sent(&*run, "HEARTBEAT"), 11 * 4);
    assert_eq!(sent(&*run, "WRITE"), 11);
    assert_eq!(run.snapshot().store.accepted, 11);
}

#[test]
fn rule_2_miss_the_third_missed_heartbeat_is_a_suspicion() {
    let run = bully_script(4_400, json!([{"at_ms": 1500, "do": {"crash": 4}}]));
    // The last heartbeat left at 1000 ms and arrived at 1010 ms; three times 1100 ms follow.
    let suspicions = all(&*run, |entry| entry.kind == EventKind::Suspect);
    assert_eq!(suspicions.len(), 4);
    for suspicion in suspicions {
        assert_eq!(suspicion.time, SimTime::from_ms(1010 + 3 * 1100));
        assert_eq!(suspicion.peer, Some(NodeId(4)));
    }
    assert_eq!(named(&*run, EventKind::Timer, "silence").len(), 3 * 4);
}

#[test]
fn rule_2_miss_two_missed_heartbeats_are_none() {
    let mut run = bully_script(
        5_500,
        json!([
            {"at_ms": 1500, "do": {"cut": {"from": 4, "to": 0}}},
            {"at_ms": 3500, "do": {"mend": {"from": 4, "to": 0}}},
        ]),
    );
    assert!(all(&*run, |entry| entry.kind == EventKind::Suspect).is_empty());
    at(&mut *run, 3900);
    assert_eq!(run.snapshot().nodes[0].view.as_ref().unwrap().missed, Some((2, 3)));
}

#[test]
fn rule_3_win_a_candidate_that_no_higher_node_answers_leads_and_says_so_to_all() {
    let run = bully_script(
        4_000,
        json!([{"at_ms": 2000, "do": {"crash": 4}}, {"at_ms": 3000, "do": {"campaign": 3}}]),
    );
    // T_answer is 700 ms; the number is the highest seen plus one.
    assert_eq!(reigns(&*run), [(0, 4, 1), (3700, 3, 2)]);
    assert_eq!(sent(&*run, "COORDINATOR"), 4);
    assert_eq!(beliefs(&*run), [Some((3, 2)), Some((3, 2)), Some((3, 2)), Some((3, 2)), None]);
}

#[test]
fn rule_4_again_when_the_answerer_dies_before_it_announces_only_t_coord_helps() {
    // Node 3 answers node 2 at 3010 ms, starts its own election and dies at 3015 ms.
    let run = bully_script(
        6_000,
        json!([
            {"at_ms": 2000, "do": {"crash": 4}},
            {"at_ms": 3000, "do": {"campaign": 2}},
            {"at_ms": 3015, "do": {"crash": 3}},
        ]),
    );
    // The OK arrived at 3020 ms, T_coord is 2000 ms, the second T_answer is 700 ms.
    assert_eq!(reigns(&*run), [(0, 4, 1), (5720, 2, 2)]);
    let again = named(&*run, EventKind::Timer, "coordinator");
    assert_eq!(again[0].time, SimTime::from_ms(5020));
    assert_eq!(again[0].rule.unwrap().id, "bully/again");
}

#[test]
fn rule_4_again_when_the_announcement_is_lost_t_coord_asks_again() {
    // Everything from node 3 to node 2 is lost while node 3 announces itself, heartbeats too.
    let mut run = bully_script(
        8_000,
        json!([
            {"at_ms": 2000, "do": {"crash": 4}},
            {"at_ms": 3000, "do": {"campaign": 2}},
            {"at_ms": 3100, "do": {"cut": {"from": 3, "to": 2}}},
            {"at_ms": 5000, "do": {"mend": {"from": 3, "to": 2}}},
        ]),
    );
    assert!(rules_of(&*run, 2).contains(&"bully/again"));
    // It hears of the leader by asking, and nobody else takes over.
    assert_eq!(reigns(&*run), [(0, 4, 1), (3710, 3, 2)]);
    assert_eq!(beliefs(&*run)[2], Some((3, 2)));
    at(&mut *run, 5000);
    assert_eq!(beliefs(&*run)[2], None);
}

#[test]
fn rule_5_answer_a_node_that_is_asked_says_ok_and_takes_over() {
    let run = bully_script(
        3_015,
        json!([{"at_ms": 2000, "do": {"crash": 4}}, {"at_ms": 3000, "do": {"campaign": 0}}]),
    );
    assert_eq!(sent(&*run, "OK"), 3);
    let candidates = all(&*run, |entry| entry.kind == EventKind::Candidate);
    let who: Vec<u8> = candidates.iter().map(|entry| entry.node.0).collect();
    assert_eq!(who, [0, 1, 2, 3]);
}

#[test]
fn rule_5_answer_a_node_whose_election_runs_does_not_start_another() {
    let run = bully_script(
        4_500,
        json!([
            {"at_ms": 2000, "do": {"crash": 4}},
            {"at_ms": 3000, "do": {"campaign": 3}},
            {"at_ms": 3200, "do": {"campaign": 2}},
        ]),
    );
    let of_3 = all(&*run, |entry| entry.kind == EventKind::Candidate && entry.node == NodeId(3));
    assert_eq!(of_3.len(), 1);
    assert_eq!(named(&*run, EventKind::Send, "OK").len(), 1);
}

#[test]
fn rule_5_answer_a_sitting_leader_tells_who_leads_and_keeps_its_number() {
    let run = bully_script(4_500, json!([{"at_ms": 3000, "do": {"campaign": 2}}]));
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert_eq!(beliefs(&*run)[2], Some((4, 1)));
}

#[test]
fn rule_6_give_way_an_ok_in_time_ends_the_candidacy() {
    let mut run = bully_script(
        6_000,
        json!([{"at_ms": 2000, "do": {"crash": 4}}, {"at_ms": 3000, "do": {"campaign": 2}}]),
    );
    assert!(rules_of(&*run, 2).contains(&"bully/give-way"));
    assert!(reigns(&*run).iter().all(|(_, node, _)| *node != 2));
    at(&mut *run, 3100);
    let timers: Vec<_> = run.snapshot().nodes[2].timers.iter().map(|timer| timer.name).collect();
    assert_eq!(timers, ["coordinator"]);
}

#[test]
fn rule_7_accept_an_announcement_from_above_is_followed_and_remembered_on_disk() {
    let run = bully_script(
        4_000,
        json!([{"at_ms": 2000, "do": {"crash": 4}}, {"at_ms": 3000, "do": {"campaign": 3}}]),
    );
    for node in 0..3 {
        assert!(rules_of(&*run, node).contains(&"bully/accept"));
        let snapshot = run.snapshot();
        let highest = &snapshot.nodes[usize::from(node)].view.as_ref().unwrap().fields[0];
        assert_eq!((highest.name, highest.value.as_str()), ("highest number seen", "2"));
    }
}

#[test]
fn rule_8_object_a_node_does_not_suffer_a_lower_leader() {
    let run = bully(json!({"until_ms": 7_000, "script": lost_ok()}));
    let mut run = run;
    at(&mut *run, 3_000);
    // Both led for a moment: node 3 objected to node 2, asked above and led again.
    assert_eq!(reigns(&*run)[1..3], [(2700, 2, 2), (2710, 3, 2)]);
    assert!(rules_of(&*run, 3).contains(&"bully/object"));
    at(&mut *run, 7_000);
    assert_eq!(leaders(&*run), [3]);
}

#[test]
fn rule_8_object_a_leader_with_a_higher_number_goes_on_leading_with_it() {
    // Node 2 believes to be alone, leads with number 2, and is heard by node 4, which has
    // restarted twice meanwhile and leads with number 3.
    let run = bully_script(
        9_000,
        json!([
            {"at_ms": 1500, "do": {"partition": [[2], [0, 1, 3, 4, 5]]}},
            {"at_ms": 2000, "do": {"campaign": 4}},
            {"at_ms": 3000, "do": {"campaign": 4}},
            {"at_ms": 7500, "do": "heal"},
        ]),
    );
    assert_eq!(reigns(&*run), [(0, 4, 1), (2000, 4, 2), (3000, 4, 3), (5010, 2, 2)]);
    // Nothing to win, so no election: node 4's own heartbeat tells node 2.
    assert!(!rules_of(&*run, 4).contains(&"bully/object"));
    assert_eq!(beliefs(&*run), [Some((4, 3)); 5]);
}

#[test]
fn rule_9_heard_a_heartbeat_clears_what_was_missed() {
    let run = bully_script(
        5_500,
        json!([
            {"at_ms": 1500, "do": {"cut": {"from": 4, "to": 0}}},
            {"at_ms": 3500, "do": {"mend": {"from": 4, "to": 0}}},
        ]),
    );
    assert_eq!(run.snapshot().nodes[0].view.as_ref().unwrap().missed, Some((0, 3)));
}

#[test]
fn rule_10_refused_a_leader_learns_from_the_store_that_somebody_else_has_led() {
    // The old leader hears nothing from the others, but reaches the store.
    let run = bully_script(
        9_000,
        json!([
            {"at_ms": 1500, "do": {"partition": [[4], [0, 1, 2, 3]]}},
        ]),
    );
    let (accepted, refused) = crate::cluster::writes(&*run);
    assert!(accepted.contains(&Token(2)));
    assert_eq!(refused[0], Token(1));
    assert!(rules_of(&*run, 4).contains(&"bully/refused"));
}

#[test]
fn rule_11_start_a_node_that_restarts_holds_an_election_whatever_its_id() {
    for node in 0..4 {
        let run = bully_script(
            3_500,
            json!([{"at_ms": 1500, "do": {"crash": node}}, {"at_ms": 2500, "do": {"restart": node}}]),
        );
        // Whoever it asks asks in turn.
        assert_eq!(sent(&*run, "ELECTION"), (4 - node) * (5 - node) / 2);
        // Nobody changes sides for it.
        assert_eq!(reigns(&*run), [(0, 4, 1)]);
        assert_eq!(beliefs(&*run)[node], Some((4, 1)));
    }
}

#[test]
fn rule_11_start_a_cluster_that_is_not_settled_elects_its_highest_node_at_once() {
    let mut run = bully(json!({"protocol": {"bully": {"settled": false}}, "until_ms": 500}));
    run.seek(run.end());
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
}

#[test]
fn rule_12_election_asks_higher_nodes_only() {
    let run = bully_script(3_005, json!([{"at_ms": 3000, "do": {"campaign": 1}}]));
    let asked: Vec<_> =
        named(&*run, EventKind::Send, "ELECTION").iter().map(|entry| entry.peer).collect();
    assert_eq!(asked, [Some(NodeId(2)), Some(NodeId(3)), Some(NodeId(4))]);
}

#[test]
fn rule_12_election_the_revived_highest_node_bullies_the_leader_out_at_once() {
    let run = bully_script(
        7_500,
        json!([{"at_ms": 1500, "do": {"crash": 4}}, {"at_ms": 6500, "do": {"restart": 4}}]),
    );
    // Two changes of leader for one failure. The number on its disk is 1: while it was down it
    // did not see that node 3 led with number 2, and it arrives at the same.
    assert_eq!(reigns(&*run), [(0, 4, 1), (5010, 3, 2), (6500, 4, 2)]);
    assert_eq!(run.violations()[0].check.name(), "one-leader-per-number");
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn a_revived_leader_that_hears_the_deposed_one_takes_a_higher_number() {
    // Node 3's heartbeat of 7010 ms crosses node 4's announcement of 7000 ms.
    let run = bully_script(
        7_500,
        json!([{"at_ms": 1500, "do": {"crash": 4}}, {"at_ms": 7000, "do": {"restart": 4}}]),
    );
    assert_eq!(reigns(&*run), [(0, 4, 1), (5010, 3, 2), (7000, 4, 2), (7020, 4, 3)]);
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn a_partition_has_one_leader_a_side_and_they_may_share_a_number() {
    let run = bully_script(
        6_500,
        json!([
            {"at_ms": 1500, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}},
            {"at_ms": 5000, "do": {"campaign": 4}},
        ]),
    );
    assert_eq!(leaders(&*run), [2, 4]);
    assert_eq!(beliefs(&*run)[..3], [Some((2, 2)); 3]);
    assert_eq!(beliefs(&*run)[3..], [Some((4, 2)); 2]);
    let violated: Vec<_> = run.violations().iter().map(|v| v.check.name()).collect();
    assert_eq!(violated, ["one-leader-per-number"]);
}

#[test]
fn healing_changes_nothing_until_a_message_crosses() {
    let mut run = bully_script(
        7_500,
        json!([
            {"at_ms": 1500, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}},
            {"at_ms": 6_500, "do": "heal"},
        ]),
    );
    at(&mut *run, 6_900);
    assert_eq!(leaders(&*run), [2, 4]);
    // The heartbeat that node 4 sends at 7000 ms is the first to cross.
    at(&mut *run, 7_100);
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn one_lost_ok_crowns_a_lower_node_beside_a_higher_one() {
    let mut run = bully(json!({"until_ms": 7_000, "script": lost_ok()}));
    at(&mut *run, 2_705);
    assert_eq!(leaders(&*run), [2]);
    assert_eq!(run.snapshot().nodes[3].status, Status::Running);
    // The higher one leads as well, 10 ms later and with the same number.
    at(&mut *run, 2_710);
    assert_eq!(reigns(&*run)[1..], [(2700, 2, 2), (2710, 3, 2)]);
    // Of all messages between live nodes only this one was lost.
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost && entry.node != NodeId(4));
    assert_eq!(lost.iter().map(|entry| entry.name).collect::<Vec<_>>(), ["OK"]);
}

#[test]
fn a_pause_breaks_the_assumption_and_gives_two_leaders() {
    let mut run = bully_script(9_000, json!([{"at_ms": 1500, "do": {"pause": 4}}]));
    at(&mut *run, 6_000);
    assert_eq!(leaders(&*run), [3, 4]);
}

crate::transcripts! {
    "bully/":
    gallery_the_leader_crashes_and_comes_back "leader-crash",
    gallery_one_lost_ok "lost-ok",
    gallery_a_leader_on_each_side "partition",
}

/// Node 3 hears node 2's ELECTION, but its OK is lost.
fn lost_ok() -> serde_json::Value {
    json!([
        {"at_ms": 1500, "do": {"crash": 4}},
        {"at_ms": 2000, "do": {"cut": {"from": 3, "to": 2}}},
        {"at_ms": 2000, "do": {"campaign": 2}},
        {"at_ms": 2600, "do": {"mend": {"from": 3, "to": 2}}},
    ])
}
