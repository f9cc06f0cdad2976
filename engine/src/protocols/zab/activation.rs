//! From a vote to a leader, and how long it stays one: rules 9 to 20.

use super::*;

impl Followers {
    pub(super) fn hear(&mut self, from: NodeId) {
        self.heard[from.index()] = self.half_ticks / 2;
    }

    /// Forgets those that were not heard for longer than this many ticks.
    fn drop_silent(&mut self, me: NodeId, sync_limit: u32) {
        let tick = self.half_ticks / 2;
        for node in self.synchronised.iter() {
            if node != me && tick > self.heard[node.index()] + sync_limit {
                self.synchronised.remove(node);
            }
        }
    }
}

impl Zab {
    /// Whether this follower waits for its leader to answer.
    pub(super) fn registers_with(&self, from: NodeId) -> bool {
        self.state == State::Following(Learner::Registering) && from == self.vote.leader
    }

    /// Whether this follower has the history of this leader and epoch.
    pub(super) fn follows(&self, from: NodeId, epoch: Token) -> bool {
        matches!(self.state, State::Following(Learner::Synchronised | Learner::Serving))
            && from == self.vote.leader
            && epoch == self.stable.accepted
    }

    /// Whether this server has proposed this epoch and may still lead, or leads.
    pub(super) fn leads_in(&self, epoch: Token) -> bool {
        matches!(self.state, State::Leading(phase) if phase != Phase::Discovery)
            && epoch == self.stable.accepted
    }

    pub(super) fn begin_to_follow(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.state = State::Following(Learner::Registering);
        self.counts = false;
        cx.set_timer(Timer::Silence, config.init_time());
        cx.cite(REGISTER);
        self.say_again(config, cx);
    }

    /// Says to the leader what it has not answered yet.
    pub(super) fn say_again(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let accepted = self.stable.accepted;
        let message = match self.state {
            State::Following(Learner::Registering) => Message::FollowerInfo(accepted),
            _ => Message::Ack(accepted),
        };
        cx.send(self.vote.leader, message);
        cx.set_timer(Timer::Register, config.tick_ms);
    }

