//! One of the nine steps.

use crate::components::blocks;
use crate::course::lesson;
use crate::progress::Done;
use crate::state::use_lab;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StepPageProps {
    pub slug: AttrValue,
}

/// Its text and its live parts, what it asks for, and the ways on.
#[component]
pub fn StepPage(props: &StepPageProps) -> Html {
    let lab = use_lab();
    let course = lesson();
    {
        let (done, slug) = (lab.done(), props.slug.to_string());
        let exists = course.steps.iter().any(|step| step.slug == slug);
        use_effect_with((), move |()| {
            if exists {
                done.emit(Done::Opened(slug));
            }
        });
    }
    let Some(index) = course.steps.iter().position(|step| step.slug == props.slug.as_str()) else {
        return super::nowhere();
    };
    let step = &course.steps[index];
    let is_done = lab.progress().done.contains(&step.slug);
    let before = index.checked_sub(1).and_then(|before| course.steps.get(before));
    let after = course.steps.get(index + 1);
    html! {
        <article class="step" data-step={step.slug.clone()}>
            <p class="step-count">{format!("Step {} of {}", index + 1, course.steps.len())}</p>
            <h1 tabindex="-1">{step.title.clone()}</h1>
            <p class={classes!("task", is_done.then_some("done"))} role="status" data-testid="task" data-done={is_done.to_string()}>
                <span aria-hidden="true">{ if is_done { "✓ " } else { "○ " } }</span>
                { if is_done { format!("Done. {}", step.task) } else { step.task.clone() } }
            </p>
            { for step.body.iter().map(blocks::show) }
            <nav class="onward" aria-label="Neighbouring steps">
                if let Some(before) = before {
                    <a class="button" href={format!("#/step/{}", before.slug)}>{format!("Back: {}", before.title)}</a>
                }
                if let Some(after) = after {
                    <a class={classes!("button", is_done.then_some("primary"))} data-testid="next-step" href={format!("#/step/{}", after.slug)}>{format!("Next: {}", after.title)}</a>
                } else {
                    <a class="button" href="#/">{"To the start"}</a>
                }
            </nav>
        </article>
    }
}
