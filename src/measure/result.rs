//! What came of a run: progress, the sentence, the picture, the table, and one run to look at.

use super::measurer::Shown;
use super::plot::{Place, Plot, point_of, said_of};
use super::prediction::{Guess, compared};
use super::run::{Phase, Run};
use crate::hooks::Same;
use crate::html::built;
use crate::lab::browser;
use crate::stage::Stage;
use crate::words::{capital, grouped};
use crate::worker::desk::Desk;
use crate::worker::{Heard, Order};
use election_content::Measure;
use election_engine::experiments::{Plan, Point, Replay, Table};
use election_engine::scenario::Scenario;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ResultProps {
    /// The words.
    pub measure: Rc<Measure>,
    /// The run.
    pub run: Run,
    /// What the learner expected.
    pub guess: Guess,
    /// The dials have been turned since.
    pub turned: bool,
}

/// All of it; nothing that was measured before there is a prediction.
#[component]
pub fn Result(props: &ResultProps) -> Html {
    let run = &props.run;
    let state = match run.phase {
        Phase::Running => "running",
        Phase::Silent => "silent",
        Phase::Over => "over",
        Phase::Stopped(_) => "stopped",
    };
    let (done, of) = run.progress;
    html! {
        <section class="measured" aria-label="Result" data-testid="measured" data-state={state}>
            <p class="standing"><span role="status" data-testid="standing">{run.sentence()}</span></p>
            if run.is_running() {
                <p class="progress">
                    <progress max={of.max(1).to_string()} value={done.to_string()} aria-label="Runs that are over"></progress>
                    <span aria-hidden="true" hidden={of == 0} data-testid="runs-done">{format!("{} of {}", grouped(done), grouped(of))}</span>
                </p>
            }
            if props.turned {
                <p class="hint">{"You have turned the dials since. Run again to see what that does."}</p>
            }
            if let Some(shown) = &run.shown {
                if props.guess == Guess::None {
                    <p class="notice" data-testid="predict-first">{"There is something to see. Say first what you expect, above."}</p>
                } else {
                    <Measured measure={props.measure.clone()} plan={run.plan.clone()} running={run.is_running()} shown={shown.clone()} guess={props.guess} />
                }
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct MeasuredProps {
    measure: Rc<Measure>,
    plan: Rc<Plan>,
    running: bool,
    shown: Same<Shown>,
    guess: Guess,
}

/// What was measured.
#[component]
fn Measured(props: &MeasuredProps) -> Html {
    let (measure, running, shown) = (&props.measure, props.running, &props.shown);
    let picked = use_state_eq(|| None::<Place>);
    let replayed = use_state_eq(|| None::<(Replay, Heading)>);
    let on_pick = use_callback(picked.setter(), |place, picked| picked.set(Some(place)));
    let said = picked.and_then(|place| said_of(&shown.picture, place));
    let replay = picked.and_then(|place| {
        let point = point_of(&shown.picture, place)?;
        Some((point.replay?, Heading::of(point, said.clone()?)))
    });
    let onreplay = {
        let (replayed, replay) = (replayed.setter(), replay.clone());
        Callback::from(move |_: MouseEvent| replayed.set(replay.clone()))
    };
    let sentence = measure.sentence(|name| {
        let fact = shown.facts.iter().find(|fact| fact.name == name)?;
        (fact.text != NOT_YET).then(|| fact.text.clone())
    });
    html! {
        <>
            if let Guess::Option(guess) = props.guess {
                { compared(&measure.prediction, guess, (!running).then_some(&shown.facts)) }
            }
            if let Some(sentence) = sentence {
                <p class="outcome" data-testid="result-sentence">{sentence}</p>
            } else if !running {
                <p class="hint" data-testid="no-sentence">{"So few runs leave a number of the sentence that sums them up unknown. Ask for more trials."}</p>
            }
            <p class="reading">{built(&measure.reading)}</p>
            <Plot shown={shown.clone()} title={measure.title.clone()} picked={*picked} {on_pick} />
            <p class="picked-text">
                <span aria-live="polite" data-testid="picked-point">{said.unwrap_or_else(|| "Press a point, or walk with the arrow keys.".to_owned())}</span>
                if replay.is_some() {
                    <button type="button" class="button" data-testid="replay" onclick={onreplay}>{"Replay this one"}</button>
                }
            </p>
            if let Some((replay, heading)) = &*replayed {
                <Replayed key={format!("{replay:?}")} plan={props.plan.clone()} replay={*replay} heading={heading.clone()} speed={measure.speed_permille} />
            }
            <Numbers slug={measure.slug.clone()} shown={shown.clone()} />
        </>
    }
}

/// How a number reads that cannot be said yet.
const NOT_YET: &str = "–";

/// What is said of a trial that is played.
#[derive(Clone, PartialEq)]
struct Heading {
    /// What it measured.
    trial: String,
    /// The average that was picked, if the trial only stands for it.
    average: Option<String>,
}

impl Heading {
    /// Of the trial behind a point, of which this is said.
    fn of(point: &Point, said: String) -> Heading {
        match point.behind.as_str() {
            "" => Heading { trial: said, average: None },
            behind => Heading { trial: capital(behind), average: Some(said) },
        }
    }
}

#[derive(Properties, PartialEq)]
struct ReplayedProps {
    plan: Rc<Plan>,
    replay: Replay,
    heading: Heading,
    speed: u32,
}

/// One trial, played.
#[component]
fn Replayed(props: &ReplayedProps) -> Html {
    let Replay { series, x, trial } = props.replay;
    // The worker knows how a trial is run; nothing is here until it has said so.
    let heard = use_state(|| None::<Heard<Scenario>>);
    {
        let heard = heard.setter();
        use_effect_with((props.plan.clone(), props.replay), move |(plan, replay)| {
            let order = Order::Replay((**plan).clone(), *replay);
            let desk = Desk::open(order, Callback::from(move |said| heard.set(Some(said))));
            move || drop(desk)
        });
    }
    // What was asked for begins further down.
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with(props.replay, move |_| {
            if let Some(heading) = place.cast::<web_sys::HtmlElement>() {
                let _ = heading.focus();
            }
        });
    }
    html! {
        <div class="replayed" data-testid="replayed" data-series={series.to_string()} data-x={x.to_string()} data-trial={trial.to_string()}>
            <h3 ref={place} tabindex="-1">{format!("Trial {trial}. {}", props.heading.trial)}</h3>
            if let Some(average) = &props.heading.average {
                <p class="hint" data-testid="replayed-for">{format!("It stands for the average that you picked: {average}.")}</p>
            }
            { match &*heard {
                None => html! { <p class="waiting">{"One moment."}</p> },
                Some(Heard::Said(scenario)) => html! {
                    <Stage key={format!("{series}/{x}/{trial}")} scenario={Rc::new(scenario.clone())} speed={props.speed} />
                },
                Some(Heard::Silent) => html! {
                    <p class="notice" role="alert">{"The worker that reads this run no longer answers. Run the experiment again."}</p>
                },
                Some(Heard::Refused(why) | Heard::Died(why)) => html! {
                    <p class="notice" role="alert">{format!("This run cannot be played: {why}. Run the experiment again.")}</p>
                },
            } }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    slug: AttrValue,
    shown: Same<Shown>,
}

/// The table, which is read only when somebody opens it, and the file.
#[component]
fn Numbers(props: &NumbersProps) -> Html {
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let details: web_sys::Element = event.target_unchecked_into();
            open.set(details.has_attribute("open"));
        })
    };
    let save = {
        let (slug, shown) = (props.slug.clone(), props.shown.clone());
        Callback::from(move |_: MouseEvent| {
            let text = table(&shown).csv();
            browser::download(&format!("{slug}.csv"), &text, "text/csv");
        })
    };
    html! {
        <div class="numbers">
            <button type="button" class="button" data-testid="save-csv" onclick={save}>{"Download the numbers (CSV)"}</button>
            <details {ontoggle} data-testid="numbers">
                <summary>{"The numbers in a table"}</summary>
                if *open {
                    <div class="scrolls" tabindex="0" role="group" aria-label="The numbers">{rows(&table(&props.shown))}</div>
                }
            </details>
        </div>
    }
}

fn table(shown: &Shown) -> Table {
    let (columns, rows) = serde_json::from_str(&shown.table).unwrap_or_default();
    Table { columns, rows }
}

fn rows(table: &Table) -> Html {
    html! {
        <table>
            <thead><tr>{ for table.columns.iter().map(|column| html! { <th scope="col">{column}</th> }) }</tr></thead>
            <tbody>
                { for table.rows.iter().map(|row| html! {
                    <tr>{ for row.iter().enumerate().map(|(i, cell)| match i {
                        0 => html! { <th scope="row">{cell}</th> },
                        _ => html! { <td>{cell}</td> },
                    }) }</tr>
                }) }
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_headed_by_its_own_number() {
        let point = Point::bare(150.0, 0.05);
        let said = "neither: 0.05 at 150 ms".to_owned();
        let itself = Heading { trial: said.clone(), average: None };
        assert!(Heading::of(&point, said.clone()) == itself);
        let behind = "leaders elected: 0, the median of 20 trials".to_owned();
        let heading = Heading::of(&Point { behind, ..point }, said.clone());
        assert_eq!(heading.trial, "Leaders elected: 0, the median of 20 trials");
        assert_eq!(heading.average, Some(said));
    }
}
