//! Moving through the time of a run.

use super::frame::History;
use super::tape::Tape;
use crate::session::Command;
use crate::words::seconds;
use election_content::SPEEDS;
use election_engine::time::SimTime;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// How far a slider of time moves at a time, in milliseconds.
pub const STOP: u64 = 100;

/// Where the slider of a run stands at its end. A slider knows only whole stops, and the last
/// moment of a run has to be in its reach.
pub fn last_stop(end: SimTime) -> u64 {
    end.as_ms().next_multiple_of(STOP)
}

#[derive(Properties, PartialEq)]
pub struct TransportProps {
    pub playhead: SimTime,
    pub end: SimTime,
    pub playing: bool,
    pub speed: u32,
    pub history: Rc<History>,
    pub dispatch: Callback<Command>,
}

/// Play, step, scrub.
#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let TransportProps { playhead, end, playing, speed, dispatch, .. } = props;
    let does = |command: Command| dispatch.reform(move |_: MouseEvent| command.clone());
    let (toggle, label) = match playing {
        true => (Command::Pause, "Hold"),
        false => (Command::Play, "Play"),
    };
    let onscrub = dispatch.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Command::Seek(SimTime::from_ms(input.value_as_number().max(0.0) as u64))
    });
    let onspeed = dispatch.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Command::Speed(select.value().parse().unwrap_or(1000))
    });
    html! {
        <div class="transport">
            <div class="buttons" role="group" aria-label="Time">
                <button type="button" class="button" data-testid="step-back" onclick={does(Command::StepBack)}>{icon(STEP_BACK)}{"Step back"}</button>
                <button type="button" class="button primary" data-testid="play" aria-pressed={playing.to_string()} onclick={does(toggle)}>
                    {icon(if *playing { HOLD } else { PLAY })}{label}
                </button>
                <button type="button" class="button" data-testid="step-forward" onclick={does(Command::StepForward)}>{icon(STEP)}{"Step"}</button>
                <button type="button" class="button" data-testid="restart-run" onclick={does(Command::Restart)}>{"Start over"}</button>
            </div>
            <div class="tape">
                <Tape marks={props.history.marks.clone()} end={*end} />
                <input
                    type="range"
                    data-testid="scrubber"
                    aria-label="Instant of the run"
                    aria-valuetext={seconds(*playhead)}
                    min="0"
                    max={last_stop(*end).to_string()}
                    step={STOP.to_string()}
                    value={playhead.as_ms().to_string()}
                    oninput={onscrub}
                />
            </div>
            <div class="readings">
                // No live region, which an output would be: it changes with every frame.
                <span class="clock" role="timer" data-testid="clock">{seconds(*playhead)}</span>
                <label class="speed">
                    {"Speed "}
                    <select data-testid="speed" onchange={onspeed}>
                        { for SPEEDS.iter().map(|choice| html! {
                            <option key={*choice} value={choice.to_string()} selected={choice == speed}>{times(*choice)}</option>
                        }) }
                    </select>
                </label>
            </div>
        </div>
    }
}

fn times(speed: u32) -> String {
    match speed % 1000 {
        0 => format!("{}×", speed / 1000),
        rest => format!("{}.{}×", speed / 1000, format!("{rest:03}").trim_end_matches('0')),
    }
}

const PLAY: &str = "M5 3L15 9L5 15Z";
const HOLD: &str = "M4 3H7V15H4ZM11 3H14V15H11Z";
const STEP: &str = "M4 3L11 9L4 15ZM12 3H14V15H12Z";
const STEP_BACK: &str = "M14 3L7 9L14 15ZM4 3H6V15H4Z";

fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 18 18" aria-hidden="true"><path d={path} /></svg> }
}

/// The value of the select element that an event comes from.
pub fn selected_value(event: &Event) -> String {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
        .map_or_else(String::new, |select| select.value())
}
