//! The parameters of a run. Changing one begins the run again.

use crate::session::Command;
use crate::words::whole;
use election_engine::protocols::registry::Parameter;
use election_engine::scenario::Scenario;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct RunSettingsProps {
    pub scenario: Rc<Scenario>,
    pub dispatch: Callback<Command>,
}

/// Seed and timeouts, folded away.
#[component]
pub fn RunSettings(props: &RunSettingsProps) -> Html {
    let scenario = use_state(|| (*props.scenario).clone());
    // Drawn again each time, so that the same wrong number is put back as often as it is typed.
    let problem = use_state(|| None::<String>);
    let change = {
        let (scenario, problem, dispatch) =
            (scenario.clone(), problem.clone(), props.dispatch.clone());
        Callback::from(move |changed: Result<Scenario, String>| match changed {
            Ok(next) => {
                problem.set(None);
                scenario.set(next.clone());
                dispatch.emit(Command::Load(Box::new(next)));
            }
            Err(sentence) => problem.set(Some(sentence)),
        })
    };
    let onseed = change.reform({
        let scenario = scenario.clone();
        move |event: Event| {
            let mut next = (*scenario).clone();
            next.cluster.seed = number(&event)?;
            Ok(next)
        }
    });
    html! {
        <details class="panel run-settings">
            <summary>{"Seed and parameters"}</summary>
            <p class="hint">{"The same seed gives the same run. A change begins the run again."}</p>
            if let Some(problem) = &*problem {
                <p class="notice" role="alert">{problem.clone()}</p>
            }
            <div class="parameters">
                <label>{"seed"}<input type="number" min="0" data-testid="seed" value={scenario.cluster.seed.to_string()} onchange={onseed} /></label>
                { for scenario.protocol.info().parameters.iter().map(|parameter| {
                    let onchange = change.reform({
                        let scenario = scenario.clone();
                        move |event: Event| with_parameter(&scenario, parameter, number(&event)?)
                    });
                    let (least, most) = parameter.range;
                    if parameter.unit == "yes/no" {
                        let onchange = change.reform({
                            let scenario = scenario.clone();
                            move |event: Event| {
                                let input: HtmlInputElement = event.target_unchecked_into();
                                with_parameter(&scenario, parameter, u64::from(input.checked()))
                            }
                        });
                        return html! {
                            <label key={parameter.field} class="flag">
                                <input type="checkbox" data-testid={format!("parameter-{}", parameter.field)} checked={scenario.protocol.get(parameter.field) != 0} {onchange} />
                                {parameter.title}
                            </label>
                        };
                    }
                    html! {
                        <label key={parameter.field}>
                            {parameter.title}
                            <span class="unit">{parameter.unit}</span>
                            <input
                                type="number"
                                min={least.to_string()}
                                max={most.to_string()}
                                data-testid={format!("parameter-{}", parameter.field)}
                                value={scenario.protocol.get(parameter.field).to_string()}
                                {onchange}
                            />
                        </label>
                    }
                }) }
            </div>
        </details>
    }
}

fn number(event: &Event) -> Result<u64, String> {
    let input: HtmlInputElement = event.target_unchecked_into();
    whole(&input.value())
}

/// A scenario with another value of a parameter.
///
/// # Errors
/// A sentence, if it is outside of its range.
pub fn with_parameter(
    scenario: &Scenario,
    parameter: &Parameter,
    number: u64,
) -> Result<Scenario, String> {
    let Parameter { field, title, unit, range: (least, most), .. } = parameter;
    if !(*least..=*most).contains(&number) {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        return Err(format!("The {title} can be from {least} to {most}{unit}, not {number}."));
    }
    let mut changed = scenario.clone();
    changed.protocol.set(field, number);
    // Some fit only together with others.
    changed
        .protocol
        .validate(changed.cluster.nodes)
        .map_err(|reason| format!("{title}: {reason}."))?;
    Ok(changed)
}
