//! What can happen in a state.

use super::flat::Flat;
use super::model::{Model, World};
use super::node::CRASH;
use super::question::Faults;
use crate::ids::NodeId;
use crate::protocol::Protocol;
use crate::simulation::Status;
use crate::view::NodeSet;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Everybody starts.
    Boot,
    /// A message arrives.
    Deliver(u32),
    /// A timer runs out.
    Fire(NodeId, u8),
    /// A node dies.
    Crash(NodeId),
    /// It starts again with its disk.
    Restart(NodeId),
    /// It starts again with an empty disk.
    Wipe(NodeId),
    /// A node stops.
    Pause(NodeId),
    /// It goes on.
    Resume(NodeId),
    /// A message is lost.
    Drop(u32),
    /// A message is doubled.
    Duplicate(u32),
    /// These nodes are cut off from the others.
    Part(NodeSet),
    /// The cut ends.
    Heal,
}

impl<P: Protocol> Model<P> {
    /// All that can happen in a state, in a fixed order.
    pub fn steps(&self, state: &Flat, steps: &mut Vec<Step>) {
        steps.clear();
        let world = *self.world(state);
        let mut waiting = false;
        let mut before = None;
        for letter in &state.letters {
            if before.replace(*letter) == Some(*letter) {
                continue;
            }
            if self.can_arrive(state, *letter) {
                waiting = true;
                steps.push(Step::Deliver(*letter));
            }
        }
        let timers = !(waiting && self.question().prompt);
        for (node, local) in state.locals.iter().enumerate() {
            let node = NodeId(node as u8);
            let (status, set) = self.glance(*local);
            if timers && status == Status::Running {
                let set = (0..CRASH as u8).filter(|timer| set >> timer & 1 == 1);
                steps.extend(set.map(|timer| Step::Fire(node, timer)));
            }
            self.faults_of(node, status, &world.left, steps);
        }
        self.faults_of_network(state, &world, steps);
    }

    fn faults_of(&self, node: NodeId, status: Status, left: &Faults, steps: &mut Vec<Step>) {
        match status {
            Status::Crashed => {
                if left.restarts > 0 {
                    steps.push(Step::Restart(node));
                }
                if left.wipes > 0 {
                    steps.push(Step::Wipe(node));
                }
                return;
            }
            Status::Paused => steps.push(Step::Resume(node)),
            Status::Running if left.pauses > 0 => steps.push(Step::Pause(node)),
            Status::Running => {}
        }
        if left.crashes > 0 {
            steps.push(Step::Crash(node));
        }
    }

    fn faults_of_network(&self, state: &Flat, world: &World, steps: &mut Vec<Step>) {
        let left = &world.left;
        let mut before = None;
        for letter in &state.letters {
            if before.replace(*letter) == Some(*letter) {
                continue;
            }
            if left.drops > 0 {
                steps.push(Step::Drop(*letter));
            }
            if left.duplicates > 0 {
                steps.push(Step::Duplicate(*letter));
            }
        }
        if !world.side.is_empty() {
            steps.push(Step::Heal);
        } else if left.partitions > 0 {
            // Node 0 is always on the side that is named, so that no cut is named twice.
            let nodes = self.question().nodes;
            let masks = 0..(1u32 << (nodes - 1)) - 1;
            steps.extend(masks.map(|mask| {
                let with_0 = |node: &NodeId| node.0 == 0 || mask >> (node.0 - 1) & 1 == 1;
                Step::Part(NodeId::all(nodes).filter(with_0).collect())
            }));
        }
    }

    /// Whether a message's receiver runs. (What a cut separates is not in flight.)
    fn can_arrive(&self, state: &Flat, letter: u32) -> bool {
        let to = self.letter(letter).to;
        let local = state.locals.get(to.index());
        local.is_none_or(|local| self.glance(*local).0 == Status::Running)
    }
}
