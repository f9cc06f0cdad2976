//! What happened, one small record after another.

use crate::ids::{MessageId, NodeId, Token};
use crate::protocol::{Note, RuleId};
use crate::time::SimTime;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

/// Position of a record in its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

/// One thing that happened. 32 bytes, because a long run has millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// When, by the world's clock.
    pub time: SimTime,
    /// The term, epoch or token involved; 0 if none.
    pub number: Token,
    /// The message involved; [`Record::NO_MESSAGE`] if none.
    pub message: MessageId,
    /// What this follows from, plus one; 0 if nothing.
    cause: u32,
    /// What happened.
    pub kind: EventKind,
    /// The rule by which a process did it; [`RuleId::NONE`] if none.
    pub rule: RuleId,
    /// To whom it happened.
    pub node: NodeId,
    peer: u8,
    /// Index of the message's name in [`crate::simulation::Names`]; `u8::MAX` if none.
    pub name: u8,
}

impl Record {
    /// Stands where a record is about no message.
    pub const NO_MESSAGE: MessageId = MessageId(u32::MAX);
    /// Stands where a record is about no named message.
    pub const NO_NAME: u8 = u8::MAX;

    /// A record of its time, kind and node; the rest is added by the methods below.
    pub fn new(time: SimTime, kind: EventKind, node: NodeId) -> Record {
        Record {
            time,
            number: Token(0),
            message: Record::NO_MESSAGE,
            cause: 0,
            kind,
            rule: RuleId::NONE,
            node,
            peer: u8::MAX,
            name: Record::NO_NAME,
        }
    }

    /// What a process tells its observers.
    pub fn of_note(time: SimTime, node: NodeId, note: Note) -> Record {
        let (kind, peer, number) = match note {
            Note::Suspect(peer) => (EventKind::Suspect, Some(peer), Token(0)),
            Note::Candidate(number) => (EventKind::Candidate, None, number),
            Note::Vote(peer, number) => (EventKind::Vote, Some(peer), number),
            Note::Refuse(peer, number) => (EventKind::Refuse, Some(peer), number),
            Note::Lead(number) => (EventKind::Lead, None, number),
            Note::StepDown(number) => (EventKind::StepDown, None, number),
            Note::Believe(peer, number) => (EventKind::Believe, peer, number),
            Note::Log(end) => (EventKind::Log, None, end.packed()),
        };
        let record = Record::new(time, kind, node).with_number(number);
        match peer {
            Some(peer) => record.with_peer(peer),
            None => record,
        }
    }

    /// With what it follows from.
    pub fn because(mut self, cause: Option<RecordId>) -> Record {
        self.cause = cause.map_or(0, |id| id.0 + 1);
        self
    }

    /// With the other node involved.
    pub fn with_peer(mut self, peer: NodeId) -> Record {
        self.peer = peer.0;
        self
    }

    /// With a term, epoch or token.
    pub fn with_number(mut self, number: Token) -> Record {
        self.number = number;
        self
    }

    /// With a message and the index of its name.
    pub fn with_message(mut self, message: MessageId, name: u8) -> Record {
        self.message = message;
        self.name = name;
        self
    }

    /// With the rule that fired.
    pub fn with_rule(mut self, rule: RuleId) -> Record {
        self.rule = rule;
        self
    }

    /// The record that this one follows from.
    pub fn cause(&self) -> Option<RecordId> {
        self.cause.checked_sub(1).map(RecordId)
    }

