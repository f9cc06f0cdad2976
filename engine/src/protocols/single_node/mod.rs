//! A single node: no election, because there is nobody to choose from.
//!
//! Nobody's algorithm, and what most programs begin with. The last node runs the program; all
//! others are its clients and have its address in their configuration. It may also be started
//! elsewhere, by an operator. What happens then is the same question as for all the others, and
//! so is the answer: Kleppmann, *How to do distributed locking*, 2016.
//!
//! Rules, in the order of the `match` below:
//! 1. `start`: the node on whose disk it says so starts the program, again after every crash.
//! 2. `lead`: it works from then on: it is the leader, unasked.
//! 3. `work`: it writes to the store.
//! 4. `ask`: a client asks it for something, every `ask_ms`.
//! 5. `answer`: it answers.
//! 6. `heard`: the client has its answer. If none comes, nothing follows.
//! 7. `copy`: an operator starts a second copy on another node, and tells the clients.
//! 8. `told`: a client is told the new address.
//! 9. `move`: an operator moves it: it stops first, and then says to the other node: start.
//! 10. `moved`: the other node starts it.
//! 11. `refused`: the store has seen a higher number: stop.
//!
//! All of this is ours. Every start has a number, a round and the node's id as in
//! [`super::paxos`], one round above the last that this node has had or heard of. It is on disk
//! before the program works, and goes with every write only with `token`; for the observers it
//! always counts. The store compares it. Nothing makes two rounds different that are given out
//! by two nodes that do not hear each other; the ids do.

mod config;

pub use config::{Broken, Config, INFO, SWITCHES};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::protocols::paxos::{ballot, round_of};
use crate::time::Span;
use crate::view::{Field, Kept, NodeView, Role};

/// What clients, the program and operators say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A client wants something.
    Ask,
    /// Here it is, from the start of this number.
    Answer(Token),
    /// I work now, from the start of this number.
    Here(Token),
    /// I have stopped; start, above this number.
    Move(Token),
}

timers! {
    /// The timers of a node. Nobody is suspected of anything.
    suspicion: Ask,
    /// The program is up.
    Start = "start",
    /// It works.
    Work = "work",
    /// A client wants something.
    Ask = "ask",
}

/// What a node has on its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// Whether it is to run the program; nothing if nobody has said so yet.
    pub runs: Option<bool>,
    /// Where the program runs; nothing if it is where the configuration says.
    pub address: Option<NodeId>,
    /// The number of the latest start that it knows of.
    pub number: Token,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SingleNode {
    me: NodeId,
    stable: Stable,
    /// It works: the program runs and is up.
    works: bool,
    /// Where a client asks, if it knows.
    asks: Option<NodeId>,
    unanswered: u32,
}

type Cx<'a, 'b> = &'a mut Context<'b, SingleNode>;

rules! {
    START = ours("single-node/start", "This node is to run the program: start it."),
    LEAD = ours("single-node/lead", "The program is up: it works, and nobody was asked."),
    WORK = ours("single-node/work", "The program writes to the store."),
    ASK = ours("single-node/ask", "A client asks for something."),
    ANSWER = ours("single-node/answer", "The program answers."),
    HEARD = ours("single-node/heard", "The client has its answer."),
    COPY = ours("single-node/copy", "An operator starts the program here as well."),
    TOLD = ours("single-node/told", "The program works at another address: ask there."),
    MOVE = ours("single-node/move", "An operator moves the program: stop here first."),
    MOVED = ours("single-node/moved", "The program has stopped elsewhere: start it here."),
    REFUSED = Rule {
        id: "single-node/refused",
        text: "The store has seen a later start: stop.",
        source: "kleppmann-2016",
    },
}

