//! What to try to make a failing run shorter and simpler. The runs of all candidates go on side
//! by side, and the first that fails in the same way is taken, so the boldest come first.
//!
//! What is left is a run of the level still: a fault that begins also ends, and there are as many
//! nodes as the level has at least. Else whoever meets its claims would fail it too.

use super::fare::Fell;
use super::level::Level;
use crate::action::Action;
use crate::ids::NodeId;
use crate::scenario::{Scenario, Scripted};
use crate::simulation::network::{Latency, NetworkConfig};
use crate::swarm::shrink::{simpler_networks, without_node};
use crate::time::SimTime;
use std::ops::Range;

/// The fewest nodes that a level has.
const FEWEST: u8 = 3;

/// The same scenario, over as soon as it has failed.
pub fn shortened(scenario: &Scenario, fell: Fell, at: SimTime) -> Scenario {
    let mut short = scenario.clone();
    if !fell.in_the_end() {
        short.until_ms = SimTime::from_ms(at.as_ms() + 1).min(scenario.until_ms);
        short.script.retain(|entry| entry.at_ms <= at);
    }
    short
}

/// What to try instead of a scenario that fails, the boldest first; nothing is left to try when
/// none of them fails in the same way.
pub fn smaller(level: &Level, scenario: &Scenario, fell: Fell) -> Vec<Scenario> {
    let mut all = Vec::new();
    let length = scenario.script.len();
    let mut size = length;
    while size > 0 {
        for from in (0..length).step_by(size) {
            let script = without(scenario, from..from + size);
            all.push(match fell.in_the_end() {
                // It ends so long after all is well.
                true => level.rescripted(scenario, script),
                false => Scenario { script, ..scenario.clone() },
            });
        }
        size /= 2;
    }
    if scenario.cluster.nodes > FEWEST {
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

/// The script without some entries. A fault that stays keeps its end, and an end goes with what it
/// ends.
fn without(scenario: &Scenario, gone: Range<usize>) -> Vec<Scripted> {
    let script = &scenario.script;
    let sound = &scenario.cluster.network;
    let is_end = |index: usize| ends_something(&script[index].action, sound);
    let mut stays: Vec<bool> =
        (0..script.len()).map(|index| !gone.contains(&index) && !is_end(index)).collect();
    for begin in 0..script.len() {
        if stays[begin]
            && let Some(end) = end_of(begin, script, sound)
        {
            stays[end] = true;
        }
    }
    script.iter().zip(stays).filter(|(_, stays)| *stays).map(|(entry, _)| entry.clone()).collect()
}

/// Whether an action is the end of a fault.
fn ends_something(action: &Action, sound: &NetworkConfig) -> bool {
    match action {
        Action::Restart(_) | Action::RestartWithoutDisk(_) | Action::Resume(_) => true,
        Action::Mend(_) | Action::Heal => true,
        Action::Network(network) => network == sound,
        Action::Clock(clock) => clock.drift_ppm == 0,
        _ => false,
    }
}

/// The entry that ends the fault which this one begins; nothing if the run is over before.
fn end_of(begin: usize, script: &[Scripted], sound: &NetworkConfig) -> Option<usize> {
    let ends = |action: &Action| match (&script[begin].action, action) {
        (Action::Crash(node), Action::Restart(back) | Action::RestartWithoutDisk(back)) => {
            back == node
        }
        (Action::Pause(node), Action::Resume(back)) => back == node,
        (Action::Cut(way), Action::Mend(mended)) => mended == way,
        (Action::Partition(_), Action::Heal) => true,
        (Action::Network(_), Action::Network(_)) => ends_something(action, sound),
        (Action::Clock(wrong), Action::Clock(right)) => {
            right.node == wrong.node && ends_something(action, sound)
        }
        _ => false,
    };
    let later = script[begin + 1..].iter().position(|entry| ends(&entry.action))?;
    Some(begin + 1 + later)
}

fn simpler_clusters(scenario: &Scenario) -> impl Iterator<Item = Scenario> {
    let fixed = Latency::Fixed(scenario.cluster.network.latency.bounds().0);
    let mut network = scenario.clone();
    let sound = NetworkConfig { latency: fixed, ..NetworkConfig::default() };
    let before = std::mem::replace(&mut network.cluster.network, sound.clone());
    // What ends a fault of the network has to end it still.
    for entry in &mut network.script {
        if entry.action == Action::Network(before.clone()) {
            entry.action = Action::Network(sound.clone());
        }
    }
    let mut disk = scenario.clone();
    disk.cluster.disk = None;
    [network, disk].into_iter()
}
