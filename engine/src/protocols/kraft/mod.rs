//! KRaft: Raft's elections, with a log that followers fetch.
//!
//! Apache Kafka, module `raft` (`KafkaRaftClient`, `QuorumState`, `CandidateState`,
//! `FollowerState`, `LeaderState`) before pre-votes (KIP-996) came, and KIP-595. Every node is a
//! voter and a controller; the leader is the active controller. What differs from
//! [`super::raft`] is that the leader sends no heartbeats: it is alive as long as it answers
//! fetches, and leads as long as a majority fetches.
//!
//! Rules, in the order of the code below:
//! 1. `start`: the disk says who has the vote and who leads. Who led resigns, who stood stands on,
//!    who followed follows.
//! 2. `fetch-timeout`: a follower whose fetches were not answered for `fetch_timeout_ms` suspects
//!    the leader and stands.
//! 3. `timeout`: who knows no leader for `election_timeout_ms`, plus as much by chance, stands.
//! 4. `stand`: take a new epoch, vote for oneself, ask all others.
//! 5. `back-off`: a majority has refused, or the election timeout is over: wait for a random time
//!    that doubles each time, at most `backoff_max_ms`, and stand again. Nobody steps down.
//! 6. `newer`: a higher epoch in any message is taken over, without a vote.
//! 7. `vote`, `refuse`: a vote goes to who asks first in an epoch, if its last epoch and its end
//!    are at least one's own, and only after it is on disk.
//! 8. `led`: who knows the leader of the epoch refuses in it, whatever its own vote was.
//! 9. `count`: the votes of a majority of all voters elect.
//! 10. `lead`: append an entry of the new epoch and tell all others (BeginQuorumEpoch).
//! 11. `heartbeat`: tell them again every half of the fetch timeout.
//! 12. `follow`: the leader of the epoch is known: fetch from it.
//! 13. `heard`: an answer to a fetch, and only that, starts the fetch timeout anew.
//! 14. `append`: the leader appends an entry now and then. What a majority has is committed, once
//!     an entry of the current epoch is among it.
//! 15. `fetch`: a follower says where its log ends. `serve`: the leader answers with the entries
//!     of one epoch that follow, or says where its own log parts from that.
//! 16. `replicate`, `truncate`: append them, or cut back to where both agree.
//! 17. `check-quorum`: no majority has fetched for one and a half fetch timeouts: resign.
//! 18. `resign`: lead no longer, tell the others in which order they are to stand, those with most
//!     entries first (EndQuorumEpoch), and vote for nobody in this epoch.
//! 19. `succeed`: the leader resigns: the first stands at once, each other waits twice as long as
//!     the one before it, the last for half of `backoff_max_ms`.
//! 20. `fenced`: an older epoch is answered with the newer one and its leader.
//! 21. `refused`: the store has seen a higher epoch: resign.
//!
//! Simplified, and so ours: a follower asks again after `fetch_ms`, where the leader holds the
//! answer back for that time. Requests are sent once; Kafka repeats them until they are answered,
//! but a request's timeout is as long as an election. BeginQuorumEpoch and EndQuorumEpoch are
//! answered only if they are refused, and each successor is told its own place only. The wait of
//! rule 5 is drawn evenly, where Kafka draws a multiple of 100 ms. The leader's entries and the
//! writes to the store are ours, and so is rule 21. Snapshots, observers and changes of the
//! voters are left out.

mod config;
mod election;
mod follower;
mod leader;
mod message;
mod rules;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use message::{Ask, Message, Timer};
use rules::*;

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule};
use crate::protocols::epoch_log::EpochLog;
use crate::time::Span;
use crate::view::{Ballots, Field, Kept, LogView, NodeSet, NodeView, Role};

/// The first wait of a candidate, at most; the next ones are longer.
const BACKOFF_BASE: Span = Span::new(100);

/// What survives a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The latest epoch that it has seen.
    pub epoch: u32,
    /// Who has its vote of that epoch; forgotten when the leader is known.
    pub voted_for: Option<NodeId>,
    /// Who leads that epoch, or led it, if that is known.
    pub leader: Option<NodeId>,
    /// Its log.
    pub log: EpochLog,
}

/// What a voter is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It knows of no leader.
    Unattached,
    Follower,
    Candidate,
    Leader,
    /// It has led this epoch.
    Resigned,
}

