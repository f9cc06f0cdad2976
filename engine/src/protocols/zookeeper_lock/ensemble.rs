//! The ensemble's part: sessions, nodes, watches, and the clock by which sessions expire.

use super::config::{Broken, Config};
use super::{Children, Message, Owner, Timer, ZookeeperLock, told};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeView, Role};

/// What the ensemble keeps on its disks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The number of the latest change of anything.
    pub zxid: Token,
    /// The open sessions: which one, and whose. The earliest first.
    pub sessions: Vec<(u32, NodeId)>,
    /// The nodes under the election node, the earliest first.
    pub znodes: Vec<Znode>,
}

/// An ephemeral node. Its place among its siblings is that of its czxid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Znode {
    /// The zxid of its creation.
    pub czxid: Token,
    /// The session that it ends with.
    pub session: u32,
    /// Whose session that is.
    pub client: NodeId,
}

/// A session as the member sees it that the client is connected to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Connection {
    session: u32,
    client: NodeId,
    /// When the client was last heard, by [`now`].
    heard: SimTime,
    /// Not since the ensemble has started again.
    connected: bool,
    /// The node whose end the client wants to hear of.
    watch: Option<Token>,
}

/// The ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ensemble {
    stable: Stable,
    connections: Vec<Connection>,
    holder: Option<Owner>,
}

type Cx<'a, 'b> = &'a mut Context<'b, ZookeeperLock>;

/// The time by which sessions expire: what the ensemble's own clock has counted, however it is
/// set. The clients send the time that their clocks show.
fn now(config: &Config, cx: &Context<'_, ZookeeperLock>) -> SimTime {
    match config.keeps(Broken::ExpiryByClientClock) {
        true => cx.counted(),
        false => cx.clock(),
    }
}

impl Ensemble {
    pub fn boot(config: &Config, stable: Stable, cx: Cx<'_, '_>) -> Ensemble {
        let now = now(config, cx);
        let mut ensemble = Ensemble { stable, connections: Vec::new(), holder: None };
        if cx.is_start() && config.settled {
            ensemble.begin_settled(config, cx);
        }
        let connected = cx.is_start();
        // Watches are not on disk. Every session gets its whole timeout again.
        ensemble.connections = (ensemble.stable.sessions.iter())
            .map(|(session, client)| Connection {
                session: *session,
                client: *client,
                heard: now,
                connected,
                watch: None,
            })
            .collect();
        ensemble.tell_holder(cx);
        ensemble.wait_for_tick(config, cx);
        ensemble
    }

    /// What the clients take for granted when they begin settled.
    fn begin_settled(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let clients = cx.nodes() - 1;
        self.stable.sessions =
            NodeId::all(clients).map(|client| (super::settled_session(client), client)).collect();
        let in_line = NodeId::all(clients).rev().take(match config.recipe {
            true => usize::from(clients),
            false => 1,
        });
        self.stable.znodes = in_line
            .map(|client| Znode {
                czxid: super::settled_czxid(client, clients),
                session: super::settled_session(client),
                client,
            })
            .collect();
        self.stable.zxid = Token(2 * u64::from(clients));
        cx.persist(self.stable.clone());
    }

    /// Waits until a session may be over.
    fn wait_for_tick(&self, config: &Config, cx: Cx<'_, '_>) {
        let heard = self.connections.iter().map(|connection| connection.heard);
        cx.set_timer(Timer::Tick, config.session().until_tick(now(config, cx), heard));
    }

