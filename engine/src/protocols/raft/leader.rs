//! Leading: telling the others, keeping track of their logs, handing over, stepping down.

use super::rules::{COMMIT, LEAD, NEXT, TRANSFER};
use super::{Ask, Config, Log, Phase, Progress, Raft, Timer};
use crate::ids::NodeId;
use crate::protocol::{Context, Note};
use crate::view::NodeSet;

/// How many entries clients may add before the log has room only for the no-ops of leaders.
const CLIENT_ENTRIES: u8 = Log::ROOM as u8 / 2;
/// A client's entry comes with every so many heartbeats.
const BEATS_PER_ENTRY: u32 = 10;

impl Raft {
    /// Rule 20.
    pub(super) fn lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(LEAD);
        self.phase = Phase::Leader;
        self.leader = Some(self.me);
        self.transfer_to = None;
        self.beats = 0;
        cx.note(Note::Lead(self.number()));
        cx.note(Note::Believe(self.leader, self.number()));
        cx.cancel_timer(Timer::Election);
        let next = self.stable.log.last() + 1;
        self.progress.clear();
        self.progress.resize(usize::from(self.nodes), Progress { next, matched: 0 });
        self.append(cx);
        self.tell_all(cx);
        if config.writes {
            cx.write(self.number());
        }
        cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
        if config.check_quorum {
            self.look_again(config, cx);
        }
    }

    pub(super) fn stop_leading(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.phase != Phase::Leader {
            return;
        }
        cx.note(Note::StepDown(self.number()));
        for timer in [Timer::Heartbeat, Timer::Quorum, Timer::Transfer] {
            cx.cancel_timer(timer);
        }
        self.phase = Phase::Follower;
        self.lose_leader(config, cx);
        self.await_leader(config, cx);
    }

    /// A follower has this leader's log up to an index.
    pub(super) fn matches(&mut self, from: NodeId, index: u8, cx: &mut Context<'_, Self>) {
        let last = self.stable.log.last();
        if index > self.progress[from.index()].matched {
            self.progress[from.index()] = Progress { next: index + 1, matched: index };
            self.commit(index, cx);
            if index < last {
                cx.cite(NEXT);
                self.tell(from, cx);
            } else if self.transfer_to == Some(from) {
                cx.cite(TRANSFER);
                cx.send(from, self.says(Ask::TimeoutNow));
            }
        }
    }

    /// Rule 13 (§5.4.2): only entries of the current term are counted.
    pub(super) fn commit(&mut self, index: u8, cx: &mut Context<'_, Self>) {
        if index <= self.committed || self.stable.log.term(index) != Some(self.stable.term) {
            return;
        }
        let others = NodeId::all(self.nodes).filter(|node| *node != self.me);
        let have = others.filter(|node| self.progress[node.index()].matched >= index).count();
        if have as u32 + 1 >= cx.majority() {
            cx.cite(COMMIT);
            self.committed = index;
        }
    }

    /// A leader adds an entry of its term.
    pub(super) fn append(&mut self, cx: &mut Context<'_, Self>) {
        if self.stable.log.has_room() {
            self.stable.log.push(self.stable.term);
            self.unsaved = true;
            cx.note(Note::Log(self.stable.log.end()));
            // A cluster of one needs nobody else.
            self.commit(self.stable.log.last(), cx);
        }
    }

    pub(super) fn serve_clients(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !config.writes || self.transfer_to.is_some() {
            return;
        }
        cx.write(self.number());
        self.beats = (self.beats + 1) % BEATS_PER_ENTRY;
        if self.beats == 0 && self.stable.log.last() < CLIENT_ENTRIES {
            self.append(cx);
        }
    }

    pub(super) fn tell_all(&self, cx: &mut Context<'_, Self>) {
        for node in NodeId::all(self.nodes).filter(|node| *node != self.me) {
            self.tell(node, cx);
        }
    }

    /// AppendEntries for one node, with the next entry that it lacks.
    pub(super) fn tell(&self, to: NodeId, cx: &mut Context<'_, Self>) {
        let next = self.progress[to.index()].next;
        let previous = self.stable.log.end_at(next - 1);
        let entry = self.stable.log.term(next);
        cx.send(to, self.says(Ask::Append { previous, entry, committed: self.committed }));
    }

    /// Looks after the shortest timeout whom it has heard since now.
    pub(super) fn look_again(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.heard = NodeSet::from_iter([self.me]);
        cx.set_timer(Timer::Quorum, config.election_min_ms);
    }

    /// Rule 17 (thesis §3.10).
    pub(super) fn transfer(&mut self, config: &Config, to: NodeId, cx: &mut Context<'_, Self>) {
        if to == self.me {
            self.transfer_to = None;
            cx.cancel_timer(Timer::Transfer);
            return;
        }
        if to.0 >= self.nodes || self.transfer_to == Some(to) {
            return;
        }
        self.transfer_to = Some(to);
        cx.set_timer(Timer::Transfer, config.election_min_ms);
        if self.progress[to.index()].matched == self.stable.log.last() {
            cx.send(to, self.says(Ask::TimeoutNow));
        } else {
            self.tell(to, cx);
        }
    }
}
