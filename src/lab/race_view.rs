//! The race on the page: the same faults, one clock, a scoreboard.

use super::race::{MOST_RUNNERS, Race, Score};
use super::workbench::Bound;
use crate::diagram::Diagram;
use crate::diagram::geometry::Shape;
use crate::session::{Pace, REAL_TIME};
use crate::stage::passing::use_passing_time;
use crate::stage::transport::{STOP, last_stop, selected_value};
use crate::words::seconds;
use election_content::SPEEDS;
use election_engine::protocols::registry::ALL;
use election_engine::scenario::Scenario;
use election_engine::snapshot::Snapshot;
use election_engine::time::{SimTime, Span};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct RacePanelProps {
    pub bench: Bound,
    pub shape: Shape,
    /// Changes with the run in view: how many set-ups there were, which branch it is, and how much
    /// was done by hand.
    pub stamp: (u32, usize, usize),
    /// It can be seen; otherwise it holds.
    pub shown: bool,
}

/// What is drawn of a race.
#[derive(Clone, PartialEq)]
struct Shown {
    now: SimTime,
    end: SimTime,
    scores: Vec<Score>,
    snapshots: Vec<Rc<Snapshot>>,
}

fn shown(race: &Race) -> Shown {
    Shown {
        now: race.now(),
        end: race.end(),
        scores: race.scores(),
        snapshots: race.runners().iter().map(|runner| Rc::new(runner.run().snapshot())).collect(),
    }
}

