//! Taking over from a primary that nothing is wrong with: because another member is preferred, or
//! because it has what the primary still fetches.

use super::rules::*;
use super::{Config, Cx, MongoDb, Timer};
use crate::ids::{LogEnd, NodeId};

/// Why a member waits to take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Takeover {
    /// It is preferred to the primary.
    Priority,
    /// It has more than a primary that takes no writes yet.
    CatchUp,
}

impl MongoDb {
    /// Rule 3, first half: the primary was heard, and there is reason to stand later. What
    /// it has counts for more than that it is preferred, unless nobody is preferred to it.
    pub(super) fn consider_takeover(&mut self, config: &Config, primary: NodeId, cx: Cx<'_, '_>) {
        if self.takeover.is_some() {
            return;
        }
        let is_preferred = self.is_preferred_to(primary, config);
        let is_first = config.rank(self.me, self.nodes) == 0;
        if self.is_ahead(config, cx) && !(is_preferred && is_first) {
            self.takeover = Some(Takeover::CatchUp);
            cx.set_timer(Timer::Takeover, config.catch_up_takeover_ms);
        } else if is_preferred {
            self.takeover = Some(Takeover::Priority);
            let after = config.priority_takeover(self.me, self.nodes);
            cx.set_random_timer(Timer::Takeover, after, config.offset());
        }
    }

    /// Rule 3, second half: if the reason still holds.
    pub(super) fn take_over_office(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Some(reason) = self.takeover.take() else { return };
        let Some(primary) = self.primary else { return };
        match reason {
            Takeover::Priority if self.is_preferred_to(primary, config) => cx.cite(TAKEOVER),
            Takeover::CatchUp if self.is_ahead(config, cx) => cx.cite(CATCH_UP_TAKEOVER),
            _ => return,
        }
        self.hold_election(config, cx);
    }

    pub(super) fn is_preferred_to(&self, other: NodeId, config: &Config) -> bool {
        config.priority(self.me, self.nodes) > config.priority(other, self.nodes)
    }

    /// Whether it has more than the primary and no less than anybody who is there, and nothing of
    /// this term yet: so the primary is still catching up.
    fn is_ahead(&self, config: &Config, cx: Cx<'_, '_>) -> bool {
        let now = cx.counted();
        let has = |member: NodeId| self.known[member.index()].end;
        let alive = NodeId::all(self.nodes).filter(|it| self.is_alive(config, *it, now));
        let others: LogEnd = alive.map(has).max().unwrap_or_default();
        config.may_stand(self.me, self.nodes)
            && self.primary.is_some_and(|primary| self.end() > has(primary))
            && self.end() >= others
            && self.end().term < self.stable.term
    }
}
