//! A NameNode and its failover controller: the session, the lock, and what the NameNode is.

use super::config::{Broken, Config};
use super::{
    ACTIVE, BREADCRUMB, CEDE, CEDE_RULE, CONNECT, EXPIRED, HEARD, Hdfs, JOIN, KILLED, Lock,
    Message, NEUTRAL, OBEY, READ, RECONNECT, REFUSED, REVIVE, REVIVED, STANDBY, Timer, WRITE,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note, WriteAnswer};
use crate::time::Span;
use crate::view::{Field, Kept, NodeView, Role};

/// What the controller waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// An answer to its wish to connect, or the time to try.
    Connecting,
    /// The answer to its wish for the lock.
    Joining,
    /// The end of the lock, which is another's.
    Watching(Token),
    /// The breadcrumb. From here on the lock is its own, with this czxid.
    Reading(Token),
    /// The word of the old active, or of its machine.
    Fencing(Token, NodeId, Method),
    /// That its own breadcrumb is written.
    Writing(Token),
    /// Nothing: its NameNode is active.
    Holding,
    /// The time to queue again.
    Out,
    /// The time when its NameNode is started again.
    Dead,
}

/// How the old active is fenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Method {
    /// It is asked.
    Graceful,
    /// It is asked once more.
    GracefulAgain,
    /// Its process is killed.
    Ssh,
}

/// A NameNode and its controller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NameNode {
    pub me: NodeId,
    pub phase: Phase,
    /// 0 if there is none.
    pub session: u32,
    /// The epoch with which the NameNode is active, if it is.
    active: Option<Token>,
    /// Whose the lock was when it last looked.
    holder: Option<Lock>,
}

pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Hdfs>;

pub(super) fn zookeeper(cx: &Context<'_, Hdfs>) -> NodeId {
    NodeId(cx.nodes() - 1)
}

impl NameNode {
    pub fn boot(config: &Config, cx: Cx<'_, '_>) -> NameNode {
        let (me, phase) = (cx.me(), Phase::Connecting);
        let mut node = NameNode { me, phase, session: 0, active: None, holder: None };
        if cx.is_start() && config.settled {
            node.begin_settled(config, cx);
        } else {
            node.connect(config, cx);
        }
        node
    }

    /// The highest one is active, and the others watch its lock.
    fn begin_settled(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let lock = Lock::settled(cx.nodes());
        self.session = Lock::settled_session(self.me);
        if self.me == lock.owner {
            self.activate(lock.czxid, config, cx);
        } else {
            self.phase = Phase::Watching(lock.czxid);
            self.look_at(Some(lock), cx);
        }
        self.hear(config, cx);
        self.ping(config, cx);
    }

    /// Rule 1.
    fn connect(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(CONNECT);
        self.phase = Phase::Connecting;
        cx.cancel_timer(Timer::Fencing);
        cx.send(zookeeper(cx), Message::Connect(self.session));
        cx.set_random_timer(Timer::Connect, config.session().ping_after(), RECONNECT);
    }

    /// The time to connect: again, after it stayed out, or with a new NameNode.
    pub fn retry(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.phase == Phase::Dead {
            cx.cite(REVIVED);
        }
        if matches!(self.phase, Phase::Connecting | Phase::Out | Phase::Dead) {
            self.connect(config, cx);
        }
    }

    /// What ZooKeeper says.
    pub fn on_answer(&mut self, message: Message, config: &Config, cx: Cx<'_, '_>) {
        if let Message::Connected(session) = message {
            return self.connected(session, config, cx);
        }
        // What belongs to a session that is over no longer counts.
        if self.session == 0 || message.session() != Some(self.session) {
            return;
        }
        self.hear(config, cx);
        match (message, self.phase) {
            (Message::LockCreated(_, czxid), Phase::Joining) => self.has_lock(czxid, cx),
            (Message::LockExists(_, lock), Phase::Joining) => self.stand_by(lock, cx),
            (Message::LockGone(_), Phase::Watching(_)) => self.join(cx),
            (Message::Breadcrumb(_, of), Phase::Reading(czxid)) => match of {
                Some(of) if of != self.me && config.keeps(Broken::ActivatesUnfenced) => {
                    self.fence(czxid, of, config, cx);
                }
                _ => self.leave_breadcrumb(czxid, config, cx),
            },
            (Message::BreadcrumbWritten(_), Phase::Writing(czxid)) => {
                self.activate(czxid, config, cx);
            }
            (Message::Expired(_), _) => {
                cx.cite(EXPIRED);
                self.session = 0;
                self.connect(config, cx);
            }
            _ => cx.cite(HEARD),
        }
    }

