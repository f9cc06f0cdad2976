//! The way in.

use crate::course::{course, scenario};
use crate::progress::Status;
use crate::stage::Stage;
use crate::state::use_lab;
use std::rc::Rc;
use yew::prelude::*;

/// What the lab is, where the learner stands, and a cluster to touch.
#[component]
pub fn Home() -> Html {
    let lab = use_lab();
    let course = course();
    let progress = lab.progress();
    let next = course.steps.iter().find(|step| !progress.done.contains(&step.slug));
    let slug = next.or(course.steps.first()).map_or("why", |step| step.slug.as_str());
    let label = match progress.status(&course) {
        Status::NotStarted => "Begin".to_owned(),
        Status::InProgress => format!("Go on: {}", next.map_or("", |step| step.title.as_str())),
        Status::Completed => "Go through it again".to_owned(),
    };
    let scenario = use_memo((), |()| scenario("five-nodes"));
    html! {
        <article class="home">
            <h1 tabindex="-1">{"Who leads?"}</h1>
            <p class="lead">{"A cluster needs somebody in charge, and whoever is in charge can stop at any moment. Watch a cluster choose, break it, and write the check that keeps its data safe."}</p>
            <p><a class="button primary" data-testid="begin" href={format!("#/step/{slug}")}>{label}</a></p>
            <h2>{"Or just touch it"}</h2>
            <p class="text">{"Press Play. Then choose node 4, the one with the seal, and crash it."}</p>
            <Stage scenario={Rc::clone(&scenario)} />
            <h2>{"The nine steps"}</h2>
            <ol class="contents">
                { for course.steps.iter().map(|step| html! {
                    <li key={step.slug.clone()} class={progress.done.contains(&step.slug).then_some("done")}>
                        <a href={format!("#/step/{}", step.slug)}>{step.title.clone()}</a>
                        <span>{step.task.clone()}</span>
                    </li>
                }) }
            </ol>
        </article>
    }
}
