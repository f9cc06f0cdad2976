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
mod log;
mod message;

pub use config::{Broken, Config, INFO};
pub use log::Log;
pub use message::{Ask, Message, Timer};

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, RuleId};
use crate::scenario::MAX_NODES;
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
    // Of a leader.
    progress: [Progress; MAX_NODES as usize],
    /// Who was heard since the last look.
    heard: NodeSet,
    transfer_to: Option<NodeId>,
    beats: u32,
}

/// How many entries clients may add before the log has room only for the no-ops of leaders.
const CLIENT_ENTRIES: u8 = Log::ROOM as u8 / 2;
/// A client's entry comes with every so many heartbeats.
const BEATS_PER_ENTRY: u32 = 10;

const START: RuleId = RuleId(0);
const TIMEOUT: RuleId = RuleId(1);
const HEARTBEAT: RuleId = RuleId(2);
const CHECK_QUORUM: RuleId = RuleId(3);
const IGNORE: RuleId = RuleId(4);
const NEWER_TERM: RuleId = RuleId(5);
const WOULD_VOTE: RuleId = RuleId(6);
const WOULD_NOT: RuleId = RuleId(7);
const PRE_COUNT: RuleId = RuleId(8);
const VOTE: RuleId = RuleId(9);
const REFUSE: RuleId = RuleId(10);
const COUNT: RuleId = RuleId(11);
const STALE: RuleId = RuleId(12);
const FOLLOW: RuleId = RuleId(13);
const HEARD: RuleId = RuleId(14);
const APPEND: RuleId = RuleId(15);
const MISMATCH: RuleId = RuleId(16);
const COMMIT: RuleId = RuleId(17);
const NEXT: RuleId = RuleId(18);
const BACK_UP: RuleId = RuleId(19);
const TIMEOUT_NOW: RuleId = RuleId(20);
const REFUSED: RuleId = RuleId(21);
const TRANSFER: RuleId = RuleId(22);
const PRE_VOTE: RuleId = RuleId(23);
const STAND: RuleId = RuleId(24);
const LEAD: RuleId = RuleId(25);

const fn paper(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-paper" }
}

const fn thesis(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-thesis" }
}

const fn ours(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "" }
}

impl Protocol for Raft {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = &[
        paper("raft/start", "A node that starts follows nobody and waits for a timeout."),
        paper("raft/timeout", "No word from a leader for a random time: suspect it."),
        paper("raft/heartbeat", "The leader tells all others that it leads."),
        thesis("raft/check-quorum", "A leader that hears from no majority steps down."),
        thesis("raft/ignore", "Who hears a leader takes no notice of a candidate."),
        paper("raft/newer-term", "A higher term: take it over and follow."),
        thesis("raft/would-vote", "Asked for a pre-vote: it would vote, and promises nothing."),
        thesis("raft/would-not", "Asked for a pre-vote: it would not vote."),
        thesis("raft/pre-count", "Count who would vote; with a majority, stand for election."),
        paper("raft/vote", "First to ask in this term, and its log is up to date: vote for it."),
        paper("raft/refuse", "The vote is given, the log is behind or the term is old: refuse."),
        paper("raft/count", "Count the answer; the votes of a majority of the cluster elect."),
        paper("raft/stale", "A leader of an older term: answer with the newer one."),
        paper("raft/follow", "The leader of this term speaks: follow it."),
        paper("raft/heard", "The leader is alive: wait for a whole timeout again."),
        paper("raft/append", "The log fits: take the leader's entry."),
        paper("raft/mismatch", "The log does not fit: say so, and take nothing."),
        paper("raft/commit", "A majority has an entry of this term: it is committed."),
        paper("raft/next", "The follower has that entry: send it the next."),
        paper("raft/back-up", "A follower's log does not fit: try one entry earlier."),
        thesis("raft/timeout-now", "The leader hands over: stand for election at once."),
        ours("raft/refused", "The store has seen a higher term: somebody else has led."),
        thesis("raft/transfer", "Bring the other node's log up to date, then hand over."),
        thesis("raft/pre-vote", "Ask who would vote, before taking a new term."),
        paper("raft/stand", "Take a new term, vote for oneself, ask all others."),
        paper("raft/lead", "A majority has voted: lead, add an empty entry, tell all."),
    ];

