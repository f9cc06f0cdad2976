//! What the nodes of a run did, each time one of them was woken.

use super::{Message, Timer};
use crate::ids::{NodeId, Token};
use crate::protocol::TimerKind;
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The most turns that a tape may hold, of all nodes together, those without a question included.
const MOST_TURNS: usize = 50_000;
/// The most that a node may do in one turn.
pub const MOST_DEEDS: usize = 100;
/// The longest text that a node may keep on its disk, and the longest fault, in bytes.
pub const LONGEST_TEXT: usize = 6000;
/// The longest time that a timer may be set to.
pub const LONGEST_TIMER: Span = Span::new(600_000);

/// The turns of every node, in their order; nothing where its code was not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Vec<Option<Turn>>>", into = "Vec<Vec<Option<Turn>>>")]
pub struct Tape(Arc<Vec<Vec<Option<Turn>>>>);

/// What woke a node, as a digest, and what it then did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn(pub u32, pub Vec<Deed>);

/// Something that a node did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// It sent a message.
    Send(NodeId, Message),
    /// It set a timer, by its place in the list of timers: the certain part, and the most that
    /// chance may add.
    Timer(u8, Span, Span),
    /// It stopped a timer.
    Cancel(u8),
    /// It wrote this to its disk.
    Disk(String),
    /// It holds an election with this number.
    Stand(Token),
    /// It leads from now on, with this number.
    Lead(Token),
    /// It no longer leads.
    StepDown,
    /// It follows this node, or nobody, with this number.
    Follow(Option<NodeId>, Token),
    /// Its code failed, and so the run was stopped here: why.
    Fault(String),
}

impl From<Vec<Vec<Option<Turn>>>> for Tape {
    fn from(turns: Vec<Vec<Option<Turn>>>) -> Tape {
        Tape(Arc::new(turns))
    }
}

impl From<Tape> for Vec<Vec<Option<Turn>>> {
    fn from(tape: Tape) -> Self {
        Arc::unwrap_or_clone(tape.0)
    }
}

impl Tape {
    /// What a node does when it is woken for the `turn`th time, counted from 0, if it was woken
    /// by the same as when the tape was made.
    pub fn turn(&self, node: NodeId, turn: u32, woken_by: u32) -> Option<&[Deed]> {
        let Turn(was, deeds) = self.0.get(node.index())?.get(turn as usize)?.as_ref()?;
        (*was == woken_by).then_some(deeds)
    }

    /// Notes what a node does when it is woken for the `turn`th time.
    pub fn note(&mut self, node: NodeId, turn: u32, noted: Turn) {
        let nodes = Arc::make_mut(&mut self.0);
        nodes.resize_with(nodes.len().max(node.index() + 1), Vec::new);
        let turns = &mut nodes[node.index()];
        turns.resize(turns.len().max(turn as usize + 1), None);
        turns[turn as usize] = Some(noted);
    }

    /// Whether it fits a cluster of so many nodes.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self, nodes: u8) -> Result<(), String> {
        if self.0.len() > usize::from(nodes) {
            return Err(format!("a tape of {} nodes: expected at most {nodes}", self.0.len()));
        }
        let turns = self.0.iter().map(Vec::len).sum::<usize>();
        if turns > MOST_TURNS {
            return Err(format!("a tape of {turns} turns: expected at most {MOST_TURNS}"));
        }
        self.0.iter().flatten().flatten().try_for_each(|Turn(_, deeds)| check_turn(deeds, nodes))
    }
}

fn check_turn(deeds: &[Deed], nodes: u8) -> Result<(), String> {
    if deeds.len() > MOST_DEEDS {
        return Err(format!("{} deeds in a turn: expected at most {MOST_DEEDS}", deeds.len()));
    }
    for deed in deeds {
        let fits = match deed {
            Deed::Send(to, message) => to.0 < nodes && message.is_known(),
            Deed::Timer(timer, after, jitter) => {
                is_timer(*timer) && (*after).max(*jitter) <= LONGEST_TIMER
            }
            Deed::Cancel(timer) => is_timer(*timer),
            Deed::Disk(text) | Deed::Fault(text) => text.len() <= LONGEST_TEXT,
            Deed::Follow(leader, _) => leader.is_none_or(|leader| leader.0 < nodes),
            Deed::Stand(_) | Deed::Lead(_) | Deed::StepDown => true,
        };
        if !fits {
            return Err(format!("the deed {deed:?} on the tape does not fit {nodes} nodes"));
        }
    }
    Ok(())
}

fn is_timer(timer: u8) -> bool {
    usize::from(timer) < Timer::ALL.len()
}

/// What woke a node, in a number: FNV-1a, because it is a part of files.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u32);

impl Digest {
    /// Of what a node's own clock shows, and of which kind of thing happens.
    pub fn new(clock: SimTime, kind: u8) -> Digest {
        Digest(0x811c_9dc5).with(clock.0).with(u64::from(kind))
    }

    /// With another number.
    pub fn with(self, number: u64) -> Digest {
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Digest(number.to_le_bytes().into_iter().fold(self.0, step))
    }

    /// With a text.
    pub fn with_text(self, text: &str) -> Digest {
        text.bytes().fold(self, |digest, byte| digest.with(u64::from(byte)))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}
