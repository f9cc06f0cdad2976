//! A lock in a row of a database: who is named in it leads, until its time runs out.
//!
//! Nobody's paper: this is what many programs do. What is wrong with it in its plain form, and
//! the token that repairs it, are in Kleppmann, *How to do distributed locking*, 2016. The last
//! node of the cluster is the database and all others are its clients. Its replication is not
//! simulated; with an asynchronous one a failover can give the lock away twice.
//!
//! Rules, in the order of the `match` below. Of a client:
//! 1. `try`: set the holder to itself where nobody holds the row, it holds it already, or the
//!    time in it lies in the past; and set the time to now and the time to live.
//! 2. `lead`: the row was changed, so it is the holder. It leads until its own deadline, a time
//!    to live after it *asked*, by its own clock.
//! 3. `wait`: the row was not changed; try again later.
//! 4. `renew`: set the time anew where the holder is itself; and write to the store.
//! 5. `renewed`: the row was changed: its deadline moves on.
//! 6. `lost`: the row names somebody else: stop leading.
//! 7. `deadline`: no renewal in time: stop leading.
//! 8. `release`: asked to hand over, set the holder to nobody where it is itself.
//! 9. `refused`: the store has seen a higher token: stop leading.
//!
//! Of the database:
//! 10. `statement`: do what a client asks for, one statement after another.
//!
//! Two parameters make it right. `database_clock`: whose now is meant by rules 1 and 4, that of
//! the client that asks or the database's own. `token`: the row counts its holders, rules 4 and
//! 8 compare the count too, and every write carries it; without it writes carry 0, and no store
//! can tell them apart. For the observers the row counts its holders in any case.
//!
//! A statement that arrives is done, whether or not its answer does. So a client whose requests
//! reach the database, and which hears nothing back, takes the row again each time that it tries,
//! and nobody leads. Over one TCP connection only the first of them would arrive; over one for
//! each try, with answers too big for some hop on the way, all do.
//!
//! All times are ours, for nobody ships such a lock with defaults. After a release a client
//! waits for a whole time to live before it tries again, so that somebody else gets the row.

mod config;

pub use config::{Broken, Config, INFO, SWITCHES};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeView, Role};

/// What clients and the database say to each other. `asked` is the client's clock when it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Let me be the holder.
    Acquire {
        /// The client's clock.
        asked: SimTime,
    },
    /// You are, and the count of holders is this.
    Acquired {
        /// The count.
        number: Token,
        /// As in the request.
        asked: SimTime,
    },
    /// No rows were changed: this node is, by this count.
    Held(NodeId, Token),
    /// Let me be the holder for longer.
    Renew {
        /// The count.
        number: Token,
        /// The client's clock.
        asked: SimTime,
    },
    /// You are.
    Renewed {
        /// The count.
        number: Token,
        /// As in the request.
        asked: SimTime,
    },
    /// No rows were changed: you are not the holder by this count.
    Lost(Token),
    /// Let nobody be the holder.
    Release(Token),
    /// Nobody is.
    Released(Token),
}

timers! {
    /// The timers of a client.
    suspicion: Deadline,
    /// Try to get the lock.
    Try = "try",
    /// Renew it.
    Renew = "renew",
    /// It was not renewed in time.
    Deadline = "deadline",
}

/// The row. Clients have nothing on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Row {
    /// Who holds the lock.
    pub holder: Option<NodeId>,
    /// Until when, by the clock that the configuration names.
    pub expires: SimTime,
    /// How many have held it: the token, if there is one.
    pub number: Token,
    /// When the row was last changed, by the database's clock.
    pub changed: SimTime,
}

/// One node: a client, or the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseLock {
    /// A client.
    Client(Client),
    /// The database with its row.
    Database(Row),
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    me: NodeId,
    leader: Option<NodeId>,
    number: Token,
    /// When it stops leading, by its own clock.
    deadline: SimTime,
}

type Cx<'a, 'b> = &'a mut Context<'b, DatabaseLock>;

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "kleppmann-2016" }
}

rules! {
    TRY = ours("database-lock/try", "Take the row if nobody holds it or its time has run out."),
    LEAD = ours(
        "database-lock/lead",
        "The row names this client: it leads until its own deadline.",
    ),
    WAIT = ours("database-lock/wait", "Somebody else holds the row: try again later."),
    RENEW = ours("database-lock/renew", "The holder writes, and sets the row's time anew."),
    RENEWED = ours("database-lock/renewed", "The row was the holder's own: its deadline moves on."),
    LOST = ours("database-lock/lost", "The row names somebody else: stop leading."),
    DEADLINE = ours(
        "database-lock/deadline",
        "No renewal in time: stop leading, whoever holds the row.",
    ),
    RELEASE = ours("database-lock/release", "Give the row back, if it is still its own."),
    REFUSED = rule("database-lock/refused", "The store has seen a higher token: stop leading."),
    STATEMENT = ours("database-lock/statement", "The database does one statement after another."),
}

