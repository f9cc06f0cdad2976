//! A run whose nodes' code lives elsewhere: it says what to ask, waits, and goes on.

use super::limits::Counts;
use super::words::{Act, Asked, Question};
use crate::ids::{NodeId, Token};
use crate::protocol::{Event, TimerKind};
use crate::protocols::registry::ProtocolConfig;
use crate::protocols::written::tape::{Deed, LONGEST_TEXT, LONGEST_TIMER, MOST_DEEDS, Turn};
use crate::protocols::written::{Config, Message, Timer, Written, digest_of, digest_of_boot};
use crate::scenario::Scenario;
use crate::simulation::{Simulation, Wake};
use crate::time::{SimTime, Span};
use crate::trace::{Record, Trace};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The longest text of a message, in bytes: 1000 characters of JavaScript, three bytes each at most.
pub const LONGEST_MESSAGE: usize = 3000;
/// The largest number that JavaScript counts to exactly.
const LARGEST: u64 = 1 << 53;

/// Whose code failed in a run, when, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broke {
    /// Whose.
    pub node: NodeId,
    /// When, by the world's clock.
    pub at: SimTime,
    /// What happened, to follow "node 3".
    pub what: String,
}

/// A run that waits for answers.
#[derive(Clone, Debug)]
pub struct Live {
    scenario: Scenario,
    simulation: Simulation<Written>,
    trace: Trace,
    /// The texts of all messages; what the simulation carries is their numbers.
    texts: Vec<Rc<str>>,
    numbers: BTreeMap<Rc<str>, u32>,
    /// What is being asked about.
    due: Option<Wake<Written>>,
    counts: Counts,
    broke: Option<Broke>,
}

impl Live {
    /// A run of this cluster under this script, before anything has happened.
    pub fn new(scenario: Scenario) -> Live {
        let simulation = Simulation::new(Config::default(), &scenario.cluster, &scenario.script);
        Live {
            counts: Counts::new(scenario.cluster.nodes),
            scenario,
            simulation,
            trace: Trace::default(),
            texts: Vec::new(),
            numbers: BTreeMap::new(),
            due: None,
            broke: None,
        }
    }

    /// Goes on until a node's code has to be asked, and says what; nothing at the end.
    pub fn question(&mut self) -> Option<Question> {
        while self.broke.is_none() && self.due.is_none() {
            let wake = self.simulation.wake(self.scenario.until_ms, &mut self.trace)?;
            match self.digest(&wake) {
                Some(_) => self.due = Some(wake),
                None => self.simulation.finish(wake, &mut self.trace),
            }
        }
        let wake = self.due.as_ref()?;
        let node = wake.node()?;
        let mut none = Vec::new();
        let clock = self.simulation.context(wake, &mut none)?.clock();
        let asked = match wake {
            Wake::Process(_, Event::Message { from, message }, _) => {
                Asked::Message(*from, Rc::clone(&self.texts[message.2 as usize]))
            }
            Wake::Process(_, Event::Timer(timer), _) => Asked::Timer(timer.name()),
            Wake::Process(_, Event::WriteAnswer(answer), _) => Asked::Refused(answer.highest.0),
            _ => Asked::Boot(self.simulation.stable(node).0.clone()),
        };
        Some(Question { node, nodes: self.scenario.cluster.nodes, clock, asked })
    }

    /// What the code did about the question; the run goes on.
    pub fn answer(&mut self, acts: Vec<Act>) {
        match self.deeds(acts) {
            Ok(deeds) => {
                self.note(deeds);
                self.stop_an_excess();
            }
            Err(what) => self.fail(what),
        }
    }

    /// The code failed instead of answering; the run is over. `what` follows "node 3".
    pub fn fail(&mut self, what: String) {
        let Some(node) = self.due.as_ref().and_then(Wake::node) else { return };
        let mut short = what.clone();
        short.truncate(
            (0..=LONGEST_TEXT.min(short.len()))
                .rfind(|at| short.is_char_boundary(*at))
                .unwrap_or(0),
        );
        self.note(vec![Deed::Fault(short)]);
        self.broke = Some(Broke { node, at: self.simulation.now(), what });
    }

    /// Whose code failed, if one did.
    pub fn broke(&self) -> Option<&Broke> {
        self.broke.as_ref()
    }

    /// What has happened.
    pub fn records(&self) -> &[Record] {
        self.trace.records()
    }

    /// What is run, without what the nodes did.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How far it has come.
    pub fn now(&self) -> SimTime {
        self.simulation.now()
    }

