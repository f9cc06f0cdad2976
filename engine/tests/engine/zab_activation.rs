//! How an elected ZooKeeper server becomes the leader, and stays it: one test per rule of
//! `protocols/zab` from the seventh on. Times as in [`crate::zab`].

use crate::cluster::{all, at, beliefs, leaders, reigns, rules_of, sent};
use crate::zab::{Alone, alone, field, logs, looking, of_epoch_5, settled, times, zab};
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::protocol::Protocol;
use election_engine::protocols::zab::{Config, Message};
use election_engine::run::Run;
use election_engine::time::SimTime;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
#[test]
fn rule_11_accept_epoch_once_it_counts_and_a_second_time_it_does_not() {
    let info =
        |epoch| Message::LeaderInfo { epoch: Token(epoch), zxid: LogEnd { term: 5, index: 3 } };
    let answer = |epoch, counts| [(2, Message::AckEpoch { epoch: Token(epoch), counts })];
    let mut node = Alone::follower(of_epoch_5());
    assert_eq!(node.gets(2, info(5)), answer(5, false));
    assert_eq!(node.gets(2, info(6)), answer(6, true));
    // The same leader asks again because the answer was lost.
    assert_eq!(node.gets(2, info(6)), answer(6, true));
}

#[test]
fn rule_11_accept_epoch_none_below_one_that_was_accepted() {
    let mut node = Alone::follower(of_epoch_5());
    let info = Message::LeaderInfo { epoch: Token(4), zxid: LogEnd { term: 5, index: 3 } };
    assert_eq!(node.gets(2, info), []);
    // It has left that leader.
    assert_eq!(node.0.view(&Config::default()).believes, None);
    assert_eq!(node.gets(2, Message::NewLeader(Token(5))), []);
}

#[test]
fn rule_7_tell_a_leader_drops_a_follower_that_looks_again() {
    let run = settled(
        1_500,
        json!([
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 1015, "do": {"cut": {"from": 4, "to": 0}}},
        ]),
    );
    let to_0 = all(&*run, |entry| {
        entry.kind == EventKind::Send && entry.name == "PING" && entry.peer == Some(NodeId(0))
    });
    assert_eq!(to_0.last().unwrap().time, SimTime::from_ms(1000));
}

#[test]
fn rule_7_tell_who_has_decided_answers_who_is_looking() {
    let run = settled(1_040, json!([{"at_ms": 1000, "do": {"campaign": 0}}]));
    assert_eq!(sent(&*run, "FOLLOWING"), 3);
    assert_eq!(sent(&*run, "LEADING"), 1);
}

#[test]
fn rule_8_left_followers_do_not_wait_for_a_leader_that_looks_again() {
    let run = settled(3_000, json!([{"at_ms": 1000, "do": {"campaign": 4}}]));
    for node in 0..4 {
        assert_eq!(times(&*run, node, EventKind::Deliver, "LOOKING", "zab/left"), [1010]);
    }
    // They take its vote for a good-bye, and elect without it.
    assert_eq!(reigns(&*run), [(0, 4, 1), (1280, 3, 2)]);
}

#[test]
fn rule_9_register_is_said_again_every_tick_until_it_is_answered() {
    // Node 0 hears nothing from node 4 once the vote is final.
    let deaf = json!([{"at_ms": 225, "do": {"cut": {"from": 4, "to": 0}}}]);
    let run = looking(1_000, deaf);
    let said = times(&*run, 0, EventKind::Send, "FOLLOWERINFO", "zab/register");
    assert_eq!(said, [220, 420, 620, 820]);
    let said = times(&*run, 1, EventKind::Send, "FOLLOWERINFO", "zab/register");
    assert_eq!(said, [220]);
}

#[test]
fn rule_10_new_epoch_is_the_greatest_accepted_one_plus_one() {
    let run = zab(logs([(7, 1), (1, 9), (1, 9), (1, 9), (1, 9)]), 1_000, json!([]));
    assert_eq!(reigns(&*run), [(270, 0, 8)]);
}

#[test]
fn rules_11_and_13_a_follower_writes_to_disk_before_it_answers() {
    let run = looking(500, json!([]));
    let mut unwritten = 0;
    for entry in all(&*run, |entry| entry.node == NodeId(0)) {
        match (entry.kind, entry.name) {
            (EventKind::Deliver, "LEADERINFO" | "NEWLEADER") => unwritten += 1,
            (EventKind::Persist, _) if unwritten > 0 => unwritten -= 1,
            (EventKind::Send, "ACKEPOCH" | "ACK") => assert_eq!(unwritten, 0),
            _ => {}
        }
    }
    assert_eq!(field(&*run, 0, "accepted epoch"), "1");
    assert_eq!(field(&*run, 0, "last zxid"), "1.0");
}

#[test]
fn rule_11_accept_epoch_not_from_a_leader_that_is_behind() {
    let run = joins_while_an_older_one_activates(json!({}));
    let refused = all(&*run, |entry| entry.kind == EventKind::Refuse);
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].node, refused[0].peer), (NodeId(4), Some(NodeId(3))));
    // Node 3 leads with the majority that voted for it; then node 4 has to discard what it had.
    assert_eq!(reigns(&*run)[0], (270, 3, 2));
    assert_eq!(beliefs(&*run)[4], Some((3, 2)));
    assert_eq!(field(&*run, 4, "last zxid"), "2.0");
}

