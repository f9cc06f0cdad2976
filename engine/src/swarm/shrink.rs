//! Makes a scenario that breaks a promise as small as it gets (delta debugging: Zeller and
//! Hildebrandt 2002).

use super::judge::{Failure, Judge, settles_by, slowest};
use crate::action::Action;
use crate::ids::NodeId;
use crate::protocols::registry::ProtocolConfig;
use crate::scenario::{Scenario, Scripted};
use crate::simulation::network::{Latency, NetworkConfig};
use crate::time::{SimTime, Span};

/// How many runs it may take at most.
const RUNS: u32 = 4000;

/// The smallest scenario found that breaks the same promise as this one; nothing if it breaks
/// none.
pub fn shrink(judge: &mut Judge, scenario: &Scenario) -> Option<Scenario> {
    let (failure, broken) = judge.judge(scenario).failure?;
    let watched = scenario.until_ms.since(settles_by(scenario));
    let mut best = scenario.clone();
    if failure != Failure::NotSettled {
        end_at(broken, &mut best);
    }
    let mut shrinker = Shrinker { judge, failure, watched, best, runs: RUNS };
    loop {
        let before = shrinker.best.clone();
        shrinker.cut_script();
        shrinker.take_nodes_out();
        shrinker.simplify_network();
        shrinker.simplify_protocol();
        if shrinker.best == before || shrinker.runs == 0 {
            break;
        }
    }
    let mut best = shrinker.best;
    if failure != Failure::NotSettled {
        // What is on its way then is often what was to be seen: it may still arrive.
        best.until_ms = (best.until_ms + slowest(&best)).min(scenario.until_ms);
    }
    best.title = format!("{}: {failure}", scenario.title);
    Some(best)
}

struct Shrinker<'a> {
    judge: &'a mut Judge,
    failure: Failure,
    /// For how long after it should have settled the cluster is watched.
    watched: Span,
    best: Scenario,
    runs: u32,
}

impl Shrinker<'_> {
    /// Takes this scenario if it still breaks the promise.
    fn try_out(&mut self, mut candidate: Scenario) -> bool {
        if self.runs == 0 || candidate == self.best {
            return false;
        }
        self.runs -= 1;
        candidate.until_ms = match self.failure {
            Failure::NotSettled => settles_by(&candidate) + self.watched,
            // With less in it, the same may take a little longer.
            _ => candidate.until_ms + self.watched,
        };
        let Some((failure, broken)) = self.judge.judge(&candidate).failure else { return false };
        if failure != self.failure {
            return false;
        }
        if failure != Failure::NotSettled {
            end_at(broken, &mut candidate);
        }
        self.best = candidate;
        true
    }

    /// Takes parts out of the script, large ones first.
    fn cut_script(&mut self) {
        let mut size = self.best.script.len();
        while size > 0 {
            let mut from = 0;
            while from < self.best.script.len() {
                let mut candidate = self.best.clone();
                let to = (from + size).min(candidate.script.len());
                candidate.script.drain(from..to);
                if !self.try_out(candidate) {
                    from += size;
                }
            }
            size /= 2;
        }
    }

    /// Takes nodes out one by one, and with each all that is done to it.
    fn take_nodes_out(&mut self) {
        let mut node = self.best.cluster.nodes;
        while node > 0 && self.best.cluster.nodes > 1 {
            node -= 1;
            let candidate = without_node(&self.best, NodeId(node));
            self.try_out(candidate);
        }
    }

    fn simplify_network(&mut self) {
        let fixed = NetworkConfig {
            latency: Latency::Fixed(self.best.cluster.network.latency.bounds().0),
            ..NetworkConfig::default()
        };
        let mut candidate = self.best.clone();
        candidate.cluster.network = fixed;
        self.try_out(candidate);
        let mut candidate = self.best.clone();
        candidate.cluster.disk = None;
        self.try_out(candidate);
        for index in 0..self.best.script.len() {
            for simpler in simpler_networks(&self.best, index) {
                let mut candidate = self.best.clone();
                candidate.script[index].action = Action::Network(simpler);
                self.try_out(candidate);
            }
        }
    }

    /// What the swarm has drawn goes back to its default.
    fn simplify_protocol(&mut self) {
        let Some(default) = ProtocolConfig::named(self.best.protocol.info().name) else { return };
        let parameters = self.best.protocol.info().parameters;
        for parameter in parameters.iter().filter(|parameter| parameter.is_flag()) {
            let mut candidate = self.best.clone();
            candidate.protocol.set(parameter.field, default.get(parameter.field));
            self.try_out(candidate);
        }
    }
}

/// The run ends when the promise is broken.
fn end_at(broken: SimTime, scenario: &mut Scenario) {
    scenario.until_ms = SimTime::from_ms(broken.as_ms() + 1).min(scenario.until_ms);
    scenario.script.retain(|entry| entry.at_ms <= broken);
}

/// The same without a node. Those after it, and the store, move up.
pub(crate) fn without_node(scenario: &Scenario, gone: NodeId) -> Scenario {
    let rename = |member: NodeId| match member {
        member if member == gone => None,
        member if member > gone => Some(NodeId(member.0 - 1)),
        member => Some(member),
    };
    let mut fewer = scenario.clone();
    fewer.cluster.nodes -= 1;
    fewer.script = scenario
        .script
        .iter()
        .filter_map(|entry| {
            let action = entry.action.renamed(rename)?;
            Some(Scripted { at_ms: entry.at_ms, action })
        })
        .collect();
    fewer
}

/// What an entry may do to the network instead of what it does.
pub(crate) fn simpler_networks(scenario: &Scenario, index: usize) -> Vec<NetworkConfig> {
    let Action::Network(network) = &scenario.script[index].action else { return Vec::new() };
    let sound = &scenario.cluster.network;
    vec![
        NetworkConfig { loss_permille: 0, ..network.clone() },
        NetworkConfig { duplicate_permille: 0, ..network.clone() },
        NetworkConfig { reorder_permille: 0, ..network.clone() },
        NetworkConfig { latency: sound.latency.clone(), ..network.clone() },
    ]
}
