//! ZooKeeper: fast leader election, and the activation of the leader that it proposes.
//!
//! Apache ZooKeeper at commit 53a78e3: `FastLeaderElection`, `Vote`, `Leader`, `LearnerHandler`,
//! `Learner` and `Follower` in Java, and the documentation's chapter on internals. The election
//! (rules 1 to 8) only proposes: it compares votes until a majority names the same server. That
//! server then has to activate its leadership (rules 9 to 15): it gets a majority to accept an
//! epoch that nobody has accepted before, and to take over its history. Safety rests on the
//! second part alone. Every majority is one of the configured cluster, the server itself
//! included.
//!
//! Rules, in the order of the `match` below:
//! 1. `decide`: no better vote came for `finalize_ms`: lead if the vote is for oneself, else
//!    follow. While waiting, a vote that is no better only starts the wait anew.
//! 2. `resend`: nothing was heard: tell all again, and wait twice as long, up to a limit.
//! 3. `join-round`: a vote of a later round: go there, forget the votes counted so far, take the
//!    better of that vote and the own first one, tell all.
//! 4. `lagging`: a vote of an earlier round does not count; its sender gets mine.
//! 5. `count`: a better vote of this round becomes mine and all are told. Votes are compared by
//!    epoch, then zxid, then id. Once a majority votes like me, wait for a better one.
//! 6. `established`: servers that follow or lead name a leader. A majority of them, and the
//!    leader's own word, are enough to join it, whatever its round.
//! 7. `tell`: who follows or leads answers one that is looking with the vote it went by.
//! 8. `left`: the leader of a follower is looking in a later round: look as well.
//! 9. `register`: a follower tells its leader the epoch that it has accepted (`FOLLOWERINFO`).
//! 10. `new-epoch`: with a majority registered, the new epoch is the greatest accepted one plus
//!     one (`LEADERINFO`).
//! 11. `accept-epoch`: a follower accepts an epoch greater than any before, on disk, and says so
//!     (`ACKEPOCH`). It accepts none from a leader whose zxid is older than its own.
//! 12. `synchronise`: with the epoch accepted by a majority, the leader gives its history to
//!     those who accepted (`NEWLEADER`).
//! 13. `ack`: a follower takes that history over, on disk, and says so (`ACK`).
//! 14. `activate`: with a majority of these, the leader leads, and says so (`UPTODATE`).
//! 15. `serve`: a follower is up to date: from now on it believes in its leader.
//! 16. `ping`: twice a tick the leader pings who is synchronised, and writes. Once a tick it
//!     counts who was heard within `sync_limit` ticks; without a majority it gives up.
//! 17. `heard`: a ping is answered, and shows that the other one is there.
//! 18. `give-up`: a stage of the activation took longer than `init_limit` ticks: look again.
//! 19. `suspect`: a follower heard nothing for `init_limit` ticks, or once it is synchronised for
//!     `sync_limit` ticks: look again.
//! 20. `newer`: a server that registers has accepted a greater epoch than the leader's: look
//!     again, for an epoch that it can accept.
//! 21. `look`: begin a round: forget all votes, vote for oneself, tell all.
//!
//! What is folded or ours:
//! - A connection. The source learns from a broken one at once that the other side has left;
//!   here rule 8 and the leader's half of rule 7 take its place: a server of one's own ensemble
//!   that is looking in a later round has left it. A follower repeats what it said last every
//!   tick until it is answered (`register`), where the source relies on TCP.
//! - Synchronisation (`DIFF`, `TRUNC`, `SNAP`) is one message, `NEWLEADER`, and takes no time. Its
//!   proposal has the zxid (epoch, 0) and enters the log, so the current epoch, which the source
//!   keeps in a file of its own, is the epoch of the last zxid. The leader logs it itself when it
//!   begins to lead. There are no client requests, so no zxid ever has a counter that the
//!   configuration did not give it.
//! - In the source the leader compares histories when `ACKEPOCH` brings the follower's, and drops
//!   a follower that is ahead. Here `LEADERINFO` brings the leader's and the follower compares.
//!   So a vote that was given is a vote that counts.
//! - Rule 20. In the source such a server fails to join for as long as the leader stays.
//! - Observers, weights, reconfiguration and the oracle of two-server clusters are left out.

mod activation;
mod config;
mod election;
mod message;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use message::{Message, Notification, PeerState, Timer, Vote};

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules};
use crate::time::Span;
use crate::view::{Ballots, Field, Kept, LogView, NodeSet, NodeView, Role};

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The greatest epoch that this server has accepted.
    pub accepted: Token,
    /// Where its history ends. Its epoch is the current one.
    pub zxid: LogEnd,
}

/// What a server is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// It takes part in an election.
    Looking,
    /// The vote went to another server.
    Following(Learner),
    /// The vote went to this server.
    Leading(Phase),
}

