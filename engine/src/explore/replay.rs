//! A run that was found, as a scenario that the simulation plays, and in words.
//!
//! The simulation has time and the search has none, so the events get instants, evenly spaced,
//! and the script sees to it that they happen then: as soon as a message is sent it is delayed
//! until its turn, and as soon as a timer is set it is moved to its turn. What has no turn comes
//! after the end.

use super::flat::Flat;
use super::model::{Model, is_cut};
use super::steps::Step;
use super::{Finding, Told};
use crate::action::{Action, MessageDelay, TimerChange};
use crate::ids::{MessageId, NodeId, Token};
use crate::protocol::{Effect, Note, Protocol, TimerKind, WriteAnswer};
use crate::protocols::registry;
use crate::scenario::{Cluster, Scenario, Scripted, StoreConfig, VERSION};
use crate::simulation::Names;
use crate::simulation::mail::Body;
use crate::simulation::network::{Latency, NetworkConfig};
use crate::store::Store;
use crate::time::{SimTime, Span};
use crate::view::NodeSet;

/// From one event to the next.
const GAP: Span = Span::new(400);
/// How long a message travels if nobody delays it: less than a gap.
const TRAVEL: Span = Span::new(200);
/// How long the run goes on after the last event.
const REST: Span = Span::new(1000);
/// Whatever is put off in the script is put off right after it begins.
const MOMENT: Span = Span::from_micros(1);

/// The instant of the event with this index.
fn instant(index: usize) -> SimTime {
    SimTime::ZERO + GAP.times(index as u64 + 1)
}

/// A message that is in flight in the simulation.
struct Underway {
    id: MessageId,
    letter: u32,
}

/// Writes the script.
struct Writer<'a, P: Protocol> {
    model: &'a mut Model<P>,
    steps: &'a [Step],
    script: Vec<Scripted>,
    /// The messages in flight, the oldest first.
    underway: Vec<Underway>,
    /// How many messages the simulation has numbered. Those that a cut swallows count as well.
    numbered: u32,
    /// Who is cut off from the others.
    side: NodeSet,
    store: Store,
}

/// A run of the model as a scenario and in words.
pub fn of<P: Protocol>(model: &mut Model<P>, steps: &[Step]) -> Finding {
    let (mut state, _) = model.start();
    let store = Store { check: model.question().store, ..Store::default() };
    let mut writer = Writer {
        model,
        steps,
        script: Vec::new(),
        underway: Vec::new(),
        numbered: 0,
        side: NodeSet::EMPTY,
        store,
    };
    let nodes = writer.model.question().nodes;
    let mut then = Vec::new();
    for node in NodeId::all(nodes) {
        let effects = writer.model.effects_of_start(node);
        then.extend(consequences(node, &effects));
        writer.commit(0, SimTime::ZERO, node, &effects);
    }
    let started = Told { at: SimTime::ZERO, what: "Everybody starts.".to_owned(), then };
    let mut events = vec![started];
    let mut next = Flat::default();
    for (index, step) in steps.iter().enumerate() {
        let at = instant(index);
        let (what, node) = writer.words(*step);
        let effects = writer.model.effects_of(&state, *step);
        let then = match node {
            Some(node) => consequences(node, &effects),
            None => Vec::new(),
        };
        writer.write(index, at, *step, &effects);
        events.push(Told { at, what, then });
        writer.model.apply(&state, *step, &mut next);
        std::mem::swap(&mut state, &mut next);
    }
    let scenario = writer.scenario();
    Finding { scenario, events }
}

