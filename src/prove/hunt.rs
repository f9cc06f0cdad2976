//! Chance, again and again: for algorithms that go by their clocks.

use super::fields::{broken, choice, chosen};
use super::hunter::Said;
use super::{address_of, use_asked};
use crate::components::number::Number;
use crate::lab::link_to;
use crate::stage::Stage;
use crate::words::grouped;
use crate::worker::desk::Desk;
use crate::worker::{Heard, Order};
use election_engine::checks::Check;
use election_engine::explore::plural;
use election_engine::protocols::registry::{ALL, ProtocolConfig};
use election_engine::scenario::Scenario;
use election_engine::store::TokenCheck;
use election_engine::swarm::hunt::{Hunt, MOST_RUNS, famous_ones};
use election_engine::time::SimTime;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// A hunt as it is shown.
#[derive(Clone, PartialEq)]
enum Phase {
    Running(String),
    /// It goes on if its worker is still there, which has said nothing for long.
    Silent,
    Over(String, Option<Rc<Scenario>>),
    Stopped(String),
}

#[derive(Clone, PartialEq)]
struct Shown {
    claim: Check,
    /// How many runs were looked at, and how long it took, in milliseconds.
    figures: Option<(u32, f64)>,
    phase: Phase,
}

impl Shown {
    fn begun(hunt: &Hunt) -> Shown {
        let phase = Phase::Running("Hunting …".to_owned());
        Shown { claim: hunt.claim, figures: None, phase }
    }

    /// The same hunt, when its worker has said this.
    fn after(self, heard: Heard<Said>) -> Shown {
        match heard {
            Heard::Said(said) => {
                let figures = Some((said.tried, said.took));
                let phase = match said.is_over {
                    true => Phase::Over(said.sentence, said.caught.map(Rc::new)),
                    false => Phase::Running(said.sentence),
                };
                Shown { figures, phase, ..self }
            }
            Heard::Silent => Shown { phase: Phase::Silent, ..self },
            Heard::Refused(why) => Shown { phase: Phase::Stopped(why), ..self },
            Heard::Died(why) => {
                let text = format!(
                    "The hunt ended by itself: {why}. {} The next hunt starts a new worker.",
                    self.known()
                );
                Shown { phase: Phase::Stopped(text), ..self }
            }
        }
    }

    /// Whether there is something to cancel.
    fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running(_) | Phase::Silent)
    }

    fn cancelled(self) -> Shown {
        if !self.is_running() {
            return self;
        }
        let text = format!("Cancelled. {}", self.known());
        Shown { phase: Phase::Stopped(text), ..self }
    }

    /// What a hunt knows that has caught nothing yet.
    fn known(&self) -> String {
        let tried = self.figures.map_or(0, |(tried, _)| tried);
        let (claim, s) = (self.claim.name(), plural(tried.into()));
        format!("{claim} fell in none of {tried} run{s}.")
    }
}

