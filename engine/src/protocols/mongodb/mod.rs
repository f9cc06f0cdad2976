//! Elections of a MongoDB replica set: Raft's, with a trial before each of them.
//!
//! MongoDB, *Replication internals* (the README of the replication code, on elections, stepping
//! down and rollback) and the manual on replica set elections. Every node of the cluster is a
//! member that votes; MongoDB allows seven of those. All bear data but the first one, if it is an
//! arbiter, and members with priority 0, arbiters among them, never stand.
//!
//! Rules, in the order of the code below:
//! 1. `start`: a member that starts is a secondary and looks for a primary.
//! 2. `timeout`: a secondary that hears no primary for the election timeout, and up to 15 % more
//!    by chance, suspects it and stands.
//! 3. `takeover`: a member that is preferred to the primary stands after the election timeout
//!    times its rank among the members, from 1, and the same random part. Priority decides when a
//!    member stands and nothing else. `catch-up-takeover`: one that has more than a primary that
//!    has not written yet, and no less than all that are there, stands after 30 s.
//! 4. `give-up`: a dry run that has no majority after the election timeout is over.
//! 5. `heartbeat`: every 2 s each member asks every other one how it is. A secondary asks the
//!    primary again for what it lacks.
//! 6. `no-majority`: a primary that has not had an answer of a majority, itself included, for
//!    the election timeout steps down.
//! 7. `write`: a client writes. With `majority` it is told so when a majority has the entry,
//!    without it at once.
//! 8. `newer-term`: a higher term in any message is taken over, and a primary steps down.
//! 9. `heard`, `follow`: a heartbeat or its answer; the primary of this term is followed.
//! 10. `would-vote`, `would-not`, `vote`, `refuse`: a vote goes to who asks first in a term, if
//!     its oplog is not older, and only after it is on disk. In a dry run nothing is remembered,
//!     and who else was voted for does not matter. `arbiter`: an arbiter that hears a primary
//!     refuses whoever is not preferred to it.
//! 11. `count`: a majority of all members would vote: stand; has voted: lead.
//! 12. `serve`: send the oplog to a member that lacks something of it.
//! 13. `replicate`, `rollback`: a secondary takes over what the primary has, and drops first
//!     what the primary does not have.
//! 14. `commit`: an entry of this term that a majority has, and all before it, stay. An arbiter
//!     never has it, and where fewer than a majority bear data all of these must.
//! 15. `step-up`: the primary hands over: stand at once, without a dry run.
//! 16. `refused`: the store has seen a higher term.
//! 17. `hand-over`: when the other member has everything, step down and tell it to stand.
//! 18. `dry-run`: ask who would vote, without a new term.
//! 19. `stand`: take a new term, vote for oneself, ask all others.
//! 20. `lead`: primary, and not writable yet: ask all members what they have.
//! 21. `catch-up`, `caught-up`: fetch what one of them has and oneself lacks.
//! 22. `writable`: add an entry of one's own term, and take writes.
//!
//! Voters do not look whether they hear a primary, as in Raft with leases: a dry run stops who
//! could not win anyway, not who could.
//!
//! Simplified, and so ours: the configuration never changes; of priorities other than 0 there is
//! one for all or one for each id. A secondary fetches from the primary, and from another
//! secondary only if it has just stood in vain, so a primary has to hear a majority itself. It
//! sends its whole oplog, of which the receiver takes what it lacks; a fetch that finds nothing
//! new waits with the primary. That a member is dead shows only in its silence, to an arbiter
//! too, which refuses until its own election timeout is over. The term is on disk as soon as it is known, not with the vote alone. Who
//! gives its vote waits for a whole timeout again. Catching up has no time limit (the default),
//! waits for the members that were heard within the election timeout, and ends if what another
//! one has does not fit its own. How long it takes is a parameter, nothing by default. Left out
//! are the freshness that a takeover by priority asks for, and the 60 s for which a member that
//! stepped down does not stand. Clients write at
//! fixed intervals; that they also write to the protected store, with the term, is ours too.

mod config;
mod election;
mod members;
mod message;
mod oplog;
mod primary;
mod rules;
mod takeover;
mod view;

pub use config::{Broken, Config, INFO};
pub use message::{Message, Says, Status, Timer};
use rules::*;

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule};
use crate::protocols::history::History;
use crate::time::{SimTime, Span};
use crate::view::{NodeSet, NodeView};
use takeover::Takeover;

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The latest term that this member knows.
    pub term: u32,
    /// For whom it has voted in that term.
    pub voted_for: Option<NodeId>,
    /// Its oplog.
    pub oplog: History,
    /// How many of its entries clients were told of before a majority had them.
    pub acknowledged: u32,
}

