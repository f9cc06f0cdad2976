//! A Sentinel: what it sees, thinks, and votes.

use super::config::{Broken, Config};
use super::detector::Heartbeat;
use super::failover::Failover;
use super::{
    ASK, ASK_EVERY, DENIAL, DENIES, DESYNC, FIX, HELLO_EVERY, Message, OPINION, PING, REFUSE,
    ROLE_WAIT, SDOWN, SWITCH, Sentinel, Stable, Timer, VALID, VOTE,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::{SimTime, Span};
use crate::view::{Ballots, Field, Kept, NodeSet, NodeView, Role};

/// What a Sentinel has on its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Opinion {
    /// The highest epoch that it has seen.
    pub epoch: Token,
    /// For whom it has voted, and in which epoch.
    pub vote: Option<(NodeId, Token)>,
    /// Who is the master.
    pub master: NodeId,
    /// The epoch of the failover that made it so.
    pub config_epoch: Token,
}

/// What another Sentinel said last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Said {
    at: SimTime,
    is_down: bool,
    pub(super) vote: Option<(NodeId, Token)>,
}

/// What a server said last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    pub(super) at: Option<SimTime>,
    pub(super) len: u32,
    follows: Option<NodeId>,
    /// Since when it has taken itself for what it is not.
    wrong_since: Option<SimTime>,
}

/// A Sentinel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Watcher {
    pub(super) me: NodeId,
    // Persistent.
    pub(super) opinion: Opinion,
    // Volatile.
    pub(super) is_down: bool,
    pub(super) failover: Failover,
    /// The epoch in which it last stood.
    pub(super) stood: Token,
    /// Not to try before the timer runs out.
    pub(super) waits: bool,
    /// When it last stood or voted for another, about this master.
    pub(super) tried: Option<SimTime>,
    pub(super) said: Vec<Said>,
    pub(super) seen: Vec<Seen>,
    /// What its clock showed when something last happened to it.
    pub(super) clock_before: SimTime,
    /// Until when it acts on nothing, by what its clock counts.
    pub(super) tilts_until: Option<SimTime>,
    /// When it was started.
    pub(super) booted: SimTime,
    /// What it heard of the servers, the latest first; kept only if somebody else decides whom
    /// to suspect.
    pub(super) heartbeats: Vec<Heartbeat>,
}

pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Sentinel>;

impl Watcher {
    pub fn boot(config: &Config, opinion: Option<Opinion>, cx: Cx<'_, '_>) -> Watcher {
        let (epoch, vote) = (Token(0), None);
        let master = super::first_master(cx);
        let opinion = opinion.unwrap_or(Opinion { epoch, vote, master, config_epoch: Token(0) });
        let watcher = Watcher {
            me: cx.me(),
            opinion,
            is_down: false,
            failover: Failover::None,
            stood: Token(0),
            waits: false,
            tried: None,
            said: vec![Said::default(); config.sentinels(cx.nodes()).count()],
            seen: vec![Seen::default(); usize::from(cx.nodes())],
            clock_before: cx.clock(),
            tilts_until: None,
            booted: cx.clock(),
            heartbeats: Vec::new(),
        };
        cx.note(Note::Believe(Some(opinion.master), opinion.config_epoch));
        cx.set_random_timer(Timer::Ping, Span::ZERO, PING);
        cx.set_random_timer(Timer::Hello, Span::ZERO, HELLO_EVERY);
        cx.set_timer(Timer::Silence, config.down_after_ms);
        watcher
    }

    pub(super) fn persist(&self, cx: Cx<'_, '_>) {
        cx.persist(Stable::Sentinel(self.opinion));
    }

    fn tell(&self, config: &Config, message: Message, cx: Cx<'_, '_>) {
        for other in config.sentinels(cx.nodes()).filter(|other| *other != self.me) {
            cx.send(other, message);
        }
    }

    /// Rule 1.
    pub fn ping(&self, config: &Config, cx: Cx<'_, '_>) {
        for server in config.servers(cx.nodes()) {
            cx.send(server, Message::Ping);
        }
        cx.set_timer(Timer::Ping, PING);
    }

