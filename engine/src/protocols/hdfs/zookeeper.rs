//! ZooKeeper's part: sessions, the ephemeral lock, and the breadcrumb that stays.

use super::config::Config;
use super::name_node::Cx;
use super::{HEARD, Message, SERVE, SESSION, Timer};
use crate::ids::{NodeId, Token};
use crate::protocol::Note;
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeSet, NodeView, Role};

/// The lock: an ephemeral node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Whose.
    pub owner: NodeId,
    /// The session that it ends with.
    pub session: u32,
    /// The zxid of its creation.
    pub czxid: Token,
}

impl Lock {
    /// The lock when a run of so many nodes begins settled: the highest NameNode's.
    pub(super) fn settled(nodes: u8) -> Lock {
        let owner = NodeId(nodes - 2);
        let session = Lock::settled_session(owner);
        Lock { owner, session, czxid: Token(u64::from(nodes)) }
    }

    /// The session of a NameNode then.
    pub(super) fn settled_session(node: NodeId) -> u32 {
        u32::from(node.0) + 1
    }
}

/// What ZooKeeper keeps on its disks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The number of the latest change of anything.
    pub zxid: Token,
    /// The open sessions, and whose they are.
    pub sessions: Vec<(u32, NodeId)>,
    /// The lock, if there is one.
    pub lock: Option<Lock>,
    /// Who was active last and has not given that up.
    pub breadcrumb: Option<NodeId>,
}

/// ZooKeeper.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ZooKeeper {
    stable: Stable,
    /// When each session was last heard, by what ZooKeeper's clock has counted, in the order of
    /// the sessions.
    heard: Vec<SimTime>,
    /// Who wants to hear of the end of the lock.
    watchers: NodeSet,
}

impl ZooKeeper {
    pub fn boot(config: &Config, stable: Stable, cx: Cx<'_, '_>) -> ZooKeeper {
        let mut zookeeper = ZooKeeper { stable, heard: Vec::new(), watchers: NodeSet::EMPTY };
        if cx.is_start() && config.settled {
            zookeeper.begin_settled(cx);
        }
        // Watches are not on disk. Every session gets its whole timeout again.
        zookeeper.heard = vec![cx.counted(); zookeeper.stable.sessions.len()];
        zookeeper.tell_holder(cx);
        zookeeper.wait_for_tick(config, cx);
        zookeeper
    }

    /// What the NameNodes take for granted when they begin settled.
    fn begin_settled(&mut self, cx: Cx<'_, '_>) {
        let (lock, clients) = (Lock::settled(cx.nodes()), cx.nodes() - 1);
        self.stable.sessions =
            NodeId::all(clients).map(|node| (Lock::settled_session(node), node)).collect();
        (self.stable.lock, self.stable.breadcrumb) = (Some(lock), Some(lock.owner));
        self.stable.zxid = lock.czxid.next();
        cx.persist(self.stable.clone());
    }

    /// Waits until a session may be over.
    fn wait_for_tick(&self, config: &Config, cx: Cx<'_, '_>) {
        let heard = self.heard.iter().copied();
        cx.set_timer(Timer::Tick, config.session().until_tick(cx.counted(), heard));
    }

    fn change(&mut self, cx: Cx<'_, '_>) -> Token {
        self.stable.zxid = self.stable.zxid.next();
        cx.persist(self.stable.clone());
        self.stable.zxid
    }

    /// Rule 19.
    pub fn on_message(&mut self, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        cx.cite(match message {
            Message::Connect(_) => SESSION,
            Message::Ping(..) => HEARD,
            _ => SERVE,
        });
        let Some(session) = message.session() else { return };
        if message == Message::Connect(0) {
            return self.open(from, cx);
        }
        let Some(at) = self.stable.sessions.iter().position(|open| *open == (session, from)) else {
            cx.send(from, Message::Expired(session));
            return;
        };
        // Whatever comes over a connection keeps its session. Who only asks for one, and never hears
        // the answer, has none.
        if !matches!(message, Message::Connect(_)) {
            self.heard[at] = cx.counted();
        }
        self.serve(from, message, session, cx);
    }

    fn open(&mut self, from: NodeId, cx: Cx<'_, '_>) {
        // The zxid of its creation serves as its name.
        let session = self.stable.zxid.next().0 as u32;
        self.stable.sessions.push((session, from));
        self.heard.push(cx.counted());
        self.change(cx);
        cx.send(from, Message::Connected(session));
    }