impl Protocol for DatabaseLock {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Row;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "ACQUIRE", sign: Sign::Request },
        MessageKind { name: "ACQUIRED", sign: Sign::Yes },
        MessageKind { name: "HELD", sign: Sign::No },
        MessageKind { name: "RENEW", sign: Sign::Pulse },
        MessageKind { name: "RENEWED", sign: Sign::Pulse },
        MessageKind { name: "LOST", sign: Sign::No },
        MessageKind { name: "RELEASE", sign: Sign::Request },
        MessageKind { name: "RELEASED", sign: Sign::Yes },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, row: Row, cx: &mut Context<'_, Self>) -> Self {
        let settled = cx.is_start() && config.settled;
        match database(cx) == cx.me() {
            true => DatabaseLock::Database(boot_row(settled, row, config, cx)),
            false => DatabaseLock::Client(Client::boot(settled, config, cx)),
        }
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match self {
            DatabaseLock::Client(client) => client.on_event(config, event, cx),
            DatabaseLock::Database(row) => {
                if let Event::Message { from, message } = event {
                    cx.cite(STATEMENT);
                    row.run(config, from, message, cx);
                }
            }
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match self {
            DatabaseLock::Client(client) => client.view(config),
            DatabaseLock::Database(row) => row.view(config),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Acquire { .. } => (0, Token(0)),
            Message::Acquired { number, .. } => (1, *number),
            Message::Held(_, number) => (2, *number),
            Message::Renew { number, .. } => (3, *number),
            Message::Renewed { number, .. } => (4, *number),
            Message::Lost(number) => (5, *number),
            Message::Release(number) => (6, *number),
            Message::Released(number) => (7, *number),
        };
        Label { kind, number }
    }
}

/// The last node.
fn database(cx: &Context<'_, DatabaseLock>) -> NodeId {
    NodeId(cx.nodes() - 1)
}

/// Who holds the lock when the run begins settled: the highest client.
fn first_holder(cx: &Context<'_, DatabaseLock>) -> NodeId {
    NodeId(cx.nodes() - 2)
}

impl Client {
    fn boot(settled: bool, config: &Config, cx: Cx<'_, '_>) -> Client {
        let deadline = cx.clock() + config.ttl_ms;
        let mut client = Client { me: cx.me(), leader: None, number: Token(0), deadline };
        let holder = first_holder(cx);
        if settled && client.me == holder {
            client.lead(Token(1), deadline, config, cx);
            client.renew(config, cx);
        } else if settled {
            client.believe(Some(holder), Token(1), cx);
            cx.set_random_timer(Timer::Try, config.retry_ms, config.retry_ms);
        } else {
            client.try_it(config, cx);
        }
        client
    }

    fn on_event(&mut self, config: &Config, event: Event<DatabaseLock>, cx: Cx<'_, '_>) {
        match event {
            Event::Timer(Timer::Try) | Event::Command(Command::Campaign) => {
                if !self.leads() {
                    self.try_it(config, cx);
                }
            }
            Event::Message { message: Message::Acquired { number, asked }, .. } => {
                // An answer that took too long grants nothing any more.
                let deadline = asked + config.ttl_ms;
                if number > self.number && deadline > cx.clock() {
                    self.lead(number, deadline, config, cx);
                }
            }
            Event::Message { message: Message::Held(holder, number), .. } => {
                if !self.leads() {
                    cx.cite(WAIT);
                    self.believe(Some(holder).filter(|holder| *holder != self.me), number, cx);
                }
            }
            Event::Timer(Timer::Renew) => {
                cx.cite(RENEW);
                self.renew(config, cx);
                self.write(config, cx);
            }
            Event::Message { message: Message::Renewed { number, asked }, .. } => {
                if self.leads() && number == self.number {
                    cx.cite(RENEWED);
                    self.extend(asked + config.ttl_ms, config, cx);
                }
            }
            Event::Message { message: Message::Lost(number), .. } => {
                if self.leads() && number == self.number {
                    cx.cite(LOST);
                    self.step_down(cx);
                    cx.set_timer(Timer::Try, config.retry_ms);
                }
            }
            Event::Timer(Timer::Deadline) => {
                if self.leads() {
                    cx.cite(DEADLINE);
                    cx.note(Note::Suspect(database(cx)));
                    self.step_down(cx);
                    self.try_it(config, cx);
                }
            }
            Event::Command(Command::Transfer(_)) => {
                if self.leads() {
                    cx.cite(RELEASE);
                    self.step_down(cx);
                    cx.send(database(cx), Message::Release(self.number));
                    cx.set_timer(Timer::Try, config.ttl_ms);
                }
            }
            Event::WriteAnswer(answer) => {
                if self.leads() && !answer.accepted && answer.token == self.number {
                    cx.cite(REFUSED);
                    self.step_down(cx);
                    cx.set_timer(Timer::Try, config.retry_ms);
                }
            }
            Event::Message { .. } => {}
        }
    }

    fn leads(&self) -> bool {
        self.leader == Some(self.me)
    }

    /// Rule 1.
    fn try_it(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(TRY);
        // As long as it knows of a holder, it only looks.
        if self.leader.is_none() {
            cx.note(Note::Candidate(self.number));
        }
        cx.send(database(cx), Message::Acquire { asked: cx.clock() });
        cx.set_timer(Timer::Try, config.retry_ms);
    }