    pub(super) fn begin_to_lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.state = State::Leading(Phase::Discovery);
        let me: NodeSet = [self.me].into_iter().collect();
        self.followers.registered = me;
        self.followers.highest = self.stable.accepted;
        self.followers.answered = me;
        self.followers.accepted = me;
        self.followers.synchronised = me;
        cx.set_timer(Timer::Activate, config.init_time());
        if config.keeps(Broken::Activation) {
            self.propose_epoch_if_due(config, cx);
        } else {
            self.promise(self.me, self.stable.accepted.next(), config, cx);
            self.activate(config, cx);
        }
    }

    /// A server registers, with the greatest epoch that it has accepted.
    pub(super) fn hear_of_follower(
        &mut self,
        from: NodeId,
        accepted: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let State::Leading(phase) = self.state else { return };
        if phase == Phase::Discovery {
            cx.cite(NEW_EPOCH);
            self.followers.registered.insert(from);
            self.followers.highest = self.followers.highest.max(accepted);
            self.propose_epoch_if_due(config, cx);
        } else if accepted > self.stable.accepted {
            cx.cite(NEWER);
            self.look(config, cx);
        } else {
            cx.cite(NEW_EPOCH);
            cx.send(from, self.leader_info());
        }
    }

    fn propose_epoch_if_due(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !self.is_majority(self.followers.registered) {
            return;
        }
        self.state = State::Leading(Phase::Acceptance);
        self.promise(self.me, self.followers.highest.next(), config, cx);
        self.send_to(self.followers.registered, self.leader_info(), cx);
        cx.set_timer(Timer::Activate, config.init_time());
        self.synchronise_if_due(config, cx);
    }

    fn leader_info(&self) -> Message {
        Message::LeaderInfo { epoch: self.stable.accepted, zxid: self.stable.zxid }
    }

    /// Gives this server's one vote of an epoch, and remembers it on disk before it is told.
    pub(super) fn promise(
        &mut self,
        leader: NodeId,
        epoch: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        cx.note(Note::Vote(leader, epoch));
        self.stable.accepted = epoch;
        if config.keeps(Broken::EpochOnDisk) {
            cx.persist(self.stable);
        }
    }

    pub(super) fn accept_epoch(
        &mut self,
        from: NodeId,
        epoch: Token,
        zxid: LogEnd,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let is_behind = zxid < self.stable.zxid && config.keeps(Broken::RefuseOlder);
        if epoch < self.stable.accepted || is_behind {
            cx.note(Note::Refuse(from, epoch));
            self.look(config, cx);
            return;
        }
        // An epoch that was accepted before does not count again: it may have been another
        // leader's.
        if epoch > self.stable.accepted {
            self.promise(from, epoch, config, cx);
            self.counts = true;
        }
        cx.send(from, Message::AckEpoch { epoch, counts: self.counts });
    }

    pub(super) fn epoch_accepted(
        &mut self,
        from: NodeId,
        counts: bool,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.followers.answered.insert(from);
        if counts {
            self.followers.accepted.insert(from);
        }
        if self.state == State::Leading(Phase::Acceptance) {
            self.synchronise_if_due(config, cx);
        } else {
            cx.send(from, Message::NewLeader(self.stable.accepted));
        }
    }

    fn synchronise_if_due(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !self.is_majority(self.followers.accepted) {
            return;
        }
        self.state = State::Leading(Phase::Synchronisation);
        self.send_to(self.followers.answered, Message::NewLeader(self.stable.accepted), cx);
        cx.set_timer(Timer::Activate, config.init_time());
        self.activate_if_due(config, cx);
    }

    pub(super) fn take_history_over(
        &mut self,
        from: NodeId,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.state = State::Following(Learner::Synchronised);
        self.log_new_leader(cx);
        cx.send(from, Message::Ack(self.stable.accepted));
        cx.set_timer(Timer::Register, config.tick_ms);
        cx.set_timer(Timer::Silence, config.sync_time());
    }

    /// The proposal `NEWLEADER` is the last of the history now.
    pub(super) fn log_new_leader(&mut self, cx: &mut Context<'_, Self>) {
        let term = u32::try_from(self.stable.accepted.0).unwrap_or(u32::MAX);
        self.stable.zxid = LogEnd { term, index: 0 };
        cx.persist(self.stable);
        cx.note(Note::Log(self.stable.zxid));
    }

    pub(super) fn history_taken_over(
        &mut self,
        from: NodeId,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.followers.synchronised.insert(from);
        if self.state == State::Leading(Phase::Broadcast) {
            self.followers.hear(from);
            cx.send(from, Message::UpToDate(self.stable.accepted));
        } else {
            self.activate_if_due(config, cx);
        }
    }

    fn activate_if_due(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let due = self.state == State::Leading(Phase::Synchronisation);
        if due && self.is_majority(self.followers.synchronised) {
            self.activate(config, cx);
        }
    }

    /// From now on this server leads.
    pub(super) fn activate(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let epoch = self.stable.accepted;
        self.state = State::Leading(Phase::Broadcast);
        self.vote.peer_epoch = epoch;
        self.followers.half_ticks = 0;
        self.followers.heard.fill(0);
        cx.note(Note::Lead(epoch));
        cx.note(Note::Believe(Some(self.me), epoch));
        self.log_new_leader(cx);
        cx.cancel_timer(Timer::Activate);
        self.send_to(self.followers.synchronised, Message::UpToDate(epoch), cx);
        self.write(config, cx);
        cx.set_timer(Timer::Heartbeat, config.half_tick());
    }

    /// Says to the others of a set the same.
    fn send_to(&self, set: NodeSet, message: Message, cx: &mut Context<'_, Self>) {
        for node in set.iter().filter(|node| *node != self.me) {
            cx.send(node, message);
        }
    }

    pub(super) fn serve(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.state == State::Following(Learner::Synchronised) {
            self.state = State::Following(Learner::Serving);
            self.vote.peer_epoch = self.stable.accepted;
            cx.note(Note::Believe(Some(self.vote.leader), self.stable.accepted));
            cx.cancel_timer(Timer::Register);
        }
        cx.set_timer(Timer::Silence, config.sync_time());
    }

    pub(super) fn ping(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.followers.half_ticks += 1;
        if self.followers.half_ticks.is_multiple_of(2) {
            self.followers.drop_silent(self.me, config.sync_limit);
            if !self.is_majority(self.followers.synchronised) {
                self.look(config, cx);
                return;
            }
        }
        self.send_to(self.followers.synchronised, Message::Ping(self.stable.accepted), cx);
        self.write(config, cx);
        cx.set_timer(Timer::Heartbeat, config.half_tick());
    }

    fn write(&self, config: &Config, cx: &mut Context<'_, Self>) {
        if config.writes {
            cx.write(self.stable.accepted);
        }
    }
}
