//! ZooKeeper: one test per rule of `protocols/zab`, by its number, and what the ensemble does
//! when things go wrong. Every message takes 10 ms and a tick is 200 ms, so a leader pings
//! every 100 ms, a follower suspects after 1000 ms, and a stage of the activation may take
//! 2000 ms.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, rules_of, sent, writes};
use election_engine::checks::Check;
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::protocol::{Context, Effect, Event, Protocol};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::protocols::zab::{
    Config, Message, Notification, PeerState, Stable, Vote, Zab,
};
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "zab/":
    the_highest_zxid_wins_over_the_highest_id "highest-zxid",
    a_server_that_is_behind_does_not_lead "behind",
    an_elected_server_that_never_leads "never-active",
    a_leader_on_the_smaller_side "partition",
}

/// A run with these parameters and this script, at its end.
fn zab(parameters: Value, until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut config = json!({"tick_ms": 200});
    let given = parameters.as_object().expect("an object").clone();
    config.as_object_mut().expect("an object").extend(given);
    let mut run =
        of("zab", json!({"protocol": {"zab": config}, "script": script, "until_ms": until_ms}));
    run.seek(run.end());
    run
}

/// All five look at once, with equal histories.
fn looking(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({"settled": false}), until_ms, script)
}

/// Node 4 leads from the start, in epoch 1.
fn settled(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({}), until_ms, script)
}

fn alone(node: u8) -> Value {
    let others: Vec<u8> = (0..=5).filter(|other| *other != node).collect();
    json!({"partition": [[node], others]})
}

fn logs(zxids: [(u32, u32); 5]) -> Value {
    let logs: Vec<Value> =
        zxids.iter().map(|(term, index)| json!({"term": term, "index": index})).collect();
    json!({"logs": logs})
}

/// When a node did something, in milliseconds.
fn times(run: &dyn Run, node: u8, kind: EventKind, name: &str, rule: &str) -> Vec<u64> {
    let fits = all(run, |entry| {
        entry.node == NodeId(node)
            && entry.kind == kind
            && entry.name == name
            && entry.rule.is_some_and(|it| it.id == rule)
    });
    let mut times: Vec<u64> = fits.iter().map(|entry| entry.time.as_ms()).collect();
    times.dedup();
    times
}

fn field(run: &dyn Run, node: u8, name: &str) -> String {
    let snapshot = run.snapshot();
    let view = snapshot.nodes[usize::from(node)].view.as_ref().expect("it runs");
    view.fields.iter().find(|field| field.name == name).expect("a field").value.clone()
}

/// How often a message that is part of an election was sent.
fn notifications(run: &dyn Run) -> usize {
    sent(run, "LOOKING") + sent(run, "FOLLOWING") + sent(run, "LEADING")
}

/// All five are alone with their votes until the cut heals.
fn apart() -> Value {
    json!({"partition": [[0], [1], [2], [3], [4]]})
}

#[test]
fn rule_1_decide_after_200_ms_without_a_better_vote_the_vote_is_final() {
    // All have the same votes at 20 ms; six messages activate.
    let run = looking(500, json!([]));
    assert_eq!(times(&*run, 4, EventKind::Timer, "finalize", "zab/decide"), [220]);
    assert_eq!(reigns(&*run), [(270, 4, 1)]);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
}

#[test]
fn rule_1_decide_a_vote_that_is_no_better_starts_the_wait_anew() {
    // Node 0's vote for node 4, sent at 10 ms, arrives at 120 ms.
    let slow = json!([{"at_ms": 0, "do": {"link": {"from": 0, "to": 4, "delay_ms": 100}}}]);
    let run = looking(500, slow);
    assert_eq!(times(&*run, 4, EventKind::Timer, "finalize", "zab/decide"), [320]);
}

#[test]
fn rule_1_decide_a_better_vote_ends_the_wait() {
    // Nodes 0 to 3 agree on node 3 when node 4, cut off at first, tells again at 200 ms.
    let run = looking(900, json!([{"at_ms": 0, "do": alone(4)}, {"at_ms": 50, "do": "heal"}]));
    assert_eq!(times(&*run, 3, EventKind::Timer, "finalize", "zab/decide"), [420]);
    assert_eq!(reigns(&*run), [(470, 4, 1)]);
}

