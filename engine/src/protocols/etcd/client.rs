//! A client: a session, and a place in line.

use super::config::{Broken, Config, DEADLINE_LOOK};
use super::guard::{Heard, WriteInTime};
use super::{
    ALIVE, CAMPAIGN, Etcd, GIVE_WAY, Keepalive, LEAD, LOST, LeaseId, Message, OBSERVE, REFUSED,
    RENEW, RETRY, Revision, SESSION, START, Stable, TOO_LATE, Timer, WAIT, WOKEN, WORK, etcd,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Note};
use crate::time::{SimTime, Span};
use crate::view::{Field, Kept, NodeView, Role};

/// A client. All that it knows is volatile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    lease: Option<LeaseId>,
    /// When it was renewed last, by this client's clock.
    heard: Option<Heard>,
    /// Until when the lease lives for all that this client knows, by what its clock counts.
    expires: SimTime,
    /// The create revision of its key; 0 without one.
    created: Revision,
    doing: Doing,
    /// Who leads, with which create revision, as far as it has heard.
    leader: Option<NodeId>,
    leader_created: Revision,
    /// The number of the latest request.
    call: u32,
}

/// What a client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Doing {
    /// It has asked for a lease.
    Asking,
    /// It has asked for a key.
    Entering,
    /// It has asked who is before it.
    Looking,
    /// It waits for this key to be deleted.
    Waiting(Revision),
    /// It leads.
    Leading,
    /// It has asked for its key to be deleted.
    Resigning,
}

impl Client {
    pub(super) fn boot(config: &Config, cx: &mut Context<'_, Etcd>) -> Client {
        let mut client = Client {
            lease: None,
            heard: None,
            expires: SimTime::ZERO,
            created: 0,
            doing: Doing::Asking,
            leader: None,
            leader_created: 0,
            call: 0,
        };
        if cx.is_start() && config.settled {
            client.begin_settled(config, cx);
        } else {
            cx.cite(START);
            client.ask(Doing::Asking, config, cx);
        }
        client
    }

