//! Raft's leader election: who gets the votes of a majority leads for a term.
//!
//! Ongaro, Ousterhout, *In Search of an Understandable Consensus Algorithm*, extended version,
//! 2014: Figure 2, §5.2 (elections), §5.3 (the consistency check), §5.4.1 (the log of who is
//! elected), §5.4.2 and §8 (what a new leader may commit, and its no-op). Ongaro, *Consensus:
//! Bridging Theory and Practice*, 2014: §3.10 (transfer), §4.2.3 and §6.2 (leases, stepping
//! down), §9.6 (PreVote). What needs a choice follows etcd's code.
//!
//! Rules, in the order of the code below:
//! 1. `start`: a node that starts follows nobody and waits for a timeout.
//! 2. `timeout`: a follower or candidate that hears no leader and grants no vote for a random
//!    time suspects the leader and holds an election.
//! 3. `heartbeat`: the leader repeats AppendEntries to all others each interval.
//! 4. `check-quorum`: a leader that has heard from no majority for a timeout steps down.
//! 5. `ignore`: who still hears a leader takes no notice of a candidate with a higher term,
//!    unless the leader itself asked it to stand.
//! 6. `newer-term`: a higher term in any other message is taken over, without a vote, and whoever
//!    led or stood for election follows.
//! 7. `would-vote`, `would-not`: asked for a pre-vote, say whether one would vote: the term is
//!    new, the log is up to date, and no leader was heard for a while. Nothing is remembered.
//! 8. `pre-count`: a majority would vote: stand for election.
//! 9. `vote`, `refuse`: a vote goes to who asks first in a term, if its log is at least as up to
//!    date, and only after it is on disk.
//! 10. `count`: the votes of a majority of the cluster, of this term, of different nodes: lead.
//! 11. `stale`: AppendEntries of an older term is refused; the answer carries the newer term.
//! 12. `follow`, `heard`, `append`, `mismatch`: AppendEntries of this term comes from its only
//!     leader. Follow it; if the log fits, take the entry over what stands there.
//! 13. `commit`: an entry of this term that a majority has is committed, and so is all before it.
//! 14. `next`, `back-up`: a follower that took an entry gets the next; one that lacks the entry
//!     before gets that one first.
//! 15. `timeout-now`: the leader hands over: stand for election at once, without a pre-vote.
//! 16. `refused`: the store has seen a higher term, so somebody else has led; step down.
//! 17. `transfer`: bring the other node's log up to date, then tell it to stand for election.
//! 18. `pre-vote`: ask the others whether they would vote, before taking a new term.
//! 19. `stand`: take a new term, vote for oneself, ask all others for their votes.
//! 20. `lead`: add an entry that does nothing, so that older ones can be committed, and tell all.
//!
//! PreVote. That a pre-vote is refused while a leader was heard within the shortest timeout is
//! the thesis's rule (§9.6); etcd applies it only together with CheckQuorum and then does not
//! answer. Here it always holds with PreVote, and the answer is no (ours). That the answer
//! carries the term that would be taken if it is yes, and one's own if it is no, is etcd's.
//! CheckQuorum. Rule 5 for votes is the thesis's (§4.2.3), bound to CheckQuorum as in etcd; that
//! the leader looks once per shortest timeout, and thus steps down after one to two of them, is
//! etcd's. A transfer is given up after the shortest timeout (etcd; the thesis says an election
//! timeout), and a second request for the same node does not prolong it (etcd).
//!
//! Ours: the store and rule 16; an AppendEntries carries one entry at most; the log has room for
//! 32 entries and is never compacted, clients fill half of it, and a leader whose log is full
//! adds nothing. A leader sends its own entry while it writes it to disk (thesis §10.2.1).
//! A node re-arms its election timer when it stops leading, and otherwise only as Figure 2 says:
//! for AppendEntries of the current leader, for a vote granted, and when it stands. etcd re-arms
//! it for every higher term as well.

mod config;
mod leader;
mod log;
mod message;
mod rules;
mod tally;
pub mod votes;

pub use config::{Broken, Config, INFO};
pub use log::Log;
pub use message::{Ask, Message, Timer};
use rules::*;
pub use tally::{Reply, Standing, Tally};

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule};
use crate::time::Span;
use crate::view::{Ballots, Field, Kept, LogView, NodeSet, NodeView, Role};

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The latest term that this node has seen (currentTerm).
    pub term: u32,
    /// Who has its vote of that term (votedFor).
    pub voted_for: Option<NodeId>,
    /// Its log.
    pub log: Log,
}

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Follower,
    /// It asks whether it would be elected.
    PreCandidate,
    Candidate,
    Leader,
}