#[test]
fn rule_1_decide_the_wait_can_be_left_out() {
    let run = zab(json!({"settled": false, "finalize_ms": 0}), 500, json!([]));
    assert_eq!(reigns(&*run), [(70, 4, 1)]);
}

#[test]
fn rule_2_resend_waits_twice_as_long_each_time_up_to_a_limit() {
    let script = json!([{"at_ms": 0, "do": alone(0)}]);
    let run = looking(7_000, script.clone());
    let resent = |run: &dyn Run| times(run, 0, EventKind::Send, "LOOKING", "zab/resend");
    assert_eq!(resent(&*run), [200, 600, 1400, 3000, 6200]);
    let run = zab(json!({"settled": false, "resend_max_ms": 500}), 2_500, script);
    assert_eq!(resent(&*run), [200, 600, 1100, 1600, 2100]);
}

#[test]
fn rules_3_and_4_an_earlier_round_is_answered_and_left_for_the_later_one() {
    // Node 0 has begun two more rounds than the others before they can hear each other.
    let run = looking(
        3_000,
        json!([
            {"at_ms": 0, "do": apart()},
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 150, "do": {"campaign": 0}},
            {"at_ms": 160, "do": "heal"},
        ]),
    );
    // The others tell again at 200 ms; node 0 answers with its own vote, round 3.
    assert_eq!(times(&*run, 0, EventKind::Send, "LOOKING", "zab/lagging")[0], 210);
    for node in 1..5 {
        assert_eq!(times(&*run, node, EventKind::Deliver, "LOOKING", "zab/join-round"), [220]);
        assert_eq!(field(&*run, node, "round"), "3");
    }
    // It does not win for having been first: of equal histories the highest id wins.
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn rule_5_count_the_epoch_comes_before_the_counter_and_both_before_the_id() {
    let leader_of = |zxids| leaders(&*zab(logs(zxids), 1_000, json!([])));
    assert_eq!(leader_of([(2, 0), (1, 9), (1, 9), (1, 9), (1, 9)]), [0]);
    assert_eq!(leader_of([(1, 4), (1, 6), (1, 4), (1, 5), (1, 2)]), [1]);
    assert_eq!(leader_of([(1, 4), (1, 6), (1, 6), (1, 5), (1, 2)]), [2]);
    assert_eq!(leader_of([(1, 4); 5]), [4]);
}

#[test]
fn rule_5_count_needs_a_majority_of_the_configured_cluster() {
    let sides = json!({"partition": [[0, 1], [2, 3], [4]]});
    let run = looking(10_000, json!([{"at_ms": 0, "do": sides}]));
    assert!(named(&*run, EventKind::Timer, "finalize").is_empty());
    assert_eq!(field(&*run, 0, "vote"), "node 1, zxid 0.0");
    // Half of four is no majority either.
    let mut run = of(
        "zab",
        json!({
            "protocol": {"zab": {"tick_ms": 200, "settled": false}},
            "cluster": {"nodes": 4},
            "script": [{"at_ms": 0, "do": {"partition": [[0, 1], [2, 3]]}}],
        }),
    );
    run.seek(run.end());
    assert!(named(&*run, EventKind::Timer, "finalize").is_empty());
}

#[test]
fn rule_6_established_a_late_server_joins_the_leader_and_its_round() {
    let run = settled(3_000, json!([{"at_ms": 1000, "do": {"campaign": 0}}]));
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
    assert_eq!(field(&*run, 0, "round"), "1");
    // It has voted in epoch 1 already, so this time it gives no vote.
    let votes = all(&*run, |entry| entry.kind == EventKind::Vote && entry.node == NodeId(0));
    assert_eq!(votes.len(), 1);
}

#[test]
fn rule_6_established_the_word_of_followers_is_not_enough() {
    let run = settled(
        1_900,
        json!([
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 1000, "do": {"crash": 4}},
        ]),
    );
    // Three of five follow node 4 and say so, and node 4 is silent.
    let heard = named(&*run, EventKind::Deliver, "FOLLOWING");
    assert!(heard.iter().filter(|entry| entry.node == NodeId(0)).count() >= 3);
    assert_eq!(field(&*run, 0, "state"), "looking");
}

