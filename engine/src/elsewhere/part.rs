//! The parts of a cluster about which somebody else can be asked.

use super::{Asked, Elsewhere};
use crate::protocols::registry::ProtocolConfig;
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// A part of a cluster that a learner's function can take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The protected store's check of a write.
    Store,
    /// What a node of Raft answers to a RequestVote.
    RaftVote,
}

impl Part {
    /// The algorithm that has this part; nothing if every one has.
    pub fn algorithm(self) -> Option<&'static str> {
        match self {
            Part::Store => None,
            Part::RaftVote => Some("raft"),
        }
    }

    /// Whether the rule leaves no choice of who leads in the end.
    pub(super) fn fixes_the_leader(self) -> bool {
        !matches!(self, Part::Store | Part::RaftVote)
    }

    /// The rule by which a client is woken, if waking few is the point.
    pub(super) fn wakes_by(self) -> Option<&'static str> {
        None
    }

    /// Lets somebody else decide on this part of a run; nothing if its algorithm has no such
    /// part.
    pub fn ask_elsewhere(self, scenario: &mut Scenario) -> Option<Box<dyn Asked>> {
        match (self, &mut scenario.protocol) {
            (Part::Store, _) => Some(asked(&mut scenario.cluster.store.elsewhere)),
            (Part::RaftVote, ProtocolConfig::Raft(config)) => Some(asked(&mut config.votes)),
            (Part::RaftVote, _) => None,
        }
    }
}

fn asked<Q: super::Question>(place: &mut Option<Elsewhere<Q>>) -> Box<dyn Asked> {
    let asked = place.insert(Elsewhere::default());
    Box::new(asked.clone())
}
