//! What can be done to a running cluster, by a script or by a hand.

use crate::ids::{MessageId, NodeId};
use crate::simulation::clock::ClockError;
use crate::simulation::network::NetworkConfig;
use crate::store::TokenCheck;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// One thing done to the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// The process dies: memory, timers and everything addressed to it until it starts again.
    Crash(NodeId),
    /// It starts again with its disk.
    Restart(NodeId),
    /// It starts again with an empty disk. The store forgets its highest token.
    RestartWithoutDisk(NodeId),
    /// It stops without knowing it (a garbage collection, a suspended machine): nothing is
    /// lost, messages and timers wait.
    Pause(NodeId),
    /// It goes on without knowing that time has passed. What waited happens now, in the order
    /// in which it came.
    Resume(NodeId),
    /// Cuts one direction of a link. What is under way on it is lost; what has just arrived is
    /// not.
    Cut(Way),
    /// Cuts several directions at once, as a line drawn across them does.
    CutAll(Vec<Way>),
    /// Mends one direction of a link: its cut, delay and losses end.
    Mend(Way),
    /// Cuts every link between members of different groups, both ways. Whoever is in no group
    /// keeps its links.
    Partition(Vec<Vec<NodeId>>),
    /// Mends all links: cuts, delays and losses of single links end.
    Heal,
    /// Makes one direction of a link slower or lossier.
    Link(LinkChange),
    /// Treats every message that is sent from now on like this, on all links.
    Network(NetworkConfig),
    /// Sets the error of a node's clock.
    Clock(ClockChange),
    /// Sets the check that the store makes.
    StoreCheck(TokenCheck),
    /// Asks a node to hold an election now.
    Campaign(NodeId),
    /// Asks a node to hand its leadership to another.
    Transfer(Way),
    /// Breaks a message in flight.
    Drop(MessageId),
    /// Lets a message in flight arrive now, unless its link is cut.
    Deliver(MessageId),
    /// Makes a second copy of a message in flight, which arrives right after it.
    Duplicate(MessageId),
    /// Makes a message in flight arrive later.
    Delay(MessageDelay),
    /// Makes a running timer run out at another time.
    Timer(TimerChange),
}

/// One direction between two members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// From here.
    pub from: NodeId,
    /// To here.
    pub to: NodeId,
}

/// What changes on one direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkChange {
    /// From here.
    pub from: NodeId,
    /// To here.
    pub to: NodeId,
    /// Added to the latency, in milliseconds.
    #[serde(default)]
    pub delay_ms: Span,
    /// Lost, of 1000.
    #[serde(default)]
    pub loss_permille: u16,
}

/// A node's clock and its new error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockChange {
    /// Whose clock.
    pub node: NodeId,
    /// How far ahead it is set, in milliseconds.
    #[serde(default)]
    pub skew_ms: i64,
    /// How many microseconds it gains a second.
    #[serde(default)]
    pub drift_ppm: i64,
}

impl ClockChange {
    /// The new error alone.
    pub fn error(&self) -> ClockError {
        ClockError { skew_ms: self.skew_ms, drift_ppm: self.drift_ppm }
    }
}

/// A message and how much later it is to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageDelay {
    /// Which one.
    pub message: MessageId,
    /// How much later, in milliseconds.
    pub by_ms: Span,
}

/// A running timer and when it is to run out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimerChange {
    /// Whose timer.
    pub node: NodeId,
    /// Its name.
    pub timer: String,
    /// How long from now, in milliseconds of the world.
    pub in_ms: Span,
}

impl Action {
    /// The same to members of other names; nothing if one that it names has none. Groups of a
    /// partition, and several cuts at once, just lose it.
    pub fn renamed(&self, name: impl Fn(NodeId) -> Option<NodeId>) -> Option<Action> {
        let both = |way: &Way| Some(Way { from: name(way.from)?, to: name(way.to)? });
        Some(match self {
            Action::Crash(node) => Action::Crash(name(*node)?),
            Action::Restart(node) => Action::Restart(name(*node)?),
            Action::RestartWithoutDisk(node) => Action::RestartWithoutDisk(name(*node)?),
            Action::Pause(node) => Action::Pause(name(*node)?),
            Action::Resume(node) => Action::Resume(name(*node)?),
            Action::Campaign(node) => Action::Campaign(name(*node)?),
            Action::Cut(way) => Action::Cut(both(way)?),
            Action::CutAll(ways) => Action::CutAll(ways.iter().filter_map(both).collect()),
            Action::Mend(way) => Action::Mend(both(way)?),
            Action::Transfer(way) => Action::Transfer(both(way)?),
            Action::Partition(groups) => Action::Partition(
                groups
                    .iter()
                    .map(|group| group.iter().copied().filter_map(&name).collect())
                    .collect(),
            ),
            Action::Link(change) => Action::Link(LinkChange {
                from: name(change.from)?,
                to: name(change.to)?,
                ..*change
            }),
            Action::Clock(change) => {
                Action::Clock(ClockChange { node: name(change.node)?, ..*change })
            }
            other => other.clone(),
        })
    }

    /// The message that the action is about. It means that message in the runs of one algorithm
    /// alone.
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Action::Drop(message) | Action::Deliver(message) | Action::Duplicate(message) => {
                Some(*message)
            }
            Action::Delay(delay) => Some(delay.message),
            _ => None,
        }
    }

    /// Every member that the action names.
    pub fn members(&self) -> Vec<NodeId> {
        match self {
            Action::Crash(node)
            | Action::Restart(node)
            | Action::RestartWithoutDisk(node)
            | Action::Pause(node)
            | Action::Resume(node)
            | Action::Campaign(node) => vec![*node],
            Action::Cut(way) | Action::Mend(way) | Action::Transfer(way) => vec![way.from, way.to],
            Action::CutAll(ways) => ways.iter().flat_map(|way| [way.from, way.to]).collect(),
            Action::Partition(groups) => groups.concat(),
            Action::Link(change) => vec![change.from, change.to],
            Action::Clock(change) => vec![change.node],
            Action::Timer(change) => vec![change.node],
            Action::Heal
            | Action::Network(_)
            | Action::StoreCheck(_)
            | Action::Drop(_)
            | Action::Deliver(_)
            | Action::Duplicate(_)
            | Action::Delay(_) => vec![],
        }
    }
}