#[test]
fn rule_6_established_of_servers_that_decided_only_leader_and_epoch_must_be_the_same() {
    let mut follower = Alone::new(Stable::default());
    // They came to node 2 in different rounds.
    let at = |round| Vote { leader: NodeId(2), round, peer_epoch: Token(5), ..Vote::default() };
    follower.hears(2, PeerState::Leading, at(7));
    assert_eq!(
        follower.hears(1, PeerState::Following, at(8)),
        [(2, Message::FollowerInfo(Token(0)))]
    );
    let mut other = Alone::new(Stable::default());
    other.hears(2, PeerState::Leading, at(7));
    let of_epoch_4 = Vote { peer_epoch: Token(4), ..at(7) };
    assert_eq!(other.hears(1, PeerState::Following, of_epoch_4), []);
}

/// Node 0 of three, which is told by hand what happens.
struct Alone(Zab);

impl Alone {
    fn new(stable: Stable) -> Alone {
        let mut effects = Vec::new();
        let mut cx = Context::new(NodeId(0), 3, SimTime::ZERO, false, &mut effects);
        Alone(Zab::boot(&Config::default(), stable, &mut cx))
    }

    /// Follows node 2, which leads in epoch 5.
    fn follower(stable: Stable) -> Alone {
        let mut node = Alone::new(stable);
        let vote = Vote { leader: NodeId(2), round: 1, peer_epoch: Token(5), ..Vote::default() };
        node.hears(2, PeerState::Leading, vote);
        node.hears(1, PeerState::Following, vote);
        node
    }

    fn hears(&mut self, from: u8, state: PeerState, vote: Vote) -> Vec<(u8, Message)> {
        self.gets(from, Message::Notification(Notification { state, vote }))
    }

    /// What it sends when this message arrives; a broadcast is left out.
    fn gets(&mut self, from: u8, message: Message) -> Vec<(u8, Message)> {
        let mut effects = Vec::new();
        let mut cx = Context::new(NodeId(0), 3, SimTime::ZERO, false, &mut effects);
        let event = Event::Message { from: NodeId(from), message };
        self.0.on_event(&Config::default(), event, &mut cx);
        let sends = effects.into_iter().filter_map(|effect| match effect {
            Effect::Send(to, message) => Some((to.0, message)),
            _ => None,
        });
        sends.collect()
    }
}

