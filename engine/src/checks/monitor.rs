//! Watches a history, record by record, and remembers what the claims need.

mod service;

use super::{Check, Violation};
use crate::explore::plural;
use crate::ids::{LogEnd, NodeId, Token};
use crate::trace::{EventKind, Record, RecordId};
use crate::view::NodeSet;
use service::{Grant, Word};
use std::collections::BTreeMap;

/// Watches a history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Monitor {
    checks: Vec<Check>,
    /// How many nodes the cluster is configured with.
    nodes: u8,
    observed: usize,
    leaders: BTreeMap<Token, (NodeId, RecordId)>,
    highest_applied: Option<(Token, NodeId, RecordId)>,
    /// The votes for a node in a term, or the acceptors of a value at a ballot.
    votes: BTreeMap<(Token, NodeId), Votes>,
    /// The value that a majority has accepted.
    chosen: Option<(NodeId, RecordId)>,
    /// The nodes that lead now, each since when.
    leading: BTreeMap<NodeId, RecordId>,
    members: Vec<Member>,
    /// To whom the service has given the lead, the first one first. Where there is no such
    /// service: who has led.
    grants: Vec<Grant>,
    /// The grant under which a write that is under way was sent.
    writes: BTreeMap<RecordId, usize>,
    /// The latest grant under which the store has applied a write.
    latest_written: Option<(usize, NodeId, RecordId)>,
    /// The update that made a version of the row, and which replica had it first.
    versions: BTreeMap<u32, (u32, NodeId, RecordId)>,
    /// What the service told last.
    told: Option<Word>,
    violations: Vec<Violation>,
}

/// The votes for one node in one term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Votes {
    from: NodeSet,
    /// The most up-to-date log among the voters, as it was when they voted.
    best_log: Option<(LogEnd, NodeId, RecordId)>,
    /// The latest of them.
    last: Option<RecordId>,
}

/// What is known of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Member {
    /// The highest number that it has shown.
    highest: Option<(Token, RecordId)>,
    /// The latest vote.
    voted: Option<(Token, NodeId, RecordId)>,
    /// A vote that is not on disk yet.
    unsaved: Option<RecordId>,
    log: LogEnd,
    /// Where the log came to that.
    logged: Option<RecordId>,
    /// The grant by which it leads or led, counted from 0.
    reign: Option<usize>,
}

/// The earlier record that is contradicted, and who contradicts whom.
type Found = Option<(RecordId, String)>;

impl Monitor {
    /// Watches a cluster of so many nodes for these claims.
    pub fn new(checks: &[Check], nodes: u8) -> Monitor {
        let members = vec![Member::default(); usize::from(nodes)];
        Monitor { checks: checks.to_vec(), nodes, members, ..Monitor::default() }
    }

    /// How many records it has seen.
    pub fn observed(&self) -> usize {
        self.observed
    }

    /// What did not hold so far.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Looks at the records that it has not seen yet.
    pub fn catch_up(&mut self, records: &[Record]) {
        for record in records.iter().skip(self.observed) {
            self.take(record);
        }
    }

    /// Looks at the next record.
    pub fn take(&mut self, record: &Record) {
        self.observe(RecordId(self.observed as u32), record);
        self.observed += 1;
    }

    /// Takes note of what happened in a search, where no trace is kept: all that it remembers
    /// is what the claims need, so that equal monitors judge equal futures alike. True if a
    /// claim does not hold.
    pub(crate) fn heed(&mut self, records: &[Record]) -> bool {
        for record in records {
            self.observe(RecordId(0), record);
        }
        !self.violations.is_empty()
    }

