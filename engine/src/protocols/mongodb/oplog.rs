//! Replication: fetching the oplog, and dropping what the primary does not have.

use super::rules::*;
use super::{Config, Cx, MongoDb, Phase, Says};
use crate::ids::{LogEnd, NodeId};
use crate::protocol::Note;
use crate::protocols::history::History;

impl MongoDb {
    /// A secondary asks its primary for what comes after its own last entry, which also says how
    /// far it is.
    pub(super) fn fetch(&self, config: &Config, cx: Cx<'_, '_>) {
        let primary = self.primary.filter(|primary| *primary != self.me);
        if let Some(primary) = primary.filter(|_| !config.is_arbiter(self.me, self.nodes)) {
            cx.send(primary, self.says(Says::Fetch(self.end())));
        }
    }

    /// The same, without a primary: of whoever has most. One that may not stand itself would
    /// otherwise keep from office for ever whoever has less.
    pub(super) fn fetch_of_any(&self, cx: Cx<'_, '_>) {
        let has = |member: &NodeId| self.known[member.index()].end;
        let best = NodeId::all(self.nodes).max_by_key(has).filter(|best| has(best) > self.end());
        if let Some(best) = best.filter(|_| self.primary.is_none()) {
            cx.send(best, self.says(Says::Fetch(self.end())));
        }
    }

    /// Rule 12. A fetch that finds nothing new waits with the primary.
    pub(super) fn serve(
        &mut self,
        config: &Config,
        from: NodeId,
        end: LogEnd,
        is_current: bool,
        cx: Cx<'_, '_>,
    ) {
        cx.cite(SERVE);
        self.known[from.index()].end = end;
        if end < self.end() {
            self.send_oplog(from, cx);
        } else if self.is_primary() {
            self.fetching.insert(from);
        }
        if is_current && self.is_primary() {
            self.commit(config, end, cx);
            self.hand_over(config, cx);
        }
    }

    pub(super) fn send_oplog(&self, to: NodeId, cx: Cx<'_, '_>) {
        let (oplog, committed) = (self.stable.oplog, self.committed);
        cx.send(to, self.says(Says::Oplog { oplog, committed }));
    }

    /// An oplog of this term arrives.
    pub(super) fn receive(
        &mut self,
        config: &Config,
        from: NodeId,
        oplog: History,
        committed: u32,
        cx: Cx<'_, '_>,
    ) {
        if self.phase == Phase::CatchingUp {
            return self.catch_up_with(config, oplog, cx);
        }
        if self.primary == Some(from) {
            self.await_primary(config, cx);
        } else if self.primary.is_some() || self.phase != Phase::Secondary {
            return;
        }
        if oplog.end_at(oplog.len) > self.end() {
            self.replicate(oplog, cx);
            self.save(config, cx);
            self.fetch(config, cx);
        }
        self.know_committed(committed);
    }

    /// Rule 13.
    fn replicate(&mut self, oplog: History, cx: Cx<'_, '_>) {
        let common = self.stable.oplog.common(&oplog);
        if common < self.stable.oplog.len {
            cx.cite(ROLLBACK);
            self.roll_back(common, cx);
        }
        cx.cite(REPLICATE);
        self.take_over(oplog, cx);
    }

    pub(super) fn take_over(&mut self, oplog: History, cx: Cx<'_, '_>) {
        self.stable.oplog = oplog;
        self.unsaved = true;
        cx.note(Note::Log(self.end()));
    }

    /// What is dropped before it is replaced matters to clients only if they were told that it
    /// was done; the observers hear of it then.
    fn roll_back(&mut self, common: u32, cx: Cx<'_, '_>) {
        self.rolled_back += self.stable.oplog.len - common;
        if common < self.stable.acknowledged.max(self.committed) {
            cx.note(Note::Log(self.stable.oplog.end_at(common)));
        }
        self.stable.acknowledged = self.stable.acknowledged.min(common);
        self.committed = self.committed.min(common);
    }

    /// The primary knows so many entries to be on a majority. Only what it shares with this
    /// member counts, and an entry of its own term is shared with all before it.
    pub(super) fn know_committed(&mut self, committed: u32) {
        if self.end().term == self.stable.term {
            self.committed = self.committed.max(committed.min(self.stable.oplog.len));
        }
    }
}