impl<P: Protocol> Writer<'_, P> {
    /// What the script and the clockwork of the simulation do for one step.
    fn write(&mut self, index: usize, at: SimTime, step: Step, effects: &[Effect<P>]) {
        let done = match step {
            Step::Boot | Step::Fire(..) => None,
            Step::Deliver(letter) => {
                self.take(letter);
                None
            }
            Step::Crash(node) => Some(Action::Crash(node)),
            Step::Restart(node) => Some(Action::Restart(node)),
            Step::Wipe(node) => Some(Action::RestartWithoutDisk(node)),
            Step::Pause(node) => Some(Action::Pause(node)),
            Step::Resume(node) => Some(Action::Resume(node)),
            Step::Drop(letter) => self.take(letter).map(Action::Drop),
            Step::Duplicate(letter) => {
                let newest = self.underway.iter().rev().find(|one| one.letter == letter);
                newest.map(|one| Action::Duplicate(one.id))
            }
            Step::Part(side) => {
                self.part(side);
                let nodes = || NodeId::all(self.model.question().nodes);
                let on = |wanted| nodes().filter(|node| side.contains(*node) == wanted).collect();
                Some(Action::Partition(vec![on(true), on(false)]))
            }
            Step::Heal => {
                self.side = NodeSet::EMPTY;
                Some(Action::Heal)
            }
        };
        self.script.extend(done.map(|action| Scripted { at_ms: at, action }));
        match step {
            Step::Duplicate(letter) => self.copied(index, at, letter),
            Step::Deliver(letter) => {
                let to = self.model.letter(letter).to;
                match self.model.letter(letter).body {
                    // The store answers at once.
                    Body::Write(token) => self.answer(index, at, letter, token),
                    _ => self.commit(index + 1, at, to, effects),
                }
            }
            Step::Fire(node, _) | Step::Restart(node) | Step::Wipe(node) => {
                self.commit(index + 1, at, node, effects);
            }
            _ => {}
        }
    }

    /// The oldest copy of a message leaves the network.
    fn take(&mut self, letter: u32) -> Option<MessageId> {
        let place = self.underway.iter().position(|one| one.letter == letter)?;
        Some(self.underway.remove(place).id)
    }

    fn part(&mut self, side: NodeSet) {
        self.side = side;
        let model = &self.model;
        self.underway.retain(|one| !is_cut(side, model.letter(one.letter)));
    }

    /// What a process does at an instant; the event after it has the index `next`.
    fn commit(&mut self, next: usize, at: SimTime, node: NodeId, effects: &[Effect<P>]) {
        let nodes = self.model.question().nodes;
        for effect in effects {
            match effect {
                Effect::Send(to, message) => {
                    self.send(next, at, node, *to, Body::Peer(*message));
                }
                Effect::Broadcast(message) => {
                    for to in NodeId::all(nodes).filter(|to| *to != node) {
                        self.send(next, at, node, to, Body::Peer(*message));
                    }
                }
                Effect::Write(token) => {
                    self.send(next, at, node, NodeId(nodes), Body::Write(*token));
                }
                Effect::SetTimer { timer, .. } => self.set(next, at, node, *timer),
                _ => {}
            }
        }
    }

    fn send(&mut self, next: usize, at: SimTime, from: NodeId, to: NodeId, body: Body<P::Message>) {
        self.numbered += 1;
        let id = MessageId(self.numbered);
        let letter = self.model.number_of(from, to, body);
        if is_cut(self.side, self.model.letter(letter)) {
            return;
        }
        self.underway.push(Underway { id, letter });
        let turn = self.turn_of(next, letter);
        self.delay(id, at, turn.since(at + TRAVEL));
    }

    fn answer(&mut self, index: usize, at: SimTime, letter: u32, token: Token) {
        let writer = self.model.letter(letter).from;
        let accepted = self.store.write(writer, token);
        let answer = WriteAnswer { token, accepted, highest: self.store.highest };
        let store = NodeId(self.model.question().nodes);
        self.send(index + 1, at, store, writer, Body::Answer(answer));
    }

    /// A second copy follows right after the first, whenever that is.
    fn copied(&mut self, index: usize, at: SimTime, letter: u32) {
        self.numbered += 1;
        let id = MessageId(self.numbered);
        let first = self.turn_of(index + 1, letter);
        self.underway.push(Underway { id, letter });
        let turn = self.turn_of(index + 1, letter);
        self.delay(id, at, turn.since(first));
    }

    /// When the newest copy of a message is to arrive: the older ones go first. One that is
    /// dropped would arrive right after that.
    fn turn_of(&self, next: usize, letter: u32) -> SimTime {
        let copies = self.underway.iter().filter(|one| one.letter == letter).count();
        let takes = |step: &Step| matches!(step, Step::Deliver(l) | Step::Drop(l) if *l == letter);
        let mut later = self.steps.iter().enumerate().skip(next).filter(|(_, step)| takes(step));
        match later.nth(copies.saturating_sub(1)) {
            Some((index, Step::Deliver(_))) => instant(index),
            Some((index, _)) => instant(index) + TRAVEL,
            None => self.never(),
        }
    }

    /// After the end of the run.
    fn never(&self) -> SimTime {
        self.end() + REST
    }

    fn end(&self) -> SimTime {
        instant(self.steps.len().saturating_sub(1)) + REST
    }

    fn delay(&mut self, message: MessageId, sent: SimTime, by_ms: Span) {
        let action = Action::Delay(MessageDelay { message, by_ms });
        self.script.push(Scripted { at_ms: sent + MOMENT, action });
    }

    fn set(&mut self, next: usize, at: SimTime, node: NodeId, timer: P::Timer) {
        let fires = Step::Fire(node, timer.index() as u8);
        let later = self.steps.iter().enumerate().skip(next).find(|(_, step)| **step == fires);
        let turn = later.map_or(self.never(), |(index, _)| instant(index));
        let at_ms = at + MOMENT;
        let in_ms = turn.since(at_ms);
        let action = Action::Timer(TimerChange { node, timer: timer.name().to_owned(), in_ms });
        self.script.push(Scripted { at_ms, action });
    }

    fn scenario(mut self) -> Scenario {
        self.script.sort_by_key(|entry| entry.at_ms);
        let question = self.model.question();
        let latency = Latency::Fixed(TRAVEL);
        let mut scenario = Scenario {
            version: VERSION,
            title: format!("Found by search: {} falls", question.claim.name()),
            protocol: question.protocol.clone(),
            cluster: Cluster {
                nodes: question.nodes,
                network: NetworkConfig { latency, ..NetworkConfig::default() },
                store: StoreConfig { check: question.store, ..StoreConfig::default() },
                ..Cluster::default()
            },
            until_ms: self.end(),
            script: self.script,
            expect: vec![question.claim.name().to_owned()],
        };
        // Other claims may fall on the way; then the scenario says so.
        let mut run = registry::open(scenario.clone());
        run.seek(scenario.until_ms);
        for violation in run.violations() {
            let name = violation.check.name().to_owned();
            if !scenario.expect.contains(&name) {
                scenario.expect.push(name);
            }
        }
        scenario
    }

    /// A step in words, and the node that it wakes.
    fn words(&self, step: Step) -> (String, Option<NodeId>) {
        match step {
            Step::Boot => ("Everybody starts.".to_owned(), None),
            Step::Deliver(letter) => {
                let to = self.model.letter(letter).to;
                (format!("{} arrives.", self.message(letter)), Some(to))
            }
            Step::Fire(node, timer) => {
                let name = P::Timer::ALL[usize::from(timer)].name();
                (format!("The {name} timer of node {node} runs out."), Some(node))
            }
            Step::Crash(node) => (format!("Node {node} crashes."), None),
            Step::Restart(node) => (format!("Node {node} starts again with its disk."), Some(node)),
            Step::Wipe(node) => {
                (format!("Node {node} starts again with an empty disk."), Some(node))
            }
            Step::Pause(node) => (format!("Node {node} pauses."), None),
            Step::Resume(node) => (format!("Node {node} goes on."), None),
            Step::Drop(letter) => (format!("{} is lost.", self.message(letter)), None),
            Step::Duplicate(letter) => (format!("{} is doubled.", self.message(letter)), None),
            Step::Part(side) => {
                let nodes = || NodeId::all(self.model.question().nodes);
                let on = |wanted| {
                    let names = nodes().filter(|node| side.contains(*node) == wanted);
                    names.map(|node| node.to_string()).collect::<Vec<_>>().join(", ")
                };
                (format!("The network is cut: {} here, {} there.", on(true), on(false)), None)
            }
            Step::Heal => ("The cut heals.".to_owned(), None),
        }
    }

    fn message(&self, letter: u32) -> String {
        let letter = self.model.letter(letter);
        let (name, number) = Names::<P>::of(&letter.body);
        let store = NodeId(self.model.question().nodes);
        let member = |id: NodeId| match id == store {
            true => "the store".to_owned(),
            false => format!("node {id}"),
        };
        let number = match number.0 {
            0 => String::new(),
            number => format!(" {number}"),
        };
        let name = Names::<P>::message(name);
        format!("{name}{number} from {} to {}", member(letter.from), member(letter.to))
    }
}

/// What comes of an event, for people.
fn consequences<P: Protocol>(node: NodeId, effects: &[Effect<P>]) -> Vec<String> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Note(Note::Candidate(number)) => {
            Some(format!("Node {node} stands for election with number {number}."))
        }
        Effect::Note(Note::Vote(candidate, number)) => {
            Some(format!("Node {node} votes for node {candidate} in number {number}."))
        }
        Effect::Note(Note::Refuse(candidate, _)) => {
            Some(format!("Node {node} refuses node {candidate}."))
        }
        Effect::Note(Note::Lead(number)) => {
            Some(format!("Node {node} leads with number {number}."))
        }
        Effect::Note(Note::StepDown(_)) => Some(format!("Node {node} stops leading.")),
        _ => None,
    });
    told.collect()
}
