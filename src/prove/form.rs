//! The question, field by field.

use super::fields::{broken, choice, chosen};
use crate::components::number::Number;
use election_engine::checks::Check;
use election_engine::explore::{Bounds, Fall, Faults, Question, limits, plural};
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

/// A bound: what it is called, how far it goes, what it is, and how it is set.
type Limit = (&'static str, &'static str, (u64, u64), fn(&Bounds) -> u64, fn(&mut Bounds, u64));

const BOUNDS: [Limit; 5] = [
    ("depth", "events in a run", limits::DEPTH, |b| b.depth.into(), |b, n| b.depth = n as u32),
    ("number", "highest term or round", limits::NUMBER, |b| b.number, |b, n| b.number = n),
    (
        "in-flight",
        "messages in flight",
        limits::IN_FLIGHT,
        |b| b.in_flight.into(),
        |b, n| b.in_flight = n as u32,
    ),
    ("states", "states", limits::STATES, |b| b.states.into(), |b, n| b.states = n as u32),
    ("memory", "memory, MB", limits::MEMORY, |b| b.memory >> 20, |b, n| b.memory = n << 20),
];

/// The fields.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let question = &*props.question;
    let info = question.protocol.info();
    let problem = use_state_eq(|| None::<String>);
    let onproblem = use_callback(problem.setter(), |why, problem| problem.set(why));
    let choose = |how: fn(&mut Question, &str)| {
        let changed = changed(props, move |question, value: String| how(question, &value));
        changed.reform(|event: Event| chosen(&event))
    };
    let number = |name: &str, title, value: u64, range, onnumber| {
        let testid = format!("ask-{name}");
        html! { <Number {title} {value} {range} {testid} {onnumber} onproblem={onproblem.clone()} /> }
    };
    let own = info.checks.iter().copied().filter(|check| *check != Check::OneLeaderAtATime);
    let claims = own.chain([Check::OneLeaderAtATime]).map(|check| (check.name(), check.name()));
    html! {
        <div class="question-form">
            if let Some(problem) = &*problem {
                <p class="notice" role="alert" data-testid="ask-problem">{problem}</p>
            }
            <fieldset>
                <legend>{"What runs"}</legend>
                { choice("protocol", "Algorithm", searched().collect(), info.name, choose(run_another)) }
                { number("nodes", "Nodes", question.nodes.into(), limits::NODES, changed(props, |question, nodes| {
                    question.nodes = nodes as u8;
                })) }
                { rules(props, choose(switch_off)) }
                { choice("prompt", "Messages", vec![("no", "take any time"), ("yes", "arrive before any timer runs out")], if question.prompt { "yes" } else { "no" }, choose(|question, value| {
                    question.prompt = value == "yes";
                })) }
                { choice("store", "The store", vec![("highest", "compares tokens"), ("off", "accepts every write")], if question.store == TokenCheck::Off { "off" } else { "highest" }, choose(|question, value| {
                    question.store = if value == "off" { TokenCheck::Off } else { TokenCheck::Highest };
                })) }
            </fieldset>
            <fieldset>
                <legend>{"What may go wrong, at most"}</legend>
                { for FAULTS.into_iter().map(|(name, title, field)| {
                    let mut faults = question.faults;
                    number(name, title, (*field(&mut faults)).into(), limits::FAULTS, changed(props, move |question, times| {
                        *field(&mut question.faults) = times as u8;
                    }))
                }) }
            </fieldset>
            <fieldset>
                <legend>{"What must not happen, and how far to look"}</legend>
                { choice("claim", "Claim", claims.collect(), question.claim.name(), choose(claim)) }
                <p class="hint">{question.claim.text()}</p>
                { for BOUNDS.into_iter().map(|(name, title, range, get, set)| {
                    number(name, title, get(&question.bounds), range, changed(props, move |question, value| {
                        set(&mut question.bounds, value);
                    }))
                }) }
            </fieldset>
        </div>
    }
}

