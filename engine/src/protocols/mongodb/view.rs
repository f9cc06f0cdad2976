//! What an observer may know of a member.

use super::{Config, MongoDb, Phase, Stable};
use crate::view::{Ballots, Field, Kept, LogView, NodeView, Role};

impl MongoDb {
    pub(super) fn shown(&self, config: &Config) -> NodeView {
        let (role, doing) = match self.phase {
            Phase::Secondary if config.is_arbiter(self.me, self.nodes) => {
                (Role::Follower, "arbiter: votes, and holds nothing")
            }
            Phase::Secondary => (Role::Follower, "secondary"),
            Phase::DryRun => (Role::Candidate, "dry run: asking who would vote"),
            Phase::Candidate => (Role::Candidate, "asking for votes"),
            Phase::CatchingUp => (Role::Leader, "primary, catching up"),
            Phase::Primary => (Role::Leader, "primary"),
        };
        let Stable { term, voted_for, oplog, .. } = self.stable;
        let voted = voted_for.map_or("nobody".to_owned(), |node| format!("node {node}"));
        let field = |kept, name, value| Field { kept, name, value };
        let count = |name, value: u32| field(Kept::Volatile, name, value.to_string());
        NodeView {
            role,
            believes: self.primary,
            number: self.number(),
            vote: voted_for,
            ballots: (role == Role::Candidate).then(|| Ballots {
                have: self.yes,
                refused: self.no,
                needed: u32::from(self.nodes) / 2 + 1,
            }),
            missed: None,
            log: Some(LogView { terms: oplog.epochs(), committed: self.committed as usize }),
            fields: vec![
                field(Kept::Persistent, "term", term.to_string()),
                field(Kept::Persistent, "voted for", voted),
                field(Kept::Persistent, "entries in the oplog", oplog.len.to_string()),
                count("entries that a majority has", self.committed),
                count("entries rolled back", self.rolled_back),
                count("priority", u32::from(config.priority(self.me, self.nodes))),
                field(Kept::Volatile, "doing", doing.to_owned()),
            ],
        }
    }
}
