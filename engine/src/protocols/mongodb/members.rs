//! What members are: all hold data and vote, unless the configuration says otherwise.

use super::config::{Broken, Config};
use crate::ids::NodeId;
use crate::time::Span;

impl Config {
    /// Whether a member votes and holds nothing. It is the first one.
    pub(super) fn is_arbiter(&self, member: NodeId, nodes: u8) -> bool {
        self.arbiter && member == NodeId(0) && nodes > 1
    }

    /// The priority of a member. The last one always has some.
    pub(super) fn priority(&self, member: NodeId, nodes: u8) -> u8 {
        let without = self.passive + u32::from(self.is_arbiter(NodeId(0), nodes));
        if u32::from(member.0) < without && member.0 + 1 < nodes {
            return 0;
        }
        if self.priorities { member.0 + 1 } else { 1 }
    }

    /// Whether a member may become the primary.
    pub(super) fn may_stand(&self, member: NodeId, nodes: u8) -> bool {
        let ignored = !self.keeps(Broken::PriorityZeroStands) && !self.is_arbiter(member, nodes);
        ignored || self.priority(member, nodes) > 0
    }

    /// How many members have to hold a write for it to be on a majority: of all members, but not
    /// more than hold data at all.
    pub(super) fn write_majority(&self, nodes: u8) -> u32 {
        let hold = nodes - u8::from(self.is_arbiter(NodeId(0), nodes));
        u32::from(hold.min(nodes / 2 + 1))
    }

    /// How many members are preferred to this one.
    pub(super) fn rank(&self, member: NodeId, nodes: u8) -> u64 {
        let own = self.priority(member, nodes);
        NodeId::all(nodes).filter(|other| self.priority(*other, nodes) > own).count() as u64
    }

    /// How long a member waits before it takes over from one with a lower priority: the longer,
    /// the more others are preferred to it.
    pub(super) fn priority_takeover(&self, member: NodeId, nodes: u8) -> Span {
        self.election_timeout_ms.times(self.rank(member, nodes) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_those_of_the_manual() {
        let of = |config: &Config| [0, 1, 2, 3, 4].map(|id| config.priority(NodeId(id), 5));
        let mut config = Config::default();
        assert_eq!((of(&config), config.write_majority(5)), ([1; 5], 3));
        (config.arbiter, config.passive) = (true, 1);
        assert_eq!((of(&config), config.write_majority(5)), ([0, 0, 1, 1, 1], 3));
        config.priorities = true;
        assert_eq!(of(&config), [0, 0, 3, 4, 5]);
        assert_eq!([2, 3, 4].map(|id| config.rank(NodeId(id), 5)), [2, 1, 0]);
        config.passive = 9;
        assert_eq!(of(&config), [0, 0, 0, 0, 5]);
    }

    #[test]
    fn a_majority_of_those_who_hold_data_is_needed_even_if_an_arbiter_is_one_of_a_majority() {
        let config = Config { arbiter: true, ..Config::default() };
        assert_eq!([1, 2, 3, 4, 5].map(|nodes| config.write_majority(nodes)), [1, 1, 2, 3, 3]);
        assert!(!config.is_arbiter(NodeId(0), 1));
    }
}
