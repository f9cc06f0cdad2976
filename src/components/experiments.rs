//! Experiments: things to bring about in a run of one's own.

use super::challenge::ChallengePanel;
use super::warm_up::Kept;
use crate::course::{scenario, workshop};
use crate::html::built;
use crate::progress::{Done, Progress};
use crate::stage::Stage;
use crate::state::use_lab;
use election_content::{Challenge, Experiment};
use std::rc::Rc;
use yew::prelude::*;

/// All of them, one open at a time.
#[component]
pub fn Experiments() -> Html {
    let lab = use_lab();
    let workshop = workshop();
    let progress = lab.progress();
    let is_done = |experiment: &Experiment| {
        (0..experiment.goals.len()).all(|goal| progress.reached(experiment, goal))
    };
    let open = use_state_eq(|| {
        workshop.experiments.iter().position(|experiment| !is_done(experiment)).unwrap_or(0)
    });
    let Some(current) = workshop.experiments.get(*open) else { return html! {} };
    html! {
        <section class="experiments" aria-label="Experiments">
            <div class="tabs" role="group" aria-label="Which experiment">
                { for workshop.experiments.iter().enumerate().map(|(i, experiment)| {
                    let onclick = {
                        let open = open.clone();
                        Callback::from(move |_: MouseEvent| open.set(i))
                    };
                    html! {
                        <button
                            key={i}
                            type="button"
                            class={classes!("chip", is_done(experiment).then_some("right"))}
                            aria-current={(i == *open).then_some("true")}
                            data-testid={format!("experiment-{}", experiment.id)}
                            {onclick}
                        >
                            {experiment.title.clone()}
                            if is_done(experiment) { <span aria-label="done">{" ✓"}</span> }
                        </button>
                    }
                }) }
            </div>
            <ExperimentPanel key={current.id.clone()} experiment={Rc::new(current.clone())} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ExperimentPanelProps {
    experiment: Rc<Experiment>,
}

#[component]
fn ExperimentPanel(props: &ExperimentPanelProps) -> Html {
    let lab = use_lab();
    let experiment = &props.experiment;
    let progress = lab.progress();
    let scenario = use_memo(experiment.scenario.clone(), |slug| scenario(slug));
    let all = (0..experiment.goals.len()).all(|goal| progress.reached(experiment, goal));
    html! {
        <div class="experiment" data-testid={format!("panel-{}", experiment.id)}>
            <h2>{experiment.title.clone()}</h2>
            <div class="prose">{built(&experiment.intro)}</div>
            {goals(experiment, progress)}
            <Stage {scenario} experiment={experiment.clone()} on_goal={lab.done().reform(Done::ReachedGoal)} />
            if all {
                <div class="prose after" data-testid="experiment-after">{built(&experiment.after)}</div>
            }
            if let Some(slug) = &experiment.challenge {
                <h3>{"The same in code"}</h3>
                <ChallengeBySlug slug={slug.clone()} level={4} />
            }
        </div>
    }
}

fn goals(experiment: &Experiment, progress: &Progress) -> Html {
    html! {
        <ol class="goals" aria-label="Goals">
            { for experiment.goals.iter().enumerate().map(|(i, goal)| {
                let reached = progress.reached(experiment, i);
                html! {
                    <li key={i} class={reached.then_some("reached")} data-testid={format!("goal-{i}")} data-reached={reached.to_string()}>
                        <p><span class="tick" aria-hidden="true">{ if reached { "✓" } else { "○" } }</span>{goal.text.clone()}<span class="visually-hidden" role="status">{ if reached { " Reached." } else { "" } }</span></p>
                        <details><summary>{"How?"}</summary><p>{goal.hint.clone()}</p></details>
                    </li>
                }
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
pub struct ChallengeBySlugProps {
    pub slug: AttrValue,
    /// Of the panel's heading.
    #[prop_or(2)]
    pub level: u8,
}

/// A challenge with the learner's draft, and the run that goes with it once it is passed.
#[component]
pub fn ChallengeBySlug(props: &ChallengeBySlugProps) -> Html {
    let lab = use_lab();
    let challenge = use_memo(props.slug.clone(), |slug| {
        let workshop = workshop();
        let found = workshop.challenges.iter().find(|challenge| challenge.slug == slug.as_str());
        found.cloned()
    });
    let Some(challenge) = (*challenge).clone() else { return html! {} };
    let slug = challenge.slug.clone();
    let progress = lab.progress();
    let draft = progress.drafts.get(&slug).unwrap_or(&challenge.starter).clone();
    let on_draft = {
        let slug = slug.clone();
        lab.done().reform(move |text| Done::Drafted(slug.clone(), text))
    };
    let on_passed = {
        let slug = slug.clone();
        lab.done().reform(move |()| Done::Passed(slug.clone()))
    };
    let warm_up = Kept::read(|part| progress.drafts.get(&format!("{slug}/{part}")).cloned());
    let on_warm_up = {
        let slug = slug.clone();
        lab.done().reform(move |(part, text)| Done::Drafted(format!("{slug}/{part}"), text))
    };
    let passed = progress.passed.contains(&slug);
    html! {
        <ChallengePanel key={slug} challenge={Rc::new(challenge.clone())} {draft} {on_draft} {warm_up} {on_warm_up} {on_passed} {passed} level={props.level}>
            {after_tour(&challenge)}
        </ChallengePanel>
    }
}

fn after_tour(challenge: &Challenge) -> Html {
    let workshop = workshop();
    let tour = challenge.after_tour.as_ref().and_then(|slug| {
        workshop.tours.iter().find(|tour| tour.slug == *slug).cloned().map(Rc::new)
    });
    tour.map_or_else(Html::default, |tour| {
        let scenario = Rc::new(scenario(&tour.scenario));
        html! { <><h3>{tour.title.clone()}</h3><Stage {scenario} {tour} /></> }
    })
}
