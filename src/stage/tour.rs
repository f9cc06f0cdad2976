//! The guided tour over a run.

use crate::components::question::Options;
use crate::hooks::use_focus_after;
use crate::html::built;
use crate::session::{Command, TourPhase, TourState};
use election_content::{Beat, Prediction, Tour};
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TourPanelProps {
    pub tour: Rc<Tour>,
    pub state: Option<TourState>,
    pub dispatch: Callback<Command>,
}

/// For how long "Next" waits after it has taken the place of "Skip ahead", in milliseconds: who
/// pressed to skip at that moment has not seen the caption.
const SETTLES_MS: u32 = 300;

/// True for a moment after a beat was shown.
#[hook]
fn use_settling(phase: Option<TourPhase>) -> bool {
    let settling = use_state_eq(|| false);
    {
        let settling = settling.setter();
        use_effect_with(phase, move |phase| {
            let shown = *phase == Some(TourPhase::Shown);
            settling.set(shown);
            let settled = shown.then(|| Timeout::new(SETTLES_MS, move || settling.set(false)));
            move || drop(settled)
        });
    }
    *settling
}

/// The way in, or the present beat.
#[component]
pub fn TourPanel(props: &TourPanelProps) -> Html {
    let does = |command: Command| props.dispatch.reform(move |_: MouseEvent| command.clone());
    // The options are gone after a prediction, and the way in is gone once the tour runs.
    let words = use_focus_after(props.state.as_ref().map(|state| state.phase == TourPhase::Asking));
    let settling = use_settling(props.state.as_ref().map(|state| state.phase));
    let Some(state) = &props.state else {
        return html! {
            <div class="tour">
                <p class="tour-invite">{format!("A tour in {} scenes. You set the pace; each scene waits for the run.", props.tour.beats.len())}</p>
                <button type="button" class="button primary" data-testid="tour-start" onclick={does(Command::StartTour)}>{"Start tour"}</button>
            </div>
        };
    };
    let beat = &props.tour.beats[state.beat];
    let finished = state.phase == TourPhase::Finished;
    let asking = state.phase == TourPhase::Asking;
    let waits = asking || settling;
    let onnext = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            if !waits {
                dispatch.emit(Command::Next);
            }
        })
    };
    html! {
        <div class="tour" role="region" aria-label="Tour">
            <p class="tour-count">{format!("{} of {}", state.beat + 1, props.tour.beats.len())}</p>
            <div ref={words} tabindex="-1" class="tour-words" aria-live="polite" data-testid="tour-caption" data-phase={phase_name(state.phase)}>
                <h3>{ if finished { "That was the tour" } else { &*beat.title } }</h3>
                {caption(beat, state)}
            </div>
            if let (Some(prediction), true) = (&beat.predict, asking) {
                <Predict prediction={Rc::new(prediction.clone())} dispatch={&props.dispatch} />
            }
            <div class="buttons">
                <button type="button" class="button" data-testid="tour-back" aria-disabled={(state.beat == 0 && !finished).to_string()} onclick={does(Command::Back)}>{"Back"}</button>
                if finished {
                    <button type="button" class="button primary" data-testid="tour-start" onclick={does(Command::StartTour)}>{"Start again"}</button>
                } else {
                    <button type="button" class="button primary" data-testid="tour-next" aria-disabled={waits.to_string()} onclick={onnext}>{next_label(props, state)}</button>
                }
                <button type="button" class="button quiet" data-testid="tour-leave" onclick={does(Command::LeaveTour)}>{"Leave the tour"}<kbd>{"Esc"}</kbd></button>
            </div>
        </div>
    }
}

fn phase_name(phase: TourPhase) -> &'static str {
    match phase {
        TourPhase::Asking => "asking",
        TourPhase::Playing => "playing",
        TourPhase::Shown => "shown",
        TourPhase::Finished => "finished",
    }
}

fn next_label(props: &TourPanelProps, state: &TourState) -> &'static str {
    match state.phase {
        TourPhase::Playing => "Skip ahead",
        TourPhase::Shown if state.beat + 1 == props.tour.beats.len() => "Finish",
        _ => "Next",
    }
}

fn caption(beat: &Beat, state: &TourState) -> Html {
    match state.phase {
        TourPhase::Asking => html! { <p>{"First, what do you expect?"}</p> },
        TourPhase::Playing => html! { <p class="watch">{"Watch."}</p> },
        TourPhase::Finished => {
            html! { <p>{"The run is yours now: go back, or break the cluster yourself."}</p> }
        }
        TourPhase::Shown => html! {
            <>
                <p>{built(&beat.caption)}</p>
                {judgement(beat, state)}
            </>
        },
    }
}

/// What came of the prediction.
fn judgement(beat: &Beat, state: &TourState) -> Html {
    let Some((prediction, choice)) = beat.predict.as_ref().zip(state.predictions[state.beat])
    else {
        return html! {};
    };
    let Some(option) = prediction.options.get(choice) else { return html! {} };
    html! {
        <div class={classes!("judgement", if option.right { "right" } else { "wrong" })}>
            <b>{"You said: "}{built(&option.text)}</b>{" "}{built(&option.explanation)}
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PredictProps {
    prediction: Rc<Prediction>,
    dispatch: Callback<Command>,
}

/// A question to commit to before watching. Nothing is judged yet.
#[component]
fn Predict(props: &PredictProps) -> Html {
    let on_choose = props.dispatch.reform(Command::Predict);
    html! {
        <div class="predict" data-testid="predict">
            <Options
                id="prediction"
                prompt={props.prediction.prompt.clone()}
                options={Rc::new(props.prediction.options.clone())}
                {on_choose}
            />
        </div>
    }
}
