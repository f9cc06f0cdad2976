//! etcd: keeps the leases, the keys and who watches them.

use super::config::{Broken, Config, EXPIRY_LOOK};
use super::{
    ENTER, EXPIRE, Etcd, GRANT, KEEPALIVE, Keepalive, LOOK, Lease, LeaseId, Message, PROCLAIM,
    PROMOTE, RESIGN, Revision, SERVE, Stable, Timer, WATCH,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeSet, NodeView, Role};

/// etcd.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    // Persistent, but for when leases run out.
    stable: Stable,
    // Volatile.
    /// Who wants to hear when which key is deleted.
    watches: Vec<(NodeId, Revision)>,
    /// Who wants to hear who leads.
    observers: NodeSet,
    /// Whose key was the first when it looked last.
    leader: Option<(NodeId, Revision)>,
    /// The expiry for which the timer runs.
    awaits: Option<SimTime>,
}

impl Server {
    pub(super) fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Etcd>) -> Server {
        cx.cite(SERVE);
        let mut server = Server {
            stable,
            watches: Vec::new(),
            observers: NodeSet::EMPTY,
            leader: None,
            awaits: None,
        };
        if cx.is_start() && config.settled {
            server.begin_settled(config, cx);
        } else {
            server.leader = server.stable.first(config);
            server.promote(config, cx);
        }
        server
    }

    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        self.stable = Stable::settled(cx.nodes());
        let expires = self.now(config, cx) + config.ttl_ms;
        for lease in &mut self.stable.leases {
            lease.expires = expires;
            if config.observe {
                self.observers.insert(lease.node);
            }
        }
        for lease in &self.stable.leases {
            let key = lease.key.unwrap_or(0);
            let before = self.stable.before(lease.id, key, config);
            self.watches.extend(before.map(|before| (lease.node, before)));
        }
        self.leader = self.stable.first(config);
        if let Some((node, revision)) = self.leader {
            cx.note(Note::Vote(node, Token(revision)));
            cx.note(Note::Believe(Some(node), Token(revision)));
        }
        cx.persist(self.stable.clone());
        self.await_expiry(config, cx);
    }

    pub(super) fn on_event(
        &mut self,
        config: &Config,
        event: Event<Etcd>,
        cx: &mut Context<'_, Etcd>,
    ) {
        match event {
            Event::Message { from, message: Message::Grant(call) } => {
                cx.cite(GRANT);
                let id = self.stable.next_lease(from);
                let expires = self.now(config, cx) + config.ttl_ms;
                self.stable.leases.push(Lease { id, node: from, key: None, expires });
                cx.persist(self.stable.clone());
                cx.send(from, Message::Granted(call, id));
            }
            Event::Message { from, message: Message::Put(call, id) } => {
                cx.cite(ENTER);
                self.enter(from, call, id, config, cx);
            }
            Event::Message { from, message: Message::Before(call, id, key) } => {
                cx.cite(LOOK);
                cx.send(from, Message::Last(call, id, self.stable.before(id, key, config)));
            }
            Event::Message { from, message: Message::Watch(revision) } => {
                cx.cite(WATCH);
                self.watch(from, revision, cx);
            }
            Event::Message { from, message: Message::Keepalive(keepalive) } => {
                cx.cite(KEEPALIVE);
                self.keep_alive(from, keepalive, config, cx);
            }
            Event::Message { from, message: Message::Proclaim(id, revision) } => {
                cx.cite(PROCLAIM);
                if self.stable.has_key(id, revision) {
                    self.stable.revision += 1;
                    cx.persist(self.stable.clone());
                } else {
                    cx.send(from, Message::Gone(id));
                }
            }
            Event::Message { from, message: Message::Resign(call, id, revision) } => {
                cx.cite(RESIGN);
                if self.stable.has_key(id, revision) {
                    let lease = self.stable.leases.iter_mut().find(|lease| lease.id == id);
                    if let Some(lease) = lease {
                        lease.key = None;
                    }
                    self.stable.revision += 1;
                    self.changed(config, cx);
                    self.tell_watchers(revision, cx);
                    self.tell_observers(config, cx);
                }
                cx.send(from, Message::Resigned(call));
            }
            Event::Timer(Timer::Expiry) => {
                cx.cite(EXPIRE);
                self.awaits = None;
                self.expire(config, cx);
            }
            Event::Command(Command::Campaign) => self.promote(config, cx),
            // A client's timers and commands, and what etcd itself says.
            Event::Timer(_) | Event::Command(_) | Event::WriteAnswer(_) | Event::Message { .. } => {
                return;
            }
        }
        self.await_expiry(config, cx);
    }

    fn enter(
        &mut self,
        from: NodeId,
        call: u32,
        id: LeaseId,
        config: &Config,
        cx: &mut Context<'_, Etcd>,
    ) {
        let revision = self.stable.revision + 1;
        let Some(lease) = self.stable.leases.iter_mut().find(|lease| lease.id == id) else {
            cx.send(from, Message::Gone(id));
            return;
        };
        let key = *lease.key.get_or_insert(revision);
        if key == revision {
            self.stable.revision = revision;
            self.changed(config, cx);
        }
        cx.send(from, Message::Created(call, id, key));
        self.tell_observers(config, cx);
    }

    fn watch(&mut self, from: NodeId, revision: Revision, cx: &mut Context<'_, Etcd>) {
        if !self.stable.leases.iter().any(|lease| lease.key == Some(revision)) {
            cx.send(from, Message::Deleted(revision));
        } else if !self.watches.contains(&(from, revision)) {
            self.watches.push((from, revision));
        }
    }

    fn keep_alive(
        &mut self,
        from: NodeId,
        keepalive: Keepalive,
        config: &Config,
        cx: &mut Context<'_, Etcd>,
    ) {
        let now = self.now(config, cx);
        let id = keepalive.lease;
        let found = self.stable.leases.iter_mut().find(|lease| lease.id == id);
        let Some(lease) = found.filter(|lease| lease.expires > now) else {
            self.expire(config, cx);
            cx.send(from, Message::Gone(id));
            return;
        };
        let from_when = match config.keeps(Broken::ClientClock) {
            true => now,
            false => keepalive.clock,
        };
        lease.expires = from_when + config.ttl_ms;
        cx.send(from, Message::Alive(id, keepalive.clock));
        if let Some(revision) = keepalive.watches {
            self.watch(from, revision, cx);
        }
        if config.observe {
            self.observers.insert(from);
            let (leader, revision) = self.leader.unwrap_or((cx.me(), 0));
            if revision != keepalive.leader {
                cx.send(from, Message::Leader(leader, revision));
            }
        }
    }

    /// Lets go of every lease that has run out, with its key.
    fn expire(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let now = self.now(config, cx);
        let (ended, alive): (Vec<Lease>, Vec<Lease>) =
            self.stable.leases.iter().partition(|lease| lease.expires <= now);
        if ended.is_empty() {
            return;
        }
        self.stable.leases = alive;
        self.stable.revision += ended.iter().filter(|lease| lease.key.is_some()).count() as u64;
        for lease in &ended {
            cx.note(Note::Suspect(lease.node));
        }
        self.changed(config, cx);
        for lease in &ended {
            if let Some(revision) = lease.key {
                self.tell_watchers(revision, cx);
            }
        }
        self.tell_observers(config, cx);
    }

    /// Extends every lease, for nobody knows when it was renewed last.
    fn promote(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        cx.cite(PROMOTE);
        let expires = self.now(config, cx) + config.ttl_ms + config.extend_ms;
        for lease in &mut self.stable.leases {
            lease.expires = expires;
        }
        self.await_expiry(config, cx);
    }

    /// Keys have changed: perhaps another one is the first now.
    fn changed(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let first = self.stable.first(config);
        if let Some((node, revision)) = first
            && first != self.leader
        {
            cx.note(Note::Vote(node, Token(revision)));
        }
        cx.persist(self.stable.clone());
    }

    fn tell_watchers(&mut self, revision: Revision, cx: &mut Context<'_, Etcd>) {
        for (watcher, watched) in &self.watches {
            if *watched == revision {
                cx.send(*watcher, Message::Deleted(revision));
            }
        }
        self.watches.retain(|(_, watched)| *watched != revision);
    }

    fn tell_observers(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let first = self.stable.first(config);
        if first == self.leader {
            return;
        }
        self.leader = first;
        let (node, revision) = first.unwrap_or((cx.me(), 0));
        cx.note(Note::Believe(first.map(|(node, _)| node), Token(revision)));
        for observer in self.observers.iter() {
            cx.send(observer, Message::Leader(node, revision));
        }
    }

    /// The time by which leases run out: counted by its own clock.
    fn now(&self, config: &Config, cx: &Context<'_, Etcd>) -> SimTime {
        match config.keeps(Broken::ClientClock) {
            true => cx.counted(),
            false => cx.clock(),
        }
    }

    /// Lets the timer run for the lease that runs out first.
    fn await_expiry(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let next = self.stable.leases.iter().map(|lease| lease.expires).min();
        if next == self.awaits {
            return;
        }
        self.awaits = next;
        match next {
            Some(expires) => {
                let after = expires.since(self.now(config, cx));
                cx.set_random_timer(Timer::Expiry, after, EXPIRY_LOOK);
            }
            None => cx.cancel_timer(Timer::Expiry),
        }
    }

    pub(super) fn view(&self) -> NodeView {
        let revision = self.stable.revision.to_string();
        let field = |kept, name, value| Field { kept, name, value };
        let mut fields = vec![field(Kept::Persistent, "revision", revision)];
        for Lease { id, node, key, expires } in &self.stable.leases {
            let key = key.map_or("no key".to_owned(), |key| format!("key created at {key}"));
            let value = format!("{id:x} of node {node}, {key}");
            fields.push(field(Kept::Persistent, "lease", value));
            let value = format!("when this clock has counted {expires}");
            fields.push(field(Kept::Volatile, "runs out", value));
        }
        for (watcher, watched) in &self.watches {
            let value = format!("node {watcher} waits for key {watched} to go");
            fields.push(field(Kept::Volatile, "watch", value));
        }
        let leader = self.leader.map(|(node, _)| node);
        NodeView {
            role: Role::Service,
            believes: leader,
            number: Token(self.leader.map_or(0, |(_, revision)| revision)),
            vote: leader,
            ballots: None,
            missed: None,
            log: None,
            fields,
        }
    }
}
