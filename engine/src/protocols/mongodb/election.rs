//! Standing for election: the dry run, the votes, and giving one's own.

use super::rules::*;
use super::{Broken, Config, Cx, MongoDb, Phase, Says, Timer};
use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::Note;
use crate::view::NodeSet;

impl MongoDb {
    /// Rule 18. Nobody's term changes, so that a primary is left alone by who cannot win.
    pub(super) fn hold_election(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !config.keeps(Broken::NoDryRun) {
            return self.stand(config, cx);
        }
        cx.cite(DRY_RUN);
        self.phase = Phase::DryRun;
        cx.set_timer(Timer::Attempt, config.election_timeout_ms);
        self.ask(config, true, cx);
    }

    /// Rule 19.
    pub(super) fn stand(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(STAND);
        self.stable.term += 1;
        self.phase = Phase::Candidate;
        cx.note(Note::Candidate(self.number()));
        cx.cancel_timer(Timer::Attempt);
        self.lose_primary(cx);
        self.vote(self.me, cx);
        self.save(config, cx);
        self.ask(config, false, cx);
    }

    /// Asks all others for their votes, and counts its own.
    fn ask(&mut self, config: &Config, dry: bool, cx: Cx<'_, '_>) {
        self.await_primary(config, cx);
        (self.yes, self.no) = (NodeSet::from_iter([self.me]), NodeSet::EMPTY);
        cx.broadcast(self.says(Says::RequestVotes { end: self.end(), dry }));
        self.go_on_with_majority(config, cx);
    }

    pub(super) fn vote(&mut self, candidate: NodeId, cx: Cx<'_, '_>) {
        self.stable.voted_for = Some(candidate);
        self.unsaved = true;
        cx.note(Note::Vote(candidate, self.number()));
    }

    /// Rule 10.
    pub(super) fn answer_candidate(
        &mut self,
        config: &Config,
        candidate: NodeId,
        is_current: bool,
        end: LogEnd,
        dry: bool,
        cx: Cx<'_, '_>,
    ) {
        let protects = self.protects_primary(config, candidate, cx);
        let is_fit = is_current && !protects && self.takes(config, candidate, end);
        let is_free = self.stable.voted_for.is_none_or(|node| node == candidate);
        let yes = is_fit && (dry || is_free || !config.keeps(Broken::VotesTwice));
        if yes && !dry {
            cx.cite(VOTE);
            self.vote(candidate, cx);
            self.await_primary(config, cx);
            self.save(config, cx);
        } else if yes {
            cx.cite(WOULD_VOTE);
        } else {
            cx.cite(match (protects, dry) {
                (true, _) => ARBITER,
                (_, true) => WOULD_NOT,
                _ => REFUSE,
            });
            cx.note(Note::Refuse(candidate, Token(u64::from(self.stable.term))));
        }
        self.save(config, cx);
        cx.send(candidate, self.says(Says::Vote { yes, dry }));
    }

    /// Whether a candidate whose oplog ends there may have its vote. Priorities do not matter.
    fn takes(&self, config: &Config, candidate: NodeId, end: LogEnd) -> bool {
        match config.broken {
            Some(Broken::OlderOplogAccepted) => true,
            Some(Broken::PriorityDecidesVotes) => {
                end >= self.end() && !self.is_preferred_to(candidate, config)
            }
            _ => end >= self.end(),
        }
    }

    /// Whether it is an arbiter that hears a primary to which the candidate is not preferred.
    fn protects_primary(&self, config: &Config, candidate: NodeId, cx: Cx<'_, '_>) -> bool {
        let priority = |member| config.priority(member, self.nodes);
        let is_sound = |primary: &NodeId| {
            self.is_alive(config, *primary, cx.counted())
                && priority(*primary) >= priority(candidate)
        };
        config.is_arbiter(self.me, self.nodes)
            && config.keeps(Broken::ArbiterVotesForAll)
            && self.primary.filter(is_sound).is_some()
    }

    /// Rule 11.
    pub(super) fn count(&mut self, config: &Config, from: NodeId, yes: bool, cx: Cx<'_, '_>) {
        cx.cite(COUNT);
        if yes {
            self.yes.insert(from);
            self.no.remove(from);
            self.go_on_with_majority(config, cx);
        } else if !self.yes.contains(from) {
            self.no.insert(from);
            // Enough have refused: it replicates as before, and stands again after a timeout.
            if u32::from(self.nodes) - self.no.len() < cx.majority() {
                cx.cancel_timer(Timer::Attempt);
                self.go_on_as_secondary(cx);
            }
        }
    }

    pub(super) fn go_on_as_secondary(&mut self, cx: Cx<'_, '_>) {
        self.phase = Phase::Secondary;
        self.fetch_of_any(cx);
    }

    fn go_on_with_majority(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.yes.len() < cx.majority() {
            return;
        }
        match self.phase {
            Phase::DryRun => self.stand(config, cx),
            _ => self.lead(config, cx),
        }
    }
}
