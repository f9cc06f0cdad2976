//! What can be set before an experiment is run.

use crate::components::number::Number;
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
    let onproblem = use_callback(problem.setter(), |why, problem| problem.set(why));
    html! {
        <div class="dials">
            { for props.plan.experiment().dials.iter().map(|dial| field(dial, props, onproblem.clone())) }
            <Number
                title="Trials at each point"
                value={props.trials}
                range={(1, MOST_TRIALS)}
                testid="trials"
                onnumber={props.ontrials.clone()}
                {onproblem}
            />
            if let Some(problem) = &*problem {
                <p class="notice" role="alert">{problem}</p>
            }
        </div>
    }
}

/// More of them are a matter for `cargo xtask sweep`.
pub const MOST_TRIALS: u64 = 1_000_000;

fn field(dial: &'static Dial, props: &DialsProps, onproblem: Callback<Option<String>>) -> Html {
    let testid = format!("dial-{}", dial.field);
    let value = props.plan.get(dial.field);
    let onnumber = {
        let (plan, onplan, onproblem) =
            (props.plan.clone(), props.onplan.clone(), onproblem.clone());
        Callback::from(move |value: u64| {
            let mut turned = (*plan).clone();
            match turned.set(dial.field, value) {
                Ok(()) => onplan.emit(turned),
                Err(why) => onproblem.emit(Some(format!("{why}."))),
            }
        })
    };
    if dial.unit == "yes/no" {
        let onchange = onnumber.reform(|event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            u64::from(input.checked())
        });
        return html! {
            <label class="flag">
                <input type="checkbox" checked={value != 0} data-testid={testid} {onchange} />
                <span>{dial.title}</span>
            </label>
        };
    }
    html! {
        <Number title={dial.title} unit={dial.unit} {value} range={dial.range} step={dial.step} {testid} {onnumber} {onproblem} />
    }
}
