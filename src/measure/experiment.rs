//! One experiment: its question, the prediction, the dials, the run, and what came of it.

use super::address::{self, asked, first, link, sweep};
use super::dials::Dials;
use super::measurer::Order as Measurement;
use super::prediction::{Ask, Guess};
use super::result::Result;
use super::run::{Happened, Latest};
use crate::hooks::{use_address_changes, use_focus_after};
use crate::html::built;
use crate::progress::{Done, Progress};
use crate::state::use_lab;
use crate::words::grouped;
use crate::worker::desk::Desk;
use crate::worker::{Heard, Order};
use election_content::Measure;
use election_engine::experiments::Plan;
use election_engine::explore::plural;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ExperimentProps {
    /// Its words.
    pub measure: Rc<Measure>,
}

/// The whole of it.
#[component]
pub fn Experiment(props: &ExperimentProps) -> Html {
    let measure = &props.measure;
    let asked =
        use_memo((), |()| asked(&measure.slug, &hash()).unwrap_or_else(|| first(&measure.slug)));
    let plan = use_state_eq(|| Rc::new(asked.plan.clone()));
    let trials = use_state_eq(|| asked.trials);
    let problem = use_state_eq(|| asked.problem.clone());
    let changed = use_callback(
        (measure.slug.clone(), plan.setter(), trials.setter(), problem.setter()),
        |_, (slug, plan, trials, problem)| {
            if let Some(asked) = address::asked(slug, &hash()) {
                plan.set(Rc::new(asked.plan));
                trials.set(asked.trials);
                problem.set(asked.problem);
            }
        },
    );
    use_address_changes(changed);
    let lab = use_lab();
    let skipped = use_state_eq(|| false);
    let guess = guess(lab.progress(), measure, *skipped);
    let latest = use_reducer_eq(Latest::default);
    let desk = use_mut_ref(|| None::<Desk>);
    let running = latest.is_running();

    let start = {
        let (plan, trials) = (plan.clone(), *trials);
        let (dispatch, number, desk) = (latest.dispatcher(), latest.next(), desk.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Happened::Begun((*plan).clone(), trials));
            let order = Order::Measure(Measurement { plan: (**plan).clone(), trials });
            let dispatch = dispatch.clone();
            let hear = Callback::from(move |heard: Heard<_>| {
                dispatch.dispatch(Happened::Heard(number, Box::new(heard)));
            });
            // The worker of an earlier run ends with its desk.
            *desk.borrow_mut() = Some(Desk::open(order, hear));
        })
    };
    let cancel = {
        let (dispatch, desk) = (latest.dispatcher(), desk.clone());
        Callback::from(move |_: MouseEvent| {
            *desk.borrow_mut() = None;
            dispatch.dispatch(Happened::Cancelled);
        })
    };
    // These stay the same from one word of the worker to the next, and so does what has them.
    let onplan = use_callback(plan.setter(), |turned, plan| plan.set(Rc::new(turned)));
    let ontrials = use_callback(trials.setter(), |more, trials| trials.set(more));
    let about = use_memo(((*plan).clone(), *trials), |(plan, trials)| About::of(plan, *trials));
    let prediction = use_memo(measure.clone(), |measure| measure.prediction.clone());
    let on_guess = {
        let (done, skipped, slug) = (lab.done(), skipped.setter(), measure.slug.clone());
        Callback::from(move |committed| match committed {
            Some(option) => done.emit(Done::Predicted(slug.clone(), option)),
            None => skipped.set(true),
        })
    };
    // What was pressed is gone after a guess.
    let place = use_focus_after(guess);
    html! {
        <>
            <h2>{&measure.title}</h2>
            <p class="lead">{built(&measure.question)}</p>
            <div class="prose">{built(&measure.about)}</div>
            <div ref={place} tabindex="-1">
                { match guess {
                    Guess::None => html! { <Ask prediction={prediction.clone()} {on_guess} /> },
                    Guess::Skipped => html! { <p class="hint">{"You would rather just see. Run it; the result comes below."}</p> },
                    Guess::Option(chosen) => html! { <p>{"You predict: "}<b>{ for prediction.options.get(chosen).map(|option| built(&option.text)) }</b>{" Run it; the result comes below."}</p> },
                } }
            </div>
            if let Some(problem) = &*problem {
                <p class="notice" role="alert" data-testid="address-problem">{problem}</p>
            }
            <Dials plan={(*plan).clone()} trials={*trials} {onplan} {ontrials} />
            <p class="run-buttons">
                <button type="button" class="button primary" data-testid="run-experiment" onclick={start}>{ if running { "Start over" } else { "Run" } }</button>
                <button type="button" class="button" data-testid="cancel" aria-disabled={(!running).to_string()} onclick={cancel}>{"Cancel"}</button>
                <a href={about.link.clone()} data-testid="measure-link">{"Link to these dials"}</a>
                <span class="hint">{&about.size}</span>
            </p>
            if let Some(run) = &latest.0 {
                <Result key={run.number} measure={measure.clone()} run={run.clone()} guess={guess} turned={run.plan != *plan || run.trials != *trials} />
            }
            <details class="headless">
                <summary>{"The same without a browser, and more of it"}</summary>
                <p>{"This prints the same numbers, on as many machines as you like: "}<code data-testid="sweep">{&about.sweep}</code></p>
            </details>
            <div class="prose caveat">{built(&measure.caveat)}</div>
        </>
    }
}

/// What the learner has committed to, at an earlier visit perhaps.
fn guess(progress: &Progress, measure: &Measure, skipped: bool) -> Guess {
    let options = measure.prediction.options.len();
    match progress.predicted(&measure.slug).filter(|option| *option < options) {
        Some(option) => Guess::Option(option),
        None if skipped => Guess::Skipped,
        None => Guess::None,
    }
}

/// What can be said of a run before it is made.
#[derive(PartialEq)]
struct About {
    size: AttrValue,
    link: AttrValue,
    sweep: AttrValue,
}

impl About {
    fn of(plan: &Plan, trials: u64) -> About {
        About {
            size: size(plan, trials).into(),
            link: link(plan, trials).into(),
            sweep: sweep(plan, trials).into(),
        }
    }
}

/// How much is to be run.
fn size(plan: &Plan, trials: u64) -> String {
    let places: usize = plan.series().iter().map(|series| series.xs.len()).sum();
    let runs = places as u64 * trials;
    format!("{} run{} of a cluster", grouped(runs), plural(runs))
}

/// What follows the `#` in the address bar, with it.
fn hash() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}
