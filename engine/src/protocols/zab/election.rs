//! Fast leader election: rules 1 to 8, and 21.

use super::*;

impl Zab {
    /// Begins a round.
    pub(super) fn look(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(LOOK);
        if self.state == State::Leading(Phase::Broadcast) {
            cx.note(Note::StepDown(self.stable.accepted));
        }
        for timer in [Timer::Finalize, Timer::Register, Timer::Silence, Timer::Activate] {
            cx.cancel_timer(timer);
        }
        cx.cancel_timer(Timer::Heartbeat);
        self.state = State::Looking;
        self.finalizing = false;
        self.round += 1;
        self.votes.fill(None);
        self.established.fill(None);
        self.vote = self.own_vote();
        self.patience = config.resend_ms;
        cx.note(Note::Candidate(self.stable.accepted));
        cx.note(Note::Believe(None, self.stable.accepted));
        self.tell_all(cx);
        cx.set_timer(Timer::Resend, self.patience);
        self.finalize_if_agreed(config, cx);
    }

    /// The vote with which this server begins.
    fn own_vote(&self) -> Vote {
        let zxid = self.stable.zxid;
        let peer_epoch = Token(u64::from(zxid.term));
        Vote { leader: self.me, zxid, round: self.round, peer_epoch }
    }

    pub(super) fn notification(&self) -> Notification {
        let state = match self.state {
            State::Looking => PeerState::Looking,
            State::Following(_) => PeerState::Following,
            State::Leading(_) => PeerState::Leading,
        };
        Notification { state, vote: self.vote }
    }

    /// Sends the vote to all others, and counts it here.
    pub(super) fn tell_all(&mut self, cx: &mut Context<'_, Self>) {
        let mine = self.notification();
        self.votes[self.me.index()] = Some(mine);
        cx.broadcast(Message::Notification(mine));
    }

    pub(super) fn is_better(&self, config: &Config, vote: &Vote) -> bool {
        is_better(config, vote, &self.vote)
    }

    /// Something was heard, so the wait for it begins again, and it is no wait for the end.
    pub(super) fn wait_on(&mut self, cx: &mut Context<'_, Self>) {
        if self.finalizing {
            self.finalizing = false;
            cx.cancel_timer(Timer::Finalize);
        }
        cx.set_timer(Timer::Resend, self.patience);
    }

    pub(super) fn answer_laggard(
        &self,
        from: NodeId,
        heard: &Notification,
        cx: &mut Context<'_, Self>,
    ) {
        if heard.is_looking() && heard.vote.round < self.round {
            cx.send(from, Message::Notification(self.notification()));
        }
    }

    pub(super) fn join_round(
        &mut self,
        from: NodeId,
        heard: Notification,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.round = heard.vote.round;
        self.votes.fill(None);
        self.vote = self.own_vote();
        if self.is_better(config, &heard.vote) {
            self.vote = heard.vote;
        }
        self.tell_all(cx);
        self.count(from, heard, config, cx);
    }

    pub(super) fn count(
        &mut self,
        from: NodeId,
        heard: Notification,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.votes[from.index()] = Some(heard);
        self.finalize_if_agreed(config, cx);
    }

    fn finalize_if_agreed(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.is_majority(self.supporters()) {
            self.finalizing = true;
            cx.cancel_timer(Timer::Resend);
            cx.set_timer(Timer::Finalize, config.finalize_ms);
        }
    }

    /// Who votes as this server does, itself included.
    pub(super) fn supporters(&self) -> NodeSet {
        agreeing(&self.votes, &self.notification())
    }

    pub(super) fn decide(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        self.finalizing = false;
        cx.cancel_timer(Timer::Resend);
        cx.cancel_timer(Timer::Finalize);
        if self.vote.leader == self.me {
            self.begin_to_lead(config, cx);
        } else {
            self.begin_to_follow(config, cx);
        }
    }

    /// A server that follows or leads has said which leader it went for.
    pub(super) fn hear_of_leader(
        &mut self,
        from: NodeId,
        heard: Notification,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        if heard.vote.round == self.round {
            self.votes[from.index()] = Some(heard);
        }
        self.established[from.index()] = Some(heard);
        let in_this_round =
            heard.vote.round == self.round && self.is_established(&self.votes, &heard, config);
        if in_this_round || self.is_established(&self.established, &heard, config) {
            self.round = heard.vote.round;
            self.vote = heard.vote;
            self.decide(config, cx);
        }
    }

    /// Whether a majority went for the same leader, and the leader itself says that it leads.
    /// Without the second, servers would go on electing one that has crashed.
    fn is_established(
        &self,
        said: &[Option<Notification>],
        heard: &Notification,
        config: &Config,
    ) -> bool {
        let leader = heard.vote.leader;
        let confirmed = if leader == self.me {
            heard.vote.round == self.round
        } else {
            said[leader.index()].is_some_and(|word| word.state == PeerState::Leading)
        };
        let confirmed = confirmed || !config.keeps(Broken::LeadersWord);
        confirmed && self.is_majority(agreeing(said, heard))
    }

    /// Whether this looking server was the leader that one follows, and has gone on since.
    pub(super) fn is_left_by(&self, from: NodeId, heard: &Notification) -> bool {
        matches!(self.state, State::Following(_))
            && from == self.vote.leader
            && heard.vote.round > self.vote.round
    }
}

/// Whether a vote replaces another one: the epoch decides, then the zxid, then the id.
fn is_better(config: &Config, vote: &Vote, than: &Vote) -> bool {
    let merit = |vote: &Vote| (vote.peer_epoch, vote.zxid);
    if config.keeps(Broken::ZxidFirst) {
        (merit(vote), vote.leader) > (merit(than), than.leader)
    } else {
        (vote.leader, merit(vote)) > (than.leader, merit(than))
    }
}

fn agreeing(said: &[Option<Notification>], with: &Notification) -> NodeSet {
    (0..)
        .map(NodeId)
        .zip(said)
        .filter(|(_, word)| word.is_some_and(|word| word.agrees(with)))
        .map(|(node, _)| node)
        .collect()
}
