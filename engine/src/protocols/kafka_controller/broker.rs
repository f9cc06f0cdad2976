//! A broker's part: it wants to be the controller, and obeys the one with the highest epoch.

use super::config::{Broken, Config};
use super::{
    CONNECT, DISCONNECTED, ELECT, EXPIRED, FOLLOW, KafkaController, LEAD, Message, OBEY, Owner,
    READ, RESIGN, Record, STALE, Timer,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::Span;
use crate::view::{Field, Kept, NodeView, Role};

/// What a broker waits for from ZooKeeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    Nothing,
    /// Who the controller is.
    Reading,
    /// To be the controller; it has seen this version of the epoch.
    Electing(u32),
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Broker {
    me: NodeId,
    connected: bool,
    /// 0 if it has none.
    session: u32,
    asked: Asked,
    /// The latest change of `/controller` that it knows of.
    change: u32,
    /// The highest controller epoch that it has seen; nothing until it has read it.
    epoch: Option<u32>,
    /// Whom it takes for the controller.
    controller: Option<NodeId>,
    /// The epoch with which it is the controller.
    active: Option<u32>,
    /// The highest epoch with which it has resigned.
    resigned: u32,
    /// How many orders of older controllers it has refused.
    refused: u32,
}

type Cx<'a, 'b> = &'a mut Context<'b, KafkaController>;

impl Broker {
    pub fn boot(config: &Config, cx: Cx<'_, '_>) -> Broker {
        let mut broker = Broker {
            me: cx.me(),
            connected: false,
            session: 0,
            asked: Asked::Nothing,
            change: 0,
            epoch: None,
            controller: None,
            active: None,
            resigned: 0,
            refused: 0,
        };
        if cx.is_start() && config.settled {
            broker.session = super::settled_session(broker.me);
            broker.connected = true;
            broker.data(config, Record::settled(), cx);
            broker.hear(config, cx);
            broker.ping(config, cx);
            // Sets the watch.
            broker.read(cx);
        } else {
            broker.connect(config, cx);
        }
        broker
    }

    fn ensemble(cx: &Context<'_, KafkaController>) -> NodeId {
        NodeId(cx.nodes() - 1)
    }

    pub fn is_session(&self, session: u32) -> bool {
        self.session == session && session != 0
    }

    fn number(&self) -> Token {
        Token(u64::from(self.active.or(self.epoch).unwrap_or(0)))
    }

    /// Rule 1.
    pub fn connect(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(CONNECT);
        cx.send(Broker::ensemble(cx), Message::Connect(self.session));
        cx.set_random_timer(Timer::Connect, config.session().ping_after(), config.reconnect_ms);
    }

    pub fn connected(&mut self, config: &Config, session: u32, cx: Cx<'_, '_>) {
        if self.connected || (self.session != 0 && self.session != session) {
            return;
        }
        (self.session, self.connected) = (session, true);
        cx.cancel_timer(Timer::Connect);
        self.read(cx);
        self.hear(config, cx);
        cx.set_timer(Timer::Ping, config.session().ping_after());
    }

    /// Rule 2: asks who the controller is, and to be told of the next change.
    pub fn read(&mut self, cx: Cx<'_, '_>) {
        cx.cite(READ);
        self.asked = Asked::Reading;
        self.ask(cx);
    }

    fn ask(&self, cx: Cx<'_, '_>) {
        let session = self.session;
        match self.asked {
            Asked::Nothing => {}
            Asked::Reading => cx.send(Broker::ensemble(cx), Message::Get(session)),
            Asked::Electing(version) => {
                cx.send(Broker::ensemble(cx), Message::Multi { session, version });
            }
        }
    }

    /// Rules 3 to 5: what the nodes say.
    pub fn data(&mut self, config: &Config, record: Record, cx: Cx<'_, '_>) {
        let Record { controller, epoch, change } = record;
        if self.epoch.is_some_and(|known| epoch < known) || change < self.change {
            return;
        }
        (self.epoch, self.change, self.asked) = (Some(epoch), change, Asked::Nothing);
        let own = Owner { broker: self.me, session: self.session };
        match controller {
            Some(owner) if owner == own => {
                if epoch > self.resigned {
                    self.lead(config, epoch, cx);
                } else {
                    self.delete(epoch, cx);
                }
            }
            Some(owner) => {
                cx.cite(FOLLOW);
                self.stop(config, cx);
                // A node of its own from an earlier session ends with that.
                self.believe(Some(owner.broker).filter(|broker| *broker != self.me), cx);
            }
            None => {
                cx.cite(ELECT);
                self.stop(config, cx);
                self.believe(None, cx);
                cx.note(Note::Candidate(self.number()));
                self.asked = Asked::Electing(epoch);
                self.ask(cx);
            }
        }
    }

    pub fn done(&mut self, config: &Config, epoch: u32, cx: Cx<'_, '_>) {
        if self.asked == Asked::Electing(epoch - 1) && self.epoch == Some(epoch - 1) {
            self.asked = Asked::Nothing;
            self.epoch = Some(epoch);
            self.lead(config, epoch, cx);
        }
    }

    /// Somebody else was first. Or it was itself, and the answer was lost: reading tells.
    pub fn too_late(&mut self, cx: Cx<'_, '_>) {
        if matches!(self.asked, Asked::Electing(_)) {
            self.read(cx);
        }
    }

    /// Rule 6.
    pub fn changed(&mut self, change: u32, cx: Cx<'_, '_>) {
        if change > self.change && !matches!(self.asked, Asked::Electing(_)) {
            self.read(cx);
        }
    }

    /// Rule 4.
    fn lead(&mut self, config: &Config, epoch: u32, cx: Cx<'_, '_>) {
        if self.active == Some(epoch) {
            return;
        }
        cx.cite(LEAD);
        self.active = Some(epoch);
        cx.note(Note::Lead(self.number()));
        self.controller = None;
        self.believe(Some(self.me), cx);
        self.work(config, cx);
    }

    fn believe(&mut self, controller: Option<NodeId>, cx: Cx<'_, '_>) {
        if controller != self.controller {
            self.controller = controller;
            cx.note(Note::Believe(controller, self.number()));
        }
    }

    fn stop(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !config.keeps(Broken::GoesOnAfterExpiry) {
            return;
        }
        if let Some(epoch) = self.active.take() {
            self.resigned = epoch;
            cx.note(Note::StepDown(Token(u64::from(epoch))));
            cx.cancel_timer(Timer::Work);
        }
    }

    /// Rule 7, of the controller.
    pub fn work(&self, config: &Config, cx: Cx<'_, '_>) {
        let Some(epoch) = self.active else { return };
        for broker in NodeId::all(cx.nodes() - 1).filter(|broker| *broker != self.me) {
            cx.send(broker, Message::Update(epoch));
        }
        if config.writes {
            cx.write(Token(u64::from(epoch)));
        }
        cx.set_timer(Timer::Work, config.work_ms);
    }

    /// Rule 7, of the others. Before it has read an epoch a broker obeys nobody.
    pub fn update(&mut self, config: &Config, from: NodeId, epoch: u32, cx: Cx<'_, '_>) {
        let Some(known) = self.epoch else { return };
        if epoch < known && config.keeps(Broken::EpochNotChecked) {
            cx.cite(STALE);
            self.refused += 1;
            cx.send(from, Message::Stale(known));
            return;
        }
        cx.cite(OBEY);
        let is_new = self.epoch != Some(epoch) || self.controller != Some(from);
        self.epoch = Some(epoch);
        // One that takes itself for the controller learns from ZooKeeper that it is not.
        if is_new && self.active.is_none() {
            cx.cite(FOLLOW);
            self.controller = None;
            self.believe(Some(from), cx);
        }
        cx.send(from, Message::Accepted(epoch));
    }

    /// Rule 8. A request that is still without an answer goes out again.
    pub fn ping(&self, config: &Config, cx: Cx<'_, '_>) {
        if self.connected {
            cx.send(Broker::ensemble(cx), Message::Ping(self.session));
            self.ask(cx);
        }
        cx.set_timer(Timer::Ping, config.session().ping_after());
    }

    /// Something came from the ensemble.
    pub fn hear(&self, config: &Config, cx: Cx<'_, '_>) {
        if self.connected {
            cx.set_timer(Timer::Silence, config.session().silence());
        }
    }

    /// Rule 9: the session may still be there, and a controller goes on.
    pub fn disconnected(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(DISCONNECTED);
        cx.note(Note::Suspect(Broker::ensemble(cx)));
        self.connected = false;
        cx.cancel_timer(Timer::Ping);
        cx.set_random_timer(Timer::Connect, Span::ZERO, config.reconnect_ms);
    }

    /// Rule 10.
    pub fn expired(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(EXPIRED);
        self.stop(config, cx);
        self.believe(None, cx);
        (self.session, self.connected, self.asked) = (0, false, Asked::Nothing);
        cx.cancel_timer(Timer::Ping);
        cx.cancel_timer(Timer::Silence);
        self.connect(config, cx);
    }

    /// Rule 14.
    pub fn resign(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Some(version) = self.active else { return };
        cx.cite(RESIGN);
        self.stop(config, cx);
        self.believe(None, cx);
        self.delete(version, cx);
    }

    /// Should the wish be lost, it goes out again when the nodes are read again.
    fn delete(&mut self, version: u32, cx: Cx<'_, '_>) {
        let session = self.session;
        cx.send(Broker::ensemble(cx), Message::Delete { session, version });
        self.asked = Asked::Reading;
    }

    /// Somebody asks for an election: it looks again.
    pub fn campaign(&mut self, cx: Cx<'_, '_>) {
        if self.connected && self.active.is_none() {
            self.read(cx);
        }
    }

    pub fn view(&self) -> NodeView {
        let doing = match (self.connected, self.asked) {
            (false, _) => "disconnected".to_owned(),
            (_, Asked::Reading) => "reading who is the controller".to_owned(),
            (_, Asked::Electing(version)) => format!("creating /controller over epoch {version}"),
            (_, Asked::Nothing) => "waiting for a change of /controller".to_owned(),
        };
        let shown = |number: u32| if number == 0 { "none".to_owned() } else { number.to_string() };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            role: match (self.active, self.asked) {
                (Some(_), _) => Role::Leader,
                (None, Asked::Electing(_)) => Role::Candidate,
                (None, _) => Role::Follower,
            },
            believes: self.controller,
            number: self.number(),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field("session", shown(self.session)),
                field("highest controller epoch seen", shown(self.epoch.unwrap_or(0))),
                field("orders refused", self.refused.to_string()),
                field("doing", doing),
            ],
        }
    }
}
