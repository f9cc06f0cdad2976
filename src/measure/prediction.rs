//! What the learner expects, before anything is shown; and what came of it.

use super::measurer::Fact;
use crate::components::question::Options;
use crate::html::built;
use election_content::MeasurePrediction;
use std::rc::Rc;
use yew::prelude::*;

/// What the learner has committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Nothing yet.
    None,
    /// An option, by its number.
    Option(usize),
    /// To see without guessing.
    Skipped,
}

#[derive(Properties, PartialEq)]
pub struct AskProps {
    /// What is asked.
    pub prediction: Rc<MeasurePrediction>,
    /// The learner commits to an option, or would rather see without one.
    pub on_guess: Callback<Option<usize>>,
}

/// The question, with a way around it.
#[component]
pub fn Ask(props: &AskProps) -> Html {
    let options = use_memo(props.prediction.clone(), |prediction| prediction.options.clone());
    html! {
        <div class="question" data-testid="measure-prediction">
            <Options
                id="measure"
                prompt={props.prediction.prompt.clone()}
                {options}
                on_choose={props.on_guess.reform(Some)}
            />
            <button type="button" class="button" data-testid="just-show" onclick={props.on_guess.reform(|_: MouseEvent| None)}>{"Just show me"}</button>
        </div>
    }
}

/// The guess beside what was measured, if that is known.
pub fn compared(prediction: &MeasurePrediction, guess: usize, facts: Option<&[Fact]>) -> Html {
    let Some(chosen) = prediction.options.get(guess) else { return html! {} };
    let fact = facts.into_iter().flatten().find(|fact| fact.name == prediction.fact);
    let placed = fact.and_then(|fact| Some((&fact.text, prediction.option_of(&fact.text)?)));
    let Some((text, measured)) = placed else {
        return html! {
            <p class="compared" data-testid="compared">{"You predicted: "}<b>{built(&chosen.text)}</b></p>
        };
    };
    let came_true = measured == guess;
    // The explanations were written for the dials as they are at first.
    let as_written = prediction.options.get(measured).is_some_and(|option| option.right);
    let explained = prediction
        .options
        .iter()
        .enumerate()
        .filter(|(i, option)| as_written && (*i == guess || option.right));
    html! {
        <div class="compared" data-testid="compared" data-right={came_true.to_string()}>
            <p>
                {"You predicted: "}<b>{built(&chosen.text)}</b>
                { if came_true { format!(" Measured: {text}, as you said.") } else { format!(" Measured: {text}, and not what you said.") } }
            </p>
            if as_written {
                <ul class="explanations">
                    { for explained.map(|(i, option)| html! {
                        <li key={i} class={classes!("explained", if option.right { "right" } else { "wrong" }, (i == guess).then_some("chosen"))}>
                            <p class="said"><span class="mark" aria-hidden="true">{ if option.right { "✓" } else { "✗" } }</span><span class="visually-hidden">{ if option.right { "Right: " } else { "Wrong: " } }</span>{built(&option.text)}</p>
                            <div>{built(&option.explanation)}</div>
                        </li>
                    }) }
                </ul>
            } else {
                <p class="hint">{"With the dials as they were set at first the answer is another one. Try it."}</p>
            }
        </div>
    }
}
