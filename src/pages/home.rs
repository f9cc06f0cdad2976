//! The way in.

use crate::components::live::Live;
use crate::course::lesson;
use crate::hooks::use_focus_after;
use crate::progress::Status;
use crate::state::Lab;
use yew::prelude::*;

/// What the lab is, where the learner stands, and a cluster to touch.
pub fn show(lab: &Lab) -> Html {
    let course = lesson();
    let progress = lab.progress();
    let next = course.steps.iter().find(|step| !progress.done.contains(&step.slug));
    let slug = next.or(course.steps.first()).map_or("why", |step| step.slug.as_str());
    let label = match progress.status(&course) {
        Status::NotStarted => "Begin".to_owned(),
        Status::InProgress => format!("Go on: {}", next.map_or("", |step| step.title.as_str())),
        Status::Completed => "Go through it again".to_owned(),
    };
    html! {
        <article class="home">
            <h1 tabindex="-1">{"Who leads?"}</h1>
            <p class="lead">{"A cluster needs somebody in charge, and whoever is in charge can stop at any moment. Watch a cluster choose, break it, and write the check that keeps its data safe."}</p>
            <p><a class="button primary" data-testid="begin" href={format!("#/step/{slug}")}>{label}</a></p>
            <h2>{"Or just touch it"}</h2>
            <Cluster />
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

/// A cluster to touch, brought only when somebody wants it: a page that is just being looked at
/// should not load an engine.
#[component]
fn Cluster() -> Html {
    let open = use_state_eq(|| false);
    let place = use_focus_after(*open);
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(true))
    };
    html! {
        <div class="touch" ref={place} tabindex="-1">
            if *open {
                <p class="text">{"Press Play. Then choose node 4, the one with the seal, and crash it."}</p>
                <Live kind="cluster" argument="five-nodes" />
            } else {
                {picture()}
                <button type="button" class="button primary" data-testid="open-cluster" {onclick}>{"Open the cluster"}</button>
            }
        </div>
    }
}

/// Five nodes around their leader's heartbeats, standing still.
fn picture() -> Html {
    const NODES: [(i32, i32); 5] = [(160, 26), (272, 96), (230, 196), (90, 196), (48, 96)];
    const LEADER: (i32, i32) = (160, 26);
    html! {
        <svg class="still" viewBox="0 0 320 224" aria-hidden="true">
            { for NODES.iter().skip(1).map(|(x, y)| html! {
                <>
                    <line x1={LEADER.0.to_string()} y1={LEADER.1.to_string()} x2={x.to_string()} y2={y.to_string()} />
                    <circle class="pulse" cx={((LEADER.0 * 2 + x * 3) / 5).to_string()} cy={((LEADER.1 * 2 + y * 3) / 5).to_string()} r="4" />
                </>
            }) }
            { for NODES.iter().enumerate().map(|(i, (x, y))| html! {
                <g class={(i == 0).then_some("leader")}>
                    <circle cx={x.to_string()} cy={y.to_string()} r="20" />
                    <text x={x.to_string()} y={(y + 6).to_string()}>{(4 + i) % 5}</text>
                </g>
            }) }
        </svg>
    }
}
