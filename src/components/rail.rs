//! The nine steps, with what is done, on every page.

use crate::course::course;
use crate::routes::Route;
use crate::state::use_lab;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct RailProps {
    pub route: Route,
}

/// The list.
#[component]
pub fn Rail(props: &RailProps) -> Html {
    let lab = use_lab();
    let course = course();
    html! {
        <nav class="rail" aria-label="Steps">
            <ol>
                { for course.steps.iter().enumerate().map(|(i, step)| {
                    let route = Route::Step { slug: step.slug.clone() };
                    let current = route == props.route;
                    let done = lab.progress().done.contains(&step.slug);
                    let state = if done { "done" } else { "open" };
                    html! {
                        <li key={step.slug.clone()}>
                            <a
                                href={format!("#/step/{}", step.slug)}
                                class={classes!("rail-step", state)}
                                aria-current={current.then_some("step")}
                                data-testid={format!("step-{}", step.slug)}
                                data-state={state}
                            >
                                <span class="number" aria-hidden="true">{ if done { "✓".to_owned() } else { (i + 1).to_string() } }</span>
                                <span class="name">{step.title.clone()}</span>
                                if done { <span class="visually-hidden">{" (done)"}</span> }
                            </a>
                        </li>
                    }
                }) }
            </ol>
            <p class="rail-more"><Link<Route> to={Route::Sources}>{"Sources"}</Link<Route>></p>
        </nav>
    }
}
