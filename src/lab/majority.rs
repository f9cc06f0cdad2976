//! Who could form a majority now.

use crate::words::ranges;
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::snapshot::Snapshot;

/// The running nodes, and who of them hears whom. An election by votes needs one node that hears
/// a majority itself: nobody passes votes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Those that links both ways join, perhaps through others: the larger groups first.
    pub groups: Vec<Group>,
    /// How many it takes: more than half of the configured cluster.
    pub needed: usize,
    /// Who hears the most both ways, and how many they are, itself included. Nobody, if none runs.
    pub widest: Option<(NodeId, usize)>,
}

/// Running nodes that two-way links join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// In the order of ids.
    pub members: Vec<NodeId>,
    /// Each has a two-way link of its own to every other one.
    pub whole: bool,
}

impl Groups {
    /// Those of a cluster at an instant.
    pub fn of(snapshot: &Snapshot) -> Groups {
        let nodes = snapshot.nodes.len();
        let needed = nodes / 2 + 1;
        let runs = |node: &usize| snapshot.nodes[*node].status == Status::Running;
        let running: Vec<usize> = (0..nodes).filter(runs).collect();
        // Nothing is cut: whoever runs hears everybody who does.
        if snapshot.cuts.is_empty() {
            let members: Vec<NodeId> = running.into_iter().map(NodeId::from_index).collect();
            let widest = members.first().map(|first| (*first, members.len()));
            let all = (!members.is_empty()).then_some(Group { members, whole: true });
            return Groups { groups: all.into_iter().collect(), needed, widest };
        }
        let links = Links::of(snapshot);
        let heard = |node: usize| running.iter().filter(|other| links.joins(node, **other)).count();
        // The first of those that hear equally many.
        let widest = running.iter().copied().min_by_key(|node| std::cmp::Reverse(heard(*node)));
        Groups {
            groups: joined(&links, running.clone()),
            needed,
            widest: widest.map(|node| (NodeId::from_index(node), heard(node))),
        }
    }

    /// A node that hears a majority itself, if there is one, and how many that are with it.
    pub fn majority(&self) -> Option<(NodeId, usize)> {
        self.widest.filter(|(_, heard)| *heard >= self.needed)
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        let needed = self.needed;
        let Some((widest, heard)) = self.widest else {
            return format!("No majority can form: {needed} are needed, and no node runs.");
        };
        let others = others(heard - 1);
        // In a group that is whole, everybody hears the same ones.
        let group = self.groups.iter().find(|group| group.members.contains(&widest));
        let whole = group.filter(|group| group.whole);
        match (self.majority(), whole) {
            (Some(_), Some(group)) if needed == 1 => {
                format!(
                    "A majority could form: 1 is needed, and node {} runs.",
                    ranges(&group.members)
                )
            }
            (Some(_), Some(group)) => format!(
                "A majority could form: {} reach one another, and {needed} are needed.",
                ranges(&group.members)
            ),
            (Some(_), None) => format!(
                "A majority could form: {needed} are needed, and node {widest} reaches {others} both ways."
            ),
            (None, Some(_)) => format!(
                "No majority can form: {needed} are needed, and at most {heard} reach one another."
            ),
            (None, None) => format!(
                "No majority can form: {needed} are needed, the candidate itself included, and no node reaches more than {others} both ways. Nobody passes votes on."
            ),
        }
    }

    /// The groups in a sentence.
    pub fn listed(&self) -> String {
        let all: Vec<String> = self.groups.iter().map(Group::text).collect();
        match self.widest {
            None => "No node runs.".to_owned(),
            Some((widest, heard)) => format!(
                "Nodes joined by links both ways: {}. {} are needed, and node {widest} reaches {} directly.",
                all.join(" | "),
                self.needed,
                others(heard - 1)
            ),
        }
    }
}

impl Group {
    fn text(&self) -> String {
        match self.whole {
            true => ranges(&self.members),
            false => format!("{} (some only through others)", ranges(&self.members)),
        }
    }
}

fn others(count: usize) -> String {
    match count {
        0 => "no other".to_owned(),
        1 => "1 other".to_owned(),
        many => format!("{many} others"),
    }
}

/// The pairs of nodes that hear each other.
struct Links {
    nodes: usize,
    both: Vec<bool>,
}

impl Links {
    fn of(snapshot: &Snapshot) -> Links {
        let nodes = snapshot.nodes.len();
        let mut both = vec![true; nodes * nodes];
        // The store, which cuts may name, too, has no vote.
        let within = |id: &NodeId| id.index() < nodes;
        for (from, to) in snapshot.cuts.iter().filter(|(from, to)| within(from) && within(to)) {
            both[from.index() * nodes + to.index()] = false;
            both[to.index() * nodes + from.index()] = false;
        }
        Links { nodes, both }
    }

