//! A coordinator: it takes one conditional update of its client through the four round trips.

use super::config::{Broken, Config};
use super::replica::Replica;
use super::{
    APPLIED, ASK, CHOSEN, CONTEND, COUNT, Cassandra, FINISH, Message, NOT_APPLIED, PREPARE,
    PROPOSE, READ, REPAIR, Timer, UNKNOWN, Update,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, RuleId};
use crate::protocols::paxos::{Accepted, ballot, later, round_of};
use crate::time::Span;
use crate::view::{Ballots, NodeSet};

/// What a coordinator is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Its client asks for nothing.
    Idle,
    /// It was outbid, and waits before it tries again.
    BackOff,
    /// It asks for promises.
    Preparing {
        /// What was accepted at the highest ballot.
        unfinished: Option<Accepted<Update>>,
        /// The latest row, and which replicas have it.
        newest: (Option<Accepted<Update>>, NodeSet),
    },
    /// It reads the row; this is the latest that it has seen.
    Reading(Option<Accepted<Update>>),
    /// It asks to accept this.
    Proposing(Update),
    /// It waits until a majority has written this.
    Committing(Update),
}

/// What its client was told so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Told {
    pub applied: u32,
    pub not_applied: u32,
    pub unknown: u32,
}

/// A coordinator, and its client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Coordinator {
    pub phase: Phase,
    /// The ballot of its current attempt.
    pub mine: Token,
    /// The highest ballot that others were heard to have promised.
    heard: Token,
    pub ballots: Ballots,
    /// The version that its client has seen: the condition.
    pub seen: u32,
    pub told: Told,
}

type Cx<'a, 'b> = &'a mut Context<'b, Cassandra>;

impl Coordinator {
    pub fn boot(seen: u32, config: &Config, cx: Cx<'_, '_>) -> Coordinator {
        let coordinator = Coordinator {
            phase: Phase::Idle,
            mine: Token(0),
            heard: Token(0),
            ballots: Ballots::default(),
            seen,
            told: Told::default(),
        };
        coordinator.wait(config, cx);
        coordinator
    }

    /// Its client waits before the next update.
    fn wait(&self, config: &Config, cx: Cx<'_, '_>) {
        if config.every_ms != Span::ZERO {
            cx.set_random_timer(Timer::Client, Span::ZERO, config.every_ms);
        }
    }

    fn has_quorum(&self) -> bool {
        self.ballots.have.len() >= self.ballots.needed
    }

    /// Counts the answers from here on, beginning with its own.
    fn begin_count(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let have = NodeSet::from_iter([cx.me()]);
        let needed = config.quorum(cx.nodes());
        self.ballots = Ballots { have, refused: NodeSet::EMPTY, needed };
    }
}

impl Cassandra {
    /// Rule 1.
    pub(super) fn ask(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.coordinator.phase == Phase::Idle {
            cx.cite(ASK);
            cx.cancel_timer(Timer::Client);
            cx.set_timer(Timer::Timeout, config.timeout_ms);
            self.prepare(config, cx);
        }
    }

    /// Rule 2.
    pub(super) fn prepare(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(PREPARE);
        let highest = self.replica.acceptor.promised.max(self.coordinator.heard);
        let mine = ballot(round_of(highest) + 1, cx.me());
        self.replica.promise(mine, config, cx);
        self.coordinator.mine = mine;
        let newest = (self.replica.row, NodeSet::from_iter([cx.me()]));
        let unfinished = self.replica.acceptor.accepted;
        self.coordinator.phase = Phase::Preparing { unfinished, newest };
        self.coordinator.begin_count(config, cx);
        cx.broadcast(Message::Prepare(mine));
        self.prepared(config, cx);
    }