/// What a leader knows of another node's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Progress {
    /// The index of the next entry to send (nextIndex).
    next: u8,
    /// It has the leader's log up to here (matchIndex).
    matched: u8,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Raft {
    me: NodeId,
    nodes: u8,
    // Persistent.
    stable: Stable,
    /// What is persistent has changed since it was last written.
    unsaved: bool,
    // Volatile.
    phase: Phase,
    leader: Option<NodeId>,
    committed: u8,
    /// The leader was heard within the shortest timeout. Kept only if a switch needs it.
    hears_leader: bool,
    // Of a candidate.
    yes: NodeSet,
    no: NodeSet,
    /// How many votes were counted: as many as there are nodes in `yes`, if all rules hold.
    counted: u32,
    /// What it was answered; kept only if its votes are counted elsewhere.
    replies: Vec<Reply>,
    // Of a leader; empty of who never was one.
    progress: Vec<Progress>,
    /// Who was heard since the last look.
    heard: NodeSet,
    transfer_to: Option<NodeId>,
    beats: u32,
}

impl Protocol for Raft {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = rules::RULES;

    const MESSAGES: &'static [MessageKind] = message::MESSAGES;
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut node = Raft {
            me: cx.me(),
            nodes: cx.nodes(),
            stable,
            unsaved: false,
            phase: Phase::Follower,
            leader: None,
            committed: 0,
            hears_leader: false,
            yes: NodeSet::EMPTY,
            no: NodeSet::EMPTY,
            counted: 0,
            replies: Vec::new(),
            progress: Vec::new(),
            heard: NodeSet::EMPTY,
            transfer_to: None,
            beats: 0,
        };
        cx.cite(START);
        if cx.is_start() && !config.logs.is_empty() {
            node.stable.log = node.initial_log(config, node.me);
            node.stable.term = node.stable.log.terms().iter().copied().max().unwrap_or(0);
            node.unsaved = true;
        }
        cx.note(Note::Log(node.stable.log.end()));
        if !(cx.is_start() && config.settled && node.begin_settled(config, cx)) {
            node.await_leader(config, cx);
        }
        node.save(config, cx);
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Election) => {
                cx.cite(TIMEOUT);
                if let Some(leader) = self.leader {
                    cx.note(Note::Suspect(leader));
                }
                self.hold_election(config, cx);
            }
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(HEARTBEAT);
                self.serve_clients(config, cx);
                self.tell_all(cx);
                cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
            }
            Event::Timer(Timer::Lease) => self.hears_leader = false,
            Event::Timer(Timer::Quorum) => {
                if self.heard.len() < cx.majority() {
                    cx.cite(CHECK_QUORUM);
                    self.stop_leading(config, cx);
                } else {
                    self.look_again(config, cx);
                }
            }
            Event::Timer(Timer::Transfer) => self.transfer_to = None,
            Event::Message { from, message } => self.on_message(config, from, message, cx),
            Event::WriteAnswer(answer) => {
                let others = answer.highest > self.number();
                if !answer.accepted && others && self.phase == Phase::Leader {
                    cx.cite(REFUSED);
                    self.stop_leading(config, cx);
                }
            }
            Event::Command(Command::Campaign) => {
                if self.phase != Phase::Leader {
                    self.hold_election(config, cx);
                }
            }
            Event::Command(Command::Transfer(to)) => {
                if self.phase == Phase::Leader {
                    cx.cite(TRANSFER);
                    self.transfer(config, to, cx);
                }
            }
        }
        self.save(config, cx);
    }

    fn view(&self, _: &Config) -> NodeView {
        let (role, doing) = match self.phase {
            Phase::Follower => (Role::Follower, "following"),
            Phase::PreCandidate => (Role::Candidate, "asking for pre-votes"),
            Phase::Candidate => (Role::Candidate, "asking for votes"),
            Phase::Leader => (Role::Leader, "leading"),
        };
        let Stable { term, voted_for, log } = self.stable;
        let voted = voted_for.map_or("nobody".to_owned(), |node| format!("node {node}"));
        let field = |kept, name, value| Field { kept, name, value };
        NodeView {
            role,
            believes: self.leader,
            number: self.number(),
            vote: voted_for,
            ballots: (role == Role::Candidate).then(|| Ballots {
                have: self.yes,
                refused: self.no,
                needed: u32::from(self.nodes) / 2 + 1,
            }),
            missed: None,
            log: Some(LogView {
                terms: log.terms().to_vec(),
                committed: usize::from(self.committed),
            }),
            fields: vec![
                field(Kept::Persistent, "currentTerm", term.to_string()),
                field(Kept::Persistent, "votedFor", voted),
                field(Kept::Volatile, "commitIndex", self.committed.to_string()),
                field(Kept::Volatile, "doing", doing.to_owned()),
            ],
        }
    }

    fn label(message: &Message) -> Label {
        message::label(message)
    }
}

