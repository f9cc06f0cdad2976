//! A broker's part: a replica that leads, or that fetches from the leader.

use super::config::{Broken, Config};
use super::{
    APPEND, EXPAND, FENCED_EPOCH, FETCH, FOLLOW, KafkaPartition, LEAD, METADATA, Message,
    Partition, REPLICATE, SERVE, SHRINK, Stable, TOO_FEW, TRUNCATE, Timer,
};
use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Context, Note};
use crate::protocols::epoch_log::EpochLog;
use crate::time::SimTime;
use crate::view::{Field, Kept, LogView, NodeSet, NodeView, Role};

/// What a broker has on its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    /// The latest that it has heard of the partition.
    pub partition: Partition,
    /// Its log.
    pub log: EpochLog,
    /// The high watermark: how many entries all replicas in sync have. These are acknowledged.
    pub high: u32,
}

/// What a leader knows of another replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Follower {
    /// How many entries it has; nothing until it has fetched.
    len: Option<u32>,
    /// When it fetched last, and how many entries the leader had then.
    fetched: (SimTime, u32),
    /// When it last had everything.
    caught_up: SimTime,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Replica {
    me: NodeId,
    disk: Disk,
    /// Since when the process runs, by its own clock: its name at the controller.
    since: SimTime,
    registered: bool,
    followers: Vec<Follower>,
    /// The ISR that it has asked the controller for.
    wanted: Option<NodeSet>,
    /// How many entries it had when it began to lead.
    led_from: u32,
    /// How many acknowledged writes it has dropped.
    dropped: u32,
    /// How many writes it has refused for want of replicas in sync.
    refused: u32,
}

type Cx<'a, 'b> = &'a mut Context<'b, KafkaPartition>;

impl Replica {
    pub fn boot(config: &Config, disk: Disk, cx: Cx<'_, '_>) -> Replica {
        let unknown = Follower { len: None, fetched: (SimTime::ZERO, 0), caught_up: SimTime::ZERO };
        let mut replica = Replica {
            me: cx.me(),
            disk,
            since: cx.counted(),
            registered: false,
            followers: vec![unknown; usize::from(cx.nodes()) - 1],
            wanted: None,
            led_from: 0,
            dropped: 0,
            refused: 0,
        };
        replica.tell_acknowledged(cx);
        if cx.is_start() && config.settled {
            replica.registered = true;
            replica.take(config, Partition::settled(cx.nodes() - 1), cx);
        }
        replica.heartbeat(config, cx);
        replica
    }

    fn persist(&self, cx: Cx<'_, '_>) {
        cx.persist(Stable::Replica(self.disk.clone()));
    }

    fn tell_acknowledged(&self, cx: Cx<'_, '_>) {
        cx.note(Note::Log(self.disk.log.end_at(self.disk.high)));
    }

    pub fn leads(&self) -> bool {
        self.registered && self.disk.partition.leader == Some(self.me)
    }

    fn epoch(&self) -> u32 {
        self.disk.partition.leader_epoch
    }

    /// Whether something of this epoch counts.
    fn is_current(&self, config: &Config, epoch: u32) -> bool {
        epoch == self.epoch() || !config.keeps(Broken::EpochsNotChecked)
    }

    fn controller(cx: &Context<'_, KafkaPartition>) -> NodeId {
        NodeId(cx.nodes() - 1)
    }

    /// Rule 7. A wish that is without an answer goes out again.
    pub fn heartbeat(&self, config: &Config, cx: Cx<'_, '_>) {
        let since = self.since;
        let message = match self.registered {
            true => Message::Heartbeat(since),
            false => Message::Register(since),
        };
        cx.send(Replica::controller(cx), message);
        if let Some(isr) = self.wanted.filter(|_| self.leads()) {
            let alter = Message::Alter(Partition { isr, ..self.disk.partition });
            cx.send(Replica::controller(cx), alter);
        }
        cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
    }

    pub fn registered(
        &mut self,
        config: &Config,
        since: SimTime,
        partition: Partition,
        cx: Cx<'_, '_>,
    ) {
        if self.registered || since != self.since {
            return;
        }
        cx.cite(METADATA);
        // What the process before it may have led is over.
        self.disk.partition.leader = None;
        self.registered = true;
        if partition.partition_epoch >= self.disk.partition.partition_epoch {
            self.take(config, partition, cx);
        }
        self.heartbeat(config, cx);
    }