    /// Everybody has a key; everybody is somewhere between two keepalives.
    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let settled = Stable::settled(cx.nodes());
        let mine = settled.leases[cx.me().index()];
        (self.lease, self.created) = (Some(mine.id), mine.key.unwrap_or(0));
        cx.set_random_timer(Timer::Keepalive, Span::ZERO, config.keepalive());
        self.renewed(config, cx);
        if config.observe
            && let Some((leader, created)) = settled.first(config)
        {
            (self.leader, self.leader_created) = (Some(leader), created);
        }
        match settled.before(mine.id, self.created, config) {
            Some(before) => {
                self.doing = Doing::Waiting(before);
                cx.note(Note::Believe(self.leader, Token(self.leader_created)));
            }
            None => self.lead(config, cx),
        }
    }

    /// Whether this is the answer that it waits for. A process that was started again counts its
    /// calls anew, but has another lease than the one before.
    fn awaits(&self, call: u32, lease: LeaseId) -> bool {
        (call, Some(lease)) == (self.call, self.lease)
    }

    pub(super) fn on_event(
        &mut self,
        config: &Config,
        event: Event<Etcd>,
        cx: &mut Context<'_, Etcd>,
    ) {
        match event {
            Event::Message { message: Message::Granted(call, id), .. } if call == self.call => {
                if self.doing == Doing::Asking {
                    cx.cite(SESSION);
                    self.lease = Some(id);
                    self.renewed(config, cx);
                    self.keep_alive(config, cx);
                    self.ask(Doing::Entering, config, cx);
                }
            }
            Event::Message { message: Message::Created(call, id, revision), .. }
                if self.awaits(call, id) =>
            {
                if self.doing == Doing::Entering {
                    cx.cite(CAMPAIGN);
                    self.created = revision;
                    cx.note(Note::Candidate(Token(revision)));
                    self.ask(Doing::Looking, config, cx);
                }
            }
            Event::Message { message: Message::Last(call, id, None), .. }
                if self.awaits(call, id) =>
            {
                if self.doing == Doing::Looking {
                    cx.cite(LEAD);
                    self.lead(config, cx);
                    if let Some(lease) = self.lease {
                        cx.send(etcd(cx), Message::Proclaim(lease, self.created));
                    }
                }
            }
            Event::Message { message: Message::Last(call, id, Some(before)), .. }
                if self.awaits(call, id) =>
            {
                if self.doing == Doing::Looking {
                    cx.cite(WAIT);
                    cx.cancel_timer(Timer::Request);
                    self.doing = Doing::Waiting(before);
                    cx.send(etcd(cx), Message::Watch(before));
                }
            }
            Event::Message { message: Message::Deleted(revision), .. } => {
                if self.doing == Doing::Waiting(revision) {
                    cx.cite(WOKEN);
                    match config.keeps(Broken::AssumesTheLead) {
                        true => self.ask(Doing::Looking, config, cx),
                        false => self.lead(config, cx),
                    }
                }
            }
            Event::Message { message: Message::Alive(id, asked), .. } => {
                if self.lease == Some(id) {
                    cx.cite(ALIVE);
                    self.heard = Some(Heard { asked, answered: cx.clock() });
                    cx.set_random_timer(Timer::Keepalive, config.keepalive(), config.again_ms);
                    self.renewed(config, cx);
                }
            }
            Event::Message { message: Message::Gone(id), .. } => {
                if self.lease == Some(id) {
                    cx.cite(LOST);
                    self.lose_session(config, cx);
                }
            }
            Event::Timer(Timer::Deadline) => {
                if config.keeps(Broken::NeverGivesUp) {
                    cx.cite(LOST);
                    self.lose_session(config, cx);
                }
            }
            Event::Message { message: Message::Leader(leader, revision), .. } => {
                // Messages may overtake each other; revisions only grow. Who leads goes by its
                // own session.
                let news = revision > self.leader_created || revision == 0;
                if news && self.doing != Doing::Leading {
                    cx.cite(OBSERVE);
                    self.hear(leader, revision, cx);
                }
            }
            Event::Timer(Timer::Keepalive) => {
                cx.cite(RENEW);
                self.keep_alive(config, cx);
            }
            Event::Timer(Timer::Request) => {
                cx.cite(RETRY);
                self.ask(self.doing, config, cx);
            }
            Event::Timer(Timer::Work) => {
                cx.cite(WORK);
                self.work(config, cx);
            }
            Event::WriteAnswer(answer) => {
                let beaten = !answer.accepted && answer.highest > Token(self.created);
                if beaten && self.doing == Doing::Leading {
                    cx.cite(REFUSED);
                    self.lose_session(config, cx);
                }
            }
            Event::Message { message: Message::Resigned(call), .. } if call == self.call => {
                if self.doing == Doing::Resigning {
                    cx.cite(GIVE_WAY);
                    self.ask(Doing::Entering, config, cx);
                }
            }
            Event::Command(Command::Campaign) => {
                if self.doing == Doing::Leading {
                    cx.cite(GIVE_WAY);
                    self.stop_leading(cx);
                    self.ask(Doing::Resigning, config, cx);
                }
            }
            // There is no way to pass others in line.
            Event::Command(Command::Transfer(_)) => {}
            // Answers that nobody waits for any more, and what only etcd is asked.
            Event::Message { .. } | Event::Timer(Timer::Expiry) => {}
        }
    }

    /// Asks etcd for what this needs, and again until it answers.
    fn ask(&mut self, doing: Doing, config: &Config, cx: &mut Context<'_, Etcd>) {
        self.doing = doing;
        self.call += 1;
        let (call, lease) = (self.call, self.lease.unwrap_or(0));
        let message = match doing {
            Doing::Asking => Message::Grant(call),
            Doing::Entering => Message::Put(call, lease),
            Doing::Looking => Message::Before(call, lease, self.created),
            Doing::Resigning => Message::Resign(call, lease, self.created),
            Doing::Waiting(_) | Doing::Leading => return,
        };
        cx.send(etcd(cx), message);
        cx.set_timer(Timer::Request, config.request_ms);
    }

    /// The lease was granted or renewed.
    fn renewed(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        self.expires = cx.counted() + config.ttl_ms;
        cx.set_random_timer(Timer::Deadline, config.ttl_ms, DEADLINE_LOOK);
    }

    fn keep_alive(&self, config: &Config, cx: &mut Context<'_, Etcd>) {
        let Some(lease) = self.lease else { return };
        let watches = match self.doing {
            Doing::Waiting(before) => Some(before),
            _ => None,
        };
        let leader = self.leader_created;
        let keepalive = Keepalive { lease, watches, leader, clock: cx.clock() };
        cx.send(etcd(cx), Message::Keepalive(keepalive));
        cx.set_timer(Timer::Keepalive, config.again_ms);
    }

    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        self.doing = Doing::Leading;
        cx.cancel_timer(Timer::Request);
        cx.note(Note::Lead(Token(self.created)));
        self.hear(cx.me(), self.created, cx);
        self.work(config, cx);
    }

    fn work(&self, config: &Config, cx: &mut Context<'_, Etcd>) {
        if config.writes {
            match self.is_in_time(config, cx) {
                true => cx.write(Token(self.created)),
                false => cx.cite(TOO_LATE),
            }
            cx.set_timer(Timer::Work, config.work_ms);
        }
    }

    /// Rule 24.
    fn is_in_time(&self, config: &Config, cx: &Context<'_, Etcd>) -> bool {
        let Some(margin) = config.margin else { return true };
        let question = WriteInTime::new(self.heard, cx.clock(), margin, config);
        let told = config.may_write.as_ref().and_then(|asked| asked.ask(question));
        told.unwrap_or_else(|| question.is_sure())
    }

    fn hear(&mut self, leader: NodeId, revision: Revision, cx: &mut Context<'_, Etcd>) {
        self.leader = (revision > 0).then_some(leader);
        self.leader_created = revision;
        cx.note(Note::Believe(self.leader, Token(revision)));
    }

    fn stop_leading(&mut self, cx: &mut Context<'_, Etcd>) {
        cx.cancel_timer(Timer::Work);
        if self.doing == Doing::Leading {
            cx.note(Note::StepDown(Token(self.created)));
        }
        if self.leader == Some(cx.me()) {
            self.leader = None;
            cx.note(Note::Believe(None, Token(self.leader_created)));
        }
    }

    fn lose_session(&mut self, config: &Config, cx: &mut Context<'_, Etcd>) {
        self.stop_leading(cx);
        cx.cancel_timer(Timer::Keepalive);
        cx.cancel_timer(Timer::Deadline);
        (self.lease, self.heard, self.created) = (None, None, 0);
        self.ask(Doing::Asking, config, cx);
    }

    pub(super) fn view(&self) -> NodeView {
        let role = match self.doing {
            Doing::Leading => Role::Leader,
            Doing::Entering | Doing::Looking => Role::Candidate,
            _ => Role::Follower,
        };
        let doing = match self.doing {
            Doing::Asking => "asking for a lease".to_owned(),
            Doing::Entering => "asking for a key".to_owned(),
            Doing::Looking => "asking who is before it".to_owned(),
            Doing::Waiting(before) => format!("waiting for key {before} to be deleted"),
            Doing::Leading => "leading".to_owned(),
            Doing::Resigning => "resigning".to_owned(),
        };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        let mut fields = vec![field("doing", doing)];
        if let Some(lease) = self.lease {
            fields.push(field("lease", format!("{lease:x}")));
            let value = format!("when this clock has counted {}", self.expires);
            fields.push(field("runs out", value));
        }
        if self.created > 0 {
            fields.push(field("create revision", self.created.to_string()));
        }
        let number = match self.doing {
            Doing::Leading => self.created,
            _ => self.leader_created,
        };
        NodeView {
            role,
            believes: self.leader,
            number: Token(number),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields,
        }
    }
}