    const MESSAGES: &'static [MessageKind] = message::MESSAGES;

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
            progress: [Progress::default(); MAX_NODES as usize],
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

    /// Rule 18 or 19.
    fn hold_election(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !config.pre_vote {
            return self.stand(config, false, cx);
        }
        cx.cite(PRE_VOTE);
        self.phase = Phase::PreCandidate;
        self.lose_leader(config, cx);
        self.forget_votes();
        self.count(config, self.me);
        self.await_leader(config, cx);
        let ask = Ask::PreVote { last: self.stable.log.end() };
        cx.broadcast(Message { term: self.stable.term + 1, ask });
        if self.has_majority(config) {
            self.stand(config, false, cx);
        }
    }

    /// Rule 19.
    fn stand(&mut self, config: &Config, by_transfer: bool, cx: &mut Context<'_, Self>) {
        cx.cite(STAND);
        self.stable.term += 1;
        self.phase = Phase::Candidate;
        cx.note(Note::Candidate(self.number()));
        self.lose_leader(config, cx);
        if config.keeps(Broken::PreVotesApart) {
            self.forget_votes();
        }
        self.vote(self.me, cx);
        self.count(config, self.me);
        self.await_leader(config, cx);
        self.save(config, cx);
        cx.broadcast(self.says(Ask::Vote { last: self.stable.log.end(), by_transfer }));
        self.lead_if_elected(config, cx);
    }

    /// Rule 20, if enough have voted.
    fn lead_if_elected(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.has_majority(config) {
            self.lead(config, cx);
        }
    }

