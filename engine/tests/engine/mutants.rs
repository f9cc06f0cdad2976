//! Rules left out or changed on purpose. A check or a test of the paper must notice each.

use election_engine::checks::{Check, Monitor};
use election_engine::ids::{NodeId, Token};
use election_engine::protocol::{Context, Effect, Event, Label, MessageKind, Note, Protocol, Rule};
use election_engine::protocols::bully::{Bully, Config, Message, Stable, Timer};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::scenario::Scenario;
use election_engine::simulation::Simulation;
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, Record, Trace};
use election_engine::view::NodeView;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SOUND: u8 = 0;
const ASKS_LOWER_NODES: u8 = 1;
const DOES_NOT_WAIT_FOR_ANSWERS: u8 = 2;
const NEVER_PERSISTS: u8 = 3;
const IGNORES_OK: u8 = 4;
const KEEPS_ITS_NUMBER: u8 = 5;

/// Bully with one thing changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Mutant<const CHANGE: u8>(Bully);

impl<const CHANGE: u8> Protocol for Mutant<CHANGE> {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = Bully::RULES;
    const MESSAGES: &'static [MessageKind] = Bully::MESSAGES;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut effects = Vec::new();
        let process = Bully::boot(config, stable, &mut inner(cx, &mut effects));
        apply(effects, cx);
        Mutant(process)
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        let event = match event {
            Event::Message { message: Message::Ok, .. } if CHANGE == IGNORES_OK => return,
            Event::Message { from, message } => Event::Message { from, message },
            Event::Timer(timer) => Event::Timer(timer),
            Event::WriteAnswer(answer) => Event::WriteAnswer(answer),
            Event::Command(command) => Event::Command(command),
        };
        let mut effects = Vec::new();
        self.0.on_event(config, event, &mut inner(cx, &mut effects));
        apply(effects, cx);
    }

    fn view(&self, config: &Config) -> NodeView {
        self.0.view(config)
    }

    fn label(message: &Message) -> Label {
        Bully::label(message)
    }
}

fn inner<'a, const CHANGE: u8>(
    cx: &Context<'_, Mutant<CHANGE>>,
    effects: &'a mut Vec<Effect<Bully>>,
) -> Context<'a, Bully> {
    Context::new(cx.me(), cx.nodes(), cx.clock(), cx.is_start(), effects)
}

/// Passes on what Bully wishes, changed.
fn apply<const CHANGE: u8>(effects: Vec<Effect<Bully>>, cx: &mut Context<'_, Mutant<CHANGE>>) {
    for effect in effects {
        match effect {
            Effect::Send(to, Message::Election) if CHANGE == ASKS_LOWER_NODES => {
                cx.send(NodeId(cx.nodes() - 1 - to.0), Message::Election);
            }
            Effect::SetTimer { timer: Timer::Answer, .. }
                if CHANGE == DOES_NOT_WAIT_FOR_ANSWERS =>
            {
                cx.set_timer(Timer::Answer, Span::ZERO);
            }
            Effect::Persist(_) if CHANGE == NEVER_PERSISTS => {}
            Effect::Note(Note::Lead(number)) if CHANGE == KEEPS_ITS_NUMBER => {
                cx.note(Note::Lead(Token(number.0.min(1))));
            }
            Effect::Write(number) if CHANGE == KEEPS_ITS_NUMBER => cx.write(Token(number.0.min(1))),
            Effect::Send(to, message) => cx.send(to, message),
            Effect::Broadcast(message) => cx.broadcast(message),
            Effect::SetTimer { timer, after, jitter } => cx.set_random_timer(timer, after, jitter),
            Effect::CancelTimer(timer) => cx.cancel_timer(timer),
            Effect::Persist(stable) => cx.persist(stable),
            Effect::Write(token) => cx.write(token),
            Effect::Cite(rule) => cx.cite(rule),
            Effect::Note(note) => cx.note(note),
        }
    }
}

