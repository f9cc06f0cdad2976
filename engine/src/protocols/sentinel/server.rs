//! A Redis server: a master that takes writes, or a replica that follows one.

use super::config::Config;

use super::{FOLLOW, INFO_RULE, LEAD, Message, PING, REPLICATE, Sentinel, Stable, Timer, WRITE};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::protocols::history::History;
use crate::time::SimTime;
use crate::view::{Field, Kept, LogView, NodeView, Role};

/// What a server has on its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Data {
    /// Whom it follows; nobody if it is a master.
    pub follows: Option<NodeId>,
    /// By which epoch it was told so. Redis does not know of epochs; this is for observers.
    pub epoch: Token,
    /// Its writes.
    pub history: History,
}

/// A Redis server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Server {
    me: NodeId,
    data: Data,
    /// When each server last said how far it follows, by this server's clock.
    heard: Vec<Option<SimTime>>,
    /// How many writes of its own it has dropped to follow another.
    dropped: u32,
    /// How many writes it has refused for want of replicas.
    refused: u32,
}

type Cx<'a, 'b> = &'a mut Context<'b, Sentinel>;

impl Server {
    pub fn boot(config: &Config, data: Option<Data>, cx: Cx<'_, '_>) -> Server {
        let me = cx.me();
        let data = data.unwrap_or_else(|| {
            let master = super::first_master(cx);
            let mut history = History::default();
            history.begin(0);
            Data { follows: (me != master).then_some(master), epoch: Token(0), history }
        });
        let heard = vec![None; usize::from(cx.nodes())];
        let server = Server { me, data, heard, dropped: 0, refused: 0 };
        cx.note(Note::Log(data.history.end_at(data.history.len)));
        server.persist(cx);
        if server.is_master() {
            server.lead(config, cx);
        } else {
            server.follow(cx);
        }
        server
    }

    fn is_master(&self) -> bool {
        self.data.follows.is_none()
    }

    fn persist(&self, cx: Cx<'_, '_>) {
        cx.persist(Stable::Server(self.data));
    }

    fn lead(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.note(Note::Lead(self.data.epoch));
        cx.note(Note::Believe(Some(self.me), self.data.epoch));
        cx.cancel_timer(Timer::Replicate);
        cx.set_timer(Timer::Write, config.write_ms);
    }

    fn follow(&self, cx: Cx<'_, '_>) {
        cx.note(Note::Believe(self.data.follows, self.data.epoch));
        cx.cancel_timer(Timer::Write);
        self.report(cx);
    }

    /// Rule 15: the answer to a Sentinel.
    pub fn info(&self, to: NodeId, cx: Cx<'_, '_>) {
        cx.cite(INFO_RULE);
        let (follows, len) = (self.data.follows, self.data.history.len);
        cx.send(to, Message::Info { follows, len });
    }

    /// Rule 16: clients write, are told that it is done, and the replicas are told as well.
    pub fn write(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(WRITE);
        cx.set_timer(Timer::Write, config.write_ms);
        if self.good_replicas(config, cx.clock()) < config.min_replicas_to_write {
            self.refused += 1;
            return;
        }
        self.data.history.len += 1;
        self.persist(cx);
        cx.note(Note::Log(self.data.history.end_at(self.data.history.len)));
        if config.writes {
            cx.write(Token(0));
        }
        let history = self.data.history;
        for replica in config.servers(cx.nodes()).filter(|it| self.heard[it.index()].is_some()) {
            cx.send(replica, Message::Stream(history));
        }
    }

    fn good_replicas(&self, config: &Config, now: SimTime) -> u32 {
        let is_good = |heard: &&Option<SimTime>| {
            heard.is_some_and(|heard| now.since(heard) <= config.min_replicas_max_lag_ms)
        };
        self.heard.iter().filter(is_good).count() as u32
    }

    /// Rule 17, of a replica: once a second, how far it has come.
    pub fn report(&self, cx: Cx<'_, '_>) {
        if let Some(master) = self.data.follows {
            cx.send(master, Message::Ack);
            cx.set_timer(Timer::Replicate, PING);
        }
    }

    /// Rule 17, of a master: the replica may lack something.
    pub fn acked(&mut self, from: NodeId, cx: Cx<'_, '_>) {
        if self.is_master() {
            self.heard[from.index()] = Some(cx.clock());
            cx.send(from, Message::Stream(self.data.history));
        }
    }

    /// Rule 17, of a replica: it takes over what its master has, and drops what that has not.
    pub fn stream(&mut self, from: NodeId, history: History, cx: Cx<'_, '_>) {
        if self.data.follows != Some(from) || history == self.data.history {
            return;
        }
        // A message that was overtaken by a later one says nothing new.
        if history.is_older_than(&self.data.history) {
            return;
        }
        let common = self.data.history.common(&history);
        if common < self.data.history.len {
            cx.cite(REPLICATE);
            self.dropped += self.data.history.len - common;
            cx.note(Note::Log(self.data.history.end_at(common)));
        }
        self.data.history = history;
        self.persist(cx);
        cx.note(Note::Log(history.end_at(history.len)));
    }

    /// Rule 18: a Sentinel says that it is the master now.
    pub fn promote(&mut self, epoch: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.is_master() {
            return;
        }
        cx.cite(LEAD);
        (self.data.follows, self.data.epoch) = (None, epoch);
        self.data.history.begin(epoch.0 as u32);
        self.heard.fill(None);
        self.persist(cx);
        self.lead(config, cx);
    }

    /// Rule 19: a Sentinel says whom to follow.
    pub fn replica_of(&mut self, master: NodeId, epoch: Token, cx: Cx<'_, '_>) {
        if self.data.follows == Some(master) || master == self.me {
            return;
        }
        cx.cite(FOLLOW);
        if self.is_master() {
            cx.note(Note::StepDown(self.data.epoch));
        }
        (self.data.follows, self.data.epoch) = (Some(master), epoch);
        self.persist(cx);
        self.follow(cx);
    }

    pub fn view(&self) -> NodeView {
        let field =
            |name, value: u32| Field { kept: Kept::Volatile, name, value: value.to_string() };
        NodeView {
            role: if self.is_master() { Role::Leader } else { Role::Follower },
            believes: self.data.follows.or(Some(self.me)),
            // What observers are told of the epoch, the server does not know.
            number: Token(0),
            vote: None,
            ballots: None,
            missed: None,
            log: Some(LogView { terms: self.data.history.epochs(), committed: 0 }),
            fields: vec![
                Field {
                    kept: Kept::Persistent,
                    name: "writes held",
                    value: self.data.history.len.to_string(),
                },
                field("acknowledged writes dropped", self.dropped),
                field("writes refused", self.refused),
            ],
        }
    }
}