/// What a member is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Secondary,
    /// It asks who would vote for it.
    DryRun,
    Candidate,
    /// It is the primary, and fetches what others have.
    CatchingUp,
    Primary,
}

/// What a member knows of another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Known {
    /// When it last answered, by this member's clock.
    heard: Option<SimTime>,
    /// Where its oplog ends.
    end: LogEnd,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MongoDb {
    me: NodeId,
    nodes: u8,
    // Persistent.
    stable: Stable,
    /// What is persistent has changed since it was last written.
    unsaved: bool,
    // Volatile.
    phase: Phase,
    primary: Option<NodeId>,
    committed: u32,
    known: Vec<Known>,
    /// It waits to take over from a primary that nothing is wrong with.
    takeover: Option<Takeover>,
    /// How many entries it has dropped.
    rolled_back: u32,
    // Of a candidate.
    yes: NodeSet,
    no: NodeSet,
    // Of a primary.
    /// Who has answered since it was elected.
    answered: NodeSet,
    /// Who waits for its next entry.
    fetching: NodeSet,
    /// What it has found with another member and still reads.
    catching_up: Option<History>,
    hands_over_to: Option<NodeId>,
}

type Cx<'a, 'b> = &'a mut Context<'b, MongoDb>;

impl Protocol for MongoDb {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = rules::RULES;

    const MESSAGES: &'static [MessageKind] = message::MESSAGES;
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut member = MongoDb {
            me: cx.me(),
            nodes: cx.nodes(),
            stable,
            unsaved: false,
            phase: Phase::Secondary,
            primary: None,
            committed: 0,
            known: vec![Known::default(); usize::from(cx.nodes())],
            takeover: None,
            rolled_back: 0,
            yes: NodeSet::EMPTY,
            no: NodeSet::EMPTY,
            answered: NodeSet::EMPTY,
            fetching: NodeSet::EMPTY,
            catching_up: None,
            hands_over_to: None,
        };
        cx.set_random_timer(Timer::Heartbeat, Span::ZERO, config.heartbeat_ms);
        if cx.is_start() && config.settled {
            member.begin_settled(config, cx);
        } else {
            cx.cite(START);
            cx.note(Note::Log(member.end()));
            member.await_primary(config, cx);
        }
        member.save(config, cx);
        member
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Election) => {
                cx.cite(TIMEOUT);
                if let Some(primary) = self.primary {
                    cx.note(Note::Suspect(primary));
                }
                self.lose_primary(cx);
                if config.may_stand(self.me, self.nodes) {
                    self.hold_election(config, cx);
                }
            }
            Event::Timer(Timer::Takeover) => self.take_over_office(config, cx),
            Event::Timer(Timer::Attempt) => {
                if self.phase == Phase::DryRun {
                    cx.cite(GIVE_UP);
                    self.go_on_as_secondary(cx);
                }
            }
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(HEARTBEAT);
                self.tell_all(cx);
                self.fetch(config, cx);
                self.look_for_more(config, cx);
                cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
            }
            Event::Timer(Timer::CatchUp) => self.end_catch_up(config, cx),
            Event::Timer(Timer::Liveness) => self.look_for_majority(config, cx),
            Event::Timer(Timer::Write) => self.write(config, cx),
            Event::Message { from, message } => self.on_message(config, from, message, cx),
            Event::WriteAnswer(answer) => {
                if !answer.accepted && answer.highest > self.number() && self.is_primary() {
                    cx.cite(REFUSED);
                    self.stop_leading(config, cx);
                }
            }
            Event::Command(Command::Campaign) => {
                if !self.is_primary() && config.may_stand(self.me, self.nodes) {
                    self.hold_election(config, cx);
                }
            }
            Event::Command(Command::Transfer(to)) => {
                let can = to != self.me && to.0 < self.nodes && config.may_stand(to, self.nodes);
                if self.phase == Phase::Primary && can {
                    self.hands_over_to = Some(to);
                    self.hand_over(config, cx);
                }
            }
        }
        self.save(config, cx);
    }

    fn view(&self, config: &Config) -> NodeView {
        self.shown(config)
    }

    fn label(message: &Message) -> Label {
        message::label(message)
    }
}

impl MongoDb {
    /// The highest member is the primary, as if all had just voted for it, and its first entry
    /// is everywhere.
    fn begin_settled(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let primary = NodeId(self.nodes - 1);
        self.stable.term = 1;
        if !config.is_arbiter(self.me, self.nodes) {
            self.stable.oplog.begin(1);
            self.stable.oplog.len = 1;
            self.committed = 1;
        }
        cx.note(Note::Log(self.end()));
        self.vote(primary, cx);
        self.save(config, cx);
        if self.me == primary {
            self.yes = NodeId::all(self.nodes).collect();
            self.take_office(config, cx);
            self.phase = Phase::Primary;
            self.serve_clients(config, cx);
        } else {
            self.follow(config, primary, cx);
        }
    }

