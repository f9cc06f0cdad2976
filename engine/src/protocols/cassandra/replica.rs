//! A replica of the row: an acceptor, and what is committed.

use super::config::{Broken, Config};
use super::{Cassandra, Update};
use crate::ids::{LogEnd, Token};
use crate::protocol::{Context, Note};
use crate::protocols::paxos::{Accepted, Acceptor};

/// What a replica has on its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Replica {
    /// What it has promised and accepted.
    pub acceptor: Acceptor<Update>,
    /// The row: the latest update that was committed, and at which ballot.
    pub row: Option<Accepted<Update>>,
}

type Cx<'a, 'b> = &'a mut Context<'b, Cassandra>;

impl Replica {
    pub(super) fn boot(self, cx: Cx<'_, '_>) -> Replica {
        self.tell(cx);
        self
    }

    /// The version of the row; 0 if it was never written.
    pub fn version(&self) -> u32 {
        self.row.map_or(0, |row| row.value.version)
    }

    /// Promises this ballot, if it is higher than all before.
    pub(super) fn promise(&mut self, ballot: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.acceptor.promise(ballot) && config.keeps(Broken::PromiseNotOnDisk) {
            cx.persist(*self);
        }
    }

    /// Accepts, if it has promised no higher ballot.
    pub(super) fn accept(
        &mut self,
        ballot: Token,
        update: Update,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        if self.acceptor.may_accept(ballot) && self.acceptor.accept(ballot, update) {
            cx.note(Note::Vote(update.by, ballot));
            if config.keeps(Broken::VoteNotOnDisk) {
                cx.persist(*self);
            }
        }
    }

    /// Writes the row, unless it has been written at a later ballot.
    pub(super) fn commit(&mut self, commit: Accepted<Update>, cx: Cx<'_, '_>) {
        if self.row.is_none_or(|row| commit.ballot > row.ballot) {
            self.row = Some(commit);
            cx.persist(*self);
            self.tell(cx);
        }
    }

    /// The history of the row, as far as this replica knows: how long it is, and which update is
    /// the last.
    fn tell(self, cx: Cx<'_, '_>) {
        let last = self.row.map_or(Token(0), |row| row.value.first_ballot);
        cx.note(Note::Log(LogEnd { term: last.0 as u32, index: self.version() }));
    }

    /// The row in words.
    pub(super) fn words(row: Option<Accepted<Update>>) -> String {
        match row {
            Some(Accepted { ballot, value: Update { version, by, .. } }) => {
                format!("version {version}, by node {by}, at {ballot}")
            }
            None => "nothing".to_owned(),
        }
    }
}