    /// The other node involved.
    pub fn peer(&self) -> Option<NodeId> {
        (self.peer != u8::MAX).then_some(NodeId(self.peer))
    }
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal,)*) => {
        /// What a record tells. The numbers enter the trace's hash: never renumber.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[repr(u8)]
        pub enum EventKind { $($(#[$doc])* $name = $number,)* }

        impl EventKind {
            /// The name used in files and traces.
            pub fn name(self) -> &'static str {
                match self { $(EventKind::$name => $text,)* }
            }
        }
    };
}

event_kinds! {
    /// `node` sent a message to `peer`.
    Send = 1 "send",
    /// A message from `peer` reached `node`.
    Deliver = 2 "deliver",
    /// A message from `peer` will never reach `node`.
    Lost = 3 "lost",
    /// The network made a second copy of a message from `node` to `peer`.
    Duplicate = 4 "duplicate",
    /// A timer of `node` ran out.
    Timer = 5 "timer",
    /// `node` suspects `peer`.
    Suspect = 6 "suspect",
    /// `node` stands for election.
    Candidate = 7 "candidate",
    /// `node` votes for `peer`.
    Vote = 8 "vote",
    /// `node` refuses `peer` its vote.
    Refuse = 9 "refuse",
    /// `node` leads.
    Lead = 10 "lead",
    /// `node` stops leading.
    StepDown = 11 "step-down",
    /// `node` believes that `peer` leads.
    Believe = 12 "believe",
    /// `node` wrote to its disk.
    Persist = 13 "persist",
    /// The store applied a write of `peer`.
    WriteAccepted = 14 "write-accepted",
    /// The store refused a write of `peer`.
    WriteRefused = 15 "write-refused",
    /// `node` crashed.
    Crash = 16 "crash",
    /// `node` started again.
    Restart = 17 "restart",
    /// `node` stopped, without knowing it.
    Pause = 18 "pause",
    /// `node` goes on, as if no time had passed.
    Resume = 19 "resume",
    /// The link from `node` to `peer` was cut.
    Cut = 20 "cut",
    /// The link from `node` to `peer` works again.
    Heal = 21 "heal",
    /// The clock of `node` was changed.
    Clock = 22 "clock",
    /// The store's token check was changed.
    StoreCheck = 23 "store-check",
    /// An operator asked something of `node`.
    Command = 24 "command",
    /// The lock service told the store which token is current.
    Register = 25 "register",
    /// The link from `node` to `peer` was made slower or lossier.
    Link = 26 "link",
    /// `node` started for the first time.
    Boot = 27 "boot",
    /// The log of `node` ends at `number`, a [`crate::ids::LogEnd`] packed.
    Log = 28 "log",
    /// The network treats messages differently from now on. `node` is the store, as for all that
    /// happens to no node.
    Network = 29 "network",
}

/// What every election goes through, whatever the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Somebody suspects the leader.
    Trigger,
    /// Somebody stands for election.
    Candidacy,
    /// The others answer.
    Voting,
    /// Somebody leads and says so.
    Declaration,
    /// The others follow, and watch.
    Monitoring,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 5] =
        [Stage::Trigger, Stage::Candidacy, Stage::Voting, Stage::Declaration, Stage::Monitoring];

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Trigger => "trigger",
            Stage::Candidacy => "candidacy",
            Stage::Voting => "voting",
            Stage::Declaration => "declaration",
            Stage::Monitoring => "monitoring",
        }
    }
}

impl EventKind {
    /// The stage of an election that a record of this kind belongs to, if it does to one.
    pub fn stage(self) -> Option<Stage> {
        match self {
            EventKind::Suspect => Some(Stage::Trigger),
            EventKind::Candidate => Some(Stage::Candidacy),
            EventKind::Vote | EventKind::Refuse => Some(Stage::Voting),
            EventKind::Lead => Some(Stage::Declaration),
            EventKind::Believe => Some(Stage::Monitoring),
            _ => None,
        }
    }
}

/// Takes records as they come.
pub trait Tracer {
    /// False if nobody looks at what becomes of messages, nor at writes to disks, so that these
    /// records need not be made. All others come in any case.
    const ON: bool;

    /// Takes the next record and says where it stands.
    fn record(&mut self, record: Record) -> Option<RecordId>;

    /// Adds the rule that a woken process cited to the record of its waking.
    fn set_rule(&mut self, id: Option<RecordId>, rule: RuleId);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Tracer for NoTrace {
    const ON: bool = false;

    fn record(&mut self, _: Record) -> Option<RecordId> {
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}

/// Keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    records: Vec<Record>,
}

impl Trace {
    /// The records so far.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Forgets everything; the memory is kept for the next run.
    pub fn clear(&mut self) {
        self.records.clear();
    }

    /// A number that two traces share only if all their records are the same.
    pub fn hash(&self) -> TraceHash {
        TraceHash::of(&self.records)
    }
}

impl Tracer for Trace {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let id = next_id(self.records.len());
        self.records.push(record);
        Some(id)
    }

    fn set_rule(&mut self, id: Option<RecordId>, rule: RuleId) {
        if let Some(id) = id {
            self.records[id.0 as usize].rule = rule;
        }
    }
}

/// The id of the record that comes after `len` others.
pub(crate) fn next_id(len: usize) -> RecordId {
    RecordId(u32::try_from(len).expect("a trace has at most 2^32 records"))
}

/// 64 bits over every field of every record (FNV-1a over little-endian words). For telling
/// runs apart, not for security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceHash(pub u64);

impl TraceHash {
    /// The hash of some records.
    pub fn of<R: Borrow<Record>>(records: impl IntoIterator<Item = R>) -> TraceHash {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut mix = |word: u64| {
            for byte in word.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        for r in records {
            let r = r.borrow();
            mix(r.time.0);
            mix(r.number.0);
            mix(u64::from(r.message.0) << 32 | u64::from(r.cause));
            mix(u64::from_le_bytes([r.kind as u8, r.rule.0, r.node.0, r.peer, r.name, 0, 0, 0]));
        }
        TraceHash(hash)
    }
}

impl std::fmt::Display for TraceHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
