//! Following: who leads the epoch, and its log.

use super::config::Config;
use super::rules::{FETCH, FOLLOW, HEARD, NEWER, REPLICATE, SUCCEED, TRUNCATE};
use super::{Ask, Cx, KRaft, Phase, Timer};
use crate::ids::{LogEnd, NodeId};
use crate::protocol::Note;
use crate::time::Span;

impl KRaft {
    /// Rule 6: an epoch and perhaps its leader, from whatever message.
    pub(super) fn learn(
        &mut self,
        config: &Config,
        epoch: u32,
        leader: Option<NodeId>,
        cx: Cx<'_, '_>,
    ) {
        let newer = epoch > self.stable.epoch;
        // It may have led an epoch that its disk has lost.
        match leader.filter(|leader| *leader != self.me) {
            Some(leader) if newer || epoch == self.stable.epoch && self.stable.leader.is_none() => {
                self.follow(config, epoch, leader, cx);
            }
            None if newer => self.detach(config, epoch, cx),
            _ => {}
        }
    }

    /// A higher epoch whose leader is not known. A candidate, or who waits already, waits for
    /// the rest of its time.
    fn detach(&mut self, config: &Config, epoch: u32, cx: Cx<'_, '_>) {
        cx.cite(NEWER);
        let waits = matches!(self.phase, Phase::Candidate | Phase::Unattached);
        let is_over = self.phase == Phase::Candidate && self.timed_out;
        self.leave(cx);
        self.phase = Phase::Unattached;
        self.stable.epoch = epoch;
        self.stable.voted_for = None;
        self.unsaved = true;
        self.believe(None, cx);
        if is_over {
            cx.set_timer(Timer::Election, Span::ZERO);
        } else if !waits {
            self.await_election(config, cx);
        }
    }

    /// Ends what it did in another role.
    fn leave(&mut self, cx: Cx<'_, '_>) {
        self.stop_leading(cx);
        for timer in [Timer::Silence, Timer::Fetch, Timer::Backoff] {
            cx.cancel_timer(timer);
        }
    }

    /// Rule 12.
    pub(super) fn follow(&mut self, config: &Config, epoch: u32, leader: NodeId, cx: Cx<'_, '_>) {
        cx.cite(FOLLOW);
        self.leave(cx);
        cx.cancel_timer(Timer::Election);
        self.phase = Phase::Follower;
        self.stable.epoch = epoch;
        // The disk names the leader instead of the vote.
        self.stable.voted_for = None;
        self.unsaved = true;
        self.believe(Some(leader), cx);
        self.save(config, cx);
        self.await_answer(config, cx);
        self.fetch(config, cx);
    }

    /// The leader is there: from now on it has the whole fetch timeout again.
    fn await_answer(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.succeeds = false;
        cx.set_timer(Timer::Silence, config.fetch_timeout_ms);
    }

    /// Rule 15, of a follower.
    pub(super) fn fetch(&self, config: &Config, cx: Cx<'_, '_>) {
        if let (Phase::Follower, Some(leader)) = (self.phase, self.stable.leader) {
            cx.send(leader, self.says(Ask::Fetch(self.stable.log.end())));
            cx.set_timer(Timer::Fetch, config.fetch_ms);
        }
    }

    /// An answer to what it has asked last: its leader is there.
    fn is_answer(&self, from: NodeId, base: LogEnd) -> bool {
        self.phase == Phase::Follower
            && self.stable.leader == Some(from)
            && base == self.stable.log.end()
    }

    /// Rule 13 if there is nothing new, otherwise rule 16.
    pub(super) fn records(
        &mut self,
        config: &Config,
        (from, base): (NodeId, LogEnd),
        (of, count): (u32, u32),
        high: u32,
        cx: Cx<'_, '_>,
    ) {
        if !self.is_answer(from, base) {
            return;
        }
        cx.cite(if count == 0 { HEARD } else { REPLICATE });
        self.await_answer(config, cx);
        self.stable.log.push(of, count);
        self.high = self.high.max(high.min(self.stable.log.len()));
        if count > 0 {
            self.unsaved = true;
            cx.note(Note::Log(self.stable.log.end()));
            self.save(config, cx);
            cx.cite(FETCH);
            self.fetch(config, cx);
        }
    }

    /// Rule 16.
    pub(super) fn diverging(
        &mut self,
        config: &Config,
        (from, base): (NodeId, LogEnd),
        at: LogEnd,
        cx: Cx<'_, '_>,
    ) {
        if !self.is_answer(from, base) {
            return;
        }
        cx.cite(TRUNCATE);
        self.await_answer(config, cx);
        self.stable.log.truncate_to(at);
        self.unsaved = true;
        cx.note(Note::Log(self.stable.log.end()));
        self.save(config, cx);
        self.fetch(config, cx);
    }

    /// Rule 19.
    pub(super) fn succeed(
        &mut self,
        config: &Config,
        from: NodeId,
        (place, of): (u8, u8),
        cx: Cx<'_, '_>,
    ) {
        if self.phase == Phase::Follower && self.stable.leader == Some(from) {
            cx.cite(SUCCEED);
            self.succeeds = true;
            cx.set_timer(Timer::Silence, config.succession(place, of));
        }
    }
}
