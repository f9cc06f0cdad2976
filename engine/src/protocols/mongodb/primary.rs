//! Being the primary: catching up, taking writes, handing over, stepping down.

use super::rules::*;
use super::{Broken, Config, Cx, MongoDb, Phase, Says, Timer};
use crate::ids::{LogEnd, NodeId};
use crate::protocol::Note;
use crate::protocols::history::History;
use crate::time::{SimTime, Span};
use crate::view::NodeSet;

impl MongoDb {
    fn others(&self) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        NodeId::all(self.nodes).filter(move |node| *node != me)
    }

    /// Rule 20.
    pub(super) fn lead(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        self.take_office(config, cx);
        self.phase = Phase::CatchingUp;
        self.tell_all(cx);
        cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
        self.look_for_more(config, cx);
    }

    /// Whoever has voted for it was just there.
    pub(super) fn take_office(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.primary = Some(self.me);
        self.answered = NodeSet::EMPTY;
        self.fetching = NodeSet::EMPTY;
        self.catching_up = None;
        self.hands_over_to = None;
        cx.note(Note::Lead(self.number()));
        cx.note(Note::Believe(self.primary, self.number()));
        cx.cancel_timer(Timer::Election);
        let now = cx.counted();
        for voter in self.yes.iter() {
            self.known[voter.index()].heard = Some(now);
        }
        cx.set_timer(Timer::Liveness, config.election_timeout_ms);
    }

    pub(super) fn is_alive(&self, config: &Config, member: NodeId, now: SimTime) -> bool {
        let heard = self.known[member.index()].heard;
        heard.is_some_and(|heard| now.since(heard) < config.election_timeout_ms)
    }

    /// A member has answered.
    pub(super) fn hear(&mut self, config: &Config, from: NodeId, cx: Cx<'_, '_>) {
        self.known[from.index()].heard = Some(cx.counted());
        if self.is_primary() {
            self.await_silence(config, cx);
        }
    }

    /// Waits until a majority was silent for the election timeout: from when the last one that
    /// it takes for a majority was heard.
    fn await_silence(&self, config: &Config, cx: Cx<'_, '_>) {
        let needed = cx.majority() as usize - 1;
        let heard = |member: NodeId| self.known[member.index()].heard;
        let since = |then| self.others().filter(|member| heard(*member) >= Some(then)).count();
        let last = self.others().filter_map(heard).filter(|then| since(*then) >= needed).max();
        if let Some(last) = last {
            let silent = cx.counted().since(last).as_micros();
            let rest = config.election_timeout_ms.as_micros().saturating_sub(silent);
            cx.set_timer(Timer::Liveness, Span::from_micros(rest));
        }
    }

    /// Rule 6.
    pub(super) fn look_for_majority(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let now = cx.counted();
        let alive = self.others().filter(|member| self.is_alive(config, *member, now)).count();
        if alive as u32 + 1 >= cx.majority() {
            self.await_silence(config, cx);
        } else if config.keeps(Broken::LeadsWithoutMajority) {
            cx.cite(NO_MAJORITY);
            self.stop_leading(config, cx);
        }
    }

    pub(super) fn stop_leading(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !self.is_primary() {
            return;
        }
        cx.note(Note::StepDown(self.number()));
        cx.cancel_timer(Timer::Liveness);
        cx.cancel_timer(Timer::Write);
        cx.cancel_timer(Timer::CatchUp);
        self.catching_up = None;
        self.phase = Phase::Secondary;
        self.lose_primary(cx);
        self.await_primary(config, cx);
    }

    /// Rules 21 and 22: when all that are there have answered, it has what they have or fetches
    /// it.
    pub(super) fn look_for_more(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.phase != Phase::CatchingUp || self.catching_up.is_some() {
            return;
        }
        let now = cx.counted();
        let alive = || self.others().filter(|member| self.is_alive(config, *member, now));
        let best = alive().max_by_key(|member| self.known[member.index()].end);
        let heard_all = alive().all(|member| self.answered.contains(member));
        let more = best.filter(|best| self.known[best.index()].end > self.end());
        match more {
            _ if !config.keeps(Broken::NoCatchUp) => self.become_writable(config, cx),
            _ if !heard_all => {}
            Some(best) => {
                cx.cite(CATCH_UP);
                cx.send(best, self.says(Says::Fetch(self.end())));
            }
            None => self.become_writable(config, cx),
        }
    }

    /// What another member has arrives. If it does not continue its own, it stays without it.
    pub(super) fn catch_up_with(&mut self, config: &Config, oplog: History, cx: Cx<'_, '_>) {
        if self.stable.oplog.common(&oplog) < self.stable.oplog.len {
            return self.become_writable(config, cx);
        }
        if oplog.len == self.stable.oplog.len || self.catching_up.is_some() {
            return self.look_for_more(config, cx);
        }
        self.catching_up = Some(oplog);
        match config.catch_up_entry_ms {
            Span::ZERO => self.end_catch_up(config, cx),
            each => {
                let lacks = u64::from(oplog.len - self.stable.oplog.len);
                cx.set_timer(Timer::CatchUp, each.times(lacks));
            }
        }
    }

    /// Rule 21, when it has read what it lacked.
    pub(super) fn end_catch_up(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if let Some(oplog) = self.catching_up.take() {
            cx.cite(CAUGHT_UP);
            self.take_over(oplog, cx);
            self.save(config, cx);
            self.look_for_more(config, cx);
        }
    }

    /// Rule 22.
    fn become_writable(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(WRITABLE);
        self.phase = Phase::Primary;
        self.stable.oplog.begin(self.stable.term);
        self.append(config, cx);
        self.serve_clients(config, cx);
    }

    pub(super) fn serve_clients(&self, config: &Config, cx: Cx<'_, '_>) {
        if config.writes {
            cx.write(self.number());
            cx.set_timer(Timer::Write, config.write_ms);
        }
    }

    /// Rule 7.
    pub(super) fn write(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(WRITE);
        if !config.majority {
            self.stable.acknowledged = self.stable.oplog.len + 1;
        }
        self.append(config, cx);
        self.serve_clients(config, cx);
    }

    /// An entry of its term, for all who wait for one.
    fn append(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.stable.oplog.len += 1;
        self.unsaved = true;
        cx.note(Note::Log(self.end()));
        self.save(config, cx);
        for member in std::mem::take(&mut self.fetching).iter() {
            self.send_oplog(member, cx);
        }
        // A set of one needs nobody else.
        self.commit(config, self.end(), cx);
    }

    /// Rule 14: another member has everything up to there.
    pub(super) fn commit(&mut self, config: &Config, end: LogEnd, cx: Cx<'_, '_>) {
        let is_own = end.term == self.stable.term && end.index > self.committed;
        if !is_own {
            return;
        }
        // Entries of this term are its own: whoever has one has all before it.
        let has = |member: &NodeId| self.known[member.index()].end >= end;
        if self.others().filter(has).count() as u32 + 1 >= config.write_majority(self.nodes) {
            cx.cite(COMMIT);
            self.committed = end.index;
        }
    }

    /// Rule 17, as soon as the other member has everything.
    pub(super) fn hand_over(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let is_there = |to: &NodeId| self.known[to.index()].end == self.end();
        if let Some(to) = self.hands_over_to.filter(is_there) {
            cx.cite(HAND_OVER);
            self.stop_leading(config, cx);
            cx.send(to, self.says(Says::StepUp));
        }
    }
}