impl Protocol for SingleNode {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const ELECTS: bool = false;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "ASK", sign: Sign::Pulse },
        MessageKind { name: "ANSWER", sign: Sign::Pulse },
        MessageKind { name: "HERE", sign: Sign::Announcement },
        MessageKind { name: "MOVE", sign: Sign::Request },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let home = NodeId(cx.nodes() - 1);
        let asks = stable.address.or(Some(home)).filter(|address| *address != cx.me());
        let mut node = SingleNode { me: cx.me(), stable, works: false, asks, unanswered: 0 };
        let runs = stable.runs.unwrap_or(node.me == home);
        if runs && cx.is_start() && config.settled {
            node.start(config, cx);
            node.lead(config, cx);
        } else if runs {
            cx.cite(START);
            node.start(config, cx);
        } else {
            cx.set_random_timer(Timer::Ask, Span::ZERO, config.ask_ms);
        }
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Start) => self.lead(config, cx),
            Event::Timer(Timer::Work) => {
                cx.cite(WORK);
                self.work(config, cx);
            }
            Event::Timer(Timer::Ask) => {
                cx.cite(ASK);
                if let Some(address) = self.asks {
                    self.unanswered += 1;
                    cx.send(address, Message::Ask);
                }
                cx.set_timer(Timer::Ask, config.ask_ms);
            }
            Event::Message { from, message: Message::Ask } => {
                if self.works {
                    cx.cite(ANSWER);
                    cx.send(from, Message::Answer(self.stable.number));
                }
            }
            Event::Message { from, message: Message::Answer(number) } => {
                cx.cite(HEARD);
                self.unanswered = 0;
                self.hear(from, number, cx);
            }
            Event::Command(Command::Campaign) => {
                if !self.runs() {
                    cx.cite(COPY);
                    self.start(config, cx);
                }
            }
            Event::Message { from, message: Message::Here(number) } => {
                cx.cite(TOLD);
                self.hear(from, number, cx);
            }
            Event::Command(Command::Transfer(to)) => {
                if self.works && to != self.me {
                    cx.cite(MOVE);
                    self.stop(config, cx);
                    self.asks = Some(to);
                    cx.send(to, Message::Move(self.stable.number));
                }
            }
            Event::Message { message: Message::Move(number), .. } => {
                if !self.runs() && number >= self.stable.number {
                    cx.cite(MOVED);
                    self.stable.number = number;
                    self.start(config, cx);
                }
            }
            Event::WriteAnswer(answer) => {
                let is_own = self.works && answer.token == self.stable.number;
                if is_own && !answer.accepted && config.keeps(Broken::RefusalIgnored) {
                    cx.cite(REFUSED);
                    self.stop(config, cx);
                }
            }
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        let (runs, number) = (self.runs(), self.stable.number);
        let program = match (runs, self.works) {
            (true, true) => "works",
            (true, false) => "starts",
            (false, _) => "not here",
        };
        let field = |kept, name, value: String| Field { kept, name, value };
        NodeView {
            role: if self.works { Role::Leader } else { Role::Follower },
            believes: if runs { Some(self.me) } else { self.asks },
            number: if config.token { number } else { Token(0) },
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field(Kept::Volatile, "program", program.to_owned()),
                field(Kept::Persistent, "latest start", number.to_string()),
                field(Kept::Volatile, "asked without an answer", self.unanswered.to_string()),
            ],
        }
    }

    fn round(number: Token) -> u64 {
        round_of(number)
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Ask => (0, Token(0)),
            Message::Answer(number) => (1, *number),
            Message::Here(number) => (2, *number),
            Message::Move(number) => (3, *number),
        };
        Label { kind, number }
    }
}

impl SingleNode {
    fn runs(&self) -> bool {
        self.stable.runs == Some(true)
    }

    /// The program starts, with a number of its own.
    fn start(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let before = round_of(self.stable.number);
        let round = match config.keeps(Broken::RoundNotRaised) {
            true => before + 1,
            false => before.max(1),
        };
        let number = ballot(round, self.me);
        self.stable = Stable { runs: Some(true), address: Some(self.me), number };
        self.asks = None;
        self.persist(config, cx);
        cx.cancel_timer(Timer::Ask);
        cx.set_timer(Timer::Start, config.start_ms);
    }

    /// It is up.
    fn lead(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.cite(LEAD);
        self.works = true;
        cx.cancel_timer(Timer::Start);
        cx.note(Note::Lead(self.stable.number));
        cx.note(Note::Believe(Some(self.me), self.stable.number));
        cx.broadcast(Message::Here(self.stable.number));
        self.work(config, cx);
    }

    fn work(&self, config: &Config, cx: Cx<'_, '_>) {
        if config.writes {
            cx.write(if config.token { self.stable.number } else { Token(0) });
        }
        cx.set_timer(Timer::Work, config.write_ms);
    }

    /// It stops for good; its node is a client from now on.
    fn stop(&mut self, config: &Config, cx: Cx<'_, '_>) {
        cx.note(Note::StepDown(self.stable.number));
        self.works = false;
        self.stable.runs = Some(false);
        self.persist(config, cx);
        cx.cancel_timer(Timer::Work);
        cx.set_random_timer(Timer::Ask, Span::ZERO, config.ask_ms);
    }

    /// Somebody says that the program works there. Who runs it goes on all the same.
    fn hear(&mut self, from: NodeId, number: Token, cx: Cx<'_, '_>) {
        if number <= self.stable.number {
            return;
        }
        self.asks = Some(from);
        if !self.runs() {
            self.stable = Stable { address: Some(from), number, ..self.stable };
            cx.persist(self.stable);
            cx.note(Note::Believe(Some(from), number));
        }
    }

    fn persist(&self, config: &Config, cx: Cx<'_, '_>) {
        let number = match config.keeps(Broken::NumberNotOnDisk) {
            true => self.stable.number,
            false => Token(0),
        };
        cx.persist(Stable { number, ..self.stable });
    }
}
