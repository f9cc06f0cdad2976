//! What to try to make a failing run shorter and simpler. The runs of all candidates go on side
//! by side, and the first that fails in the same way is taken, so the boldest come first.

use super::level::Level;
use crate::action::Action;
use crate::ids::NodeId;
use crate::scenario::Scenario;
use crate::simulation::network::{Latency, NetworkConfig};
use crate::swarm::Failure;
use crate::swarm::shrink::{simpler_networks, without_node};
use crate::time::SimTime;

/// The same scenario, over as soon as it has failed.
pub fn shortened(scenario: &Scenario, failure: Failure, at: SimTime) -> Scenario {
    let mut short = scenario.clone();
    if failure != Failure::NotSettled {
        short.until_ms = SimTime::from_ms(at.as_ms() + 1).min(scenario.until_ms);
        short.script.retain(|entry| entry.at_ms <= at);
    }
    short
}

/// What to try instead of a scenario that fails, the boldest first; nothing is left to try when
/// none of them fails in the same way.
pub fn smaller(level: &Level, scenario: &Scenario, failure: Failure) -> Vec<Scenario> {
    let mut all = Vec::new();
    let length = scenario.script.len();
    let mut size = length;
    while size > 0 {
        for from in (0..length).step_by(size) {
            let mut script = scenario.script.clone();
            script.drain(from..(from + size).min(length));
            all.push(match failure {
                // It ends so long after all is well.
                Failure::NotSettled => level.rescripted(scenario, script),
                _ => Scenario { script, ..scenario.clone() },
            });
        }
        size /= 2;
    }
    if scenario.cluster.nodes > 1 {
        let nodes = NodeId::all(scenario.cluster.nodes).rev();
        all.extend(nodes.map(|node| without_node(scenario, node)));
    }
    all.extend(simpler_clusters(scenario));
    for index in 0..length {
        for simpler in simpler_networks(scenario, index) {
            let mut candidate = scenario.clone();
            candidate.script[index].action = Action::Network(simpler);
            all.push(candidate);
        }
    }
    all.retain(|candidate| candidate != scenario);
    all
}

fn simpler_clusters(scenario: &Scenario) -> impl Iterator<Item = Scenario> {
    let fixed = Latency::Fixed(scenario.cluster.network.latency.bounds().0);
    let mut network = scenario.clone();
    network.cluster.network = NetworkConfig { latency: fixed, ..NetworkConfig::default() };
    let mut disk = scenario.clone();
    disk.cluster.disk = None;
    [network, disk].into_iter()
}