impl Raft {
    /// Whether it takes itself for the leader.
    pub fn leads(&self) -> bool {
        self.phase == Phase::Leader
    }

    fn on_message(
        &mut self,
        config: &Config,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        let Message { term, ask } = message;
        let newer = term > self.stable.term;
        let asks_for_vote = matches!(ask, Ask::Vote { by_transfer: false, .. });
        if newer && asks_for_vote && config.check_quorum && self.is_led() {
            cx.cite(IGNORE);
            cx.note(Note::Refuse(from, number(term)));
            return;
        }
        if let Ask::Vote { last, .. } = ask
            && let Some(decision) = self.told_how_to_vote(config, from, term, last)
        {
            return self.vote_as_told(config, from, decision, cx);
        }
        if let Ask::Voted(granted) = ask
            && self.is_told_its_standing(config, Reply { from, term, granted }, cx)
        {
            return;
        }
        // Nobody has taken the term of a pre-vote yet, nor of a yes to one.
        if newer && !matches!(ask, Ask::PreVote { .. } | Ask::PreVoted(true)) {
            cx.cite(NEWER_TERM);
            self.take_term(config, term, cx);
        }
        let current = term == self.stable.term;
        match ask {
            Ask::PreVote { last } => {
                let yes = newer && self.is_up_to_date(config, last) && !self.is_led();
                let answer = if yes {
                    cx.cite(WOULD_VOTE);
                    Message { term, ask: Ask::PreVoted(true) }
                } else {
                    cx.cite(WOULD_NOT);
                    cx.note(Note::Refuse(from, number(term)));
                    self.says(Ask::PreVoted(false))
                };
                self.save(config, cx);
                cx.send(from, answer);
            }
            Ask::PreVoted(yes) if self.phase == Phase::PreCandidate => {
                cx.cite(PRE_COUNT);
                if !yes {
                    self.no.insert(from);
                } else if term == self.stable.term + 1 {
                    self.count(config, from);
                    if self.has_majority(config) {
                        self.stand(config, false, cx);
                    }
                }
            }
            Ask::Vote { last, .. } => {
                let free = self.stable.voted_for.is_none_or(|node| node == from);
                let free = free || !config.keeps(Broken::OneVote);
                let yes = current && free && self.is_up_to_date(config, last);
                if yes {
                    cx.cite(VOTE);
                    self.vote(from, cx);
                    self.await_leader(config, cx);
                } else {
                    cx.cite(REFUSE);
                    cx.note(Note::Refuse(from, number(term)));
                }
                self.save(config, cx);
                cx.send(from, self.says(Ask::Voted(yes)));
            }
            Ask::Voted(yes)
                if self.phase == Phase::Candidate
                    && (current || !config.keeps(Broken::CurrentVotes)) =>
            {
                cx.cite(COUNT);
                if yes {
                    self.count(config, from);
                    self.lead_if_elected(config, cx);
                } else {
                    self.no.insert(from);
                }
            }
            Ask::PreVoted(_) | Ask::Voted(_) => {}
            Ask::Append { previous, .. } if !current => {
                cx.cite(STALE);
                self.save(config, cx);
                cx.send(from, self.says(Ask::Mismatch(previous.index as u8)));
            }
            Ask::Append { .. }
                if self.phase == Phase::Leader
                    || self.phase == Phase::Candidate && !config.keeps(Broken::GiveWay) => {}
            Ask::Append { previous, entry, committed } => {
                self.follow(config, from, cx);
                let answer = self.append_after(previous, entry, committed, cx);
                self.save(config, cx);
                cx.send(from, self.says(answer));
            }
            Ask::Appended(index) if current && self.phase == Phase::Leader => {
                self.heard.insert(from);
                self.matches(from, index, cx);
            }
            Ask::Mismatch(index) if current && self.phase == Phase::Leader => {
                self.heard.insert(from);
                let progress = &mut self.progress[from.index()];
                // Late and doubled answers are about an entry that is no longer the question.
                if progress.next == index + 1 && index > progress.matched {
                    cx.cite(BACK_UP);
                    progress.next = index;
                    self.tell(from, cx);
                }
            }
            Ask::Appended(_) | Ask::Mismatch(_) => {}
            Ask::TimeoutNow => {
                if current && self.phase != Phase::Leader {
                    cx.cite(TIMEOUT_NOW);
                    self.stand(config, true, cx);
                }
            }
        }
    }