    /// Rule 2.
    fn lead(&mut self, number: Token, deadline: SimTime, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        cx.note(Note::Lead(number));
        self.believe(Some(self.me), number, cx);
        cx.cancel_timer(Timer::Try);
        self.extend(deadline, config, cx);
        self.write(config, cx);
        cx.set_timer(Timer::Renew, config.renew_ms);
    }

    fn extend(&mut self, deadline: SimTime, config: &Config, cx: Cx<'_, '_>) {
        self.deadline = self.deadline.max(deadline);
        if config.keeps(Broken::LeadsPastItsDeadline) {
            cx.set_timer(Timer::Deadline, self.deadline.since(cx.clock()));
        }
    }

    fn renew(&self, config: &Config, cx: Cx<'_, '_>) {
        cx.send(database(cx), Message::Renew { number: self.number, asked: cx.clock() });
        cx.set_timer(Timer::Renew, config.renew_ms);
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
        self.believe(None, self.number, cx);
        cx.cancel_timer(Timer::Renew);
        cx.cancel_timer(Timer::Deadline);
    }

    fn view(&self, config: &Config) -> NodeView {
        let deadline = match self.leads() {
            true => self.deadline.to_string(),
            false => "none".to_owned(),
        };
        NodeView {
            role: if self.leads() { Role::Leader } else { Role::Follower },
            fields: vec![Field {
                kept: Kept::Volatile,
                name: "leads until, by this clock",
                value: deadline,
            }],
            ..plain_view(self.leader, shown(self.number, config))
        }
    }
}

/// The number that writes carry.
fn shown(number: Token, config: &Config) -> Token {
    if config.token { number } else { Token(0) }
}

fn plain_view(believes: Option<NodeId>, number: Token) -> NodeView {
    NodeView {
        role: Role::Service,
        believes,
        number,
        vote: None,
        ballots: None,
        missed: None,
        log: None,
        fields: Vec::new(),
    }
}

/// The row at the start of the database.
fn boot_row(settled: bool, mut row: Row, config: &Config, cx: Cx<'_, '_>) -> Row {
    if settled {
        let now = cx.clock();
        let holder = Some(first_holder(cx));
        row = Row { holder, expires: now + config.ttl_ms, number: Token(1), changed: now };
        cx.persist(row);
    }
    cx.note(Note::Believe(row.holder, row.number));
    row
}

impl Row {
    /// Rule 10.
    fn run(&mut self, config: &Config, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        let is_owner =
            |number| self.holder == Some(from) && (!config.token || number == self.number);
        match message {
            Message::Acquire { asked } => self.acquire(config, from, asked, cx),
            Message::Renew { number, asked } if is_owner(number) => {
                self.set(Some(from), asked, config, cx);
                cx.send(from, Message::Renewed { number, asked });
            }
            Message::Release(number)
                if is_owner(number) || !config.keeps(Broken::ReleaseWithoutOwnerCheck) =>
            {
                self.holder = None;
                cx.persist(*self);
                cx.note(Note::Believe(None, self.number));
                cx.send(from, Message::Released(number));
            }
            Message::Renew { number, .. } | Message::Release(number) => {
                cx.send(from, Message::Lost(number));
            }
            _ => {}
        }
    }

    fn acquire(&mut self, config: &Config, from: NodeId, asked: SimTime, cx: Cx<'_, '_>) {
        let now = if config.database_clock { cx.clock() } else { asked };
        let is_over = self.expires < now || !config.keeps(Broken::ExpiryIgnored);
        match self.holder {
            Some(other) if other != from && !is_over => {
                cx.send(from, Message::Held(other, self.number));
                return;
            }
            // What the database itself would say, whether or not it was asked.
            Some(other) if other != from && self.changed + config.ttl_ms < cx.clock() => {
                cx.note(Note::Suspect(other));
            }
            _ => {}
        }
        self.number = self.number.next();
        self.set(Some(from), asked, config, cx);
        cx.note(Note::Believe(self.holder, self.number));
        cx.send(from, Message::Acquired { number: self.number, asked });
    }

    fn set(&mut self, holder: Option<NodeId>, asked: SimTime, config: &Config, cx: Cx<'_, '_>) {
        let now = cx.clock();
        let by = if config.database_clock { now } else { asked };
        (self.holder, self.expires, self.changed) = (holder, by + config.ttl_ms, now);
        cx.persist(*self);
    }

    fn view(&self, config: &Config) -> NodeView {
        let field = |name, value| Field { kept: Kept::Persistent, name, value };
        let holder = self.holder.map_or("nobody".to_owned(), |holder| format!("node {holder}"));
        let mut fields = vec![
            field("holder", holder),
            field("expires", self.expires.to_string()),
            field("last changed, by this clock", self.changed.to_string()),
        ];
        if config.token {
            fields.push(field("token", self.number.to_string()));
        }
        NodeView { fields, ..plain_view(self.holder, shown(self.number, config)) }
    }
}