/// One voter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KRaft {
    me: NodeId,
    nodes: u8,
    stable: Stable,
    /// What is persistent has changed since it was last written.
    unsaved: bool,
    phase: Phase,
    /// How many entries it knows to be committed.
    high: u32,
    // Of a candidate.
    yes: NodeSet,
    no: NodeSet,
    /// How many times in a row it has stood.
    retries: u32,
    /// Its election timer has run out.
    timed_out: bool,
    backing_off: bool,
    /// The leader has resigned and told it when to stand.
    succeeds: bool,
    // Of a leader.
    /// How many entries each voter has.
    ends: Vec<u32>,
    /// Who has fetched since a majority had.
    fetched: NodeSet,
    /// How many entries it had when it began to lead.
    led_from: u32,
}

type Cx<'a, 'b> = &'a mut Context<'b, KRaft>;

impl Protocol for KRaft {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = rules::RULES;

    const MESSAGES: &'static [MessageKind] = message::MESSAGES;
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut voter = KRaft {
            me: cx.me(),
            nodes: cx.nodes(),
            stable,
            unsaved: false,
            phase: Phase::Unattached,
            high: 0,
            yes: NodeSet::EMPTY,
            no: NodeSet::EMPTY,
            retries: 1,
            timed_out: false,
            backing_off: false,
            succeeds: false,
            ends: vec![0; usize::from(cx.nodes())],
            fetched: NodeSet::EMPTY,
            led_from: 0,
        };
        cx.cite(START);
        cx.note(Note::Log(voter.stable.log.end()));
        if cx.is_start() && config.settled {
            voter.begin_settled(config, cx);
        } else {
            voter.resume(config, cx);
        }
        voter
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Silence) => {
                if self.succeeds {
                    cx.cite(SUCCEED);
                } else {
                    cx.cite(FETCH_TIMEOUT);
                    if let Some(leader) = self.stable.leader {
                        cx.note(Note::Suspect(leader));
                    }
                }
                self.stand(config, cx);
            }
            Event::Timer(Timer::Election) if self.phase == Phase::Candidate => {
                self.time_out(config, cx);
            }
            Event::Timer(Timer::Election) => {
                cx.cite(TIMEOUT);
                self.stand(config, cx);
            }
            Event::Timer(Timer::Backoff) => self.stand(config, cx),
            Event::Timer(Timer::Begin) => {
                cx.cite(HEARTBEAT);
                self.begin(config, cx);
            }
            Event::Timer(Timer::Write) => {
                cx.cite(APPEND);
                self.append(config, cx);
            }
            Event::Timer(Timer::Fetch) => {
                cx.cite(FETCH);
                self.fetch(config, cx);
            }
            Event::Timer(Timer::Quorum) => self.lose_quorum(config, cx),
            Event::Message { from, message } => self.on_message(config, from, message, cx),
            Event::WriteAnswer(answer) => {
                if self.phase == Phase::Leader && answer.highest > self.number() {
                    cx.cite(REFUSED);
                    self.resign(config, cx);
                }
            }
            Event::Command(Command::Campaign) => {
                if self.phase != Phase::Leader {
                    self.stand(config, cx);
                }
            }
            // To whom is not for the operator to say.
            Event::Command(Command::Transfer(_)) => {
                if self.phase == Phase::Leader {
                    cx.cite(RESIGN);
                    self.resign(config, cx);
                }
            }
        }
        self.save(config, cx);
    }

    fn view(&self, _: &Config) -> NodeView {
        let (role, doing) = match self.phase {
            Phase::Unattached => (Role::Follower, "waiting for a leader"),
            Phase::Follower => (Role::Follower, "fetching"),
            Phase::Candidate if self.backing_off => (Role::Candidate, "waiting to stand again"),
            Phase::Candidate => (Role::Candidate, "asking for votes"),
            Phase::Leader => (Role::Leader, "leading"),
            Phase::Resigned => (Role::Follower, "resigned"),
        };
        let field = |kept, name, value| Field { kept, name, value };
        let shown =
            |node: Option<NodeId>| node.map_or("nobody".to_owned(), |it| format!("node {it}"));
        NodeView {
            role,
            believes: self.stable.leader.filter(|_| self.phase != Phase::Resigned),
            number: self.number(),
            vote: self.stable.voted_for,
            ballots: (role == Role::Candidate).then(|| Ballots {
                have: self.yes,
                refused: self.no,
                needed: u32::from(self.nodes) / 2 + 1,
            }),
            missed: None,
            log: Some(LogView { terms: self.stable.log.epochs(), committed: self.high as usize }),
            fields: vec![
                field(Kept::Persistent, "leaderEpoch", self.stable.epoch.to_string()),
                field(Kept::Persistent, "votedId", shown(self.stable.voted_for)),
                field(Kept::Persistent, "leaderId", shown(self.stable.leader)),
                field(Kept::Volatile, "high watermark", self.high.to_string()),
                field(Kept::Volatile, "doing", doing.to_owned()),
            ],
        }
    }

    fn label(message: &Message) -> Label {
        message::label(message)
    }
}

