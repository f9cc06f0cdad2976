//! Where a rule that is switched off is known to be missed: with which claim, in how large a
//! cluster, under which faults. Nothing but the question: who wants the run has to search for it.

use super::{Bounds, Faults, Question};
use crate::checks::Check;
use crate::protocols::registry::ProtocolConfig;

/// A claim that falls without a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// The name of the algorithm.
    pub protocol: &'static str,
    /// The rule of it that is switched off.
    pub rule: &'static str,
    /// The claim.
    pub claim: Check,
    /// How many nodes it takes.
    pub nodes: u8,
    /// What goes wrong.
    pub faults: Faults,
    /// The highest term, epoch or round.
    pub number: u64,
    /// How many events the shortest run has, the start not counted.
    pub events: usize,
}

const NONE: Faults =
    Faults { crashes: 0, restarts: 0, wipes: 0, drops: 0, duplicates: 0, pauses: 0, partitions: 0 };
const REBOOT: Faults = Faults { crashes: 1, restarts: 1, ..NONE };
const DOUBLED: Faults = Faults { duplicates: 1, ..NONE };

const fn without(protocol: &'static str, rule: &'static str, claim: Check, events: usize) -> Fall {
    Fall { protocol, rule, claim, nodes: 3, faults: NONE, number: 2, events }
}

/// One for each rule of which one is known.
pub const FALLS: &[Fall] = &[
    Fall {
        faults: REBOOT,
        number: 1,
        ..without("raft", "vote-on-disk", Check::OneLeaderPerNumber, 8)
    },
    without("raft", "one-vote", Check::OneLeaderPerNumber, 6),
    Fall { nodes: 4, ..without("raft", "more-than-half", Check::OneLeaderPerNumber, 6) },
    // Among three, two of those who answer are a majority of the cluster all the same.
    Fall { nodes: 4, ..without("raft", "whole-cluster", Check::OneLeaderPerNumber, 6) },
    without("raft", "log-compared", Check::LeaderUpToDate, 6),
    Fall {
        nodes: 4,
        faults: DOUBLED,
        number: 1,
        ..without("raft", "distinct-votes", Check::MajorityVoted, 5)
    },
    without("raft", "current-votes", Check::OneLeaderPerNumber, 7),
    without("raft", "pre-votes-apart", Check::MajorityVoted, 6),
    without("paxos", "accepted-value-ignored", Check::OneValueChosen, 8),
    without("paxos", "accepts-below-promise", Check::OneValueChosen, 8),
    Fall { faults: REBOOT, ..without("paxos", "promise-not-on-disk", Check::OneValueChosen, 10) },
    Fall { faults: REBOOT, ..without("paxos", "vote-not-on-disk", Check::OneValueChosen, 10) },
    without("zab", "activation", Check::OneLeaderPerNumber, 6),
    Fall { faults: REBOOT, ..without("zab", "epoch-on-disk", Check::VoteOnDisk, 5) },
    without("chang-roberts", "no-extinction", Check::OneLeaderPerNumber, 10),
    Fall {
        faults: REBOOT,
        number: 1,
        ..without("kraft", "vote-on-disk", Check::OneLeaderPerNumber, 8)
    },
    without("kraft", "one-vote", Check::OneLeaderPerNumber, 6),
    without("kraft", "log-compared", Check::LeaderUpToDate, 6),
];

impl Fall {
    /// What is known of a rule of an algorithm.
    pub fn of(protocol: &str, rule: &str) -> Option<&'static Fall> {
        FALLS.iter().find(|fall| fall.protocol == protocol && fall.rule == rule)
    }

    /// The question to which the run is the answer.
    pub fn question(&self) -> Question {
        let mut protocol = ProtocolConfig::named(self.protocol).expect("it is in the registry");
        assert!(protocol.switch_off(self.rule), "{} can be switched off", self.rule);
        let bounds = Bounds { number: self.number, ..Bounds::default() };
        let question = Question::new(protocol, self.nodes, self.claim);
        Question { faults: self.faults, bounds, ..question }
    }
}
