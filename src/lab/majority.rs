//! Who could come to lead now: who reaches more than half of those who decide.

use crate::words::ranges;
use election_engine::ids::NodeId;
use election_engine::protocols::electorate::Electorate;
use election_engine::simulation::Status;
use election_engine::snapshot::Snapshot;

/// The running nodes, and who of them hears whom. An election by votes needs one node that hears
/// a majority itself: nobody passes votes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Those that links both ways join, perhaps through others: the larger groups first.
    pub groups: Vec<Group>,
    /// Who decides.
    electorate: Electorate,
    /// How many decide: so many of the configured cluster, whether they run or not.
    all: usize,
    /// How many of them it takes: more than half.
    pub needed: usize,
    /// Who runs, may come to lead, and hears the most of them both ways, and how many, itself
    /// included if it is one of them. Nobody, if none runs.
    pub widest: Option<(NodeId, usize)>,
    /// All who hear enough of them.
    able: Vec<NodeId>,
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
    pub fn of(snapshot: &Snapshot, electorate: Electorate) -> Groups {
        let nodes = snapshot.nodes.len();
        let members = electorate.members(nodes as u8);
        let (all, needed) = (members.len(), members.len() / 2 + 1);
        let runs = |node: &usize| snapshot.nodes[*node].status == Status::Running;
        let running: Vec<usize> = (0..nodes).filter(runs).collect();
        let links = Links::of(snapshot);
        let deciding: Vec<usize> =
            running.iter().copied().filter(|node| members.contains(&(*node as u8))).collect();
        let heard =
            |node: usize| deciding.iter().filter(|other| links.joins(node, **other)).count();
        let standing =
            running.iter().copied().filter(|node| electorate.stands(NodeId::from_index(*node)));
        let heard: Vec<(NodeId, usize)> =
            standing.map(|node| (NodeId::from_index(node), heard(node))).collect();
        Groups {
            groups: joined(&links, running),
            electorate,
            all,
            needed,
            // The first of those that hear equally many.
            widest: heard.iter().copied().min_by_key(|(_, heard)| std::cmp::Reverse(*heard)),
            able: heard
                .iter()
                .filter(|(_, heard)| *heard >= needed)
                .map(|(node, _)| *node)
                .collect(),
        }
    }

    /// A node that hears enough itself, if there is one, and how many that are.
    pub fn majority(&self) -> Option<(NodeId, usize)> {
        self.widest.filter(|(_, heard)| *heard >= self.needed)
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        match &self.electorate {
            Electorate::Everybody => self.election("A majority", "No majority"),
            Electorate::Only(_, called) => self.election(
                &format!("A majority of the {} {called}", self.all),
                &format!("No majority of the {} {called}", self.all),
            ),
            Electorate::Asked(members, called) if members.len() == 1 => {
                let service = format!("{called} (node {})", members.start);
                match self.able.as_slice() {
                    [] => format!(
                        "Nobody can come to lead: no running node reaches {service} both ways."
                    ),
                    able => format!(
                        "Whoever wants to lead asks {service}. It is reached by {}.",
                        ranges(able)
                    ),
                }
            }
            Electorate::Asked(_, called) => {
                let (needed, all) = (self.needed, self.all);
                match (self.able.as_slice(), self.widest) {
                    ([], None) => "Nobody can come to lead: no client runs.".to_owned(),
                    ([], Some((_, most))) => format!(
                        "Nobody can come to lead: it takes {needed} of the {all} {called}, and no client reaches more than {most} both ways."
                    ),
                    (able, _) => format!(
                        "Whoever wants to lead asks {all} {called}, and {needed} are needed. So many are reached by {}.",
                        ranges(able)
                    ),
                }
            }
            Electorate::Nobody => "Nobody elects here, so no majority is needed.".to_owned(),
        }
    }

    /// What an election by votes could come to.
    fn election(&self, could: &str, none: &str) -> String {
        let needed = self.needed;
        let Some((widest, heard)) = self.widest else {
            return format!("{none} can form: {needed} are needed, and none runs.");
        };
        let others = others(heard - 1);
        // In a group that is whole, everybody hears the same ones.
        let group = self.groups.iter().find(|group| group.members.contains(&widest));
        let whole = group.filter(|group| group.whole);
        let whole = whole.map(|group| -> Vec<NodeId> {
            let votes = |node: &NodeId| self.electorate.stands(*node);
            group.members.iter().copied().filter(votes).collect()
        });
        match (self.majority(), whole) {
            (Some(_), Some(members)) if needed == 1 => {
                format!("{could} could form: 1 is needed, and node {} runs.", ranges(&members))
            }
            (Some(_), Some(members)) => format!(
                "{could} could form: {} reach one another, and {needed} are needed.",
                ranges(&members)
            ),
            (Some(_), None) => format!(
                "{could} could form: {needed} are needed, and node {widest} reaches {others} both ways."
            ),
            (None, Some(_)) => format!(
                "{none} can form: {needed} are needed, and at most {heard} reach one another."
            ),
            (None, None) => format!(
                "{none} can form: {needed} are needed, the candidate itself included, and no node reaches more than {others} both ways. Nobody passes votes on."
            ),
        }
    }

    /// The groups in a sentence.
    pub fn listed(&self) -> String {
        if self.groups.is_empty() {
            return "No node runs.".to_owned();
        }
        let all: Vec<String> = self.groups.iter().map(Group::text).collect();
        let rest = match (&self.electorate, self.widest) {
            (Electorate::Everybody, Some((widest, heard))) => format!(
                "{} are needed, and node {widest} reaches {} directly.",
                self.needed,
                others(heard - 1)
            ),
            _ => self.sentence(),
        };
        format!("Nodes joined by links both ways: {}. {rest}", all.join(" | "))
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
        let ways = snapshot.cuts.iter().chain(&snapshot.lossy);
        for (from, to) in ways.filter(|(from, to)| within(from) && within(to)) {
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
        of("raft", nodes, actions)
    }

    fn of(row: &str, nodes: u8, actions: &[Action]) -> Groups {
        let scenario = format!(
            r#"{{"version": 1, "protocol": {{"{row}": {{}}}}, "cluster": {{"nodes": {nodes}}}}}"#
        );
        let scenario = Scenario::parse(&scenario).unwrap();
        let electorate = scenario.protocol.electorate(nodes);
        let mut run = registry::open(scenario);
        for action in actions {
            run.act(action.clone()).unwrap();
        }
        Groups::of(&run.snapshot(), electorate)
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
        assert!(after(3, &all).sentence().contains("and none runs"));
        assert_eq!(after(3, &all[..2]).majority(), None);
        assert_eq!(after(3, &all[..1]).majority(), Some((NodeId(1), 2)));
    }

    #[test]
    fn only_sentinels_elect() {
        let sides = Action::Partition(vec![ids(&[0, 1]), ids(&[2, 3, 4])]);
        let split = of("sentinel", 5, std::slice::from_ref(&sides));
        assert_eq!(split.majority(), Some((NodeId(0), 2)));
        assert_eq!(
            split.sentence(),
            "A majority of the 3 Sentinels could form: 0, 1 reach one another, and 2 are needed."
        );
        let fewer = of("sentinel", 5, &[sides, Action::Crash(NodeId(1))]);
        assert_eq!(fewer.majority(), None);
        assert!(fewer.listed().ends_with("and at most 1 reach one another."), "{}", fewer.listed());
    }

    #[test]
    fn a_service_is_asked_by_those_who_reach_it() {
        for row in ["etcd", "zookeeper-lock", "kubernetes", "database-lock", "hdfs"] {
            let calm = of(row, 5, &[cut(4, 1)]);
            assert_eq!(calm.majority(), Some((NodeId(0), 1)), "{row}");
            assert!(calm.sentence().ends_with("(node 4). It is reached by 0, 2, 3."), "{row}");
            let alone = of(row, 5, &[Action::Partition(vec![ids(&[4]), ids(&[0, 1, 2, 3])])]);
            assert_eq!(alone.majority(), None, "{row}");
            assert!(alone.sentence().starts_with("Nobody can come to lead"), "{row}");
            assert_eq!(of(row, 5, &[Action::Crash(NodeId(4))]).majority(), None, "{row}");
        }
    }

    #[test]
    fn masters_are_counted_and_clients_are_not() {
        let calm = of("redlock", 7, &[]);
        assert!(
            calm.sentence().contains("asks 5 masters, and 3 are needed"),
            "{}",
            calm.sentence()
        );
        let down: Vec<Action> = (2..5).map(|id| Action::Crash(NodeId(id))).collect();
        assert_eq!(of("redlock", 7, &down).majority(), None);
        assert_eq!(of("redlock", 7, &down[..2]).majority(), Some((NodeId(0), 3)));
        assert_eq!(of("single-node", 3, &[]).majority(), None);
    }

    #[test]
    fn who_loses_everything_reaches_nobody() {
        let network = r#"{"network": {"loss_permille": 1000}}"#;
        let lossy: Action = serde_json::from_str(network).unwrap();
        let groups = after(3, &[lossy]);
        assert_eq!(members(&groups), [ids(&[0]), ids(&[1]), ids(&[2])]);
        assert_eq!(groups.majority(), None);
    }
}
