//! What a caption may say about a run, as data that can be held against it.

use crate::ids::{NodeId, Token};
use crate::run::{Entry, Run};
use crate::simulation::Status;
use crate::snapshot::{NodeSnapshot, Snapshot};
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// Something that may happen. What is left out may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPattern {
    /// What happens.
    pub kind: EventKind,
    /// To whom.
    #[serde(default)]
    pub node: Option<NodeId>,
    /// The other one involved.
    #[serde(default)]
    pub peer: Option<NodeId>,
    /// The name of the message or timer.
    #[serde(default)]
    pub message: Option<String>,
    /// The term, epoch or token.
    #[serde(default)]
    pub number: Option<Token>,
    /// The id of the rule that fired.
    #[serde(default)]
    pub rule: Option<String>,
}

impl EventPattern {
    /// Whether this is it.
    pub fn fits(&self, entry: &Entry) -> bool {
        self.kind == entry.kind
            && self.node.is_none_or(|node| node == entry.node)
            && self.peer.is_none_or(|peer| Some(peer) == entry.peer)
            && self.message.as_ref().is_none_or(|name| name == entry.name)
            && self.number.is_none_or(|number| number == entry.number)
            && self.rule.as_ref().is_none_or(|id| entry.rule.is_some_and(|rule| rule.id == id))
    }
}

/// Something that is true of a run at an instant, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Predicate {
    /// This node believes that it leads, and has not crashed.
    Leader {
        /// Who.
        node: NodeId,
    },
    /// This node believes that that one leads.
    Believes {
        /// Who believes.
        node: NodeId,
        /// Who is believed to lead.
        leader: NodeId,
    },
    /// This node's number: what it would write with if it led.
    Token {
        /// Whose.
        node: NodeId,
        /// Which.
        token: Token,
    },
    /// This node runs.
    Running {
        /// Which.
        node: NodeId,
    },
    /// This node has crashed.
    Crashed {
        /// Which.
        node: NodeId,
    },
    /// This node is paused.
    Paused {
        /// Which.
        node: NodeId,
    },
    /// Exactly so many nodes believe that they lead.
    Leaders {
        /// How many.
        count: usize,
    },
    /// Such a message is on its way.
    InFlight {
        /// Its name.
        message: String,
        /// Its sender, if that matters.
        #[serde(default)]
        from: Option<NodeId>,
        /// Its receiver, if that matters.
        #[serde(default)]
        to: Option<NodeId>,
    },
    /// The highest token that the store has seen.
    StoreHighest {
        /// Which.
        token: Token,
    },
    /// The store has refused at least so many writes.
    StoreRefused {
        /// How many.
        count: u32,
    },
    /// This has happened.
    Seen {
        /// What.
        event: EventPattern,
    },
    /// This has not happened.
    Unseen {
        /// What.
        event: EventPattern,
    },
    /// All of these.
    All {
        /// Which.
        of: Vec<Predicate>,
    },
    /// At least one of these.
    Any {
        /// Which.
        of: Vec<Predicate>,
    },
    /// The opposite.
    Not {
        /// Of what.
        of: Box<Predicate>,
    },
}

impl Predicate {
    /// Whether it is true of a run at its playhead.
    pub fn holds(&self, run: &dyn Run) -> bool {
        self.holds_in(run, &run.snapshot())
    }

    fn holds_in(&self, run: &dyn Run, now: &Snapshot) -> bool {
        let is =
            |node: &NodeId, test: &dyn Fn(&NodeSnapshot) -> bool| now.node(*node).is_some_and(test);
        let view = |node: &NodeId| now.node(*node).and_then(|node| node.view.as_ref());
        match self {
            Predicate::Leader { node } => is(node, &NodeSnapshot::leads),
            Predicate::Believes { node, leader } => {
                view(node).is_some_and(|view| view.believes == Some(*leader))
            }
            Predicate::Token { node, token } => {
                view(node).is_some_and(|view| view.number == *token)
            }
            Predicate::Running { node } => is(node, &|node| node.status == Status::Running),
            Predicate::Crashed { node } => is(node, &|node| node.status == Status::Crashed),
            Predicate::Paused { node } => is(node, &|node| node.status == Status::Paused),
            Predicate::Leaders { count } => now.leaders().count() == *count,
            Predicate::InFlight { message, from, to } => now.flights.iter().any(|flight| {
                flight.name == message
                    && from.is_none_or(|from| from == flight.from)
                    && to.is_none_or(|to| to == flight.to)
            }),
            Predicate::StoreHighest { token } => now.store.highest == *token,
            Predicate::StoreRefused { count } => now.store.refused >= *count,
            Predicate::Seen { event } => run.entries().any(|entry| event.fits(&entry)),
            Predicate::Unseen { event } => !run.entries().any(|entry| event.fits(&entry)),
            Predicate::All { of } => of.iter().all(|part| part.holds_in(run, now)),
            Predicate::Any { of } => of.iter().any(|part| part.holds_in(run, now)),
            Predicate::Not { of } => !of.holds_in(run, now),
        }
    }
}