    fn observe(&mut self, id: RecordId, record: &Record) {
        for index in 0..self.checks.len() {
            let check = self.checks[index];
            let found = match check {
                Check::OneLeaderPerNumber => self.second_leader(id, record),
                Check::TokenOrder => self.token_going_back(id, record),
                Check::OneVotePerNumber => self.second_vote(record),
                Check::NumbersGrow => self.number_going_back(id, record),
                Check::VoteOnDisk => self.word_before_disk(id, record),
                Check::MajorityVoted => self.too_few_votes(id, record),
                Check::LeaderUpToDate => self.leader_behind(record),
                Check::OneValueChosen => self.second_value(id, record),
                Check::OneLeaderAtATime => self.leader_beside(id, record),
                Check::Granted => self.leads_unasked(id, record),
                Check::LeaseKept => self.lease_taken(record),
                Check::NoLateWrite => self.late_write(id, record),
                Check::WritesKept => self.log_going_back(id, record),
                Check::OneUpdatePerVersion => self.second_update(id, record),
                Check::OneWoken => self.second_woken(id, record),
            };
            if let Some((with, text)) = found {
                self.violations.push(Violation { check, at: id, with, text });
            }
        }
        self.remember(id, record);
    }

    fn watches(&self, any_of: &[Check]) -> bool {
        self.checks.iter().any(|check| any_of.contains(check))
    }

    /// Takes note of what several claims need, after they were looked at, and of nothing else.
    fn remember(&mut self, id: RecordId, record: &Record) {
        let of_voters = self.watches(&[Check::OneVotePerNumber, Check::VoteOnDisk]);
        let of_logs = self.watches(&[Check::LeaderUpToDate, Check::WritesKept]);
        let of_votes = of_logs || self.watches(&[Check::MajorityVoted, Check::OneValueChosen]);
        self.remember_grants(id, record);
        let Some(member) = self.members.get_mut(record.node.index()) else { return };
        match (record.kind, record.peer()) {
            (EventKind::Vote, Some(candidate)) => {
                if of_voters {
                    member.voted = Some((record.number, candidate, id));
                }
                if !of_votes {
                    return;
                }
                let log = member.log;
                let votes = self.votes.entry((record.number, candidate)).or_default();
                votes.from.insert(record.node);
                votes.last = Some(id);
                if of_logs && votes.best_log.is_none_or(|(best, ..)| log > best) {
                    votes.best_log = Some((log, record.node, id));
                }
            }
            (EventKind::Log, _) if of_logs => {
                member.log = LogEnd::unpacked(record.number);
                member.logged = Some(id);
            }
            _ => {}
        }
    }

    fn leader_beside(&mut self, id: RecordId, record: &Record) -> Found {
        match record.kind {
            EventKind::StepDown | EventKind::Crash => {
                self.leading.remove(&record.node);
            }
            EventKind::Lead => {
                let beside = self.leading.iter().find(|(node, _)| **node != record.node);
                let found = beside.map(|(other, with)| {
                    (
                        *with,
                        format!("Node {} began to lead while node {other} still led.", record.node),
                    )
                });
                self.leading.insert(record.node, id);
                return found;
            }
            _ => {}
        }
        None
    }

    fn second_leader(&mut self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::Lead {
            return None;
        }
        let (first, with) = *self.leaders.entry(record.number).or_insert((record.node, id));
        (first != record.node).then(|| {
            let Record { node, number, .. } = record;
            (with, format!("Nodes {first} and {node} both led with number {number}."))
        })
    }

    fn token_going_back(&mut self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::WriteAccepted {
            return None;
        }
        let writer = record.peer()?;
        match self.highest_applied {
            Some((highest, other, with)) if record.number < highest => {
                let number = record.number;
                let text = format!(
                    "The store applied a write of node {writer} with token {number} after one of node {other} with token {highest}."
                );
                Some((with, text))
            }
            _ => {
                self.highest_applied = Some((record.number, writer, id));
                None
            }
        }
    }

    fn second_vote(&self, record: &Record) -> Found {
        if record.kind != EventKind::Vote {
            return None;
        }
        let candidate = record.peer()?;
        let (number, first, with) = self.members.get(record.node.index())?.voted?;
        (number == record.number && first != candidate).then(|| {
            let voter = record.node;
            let text =
                format!("Node {voter} voted for nodes {first} and {candidate} in number {number}.");
            (with, text)
        })
    }