    fn connected(&mut self, session: u32, config: &Config, cx: Cx<'_, '_>) {
        let is_mine = self.session == 0 || self.session == session;
        if self.phase != Phase::Connecting || !is_mine {
            return;
        }
        self.session = session;
        cx.cancel_timer(Timer::Connect);
        self.hear(config, cx);
        cx.set_timer(Timer::Ping, config.session().ping_after());
        self.join(cx);
    }

    /// Rule 2.
    fn join(&mut self, cx: Cx<'_, '_>) {
        self.phase = Phase::Joining;
        cx.note(Note::Candidate(self.number()));
        self.ask(cx);
    }

    /// Asks for what it waits for.
    fn ask(&self, cx: Cx<'_, '_>) {
        let session = self.session;
        let (rule, message) = match self.phase {
            Phase::Joining => (JOIN, Message::CreateLock(session)),
            Phase::Reading(_) => (READ, Message::ReadBreadcrumb(session)),
            Phase::Writing(_) => (BREADCRUMB, Message::WriteBreadcrumb(session)),
            _ => return,
        };
        cx.cite(rule);
        cx.send(zookeeper(cx), message);
    }

    /// Rule 3.
    fn stand_by(&mut self, lock: Lock, cx: Cx<'_, '_>) {
        cx.cite(STANDBY);
        self.phase = Phase::Watching(lock.czxid);
        self.step_down(cx);
        // A lock that it left behind in an earlier session is nobody's.
        self.look_at(Some(lock).filter(|lock| lock.owner != self.me), cx);
    }

    /// Rule 4. An active that has kept its lock goes on.
    fn has_lock(&mut self, czxid: Token, cx: Cx<'_, '_>) {
        if self.active == Some(czxid) {
            self.phase = Phase::Holding;
        } else {
            self.phase = Phase::Reading(czxid);
            self.ask(cx);
        }
    }

    /// Rule 9.
    pub fn leave_breadcrumb(&mut self, czxid: Token, config: &Config, cx: Cx<'_, '_>) {
        if !config.keeps(Broken::BreadcrumbNotWritten) {
            return self.activate(czxid, config, cx);
        }
        self.phase = Phase::Writing(czxid);
        self.ask(cx);
    }

    /// Rule 10.
    fn activate(&mut self, czxid: Token, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(ACTIVE);
        self.step_down(cx);
        self.phase = Phase::Holding;
        self.active = Some(czxid);
        cx.note(Note::Lead(czxid));
        self.look_at(Some(Lock { owner: self.me, session: self.session, czxid }), cx);
        self.write(config, cx);
    }

    /// Rule 11.
    pub fn write(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if let Some(epoch) = self.active.filter(|_| config.writes) {
            cx.cite(WRITE);
            cx.write(epoch);
            cx.set_timer(Timer::Write, config.write_ms);
        }
    }

    /// The NameNode is active no longer.
    fn step_down(&mut self, cx: Cx<'_, '_>) {
        if let Some(epoch) = self.active.take() {
            cx.note(Note::StepDown(epoch));
            cx.cancel_timer(Timer::Write);
            self.look_at(None, cx);
        }
    }

    fn look_at(&mut self, holder: Option<Lock>, cx: Cx<'_, '_>) {
        if holder != self.holder {
            self.holder = holder;
            cx.note(Note::Believe(holder.map(|lock| lock.owner), self.number()));
        }
    }

    fn number(&self) -> Token {
        self.active.or(self.holder.map(|lock| lock.czxid)).unwrap_or(Token(0))
    }

    /// Rule 12. A request that is still without an answer goes out again.
    pub fn ping(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let watched = match self.phase {
            Phase::Watching(lock) => lock,
            _ => Token(0),
        };
        if self.session != 0 && self.phase != Phase::Connecting {
            cx.send(zookeeper(cx), Message::Ping(self.session, watched));
            self.ask(cx);
            cx.set_timer(Timer::Ping, config.session().ping_after());
        }
    }

    /// Something came from ZooKeeper.
    fn hear(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.set_timer(Timer::Silence, config.session().silence());
    }

    /// Rule 13. The controller tries to come back; what it was about to do begins anew then.
    pub fn silence(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.session != 0 {
            cx.cite(NEUTRAL);
            cx.note(Note::Suspect(zookeeper(cx)));
            self.connect(config, cx);
        }
    }