/// How far a follower is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Learner {
    /// It has registered with the leader.
    Registering,
    /// It has the leader's history.
    Synchronised,
    /// The leader leads.
    Serving,
}

/// How far a leader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It waits for a majority to register.
    Discovery,
    /// It waits for a majority to accept its epoch.
    Acceptance,
    /// It waits for a majority to have its history.
    Synchronisation,
    /// It leads.
    Broadcast,
}

/// What a leader knows of its followers. It is in each of its own sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Followers {
    registered: NodeSet,
    /// The greatest epoch that any of them has accepted.
    highest: Token,
    /// Those that answered with `ACKEPOCH`, and those of them whose answer counts.
    answered: NodeSet,
    accepted: NodeSet,
    synchronised: NodeSet,
    /// In which tick each was heard last.
    heard: Vec<u32>,
    half_ticks: u32,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zab {
    me: NodeId,
    nodes: u8,
    // Persistent.
    stable: Stable,
    // Volatile.
    state: State,
    /// The source's logical clock.
    round: u64,
    /// The vote: a proposal while looking, and after that what it went by.
    vote: Vote,
    /// The votes of this round, by server.
    votes: Vec<Option<Notification>>,
    /// What servers that follow or lead have said, by server: the source's `outofelection`.
    established: Vec<Option<Notification>>,
    /// How long to wait before all are told again.
    patience: Span,
    /// A majority agrees, and this server waits for a better vote.
    finalizing: bool,
    /// Whether this follower's acceptance of the epoch counts for its leader.
    counts: bool,
    followers: Followers,
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "zookeeper-internals" }
}

rules! {
    DECIDE = rule(
        "zab/decide",
        "No better vote came in time: the server that was voted for leads.",
    ),
    RESEND = rule("zab/resend", "Nothing was heard: tell all again, and wait twice as long."),
    JOIN_ROUND = rule(
        "zab/join-round",
        "A later round is on: go there and forget the votes so far.",
    ),
    LAGGING = rule("zab/lagging", "A vote of an earlier round does not count: send mine back."),
    COUNT = rule("zab/count", "Take the better vote, and wait once a majority votes alike."),
    ESTABLISHED = rule(
        "zab/established",
        "A majority and the leader itself say who leads: join it.",
    ),
    TELL = rule("zab/tell", "Somebody is looking: say by which vote this server went."),
    LEFT = ours("zab/left", "The leader is looking again: look as well."),
    REGISTER = rule("zab/register", "Tell the leader which epoch was accepted last."),
    NEW_EPOCH = rule(
        "zab/new-epoch",
        "A majority has registered: propose an epoch above all of theirs.",
    ),
    ACCEPT_EPOCH = rule("zab/accept-epoch", "Accept a greater epoch than any before, on disk."),
    SYNCHRONISE = rule(
        "zab/synchronise",
        "A majority accepted the epoch: give the history to all of them.",
    ),
    ACK = rule("zab/ack", "Take over the leader's history, on disk."),
    ACTIVATE = rule("zab/activate", "A majority has the history: now the leader leads."),
    SERVE = rule("zab/serve", "The leader leads: follow it from now on."),
    PING = rule("zab/ping", "Ping the followers; without a majority of them, stop leading."),
    HEARD = rule("zab/heard", "A ping: the other one is there."),
    GIVE_UP = rule(
        "zab/give-up",
        "No majority followed in time: the election was wrong, look again.",
    ),
    SUSPECT = rule("zab/suspect", "The leader was not heard in time: look for another."),
    NEWER = ours("zab/newer", "A server has accepted a greater epoch: look again for a new one."),
    LOOK = rule("zab/look", "Begin a round: vote for oneself and tell all."),
}