    /// Rule 20.
    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(LEAD);
        self.phase = Phase::Leader;
        self.leader = Some(self.me);
        self.transfer_to = None;
        self.beats = 0;
        cx.note(Note::Lead(self.number()));
        cx.note(Note::Believe(self.leader, self.number()));
        cx.cancel_timer(Timer::Election);
        let next = self.stable.log.last() + 1;
        self.progress[..usize::from(self.nodes)].fill(Progress { next, matched: 0 });
        self.append(cx);
        self.tell_all(cx);
        if config.writes {
            cx.write(self.number());
        }
        cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
        if config.check_quorum {
            self.look_again(config, cx);
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

    /// §5.4.1: whether a log that ends there is at least as up to date as this node's.
    fn is_up_to_date(&self, config: &Config, last: LogEnd) -> bool {
        let own = self.stable.log.end();
        match config.broken {
            Some(Broken::LogCompared) => true,
            Some(Broken::TermFirst) => (last.index, last.term) >= (own.index, own.term),
            _ => last >= own,
        }
    }

    fn forget_votes(&mut self) {
        self.yes = NodeSet::EMPTY;
        self.no = NodeSet::EMPTY;
        self.counted = 0;
    }

    fn count(&mut self, config: &Config, from: NodeId) {
        if self.yes.insert(from) || !config.keeps(Broken::DistinctVotes) {
            self.counted += 1;
        }
    }

    /// More than half of the configured cluster, whoever of it can be heard.
    fn has_majority(&self, config: &Config) -> bool {
        let nodes = u32::from(self.nodes);
        match config.broken {
            Some(Broken::MoreThanHalf) => self.counted * 2 >= nodes,
            Some(Broken::WholeCluster) => {
                let answered = self.yes.len() + self.no.len();
                self.counted * 2 > answered.max(nodes.min(2))
            }
            _ => self.counted * 2 > nodes,
        }
    }

    fn vote(&mut self, candidate: NodeId, cx: &mut Context<'_, Self>) {
        if self.stable.voted_for != Some(candidate) || candidate == self.me {
            self.stable.voted_for = Some(candidate);
            self.unsaved = true;
        }
        cx.note(Note::Vote(candidate, self.number()));
    }

    fn take_term(&mut self, config: &Config, term: u32, cx: &mut Context<'_, Self>) {
        self.stop_leading(config, cx);
        self.phase = Phase::Follower;
        self.stable.term = term;
        self.stable.voted_for = None;
        self.unsaved = true;
        self.lose_leader(config, cx);
    }

    fn stop_leading(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.phase != Phase::Leader {
            return;
        }
        cx.note(Note::StepDown(self.number()));
        for timer in [Timer::Heartbeat, Timer::Quorum, Timer::Transfer] {
            cx.cancel_timer(timer);
        }
        self.phase = Phase::Follower;
        self.lose_leader(config, cx);
        self.await_leader(config, cx);
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

    /// A follower has this leader's log up to an index.
    fn matches(&mut self, from: NodeId, index: u8, cx: &mut Context<'_, Self>) {
        let last = self.stable.log.last();
        if index > self.progress[from.index()].matched {
            self.progress[from.index()] = Progress { next: index + 1, matched: index };
            self.commit(index, cx);
            if index < last {
                cx.cite(NEXT);
                self.tell(from, cx);
            } else if self.transfer_to == Some(from) {
                cx.cite(TRANSFER);
                cx.send(from, self.says(Ask::TimeoutNow));
            }
        }
    }

    /// Rule 13 (§5.4.2): only entries of the current term are counted.
    fn commit(&mut self, index: u8, cx: &mut Context<'_, Self>) {
        if index <= self.committed || self.stable.log.term(index) != Some(self.stable.term) {
            return;
        }
        let others = NodeId::all(self.nodes).filter(|node| *node != self.me);
        let have = others.filter(|node| self.progress[node.index()].matched >= index).count();
        if have as u32 + 1 >= cx.majority() {
            cx.cite(COMMIT);
            self.committed = index;
        }
    }

    /// A leader adds an entry of its term.
    fn append(&mut self, cx: &mut Context<'_, Self>) {
        if self.stable.log.has_room() {
            self.stable.log.push(self.stable.term);
            self.unsaved = true;
            cx.note(Note::Log(self.stable.log.end()));
            // A cluster of one needs nobody else.
            self.commit(self.stable.log.last(), cx);
        }
    }

    fn serve_clients(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !config.writes || self.transfer_to.is_some() {
            return;
        }
        cx.write(self.number());
        self.beats = (self.beats + 1) % BEATS_PER_ENTRY;
        if self.beats == 0 && self.stable.log.last() < CLIENT_ENTRIES {
            self.append(cx);
        }
    }

    fn tell_all(&self, cx: &mut Context<'_, Self>) {
        for node in NodeId::all(self.nodes).filter(|node| *node != self.me) {
            self.tell(node, cx);
        }
    }

    /// AppendEntries for one node, with the next entry that it lacks.
    fn tell(&self, to: NodeId, cx: &mut Context<'_, Self>) {
        let next = self.progress[to.index()].next;
        let previous = self.stable.log.end_at(next - 1);
        let entry = self.stable.log.term(next);
        cx.send(to, self.says(Ask::Append { previous, entry, committed: self.committed }));
    }

    /// Looks after the shortest timeout whom it has heard since now.
    fn look_again(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.heard = NodeSet::from_iter([self.me]);
        cx.set_timer(Timer::Quorum, config.election_min_ms);
    }

    /// Rule 17 (thesis §3.10).
    fn transfer(&mut self, config: &Config, to: NodeId, cx: &mut Context<'_, Self>) {
        if to == self.me {
            self.transfer_to = None;
            cx.cancel_timer(Timer::Transfer);
            return;
        }
        if to.0 >= self.nodes || self.transfer_to == Some(to) {
            return;
        }
        self.transfer_to = Some(to);
        cx.set_timer(Timer::Transfer, config.election_min_ms);
        if self.progress[to.index()].matched == self.stable.log.last() {
            cx.send(to, self.says(Ask::TimeoutNow));
        } else {
            self.tell(to, cx);
        }
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