    /// A server answers: it is up, and this is what it takes itself for.
    pub fn info(
        &mut self,
        from: NodeId,
        follows: Option<NodeId>,
        len: u32,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        let (now, master) = (cx.clock(), self.opinion.master);
        let told = self.told_after(from, config, cx).filter(|_| !self.tilts());
        let right = if from == master { None } else { Some(master) };
        let before = self.seen[from.index()].wrong_since;
        let wrong_since = (follows != right).then(|| before.unwrap_or(now));
        let wrong_for = wrong_since.map(|since| now.since(since));
        if from == master {
            cx.set_timer(Timer::Silence, config.down_after_ms);
        }
        if let Some(suspects) = told {
            self.suspect_as_told(suspects, config, cx);
        } else if from == master {
            self.master_says(wrong_for, config, cx);
        }
        if self.failover == Failover::Promoting(from) && follows.is_none() && !self.tilts() {
            return self.promoted(from, config, cx);
        }
        self.seen[from.index()] = Seen { at: Some(now), len, follows, wrong_since };
        let is_due = wrong_for.is_some_and(|wrong| wrong >= ROLE_WAIT);
        let is_idle = self.failover == Failover::None && !self.tilts();
        if from != master && is_due && is_idle && self.master_looks_sane(now) {
            cx.cite(FIX);
            cx.send(from, Message::ReplicaOf(master, self.opinion.config_epoch));
        }
    }

    /// The master answers, and has taken itself for a replica for so long, or does not.
    fn master_says(&mut self, wrong_for: Option<Span>, config: &Config, cx: Cx<'_, '_>) {
        if wrong_for.is_none_or(|wrong| wrong <= config.down_after_ms + DENIAL) {
            self.is_down = false;
            cx.cancel_timer(Timer::Ask);
        } else if !self.is_down && !self.tilts() {
            cx.cite(DENIES);
            self.suspect(config, cx);
        }
    }

    fn master_looks_sane(&self, now: SimTime) -> bool {
        let master = self.seen[self.opinion.master.index()];
        let is_fresh = master.at.is_some_and(|at| now.since(at) <= VALID);
        !self.is_down && is_fresh && master.follows.is_none()
    }

    /// The time for an answer of the master is over.
    pub fn silent(&mut self, config: &Config, cx: Cx<'_, '_>) {
        match self.told_of_silence(config, cx) {
            None | Some(true) => self.silence(config, cx),
            Some(false) => cx.set_timer(Timer::Silence, PING),
        }
    }

    /// Rule 2: no answer of the master for too long.
    pub fn silence(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(SDOWN);
        self.suspect(config, cx);
    }

    fn suspect(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.is_down = true;
        cx.note(Note::Suspect(self.opinion.master));
        self.ask(config, cx);
    }

    /// Rule 3.
    pub fn ask(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(ASK);
        let stands = self.failover == Failover::Electing;
        let epoch = if stands { self.stood } else { self.opinion.epoch };
        let master = self.opinion.master;
        self.tell(config, Message::Ask { master, epoch, stands }, cx);
        cx.set_timer(Timer::Ask, ASK_EVERY);
        if let Failover::Promoting(replica) = self.failover {
            cx.send(replica, Message::Promote(self.stood));
        }
        self.look(config, cx);
    }

    /// Rules 4 to 7: what it thinks, and for whom it has voted.
    pub fn asked(
        &mut self,
        from: NodeId,
        (master, epoch): (NodeId, Token),
        stands: bool,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        cx.cite(OPINION);
        let is_down = self.is_down && master == self.opinion.master && !self.tilts();
        if stands {
            self.vote(from, epoch, config, cx);
        }
        let vote = self.opinion.vote.filter(|_| stands);
        cx.send(from, Message::Answer { is_down, vote });
    }

    /// Rule 6, and rule 7 if it has voted already.
    pub(super) fn vote(
        &mut self,
        candidate: NodeId,
        epoch: Token,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        let before = self.opinion;
        self.opinion.epoch = self.opinion.epoch.max(epoch);
        let voted = self.opinion.vote.map_or(Token(0), |vote| vote.1);
        let again = voted == epoch && !config.keeps(Broken::VotesForEveryone);
        if self.opinion.epoch == epoch && (voted < epoch || again) {
            cx.cite(VOTE);
            self.opinion.vote = Some((candidate, epoch));
            cx.note(Note::Vote(candidate, epoch));
            if candidate != self.me {
                self.wait(config, cx);
            }
        } else if self.opinion.vote != Some((candidate, epoch)) {
            cx.cite(REFUSE);
            cx.note(Note::Refuse(candidate, epoch));
        }
        if self.opinion != before && config.keeps(Broken::VoteNotOnDisk) {
            self.persist(cx);
        }
    }

    /// It tries nothing for twice the failover timeout.
    pub(super) fn wait(&mut self, config: &Config, cx: Cx<'_, '_>) {
        (self.waits, self.tried) = (true, Some(cx.clock()));
        cx.set_random_timer(Timer::Retry, config.failover_timeout_ms.times(2), DESYNC);
    }

    pub fn may_try(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.waits = false;
        self.look(config, cx);
    }

    pub fn answered(
        &mut self,
        from: NodeId,
        is_down: bool,
        vote: Option<(NodeId, Token)>,
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        let said = &mut self.said[from.index()];
        let vote = vote.or(said.vote);
        *said = Said { at: cx.clock(), is_down, vote };
        self.look(config, cx);
    }

