//! Leading: telling the voters, answering fetches, committing, resigning.

use super::config::{Broken, Config};
use super::rules::{CHECK_QUORUM, LEAD, SERVE};
use super::{Ask, Cx, KRaft, Phase, Timer};
use crate::ids::{LogEnd, NodeId};
use crate::protocol::Note;
use crate::view::NodeSet;

impl KRaft {
    /// Rule 10.
    pub(super) fn lead(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        self.phase = Phase::Leader;
        // The disk names the leader instead of the vote.
        self.stable.voted_for = None;
        self.led_from = self.stable.log.len();
        self.ends.fill(0);
        for timer in [Timer::Election, Timer::Backoff] {
            cx.cancel_timer(timer);
        }
        cx.note(Note::Lead(self.number()));
        self.believe(Some(self.me), cx);
        self.append(config, cx);
        self.begin(config, cx);
        self.trust(config, cx);
    }

    /// Rule 10, repeated by rule 11.
    pub(super) fn begin(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.broadcast(self.says(Ask::Begin));
        cx.set_timer(Timer::Begin, config.fetch_timeout_ms.half());
    }

    /// Rule 14.
    pub(super) fn append(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.stable.log.push(self.stable.epoch, 1);
        self.unsaved = true;
        cx.note(Note::Log(self.stable.log.end()));
        self.save(config, cx);
        self.commit(cx);
        if config.writes {
            cx.write(self.number());
        }
        cx.set_timer(Timer::Write, config.write_ms);
    }

    /// From now on a majority has to fetch again. A voter alone needs nobody.
    fn trust(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.fetched = NodeSet::EMPTY;
        if self.nodes > 1 {
            cx.set_timer(Timer::Quorum, config.check_quorum());
        }
    }

    /// Rule 15, of the leader.
    pub(super) fn serve(&mut self, config: &Config, from: NodeId, end: LogEnd, cx: Cx<'_, '_>) {
        if self.phase != Phase::Leader {
            return;
        }
        cx.cite(SERVE);
        if let Some(at) = self.stable.log.diverges(end) {
            cx.send(from, self.says(Ask::Diverging { base: end, at }));
            return;
        }
        self.ends[from.index()] = end.index;
        self.fetched.insert(from);
        if self.fetched.len() + 1 >= cx.majority() {
            self.trust(config, cx);
        }
        self.commit(cx);
        let batch = self.stable.log.batch_after(end.index);
        cx.send(from, self.says(Ask::Records { base: end, batch, high: self.high }));
    }

    /// What a majority has is committed, if an entry of this epoch is among it.
    fn commit(&mut self, cx: Cx<'_, '_>) {
        self.ends[self.me.index()] = self.stable.log.len();
        let reaches = |len: u32| self.ends.iter().filter(|end| **end >= len).count() as u32;
        let majority = self.ends.iter().copied().filter(|len| reaches(*len) >= cx.majority()).max();
        if let Some(len) = majority.filter(|len| *len > self.led_from) {
            self.high = self.high.max(len);
        }
    }

    /// Rule 17.
    pub(super) fn lose_quorum(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if config.keeps(Broken::CheckQuorum) {
            cx.cite(CHECK_QUORUM);
            self.resign(config, cx);
        }
    }

    /// Rule 18: who has most is told to stand first.
    pub(super) fn resign(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let mut successors: Vec<NodeId> =
            NodeId::all(self.nodes).filter(|node| *node != self.me).collect();
        successors.sort_by_key(|node| std::cmp::Reverse(self.ends[node.index()]));
        self.stop_leading(cx);
        self.phase = Phase::Resigned;
        cx.note(Note::Believe(None, self.number()));
        self.await_election(config, cx);
        let of = successors.len() as u8;
        for (place, node) in successors.into_iter().enumerate() {
            cx.send(node, self.says(Ask::End { place: place as u8, of }));
        }
    }

    pub(super) fn stop_leading(&mut self, cx: Cx<'_, '_>) {
        if self.phase == Phase::Leader {
            cx.note(Note::StepDown(self.number()));
            for timer in [Timer::Begin, Timer::Write, Timer::Quorum] {
                cx.cancel_timer(timer);
            }
        }
    }
}