    /// A node hears itself.
    fn joins(&self, a: usize, b: usize) -> bool {
        self.both[a * self.nodes + b]
    }
}

/// The groups that links join, the larger ones first.
fn joined(links: &Links, mut free: Vec<usize>) -> Vec<Group> {
    let mut groups = Vec::new();
    while !free.is_empty() {
        let mut group = vec![free.remove(0)];
        let mut next = 0;
        while let Some(from) = group.get(next).copied() {
            let (reached, rest): (Vec<_>, Vec<_>) =
                free.into_iter().partition(|to| links.joins(from, *to));
            group.extend(reached);
            free = rest;
            next += 1;
        }
        group.sort_unstable();
        let whole = group.iter().all(|a| group.iter().all(|b| links.joins(*a, *b)));
        groups.push(Group { members: group.into_iter().map(NodeId::from_index).collect(), whole });
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::action::{Action, Way};
    use election_engine::protocols::registry;
    use election_engine::scenario::Scenario;

    fn after(nodes: u8, actions: &[Action]) -> Groups {
        let scenario = format!(
            r#"{{"version": 1, "protocol": {{"raft": {{}}}}, "cluster": {{"nodes": {nodes}}}}}"#
        );
        let mut run = registry::open(Scenario::parse(&scenario).unwrap());
        for action in actions {
            run.act(action.clone()).unwrap();
        }
        Groups::of(&run.snapshot())
    }

    fn ids(ids: &[u8]) -> Vec<NodeId> {
        ids.iter().copied().map(NodeId).collect()
    }

    fn members(groups: &Groups) -> Vec<Vec<NodeId>> {
        groups.groups.iter().map(|group| group.members.clone()).collect()
    }

    fn cut(from: u8, to: u8) -> Action {
        Action::Cut(Way { from: NodeId(from), to: NodeId(to) })
    }

    #[test]
    fn a_majority_is_one_of_the_configured_cluster() {
        let halves = Action::Partition(vec![ids(&[0, 1]), ids(&[2, 3])]);
        let groups = after(5, &[halves, Action::Crash(NodeId(4))]);
        assert_eq!(members(&groups), [ids(&[0, 1]), ids(&[2, 3])]);
        assert_eq!(groups.majority(), None);
        assert!(groups.sentence().contains("3 are needed, and at most 2"));
        assert!(groups.listed().contains(": 0, 1 | 2, 3. 3 are needed"), "{}", groups.listed());
    }

    #[test]
    fn one_way_is_no_way_to_an_answer() {
        let groups = after(5, &[cut(0, 1), cut(0, 2), cut(0, 3), cut(4, 0)]);
        assert_eq!(members(&groups), [ids(&[1, 2, 3, 4]), ids(&[0])]);
        assert_eq!(groups.majority(), Some((NodeId(1), 4)));
        assert!(groups.sentence().contains("1, 2, 3, 4 reach one another"));
    }

    #[test]
    fn a_bridge_hears_a_majority_by_itself() {
        let groups = after(5, &[Action::Partition(vec![ids(&[0, 1]), ids(&[2, 3])])]);
        assert_eq!(groups.majority(), Some((NodeId(4), 5)));
        assert!(groups.sentence().ends_with("node 4 reaches 4 others both ways."));
        assert!(groups.listed().contains("0, 1, 2, 3, 4 (some only through others)"));
    }

    #[test]
    fn in_a_chain_nobody_hears_a_majority() {
        let far = |a: u8, b: u8| a.abs_diff(b) > 1;
        let ways = (0..7).flat_map(|a| (0..7).map(move |b| (a, b)));
        let cuts: Vec<Action> = ways.filter(|(a, b)| far(*a, *b)).map(|(a, b)| cut(a, b)).collect();
        let groups = after(7, &cuts);
        assert_eq!(groups.majority(), None);
        assert!(groups.sentence().starts_with("No majority can form: 4 are needed"));
        assert!(groups.sentence().contains("more than 2 others both ways"));
        assert!(
            groups
                .listed()
                .contains("(some only through others). 4 are needed, and node 1 reaches 2 others")
        );
    }

    #[test]
    fn who_is_down_is_heard_by_nobody() {
        let all: Vec<Action> = (0..3).map(|id| Action::Crash(NodeId(id))).collect();
        assert!(after(3, &all).sentence().contains("no node runs"));
        assert_eq!(after(3, &all[..2]).majority(), None);
        assert_eq!(after(3, &all[..1]).majority(), Some((NodeId(1), 2)));
    }
}