    /// The Sentinels that take the master for down, as far as it knows.
    pub(super) fn down(&self, now: SimTime) -> NodeSet {
        let fresh = |said: &Said| said.is_down && now.since(said.at) <= VALID;
        let others = self.said.iter().enumerate().filter(|(_, said)| fresh(said));
        let mut down: NodeSet = others.map(|(index, _)| NodeId::from_index(index)).collect();
        if self.is_down {
            down.insert(self.me);
        }
        down
    }

    /// Begins a failover or goes on with it, if what it knows is enough.
    fn look(&mut self, config: &Config, cx: Cx<'_, '_>) {
        match self.failover {
            _ if self.tilts() => cx.cite(OPINION),
            Failover::None if let Some(step) = self.told(config, cx) => {
                self.do_as_told(step, config, cx);
            }
            Failover::None => {
                let is_odown = self.is_down && self.down(cx.clock()).len() >= config.quorum;
                match is_odown && !self.waits {
                    true => self.stand(config, cx),
                    false => cx.cite(OPINION),
                }
            }
            Failover::Electing => self.count(config, cx),
            Failover::Promoting(_) => {}
        }
    }

    /// Another server is the master from now on.
    pub(super) fn switch(&mut self, master: NodeId, epoch: Token, config: &Config, cx: Cx<'_, '_>) {
        (self.opinion.master, self.opinion.config_epoch) = (master, epoch);
        (self.is_down, self.waits, self.tried) = (false, false, None);
        cx.cancel_timer(Timer::Retry);
        for said in &mut self.said {
            said.is_down = false;
        }
        for seen in &mut self.seen {
            seen.wrong_since = None;
        }
        self.persist(cx);
        cx.note(Note::Believe(Some(master), epoch));
        cx.cancel_timer(Timer::Ask);
        cx.set_timer(Timer::Silence, config.down_after_ms);
    }

    /// Rule 11.
    pub fn hello(&self, config: &Config, cx: Cx<'_, '_>) {
        let Opinion { epoch, master, config_epoch, .. } = self.opinion;
        self.tell(config, Message::Hello { epoch, master, config_epoch }, cx);
        cx.set_timer(Timer::Hello, HELLO_EVERY);
    }

    /// Rule 12: the configuration with the higher epoch wins.
    pub fn heard(
        &mut self,
        epoch: Token,
        (master, config_epoch): (NodeId, Token),
        config: &Config,
        cx: Cx<'_, '_>,
    ) {
        if epoch > self.opinion.epoch {
            self.opinion.epoch = epoch;
            self.persist(cx);
        }
        if config_epoch > self.opinion.config_epoch {
            cx.cite(SWITCH);
            self.end(cx);
            self.switch(master, config_epoch, config, cx);
        }
    }

    pub fn view(&self, config: &Config) -> NodeView {
        let ballots = Ballots {
            have: self.votes_for(self.me),
            refused: NodeSet::EMPTY,
            needed: config.votes_needed(self.said.len()),
        };
        let doing = match self.failover {
            _ if self.tilts() => "TILT: asks and answers, and acts on nothing".to_owned(),
            Failover::None if self.is_down => "asks the others about the master".to_owned(),
            Failover::None => "watches".to_owned(),
            Failover::Electing => format!("asks for votes in epoch {}", self.stood),
            Failover::Promoting(replica) => format!("promotes node {replica}"),
        };
        let down = self.down(self.clock_before);
        let who: Vec<String> = down.iter().map(|it| it.to_string()).collect();
        let who = match who.len() {
            0 => "nobody".to_owned(),
            1 => format!("node {}", who[0]),
            _ => format!("nodes {}", who.join(", ")),
        };
        let odown = format!("{who}; the quorum is {}", config.quorum);
        let sdown = if self.is_down { "down (SDOWN)" } else { "up" };
        let voted = |(node, epoch)| format!("node {node} in epoch {epoch}");
        let kept = |name, value| Field { kept: Kept::Persistent, name, value };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            role: match self.failover {
                Failover::None => Role::Service,
                _ => Role::Candidate,
            },
            believes: Some(self.opinion.master),
            number: self.opinion.config_epoch,
            vote: self.opinion.vote.map(|vote| vote.0),
            ballots: (self.failover == Failover::Electing).then_some(ballots),
            missed: None,
            log: None,
            fields: vec![
                kept("current epoch", self.opinion.epoch.to_string()),
                kept("configuration epoch", self.opinion.config_epoch.to_string()),
                kept("voted for", self.opinion.vote.map_or("nobody".to_owned(), voted)),
                field("its own opinion of the master", sdown.to_owned()),
                field("for whom the master is down", odown),
                field("doing", doing),
                field("may try a failover", (if self.waits { "later" } else { "now" }).to_owned()),
            ],
        }
    }
}