    pub(super) fn promised(
        &mut self,
        from: NodeId,
        accepted: Option<Accepted<Update>>,
        row: Option<Accepted<Update>>,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        let Phase::Preparing { unfinished, newest } = &mut self.coordinator.phase else { return };
        *unfinished = later(*unfinished, accepted);
        let before = newest.0.map_or(Token(0), |row| row.ballot);
        let now = row.map_or(Token(0), |row| row.ballot);
        if now > before {
            *newest = (row, NodeSet::EMPTY);
        }
        if now >= before {
            newest.1.insert(from);
        }
        self.coordinator.ballots.have.insert(from);
        self.prepared(config, cx);
    }

    /// Rules 5 to 7, if a majority has promised.
    fn prepared(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Phase::Preparing { unfinished, newest } = self.coordinator.phase else { return };
        if !self.coordinator.has_quorum() {
            return cx.cite(COUNT);
        }
        let committed = newest.0.map_or(Token(0), |row| row.ballot);
        let half_done = unfinished.filter(|unfinished| unfinished.ballot > committed);
        if let Some(Accepted { value, .. }) = half_done
            && config.keeps(Broken::UnfinishedIgnored)
        {
            return self.propose(FINISH, value, config, cx);
        }
        match newest.0 {
            Some(row) if newest.1.len() < self.coordinator.ballots.have.len() => {
                cx.cite(REPAIR);
                let behind = self.coordinator.ballots.have.iter();
                self.repair(row, behind.filter(|it| !newest.1.contains(*it)), config, cx);
            }
            _ => self.read(config, cx),
        }
    }

    /// Rule 6: then from the beginning.
    fn repair(
        &mut self,
        row: Accepted<Update>,
        behind: impl Iterator<Item = NodeId>,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        for replica in behind {
            match replica == cx.me() {
                true => self.replica.commit(row, cx),
                false => cx.send(replica, Message::Commit(row)),
            }
        }
        self.prepare(config, cx);
    }

    /// Rule 7.
    fn read(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(READ);
        self.coordinator.phase = Phase::Reading(self.replica.row);
        self.coordinator.begin_count(config, cx);
        cx.broadcast(Message::Read(self.coordinator.mine));
        self.was_read(config, cx);
    }

    pub(super) fn row(
        &mut self,
        from: NodeId,
        row: Option<Accepted<Update>>,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        if let Phase::Reading(newest) = &mut self.coordinator.phase {
            *newest = later(*newest, row);
            self.coordinator.ballots.have.insert(from);
            self.was_read(config, cx);
        }
    }

    /// Rules 8 and 9, if a majority has answered.
    fn was_read(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Phase::Reading(newest) = self.coordinator.phase else { return };
        if !self.coordinator.has_quorum() {
            return cx.cite(COUNT);
        }
        let version = newest.map_or(0, |row| row.value.version);
        let seen = self.coordinator.seen;
        if version != seen && config.keeps(Broken::ConditionIgnored) {
            cx.cite(NOT_APPLIED);
            self.coordinator.told.not_applied += 1;
            return self.end(version, config, cx);
        }
        let first_ballot = self.coordinator.mine;
        let update = Update { version: seen + 1, by: cx.me(), first_ballot };
        self.propose(PROPOSE, update, config, cx);
    }

    fn propose(&mut self, rule: RuleId, update: Update, config: &Config, cx: Cx<'_, '_>) {
        let mine = self.coordinator.mine;
        // Its own replica may have promised more by now.
        if !self.replica.acceptor.may_accept(mine) {
            return self.contend(self.replica.acceptor.promised, config, cx);
        }
        cx.cite(rule);
        self.coordinator.phase = Phase::Proposing(update);
        self.coordinator.begin_count(config, cx);
        self.replica.accept(mine, update, config, cx);
        cx.broadcast(Message::Propose(mine, update));
        self.accepted(config, cx);
    }

    pub(super) fn voted(&mut self, from: NodeId, config: &Config, cx: Cx<'_, '_>) {
        if matches!(self.coordinator.phase, Phase::Proposing(_)) {
            self.coordinator.ballots.have.insert(from);
            self.accepted(config, cx);
        }
    }