/// It has accepted epoch 5, and its history ends there.
fn of_epoch_5() -> Stable {
    Stable { accepted: Token(5), zxid: LogEnd { term: 5, index: 0 } }
}

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
fn joins_while_an_older_one_activates(broken: Value) -> Box<dyn Run> {
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

/// Counting rule: all look at once, every message takes equally long, and those that arrive
/// together do so in the order of ids. Votes of servers for themselves are not sent and not
/// counted. A server tells all n−1 others at the start and after each change of its vote.
#[test]
fn notifications_of_an_election_in_which_all_look_at_once() {
    for n in 3..=7 {
        let election = |zxid_of_node_0: usize| {
            let mut logs = vec![json!({"term": 1, "index": 0}); n];
            logs[0] = json!({"term": 1, "index": zxid_of_node_0});
            let mut run = of(
                "zab",
                json!({
                    "protocol": {"zab": {"logs": logs}},
                    "cluster": {"nodes": n},
                    "until_ms": 900,
                }),
            );
            run.seek(run.end());
            assert_eq!(leaders(&*run).len(), 1);
            // Each stage of the activation is a message to or from each follower.
            let stages = ["FOLLOWERINFO", "LEADERINFO", "ACKEPOCH", "NEWLEADER", "ACK", "UPTODATE"];
            for name in stages {
                assert_eq!(sent(&*run, name), n - 1, "{name}");
            }
            notifications(&*run)
        };
        // Equal histories: node i hears of i+1, i+2 … n−1 in turn and changes its vote each time,
        // so that there are n + n(n−1)/2 times n−1 messages.
        assert_eq!(election(0), (n - 1) * n * (n + 1) / 2);
        // The best vote is the first that everybody hears: one change each, but for the winner.
        assert_eq!(election(1), (n - 1) * (2 * n - 1));
    }
}

#[test]
fn five_servers_tell_60_times_at_worst_and_36_times_at_best() {
    assert_eq!(notifications(&*looking(500, json!([]))), 60);
    let best = logs([(1, 1), (1, 0), (1, 0), (1, 0), (1, 0)]);
    assert_eq!(notifications(&*zab(best, 500, json!([]))), 36);
}

#[test]
fn a_wrong_end_of_the_election_is_caught_by_the_activation() {
    // The ensemble starts again. Nodes 0, 1 and 2 hear each other late, and all hear node 4 late,
    // which has the longest history. Node 3 hears their votes for it and no better one.
    let mut script: Vec<Value> =
        (0..5).map(|node| json!({"at_ms": 1, "do": {"crash": node}})).collect();
    let slow = |from: u8, to: u8, delay: u32| json!({"at_ms": 2, "do": {"link": {"from": from, "to": to, "delay_ms": delay}}});
    for (from, to) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
        script.push(slow(from, to, 290));
    }
    script.extend((0..4).map(|to| slow(4, to, 250)));
    script.extend((0..5).map(|node| json!({"at_ms": 500, "do": {"restart": node}})));
    let histories = logs([(1, 3), (1, 3), (1, 3), (1, 3), (1, 5)]);
    let mut run = zab(histories, 4_000, json!(script));
    assert_eq!(times(&*run, 3, EventKind::Timer, "finalize", "zab/decide")[0], 720);
    assert_eq!(reigns(&*run), [(1810, 4, 2)]);
    assert_eq!(times(&*run, 3, EventKind::Timer, "activate", "zab/give-up"), [720 + 2000]);
    assert_eq!(beliefs(&*run), [Some((4, 2)); 5]);
    at(&mut *run, 2_000);
    assert_eq!(field(&*run, 3, "state"), "leading, waits for followers");
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn a_paused_leader_writes_once_more_and_the_store_refuses_it() {
    let mut run = settled(
        6_000,
        json!([{"at_ms": 1050, "do": {"pause": 4}}, {"at_ms": 4000, "do": {"resume": 4}}]),
    );
    let (_, refused) = writes(&*run);
    assert!(!refused.is_empty() && refused.iter().all(|token| *token == Token(1)));
    assert_eq!(beliefs(&*run), [Some((3, 2)); 5]);
    at(&mut *run, 3_000);
    // Two leaders at one time, in two epochs.
    assert_eq!(leaders(&*run), [3, 4]);
    assert_eq!(run.violations(), []);
}

#[test]
fn a_partition_without_a_majority_on_any_side_has_no_leader() {
    let run =
        settled(20_000, json!([{"at_ms": 1050, "do": {"partition": [[0, 1], [2, 3], [4, 5]]}}]));
    assert!(leaders(&*run).is_empty());
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
}

/// What notices that a rule is off: checks by their names, and otherwise what a test would say.
fn noticed(broken: &str) -> Vec<&'static str> {
    let mut config = ProtocolConfig::named("zab").unwrap();
    assert!(config.switch_off(broken) || broken.is_empty(), "{broken}");
    let broken = match broken {
        "" => json!({}),
        _ => json!({"broken": broken}),
    };
    let with = |mut parameters: Value| {
        parameters.as_object_mut().unwrap().extend(broken.as_object().unwrap().clone());
        parameters
    };
    let three_two = json!([{"at_ms": 0, "do": {"partition": [[0, 1], [2, 3, 4]]}}]);
    let behind = logs([(1, 5), (1, 5), (1, 5), (1, 5), (1, 1)]);
    let silent = json!([
        {"at_ms": 1000, "do": {"campaign": 0}},
        {"at_ms": 1000, "do": {"crash": 4}},
    ]);
    let elects = zab(with(behind), 30_000, json!([]));
    let alone = zab(with(json!({})), 1_900, silent);
    let runs = [
        zab(with(json!({"settled": false})), 5_000, three_two),
        joins_while_an_older_one_activates(broken.clone()),
    ];
    let violations = runs.iter().chain([&elects, &alone]).flat_map(|run| run.violations());
    let mut noticed: Vec<&str> = violations.map(|violation| violation.check.name()).collect();
    if reigns(&*elects).is_empty() {
        noticed.push("a majority finds a leader");
    }
    if field(&*alone, 0, "state") != "looking" {
        noticed.push("nobody follows a silent leader");
    }
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    assert_eq!(noticed(""), [""; 0]);
    // The second line of defence: a stale winner never activates. But nobody else does either.
    assert_eq!(noticed("zxid-first"), ["a majority finds a leader"]);
    assert_eq!(noticed("leaders-word"), ["nobody follows a silent leader"]);
    assert_eq!(noticed("activation"), [Check::MajorityVoted.name()]);
    assert_eq!(noticed("epoch-on-disk"), [Check::VoteOnDisk.name()]);
    assert_eq!(noticed("refuse-older"), [Check::LeaderUpToDate.name()]);
}

