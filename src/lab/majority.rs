//! Who could form a majority now.

use crate::words::ranges;
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::snapshot::Snapshot;

/// The running nodes in groups that reach one another both ways, perhaps through others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The larger ones first, each in the order of ids.
    pub groups: Vec<Vec<NodeId>>,
    /// How many it takes: more than half of the configured cluster.
    pub needed: usize,
    /// Some pair in a group has no link of its own, so that neither hears the other's votes.
    pub roundabout: bool,
}

impl Groups {
    /// Those of a cluster at an instant.
    pub fn of(snapshot: &Snapshot) -> Groups {
        let nodes = snapshot.nodes.len();
        let needed = nodes / 2 + 1;
        // Nothing is cut: whoever runs reaches everybody who does.
        if snapshot.cuts.is_empty() {
            let running = snapshot.nodes.iter().filter(|node| node.status == Status::Running);
            let group: Vec<NodeId> = running.map(|node| node.id).collect();
            let groups = if group.is_empty() { vec![] } else { vec![group] };
            return Groups { groups, needed, roundabout: false };
        }
        let mut linked = vec![true; nodes * nodes];
        for (from, to) in &snapshot.cuts {
            if from.index() < nodes && to.index() < nodes {
                linked[from.index() * nodes + to.index()] = false;
                linked[to.index() * nodes + from.index()] = false;
            }
        }
        let runs = |node: usize| snapshot.nodes[node].status == Status::Running;
        let mut free: Vec<usize> = (0..nodes).filter(|node| runs(*node)).collect();
        let mut groups = Vec::new();
        let mut roundabout = false;
        while !free.is_empty() {
            let mut group = vec![free.remove(0)];
            let mut next = 0;
            while let Some(from) = group.get(next).copied() {
                let (reached, rest): (Vec<_>, Vec<_>) =
                    free.into_iter().partition(|to| linked[from * nodes + to]);
                group.extend(reached);
                free = rest;
                next += 1;
            }
            group.sort_unstable();
            roundabout |= group.iter().any(|a| group.iter().any(|b| !linked[a * nodes + b]));
            groups.push(group.into_iter().map(NodeId::from_index).collect::<Vec<_>>());
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        Groups { groups, needed, roundabout }
    }

    /// The group that could elect, if there is one.
    pub fn majority(&self) -> Option<&Vec<NodeId>> {
        self.groups.first().filter(|group| group.len() >= self.needed)
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        let needed = self.needed;
        let largest = self.groups.first().map_or(0, Vec::len);
        let mut text = match self.majority() {
            Some(group) if needed == 1 => {
                format!("A majority could form: 1 is needed, and node {} runs.", ranges(group))
            }
            Some(group) => format!(
                "A majority could form: {} reach one another, and {needed} are needed.",
                ranges(group)
            ),
            None => format!(
                "No majority can form: {needed} are needed, and at most {largest} reach one another."
            ),
        };
        if self.roundabout {
            text.push_str(" Some of them only through others.");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::action::{Action, Way};
    use election_engine::protocols::registry;
    use election_engine::scenario::Scenario;

    fn after(actions: &[Action]) -> Groups {
        let scenario = Scenario::parse(r#"{"version": 1, "protocol": {"raft": {}}}"#).unwrap();
        let mut run = registry::open(scenario);
        for action in actions {
            run.act(action.clone()).unwrap();
        }
        Groups::of(&run.snapshot())
    }

    fn ids(ids: &[u8]) -> Vec<NodeId> {
        ids.iter().copied().map(NodeId).collect()
    }

    #[test]
    fn a_majority_is_one_of_the_configured_cluster() {
        let groups =
            after(&[Action::Partition(vec![ids(&[0, 1]), ids(&[2, 3])]), Action::Crash(NodeId(4))]);
        assert_eq!(groups.groups, [ids(&[0, 1]), ids(&[2, 3])]);
        assert_eq!(groups.majority(), None);
        assert!(groups.sentence().contains("3 are needed, and at most 2"));
    }

    #[test]
    fn one_way_is_no_way_to_an_answer() {
        let cut = |from, to| Action::Cut(Way { from: NodeId(from), to: NodeId(to) });
        let groups = after(&[cut(0, 1), cut(0, 2), cut(0, 3), cut(4, 0)]);
        assert_eq!(groups.majority(), Some(&ids(&[1, 2, 3, 4])));
        assert!(!groups.roundabout);
    }

    #[test]
    fn a_bridge_is_said_to_be_one() {
        let groups = after(&[Action::Partition(vec![ids(&[0, 1]), ids(&[2, 3])])]);
        assert_eq!(groups.majority(), Some(&ids(&[0, 1, 2, 3, 4])));
        assert!(groups.roundabout);
    }
}