/// A run of a changed Bully: its leader crashes, and the next one crashes and comes back.
fn run<const CHANGE: u8>() -> Trace {
    let text = json!({
        "version": 1,
        "protocol": {"bully": {}},
        "cluster": {"network": {"latency": {"fixed": 10}}},
        "script": [
            {"at_ms": 1500, "do": {"crash": 4}},
            {"at_ms": 9500, "do": {"crash": 3}},
            {"at_ms": 9700, "do": {"restart": 3}},
        ],
    });
    let scenario = Scenario::parse(&text.to_string()).unwrap();
    let ProtocolConfig::Bully(config) = scenario.protocol.clone() else {
        panic!("a scenario of Bully");
    };
    let mut trace = Trace::default();
    let mut cluster =
        Simulation::<Mutant<CHANGE>>::new(config, &scenario.cluster, &scenario.script);
    cluster.run_until(SimTime::from_ms(20_000), &mut trace);
    trace
}

/// What the checks find, and what the tests of the paper would.
fn noticed(trace: &Trace) -> Vec<&'static str> {
    let records = trace.records();
    let mut monitor = Monitor::new(&[Check::OneLeaderPerNumber, Check::TokenOrder], 5);
    monitor.catch_up(records);
    let mut noticed: Vec<_> =
        monitor.violations().iter().map(|violation| violation.check.name()).collect();
    let election = |record: &&Record| record.kind == EventKind::Send && record.name == 1;
    if records.iter().filter(election).any(|record| record.peer() < Some(record.node)) {
        noticed.push("elections ask higher nodes only");
    }
    // No message is lost here but to the dead, so the highest live node wins, and alone.
    let reigns: Vec<u8> =
        records.iter().filter(|r| r.kind == EventKind::Lead).map(|r| r.node.0).collect();
    if reigns != [4, 3, 3] {
        noticed.push("the highest live node leads");
    }
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn bully_as_it_is_passes() {
    assert_eq!(noticed(&run::<SOUND>()), [""; 0]);
}

#[test]
fn asking_lower_nodes_is_noticed() {
    assert!(noticed(&run::<ASKS_LOWER_NODES>()).contains(&"elections ask higher nodes only"));
}

#[test]
fn leading_without_waiting_for_answers_is_noticed() {
    let noticed = noticed(&run::<DOES_NOT_WAIT_FOR_ANSWERS>());
    assert!(noticed.contains(&"one-leader-per-number"), "{noticed:?}");
}

#[test]
fn ignoring_ok_is_noticed() {
    let noticed = noticed(&run::<IGNORES_OK>());
    assert!(noticed.contains(&"the highest live node leads"), "{noticed:?}");
}

#[test]
fn a_number_that_is_not_on_disk_is_noticed() {
    let noticed = noticed(&run::<NEVER_PERSISTS>());
    assert!(noticed.contains(&"one-leader-per-number"), "{noticed:?}");
}

#[test]
fn a_number_that_does_not_grow_is_noticed() {
    let noticed = noticed(&run::<KEEPS_ITS_NUMBER>());
    assert!(noticed.contains(&"one-leader-per-number"), "{noticed:?}");
}

/// What is wrong with a store that accepts a token by this rule, given the highest seen.
fn faults_of_store(accepts: fn(u64, u64) -> bool) -> Vec<&'static str> {
    let answers = |tokens: &[u64]| -> Vec<bool> {
        let mut highest = 0;
        tokens
            .iter()
            .map(|token| {
                let accepted = accepts(*token, highest);
                highest = if accepted { highest.max(*token) } else { highest };
                accepted
            })
            .collect()
    };
    let mut faults = Vec::new();
    let old_leader = answers(&[33, 34, 33]);
    if old_leader[1] && old_leader[2] {
        faults.push("an old leader's write is applied");
    }
    if !answers(&[33, 33])[1] {
        faults.push("a leader's second write is refused");
    }
    if !answers(&[33, 34])[1] {
        faults.push("a new leader's first write is refused");
    }
    faults
}

#[test]
fn every_other_comparison_at_the_store_is_noticed() {
    assert_eq!(faults_of_store(|token, highest| token >= highest), [""; 0]);
    assert_eq!(
        faults_of_store(|token, highest| token > highest),
        ["a leader's second write is refused"]
    );
    assert_eq!(
        faults_of_store(|token, highest| highest == 0 || token == highest),
        ["a new leader's first write is refused"]
    );
    assert_eq!(faults_of_store(|_, _| true), ["an old leader's write is applied"]);
}
