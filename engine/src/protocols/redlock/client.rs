//! A client: it asks all masters, leads with a majority, and extends the lock.

use super::config::{Broken, Config};
use super::{
    COUNT, DEADLINE, EXTEND, EXTENDED, LATE, LEAD, LOOK, LOST, Message, RAISE, REFUSED, RELEASE,
    RETRY, Redlock, TRY, Timer, WAIT, client_of, first_value, plain_view, value,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Note};
use crate::time::{SimTime, Span};
use crate::view::{Ballots, Field, Kept, NodeSet, NodeView, Role};

/// What a client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It waits for its next attempt.
    Waiting,
    /// It asks for the key.
    Asking,
    /// It has the key at a majority and asks for this count.
    Raising(Token),
    /// It leads.
    Leading,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    me: NodeId,
    leader: Option<NodeId>,
    /// With which number.
    number: Token,
    phase: Phase,
    /// What its current or latest attempt sets the key to.
    value: Token,
    /// When it last asked for it, by what its clock has counted.
    asked: SimTime,
    ballots: Ballots,
    /// The highest count among the answers.
    highest: Token,
    /// Whose value the masters name that refuse, and which of them do.
    rival: (Token, NodeSet),
    /// When it stops leading, by what its clock has counted.
    deadline: SimTime,
}

type Cx<'a, 'b> = &'a mut Context<'b, Redlock>;

impl Client {
    pub(super) fn boot(config: &Config, cx: Cx<'_, '_>) -> Client {
        let mut client = Client {
            me: cx.me(),
            leader: None,
            number: Token(0),
            phase: Phase::Waiting,
            value: Token(0),
            asked: cx.counted(),
            ballots: Ballots::default(),
            highest: Token(0),
            rival: (Token(0), NodeSet::EMPTY),
            deadline: SimTime::ZERO,
        };
        if !(cx.is_start() && config.settled) {
            cx.set_random_timer(Timer::Try, Span::ZERO, config.retry_ms);
            return client;
        }
        let holder = config.first_holder(cx.nodes());
        let first = first_value(config, cx);
        let number = if config.token { Token(1) } else { first };
        if client.me == holder {
            client.value = first;
            client.lead(number, config, cx);
        } else {
            client.believe(Some(holder), number, cx);
            cx.set_random_timer(Timer::Try, Span::ZERO, config.retry_ms);
        }
        client
    }

    pub(super) fn on_event(&mut self, config: &Config, event: Event<Redlock>, cx: Cx<'_, '_>) {
        match event {
            Event::Timer(Timer::Try) | Event::Command(Command::Campaign) => {
                if self.phase == Phase::Waiting {
                    self.try_it(config, cx);
                }
            }
            Event::Message { from, message: Message::Ok { value, asked, count, .. } } => {
                if (value, asked) == (self.value, self.asked) {
                    self.ballots.have.insert(from);
                    self.highest = self.highest.max(count);
                    self.answered(config, cx);
                }
            }
            Event::Message { from, message: Message::Nil { value, asked, holder, count } } => {
                if (value, asked) == (self.value, self.asked) {
                    self.ballots.refused.insert(from);
                    self.named(from, holder, count, config, cx);
                    self.answered(config, cx);
                }
            }
            Event::Timer(Timer::Answers) => self.no_more_answers(config, cx),
            Event::Message { from, message: Message::Raised { value, count } } => {
                if value == self.value && self.phase == Phase::Raising(count) {
                    self.ballots.have.insert(from);
                    self.counted(count, config, cx);
                }
            }
            Event::Message { from, message: Message::Taken { value, .. } } => {
                if let Phase::Raising(count) = self.phase
                    && value == self.value
                {
                    self.ballots.refused.insert(from);
                    self.counted(count, config, cx);
                }
            }
            Event::Timer(Timer::Extend) => {
                cx.cite(EXTEND);
                self.extend(config, cx);
                self.write(config, cx);
            }
            Event::Timer(Timer::Deadline) => {
                cx.cite(DEADLINE);
                self.step_down(cx);
                self.release(config, cx);
            }
            Event::Command(Command::Transfer(_)) => {
                if self.phase == Phase::Leading {
                    cx.cite(RELEASE);
                    self.step_down(cx);
                    self.release(config, cx);
                    // Somebody else is to get it.
                    cx.set_timer(Timer::Try, config.ttl_ms);
                }
            }
            Event::WriteAnswer(answer) => {
                let is_own = answer.token == self.number && self.phase == Phase::Leading;
                if is_own && !answer.accepted {
                    cx.cite(REFUSED);
                    self.step_down(cx);
                    self.release(config, cx);
                }
            }
            Event::Message { .. } | Event::Timer(Timer::Back) => {}
        }
    }