    fn connection(&mut self, session: u32) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|connection| connection.session == session)
    }

    fn change(&mut self) -> Token {
        self.stable.zxid = self.stable.zxid.next();
        self.stable.zxid
    }

    /// Rule 12: a session is opened, or its client comes back to it.
    pub fn connect(&mut self, config: &Config, from: NodeId, session: u32, cx: Cx<'_, '_>) {
        if session != 0 {
            cx.send(from, Message::Connected(session));
            return;
        }
        // The zxid of its creation serves as its name.
        let session = self.change().0 as u32;
        self.stable.sessions.push((session, from));
        let heard = now(config, cx);
        let connection = Connection { session, client: from, heard, connected: true, watch: None };
        self.connections.push(connection);
        cx.persist(self.stable.clone());
        cx.send(from, Message::Connected(session));
    }

    /// Whether the session is open and connected; tells the client if it is not. Whatever comes
    /// over a connection keeps the session. The wish to connect does not: there is a connection
    /// only when the client has heard the answer, and then it goes on to ask.
    pub fn admits(
        &mut self,
        config: &Config,
        from: NodeId,
        message: &Message,
        cx: Cx<'_, '_>,
    ) -> bool {
        let session = message.session();
        let (now, connects) = (now(config, cx), matches!(message, Message::Connect(_)));
        if connects && session == 0 {
            return true;
        }
        let Some(connection) = self.connection(session) else {
            cx.send(from, Message::Expired(session));
            return false;
        };
        connection.heard = match message {
            Message::Connect(_) => connection.heard,
            Message::Ping { clock, .. } if !config.keeps(Broken::ExpiryByClientClock) => *clock,
            _ => now,
        };
        connection.connected |= connects;
        if !connection.connected {
            cx.send(from, Message::Closed(session));
            return false;
        }
        true
    }

    /// Rule 13: what a client asks for.
    pub fn serve(&mut self, config: &Config, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        match message {
            Message::Ping { session, watch, .. } => {
                // A watch that was lost on the way is set, or fires, again.
                if watch != Token(0) {
                    self.set_watch(session, watch, from, cx);
                }
                cx.send(from, Message::Pong { session, lowest: self.holder });
            }
            Message::Create(session) => self.create(config, from, session, cx),
            Message::GetChildren(session) => {
                let children = self.children(session, config);
                cx.send(from, Message::Children { session, children });
            }
            Message::Exists { session, node } => {
                // The lock has one name, whoever created it.
                let node = match (node, self.stable.znodes.first()) {
                    (Token(0), Some(lock)) => lock.czxid,
                    (node, _) => node,
                };
                if let Some(owner) = self.owner(node) {
                    cx.send(from, Message::Found { session, owner });
                    self.set_watch(session, node, from, cx);
                } else {
                    cx.send(from, Message::NoNode(session));
                }
            }
            Message::Delete(session, node) => {
                self.delete(|znode| znode.session == session && znode.czxid == node, cx);
                cx.send(from, Message::Removed(session, node));
            }
            _ => {}
        }
    }

    /// A session has one node at most, so that a request that arrives twice makes no second.
    fn create(&mut self, config: &Config, from: NodeId, session: u32, cx: Cx<'_, '_>) {
        let own = self.stable.znodes.iter().find(|znode| znode.session == session);
        if let Some(own) = own {
            cx.send(from, Message::Created { session, czxid: own.czxid });
        } else if !config.recipe && !self.stable.znodes.is_empty() {
            cx.send(from, Message::NodeExists(session));
        } else {
            let czxid = self.change();
            self.stable.znodes.push(Znode { czxid, session, client: from });
            cx.persist(self.stable.clone());
            cx.send(from, Message::Created { session, czxid });
            self.tell_holder(cx);
        }
    }

    fn children(&self, session: u32, config: &Config) -> Children {
        let znodes = &self.stable.znodes;
        let mine = znodes.iter().position(|znode| znode.session == session);
        let owner = |znode: &Znode| Owner { client: znode.client, czxid: znode.czxid };
        Children {
            lowest: znodes.first().map(owner),
            before: mine.and_then(|mine| mine.checked_sub(1)).map(|before| owner(&znodes[before])),
            mine: mine.map(|mine| znodes[mine].czxid),
            told: told::told(config, session, znodes),
        }
    }

    fn owner(&self, node: Token) -> Option<Owner> {
        let znode = self.stable.znodes.iter().find(|znode| znode.czxid == node)?;
        Some(Owner { client: znode.client, czxid: znode.czxid })
    }

    fn set_watch(&mut self, session: u32, node: Token, from: NodeId, cx: Cx<'_, '_>) {
        let exists = self.owner(node).is_some();
        if let Some(connection) = self.connection(session) {
            connection.watch = exists.then_some(node);
        }
        if !exists {
            cx.send(from, Message::Deleted { session, node });
        }
    }

    /// Ends the nodes of a session and wakes those who watch them.
    fn delete_of(&mut self, session: u32, cx: Cx<'_, '_>) {
        self.delete(|znode| znode.session == session, cx);
    }

    fn delete(&mut self, which: impl Fn(&Znode) -> bool, cx: Cx<'_, '_>) {
        while let Some(at) = self.stable.znodes.iter().position(&which) {
            let node = self.stable.znodes.remove(at).czxid;
            self.change();
            cx.persist(self.stable.clone());
            for connection in &mut self.connections {
                if connection.watch == Some(node) {
                    connection.watch = None;
                    let session = connection.session;
                    cx.send(connection.client, Message::Deleted { session, node });
                }
            }
        }
        self.tell_holder(cx);
    }

    /// Rule 14: the sessions that were not heard for their timeout are over.
    pub fn tick(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let (now, timeout) = (now(config, cx), config.session().timeout());
        while let Some(at) = self.connections.iter().position(|c| c.heard + timeout < now) {
            let Connection { session, client, .. } = self.connections.remove(at);
            self.stable.sessions.retain(|open| open.0 != session);
            self.change();
            cx.persist(self.stable.clone());
            cx.note(Note::Suspect(client));
            self.delete_of(session, cx);
        }
        self.wait_for_tick(config, cx);
    }

    /// Tells the observers whose node is the lowest.
    fn tell_holder(&mut self, cx: Cx<'_, '_>) {
        let lowest = self.stable.znodes.first();
        let holder = lowest.map(|znode| Owner { client: znode.client, czxid: znode.czxid });
        if holder != self.holder {
            self.holder = holder;
            let number = holder.map_or(self.stable.zxid, |holder| holder.czxid);
            cx.note(Note::Believe(holder.map(|holder| holder.client), number));
        }
    }

    pub fn view(&self, config: &Config) -> NodeView {
        let nodes = self.stable.znodes.iter();
        let znodes: Vec<String> =
            nodes.map(|z| format!("{} of node {}", z.czxid, z.client)).collect();
        let watches: Vec<String> = (self.connections.iter())
            .filter_map(|c| c.watch.map(|watch| format!("node {} on {watch}", c.client)))
            .collect();
        let expiries: Vec<String> = (self.connections.iter())
            .map(|c| format!("node {} after {}", c.client, c.heard + config.session().timeout()))
            .collect();
        let field = |kept, name, value: &[String]| Field {
            kept,
            name,
            value: if value.is_empty() { "none".to_owned() } else { value.join(", ") },
        };
        NodeView {
            role: Role::Service,
            believes: self.holder.map(|holder| holder.client),
            number: self.holder.map_or(Token(0), |holder| holder.czxid),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field(Kept::Persistent, "ephemeral nodes by czxid", &znodes),
                field(Kept::Volatile, "watches", &watches),
                field(Kept::Volatile, "sessions end, by what this clock has counted", &expiries),
            ],
        }
    }
}
