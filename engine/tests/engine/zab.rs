//! ZooKeeper's election: one test per rule of `protocols/zab` up to the sixth, by its number, and
//! what an election costs. Every message takes 10 ms and a tick is 200 ms, so a leader pings
//! every 100 ms, a follower suspects after 1000 ms, and a stage of the activation may take
//! 2000 ms.

use crate::cluster::{all, beliefs, leaders, named, of, reigns, sent};
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::protocol::{Context, Effect, Event, Protocol};
use election_engine::protocols::zab::{
    Config, Message, Notification, PeerState, Stable, Vote, Zab,
};
use election_engine::run::Run;
use election_engine::time::SimTime;
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
pub fn zab(parameters: Value, until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut config = json!({"tick_ms": 200});
    let given = parameters.as_object().expect("an object").clone();
    config.as_object_mut().expect("an object").extend(given);
    let mut run =
        of("zab", json!({"protocol": {"zab": config}, "script": script, "until_ms": until_ms}));
    run.seek(run.end());
    run
}

/// All five look at once, with equal histories.
pub fn looking(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({"settled": false}), until_ms, script)
}

/// Node 4 leads from the start, in epoch 1.
pub fn settled(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({}), until_ms, script)
}

pub fn alone(node: u8) -> Value {
    let others: Vec<u8> = (0..=5).filter(|other| *other != node).collect();
    json!({"partition": [[node], others]})
}

pub fn logs(zxids: [(u32, u32); 5]) -> Value {
    let logs: Vec<Value> =
        zxids.iter().map(|(term, index)| json!({"term": term, "index": index})).collect();
    json!({"logs": logs})
}

/// When a node did something, in milliseconds.
pub fn times(run: &dyn Run, node: u8, kind: EventKind, name: &str, rule: &str) -> Vec<u64> {
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

pub fn field(run: &dyn Run, node: u8, name: &str) -> String {
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
pub struct Alone(pub Zab);

impl Alone {
    pub fn new(stable: Stable) -> Alone {
        let mut effects = Vec::new();
        let mut cx = Context::new(NodeId(0), 3, SimTime::ZERO, false, &mut effects);
        Alone(Zab::boot(&Config::default(), stable, &mut cx))
    }

    /// Follows node 2, which leads in epoch 5.
    pub fn follower(stable: Stable) -> Alone {
        let mut node = Alone::new(stable);
        let vote = Vote { leader: NodeId(2), round: 1, peer_epoch: Token(5), ..Vote::default() };
        node.hears(2, PeerState::Leading, vote);
        node.hears(1, PeerState::Following, vote);
        node
    }

    pub fn hears(&mut self, from: u8, state: PeerState, vote: Vote) -> Vec<(u8, Message)> {
        self.gets(from, Message::Notification(Notification { state, vote }))
    }

    /// What it sends when this message arrives; a broadcast is left out.
    pub fn gets(&mut self, from: u8, message: Message) -> Vec<(u8, Message)> {
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
pub fn of_epoch_5() -> Stable {
    Stable { accepted: Token(5), zxid: LogEnd { term: 5, index: 0 } }
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
