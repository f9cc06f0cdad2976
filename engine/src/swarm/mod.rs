//! Seeds times fault programs: many short runs in which much goes wrong, each held against what
//! its algorithm promises.
//!
//! A seed decides everything: the size of the cluster, the latencies, what goes wrong and when.
//! In the end all is well again for as long as the algorithm says that it needs, and by then it
//! must have settled on a leader. A run that breaks a promise is shrunk to the shortest script
//! that still breaks it.

pub mod hunt;
pub(crate) mod judge;
pub(crate) mod program;
mod report;
pub(crate) mod shrink;
mod sights;

pub use judge::{Failure, Judge, Verdict};
pub use program::Fault;
pub use report::{Finding, Report};
pub use shrink::shrink;
pub use sights::Sight;

use crate::action::Action;
use crate::checks::Check;
use crate::ids::NodeId;
use crate::protocol::Protocol;
use crate::protocols::registry::{NO_BOUND, ProtocolConfig, Visitor};
use crate::scenario::{Cluster, Scenario, Scripted, StoreConfig, VERSION};
use crate::simulation::Simulation;
use crate::store::TokenCheck;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, Trace};
use program::Program;
use std::ops::Range;

/// For so many timeouts after it must have settled, a cluster is watched for unrest.
const WATCHED: u64 = 3;

/// The runs of one algorithm.
#[derive(Clone, Debug)]
pub struct Swarm {
    /// With a leader in office at the start, and without.
    beginnings: [ProtocolConfig; 2],
    /// How long it takes until somebody suspects a leader that has crashed.
    timeout: Span,
    /// What the store does with the token of a write.
    store: TokenCheck,
    judge: Judge,
}

impl Swarm {
    /// A swarm of this algorithm, with these parameters where they are not drawn.
    pub fn new(protocol: ProtocolConfig) -> Swarm {
        let beginnings = [true, false].map(|settled| beginning(&protocol, settled));
        let timeout = timeout(&beginnings[0]);
        let store = TokenCheck::default();
        Swarm { beginnings, timeout, store, judge: Judge::new(&protocol) }
    }

    /// A swarm in which nothing but this claim matters, whether it is promised or not.
    pub fn against(protocol: ProtocolConfig, claim: Check, store: TokenCheck) -> Swarm {
        let judge = Judge::of_claim(&protocol, claim);
        Swarm { store, judge, ..Swarm::new(protocol) }
    }

    /// The run of a seed.
    pub fn scenario(&self, seed: u64) -> Scenario {
        let [protocol, _] = &self.beginnings;
        let bears = |nodes, delay| protocol.settles_within(nodes, delay) < NO_BOUND;
        let mut program = Program::new(seed, self.timeout, bears);
        let mut protocol = self.beginnings[usize::from(program.coin())].clone();
        let info = protocol.info();
        let decides = self.judge.claim().and_then(|claim| protocol.needs(claim));
        for parameter in info.parameters.iter().filter(|parameter| parameter.is_flag()) {
            let drawn = u64::from(program.coin());
            // Whether a claim is made is part of the question.
            if decides != Some(parameter) {
                protocol.set(parameter.field, drawn);
            }
        }
        let (nodes, network, disk) = (program.nodes(), program.network(), program.disk());
        let store = StoreConfig { check: self.store, ..StoreConfig::default() };
        let mut scenario = Scenario {
            version: VERSION,
            title: format!("{}, seed {seed}", info.title),
            protocol,
            cluster: Cluster { nodes, seed, network, disk, store, ..Cluster::default() },
            script: program.script(info.guarantees.contains(&Check::MajorityVoted)),
            until_ms: SimTime::ZERO,
            expect: self.judge.claim().map(|claim| claim.name().to_owned()).into_iter().collect(),
        };
        let watched = self.timeout.times(WATCHED);
        scenario.until_ms = judge::settles_by(&scenario) + watched;
        if judge::no_majority_from(&scenario).is_some() {
            scenario.until_ms = judge::calm_from(&scenario) + watched.times(4);
        }
        scenario
    }

    /// Runs the scenario of a seed.
    pub fn run(&mut self, seed: u64) -> Verdict {
        let scenario = self.scenario(seed);
        self.judge.judge(&scenario)
    }

    /// Runs these seeds.
    pub fn hunt(&mut self, seeds: Range<u64>) -> Report {
        let mut report = Report::new(self.beginnings[0].info());
        for seed in seeds {
            let verdict = self.run(seed);
            report.add(seed, &verdict);
        }
        report
    }

    /// The shortest scenario found that breaks the same promise as the one of a seed; nothing
    /// if that one breaks none.
    pub fn shrink(&mut self, seed: u64) -> Option<Scenario> {
        let scenario = self.scenario(seed);
        shrink(&mut self.judge, &scenario)
    }
}

/// The same with or without a leader in office at the start, if that can be chosen.
fn beginning(protocol: &ProtocolConfig, settled: bool) -> ProtocolConfig {
    let mut json = serde_json::to_value(protocol).expect("a configuration can be written");
    let name = protocol.info().name;
    if let Some(field) = json.pointer_mut(&format!("/{name}/settled")) {
        *field = settled.into();
    }
    serde_json::from_value(json).expect("what was written can be read")
}

/// How long it takes until somebody suspects a leader that has crashed: the measure of time of
/// all programs.
fn timeout(protocol: &ProtocolConfig) -> Span {
    let bound = protocol.settles_within(5, Span::new(15));
    let part = |of: u64| Span::from_micros(bound.as_micros() / of);
    // A twentieth of the bound if nobody ever suspects anybody; never next to nothing.
    suspicion(protocol, 5).map_or(part(20), |(_, timeout)| timeout).max(part(100))
}

/// On whom a cluster of so many nodes settles, and how long it takes until somebody suspects it
/// when it has crashed; nothing if nobody does.
pub(crate) fn suspicion(protocol: &ProtocolConfig, nodes: u8) -> Option<(NodeId, Span)> {
    let bound = protocol.settles_within(nodes, Span::new(15));
    protocol.visit(Suspicion { nodes, bound })
}

struct Suspicion {
    nodes: u8,
    bound: Span,
}

impl Visitor for Suspicion {
    type Output = Option<(NodeId, Span)>;

    fn visit<P: Protocol>(self, config: &P::Config) -> Option<(NodeId, Span)> {
        let settled = SimTime::ZERO + self.bound;
        let cluster = Cluster { nodes: self.nodes, ..Cluster::default() };
        let mut trace = Trace::default();
        let mut cluster = Simulation::<P>::new(config.clone(), &cluster, &[]);
        cluster.run_until(settled, &mut trace);
        let leader: NodeId = cluster.settled_on()?;
        let crash = Scripted { at_ms: settled + Span::new(1), action: Action::Crash(leader) };
        cluster.set_script(&[crash]);
        trace.clear();
        cluster.run_until(settled + self.bound, &mut trace);
        let suspects =
            |record: &&Record| matches!(record.kind, EventKind::Suspect | EventKind::Candidate);
        let record = trace.records().iter().find(suspects)?;
        Some((leader, record.time.since(settled)))
    }
}