    /// Rules 1 and 2.
    fn try_it(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.value = value(cx.counted(), cx.me()).max(Token(self.value.0 + 1000));
        match self.leader {
            None => {
                cx.cite(TRY);
                cx.note(Note::Candidate(self.value));
            }
            Some(_) => cx.cite(LOOK),
        }
        self.phase = Phase::Asking;
        self.highest = Token(0);
        self.ask(false, config, cx);
        cx.cancel_timer(Timer::Try);
        cx.set_timer(Timer::Answers, config.answer_ms);
    }

    fn ask(&mut self, extends: bool, config: &Config, cx: Cx<'_, '_>) {
        self.asked = cx.counted();
        self.rival = (Token(0), NodeSet::EMPTY);
        self.begin_count(config, cx);
        let set = Message::Set { value: self.value, asked: self.asked, extends };
        send_all(set, config, cx);
    }

    fn begin_count(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let needed = config.majority(cx.nodes());
        self.ballots = Ballots { needed, ..Ballots::default() };
    }

    /// A master says whose the key is. Whom a majority names holds the lock.
    fn named(&mut self, by: NodeId, holder: Token, count: Token, config: &Config, cx: Cx<'_, '_>) {
        if holder != self.rival.0 {
            self.rival = (holder, NodeSet::EMPTY);
        }
        self.rival.1.insert(by);
        if self.phase != Phase::Leading && self.rival.1.len() >= config.majority(cx.nodes()) {
            let number = if config.token { count } else { holder };
            self.believe(Some(client_of(holder)), number, cx);
        }
    }

    /// Rules 3 to 6, and of the holder rules 9 and 10.
    fn answered(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let have = self.ballots.have.len() >= self.ballots.needed;
        let cannot = self.ballots.refused.len() > config.spare(cx.nodes());
        match self.phase {
            Phase::Asking if have => self.acquired(config, cx),
            Phase::Asking if cannot => self.fail(config, cx),
            Phase::Leading if have => {
                cx.cite(EXTENDED);
                self.leads_until(self.valid_until(config), cx);
            }
            Phase::Leading if cannot => {
                cx.cite(LOST);
                self.step_down(cx);
                self.release(config, cx);
            }
            _ if self.leader.is_some() => cx.cite(WAIT),
            _ if self.phase == Phase::Asking => cx.cite(COUNT),
            _ => {}
        }
    }

    /// The keys are set at a majority. How long have they lived?
    fn acquired(&mut self, config: &Config, cx: Cx<'_, '_>) {
        if !self.is_valid(config, cx) {
            cx.cite(LATE);
            return self.give_up(config, cx);
        }
        if !config.token {
            return self.lead(self.value, config, cx);
        }
        let count = self.highest.next();
        if !config.keeps(Broken::CountNotRaised) {
            return self.lead(count, config, cx);
        }
        cx.cite(RAISE);
        self.phase = Phase::Raising(count);
        self.begin_count(config, cx);
        send_all(Message::Raise { value: self.value, count }, config, cx);
        cx.set_timer(Timer::Answers, config.answer_ms);
    }

    /// Answers to rule 5.
    fn counted(&mut self, count: Token, config: &Config, cx: Cx<'_, '_>) {
        if self.ballots.refused.len() > config.spare(cx.nodes()) {
            self.fail(config, cx);
        } else if self.ballots.have.len() < self.ballots.needed {
            cx.cite(COUNT);
        } else if self.is_valid(config, cx) {
            self.lead(count, config, cx);
        } else {
            cx.cite(LATE);
            self.give_up(config, cx);
        }
    }

