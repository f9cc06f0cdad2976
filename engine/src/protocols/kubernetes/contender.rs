//! A contender: tries to get the lease, and to keep it.

use super::config::{Broken, Config};
use super::{
    CANCEL, EXPIRED, GIVE_UP, HELD, Identity, Kubernetes, LEAD, LOST, Lease, LeaseRecord, Message,
    OBSERVE, REFUSED, RENEW, RENEWED, START, TAKE, TIMEOUT, TRY, Timer, WORK, api_server,
};
use crate::ids::Token;
use crate::protocol::{Command, Context, Event, Note};
use crate::time::{SimTime, Span};
use crate::view::{Field, Kept, NodeView, Role};

/// A process that wants to lead. All that it knows is volatile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contender {
    identity: Identity,
    /// The lease as it was last read or written.
    observed: Option<Lease>,
    /// When it has not changed for its duration since then, by what this node's clock counts.
    expires: SimTime,
    /// That is so.
    expired: bool,
    leads: bool,
    /// The number that it led with last.
    number: Token,
    /// The leader is trying to renew, until its clock has counted this.
    renewing: Option<SimTime>,
    doing: Doing,
    /// The number of the latest request.
    call: u32,
    /// When the latest try began, by this node's count of time.
    tried_at: SimTime,
    /// Whether the lease had expired then.
    may_take: bool,
}

/// What a contender waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Doing {
    /// Its next try.
    Nothing,
    /// The lease.
    Reading,
    /// Whether its write went through.
    Writing(LeaseRecord),
    /// Whether its renewal went through, which it wrote without reading first.
    Renewing(LeaseRecord),
}

impl Contender {
    pub(super) fn boot(config: &Config, cx: &mut Context<'_, Kubernetes>) -> Contender {
        let mut contender = Contender {
            identity: Identity { node: cx.me(), since: cx.counted() },
            observed: None,
            expires: SimTime::ZERO,
            expired: false,
            leads: false,
            number: Token(0),
            renewing: None,
            doing: Doing::Nothing,
            call: 0,
            tried_at: cx.counted(),
            may_take: false,
        };
        if cx.is_start() && config.settled {
            contender.begin_settled(config, cx);
        } else {
            cx.cite(START);
            // Not all at the same instant.
            cx.set_random_timer(Timer::Retry, Span::ZERO, config.jitter());
        }
        contender
    }