/// The whole part.
#[component]
pub fn Hunts() -> Html {
    let famous = use_memo((), |()| famous_ones());
    let (hunt, problem) = use_asked("hunt", Hunt::validate, || famous[0].hunt.clone());
    let shown = use_state(|| None::<Shown>);
    let desk = use_mut_ref(|| None::<Desk>);

    let begin = {
        let (shown, desk) = (shown.setter(), desk.clone());
        Callback::from(move |hunt: Hunt| {
            let begun = Shown::begun(&hunt);
            shown.set(Some(begun.clone()));
            let hear = {
                let (shown, latest) = (shown.clone(), RefCell::new(begun));
                Callback::from(move |heard: Heard<Said>| {
                    let after = latest.borrow().clone().after(heard);
                    latest.replace(after.clone());
                    shown.set(Some(after));
                })
            };
            // The worker of an earlier hunt ends with its desk.
            *desk.borrow_mut() = Some(Desk::open(Order::Hunt(hunt), hear));
        })
    };
    let cancel = {
        let (shown, desk) = (shown.clone(), desk.clone());
        Callback::from(move |_: MouseEvent| {
            *desk.borrow_mut() = None;
            shown.set((*shown).clone().map(Shown::cancelled));
        })
    };
    let running = shown.as_ref().is_some_and(Shown::is_running);
    let onchange = {
        let hunt = hunt.setter();
        Callback::from(move |changed| hunt.set(changed))
    };
    let start = {
        let (begin, hunt) = (begin.clone(), hunt.clone());
        Callback::from(move |_: MouseEvent| begin.emit((*hunt).clone()))
    };
    html! {
        <section class="prove" aria-labelledby="hunts" data-testid="hunts">
            <h2 id="hunts">{"Hunted by chance"}</h2>
            <p class="prose">{"Leases, sessions and timeouts need clocks, and a search of every order of events has none. These algorithms are run again and again instead, with other chances and other faults each time, until the claim falls. If it does not, that is no proof."}</p>
            <p class="hint">{"What it costs to wake everybody, in messages, "}<a href="#/experiments/messages">{"is counted in an experiment"}</a>{"."}</p>
            if let Some(why) = &*problem {
                <p class="notice" role="alert" data-testid="hunt-problem">{format!("The hunt in this page's address makes no sense: {why}. The one below stands here instead.")}</p>
            }
            <div class="famous" role="group" aria-label="Famous hunts">
                { for famous.iter().map(|one| {
                    let (setter, begin, asked) = (hunt.setter(), begin.clone(), one.hunt.clone());
                    let onclick = Callback::from(move |_: MouseEvent| {
                        setter.set(asked.clone());
                        begin.emit(asked.clone());
                    });
                    html! {
                        <button
                            key={one.slug}
                            type="button"
                            class="chip"
                            aria-current={(*hunt == one.hunt).then_some("true")}
                            data-testid={format!("famous-{}", one.slug)}
                            {onclick}
                        >{one.title}</button>
                    }
                }) }
            </div>
            <details data-testid="hunt-ask">
                <summary>{"Hunt for something else"}</summary>
                <Form hunt={Rc::new((*hunt).clone())} {onchange} />
            </details>
            <p class="search-buttons">
                <button type="button" class="button primary" data-testid="hunt" onclick={start}>{"Hunt"}</button>
                <button type="button" class="button" data-testid="cancel-hunt" aria-disabled={(!running).to_string()} onclick={cancel}>{"Cancel"}</button>
                <a href={address_of("hunt", &*hunt)} data-testid="hunt-link">{"Link to this hunt"}</a>
            </p>
            if let Some(shown) = &*shown {
                {verdict(shown)}
            }
        </section>
    }
}

