//! ZooKeeper's part: sessions, one ephemeral node, one number, and watches.

use super::config::{Broken, Config};
use super::{EXPIRE, KafkaController, Message, Owner, Record, Timer};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeSet, NodeView, Role};

/// What the ensemble keeps on its disks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The open sessions: which one, and whose. The earliest first.
    pub sessions: Vec<(u32, NodeId)>,
    /// The number of the latest session.
    pub latest: u32,
    /// `/controller` and `/controller_epoch`.
    pub record: Record,
}

/// The ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ensemble {
    stable: Stable,
    /// When each session was heard last, by the ensemble's clock.
    heard: Vec<SimTime>,
    /// Who is to be told of the next change of `/controller`.
    watched_by: NodeSet,
}

type Cx<'a, 'b> = &'a mut Context<'b, KafkaController>;

impl Ensemble {
    pub fn boot(config: &Config, mut stable: Stable, cx: Cx<'_, '_>) -> Ensemble {
        if cx.is_start() && config.settled {
            let brokers = NodeId::all(cx.nodes() - 1);
            stable.sessions = brokers.map(|it| (super::settled_session(it), it)).collect();
            stable.latest = u32::from(cx.nodes());
            stable.record = Record::settled();
            cx.persist(stable.clone());
        }
        // Watches are not on disk. Every session gets its whole timeout again.
        let heard = vec![cx.counted(); stable.sessions.len()];
        let ensemble = Ensemble { stable, heard, watched_by: NodeSet::EMPTY };
        ensemble.tell_observers(cx);
        ensemble.wait_for_tick(config, cx);
        ensemble
    }

    fn tell_observers(&self, cx: Cx<'_, '_>) {
        let Record { controller, epoch, .. } = self.stable.record;
        cx.note(Note::Believe(controller.map(|owner| owner.broker), Token(u64::from(epoch))));
    }

    /// Waits until a session may be over.
    fn wait_for_tick(&self, config: &Config, cx: Cx<'_, '_>) {
        let heard = self.heard.iter().copied();
        cx.set_timer(Timer::Tick, config.session().until_tick(cx.counted(), heard));
    }

    /// Rule 11: opens a session, or takes note that one is alive. Whatever comes over a connection
    /// keeps it; who only asks for one, and never hears the answer, has none. False if it is over,
    /// and the broker is told.
    pub fn admits(&mut self, from: NodeId, message: &Message, cx: Cx<'_, '_>) -> bool {
        if *message == Message::Connect(0) {
            self.stable.latest += 1;
            self.stable.sessions.push((self.stable.latest, from));
            self.heard.push(cx.counted());
            cx.persist(self.stable.clone());
            cx.send(from, Message::Connected(self.stable.latest));
            return false;
        }
        let session = message.session();
        match self.stable.sessions.iter().position(|open| *open == (session, from)) {
            Some(_) if matches!(message, Message::Connect(_)) => {}
            Some(at) => self.heard[at] = cx.counted(),
            None => cx.send(from, Message::Expired(session)),
        }
        self.stable.sessions.contains(&(session, from))
    }

    /// Rule 12.
    pub fn serve(&mut self, config: &Config, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        let record = self.stable.record;
        match message {
            Message::Connect(session) => cx.send(from, Message::Connected(session)),
            Message::Ping(session) => {
                let change = record.change;
                cx.send(from, Message::Pong { session, change });
            }
            Message::Get(session) => {
                self.watched_by.insert(from);
                cx.send(from, Message::Data { session, record });
            }
            Message::Multi { session, version } => {
                let checked = config.keeps(Broken::VersionNotChecked);
                if record.controller.is_some() {
                    cx.send(from, Message::NodeExists(session));
                } else if record.epoch != version && checked {
                    cx.send(from, Message::BadVersion(session));
                } else {
                    let owner = Owner { broker: from, session };
                    self.change(Some(owner), version + 1, cx);
                    cx.send(from, Message::Done { session, epoch: version + 1 });
                }
            }
            Message::Delete { session, version } => {
                let owner = Owner { broker: from, session };
                if record.controller == Some(owner) && record.epoch == version {
                    self.change(None, record.epoch, cx);
                }
            }
            _ => {}
        }
    }

    /// Both nodes change at once, and who watches is told.
    fn change(&mut self, controller: Option<Owner>, epoch: u32, cx: Cx<'_, '_>) {
        let change = self.stable.record.change + 1;
        self.stable.record = Record { controller, epoch, change };
        cx.persist(self.stable.clone());
        self.tell_observers(cx);
        let sessions = self.stable.sessions.iter();
        for (session, broker) in sessions.filter(|(_, it)| self.watched_by.contains(*it)) {
            cx.send(*broker, Message::Changed { session: *session, change });
        }
        self.watched_by = NodeSet::EMPTY;
    }

    /// Rule 13: the sessions that were not heard for their timeout are over.
    pub fn tick(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let (now, timeout) = (cx.counted(), config.session().timeout());
        while let Some(at) = self.heard.iter().position(|heard| *heard + timeout < now) {
            cx.cite(EXPIRE);
            self.heard.remove(at);
            let (session, broker) = self.stable.sessions.remove(at);
            cx.persist(self.stable.clone());
            let owner = Owner { broker, session };
            let owns = self.stable.record.controller == Some(owner);
            // A broker that has come back with another session is not gone.
            if owns || self.stable.sessions.iter().all(|open| open.1 != broker) {
                cx.note(Note::Suspect(broker));
            }
            if owns {
                self.change(None, self.stable.record.epoch, cx);
            }
        }
        self.wait_for_tick(config, cx);
    }

    pub fn view(&self, config: &Config) -> NodeView {
        let Record { controller, epoch, .. } = self.stable.record;
        let owner = controller.map_or("none".to_owned(), |owner| {
            format!("of node {}, session {}", owner.broker, owner.session)
        });
        let sessions: Vec<String> = (self.stable.sessions.iter().zip(&self.heard))
            .map(|((_, broker), heard)| {
                format!("node {broker} after {}", *heard + config.session().timeout())
            })
            .collect();
        let watches: Vec<String> =
            self.watched_by.iter().map(|broker| format!("node {broker}")).collect();
        let watches = if watches.is_empty() { "none".to_owned() } else { watches.join(", ") };
        let field = |kept, name, value| Field { kept, name, value };
        NodeView {
            role: Role::Service,
            believes: controller.map(|owner| owner.broker),
            number: Token(u64::from(epoch)),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field(Kept::Persistent, "/controller", owner),
                field(Kept::Persistent, "/controller_epoch", epoch.to_string()),
                field(Kept::Volatile, "watched by", watches),
                field(
                    Kept::Volatile,
                    "sessions end, by what this clock has counted",
                    sessions.join(", "),
                ),
            ],
        }
    }
}
