//! A client's part: a session, a node of its own, and a watch.

use super::config::{Broken, Config};
use super::{
    CONNECT, CREATE, Children, DISCONNECTED, EXPIRED, HEARD, LEAD, Message, Owner, READ, RESIGN,
    Timer, Told, WAKE, WATCH, ZookeeperLock,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::{SimTime, Span};
use crate::view::{Field, Kept, NodeView, Role};

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// An answer to its wish to connect, or the time to try.
    Disconnected,
    /// The answer to its wish to create a node.
    Creating,
    /// The list of children.
    Reading,
    /// To hear whether the node exists that it wants to watch; 0 for the lock, whoever owns it.
    Looking(Token),
    /// The end of this node.
    Waiting(Token),
    /// Nothing: it leads.
    Leading,
    /// The time to queue again after it has given up the lead. Its node is there until it has
    /// heard that it is gone.
    Resigned(Option<Token>),
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Client {
    me: NodeId,
    phase: Phase,
    /// 0 if it has none.
    session: u32,
    /// When it has heard nothing for too long, by what its clock counts.
    silent_at: SimTime,
    /// The czxid of its own node.
    mine: Option<Token>,
    /// Who led when it last looked.
    leader: Option<Owner>,
}

type Cx<'a, 'b> = &'a mut Context<'b, ZookeeperLock>;

impl Client {
    pub fn boot(config: &Config, cx: Cx<'_, '_>) -> Client {
        let me = cx.me();
        let phase = Phase::Disconnected;
        let silent_at = SimTime::ZERO;
        let mut client = Client { me, phase, session: 0, silent_at, mine: None, leader: None };
        if cx.is_start() && config.settled {
            client.begin_settled(config, cx);
        } else {
            client.connect(config, cx);
        }
        client
    }

    /// The highest client leads. In the queue each watches the next higher one, without it all
    /// watch the leader. The ensemble learns of the watches with the first heartbeats.
    fn begin_settled(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let clients = cx.nodes() - 1;
        let highest = NodeId(clients - 1);
        let czxid = |client| super::settled_czxid(client, clients);
        self.session = super::settled_session(self.me);
        let leader = Owner { client: highest, czxid: czxid(highest) };
        if self.me == highest {
            self.mine = Some(leader.czxid);
            self.lead(leader.czxid, config, cx);
        } else {
            self.mine = config.recipe.then(|| czxid(self.me));
            self.believe(Some(leader), cx);
            let before = if self.in_queue(config) { NodeId(self.me.0 + 1) } else { highest };
            self.phase = Phase::Waiting(czxid(before));
        }
        self.hear(config, cx);
        self.ping(config, cx);
    }

    /// Whether it watches the one before it.
    fn in_queue(&self, config: &Config) -> bool {
        config.recipe && config.keeps(Broken::WatchesTheLeader)
    }

    pub fn leads(&self) -> bool {
        self.leader.is_some_and(|leader| leader.client == self.me)
    }

    fn is_connected(&self) -> bool {
        self.phase != Phase::Disconnected
    }

    fn ensemble(cx: &Context<'_, ZookeeperLock>) -> NodeId {
        NodeId(cx.nodes() - 1)
    }

    /// Rule 1.
    pub fn connect(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(CONNECT);
        cx.send(Client::ensemble(cx), Message::Connect(self.session));
        cx.set_random_timer(Timer::Connect, config.session().ping_after(), config.reconnect_ms);
    }

    /// It is connected: it goes on where it stood.
    pub fn connected(&mut self, session: u32, config: &Config, cx: Cx<'_, '_>) {
        if self.is_connected() || (self.session != 0 && self.session != session) {
            return;
        }
        let is_new = self.session != session;
        self.session = session;
        cx.cancel_timer(Timer::Connect);
        // A node of its own may be there already, if the answer to its wish was lost.
        self.phase = if is_new || !config.recipe { Phase::Creating } else { Phase::Reading };
        self.ask(cx);
        self.hear(config, cx);
        cx.set_timer(Timer::Ping, config.session().ping_after());
    }

    /// Rules 2, 3 and 5: asks for what it waits for.
    fn ask(&self, cx: Cx<'_, '_>) {
        let session = self.session;
        let (rule, message) = match self.phase {
            Phase::Creating => (CREATE, Message::Create(session)),
            Phase::Reading => (READ, Message::GetChildren(session)),
            Phase::Looking(node) => (WATCH, Message::Exists { session, node }),
            _ => return,
        };
        cx.cite(rule);
        if self.phase == Phase::Creating {
            cx.note(Note::Candidate(self.number()));
        }
        cx.send(Client::ensemble(cx), message);
    }

    fn go(&mut self, phase: Phase, cx: Cx<'_, '_>) {
        self.phase = phase;
        self.ask(cx);
    }

    /// Begins to ask again, from the start.
    fn enter(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.go(if config.recipe { Phase::Reading } else { Phase::Creating }, cx);
    }

    pub fn created(&mut self, czxid: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.phase != Phase::Creating {
            return;
        }
        self.mine = Some(czxid);
        match config.recipe {
            true => self.go(Phase::Reading, cx),
            false => self.lead(czxid, config, cx),
        }
    }

    pub fn node_exists(&mut self, cx: Cx<'_, '_>) {
        if self.phase == Phase::Creating {
            self.go(Phase::Looking(Token(0)), cx);
        }
    }

    pub fn children(&mut self, children: Children, config: &Config, cx: Cx<'_, '_>) {
        if self.phase != Phase::Reading {
            return;
        }
        self.mine = children.mine;
        if let Some(told) = children.told {
            return self.do_as_told(told, children, config, cx);
        }
        match (children.mine, children.before, children.lowest) {
            (None, ..) => self.go(Phase::Creating, cx),
            (Some(mine), None, _) => self.lead(mine, config, cx),
            (Some(_), Some(before), lowest) => {
                cx.cite(READ);
                self.look_at(lowest, cx);
                let watched = match lowest {
                    Some(lowest) if !self.in_queue(config) => lowest,
                    _ => before,
                };
                self.go(Phase::Looking(watched.czxid), cx);
            }
        }
    }

    fn do_as_told(&mut self, told: Told, children: Children, config: &Config, cx: Cx<'_, '_>) {
        match told {
            Told::Lead => self.lead(children.mine.unwrap_or(self.number()), config, cx),
            Told::Gone => self.go(Phase::Creating, cx),
            Told::Watch(node) => {
                cx.cite(READ);
                self.look_at(children.lowest, cx);
                self.go(Phase::Looking(node), cx);
            }
        }
    }

    /// The node that it wants to watch is there, and is watched from now on.
    pub fn found(&mut self, owner: Owner, config: &Config, cx: Cx<'_, '_>) {
        if !matches!(self.phase, Phase::Looking(_)) {
            return;
        }
        cx.cite(WATCH);
        self.phase = Phase::Waiting(owner.czxid);
        if !config.recipe {
            self.look_at(Some(owner), cx);
        }
    }

    pub fn no_node(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if matches!(self.phase, Phase::Looking(_)) {
            self.enter(config, cx);
        }
    }

    /// Rule 6.
    pub fn deleted(&mut self, node: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.phase != Phase::Waiting(node) {
            return;
        }
        cx.cite(WAKE);
        match self.mine {
            Some(mine) if !config.keeps(Broken::LeadsOnAnyDeletion) => self.lead(mine, config, cx),
            _ => self.enter(config, cx),
        }
    }

    /// Rule 4.
    fn lead(&mut self, czxid: Token, config: &Config, cx: Cx<'_, '_>) {
        self.phase = Phase::Leading;
        if self.leads() {
            return;
        }
        cx.cite(LEAD);
        cx.note(Note::Lead(czxid));
        self.believe(Some(Owner { client: self.me, czxid }), cx);
        self.write(config, cx);
    }

    /// Who waits sees by the way who leads.
    pub fn glance(&mut self, lowest: Option<Owner>, cx: Cx<'_, '_>) {
        if matches!(self.phase, Phase::Waiting(_)) {
            self.look_at(lowest, cx);
        }
    }

    /// Takes whoever has the lowest node for the leader. A node that it left behind in an earlier
    /// session is nobody's.
    fn look_at(&mut self, lowest: Option<Owner>, cx: Cx<'_, '_>) {
        self.believe(lowest.filter(|lowest| lowest.client != self.me), cx);
    }

    fn believe(&mut self, leader: Option<Owner>, cx: Cx<'_, '_>) {
        if leader != self.leader {
            self.leader = leader;
            cx.note(Note::Believe(leader.map(|leader| leader.client), self.number()));
        }
    }

    fn number(&self) -> Token {
        self.leader.map(|leader| leader.czxid).or(self.mine).unwrap_or(Token(0))
    }

    fn step_down(&mut self, cx: Cx<'_, '_>) {
        if self.leads() {
            cx.note(Note::StepDown(self.number()));
            self.believe(None, cx);
        }
    }

    pub fn write(&self, config: &Config, cx: Cx<'_, '_>) {
        if config.writes && self.leads() {
            cx.write(self.number());
        }
    }

    /// Rule 7. A request that is still without an answer goes out again.
    pub fn ping(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let (session, clock) = (self.session, cx.clock());
        let watch = match self.phase {
            Phase::Waiting(node) => node,
            _ => Token(0),
        };
        if self.is_connected() {
            cx.send(Client::ensemble(cx), Message::Ping { session, watch, clock });
            self.ask(cx);
        }
        cx.set_timer(Timer::Ping, config.session().ping_after());
    }

    /// Something came from the ensemble.
    pub fn hear(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.is_connected() {
            self.silent_at = cx.counted() + config.session().silence();
            cx.set_timer(Timer::Silence, config.session().silence());
        }
    }

    /// Nothing has come for too long.
    pub fn silence(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(DISCONNECTED);
        cx.note(Note::Suspect(Client::ensemble(cx)));
        self.disconnect(config, cx);
    }

    /// Rule 9: the connection is gone. The session may still be there.
    pub fn disconnect(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !self.is_connected() {
            return;
        }
        cx.cite(DISCONNECTED);
        self.phase = Phase::Disconnected;
        if config.keeps(Broken::LeadsWhileDisconnected) {
            self.step_down(cx);
            cx.cancel_timer(Timer::Ping);
        }
        cx.cancel_timer(Timer::Silence);
        cx.set_random_timer(Timer::Connect, Span::ZERO, config.reconnect_ms);
    }

    /// Rule 10: the session is over, and with it the node.
    pub fn expired(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(EXPIRED);
        self.step_down(cx);
        (self.session, self.mine, self.phase) = (0, None, Phase::Disconnected);
        cx.cancel_timer(Timer::Ping);
        cx.cancel_timer(Timer::Silence);
        self.connect(config, cx);
    }

    /// Rule 11.
    pub fn resign(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if self.phase != Phase::Leading {
            return;
        }
        cx.cite(RESIGN);
        self.step_down(cx);
        self.phase = Phase::Resigned(self.mine.take());
        self.give_back(config, cx);
    }

    /// Asks for the end of its node. Who queued again while it is still there would find itself in
    /// the lead, and lose it without a word when the request arrives at last.
    fn give_back(&self, config: &Config, cx: Cx<'_, '_>) {
        if let Phase::Resigned(Some(node)) = self.phase {
            cx.send(Client::ensemble(cx), Message::Delete(self.session, node));
        }
        cx.set_timer(Timer::Connect, config.reconnect_ms);
    }

    /// Its node is gone.
    pub fn removed(&mut self, node: Token, cx: Cx<'_, '_>) {
        cx.cite(HEARD);
        if self.phase == Phase::Resigned(Some(node)) {
            self.phase = Phase::Resigned(None);
        }
    }

    /// The time to connect, or to queue again after a resignation.
    pub fn retry(&mut self, config: &Config, cx: Cx<'_, '_>) {
        match self.phase {
            Phase::Disconnected => self.connect(config, cx),
            Phase::Resigned(None) => self.enter(config, cx),
            Phase::Resigned(Some(_)) => {
                cx.cite(RESIGN);
                self.give_back(config, cx);
            }
            _ => {}
        }
    }

    /// Somebody asks for an election: it looks again.
    pub fn campaign(&mut self, config: &Config, cx: Cx<'_, '_>) {
        match self.phase {
            Phase::Disconnected => self.connect(config, cx),
            Phase::Leading | Phase::Resigned(Some(_)) => {}
            _ => self.enter(config, cx),
        }
    }

    pub fn is_session(&self, session: u32) -> bool {
        self.session == session && session != 0
    }

    pub fn view(&self) -> NodeView {
        let role = match self.phase {
            _ if self.leads() => Role::Leader,
            Phase::Creating | Phase::Reading | Phase::Looking(_) => Role::Candidate,
            _ => Role::Follower,
        };
        let doing = match self.phase {
            Phase::Disconnected => "disconnected".to_owned(),
            Phase::Creating => "creating a node".to_owned(),
            Phase::Reading => "reading the children".to_owned(),
            Phase::Looking(Token(0)) => "looking at the lock".to_owned(),
            Phase::Looking(node) => format!("looking at node {node}"),
            Phase::Waiting(node) => format!("waiting for the end of node {node}"),
            Phase::Leading => "leading".to_owned(),
            Phase::Resigned(_) => "resigned".to_owned(),
        };
        let shown = |number: u64| if number == 0 { "none".to_owned() } else { number.to_string() };
        let silent = match self.is_connected() {
            true => format!("when this clock has counted {}, if nothing comes", self.silent_at),
            false => "now".to_owned(),
        };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            role,
            believes: self.leader.map(|leader| leader.client),
            number: self.number(),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field("session", shown(u64::from(self.session))),
                field("own node's czxid", shown(self.mine.map_or(0, |mine| mine.0))),
                field("doing", doing),
                field("takes itself for disconnected", silent),
            ],
        }
    }
}
