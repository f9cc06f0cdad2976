//! The question, field by field.

use super::fields::{broken, choice, number, value_of};
use election_engine::checks::Check;
use election_engine::explore::{Faults, MAX_NODES, Question};
use election_engine::protocols::registry::{ALL, ProtocolConfig};
use election_engine::store::TokenCheck;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// The question as it stands.
    pub question: Rc<Question>,
    /// It was changed.
    pub onchange: Callback<Question>,
}

/// What a value of a field makes of the question.
type Change = dyn Fn(&mut Question, &str);

/// How often each fault may happen, and what it is called.
type Fault = (&'static str, &'static str, fn(&mut Faults) -> &mut u8);

const FAULTS: [Fault; 7] = [
    ("crashes", "crashes", |faults| &mut faults.crashes),
    ("restarts", "restarts with the disk", |faults| &mut faults.restarts),
    ("wipes", "restarts with an empty disk", |faults| &mut faults.wipes),
    ("drops", "lost messages", |faults| &mut faults.drops),
    ("duplicates", "doubled messages", |faults| &mut faults.duplicates),
    ("pauses", "pauses", |faults| &mut faults.pauses),
    ("partitions", "partitions", |faults| &mut faults.partitions),
];

/// The fields.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let question = &props.question;
    let info = question.protocol.info();
    let problem = use_state_eq(|| None::<String>);
    let change = |how: Rc<Change>| {
        let (question, onchange) = (question.clone(), props.onchange.clone());
        let problem = problem.setter();
        Callback::from(move |event: Event| {
            let value = value_of(&event);
            problem.set(value.as_ref().err().cloned());
            if let Ok(value) = value {
                let mut question = (*question).clone();
                how(&mut question, &value);
                onchange.emit(question);
            }
        })
    };
    let own = info.checks.iter().copied().filter(|check| *check != Check::OneLeaderAtATime);
    let claims = own.chain([Check::OneLeaderAtATime]);
    let off = broken(&question.protocol);
    html! {
        <div class="question-form">
            if let Some(problem) = &*problem {
                <p class="notice" role="alert" data-testid="ask-problem">{problem}</p>
            }
            <fieldset>
                <legend>{"What runs"}</legend>
                { choice("protocol", "Algorithm", searched().collect(), info.name, change(Rc::new(|question, value| {
                    if let Some(protocol) = ProtocolConfig::named(value) {
                        let claim = protocol.info().checks[0];
                        let asked = Question::new(protocol, question.nodes, claim);
                        *question = Question { bounds: question.bounds, ..asked };
                    }
                }))) }
                { number("nodes", "Nodes", u64::from(question.nodes), (1, u64::from(MAX_NODES)), change(Rc::new(|question, value| {
                    question.nodes = value.parse().unwrap_or(question.nodes);
                }))) }
                if !info.switches.is_empty() {
                    { choice("broken", "Rule switched off", std::iter::once(("", "none")).chain(info.switches.iter().map(|switch| (switch.name, switch.name))).collect(), &off, change(Rc::new(|question, value| {
                        let name = question.protocol.info().name;
                        if let Some(mut protocol) = ProtocolConfig::named(name) {
                            protocol.switch_off(value);
                            for flag in ["settled", "writes"] {
                                protocol.set(flag, question.protocol.get(flag));
                            }
                            question.protocol = protocol;
                        }
                    }))) }
                }
                if let Some(switch) = info.switches.iter().find(|switch| switch.name == off) {
                    <p class="hint">{switch.text}</p>
                }
                { choice("prompt", "Messages", vec![("no", "take any time"), ("yes", "arrive before any timer runs out")], if question.prompt { "yes" } else { "no" }, change(Rc::new(|question, value| {
                    question.prompt = value == "yes";
                }))) }
                { choice("store", "The store", vec![("highest", "compares tokens"), ("off", "accepts every write")], if question.store == TokenCheck::Off { "off" } else { "highest" }, change(Rc::new(|question, value| {
                    question.store = if value == "off" { TokenCheck::Off } else { TokenCheck::Highest };
                }))) }
            </fieldset>
            <fieldset>
                <legend>{"What may go wrong, at most"}</legend>
                { for FAULTS.into_iter().map(|(name, title, field)| {
                    let mut faults = question.faults;
                    number(name, title, u64::from(*field(&mut faults)), (0, 9), change(Rc::new(move |question, value| {
                        *field(&mut question.faults) = value.parse().unwrap_or(0);
                    })))
                }) }
            </fieldset>
            <fieldset>
                <legend>{"What must not happen, and how far to look"}</legend>
                { choice("claim", "Claim", claims.map(|check| (check.name(), check.name())).collect(), question.claim.name(), change(Rc::new(|question, value| {
                    if let Some(claim) = Check::named(value) {
                        question.claim = claim;
                        question.protocol.set("writes", u64::from(claim == Check::TokenOrder));
                    }
                }))) }
                <p class="hint">{question.claim.text()}</p>
                { number("depth", "events in a run", u64::from(question.bounds.depth), (1, 1000), change(Rc::new(|question, value| {
                    question.bounds.depth = value.parse().unwrap_or(question.bounds.depth);
                }))) }
                { number("number", "highest term or round", question.bounds.number, (1, 100), change(Rc::new(|question, value| {
                    question.bounds.number = value.parse().unwrap_or(question.bounds.number);
                }))) }
                { number("in-flight", "messages in flight", u64::from(question.bounds.in_flight), (1, 100), change(Rc::new(|question, value| {
                    question.bounds.in_flight = value.parse().unwrap_or(question.bounds.in_flight);
                }))) }
                { number("states", "states", u64::from(question.bounds.states), (1, 50_000_000), change(Rc::new(|question, value| {
                    question.bounds.states = value.parse().unwrap_or(question.bounds.states);
                }))) }
                { number("memory", "memory, MB", question.bounds.memory >> 20, (8, 2048), change(Rc::new(|question, value| {
                    question.bounds.memory = value.parse().map_or(question.bounds.memory, |mb: u64| mb << 20);
                }))) }
            </fieldset>
        </div>
    }
}

/// The algorithms that can be searched, by name and title.
fn searched() -> impl Iterator<Item = (&'static str, &'static str)> {
    let reads_clock = |name| ProtocolConfig::named(name).is_some_and(|it| it.reads_clock());
    ALL.iter().filter(move |info| !reads_clock(info.name)).map(|info| (info.name, info.title))
}