    /// The run as a scenario of its own, with all that the nodes did. It ends at `until`.
    pub fn recorded(&self, until: SimTime) -> Scenario {
        Scenario {
            protocol: ProtocolConfig::Written(self.simulation.config().clone()),
            until_ms: until.min(self.scenario.until_ms),
            ..self.scenario.clone()
        }
    }

    fn digest(&self, wake: &Wake<Written>) -> Option<u32> {
        let mut none = Vec::new();
        let cx = self.simulation.context(wake, &mut none)?;
        match wake {
            Wake::Process(_, event, _) => digest_of(&cx, event),
            _ => Some(digest_of_boot(&cx, self.simulation.stable(cx.me()))),
        }
    }

    /// Lets the process do this, and keeps it.
    fn note(&mut self, deeds: Vec<Deed>) {
        let Some(wake) = self.due.take() else { return };
        let Some(digest) = self.digest(&wake) else { return };
        let mut none = Vec::new();
        let Some(cx) = self.simulation.context(&wake, &mut none) else { return };
        let (node, turn) = (cx.me(), cx.turn());
        self.simulation.config_mut().tape.note(node, turn, Turn(digest, deeds));
        self.simulation.finish(wake, &mut self.trace);
        self.counts.woken(node, self.simulation.now());
    }

    /// Neither messages nor timers may go on without end, or no run would.
    fn stop_an_excess(&mut self) {
        if let Some((node, what)) = self.counts.excess(self.simulation.in_flight()) {
            self.due = None;
            self.broke = Some(Broke { node, at: self.simulation.now(), what });
        }
    }

    fn deeds(&mut self, acts: Vec<Act>) -> Result<Vec<Deed>, String> {
        if acts.len() > MOST_DEEDS {
            return Err(format!(
                "does {} things in one step; at most {MOST_DEEDS} are allowed",
                acts.len()
            ));
        }
        acts.into_iter().map(|act| self.deed(act)).collect()
    }

    fn deed(&mut self, act: Act) -> Result<Deed, String> {
        Ok(match act {
            Act::Send(to, text, kind, number) => {
                if text.len() > LONGEST_MESSAGE {
                    return Err(format!(
                        "sends a message of {} bytes; at most {LONGEST_MESSAGE} are allowed",
                        text.len()
                    ));
                }
                let to = self.member(to)?;
                let sender = self.due.as_ref().and_then(Wake::node);
                if let Some(sender) = sender {
                    self.counts.sent(sender);
                }
                let text = self.number_of(text);
                Deed::Send(to, Message(Message::kind_named(&kind), count(number)?, text))
            }
            Act::Timer(name, after, jitter) => Deed::Timer(timer(&name)?, ms(after)?, ms(jitter)?),
            Act::Cancel(name) => Deed::Cancel(timer(&name)?),
            Act::Disk(text) if text.len() > LONGEST_TEXT => {
                return Err(format!(
                    "persists {} bytes; at most {LONGEST_TEXT} are allowed",
                    text.len()
                ));
            }
            Act::Disk(text) => Deed::Disk(text),
            Act::Stand(number) => Deed::Stand(count(number)?),
            Act::Lead(number) => Deed::Lead(count(number)?),
            Act::StepDown => Deed::StepDown,
            Act::Follow(leader, number) => {
                let leader = leader.map(|leader| self.member(leader)).transpose()?;
                Deed::Follow(leader, count(number)?)
            }
        })
    }

    fn member(&self, id: u64) -> Result<NodeId, String> {
        let known = u8::try_from(id).ok().filter(|id| *id < self.scenario.cluster.nodes);
        known.map(NodeId).ok_or_else(|| format!("names node {id}, and there is none"))
    }

    fn number_of(&mut self, text: String) -> u32 {
        let text: Rc<str> = text.into();
        let next = self.texts.len() as u32;
        let number = *self.numbers.entry(Rc::clone(&text)).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        number
    }
}

fn timer(name: &str) -> Result<u8, String> {
    let found = Timer::ALL.iter().position(|timer| timer.name() == name);
    found
        .map(|index| index as u8)
        .ok_or_else(|| format!("names a timer \"{name}\", and there is none"))
}

fn ms(ms: f64) -> Result<Span, String> {
    let span = Span::from_micros((ms * 1000.0).round() as u64);
    match (0.0..=1e9).contains(&ms) && span <= LONGEST_TIMER {
        true => Ok(span),
        false => Err(format!(
            "sets a timer to {ms} ms; 0 to {} ms are possible",
            LONGEST_TIMER.as_micros() / 1000
        )),
    }
}

fn count(number: u64) -> Result<Token, String> {
    match number <= LARGEST {
        true => Ok(Token(number)),
        false => {
            Err(format!("uses the number {number}, which is larger than JavaScript can count"))
        }
    }
}