    /// Rule 11, if a majority has accepted.
    fn accepted(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Phase::Proposing(update) = self.coordinator.phase else { return };
        if !self.coordinator.has_quorum() {
            return cx.cite(COUNT);
        }
        cx.cite(CHOSEN);
        let commit = Accepted { ballot: self.coordinator.mine, value: update };
        self.coordinator.phase = Phase::Committing(update);
        self.coordinator.begin_count(config, cx);
        self.replica.commit(commit, cx);
        cx.broadcast(Message::Commit(commit));
        self.committed(config, cx);
    }

    pub(super) fn acked(&mut self, from: NodeId, config: &Config, cx: Cx<'_, '_>) {
        if matches!(self.coordinator.phase, Phase::Committing(_)) {
            self.coordinator.ballots.have.insert(from);
            self.committed(config, cx);
        }
    }

    /// Rule 13, if a majority has written. What was finished for another is only the beginning.
    fn committed(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Phase::Committing(update) = self.coordinator.phase else { return };
        if !self.coordinator.has_quorum() {
            return cx.cite(COUNT);
        }
        if !self.is_own(update) {
            return self.prepare(config, cx);
        }
        cx.cite(APPLIED);
        self.coordinator.told.applied += 1;
        self.end(update.version, config, cx);
    }

    /// Whether the update was made for the client in this attempt. One that was left over from
    /// an earlier attempt is finished like anybody's.
    fn is_own(&self, update: Update) -> bool {
        update.first_ballot == self.coordinator.mine
    }

    /// Somebody has promised a higher ballot.
    pub(super) fn refused(
        &mut self,
        from: NodeId,
        promised: Token,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        match self.coordinator.phase {
            Phase::Proposing(update) if self.is_own(update) => {
                let Ballots { refused, needed, .. } = &mut self.coordinator.ballots;
                refused.insert(from);
                // Some have accepted it, and another may find it there and finish it.
                if refused.len() + *needed > u32::from(cx.nodes()) {
                    self.coordinator.heard = self.coordinator.heard.max(promised);
                    self.give_up(config, cx);
                }
            }
            Phase::Preparing { .. } | Phase::Proposing(_) => self.contend(promised, config, cx),
            _ => {}
        }
    }

    /// Rule 10: another coordinator has a higher ballot.
    fn contend(&mut self, promised: Token, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(CONTEND);
        self.coordinator.heard = self.coordinator.heard.max(promised);
        self.coordinator.phase = Phase::BackOff;
        cx.set_random_timer(Timer::BackOff, Span::ZERO, config.back_off_ms);
    }

    /// Rule 14.
    pub(super) fn give_up(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(UNKNOWN);
        self.coordinator.told.unknown += 1;
        self.end(self.coordinator.seen, config, cx);
    }

    /// The client is told, and has seen this version.
    fn end(&mut self, seen: u32, config: &Config, cx: Cx<'_, '_>) {
        self.coordinator.phase = Phase::Idle;
        self.coordinator.seen = seen;
        cx.cancel_timer(Timer::Timeout);
        cx.cancel_timer(Timer::BackOff);
        self.coordinator.wait(config, cx);
    }

    /// What the coordinator is doing, in words.
    pub(super) fn doing(&self) -> String {
        let mine = self.coordinator.mine;
        match self.coordinator.phase {
            Phase::Idle => "nothing under way".to_owned(),
            Phase::BackOff => "waits: another was faster".to_owned(),
            Phase::Preparing { .. } => format!("preparing {mine}"),
            Phase::Reading(_) => "reading".to_owned(),
            Phase::Proposing(update) => {
                format!("proposing {} at {mine}", Replica::words(accepted(update, mine)))
            }
            Phase::Committing(update) => {
                format!("committing {}", Replica::words(accepted(update, mine)))
            }
        }
    }
}

fn accepted(value: Update, ballot: Token) -> Option<Accepted<Update>> {
    Some(Accepted { ballot, value })
}