    fn no_more_answers(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let Ballots { have, refused, .. } = self.ballots;
        let enough = !config.keeps(Broken::MajorityOfReachable) && have.len() > refused.len();
        match self.phase {
            Phase::Asking if enough => self.acquired(config, cx),
            Phase::Asking | Phase::Raising(_) => self.fail(config, cx),
            Phase::Waiting | Phase::Leading => {}
        }
    }

    /// Until when the keys live that were asked for last, at every master that has set them.
    fn valid_until(&self, config: &Config) -> SimTime {
        self.asked + (config.ttl_ms - config.drift())
    }

    fn is_valid(&self, config: &Config, cx: Cx<'_, '_>) -> bool {
        self.valid_until(config) > cx.counted() || !config.keeps(Broken::ValidityIgnored)
    }

    /// Rule 7.
    fn fail(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(if self.leader.is_some() { WAIT } else { RETRY });
        self.give_up(config, cx);
    }

    fn give_up(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.phase = Phase::Waiting;
        self.release(config, cx);
    }

    fn release(&self, config: &Config, cx: Cx<'_, '_>) {
        send_all(Message::Del(self.value), config, cx);
        cx.cancel_timer(Timer::Answers);
        cx.set_random_timer(Timer::Try, Span::ZERO, config.retry_ms);
    }

    /// Rule 6.
    fn lead(&mut self, number: Token, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        if let Some(before) = self.leader.filter(|before| *before != self.me) {
            cx.note(Note::Suspect(before));
        }
        cx.note(Note::Lead(number));
        self.phase = Phase::Leading;
        self.believe(Some(self.me), number, cx);
        cx.cancel_timer(Timer::Answers);
        let until = match config.keeps(Broken::ValidityIgnored) {
            true => self.valid_until(config),
            false => cx.counted() + config.ttl_ms,
        };
        self.leads_until(until, cx);
        self.write(config, cx);
        cx.set_timer(Timer::Extend, config.extend_ms);
    }

    fn leads_until(&mut self, until: SimTime, cx: Cx<'_, '_>) {
        self.deadline = self.deadline.max(until);
        cx.set_timer(Timer::Deadline, self.deadline.since(cx.counted()));
    }

    /// Rule 8.
    fn extend(&mut self, config: &Config, cx: Cx<'_, '_>) {
        self.ask(true, config, cx);
        cx.set_timer(Timer::Extend, config.extend_ms);
    }

    fn write(&self, config: &Config, cx: Cx<'_, '_>) {
        if config.writes {
            cx.write(shown(self.number, config));
        }
    }

    fn believe(&mut self, leader: Option<NodeId>, number: Token, cx: Cx<'_, '_>) {
        if (leader, number) != (self.leader, self.number) {
            (self.leader, self.number) = (leader, number);
            cx.note(Note::Believe(leader, number));
        }
    }

    fn step_down(&mut self, cx: Cx<'_, '_>) {
        cx.note(Note::StepDown(self.number));
        self.phase = Phase::Waiting;
        self.believe(None, self.number, cx);
        cx.cancel_timer(Timer::Extend);
        cx.cancel_timer(Timer::Deadline);
    }

    pub(super) fn view(&self, config: &Config) -> NodeView {
        let (role, until) = match self.phase {
            Phase::Leading => (Role::Leader, self.deadline.to_string()),
            Phase::Asking | Phase::Raising(_) if self.leader.is_none() => {
                (Role::Candidate, "not yet".to_owned())
            }
            _ => (Role::Follower, "not at all".to_owned()),
        };
        let counts = !matches!(self.phase, Phase::Waiting);
        let field = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            ballots: counts.then_some(self.ballots),
            fields: vec![
                field("value of its attempt", self.value.to_string()),
                field("leads until, by what its clock counts", until),
            ],
            ..plain_view(role, self.leader, shown(self.number, config))
        }
    }
}

/// The number that writes carry.
fn shown(number: Token, config: &Config) -> Token {
    if config.token { number } else { Token(0) }
}

fn send_all(message: Message, config: &Config, cx: Cx<'_, '_>) {
    for master in config.masters(cx.nodes()) {
        cx.send(master, message);
    }
}
