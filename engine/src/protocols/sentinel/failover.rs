//! A failover that a Sentinel stands for and leads.

use super::config::{Broken, Config};
use super::watcher::{Cx, Watcher};
use super::{ABORT, COUNT, ELECTED, ELECTION, Message, PROMOTED, TRY, Timer, VALID};
use crate::ids::NodeId;
use crate::protocol::Note;
use crate::view::NodeSet;

/// A failover that it wants to lead or leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Failover {
    None,
    /// It asks for votes.
    Electing,
    /// It waits for this replica to become a master.
    Promoting(NodeId),
}

impl Watcher {
    /// Rule 5.
    pub fn stand(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(TRY);
        self.failover = Failover::Electing;
        self.opinion.epoch = self.opinion.epoch.next();
        self.stood = self.opinion.epoch;
        self.persist(cx);
        cx.note(Note::Candidate(self.stood));
        self.wait(config, cx);
        cx.set_timer(Timer::Abort, ELECTION.min(config.failover_timeout_ms));
        self.ask(config, cx);
    }

    pub(super) fn votes_for(&self, candidate: NodeId) -> NodeSet {
        let vote = Some((candidate, self.stood));
        let others = self.said.iter().enumerate().filter(|(_, said)| said.vote == vote);
        let mut votes: NodeSet = others.map(|(index, _)| NodeId::from_index(index)).collect();
        if self.opinion.vote == vote {
            votes.insert(self.me);
        }
        votes
    }

    /// Rule 8. Its own vote goes to whoever has most, and to itself if nobody has any.
    pub(super) fn count(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(COUNT);
        let epoch = self.stood;
        let is_free = self.opinion.vote.is_none_or(|vote| vote.1 < epoch);
        if is_free && self.opinion.epoch == epoch {
            let most = config.sentinels(cx.nodes()).map(|it| (self.votes_for(it).len(), it)).max();
            let top = most.filter(|(votes, _)| *votes > 0).map_or(self.me, |(_, top)| top);
            self.vote(top, epoch, config, cx);
        }
        if let Some(step) = self.told(config, cx) {
            self.do_as_told(step, config, cx);
        } else if self.votes_for(self.me).len() >= config.votes_needed(self.said.len()) {
            self.elected(config, cx);
        }
    }

    /// Rule 9: the replica with most of the writes is promoted.
    pub(super) fn elected(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(ELECTED);
        let now = cx.clock();
        let is_fit = |server: &NodeId| {
            let seen = &self.seen[server.index()];
            *server != self.opinion.master && seen.at.is_some_and(|at| now.since(at) <= VALID)
        };
        let fit = config.servers(cx.nodes()).filter(is_fit);
        let best = match config.keeps(Broken::OffsetIgnored) {
            true => fit.rev().max_by_key(|server| self.seen[server.index()].len),
            false => fit.min(),
        };
        match best {
            Some(replica) => {
                self.failover = Failover::Promoting(replica);
                cx.set_timer(Timer::Abort, config.failover_timeout_ms);
                cx.send(replica, Message::Promote(self.stood));
            }
            None => self.abort(cx),
        }
    }

    /// Rule 10: the replica says that it is a master.
    pub(super) fn promoted(&mut self, replica: NodeId, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(PROMOTED);
        self.end(cx);
        let epoch = self.stood;
        self.switch(replica, epoch, config, cx);
        for server in config.servers(cx.nodes()).filter(|server| *server != replica) {
            cx.send(server, Message::ReplicaOf(replica, epoch));
        }
        self.hello(config, cx);
    }

    pub(super) fn end(&mut self, cx: Cx<'_, '_>) {
        self.failover = Failover::None;
        cx.cancel_timer(Timer::Abort);
    }

    /// Rule 14: it was not elected in time, or the replica does not answer.
    pub fn abort(&mut self, cx: Cx<'_, '_>) {
        if self.failover != Failover::None {
            cx.cite(ABORT);
            self.end(cx);
        }
    }
}