    fn on_message(&mut self, config: &Config, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        let Message { term, says } = message;
        if term > self.stable.term {
            cx.cite(NEWER_TERM);
            self.take_term(config, term, cx);
        }
        let is_current = term == self.stable.term;
        match says {
            Says::Heartbeat(status) => {
                self.learn(config, from, status, is_current, cx);
                self.save(config, cx);
                cx.send(from, self.says(Says::HeartbeatAnswer(self.status())));
            }
            Says::HeartbeatAnswer(status) => {
                self.hear(config, from, cx);
                self.learn(config, from, status, is_current, cx);
                self.answered.insert(from);
                self.look_for_more(config, cx);
            }
            Says::RequestVotes { end, dry } => {
                self.answer_candidate(config, from, is_current, end, dry, cx);
            }
            Says::Vote { yes, dry } if is_current => {
                let counts = if dry { Phase::DryRun } else { Phase::Candidate };
                if self.phase == counts {
                    self.count(config, from, yes, cx);
                }
            }
            Says::Fetch(end) => {
                self.hear(config, from, cx);
                self.serve(config, from, end, is_current, cx);
            }
            Says::Oplog { oplog, committed } if is_current => {
                self.receive(config, from, oplog, committed, cx);
            }
            Says::StepUp
                if is_current && !self.is_primary() && config.may_stand(self.me, self.nodes) =>
            {
                cx.cite(STEP_UP);
                self.stand(config, cx);
            }
            Says::Vote { .. } | Says::Oplog { .. } | Says::StepUp => {}
        }
    }

    /// What another member is and has.
    fn learn(
        &mut self,
        config: &Config,
        from: NodeId,
        status: Status,
        is_current: bool,
        cx: Cx<'_, '_>,
    ) {
        self.known[from.index()].end = status.end;
        if is_current && status.is_primary && !self.is_primary() {
            self.follow(config, from, cx);
            self.know_committed(status.committed);
        } else {
            cx.cite(HEARD);
        }
    }

    /// Rule 9. The primary is there: no election, unless this member is preferred to it.
    fn follow(&mut self, config: &Config, primary: NodeId, cx: Cx<'_, '_>) {
        if self.phase == Phase::Candidate {
            self.phase = Phase::Secondary;
        }
        self.await_primary(config, cx);
        if self.primary == Some(primary) {
            cx.cite(HEARD);
        } else {
            cx.cite(FOLLOW);
            self.phase = Phase::Secondary;
            self.primary = Some(primary);
            cx.note(Note::Believe(self.primary, self.number()));
            self.fetch(config, cx);
        }
        self.consider_takeover(config, primary, cx);
    }

    /// Whether it is the primary of its term, writable or not.
    fn is_primary(&self) -> bool {
        matches!(self.phase, Phase::CatchingUp | Phase::Primary)
    }

    fn number(&self) -> Token {
        Token(u64::from(self.stable.term))
    }

    fn end(&self) -> LogEnd {
        self.stable.oplog.end_at(self.stable.oplog.len)
    }

    fn status(&self) -> Status {
        Status { is_primary: self.is_primary(), end: self.end(), committed: self.committed }
    }

    fn says(&self, says: Says) -> Message {
        Message { term: self.stable.term, says }
    }

    fn tell_all(&self, cx: Cx<'_, '_>) {
        cx.broadcast(self.says(Says::Heartbeat(self.status())));
    }

    /// Rule 8.
    fn take_term(&mut self, config: &Config, term: u32, cx: Cx<'_, '_>) {
        self.stop_leading(config, cx);
        self.phase = Phase::Secondary;
        self.stable.term = term;
        self.stable.voted_for = None;
        self.unsaved = true;
        self.lose_primary(cx);
    }

    fn lose_primary(&mut self, cx: Cx<'_, '_>) {
        if self.primary.take().is_some() {
            cx.note(Note::Believe(None, self.number()));
        }
        self.takeover = None;
        cx.cancel_timer(Timer::Takeover);
    }

    /// Waits for a whole timeout again, with a new random part.
    fn await_primary(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.set_random_timer(Timer::Election, config.election_timeout_ms, config.offset());
    }

    /// Writes what is persistent to disk, if it has changed: before anything is answered.
    fn save(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if std::mem::take(&mut self.unsaved) && config.keeps(Broken::VoteNotOnDisk) {
            cx.persist(self.stable);
        }
    }
}