/// Up to four algorithms side by side.
#[component]
pub fn RacePanel(props: &RacePanelProps) -> Html {
    let chosen = use_state_eq(|| {
        let own = props.bench.0.borrow().run().scenario().protocol.info().name;
        let other = ALL.iter().map(|info| info.name).find(|name| *name != own);
        std::iter::once(own).chain(other).collect::<Vec<&'static str>>()
    });
    let race = use_mut_ref(|| None::<Race>);
    let pace = use_mut_ref(|| Pace::new(REAL_TIME));
    let view = use_state(|| None::<Shown>);
    let entered = use_state(|| None::<Scenario>);
    let playing = use_state_eq(|| false);
    let start = {
        let (bench, race, chosen) = (props.bench.clone(), race.clone(), chosen.clone());
        let (view, playing) = (view.setter(), playing.setter());
        let entered = entered.setter();
        Callback::from(move |_: MouseEvent| {
            if chosen.is_empty() {
                return;
            }
            let scenario = bench.0.borrow().run().scenario();
            let begun = Race::new(&scenario, &chosen);
            entered.set(Some(scenario));
            view.set(Some(shown(&begun)));
            playing.set(false);
            *race.borrow_mut() = Some(begun);
        })
    };
    let seek = {
        let (race, view) = (race.clone(), view.setter());
        use_callback((), move |to: SimTime, ()| {
            if let Some(race) = &mut *race.borrow_mut() {
                race.seek(to.min(race.end()));
                view.set(Some(shown(race)));
            }
        })
    };
    let tick = {
        let (race, view, pace, playing) =
            (race.clone(), view.setter(), pace.clone(), playing.setter());
        use_callback((), move |passed: u64, ()| {
            if let Some(race) = &mut *race.borrow_mut() {
                let by: Span = pace.borrow_mut().advance(passed);
                race.advance(by);
                view.set(Some(shown(race)));
                if race.now() >= race.end() {
                    playing.set(false);
                }
            }
        })
    };
    {
        let playing = playing.setter();
        use_effect_with(props.shown, move |shown| {
            if !shown {
                playing.set(false);
            }
        });
    }
    let still = use_passing_time(*playing, tick);
    let onspeed = {
        let pace = pace.clone();
        Callback::from(move |event: Event| {
            pace.borrow_mut().speed =
                Pace::allowed(selected_value(&event).parse().unwrap_or(REAL_TIME));
        })
    };
    let onplay = {
        let playing = playing.clone();
        Callback::from(move |_: MouseEvent| playing.set(!*playing))
    };
    let outdated = (*entered)
        .as_ref()
        .is_some_and(|entered| *entered != props.bench.0.borrow().run().scenario());
    let full = chosen.len() >= MOST_RUNNERS;
    html! {
        <div class="race" data-testid="race">
            <p class="hint">{"The set-up and everything that was done to the cluster in view, under each of these algorithms. What was done to a single message is left out where another algorithm runs: it sends other messages."}</p>
            <div class="chips" role="group" aria-label="Who takes part">
                { for ALL.iter().map(|info| {
                    let takes_part = chosen.contains(&info.name);
                    let barred = full && !takes_part;
                    let chosen = chosen.clone();
                    let onclick = Callback::from(move |_: MouseEvent| {
                        let mut next = (*chosen).clone();
                        match takes_part {
                            true => next.retain(|name| *name != info.name),
                            false if barred => {}
                            false => next.push(info.name),
                        }
                        chosen.set(next);
                    });
                    html! { <button key={info.name} type="button" class="chip" aria-pressed={takes_part.to_string()} aria-disabled={barred.to_string()} data-testid={format!("race-{}", info.name)} {onclick}>{info.title}</button> }
                }) }
            </div>
            <button type="button" class="button primary" data-testid="race-start" aria-disabled={chosen.is_empty().to_string()} onclick={start}>{"Line them up"}</button>
            <div aria-live="polite">
                if outdated {
                    <p class="notice" data-testid="race-outdated">{"The run in view is not the one that races here: it was changed since. Line them up again, and they run what it runs."}</p>
                }
            </div>
            if let Some(shown) = &*view {
                <div class="row">
                    <button type="button" class="button" data-testid="race-play" aria-pressed={playing.to_string()} onclick={onplay}>{ if *playing { "Hold" } else { "Play" } }</button>
                    <label>{"Instant"}
                        <input
                            type="range"
                            min="0"
                            max={last_stop(shown.end).to_string()}
                            step={STOP.to_string()}
                            value={shown.now.as_ms().to_string()}
                            data-testid="race-scrubber"
                            aria-valuetext={seconds(shown.now)}
                            oninput={seek.reform(|event: InputEvent| {
                                let input: HtmlInputElement = event.target_unchecked_into();
                                SimTime::from_ms(input.value_as_number().max(0.0) as u64)
                            })}
                        />
                    </label>
                    <span role="timer" data-testid="race-clock">{seconds(shown.now)}</span>
                    <label>{"Speed"}
                        <select onchange={onspeed}>
                            { for SPEEDS.iter().map(|speed| html! { <option value={speed.to_string()} selected={*speed == REAL_TIME}>{format!("{}×", f64::from(*speed) / 1000.0)}</option> }) }
                        </select>
                    </label>
                </div>
                {board(&shown.scores)}
                <div class="lanes">
                    { for shown.snapshots.iter().zip(&shown.scores).map(|(snapshot, score)| html! {
                        <figure key={score.title} aria-label={score.title}>
                            <figcaption>{score.title}</figcaption>
                            <Diagram snapshot={snapshot.clone()} shape={props.shape} still={still} selected={None} on_select={Callback::noop()} />
                        </figure>
                    }) }
                </div>
            }
        </div>
    }
}

fn board(scores: &[Score]) -> Html {
    let length = |span: Span| seconds(SimTime(span.as_micros()));
    html! {
        <div class="scrolls" tabindex="0" role="region" aria-label="Scores">
            <table data-testid="scores">
                <caption>{"Up to this instant"}</caption>
                <thead><tr>{ for ["Algorithm", "Leads now", "Without a leader", "With two or more", "Messages", "Writes applied", "Writes refused", "Writes lost", "Old writes let in", "Claims broken"].iter().map(|name| html! { <th scope="col">{*name}</th> }) }</tr></thead>
                <tbody>{ for scores.iter().map(|score| html! {
                    <tr key={score.title}>
                        <th scope="row">{score.title}</th>
                        <td>{ if score.leaders.is_empty() { "nobody".to_owned() } else { score.leaders.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ") } }</td>
                        <td>{length(score.led.none)}</td>
                        <td>{ match score.led.times {
                            0 => "never".to_owned(),
                            1 => format!("once, {}", length(score.led.several)),
                            times => format!("{times} times, {}", length(score.led.several)),
                        } }</td>
                        <td>{score.messages}</td>
                        <td>{score.applied}</td>
                        <td>{score.refused}</td>
                        <td>{score.lost}</td>
                        <td>{score.stale}</td>
                        <td>{score.violations}</td>
                    </tr>
                }) }</tbody>
            </table>
        </div>
    }
}
