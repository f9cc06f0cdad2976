//! Moving through the time of a run.

use super::frame::{History, Reign};
use crate::session::Command;
use crate::words::seconds;
use election_content::SPEEDS;
use election_engine::time::SimTime;
use election_engine::trace::Stage;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

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
                <Tape history={props.history.clone()} end={*end} />
                <input
                    type="range"
                    data-testid="scrubber"
                    aria-label="Instant of the run"
                    aria-valuetext={seconds(*playhead)}
                    min="0"
                    max={end.as_ms().to_string()}
                    step="100"
                    value={playhead.as_ms().to_string()}
                    oninput={onscrub}
                />
            </div>
            <div class="readings">
                <output class="clock" data-testid="clock">{seconds(*playhead)}</output>
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

#[derive(Properties, PartialEq)]
pub struct TapeProps {
    pub history: Rc<History>,
    pub end: SimTime,
}

/// The past, painted: who led, when nobody did, and when something was broken.
#[component]
fn Tape(props: &TapeProps) -> Html {
    let at = |time: SimTime| time.0 as f64 * 1000.0 / props.end.0.max(1) as f64;
    let history = &props.history;
    // Marks that would lie on one another are drawn once, however long the run.
    let apart = |time: &SimTime| (at(*time) * 2.0) as u64;
    let mut reigns = history.reigns.iter().zip(doubled(&history.reigns)).collect::<Vec<_>>();
    reigns.dedup_by_key(|(reign, double)| (apart(&reign.from), apart(&reign.to), *double));
    let mut stages = history.stages.clone();
    stages.dedup_by_key(|(time, stage)| (apart(time), *stage));
    let mut faults = history.faults.clone();
    faults.dedup_by_key(|time| apart(time));
    let mut violations = history.violations.clone();
    violations.dedup_by_key(|time| apart(time));
    html! {
        <svg class="reigns" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
            <g>{ for reigns.iter().enumerate().map(|(i, (reign, double))| {
                let x = at(reign.from);
                // A reign that begins during another lies below it: the tape goes double.
                let (y, height) = if *double { ("7", "5") } else { ("0", "6") };
                html! {
                    <rect
                        key={i}
                        class={if reign.number.0 % 2 == 0 { "even" } else { "odd" }}
                        x={format!("{x:.2}")}
                        {y}
                        width={format!("{:.2}", (at(reign.to) - x).max(0.6))}
                        {height}
                    />
                }
            }) }</g>
            <g>{ for stages.iter().enumerate().map(|(i, (time, stage))| html! {
                <rect key={i} class={classes!("mark", stage.name())} x={format!("{:.2}", at(*time) - 0.8)} y={height_of(*stage)} width="1.6" height="2.4" />
            }) }</g>
            <g>{ for faults.iter().enumerate().map(|(i, fault)| html! {
                <rect key={i} class="fault" x={format!("{:.2}", at(*fault) - 0.8)} y="0" width="1.6" height="12" />
            }) }</g>
            <g>{ for violations.iter().enumerate().map(|(i, time)| {
                let x = at(*time);
                html! { <path key={i} class="violated" d={format!("M{x:.2} 0l4 4v4l-4 4l-4-4v-4z")} /> }
            }) }</g>
        </svg>
    }
}

/// Of each reign, whether it begins during that of another node. They come in the order of
/// their beginnings.
fn doubled(reigns: &[Reign]) -> impl Iterator<Item = bool> {
    // The latest end so far, and the latest end among the reigns of other nodes than that one's.
    let mut last: [Option<&Reign>; 2] = [None; 2];
    reigns.iter().map(move |reign| {
        let other = last.iter().flatten().find(|before| before.node != reign.node);
        let double = other.is_some_and(|before| before.from < reign.from && before.to > reign.from);
        let later = |before: Option<&Reign>| before.is_none_or(|before| before.to <= reign.to);
        if last[0].is_some_and(|before| before.node == reign.node) || later(last[0]) {
            if last[0].is_some_and(|before| before.node != reign.node) {
                last[1] = last[0];
            }
            if later(last[0]) {
                last[0] = Some(reign);
            }
        } else if later(last[1]) {
            last[1] = Some(reign);
        }
        double
    })
}

/// The five stages of an election go down the tape like a stair.
fn height_of(stage: Stage) -> String {
    format!("{:.1}", 2.4 * (stage as u8) as f64)
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