    /// Rule 8: what the controller says, unless it is old.
    pub fn metadata(&mut self, config: &Config, partition: Partition, cx: Cx<'_, '_>) {
        let is_newer = partition.partition_epoch > self.disk.partition.partition_epoch;
        let differs = partition != self.disk.partition;
        if self.registered && (is_newer || differs && !config.keeps(Broken::EpochsNotChecked)) {
            cx.cite(METADATA);
            if partition.leader_epoch == self.epoch() {
                self.wanted = None;
                self.disk.partition = partition;
                self.persist(cx);
                self.advance(config, cx);
            } else {
                self.take(config, partition, cx);
            }
        }
    }

    /// Another leader, or none.
    fn take(&mut self, config: &Config, partition: Partition, cx: Cx<'_, '_>) {
        let led = self.leads() && partition.leader_epoch != self.epoch();
        if led {
            cx.note(Note::StepDown(self.disk.partition.number()));
        }
        for timer in [Timer::Write, Timer::Lag, Timer::Fetch] {
            cx.cancel_timer(timer);
        }
        self.disk.partition = partition;
        self.wanted = None;
        self.persist(cx);
        if self.leads() {
            self.lead(config, cx);
        } else {
            cx.cite(FOLLOW);
            cx.note(Note::Believe(partition.leader, partition.number()));
            self.fetch(config, cx);
        }
    }

    /// Rule 9.
    fn lead(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        let (number, now) = (self.disk.partition.number(), cx.counted());
        cx.note(Note::Lead(number));
        cx.note(Note::Believe(Some(self.me), number));
        self.led_from = self.disk.log.len();
        self.followers.fill(Follower { len: None, fetched: (now, 0), caught_up: now });
        cx.set_timer(Timer::Write, config.write_ms);
        cx.set_timer(Timer::Lag, config.lag_ms.half());
        self.advance(config, cx);
    }

    /// Rule 10: a client writes.
    pub fn append(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(APPEND);
        cx.set_timer(Timer::Write, config.write_ms);
        if config.writes {
            cx.write(self.disk.partition.number());
        }
        if self.disk.partition.isr.len() < config.min_insync {
            cx.cite(TOO_FEW);
            self.refused += 1;
            return;
        }
        self.disk.log.push(self.epoch(), 1);
        self.persist(cx);
        self.advance(config, cx);
    }

    /// The ISR with all whom it wants to be in it.
    fn largest_isr(&self) -> NodeSet {
        let isr = self.disk.partition.isr;
        isr.iter().chain(self.wanted.unwrap_or(isr).iter()).collect()
    }

    /// Rule 11: what all replicas in sync have is acknowledged.
    fn advance(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !self.leads() || self.disk.partition.isr.len() < config.min_insync {
            return;
        }
        let waits = config.keeps(Broken::AcknowledgesAtOnce);
        let others = self.largest_isr().iter().filter(|node| *node != self.me);
        let slowest = others.map(|node| self.followers[node.index()].len.unwrap_or(0)).min();
        let len = self.disk.log.len();
        let high = slowest.filter(|_| waits).unwrap_or(len).min(len);
        if high > self.disk.high {
            self.disk.high = high;
            self.persist(cx);
            self.tell_acknowledged(cx);
        }
    }

    /// Rule 12, of a follower.
    pub fn fetch(&self, config: &Config, cx: Cx<'_, '_>) {
        if let Some(leader) = self.disk.partition.leader.filter(|leader| *leader != self.me) {
            let end = self.disk.log.end();
            cx.send(leader, Message::Fetch { epoch: self.epoch(), end });
            cx.set_timer(Timer::Fetch, config.fetch_ms);
        }
    }

    /// Rule 12, of the leader.
    pub fn serve(
        &mut self,
        config: &Config,
        from: NodeId,
        (epoch, end): (u32, LogEnd),
        cx: Cx<'_, '_>,
    ) {
        let own = self.epoch();
        if epoch < own && config.keeps(Broken::EpochsNotChecked) {
            cx.cite(FENCED_EPOCH);
            cx.send(from, Message::FencedEpoch(own));
        } else if self.leads() && self.is_current(config, epoch) {
            cx.cite(SERVE);
            if let Some(at) = self.disk.log.diverges(end) {
                cx.send(from, Message::Diverging { epoch: own, base: end, at });
                return;
            }
            self.heard(from, end.index, cx);
            self.expand(from, end.index, cx);
            self.advance(config, cx);
            let batch = self.disk.log.batch_after(end.index);
            cx.send(from, Message::Records { epoch: own, base: end, batch, high: self.disk.high });
        }
    }