impl Protocol for Zab {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "LOOKING", sign: Sign::Request },
        MessageKind { name: "FOLLOWING", sign: Sign::Announcement },
        MessageKind { name: "LEADING", sign: Sign::Announcement },
        MessageKind { name: "FOLLOWERINFO", sign: Sign::Request },
        MessageKind { name: "LEADERINFO", sign: Sign::Request },
        MessageKind { name: "ACKEPOCH", sign: Sign::Yes },
        MessageKind { name: "NEWLEADER", sign: Sign::Request },
        MessageKind { name: "ACK", sign: Sign::Yes },
        MessageKind { name: "UPTODATE", sign: Sign::Announcement },
        MessageKind { name: "PING", sign: Sign::Pulse },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let settled = cx.is_start() && config.settled && config.logs.is_empty();
        let mut node = Zab::new(stable, cx);
        if cx.is_start() && !settled {
            let zxid = config.logs.get(node.me.index()).copied().unwrap_or_default();
            // Nobody writes in an epoch that a majority has not accepted; here all have.
            let latest = config.logs.iter().map(|zxid| zxid.term).max().unwrap_or_default();
            node.stable = Stable { accepted: Token(u64::from(latest)), zxid };
            cx.persist(node.stable);
        }
        cx.note(Note::Log(node.stable.zxid));
        if settled {
            node.begin_settled(config, cx);
        } else {
            node.look(config, cx);
        }
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        let looks = self.state == State::Looking;
        match event {
            Event::Timer(Timer::Finalize) => {
                cx.cite(DECIDE);
                self.decide(config, cx);
            }
            Event::Message { from, message: Message::Notification(heard) }
                if looks && self.finalizing && !self.is_better(config, &heard.vote) =>
            {
                cx.cite(DECIDE);
                self.answer_laggard(from, &heard, cx);
                cx.set_timer(Timer::Finalize, config.finalize_ms);
            }
            Event::Timer(Timer::Resend) => {
                cx.cite(RESEND);
                self.tell_all(cx);
                self.patience = self.patience.times(2).min(config.resend_max_ms);
                cx.set_timer(Timer::Resend, self.patience);
            }
            Event::Message { from, message: Message::Notification(heard) }
                if looks && heard.is_looking() && heard.vote.round > self.round =>
            {
                cx.cite(JOIN_ROUND);
                self.wait_on(cx);
                self.join_round(from, heard, config, cx);
            }
            Event::Message { from, message: Message::Notification(heard) }
                if looks && heard.is_looking() && heard.vote.round < self.round =>
            {
                cx.cite(LAGGING);
                self.wait_on(cx);
                self.answer_laggard(from, &heard, cx);
            }
            Event::Message { from, message: Message::Notification(heard) }
                if looks && heard.is_looking() =>
            {
                cx.cite(COUNT);
                self.wait_on(cx);
                if self.is_better(config, &heard.vote) {
                    self.vote = heard.vote;
                    self.tell_all(cx);
                }
                self.count(from, heard, config, cx);
            }
            Event::Message { from, message: Message::Notification(heard) } if looks => {
                cx.cite(ESTABLISHED);
                self.wait_on(cx);
                self.hear_of_leader(from, heard, config, cx);
            }
            Event::Message { from, message: Message::Notification(heard) }
                if heard.is_looking() && !self.is_left_by(from, &heard) =>
            {
                cx.cite(TELL);
                if heard.vote.round > self.vote.round {
                    self.followers.synchronised.remove(from);
                }
                cx.send(from, Message::Notification(self.notification()));
            }
            Event::Message { message: Message::Notification(heard), .. } if heard.is_looking() => {
                cx.cite(LEFT);
                self.look(config, cx);
            }
            Event::Message { message: Message::Notification(_), .. } => {}
            Event::Timer(Timer::Register) => {
                cx.cite(REGISTER);
                self.say_again(config, cx);
            }
            Event::Message { from, message: Message::FollowerInfo(accepted) } => {
                self.hear_of_follower(from, accepted, config, cx);
            }
            Event::Message { from, message: Message::LeaderInfo { epoch, zxid } } => {
                if self.registers_with(from) {
                    cx.cite(ACCEPT_EPOCH);
                    self.accept_epoch(from, epoch, zxid, config, cx);
                }
            }
            Event::Message { from, message: Message::AckEpoch { epoch, counts } } => {
                if self.leads_in(epoch) {
                    cx.cite(SYNCHRONISE);
                    self.epoch_accepted(from, counts, config, cx);
                }
            }
            Event::Message { from, message: Message::NewLeader(epoch) } => {
                if self.registers_with(from) && epoch == self.stable.accepted {
                    cx.cite(ACK);
                    self.take_history_over(from, config, cx);
                }
            }
            Event::Message { from, message: Message::Ack(epoch) } => {
                if self.leads_in(epoch) {
                    cx.cite(ACTIVATE);
                    self.history_taken_over(from, config, cx);
                }
            }
            Event::Message { from, message: Message::UpToDate(epoch) } => {
                if self.follows(from, epoch) {
                    cx.cite(SERVE);
                    self.serve(config, cx);
                }
            }
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(PING);
                self.ping(config, cx);
            }
            Event::Message { from, message: Message::Ping(epoch) } => {
                if self.follows(from, epoch) {
                    cx.cite(HEARD);
                    // It stands for an UPTODATE that was lost.
                    self.serve(config, cx);
                    cx.send(from, Message::Ping(epoch));
                } else if self.leads_in(epoch) && self.followers.synchronised.contains(from) {
                    cx.cite(HEARD);
                    self.followers.hear(from);
                }
            }
            Event::Timer(Timer::Activate) => {
                cx.cite(GIVE_UP);
                self.look(config, cx);
            }
            Event::Timer(Timer::Silence) => {
                cx.cite(SUSPECT);
                cx.note(Note::Suspect(self.vote.leader));
                self.look(config, cx);
            }
            // Only the store can fence. A leader without followers gives up by itself.
            Event::WriteAnswer(_) => {}
            Event::Command(Command::Campaign) => self.look(config, cx),
            // The source has no way to hand leadership to a server of one's choice.
            Event::Command(Command::Transfer(_)) => {}
        }
    }

    fn view(&self, _: &Config) -> NodeView {
        let (role, doing, supporters) = match self.state {
            State::Looking => (Role::Candidate, "looking", Some(self.supporters())),
            State::Following(Learner::Registering) => {
                (Role::Follower, "following, registered", None)
            }
            State::Following(Learner::Synchronised) => {
                (Role::Follower, "following, synchronised", None)
            }
            State::Following(Learner::Serving) => (Role::Follower, "following", None),
            State::Leading(phase) => {
                let Followers { registered, accepted, synchronised, .. } = self.followers;
                match phase {
                    Phase::Discovery => {
                        (Role::Candidate, "leading, waits for followers", Some(registered))
                    }
                    Phase::Acceptance => {
                        (Role::Candidate, "leading, proposes an epoch", Some(accepted))
                    }
                    Phase::Synchronisation => {
                        (Role::Candidate, "leading, synchronises", Some(synchronised))
                    }
                    Phase::Broadcast => (Role::Leader, "leading", None),
                }
            }
        };
        let ballots = supporters.map(|have| Ballots {
            have,
            refused: NodeSet::EMPTY,
            needed: u32::from(self.nodes) / 2 + 1,
        });
        let persistent = |name, value| Field { kept: Kept::Persistent, name, value };
        let volatile = |name, value| Field { kept: Kept::Volatile, name, value };
        let LogEnd { term, index } = self.stable.zxid;
        NodeView {
            role,
            believes: self.believes(),
            number: self.stable.accepted,
            vote: Some(self.vote.leader),
            ballots,
            missed: None,
            log: Some(self.log()),
            fields: vec![
                persistent("accepted epoch", self.stable.accepted.to_string()),
                persistent("last zxid", format!("{term}.{index}")),
                volatile("state", doing.to_owned()),
                volatile("round", self.round.to_string()),
                volatile("vote", format!("node {}, zxid {}", self.vote.leader, self.vote.zxid())),
            ],
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Notification(Notification { state, vote }) => {
                (*state as u8, Token(vote.round))
            }
            Message::FollowerInfo(accepted) => (3, *accepted),
            Message::LeaderInfo { epoch, .. } => (4, *epoch),
            Message::AckEpoch { epoch, .. } => (5, *epoch),
            Message::NewLeader(epoch) => (6, *epoch),
            Message::Ack(epoch) => (7, *epoch),
            Message::UpToDate(epoch) => (8, *epoch),
            Message::Ping(epoch) => (9, *epoch),
        };
        Label { kind, number }
    }
}

