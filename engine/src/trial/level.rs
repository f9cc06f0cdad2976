//! A level: what goes wrong, and what must hold all the same.

use crate::checks::Check;
use crate::protocols::registry::ProtocolConfig;
use crate::scenario::{Cluster, Scenario, Scripted, VERSION};
use crate::swarm::Fault;
use crate::swarm::judge::calm_from;
use crate::swarm::program::Program;
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};

/// Everything that goes wrong lasts for parts of this: a second, in which messages of some
/// milliseconds go to and fro many times. All is well again after eleven of it.
const TIMEOUT: Span = Span::new(1000);

/// For so long after it must have settled, a cluster is watched.
const WATCHED: Span = Span::new(2000);

/// What goes wrong in the runs of a level, and what must hold in each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// One to four of these go wrong in a run; nothing does if the list is empty.
    pub faults: Vec<Fault>,
    /// The claims that are watched.
    pub checks: Vec<Check>,
    /// Whether nobody may begin to lead while it is cut off from a majority.
    pub majority: bool,
    /// How long after all is well again somebody must lead, and stay.
    pub settles_ms: Span,
}

impl Level {
    /// The run of a seed: its cluster, and what is done to it when. The same for every algorithm.
    pub fn scenario(&self, protocol: ProtocolConfig, seed: u64) -> Scenario {
        let program = Program::new(seed, TIMEOUT, |_, _| true);
        let cluster = Cluster {
            nodes: program.nodes(),
            seed,
            network: program.network(),
            disk: program.disk(),
            ..Cluster::default()
        };
        let mut scenario = Scenario {
            version: VERSION,
            title: format!("seed {seed}"),
            protocol,
            cluster,
            script: program.script_of(&self.faults),
            until_ms: SimTime::ZERO,
            expect: Vec::new(),
        };
        scenario.until_ms = self.settled_by(&scenario) + WATCHED;
        scenario
    }

    /// By when somebody must lead.
    pub fn settled_by(&self, scenario: &Scenario) -> SimTime {
        calm_from(scenario) + self.settles_ms
    }

    /// A scenario with another script, and the end that goes with it.
    pub(super) fn rescripted(&self, scenario: &Scenario, script: Vec<Scripted>) -> Scenario {
        let mut other = Scenario { script, ..scenario.clone() };
        other.until_ms = self.settled_by(&other) + WATCHED;
        other
    }
}