impl KRaft {
    /// Everybody knows from the start that the highest node leads, as if it had just been elected.
    fn begin_settled(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let leader = NodeId(self.nodes - 1);
        self.stable.epoch = 1;
        cx.note(Note::Vote(leader, self.number()));
        self.unsaved = true;
        if self.me == leader {
            self.lead(config, cx);
        } else {
            self.follow(config, 1, leader, cx);
        }
    }

    /// Rule 1.
    fn resume(&mut self, config: &Config, cx: Cx<'_, '_>) {
        match (self.stable.leader, self.stable.voted_for) {
            (Some(leader), _) if leader == self.me => {
                self.phase = Phase::Resigned;
                self.await_election(config, cx);
            }
            (Some(leader), _) => self.follow(config, self.stable.epoch, leader, cx),
            (None, Some(candidate)) if candidate == self.me => self.ask_for_votes(config, cx),
            (None, _) => self.await_election(config, cx),
        }
    }

    fn on_message(&mut self, config: &Config, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        let Message { epoch, ask } = message;
        match ask {
            Ask::Vote(_) | Ask::Begin | Ask::End { .. } | Ask::Fetch(_)
                if epoch < self.stable.epoch =>
            {
                cx.cite(FENCED);
                cx.send(from, self.says(Ask::Fenced(self.stable.leader)));
            }
            Ask::Vote(last) => {
                self.learn(config, epoch, None, cx);
                self.asked(config, from, last, cx);
            }
            Ask::Voted { granted, leader } => {
                self.learn(config, epoch, leader, cx);
                if epoch == self.stable.epoch {
                    self.count(config, from, granted, cx);
                }
            }
            Ask::Begin => {
                self.learn(config, epoch, Some(from), cx);
                cx.cite(HEARTBEAT);
            }
            Ask::End { place, of } => {
                self.learn(config, epoch, Some(from), cx);
                self.succeed(config, from, (place, of), cx);
            }
            // An epoch that is not known yet is its leader's to announce.
            Ask::Fetch(end) if epoch == self.stable.epoch => self.serve(config, from, end, cx),
            Ask::Fetch(_) => {}
            Ask::Records { base, batch, high } => {
                self.learn(config, epoch, Some(from), cx);
                if epoch == self.stable.epoch {
                    self.records(config, (from, base), batch, high, cx);
                }
            }
            Ask::Diverging { base, at } => {
                self.learn(config, epoch, Some(from), cx);
                if epoch == self.stable.epoch {
                    self.diverging(config, (from, base), at, cx);
                }
            }
            Ask::Fenced(leader) => {
                cx.cite(FENCED);
                self.learn(config, epoch, leader, cx);
            }
        }
    }

    fn number(&self) -> Token {
        Token(u64::from(self.stable.epoch))
    }

    /// Takes this node for the leader of its epoch, or knows of none.
    fn believe(&mut self, leader: Option<NodeId>, cx: Cx<'_, '_>) {
        let known = std::mem::replace(&mut self.stable.leader, leader);
        if leader.is_some() || known.is_some() && self.phase != Phase::Resigned {
            cx.note(Note::Believe(leader, self.number()));
        }
    }

    /// Writes what is persistent to disk, if it has changed: before anything is answered.
    fn save(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if std::mem::take(&mut self.unsaved) && config.keeps(Broken::VoteOnDisk) {
            cx.persist(self.stable.clone());
        }
    }
}
