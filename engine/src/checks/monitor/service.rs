//! What a service says: to whom it gives the lead, until when, and whom it wakes.

use super::{Found, Monitor};
use crate::checks::Check;
use crate::ids::{NodeId, Token};
use crate::time::SimTime;
use crate::trace::{EventKind, Record, RecordId};

/// What the service says about who leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Grant {
    to: NodeId,
    number: Token,
    /// Where it was said.
    at: RecordId,
    /// It has run out by the service's clock, or its holder has given it up.
    over: bool,
}

/// What the service tells a client about something that has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    /// Why, what, and about which number.
    about: (RecordId, u8, Token),
    /// To whom it was said first.
    to: NodeId,
    at: RecordId,
    /// Somebody else was told the same.
    repeated: bool,
}

impl Monitor {
    /// The node that gives the lead to the others, in the algorithms that have one.
    fn service(&self) -> NodeId {
        NodeId(self.nodes.saturating_sub(1))
    }

    pub(super) fn remember_grants(&mut self, id: RecordId, record: &Record) {
        let Record { node, number, kind, .. } = *record;
        let by_service = node == self.service() && !self.reigns_count_by_themselves();
        match (kind, record.peer()) {
            (EventKind::Believe, Some(to)) if by_service => {
                let is_new =
                    self.grants.last().is_none_or(|last| (last.to, last.number) != (to, number));
                if is_new {
                    // Whoever leads when the run begins has said so already.
                    if record.time == SimTime::ZERO
                        && let Some(member) = self.members.get_mut(to.index())
                    {
                        member.reign = Some(self.grants.len());
                    }
                    self.grants.push(Grant { to, number, at: id, over: false });
                }
            }
            (EventKind::Suspect, Some(holder)) if by_service => self.end_grant(holder, None),
            (EventKind::StepDown, _) => self.end_grant(node, Some(number)),
            (EventKind::Lead, _) => {
                if self.reigns_count_by_themselves() {
                    self.grants.push(Grant { to: node, number, at: id, over: false });
                }
                let given = self.grants.iter().rposition(|g| (g.to, g.number) == (node, number));
                if let Some(member) = self.members.get_mut(node.index()) {
                    member.reign = given;
                }
                // Who stopped and leads again under the same grant has not given it up.
                if let Some(last) = self.grants.last_mut() {
                    last.over &= (last.to, last.number) != (node, number);
                }
            }
            _ => {}
        }
    }

    /// No single service gives the lead, but late writes are watched for: who began to lead
    /// later is the later holder.
    fn reigns_count_by_themselves(&self) -> bool {
        self.watches(&[Check::NoLateWrite]) && !self.watches(&[Check::Granted])
    }

    /// The last grant is over, if it is this node's and has this number.
    fn end_grant(&mut self, holder: NodeId, number: Option<Token>) {
        if let Some(last) = self.grants.last_mut() {
            last.over |= last.to == holder && number.is_none_or(|number| number == last.number);
        }
    }

    pub(super) fn leads_unasked(&self, id: RecordId, record: &Record) -> Found {
        // Whoever leads when the run begins was given that before it.
        if record.kind != EventKind::Lead || record.time == SimTime::ZERO {
            return None;
        }
        let Record { node, number, .. } = *record;
        let given = self.grants.iter().any(|grant| (grant.to, grant.number) == (node, number));
        (!given).then(|| {
            let text = format!("Node {node} leads with number {number}, which nobody gave to it.");
            (id, text)
        })
    }

    pub(super) fn lease_taken(&self, record: &Record) -> Found {
        if record.kind != EventKind::Believe || record.node != self.service() {
            return None;
        }
        let last = self.grants.last()?;
        (!last.over && record.peer() != Some(last.to)).then(|| {
            let holder = last.to;
            let text = match record.peer() {
                Some(other) => {
                    format!("The service gave node {other} what node {holder} still held.")
                }
                None => {
                    format!("The service took the lead from node {holder}, which still held it.")
                }
            };
            (last.at, text)
        })
    }

    /// Follows every write from its sender to the store.
    pub(super) fn late_write(&mut self, id: RecordId, record: &Record) -> Found {
        let store = NodeId(self.nodes);
        match record.kind {
            EventKind::Send if record.peer() == Some(store) => {
                let reign = self.members.get(record.node.index())?.reign?;
                self.writes.insert(id, reign);
            }
            EventKind::Duplicate => {
                let reign = *self.writes.get(&record.cause()?)?;
                self.writes.insert(id, reign);
            }
            EventKind::Deliver if record.node == store => {
                let reign = self.writes.remove(&record.cause()?)?;
                self.writes.insert(id, reign);
            }
            EventKind::WriteAccepted => {
                let reign = self.writes.remove(&record.cause()?)?;
                let writer = record.peer()?;
                match self.latest_written {
                    Some((latest, other, with)) if reign < latest => {
                        let text = format!(
                            "The store applied a write of node {writer} after one of node {other}, which held the lead later."
                        );
                        return Some((with, text));
                    }
                    _ => self.latest_written = Some((reign, writer, id)),
                }
            }
            _ => {}
        }
        None
    }

    /// Whatever else the service says for one reason about one number goes to a single client.
    pub(super) fn second_woken(&mut self, id: RecordId, record: &Record) -> Found {
        let Record { kind, node, number, name, .. } = *record;
        if kind != EventKind::Send || node != self.service() || number == Token(0) {
            return None;
        }
        let (about, to) = ((record.cause()?, name, number), record.peer()?);
        match &mut self.told {
            Some(word) if word.about == about => {
                // A herd is one violation, however large it is.
                let second = to != word.to && !word.repeated;
                word.repeated |= second;
                let (first, with) = (word.to, word.at);
                second.then(|| {
                    let text = format!(
                        "The service woke nodes {first} and {to} at once for the end of number {number}."
                    );
                    (with, text)
                })
            }
            told => {
                *told = Some(Word { about, to, at: id, repeated: false });
                None
            }
        }
    }
}
