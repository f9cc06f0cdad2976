//! What a view may know of a cluster at one instant, the same for every protocol.

use crate::ids::{MessageId, NodeId, Token};
use crate::protocol::Sign;
use crate::simulation::Status;
use crate::simulation::clock::ClockError;
use crate::store::Store;
use crate::time::{SimTime, Span};
use crate::view::{NodeView, Role};

/// How long a broken message stays in sight, in simulated time.
pub const BROKEN_SHOWN: Span = Span::new(600);

/// A cluster at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The instant.
    pub at: SimTime,
    /// The nodes, in the order of ids.
    pub nodes: Vec<NodeSnapshot>,
    /// The protected store.
    pub store: Store,
    /// Whether the store runs.
    pub store_status: Status,
    /// How many writes it applied after one with a higher token or of a later holder: damage.
    pub late_writes: usize,
    /// The messages on their way, in the order in which they were sent.
    pub flights: Vec<Flight>,
    /// Messages that broke a moment ago.
    pub broken: Vec<Broken>,
    /// The directions that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// The other directions on which every message is lost.
    pub lossy: Vec<(NodeId, NodeId)>,
}

impl Snapshot {
    /// A node.
    pub fn node(&self, id: NodeId) -> Option<&NodeSnapshot> {
        self.nodes.get(id.index())
    }

    /// The nodes that believe that they lead and have not crashed.
    pub fn leaders(&self) -> impl Iterator<Item = &NodeSnapshot> {
        self.nodes.iter().filter(|node| node.leads())
    }

    /// The id of the protected store.
    pub fn store_id(&self) -> NodeId {
        NodeId::from_index(self.nodes.len())
    }
}

/// A node at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSnapshot {
    /// Which one.
    pub id: NodeId,
    /// Whether it runs.
    pub status: Status,
    /// What it thinks; nothing while it is crashed.
    pub view: Option<NodeView>,
    /// Its running timers.
    pub timers: Vec<TimerView>,
    /// What its own clock shows.
    pub clock: SimTime,
    /// What its own clock has counted, however it was set in between; nothing where the
    /// algorithm looks at no clock.
    pub counted: Option<SimTime>,
    /// How its clock differs from the world's.
    pub clock_error: ClockError,
    /// How many messages and timers wait for it to go on.
    pub waiting: usize,
}

impl NodeSnapshot {
    /// Whether it believes that it leads. A paused node still does.
    pub fn leads(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.role == Role::Leader)
    }
}

/// A running timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerView {
    /// What it is called.
    pub name: &'static str,
    /// Whether its running out means that someone is suspected.
    pub is_suspicion: bool,
    /// When it was set.
    pub set_at: SimTime,
    /// When it runs out.
    pub fires_at: SimTime,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Which one.
    pub id: MessageId,
    /// The field's name for it.
    pub name: &'static str,
    /// Its shape.
    pub sign: Sign,
    /// The term, ballot or token that it carries; 0 if none.
    pub number: Token,
    /// From here.
    pub from: NodeId,
    /// To here.
    pub to: NodeId,
    /// When it left.
    pub sent: SimTime,
    /// When it would arrive if nothing stopped it.
    pub due: SimTime,
    /// When it arrives, or breaks. In the past if the receiver is paused.
    pub at: SimTime,
    /// It will break.
    pub lost: bool,
    /// If it refuses a write: the highest token that the store had seen by then.
    pub refused_for: Option<Token>,
}

/// A message that broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which one.
    pub id: MessageId,
    /// The field's name for it.
    pub name: &'static str,
    /// Its shape.
    pub sign: Sign,
    /// The term, ballot or token that it carried.
    pub number: Token,
    /// From here.
    pub from: NodeId,
    /// To here.
    pub to: NodeId,
    /// When it left.
    pub sent: SimTime,
    /// When it would have arrived.
    pub due: SimTime,
    /// When it broke.
    pub at: SimTime,
}