    /// The czxid of its own lock, if it has it or had it when it last heard.
    fn own_lock(&self) -> Option<Token> {
        match self.phase {
            Phase::Reading(czxid) | Phase::Fencing(czxid, ..) | Phase::Writing(czxid) => {
                Some(czxid)
            }
            _ => self.active,
        }
    }

    /// Rule 15. Who has the lock later than it had ends whatever it was about to do: its own
    /// session must be over.
    pub fn obey(&mut self, from: NodeId, by: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.own_lock().is_some_and(|own| own > by) {
            return;
        }
        cx.cite(OBEY);
        let had_lock = self.own_lock().is_some();
        self.step_down(cx);
        cx.send(from, Message::StandbyNow(by));
        if had_lock {
            self.session = 0;
            self.connect(config, cx);
        }
    }

    /// Rule 16.
    pub fn kill(&mut self, from: NodeId, by: Token, cx: Cx<'_, '_>) {
        if self.own_lock().is_none_or(|own| own < by) {
            cx.cite(KILLED);
            self.die(cx);
            cx.send(from, Message::Killed(by));
        }
    }

    /// The NameNode ends, and its controller leaves the election. The breadcrumb stays.
    fn die(&mut self, cx: Cx<'_, '_>) {
        self.step_down(cx);
        self.leave(Phase::Dead, REVIVE, cx);
    }

    /// Ends the session, and stays out for a while.
    pub fn leave(&mut self, phase: Phase, wait: Span, cx: Cx<'_, '_>) {
        if self.session != 0 {
            cx.send(zookeeper(cx), Message::Close(self.session));
        }
        (self.session, self.phase) = (0, phase);
        for timer in [Timer::Ping, Timer::Silence, Timer::Fencing] {
            cx.cancel_timer(timer);
        }
        cx.set_timer(Timer::Connect, wait);
    }

    /// Rule 17. If the breadcrumb is not deleted, the next one fences it in vain.
    pub fn cede(&mut self, cx: Cx<'_, '_>) {
        if self.phase == Phase::Holding {
            cx.cite(CEDE_RULE);
            self.step_down(cx);
            cx.send(zookeeper(cx), Message::DeleteBreadcrumb(self.session));
            self.leave(Phase::Out, CEDE, cx);
        }
    }

    /// Somebody asks for a failover to this NameNode: it asks the active to cede.
    pub fn ask_to_cede(&self, cx: Cx<'_, '_>) {
        let active = self.holder.map(|lock| lock.owner).filter(|owner| *owner != self.me);
        if let Some(active) = active {
            cx.send(active, Message::Cede);
        }
    }

    /// Rule 18.
    pub fn refused(&mut self, answer: WriteAnswer, cx: Cx<'_, '_>) {
        if self.active == Some(answer.token) {
            cx.cite(REFUSED);
            self.die(cx);
        }
    }

    pub fn view(&self) -> NodeView {
        let role = match self.phase {
            _ if self.active.is_some() => Role::Leader,
            Phase::Joining | Phase::Reading(_) | Phase::Fencing(..) | Phase::Writing(_) => {
                Role::Candidate
            }
            _ => Role::Follower,
        };
        let doing = match self.phase {
            Phase::Connecting => "connecting to ZooKeeper".to_owned(),
            Phase::Joining => "creating the lock".to_owned(),
            Phase::Watching(lock) => format!("watching lock {lock}"),
            Phase::Reading(_) => "reading the breadcrumb".to_owned(),
            Phase::Fencing(_, of, Method::Graceful | Method::GracefulAgain) => {
                format!("asking node {of} to be a standby")
            }
            Phase::Fencing(_, of, Method::Ssh) => format!("killing the NameNode of node {of}"),
            Phase::Writing(_) => "leaving its breadcrumb".to_owned(),
            Phase::Holding => "holding the lock".to_owned(),
            Phase::Out => "out of the election".to_owned(),
            Phase::Dead => "its NameNode is dead".to_owned(),
        };
        let state = match self.active {
            Some(epoch) => format!("active with epoch {epoch}"),
            None if self.phase == Phase::Dead => "dead".to_owned(),
            None => "standby".to_owned(),
        };
        let session = match self.session {
            0 => "none".to_owned(),
            session => session.to_string(),
        };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            role,
            believes: self.holder.map(|lock| lock.owner),
            number: self.number(),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field("NameNode", state),
                field("controller", doing),
                field("session", session),
            ],
        }
    }
}