/// A run in bad weather that ends after 12.9 s: what it goes through is drawn from the seed.
fn rough(seed: u64) -> Box<dyn Run> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % most
    };
    let nodes = 3 + below(3);
    let mut script = Vec::new();
    if below(2) == 0 {
        for (from, to) in (0..nodes * nodes).map(|pair| (pair / nodes, pair % nodes)) {
            if from != to {
                let lossy = json!({"link": {"from": from, "to": to, "loss_permille": 100}});
                script.push(json!({"at_ms": 0, "do": lossy}));
            }
        }
    }
    let mut now = 0;
    while now < 12_000 {
        now += below(900);
        let (node, other, side) = (below(nodes), below(nodes), 1 + below(nodes - 1));
        let sides = [(0..side).collect::<Vec<_>>(), (side..nodes).collect()];
        let action = match below(11) {
            0 | 1 => json!({"crash": node}),
            2 | 3 => json!({"restart": node}),
            4 => json!({"pause": node}),
            5 => json!({"resume": node}),
            6 if node != other => json!({"cut": {"from": node, "to": other}}),
            7 => json!({"partition": sides}),
            8 => json!("heal"),
            9 if node != other => {
                json!({"link": {"from": node, "to": other, "delay_ms": below(500)}})
            }
            _ => json!({"campaign": node}),
        };
        script.push(json!({"at_ms": now, "do": action}));
    }
    script.push(json!({"at_ms": CALM_MS, "do": "heal"}));
    for node in 0..nodes {
        script.push(json!({"at_ms": CALM_MS, "do": {"restart": node}}));
        script.push(json!({"at_ms": CALM_MS, "do": {"resume": node}}));
    }
    let mut logs: Vec<Value> =
        (0..nodes).map(|_| json!({"term": below(3), "index": below(3)})).collect();
    if below(3) == 0 {
        logs.clear();
    }
    let drift = [-300_000, 0, 300_000][below(3) as usize];
    let fields = json!({
        "protocol": {"zab": {
            "tick_ms": 200, "sync_limit": 10, "resend_max_ms": 2000, "logs": logs,
        }},
        "cluster": {
            "nodes": nodes,
            "seed": seed,
            "clocks": [{"node": below(nodes), "drift_ppm": drift}],
            "network": {
                "latency": {"spiky": {
                    "min_ms": 5, "max_ms": 40, "slow_permille": 50, "slow_max_ms": 400,
                }},
                "duplicate_permille": 50,
                "reorder_permille": below(2) * 200,
            },
        },
        "script": script,
        "until_ms": 70_000,
    });
    of("zab", fields)
}

/// When the weather clears up.
const CALM_MS: u64 = 12_900;

#[test]
fn in_rough_weather_every_claim_holds_and_after_it_all_follow_one_leader() {
    for seed in 1..=40 {
        let mut run = rough(seed);
        let nodes = run.scenario().cluster.nodes;
        let bound = run.scenario().protocol.settles_within(nodes, Span::new(400));
        // The clock that goes slowest takes longer for it.
        let settled = SimTime::from_ms(CALM_MS) + Span::from_micros(bound.as_micros() * 10 / 7);
        run.seek(run.end());
        assert!(run.end() > settled);
        assert_eq!(run.violations(), [], "seed {seed}");
        run.seek(settled);
        let beliefs = beliefs(&*run);
        assert!(beliefs[0].is_some(), "seed {seed}: {beliefs:?}");
        assert!(beliefs.iter().all(|belief| *belief == beliefs[0]), "seed {seed}: {beliefs:?}");
        assert_eq!(leaders(&*run).len(), 1, "seed {seed}");
    }
}