/// What something chosen or typed makes of the question. Fields keep to their limits, so that
/// every number fits.
fn changed<T: 'static>(props: &FormProps, how: impl Fn(&mut Question, T) + 'static) -> Callback<T> {
    let (question, onchange) = (props.question.clone(), props.onchange.clone());
    Callback::from(move |value| {
        let mut question = (*question).clone();
        how(&mut question, value);
        onchange.emit(question);
    })
}

fn run_another(question: &mut Question, name: &str) {
    if let Some(protocol) = ProtocolConfig::named(name) {
        let claim = protocol.info().checks[0];
        let asked = Question::new(protocol, question.nodes, claim);
        *question = Question { bounds: question.bounds, ..asked };
    }
}

fn switch_off(question: &mut Question, rule: &str) {
    if let Some(mut protocol) = ProtocolConfig::named(question.protocol.info().name) {
        protocol.switch_off(rule);
        for flag in ["settled", "writes"] {
            protocol.set(flag, question.protocol.get(flag));
        }
        question.protocol = protocol;
    }
}

fn claim(question: &mut Question, name: &str) {
    if let Some(claim) = Check::named(name) {
        question.claim = claim;
        question.protocol.set("writes", u64::from(claim == Check::TokenOrder));
    }
}

/// The rules of the algorithm, what happens without the one that is off, and where to look for it.
fn rules(props: &FormProps, onchange: Callback<Event>) -> Html {
    let info = props.question.protocol.info();
    let off = broken(&props.question.protocol);
    let Some(switch) = info.switches.iter().find(|switch| switch.name == off) else {
        return match info.switches {
            [] => Html::default(),
            _ => switches(info.switches.iter().map(|switch| switch.name), &off, onchange),
        };
    };
    let fall = Fall::of(info.name, switch.name);
    let onclick = {
        let onchange = props.onchange.clone();
        fall.map(|fall| Callback::from(move |_: MouseEvent| onchange.emit(fall.question())))
    };
    html! {
        <>
            { switches(info.switches.iter().map(|switch| switch.name), &off, onchange) }
            <p class="hint">{switch.text}</p>
            <p class="hint" data-testid="known-fall">{known(fall)}</p>
            if let Some(onclick) = onclick {
                <button type="button" class="button" data-testid="ask-that" {onclick}>{"Ask just that"}</button>
            }
        </>
    }
}

fn switches(
    names: impl Iterator<Item = &'static str>,
    off: &str,
    onchange: Callback<Event>,
) -> Html {
    let choices = std::iter::once(("", "none")).chain(names.map(|name| (name, name)));
    choice("broken", "Rule switched off", choices.collect(), off, onchange)
}

/// Where a claim is known to fall.
fn known(fall: Option<&Fall>) -> String {
    let Some(fall) = fall else {
        return "No claim is known to fall without it in a short search.".to_owned();
    };
    let mut faults = fall.faults;
    let times =
        FAULTS.into_iter().map(|(.., title, field)| (title, u64::from(*field(&mut faults))));
    let times: Vec<String> = times
        .filter(|(_, times)| *times > 0)
        .map(|(title, times)| format!("at most {times} of “{title}”"))
        .collect();
    let with = match times.is_empty() {
        true => String::new(),
        false => format!(", with {}", times.join(" and ")),
    };
    let s = plural(fall.nodes.into());
    format!("Known to fall without it: {}, among {} node{s}{with}.", fall.claim.name(), fall.nodes)
}

/// The algorithms that can be searched, by name and title.
fn searched() -> impl Iterator<Item = (&'static str, &'static str)> {
    let reads_clock = |name| ProtocolConfig::named(name).is_some_and(|it| it.reads_clock());
    ALL.iter().filter(move |info| !reads_clock(info.name)).map(|info| (info.name, info.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_where_it_is_missed() {
        let of = |rule| known(Fall::of("raft", rule));
        assert_eq!(
            of("more-than-half"),
            "Known to fall without it: one-leader-per-number, among 4 nodes."
        );
        assert!(of("vote-on-disk").ends_with(
            "3 nodes, with at most 1 of “crashes” and at most 1 of “restarts with the disk”."
        ));
        assert!(of("give-way").starts_with("No claim is known"));
    }
}
