//! Questions that everybody should have asked once.

use super::{Bounds, Faults, Question};
use crate::checks::Check;
use crate::protocols::registry::ProtocolConfig;
use crate::store::TokenCheck;

/// A question worth asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Famous {
    /// Its name in addresses and tests.
    pub slug: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// The question.
    pub question: Question,
}

fn famous(
    slug: &'static str,
    title: &'static str,
    (protocol, broken): (&str, Option<&str>),
    (nodes, claim): (u8, Check),
    change: impl FnOnce(&mut Question),
) -> Famous {
    let mut protocol = ProtocolConfig::named(protocol).expect("it is in the registry");
    if let Some(rule) = broken {
        assert!(protocol.switch_off(rule), "{rule} can be switched off");
    }
    let mut question = Question::new(protocol, nodes, claim);
    change(&mut question);
    Famous { slug, title, question }
}

fn reboot(question: &mut Question) {
    question.faults = Faults { crashes: 1, restarts: 1, ..Faults::default() };
    question.bounds = Bounds { number: 1, in_flight: 5, ..Bounds::default() };
}

/// All of them.
pub fn all() -> Vec<Famous> {
    let at_once = Check::OneLeaderAtATime;
    let per_number = Check::OneLeaderPerNumber;
    vec![
        famous(
            "bully-partition",
            "Bully: the network falls apart, and both sides have a leader",
            ("bully", None),
            (3, at_once),
            |question| {
                question.prompt = true;
                question.faults.partitions = 1;
            },
        ),
        famous(
            "bully-in-time",
            "Bully: every message is in time, and nothing breaks",
            ("bully", None),
            (3, at_once),
            |question| question.prompt = true,
        ),
        famous(
            "forgotten-vote",
            "Raft forgets its vote in a crash",
            ("raft", Some("vote-on-disk")),
            (3, per_number),
            reboot,
        ),
        famous(
            "kept-vote",
            "Raft keeps its vote on disk: the same crash, every rule on",
            ("raft", None),
            (3, per_number),
            reboot,
        ),
        famous(
            "two-terms",
            "Raft: two leaders at once, of two terms, and no rule is broken",
            ("raft", None),
            (3, at_once),
            |_| {},
        ),
        famous(
            "half",
            "Raft takes half of the cluster for a majority",
            ("raft", Some("more-than-half")),
            (4, per_number),
            |_| {},
        ),
        famous(
            "unfenced",
            "Raft: a leader of an old term writes, and the store lets it",
            ("raft", None),
            (3, Check::TokenOrder),
            |question| question.store = TokenCheck::Off,
        ),
        famous(
            "fenced",
            "Raft: the same, and the store compares tokens",
            ("raft", None),
            (3, Check::TokenOrder),
            |question| question.bounds = Bounds { states: 300_000, ..Bounds::default() },
        ),
    ]
}
