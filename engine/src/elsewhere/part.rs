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
    /// What a candidate of Raft is, by the votes that it got.
    RaftCount,
    /// What a node of the Bully algorithm sends.
    BullyMessages,
    /// What goes on to the neighbour on a ring, by the rules of Chang and Roberts.
    Ring,
    /// Whether the holder of a lease in etcd may still write.
    Lease,
    /// Whom a client of ZooKeeper watches.
    Watch,
    /// What a Sentinel does next about a master that is down.
    Failover,
    /// Whom a Sentinel suspects.
    Detector,
}

impl Part {
    /// What kind of scenario has this part.
    pub fn home(self) -> &'static str {
        match self {
            Part::Store => "any algorithm",
            Part::RaftVote | Part::RaftCount => "\"raft\"",
            Part::BullyMessages => "\"bully\"",
            Part::Ring => "\"chang-roberts\"",
            Part::Lease => "\"etcd\" with a \"margin\"",
            Part::Watch => "\"zookeeper-lock\" with the recipe",
            Part::Failover | Part::Detector => "\"sentinel\"",
        }
    }

    /// Whether the rule leaves no choice of who leads in the end.
    pub(super) fn fixes_the_leader(self) -> bool {
        !matches!(self, Part::Store | Part::RaftVote | Part::RaftCount | Part::Lease)
    }

    /// The rule by which a client is woken, if waking few is the point.
    pub(super) fn wakes_by(self) -> Option<&'static str> {
        (self == Part::Watch).then_some("zookeeper-lock/wake")
    }

    /// Lets somebody else decide on this part of a run; nothing if this one has no such
    /// part.
    pub fn ask_elsewhere(self, scenario: &mut Scenario) -> Option<Box<dyn Asked>> {
        match (self, &mut scenario.protocol) {
            (Part::Store, _) => Some(asked(&mut scenario.cluster.store.elsewhere)),
            (Part::RaftVote, ProtocolConfig::Raft(config)) => Some(asked(&mut config.votes)),
            (Part::RaftCount, ProtocolConfig::Raft(config)) => Some(asked(&mut config.tally)),
            (Part::BullyMessages, ProtocolConfig::Bully(config)) => {
                Some(asked(&mut config.messages))
            }
            (Part::Ring, ProtocolConfig::ChangRoberts(config)) => Some(asked(&mut config.onward)),
            (Part::Lease, ProtocolConfig::Etcd(config)) if config.margin.is_some() => {
                Some(asked(&mut config.may_write))
            }
            (Part::Watch, ProtocolConfig::ZookeeperLock(config)) if config.recipe => {
                Some(asked(&mut config.watch))
            }
            (Part::Failover, ProtocolConfig::Sentinel(config)) => {
                Some(asked(&mut config.next_step))
            }
            (Part::Detector, ProtocolConfig::Sentinel(config)) => Some(asked(&mut config.suspects)),
            _ => None,
        }
    }
}

fn asked<Q: super::Question>(place: &mut Option<Elsewhere<Q>>) -> Box<dyn Asked> {
    let asked = place.insert(Elsewhere::default());
    Box::new(asked.clone())
}