    fn serve(&mut self, from: NodeId, message: Message, session: u32, cx: Cx<'_, '_>) {
        match message {
            Message::Connect(_) => cx.send(from, Message::Connected(session)),
            Message::Ping(_, watched) => {
                // A watch that was lost on the way is set, or fires, again.
                if watched != Token(0) {
                    self.watch(from, watched, session, cx);
                }
                cx.send(from, Message::Pong(session));
            }
            Message::CreateLock(_) => self.create_lock(from, session, cx),
            Message::ReadBreadcrumb(_) => {
                cx.send(from, Message::Breadcrumb(session, self.stable.breadcrumb));
            }
            Message::WriteBreadcrumb(_) => {
                self.stable.breadcrumb = Some(from);
                self.change(cx);
                cx.send(from, Message::BreadcrumbWritten(session));
            }
            Message::DeleteBreadcrumb(_) if self.stable.breadcrumb == Some(from) => {
                self.stable.breadcrumb = None;
                self.change(cx);
            }
            Message::Close(_) => self.end(session, cx),
            _ => {}
        }
    }

    fn watch(&mut self, from: NodeId, watched: Token, session: u32, cx: Cx<'_, '_>) {
        if self.stable.lock.is_some_and(|lock| lock.czxid == watched) {
            self.watchers.insert(from);
        } else {
            cx.send(from, Message::LockGone(session));
        }
    }

    /// One that comes back after a crash finds its own old lock, and waits like the others.
    fn create_lock(&mut self, from: NodeId, session: u32, cx: Cx<'_, '_>) {
        match self.stable.lock {
            Some(lock) if lock.session == session => {
                cx.send(from, Message::LockCreated(session, lock.czxid));
            }
            Some(lock) => {
                self.watchers.insert(from);
                cx.send(from, Message::LockExists(session, lock));
            }
            None => {
                let czxid = self.stable.zxid.next();
                self.stable.lock = Some(Lock { owner: from, session, czxid });
                self.change(cx);
                self.tell_holder(cx);
                cx.send(from, Message::LockCreated(session, czxid));
            }
        }
    }

    /// A session is over, and with it the lock if it is its own.
    fn end(&mut self, session: u32, cx: Cx<'_, '_>) {
        let Some(at) = self.stable.sessions.iter().position(|open| open.0 == session) else {
            return;
        };
        self.stable.sessions.remove(at);
        self.heard.remove(at);
        let is_own = self.stable.lock.is_some_and(|lock| lock.session == session);
        if is_own {
            self.stable.lock = None;
        }
        self.change(cx);
        if is_own {
            self.tell_holder(cx);
            self.tell_watchers(cx);
        }
    }

    fn tell_watchers(&mut self, cx: Cx<'_, '_>) {
        let watchers = std::mem::take(&mut self.watchers);
        for (session, client) in &self.stable.sessions {
            if watchers.contains(*client) {
                cx.send(*client, Message::LockGone(*session));
            }
        }
    }

    /// Rule 20.
    pub fn tick(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let (now, timeout) = (cx.counted(), config.session().timeout());
        while let Some(at) = self.heard.iter().position(|heard| *heard + timeout < now) {
            let (session, client) = self.stable.sessions[at];
            cx.note(Note::Suspect(client));
            self.end(session, cx);
        }
        self.wait_for_tick(config, cx);
    }

    /// Tells the observers whose the lock is.
    fn tell_holder(&self, cx: Cx<'_, '_>) {
        let holder = self.stable.lock;
        let number = holder.map_or(self.stable.zxid, |lock| lock.czxid);
        cx.note(Note::Believe(holder.map(|lock| lock.owner), number));
    }

    pub fn view(&self, config: &Config) -> NodeView {
        let Stable { sessions, lock, breadcrumb, .. } = &self.stable;
        let expiries: Vec<String> = (sessions.iter().zip(&self.heard))
            .map(|((_, node), heard)| {
                format!("node {node} after {}", *heard + config.session().timeout())
            })
            .collect();
        let shown = |text: Option<String>| text.unwrap_or("none".to_owned());
        let field = |kept, name, value| Field { kept, name, value };
        NodeView {
            role: Role::Service,
            believes: lock.map(|lock| lock.owner),
            number: lock.map_or(Token(0), |lock| lock.czxid),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field(
                    Kept::Persistent,
                    "lock, ephemeral",
                    shown(lock.map(|lock| format!("{} of node {}", lock.czxid, lock.owner))),
                ),
                field(
                    Kept::Persistent,
                    "breadcrumb, persistent",
                    shown(breadcrumb.map(|node| format!("node {node}"))),
                ),
                field(
                    Kept::Volatile,
                    "sessions end, by what this clock has counted",
                    expiries.join(", "),
                ),
            ],
        }
    }
}