    /// Everybody knows from the start that the highest node leads, as if it had just been
    /// elected. False if its log is so far behind that it could not have been.
    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Self>) -> bool {
        let leader = NodeId(self.nodes - 1);
        let logs = || NodeId::all(self.nodes).map(|node| self.initial_log(config, node));
        let wins_over = |log: Log| log.end() <= self.initial_log(config, leader).end();
        if (logs().filter(|log| wins_over(*log)).count() as u32) < cx.majority() {
            return false;
        }
        let voted = wins_over(self.stable.log);
        let latest = logs().flat_map(|log| log.terms().iter().copied().max()).max();
        self.stable.term = latest.unwrap_or(0) + 1;
        self.unsaved = true;
        if voted {
            self.vote(leader, cx);
        }
        self.save(config, cx);
        if self.me == leader {
            self.lead(config, cx);
        } else {
            self.follow(config, leader, cx);
        }
        true
    }

    fn initial_log(&self, config: &Config, node: NodeId) -> Log {
        config.logs.get(node.index()).map_or(Log::default(), |terms| Log::of(terms))
    }

    fn number(&self) -> Token {
        number(self.stable.term)
    }

    fn says(&self, ask: Ask) -> Message {
        Message { term: self.stable.term, ask }
    }

    /// Whether it leads, or was told within the shortest timeout that somebody does.
    fn is_led(&self) -> bool {
        self.phase == Phase::Leader || self.hears_leader
    }

    fn take_term(&mut self, config: &Config, term: u32, cx: &mut Context<'_, Self>) {
        self.stop_leading(config, cx);
        self.phase = Phase::Follower;
        self.stable.term = term;
        self.stable.voted_for = None;
        self.unsaved = true;
        self.lose_leader(config, cx);
    }

    fn lose_leader(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.leader.take().is_some() {
            cx.note(Note::Believe(None, self.number()));
        }
        self.hears_leader = false;
        if config.has_leases() {
            cx.cancel_timer(Timer::Lease);
        }
    }

    /// Waits for a whole timeout again, a new one.
    fn await_leader(&self, config: &Config, cx: &mut Context<'_, Self>) {
        let spread =
            config.election_max_ms.as_micros().saturating_sub(config.election_min_ms.as_micros());
        cx.set_random_timer(Timer::Election, config.election_min_ms, Span::from_micros(spread));
    }

    /// Rule 12, first half.
    fn follow(&mut self, config: &Config, leader: NodeId, cx: &mut Context<'_, Self>) {
        self.phase = Phase::Follower;
        if self.leader == Some(leader) {
            cx.cite(HEARD);
        } else {
            cx.cite(FOLLOW);
            self.leader = Some(leader);
            cx.note(Note::Believe(self.leader, self.number()));
        }
        self.await_leader(config, cx);
        if config.has_leases() {
            self.hears_leader = true;
            cx.set_timer(Timer::Lease, config.election_min_ms);
        }
    }

    /// Rule 12, second half (§5.3): takes the entry, if the log fits, and says how far it fits.
    fn append_after(
        &mut self,
        previous: LogEnd,
        entry: Option<u32>,
        committed: u8,
        cx: &mut Context<'_, Self>,
    ) -> Ask {
        let before = previous.index as u8;
        if !self.stable.log.reaches(previous) {
            cx.cite(MISMATCH);
            return Ask::Mismatch(before);
        }
        let Some(term) = entry else {
            self.committed = self.committed.max(committed.min(before));
            return Ask::Appended(before);
        };
        let index = before + 1;
        if self.stable.log.term(index) != Some(term) {
            cx.cite(APPEND);
            self.stable.log.truncate(before);
            self.stable.log.push(term);
            self.unsaved = true;
            cx.note(Note::Log(self.stable.log.end()));
        }
        self.committed = self.committed.max(committed.min(index));
        Ask::Appended(index)
    }

    /// Writes what is persistent to disk, if it has changed: before anything is answered.
    fn save(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if std::mem::take(&mut self.unsaved) && config.keeps(Broken::VoteOnDisk) {
            cx.persist(self.stable);
        }
    }
}

fn number(term: u32) -> Token {
    Token(u64::from(term))
}