impl Zab {
    fn new(stable: Stable, cx: &Context<'_, Self>) -> Zab {
        let nodes = cx.nodes();
        let nobody = vec![None; usize::from(nodes)];
        Zab {
            me: cx.me(),
            nodes,
            stable,
            state: State::Looking,
            round: 0,
            vote: Vote::default(),
            votes: nobody.clone(),
            established: nobody,
            patience: Span::ZERO,
            finalizing: false,
            counts: false,
            followers: Followers { heard: vec![0; usize::from(nodes)], ..Followers::default() },
        }
    }

    /// The whole cluster has followed its highest node through round and epoch 1.
    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let leader = NodeId(self.nodes - 1);
        self.round = 1;
        self.vote = Vote { leader, round: 1, ..Vote::default() };
        self.promise(leader, Token(1), config, cx);
        if self.me == leader {
            self.followers.synchronised = NodeId::all(self.nodes).collect();
            self.activate(config, cx);
        } else {
            self.state = State::Following(Learner::Synchronised);
            self.log_new_leader(cx);
            self.serve(config, cx);
        }
    }

    fn believes(&self) -> Option<NodeId> {
        match self.state {
            State::Following(Learner::Serving) | State::Leading(Phase::Broadcast) => {
                Some(self.vote.leader)
            }
            _ => None,
        }
    }

    /// Of the log only the entries of the last epoch are known, by the last one's counter; the
    /// first of an epoch is its `NEWLEADER`, with counter 0.
    fn log(&self) -> LogView {
        let LogEnd { term, index } = self.stable.zxid;
        let entries = index.saturating_add(u32::from(term > 0)).min(LOG_SHOWN);
        let committed = if self.believes().is_some() { entries as usize } else { 0 };
        LogView { terms: vec![term; entries as usize], committed }
    }

    fn is_majority(&self, set: NodeSet) -> bool {
        set.len() * 2 > u32::from(self.nodes)
    }
}

/// The most entries of a log that a view lists.
const LOG_SHOWN: u32 = 32;