    /// A follower that had everything when it last fetched has caught up since.
    fn heard(&mut self, from: NodeId, len: u32, cx: Cx<'_, '_>) {
        let (now, own) = (cx.counted(), self.disk.log.len());
        let follower = &mut self.followers[from.index()];
        if len >= own {
            follower.caught_up = now;
        } else if len >= follower.fetched.1 {
            follower.caught_up = follower.caught_up.max(follower.fetched.0);
        }
        follower.fetched = (now, own);
        follower.len = Some(len);
    }

    /// Rule 13: it has all that is acknowledged, and all that its leader began with.
    fn expand(&mut self, from: NodeId, len: u32, cx: Cx<'_, '_>) {
        let isr = self.disk.partition.isr;
        let in_sync = len >= self.disk.high && len >= self.led_from;
        if self.wanted.is_none() && in_sync && !isr.contains(from) {
            cx.cite(EXPAND);
            self.want(isr.iter().chain([from]).collect(), cx);
        }
    }

    fn want(&mut self, isr: NodeSet, cx: Cx<'_, '_>) {
        self.wanted = Some(isr);
        let alter = Message::Alter(Partition { isr, ..self.disk.partition });
        cx.send(Replica::controller(cx), alter);
    }

    /// Rule 14: who has lagged for too long is to leave the ISR.
    pub fn shrink(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.set_timer(Timer::Lag, config.lag_ms.half());
        let (now, len) = (cx.counted(), self.disk.log.len());
        let in_sync = |node: &NodeId| {
            let Follower { len: has, caught_up, .. } = self.followers[node.index()];
            *node == self.me || has == Some(len) || now.since(caught_up) <= config.lag_ms
        };
        let isr = self.disk.partition.isr;
        let smaller: NodeSet = isr.iter().filter(in_sync).collect();
        if self.wanted.is_some() || smaller == isr {
            return;
        }
        cx.cite(SHRINK);
        self.want(smaller, cx);
        if !config.keeps(Broken::ShrinksAlone) {
            self.disk.partition.isr = smaller;
            self.advance(config, cx);
        }
    }

    /// Rule 15: entries that follow on its own.
    pub fn records(
        &mut self,
        config: &Config,
        (epoch, base): (u32, LogEnd),
        (of, count): (u32, u32),
        high: u32,
        cx: Cx<'_, '_>,
    ) {
        if self.leads() || !self.is_current(config, epoch) || base != self.disk.log.end() {
            return;
        }
        cx.cite(REPLICATE);
        self.disk.log.push(of, count);
        let high = high.min(self.disk.log.len());
        let more = high > self.disk.high;
        self.disk.high = self.disk.high.max(high);
        if count > 0 || more {
            self.persist(cx);
        }
        if more {
            self.tell_acknowledged(cx);
        }
        if count > 0 {
            cx.cite(FETCH);
            self.fetch(config, cx);
        }
    }

    /// Rule 16: it has entries that its leader has not.
    pub fn diverging(
        &mut self,
        config: &Config,
        (epoch, base): (u32, LogEnd),
        at: LogEnd,
        cx: Cx<'_, '_>,
    ) {
        if self.leads() || !self.is_current(config, epoch) || base != self.disk.log.end() {
            return;
        }
        cx.cite(TRUNCATE);
        self.disk.log.truncate_to(at);
        let len = self.disk.log.len();
        if len < self.disk.high {
            self.dropped += self.disk.high - len;
            self.disk.high = len;
            self.tell_acknowledged(cx);
        }
        self.persist(cx);
        self.fetch(config, cx);
    }

    pub fn view(&self) -> NodeView {
        let Partition { leader, leader_epoch, isr, .. } = self.disk.partition;
        let field = |kept, name, value| Field { kept, name, value };
        let mut fields = vec![
            field(Kept::Persistent, "leader epoch", leader_epoch.to_string()),
            field(Kept::Persistent, "high watermark", self.disk.high.to_string()),
            field(Kept::Volatile, "acknowledged writes dropped", self.dropped.to_string()),
            field(Kept::Volatile, "writes refused", self.refused.to_string()),
        ];
        if self.leads() {
            fields.insert(1, field(Kept::Persistent, "in sync (ISR)", super::list(isr)));
        }
        NodeView {
            role: if self.leads() { Role::Leader } else { Role::Follower },
            believes: leader.filter(|_| self.registered),
            number: Token(u64::from(leader_epoch)),
            vote: None,
            ballots: None,
            missed: None,
            log: Some(LogView {
                terms: self.disk.log.epochs(),
                committed: self.disk.high as usize,
            }),
            fields,
        }
    }
}
