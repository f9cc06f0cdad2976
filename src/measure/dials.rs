//! What can be set before an experiment is run.

use election_engine::experiments::{Dial, Plan};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DialsProps {
    /// The plan as it stands.
    pub plan: Rc<Plan>,
    /// How many trials at each place.
    pub trials: u64,
    /// A dial was turned.
    pub onplan: Callback<Plan>,
    /// More or fewer trials.
    pub ontrials: Callback<u64>,
}

/// A field for each dial, and one for how many trials.
#[component]
pub fn Dials(props: &DialsProps) -> Html {
    let problem = use_state_eq(|| None::<String>);
    let experiment = props.plan.experiment();
    let turned = |dial: &'static Dial| {
        let (plan, onplan, problem) = (props.plan.clone(), props.onplan.clone(), problem.setter());
        Callback::from(move |event: Event| {
            let mut turned = (*plan).clone();
            let set = value(&event, dial.unit).and_then(|value| turned.set(dial.field, value));
            problem.set(set.as_ref().err().cloned());
            if set.is_ok() {
                onplan.emit(turned);
            }
        })
    };
    let ontrials = {
        let (ontrials, problem) = (props.ontrials.clone(), problem.setter());
        Callback::from(move |event: Event| {
            let trials = value(&event, "").and_then(|trials| match trials {
                1..=MOST_TRIALS => Ok(trials),
                _ => Err(format!("\"trials\" is {trials}: expected 1 to {MOST_TRIALS}")),
            });
            problem.set(trials.as_ref().err().cloned());
            if let Ok(trials) = trials {
                ontrials.emit(trials);
            }
        })
    };
    html! {
        <div class="dials">
            { for experiment.dials.iter().map(|dial| field(dial, props.plan.get(dial.field), turned(dial))) }
            <label>
                <span>{"Trials at each point"}</span>
                <input type="number" min="1" max={MOST_TRIALS.to_string()} value={props.trials.to_string()} data-testid="trials" onchange={ontrials} />
            </label>
            if let Some(problem) = &*problem {
                <p class="notice" role="alert">{format!("{problem}.")}</p>
            }
        </div>
    }
}

/// More of them are a matter for `cargo xtask sweep`.
pub const MOST_TRIALS: u64 = 1_000_000;

fn field(dial: &Dial, value: u64, onchange: Callback<Event>) -> Html {
    let testid = format!("dial-{}", dial.field);
    if dial.unit == "yes/no" {
        return html! {
            <label class="flag">
                <input type="checkbox" checked={value != 0} data-testid={testid} {onchange} />
                <span>{dial.title}</span>
            </label>
        };
    }
    let unit = if dial.unit.is_empty() { String::new() } else { format!(", {}", dial.unit) };
    let (least, most) = dial.range;
    html! {
        <label>
            <span>{format!("{}{unit}", dial.title)}</span>
            <input type="number" min={least.to_string()} max={most.to_string()} step={dial.step.to_string()} value={value.to_string()} data-testid={testid} {onchange} />
        </label>
    }
}

/// What a field says; a flag is 0 or 1.
fn value(event: &Event, unit: &str) -> Result<u64, String> {
    let input: HtmlInputElement = event.target_unchecked_into();
    if unit == "yes/no" {
        return Ok(u64::from(input.checked()));
    }
    let text = input.value();
    text.trim().parse().map_err(|_| format!("\"{text}\" is no whole number, or a negative one"))
}
