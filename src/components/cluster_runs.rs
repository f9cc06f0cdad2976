//! What a learner's function does in a cluster: runs to scrub through, right or wrong.

use crate::sandbox::cluster::play;
use crate::stage::Stage;
use election_content::Challenge;
use election_engine::elsewhere::rounds::Played;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ClusterRunsProps {
    pub challenge: Rc<Challenge>,
    /// The code that ran on the cases.
    pub source: AttrValue,
}

#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    Playing,
    Failed(String),
    /// The runs, which of them is open, and how often they were played.
    Runs(Rc<Vec<Played>>, usize, u32),
}

/// A button that puts the function into the challenge's runs, and these runs.
#[component]
pub fn ClusterRuns(props: &ClusterRunsProps) -> Html {
    let shown = use_state(|| Shown::Nothing);
    let times = use_mut_ref(|| 0_u32);
    let start = {
        let (shown, times) = (shown.clone(), times.clone());
        let (challenge, source) = (props.challenge.clone(), props.source.clone());
        Callback::from(move |_: MouseEvent| {
            if *shown == Shown::Playing {
                return;
            }
            shown.set(Shown::Playing);
            *times.borrow_mut() += 1;
            let (shown, time) = (shown.clone(), *times.borrow());
            let (challenge, source) = (challenge.clone(), source.clone());
            spawn_local(async move {
                shown.set(match play(&challenge, &source).await {
                    Err(sentence) => Shown::Failed(sentence),
                    // The first one with damage is the one to look at.
                    Ok(runs) => {
                        let first = runs.iter().position(|run| !run.damage.is_empty());
                        Shown::Runs(Rc::new(runs), first.unwrap_or(0), time)
                    }
                });
            });
        })
    };
    let playing = *shown == Shown::Playing;
    html! {
        <div class="cluster-runs" data-testid="cluster-runs">
            <p><button type="button" class="button" data-testid="run-in-cluster" aria-disabled={playing.then_some("true")} onclick={start}>
                { if playing { "Asking your code…" } else { "Put it into a cluster" } }
            </button></p>
            { match &*shown {
                Shown::Nothing | Shown::Playing => Html::default(),
                Shown::Failed(sentence) => html! { <p role="status">{sentence}</p> },
                Shown::Runs(runs, open, time) => show(&shown, runs, *open, *time),
            } }
        </div>
    }
}

fn show(shown: &UseStateHandle<Shown>, runs: &Rc<Vec<Played>>, open: usize, time: u32) -> Html {
    let Some(played) = runs.get(open) else { return Html::default() };
    html! {
        <>
            <div class="tabs" role="group" aria-label="Which run">
                { for runs.iter().enumerate().map(|(at, run)| {
                    let (shown, runs) = (shown.clone(), runs.clone());
                    let onclick = Callback::from(move |_: MouseEvent| shown.set(Shown::Runs(runs.clone(), at, time)));
                    let sign = if run.damage.is_empty() { "✓" } else { "✗" };
                    let said = if run.damage.is_empty() { "holds: " } else { "damage: " };
                    html! {
                        <button key={at} type="button" class="chip" aria-current={(at == open).then_some("true")} data-testid={format!("run-{at}")} {onclick}>
                            <span aria-hidden="true">{format!("{sign} ")}</span>
                            <span class="visually-hidden">{said}</span>
                            {run.scenario.title.clone()}
                        </button>
                    }
                }) }
            </div>
            <div class="damage" role="status" data-testid="damage" data-damage={(!played.damage.is_empty()).to_string()}>
                if played.damage.is_empty() {
                    <p>{format!("Your code made {} different decisions in this run, and nothing went wrong. Play it, or drag the time.", played.decisions)}</p>
                } else {
                    <ul>{ for played.damage.iter().map(|sentence| html! { <li>{sentence}</li> }) }</ul>
                    <p>{"Play it, or drag the time, and watch how it comes to that."}</p>
                }
                <p class="par">{"If you interfere with the run, what your code has not been asked is decided by the rule itself."}</p>
            </div>
            <Stage key={format!("{time}-{open}")} scenario={played.scenario.clone()} />
        </>
    }
}