    /// Everybody has just seen the lease of node 0, and is somewhere between two tries.
    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        let lease = Lease::settled(config);
        if lease.record.holder.is_some_and(|holder| holder.node == cx.me()) {
            self.identity = Identity { node: cx.me(), since: SimTime::ZERO };
            self.see(lease, cx);
            self.lead(config, cx);
            cx.set_timer(Timer::Retry, config.retry_ms);
        } else {
            self.see(lease, cx);
            cx.set_random_timer(Timer::Retry, Span::ZERO, config.retry_ms + config.jitter());
        }
    }

    pub(super) fn on_event(
        &mut self,
        config: &Config,
        event: Event<Kubernetes>,
        cx: &mut Context<'_, Kubernetes>,
    ) {
        match event {
            Event::Timer(Timer::Retry) if !self.leads => {
                cx.cite(TRY);
                self.attempt(config, cx);
            }
            Event::Timer(Timer::Retry) => {
                cx.cite(RENEW);
                self.attempt(config, cx);
            }
            Event::Timer(Timer::Lease) => {
                cx.cite(EXPIRED);
                self.expired = true;
                if let Some(holder) = self.holder()
                    && holder != self.identity
                {
                    cx.note(Note::Suspect(holder.node));
                }
            }
            Event::Timer(Timer::Deadline) => {
                if config.keeps(Broken::NeverGivesUp) {
                    cx.cite(GIVE_UP);
                    self.stop(config, cx);
                }
            }
            Event::Timer(Timer::Request) => {
                cx.cite(TIMEOUT);
                self.failed(config, cx);
            }
            Event::Message { message: Message::Lease { call, lease }, .. } if call == self.call => {
                if self.doing == Doing::Reading {
                    self.observe(lease, config, cx);
                }
            }
            Event::Message { message: Message::Done { call, version }, .. }
                if call == self.call =>
            {
                if let Doing::Writing(record) | Doing::Renewing(record) = self.doing {
                    cx.cite(if self.leads { RENEWED } else { LEAD });
                    self.written(Lease { version, record }, config, cx);
                }
            }
            Event::Message { message: Message::Conflict { call }, .. } if call == self.call => {
                if matches!(self.doing, Doing::Writing(_) | Doing::Renewing(_)) {
                    cx.cite(LOST);
                    self.failed(config, cx);
                }
            }
            // Answers that nobody waits for any more, and what only the API server is asked.
            Event::Message { .. } => {}
            Event::Timer(Timer::Work) => {
                cx.cite(WORK);
                self.work(config, cx);
            }
            Event::WriteAnswer(answer) => {
                if !answer.accepted && self.leads && answer.highest > self.number {
                    cx.cite(REFUSED);
                    self.stop(config, cx);
                }
            }
            Event::Command(Command::Campaign) if self.leads => {
                cx.cite(CANCEL);
                self.stop(config, cx);
            }
            Event::Command(Command::Campaign) => {
                cx.cite(TRY);
                self.attempt(config, cx);
            }
            // Nobody can hand a lease over.
            Event::Command(Command::Transfer(_)) => {}
        }
    }

    /// Tries to get the lease, or to renew it.
    fn attempt(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.tried_at = cx.counted();
        self.may_take = self.expired;
        if self.leads && self.renewing.is_none() {
            self.renewing = Some(cx.counted() + config.renew_ms);
            cx.set_timer(Timer::Deadline, config.renew_ms);
        }
        cx.cancel_timer(Timer::Retry);
        match self.observed {
            Some(Lease { version, record }) if self.holds() && !self.expired => {
                let record = self.renewed(record, config, cx);
                self.doing = Doing::Renewing(record);
                self.request(config, cx, |call| Message::Update { call, version, record });
            }
            _ => self.read(config, cx),
        }
    }

    fn read(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.doing = Doing::Reading;
        self.request(config, cx, |call| Message::Get { call });
    }

    fn request(
        &mut self,
        config: &Config,
        cx: &mut Context<'_, Kubernetes>,
        message: impl FnOnce(u32) -> Message,
    ) {
        self.call += 1;
        cx.send(api_server(cx), message(self.call));
        cx.set_timer(Timer::Request, config.request_ms);
    }

    fn observe(&mut self, lease: Option<Lease>, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        let Some(lease) = lease else {
            cx.cite(TAKE);
            let record = self.taken(0, config, cx);
            self.doing = Doing::Writing(record);
            cx.note(Note::Candidate(record.number()));
            self.request(config, cx, |call| Message::Create { call, record });
            return;
        };
        let Lease { version, record } = lease;
        let holder = self.holder();
        // The source compares what was read byte for byte. Every write changes the version.
        let changed = self.observed != Some(lease);
        let expired = match config.keeps(Broken::TrustsTimestamps) {
            true => self.may_take && !changed,
            false => record.renewed + record.duration <= cx.clock(),
        };
        let mine = record.holder == Some(self.identity);
        let held = record.holder.is_some() && !mine && !expired;
        cx.cite(match held {
            false => TAKE,
            true if record.holder == holder => HELD,
            true => OBSERVE,
        });
        if changed {
            self.see(lease, cx);
        }
        if held {
            self.again_later(config, cx);
            return;
        }
        let record = match mine {
            true => self.renewed(record, config, cx),
            false => self.taken(record.transitions + 1, config, cx),
        };
        if !mine {
            cx.note(Note::Candidate(record.number()));
        }
        self.doing = Doing::Writing(record);
        self.request(config, cx, |call| Message::Update { call, version, record });
    }

    fn taken(
        &self,
        transitions: u32,
        config: &Config,
        cx: &Context<'_, Kubernetes>,
    ) -> LeaseRecord {
        LeaseRecord {
            holder: Some(self.identity),
            duration: config.lease_ms,
            acquired: cx.clock(),
            renewed: cx.clock(),
            transitions,
        }
    }

    fn renewed(
        &self,
        record: LeaseRecord,
        config: &Config,
        cx: &Context<'_, Kubernetes>,
    ) -> LeaseRecord {
        LeaseRecord { duration: config.lease_ms, renewed: cx.clock(), ..record }
    }

    /// The lease has changed: time it from now.
    fn see(&mut self, lease: Lease, cx: &mut Context<'_, Kubernetes>) {
        let before = self.observed.map(|seen| (seen.record.holder, seen.record.transitions));
        let now = (lease.record.holder, lease.record.transitions);
        self.observed = Some(lease);
        (self.expired, self.expires) = (false, cx.counted() + lease.record.duration);
        cx.set_timer(Timer::Lease, lease.record.duration);
        if before != Some(now) {
            let holder = self.holder().map(|holder| holder.node);
            cx.note(Note::Believe(holder, lease.record.number()));
        }
    }

    fn written(&mut self, lease: Lease, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.settle(cx);
        self.see(lease, cx);
        let led = self.leads;
        if !led || lease.record.number() != self.number {
            self.lead(config, cx);
        }
        self.renewing = None;
        cx.cancel_timer(Timer::Deadline);
        match led {
            true => cx.set_timer(Timer::Retry, config.retry_ms),
            false => self.attempt(config, cx),
        }
    }

    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.leads = true;
        self.number = self.observed.map_or(Token(0), |lease| lease.record.number());
        cx.note(Note::Lead(self.number));
        self.work(config, cx);
    }

    fn work(&self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        if config.writes {
            cx.write(self.number);
            cx.set_timer(Timer::Work, config.work_ms);
        }
    }

    /// A request came to nothing.
    fn failed(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        match self.doing {
            Doing::Renewing(_) => self.read(config, cx),
            _ => self.again_later(config, cx),
        }
    }

    fn again_later(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        self.settle(cx);
        if self.leads {
            let passed = cx.counted().since(self.tried_at);
            cx.set_timer(Timer::Retry, config.retry_ms - passed);
        } else {
            cx.set_random_timer(Timer::Retry, config.retry_ms, config.jitter());
        }
    }

    /// No request is open any more.
    fn settle(&mut self, cx: &mut Context<'_, Kubernetes>) {
        self.doing = Doing::Nothing;
        cx.cancel_timer(Timer::Request);
    }

    /// Stops leading, releases the lease if that is configured, and comes back as a new
    /// process.
    fn stop(&mut self, config: &Config, cx: &mut Context<'_, Kubernetes>) {
        cx.note(Note::StepDown(self.number));
        self.settle(cx);
        self.call += 1;
        if let Some(Lease { version, record }) = self.observed
            && config.release_on_cancel
            && self.holds()
        {
            let now = cx.clock();
            let duration = Span::new(1000);
            let record =
                LeaseRecord { holder: None, duration, acquired: now, renewed: now, ..record };
            cx.send(api_server(cx), Message::Update { call: self.call, version, record });
        }
        for timer in [Timer::Deadline, Timer::Work, Timer::Lease] {
            cx.cancel_timer(timer);
        }
        cx.note(Note::Believe(None, self.number));
        *self = Contender {
            identity: Identity { node: cx.me(), since: cx.counted() },
            observed: None,
            expired: false,
            leads: false,
            renewing: None,
            may_take: false,
            ..*self
        };
        cx.set_random_timer(Timer::Retry, config.retry_ms, config.jitter());
    }

    fn holder(&self) -> Option<Identity> {
        self.observed.and_then(|lease| lease.record.holder)
    }

    /// Whether the lease as last seen is its own.
    fn holds(&self) -> bool {
        self.holder() == Some(self.identity)
    }

    pub(super) fn view(&self) -> NodeView {
        let role = match (self.leads, self.doing) {
            (true, _) => Role::Leader,
            (false, Doing::Writing(_)) => Role::Candidate,
            _ => Role::Follower,
        };
        let doing = match self.doing {
            Doing::Nothing => "waiting for its next try",
            Doing::Reading => "reading the lease",
            Doing::Writing(_) => "writing the lease",
            Doing::Renewing(_) => "renewing the lease",
        };
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        let mut fields = vec![field("doing", doing.to_owned())];
        if let Some(lease) = self.observed {
            let age = match self.expired {
                true => "unchanged for too long".to_owned(),
                false => format!("valid until it has counted {}", self.expires),
            };
            fields.push(field("lease, by this clock", age));
            fields.push(field("resourceVersion seen", lease.version.to_string()));
        }
        if let Some(deadline) = self.renewing {
            let value = format!("when this clock has counted {deadline}, unless it is renewed");
            fields.push(field("gives up", value));
        }
        NodeView {
            role,
            believes: self.holder().map(|holder| holder.node),
            number: match (self.leads, self.observed) {
                (false, Some(lease)) => lease.record.number(),
                _ => self.number,
            },
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields,
        }
    }
}