    fn number_going_back(&mut self, id: RecordId, record: &Record) -> Found {
        let shows = [EventKind::Candidate, EventKind::Vote, EventKind::Lead, EventKind::Believe];
        if !shows.contains(&record.kind) {
            return None;
        }
        let member = self.members.get_mut(record.node.index())?;
        match member.highest {
            Some((highest, with)) if record.number < highest => {
                let Record { node, number, .. } = record;
                let text = format!("Node {node} went back from number {highest} to {number}.");
                Some((with, text))
            }
            _ => {
                member.highest = Some((record.number, id));
                None
            }
        }
    }

    fn word_before_disk(&mut self, id: RecordId, record: &Record) -> Found {
        let member = self.members.get_mut(record.node.index())?;
        match record.kind {
            EventKind::Vote => {
                let vote = record.peer().map(|candidate| (record.number, candidate));
                let known = member.voted.map(|(number, candidate, _)| (number, candidate));
                if vote != known {
                    member.unsaved = Some(id);
                }
            }
            EventKind::Persist | EventKind::Crash => member.unsaved = None,
            EventKind::Send => {
                let with = member.unsaved.take()?;
                let node = record.node;
                let text = format!("Node {node} sent a message before its vote was on its disk.");
                return Some((with, text));
            }
            _ => {}
        }
        None
    }

    fn too_few_votes(&self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::Lead {
            return None;
        }
        let Record { node, number, .. } = record;
        let votes = self.votes.get(&(*number, *node)).copied().unwrap_or_default();
        let count = votes.from.len();
        (count * 2 <= u32::from(self.nodes)).then(|| {
            let (nodes, s) = (self.nodes, plural(count.into()));
            let text =
                format!("Node {node} leads with {count} vote{s} of {nodes} in number {number}.");
            (votes.last.unwrap_or(id), text)
        })
    }

    fn leader_behind(&self, record: &Record) -> Found {
        if record.kind != EventKind::Lead {
            return None;
        }
        let Record { node, number, .. } = record;
        let log = self.members.get(node.index())?.log;
        let (best, voter, with) = self.votes.get(&(*number, *node))?.best_log?;
        (log < best).then(|| {
            let text = format!(
                "Node {node} leads with a log of {log}; its voter {voter} had one of {best}."
            );
            (with, text)
        })
    }

    fn second_value(&mut self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::Vote {
            return None;
        }
        let value = record.peer()?;
        let mut from =
            self.votes.get(&(record.number, value)).map_or(NodeSet::EMPTY, |votes| votes.from);
        from.insert(record.node);
        if from.len() * 2 <= u32::from(self.nodes) {
            return None;
        }
        let (first, with) = *self.chosen.get_or_insert((value, id));
        (first != value).then(|| {
            let number = record.number;
            let text = format!(
                "Node {first} was chosen, and then node {value} as well, at ballot {number}."
            );
            (with, text)
        })
    }

    /// The log of a replica is the history of the row: as many entries as it has versions, and
    /// the term of the last is that of the update that made it.
    fn second_update(&mut self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::Log {
            return None;
        }
        let LogEnd { term, index } = LogEnd::unpacked(record.number);
        let (first, other, with) = *self.versions.entry(index).or_insert((term, record.node, id));
        (first != term).then(|| {
            let node = record.node;
            let text = format!(
                "Version {index} is update {first} at node {other}, and update {term} at node {node}."
            );
            (with, text)
        })
    }

    fn log_going_back(&self, id: RecordId, record: &Record) -> Found {
        if record.kind != EventKind::Log {
            return None;
        }
        let Record { node, number, .. } = *record;
        let member = self.members.get(node.index())?;
        let (before, now) = (member.log, LogEnd::unpacked(number));
        (now < before).then(|| {
            let of = |log: LogEnd| match before.term == now.term {
                true => log.index.to_string(),
                false => format!("{} of term {}", log.index, log.term),
            };
            let text = format!(
                "The log of node {node} had come to entry {}, and went back to entry {}.",
                of(before),
                of(now)
            );
            (member.logged.unwrap_or(id), text)
        })
    }
}