/// Node 4 has the longest history. It was down while the others voted, and comes while node 3,
/// whom they elected, activates.
pub fn joins_while_an_older_one_activates(broken: Value) -> Box<dyn Run> {
    let mut parameters = logs([(1, 1), (1, 1), (1, 1), (1, 1), (1, 9)]);
    parameters.as_object_mut().unwrap().extend(broken.as_object().unwrap().clone());
    zab(
        parameters,
        2_000,
        json!([
            {"at_ms": 0, "do": alone(4)},
            {"at_ms": 0, "do": {"crash": 4}},
            {"at_ms": 5, "do": "heal"},
            {"at_ms": 211, "do": {"restart": 4}},
        ]),
    )
}

#[test]
fn rules_12_to_15_each_stage_waits_for_a_majority() {
    // The winner and one follower are cut off together at each stage. Two are no majority.
    let cut_off = |at_ms: u64| {
        looking(1_200, json!([{"at_ms": at_ms, "do": {"partition": [[0, 4], [1, 2, 3, 5]]}}]))
    };
    for at_ms in [225, 235, 245, 255, 265] {
        assert_eq!(reigns(&*cut_off(at_ms)), [], "cut off at {at_ms} ms");
    }
    assert_eq!(reigns(&*cut_off(275)), [(270, 4, 1)]);
}

#[test]
fn rule_15_serve_followers_believe_only_once_the_leader_leads() {
    let mut run = looking(500, json!([]));
    at(&mut *run, 279);
    assert_eq!(beliefs(&*run)[..4], [None; 4]);
    assert_eq!(leaders(&*run), [4]);
    at(&mut *run, 280);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
}

#[test]
fn rules_16_and_17_a_leader_pings_twice_a_tick_and_is_answered() {
    let run = settled(1_090, json!([]));
    // At 100, 200 … 1000 ms, to four others, and as many answers.
    assert_eq!(sent(&*run, "PING"), 10 * 4 * 2);
    assert_eq!(sent(&*run, "WRITE"), 11);
}

#[test]
fn rule_16_ping_a_leader_without_a_majority_gives_up_after_sync_limit() {
    let run = settled(4_000, json!([{"at_ms": 1050, "do": alone(4)}]));
    // Heard in tick 5, so its followers are missing from tick 11 on.
    let down = all(&*run, |entry| entry.kind == EventKind::StepDown);
    assert_eq!(down.iter().map(|entry| entry.time.as_ms()).collect::<Vec<_>>(), [2200]);
    assert_eq!(reigns(&*run), [(0, 4, 1), (2280, 3, 2)]);
}

#[test]
fn rule_16_ping_two_followers_of_five_are_enough() {
    let run = settled(
        6_000,
        json!([{"at_ms": 1050, "do": {"crash": 0}}, {"at_ms": 1050, "do": {"crash": 1}}]),
    );
    assert_eq!(leaders(&*run), [4]);
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
}

#[test]
fn rule_18_give_up_a_winner_that_nobody_follows_looks_again_after_init_limit() {
    let run = looking(5_000, json!([{"at_ms": 225, "do": alone(4)}]));
    let gave_up = times(&*run, 4, EventKind::Timer, "activate", "zab/give-up");
    assert_eq!(gave_up[0], 220 + 10 * 200);
    assert!(all(&*run, |entry| entry.kind == EventKind::StepDown).is_empty());
}

#[test]
fn rule_19_suspect_after_init_limit_at_first_and_then_after_sync_limit() {
    let suspicions = |run: &dyn Run| -> Vec<(u64, u8)> {
        let all = all(run, |entry| entry.kind == EventKind::Suspect);
        let mut all: Vec<_> = all.iter().map(|entry| (entry.time.as_ms(), entry.node.0)).collect();
        all.sort_unstable();
        all
    };
    let run = looking(2_230, json!([{"at_ms": 225, "do": alone(4)}]));
    assert_eq!(suspicions(&*run), [(2220, 0), (2220, 1), (2220, 2), (2220, 3)]);
    let run = settled(2_230, json!([{"at_ms": 1050, "do": alone(4)}]));
    assert_eq!(suspicions(&*run), [(2010, 0), (2010, 1), (2010, 2), (2010, 3)]);
    // Synchronised at 260 ms, but nobody ever leads.
    let run = looking(1_300, json!([{"at_ms": 265, "do": alone(4)}]));
    assert_eq!(suspicions(&*run), [(1260, 0), (1260, 1), (1260, 2), (1260, 3)]);
}

#[test]
fn rule_20_newer_a_leader_makes_room_for_a_server_that_accepted_a_greater_epoch() {
    // Twice node 4 accepts an epoch of its own and is cut off before anybody hears of it. The
    // others know nothing of epochs 1 and 2 and elect node 3 in epoch 1.
    let run = looking(
        9_000,
        json!([
            {"at_ms": 231, "do": alone(4)},
            {"at_ms": 2225, "do": "heal"},
            {"at_ms": 2461, "do": alone(4)},
            {"at_ms": 6000, "do": "heal"},
        ]),
    );
    assert_eq!(rules_of(&*run, 3).iter().filter(|rule| **rule == "zab/newer").count(), 1);
    assert_eq!(reigns(&*run).iter().map(|reign| reign.2).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(leaders(&*run).len(), 1);
    assert!(beliefs(&*run).iter().all(|belief| belief.is_some_and(|(_, epoch)| epoch == 3)));
}

#[test]
fn rule_21_look_forgets_the_votes_and_begins_with_ones_own() {
    let run = looking(5, json!([{"at_ms": 0, "do": {"campaign": 0}}]));
    assert_eq!(field(&*run, 0, "round"), "2");
    assert_eq!(field(&*run, 0, "vote"), "node 0, zxid 0.0");
    assert_eq!(sent(&*run, "LOOKING"), 6 * 4);
}