fn verdict(shown: &Shown) -> Html {
    let silent = format!(
        "The hunt no longer answers; its worker may have been ended. {} The next hunt starts a new worker.",
        shown.known()
    );
    let (state, text, caught) = match &shown.phase {
        Phase::Running(text) => ("running", text, None),
        Phase::Silent => ("silent", &silent, None),
        Phase::Over(text, None) => ("none", text, None),
        Phase::Over(text, caught) => ("found", text, caught.as_ref()),
        Phase::Stopped(text) => ("stopped", text, None),
    };
    let figures = shown.figures.map(|(tried, took)| {
        let rate = (f64::from(tried) / took.max(1.0) * 1000.0) as u64;
        let (runs, s) = (grouped(u64::from(tried)), plural(tried.into()));
        format!("{runs} run{s}, {} a second, {took:.0} ms.", grouped(rate))
    });
    html! {
        <div class="search-result" data-state={state} data-testid="hunt-result">
            <p class="verdict" role="status" data-testid="hunt-verdict">{text}</p>
            <p class="hint">{shown.claim.text()}</p>
            <p class="figures" data-testid="hunt-figures">{figures}</p>
            if let Some(scenario) = caught {
                <p class="prose shows">
                    {"The run, as small as it gets. "}
                    <a href={link_to((**scenario).clone(), SimTime::ZERO)} target="_blank" rel="noopener" data-testid="caught-link">{"Open it on the workbench"}</a>
                    {", in a tab of its own; the address is a link to send."}
                </p>
                <Stage key={scenario.title.clone()} scenario={scenario.clone()} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    hunt: Rc<Hunt>,
    onchange: Callback<Hunt>,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let hunt = &props.hunt;
    let info = hunt.protocol.info();
    let problem = use_state_eq(|| None::<String>);
    let onproblem = use_callback(problem.setter(), |why, problem| problem.set(why));
    let choose = |how: fn(&mut Hunt, &str)| {
        let (hunt, onchange) = (hunt.clone(), props.onchange.clone());
        Callback::from(move |event: Event| {
            let mut hunt = (*hunt).clone();
            how(&mut hunt, &chosen(&event));
            onchange.emit(hunt);
        })
    };
    let onruns = {
        let (hunt, onchange) = (hunt.clone(), props.onchange.clone());
        Callback::from(move |runs| onchange.emit(Hunt { runs: runs as u32, ..(*hunt).clone() }))
    };
    let own = info.checks.iter().copied().filter(|check| *check != Check::OneLeaderAtATime);
    let claims = own.chain([Check::OneLeaderAtATime]).map(|check| (check.name(), check.name()));
    let off = broken(&hunt.protocol);
    let switches = info.switches.iter().map(|switch| (switch.name, switch.name));
    html! {
        <div class="question-form">
            if let Some(problem) = &*problem {
                <p class="notice" role="alert" data-testid="hunt-ask-problem">{problem}</p>
            }
            <fieldset>
                <legend>{"What runs"}</legend>
                { choice("hunt-protocol", "Algorithm", ALL.iter().map(|info| (info.name, info.title)).collect(), info.name, choose(|hunt, value| {
                    if let Some(protocol) = ProtocolConfig::named(value) {
                        hunt.claim = protocol.info().checks[0];
                        hunt.protocol = protocol;
                    }
                })) }
                if !info.switches.is_empty() {
                    { choice("hunt-broken", "Rule switched off", [("", "none")].into_iter().chain(switches).collect(), &off, choose(|hunt, value| {
                        if let Some(mut protocol) = ProtocolConfig::named(hunt.protocol.info().name) {
                            protocol.switch_off(value);
                            hunt.protocol = protocol;
                        }
                    })) }
                }
                if let Some(switch) = info.switches.iter().find(|switch| switch.name == off) {
                    <p class="hint">{switch.text}</p>
                }
                { choice("hunt-store", "The store", vec![("highest", "compares tokens"), ("off", "accepts every write")], if hunt.store == TokenCheck::Off { "off" } else { "highest" }, choose(|hunt, value| {
                    hunt.store = if value == "off" { TokenCheck::Off } else { TokenCheck::Highest };
                })) }
            </fieldset>
            <fieldset>
                <legend>{"What must not happen, and how long to look"}</legend>
                { choice("hunt-claim", "Claim", claims.collect(), hunt.claim.name(), choose(|hunt, value| {
                    hunt.claim = Check::named(value).unwrap_or(hunt.claim);
                })) }
                <p class="hint">{hunt.claim.text()}</p>
                if let Some(flag) = hunt.protocol.needs(hunt.claim) {
                    { choice("hunt-flag", flag.title, vec![("1", "yes"), ("0", "no")], &hunt.protocol.get(flag.field).to_string(), choose(|hunt, value| {
                        if let Some(flag) = hunt.protocol.needs(hunt.claim) {
                            hunt.protocol.set(flag.field, u64::from(value == "1"));
                        }
                    })) }
                }
                <Number title="runs" value={u64::from(hunt.runs)} range={(1, u64::from(MOST_RUNS))} testid="ask-hunt-runs" onnumber={onruns} {onproblem} />
            </fieldset>
        </div>
    }
}
