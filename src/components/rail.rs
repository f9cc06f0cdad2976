//! The nine steps, with what is done, on every page.

use crate::course::lesson;
use crate::routes::Route;
use crate::state::Lab;
use yew::prelude::*;

/// The list.
pub fn show(lab: &Lab, route: &Route) -> Html {
    let course = lesson();
    html! {
        <nav class="rail" aria-label="Steps">
            <ol>
                { for course.steps.iter().enumerate().map(|(i, step)| {
                    let current = *route == Route::Step(step.slug.clone());
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
            <p class="rail-more"><a href="#/systems" aria-current={matches!(route, Route::Systems(_)).then_some("page")}>{"Algorithms"}</a></p>
            <p class="rail-more"><a href="#/lab" aria-current={(*route == Route::Lab).then_some("page")}>{"Workbench"}</a></p>
            <p class="rail-more"><a href="#/challenges" aria-current={matches!(route, Route::Challenges(_)).then_some("page")}>{"Challenges"}</a></p>
            <p class="rail-more"><a href="#/experiments" aria-current={matches!(route, Route::Experiments(_)).then_some("page")}>{"Experiments"}</a></p>
            <p class="rail-more"><a href="#/prove" aria-current={(*route == Route::Prove).then_some("page")}>{"Prove"}</a></p>
            <p class="rail-more"><a href="#/sources">{"Sources"}</a></p>
        </nav>
    }
}
