//! Standing for election: asking for votes, giving one's own, counting, waiting.

use super::config::{Broken, Config};
use super::rules::{BACK_OFF, COUNT, LED, REFUSE, STAND, VOTE};
use super::{Ask, Cx, KRaft, Message, Phase, Timer};
use crate::ids::{LogEnd, NodeId};
use crate::protocol::Note;
use crate::time::Span;
use crate::view::NodeSet;

impl KRaft {
    /// Rule 4.
    pub(super) fn stand(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let again = self.phase == Phase::Candidate;
        self.retries = if again { self.retries + 1 } else { 1 };
        for timer in [Timer::Silence, Timer::Fetch, Timer::Backoff] {
            cx.cancel_timer(timer);
        }
        cx.cite(STAND);
        self.stable.epoch += 1;
        self.stable.voted_for = Some(self.me);
        self.unsaved = true;
        cx.note(Note::Candidate(self.number()));
        self.believe(None, cx);
        self.ask_for_votes(config, cx);
    }

    /// Also of a candidate that has crashed and starts again in its epoch.
    pub(super) fn ask_for_votes(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.phase = Phase::Candidate;
        (self.yes, self.no) = (NodeSet::from_iter([self.me]), NodeSet::EMPTY);
        (self.timed_out, self.backing_off) = (false, false);
        cx.note(Note::Vote(self.me, self.number()));
        self.save(config, cx);
        self.await_election(config, cx);
        cx.broadcast(self.says(Ask::Vote(self.stable.log.end())));
        self.lead_if_elected(config, cx);
    }

    pub(super) fn await_election(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.set_random_timer(
            Timer::Election,
            config.election_timeout_ms,
            config.election_timeout_ms,
        );
    }

    /// The election timer of a candidate has run out.
    pub(super) fn time_out(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.timed_out = true;
        self.back_off(config, cx);
    }

    /// Rule 5.
    fn back_off(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !self.backing_off {
            cx.cite(BACK_OFF);
            self.backing_off = true;
            cx.set_random_timer(Timer::Backoff, Span::ZERO, config.backoff(self.retries));
        }
    }

    /// Rules 7 and 8: somebody asks for the vote of this epoch.
    pub(super) fn asked(&mut self, config: &Config, from: NodeId, last: LogEnd, cx: Cx<'_, '_>) {
        let granted = self.grants(config, from, last);
        if granted {
            cx.cite(VOTE);
            if self.stable.voted_for != Some(from) {
                self.stable.voted_for = Some(from);
                self.unsaved = true;
                self.await_election(config, cx);
            }
            cx.note(Note::Vote(from, self.number()));
        } else {
            cx.cite(if self.stable.leader.is_some() { LED } else { REFUSE });
            cx.note(Note::Refuse(from, self.number()));
        }
        self.save(config, cx);
        let leader = self.stable.leader;
        cx.send(from, self.says(Ask::Voted { granted, leader }));
    }

    fn grants(&self, config: &Config, from: NodeId, last: LogEnd) -> bool {
        let may = match self.phase {
            Phase::Unattached => true,
            Phase::Follower => !config.keeps(Broken::RefusesBesideLeader),
            Phase::Candidate | Phase::Leader | Phase::Resigned => false,
        };
        let up_to_date = last >= self.stable.log.end() || !config.keeps(Broken::LogCompared);
        let free = self.stable.voted_for.is_none() || !config.keeps(Broken::OneVote);
        may && (self.stable.voted_for == Some(from) || free && up_to_date)
    }

    /// Rule 9.
    pub(super) fn count(&mut self, config: &Config, from: NodeId, granted: bool, cx: Cx<'_, '_>) {
        if self.phase != Phase::Candidate {
            return;
        }
        if granted {
            cx.cite(COUNT);
            self.yes.insert(from);
            self.lead_if_elected(config, cx);
            return;
        }
        self.no.insert(from);
        if u32::from(self.nodes) - self.no.len() < cx.majority() {
            self.back_off(config, cx);
        }
        cx.cite(COUNT);
    }

    fn lead_if_elected(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.yes.len() >= cx.majority() {
            self.lead(config, cx);
        }
    }

    pub(super) fn says(&self, ask: Ask) -> Message {
        Message { epoch: self.stable.epoch, ask }
    }
}
