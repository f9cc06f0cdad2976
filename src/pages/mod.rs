//! The places one can be.

mod home;
mod sources;
mod step;

use crate::components::live::Live;
use crate::course::lesson;
use crate::routes::Route;
use crate::state::Lab;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement};
use yew::prelude::*;

/// The page of a route.
pub fn show(lab: &Lab, route: &Route) -> Html {
    match route {
        Route::Home => home::show(lab),
        Route::Step(slug) => html! { <step::StepPage key={slug.clone()} slug={slug.clone()} /> },
        Route::Sources(id) => sources::show(id.as_deref()),
        Route::Systems(name) => systems(name.as_deref()),
        Route::Lab => bench(),
        Route::Challenges(slug) => challenges(slug.clone().unwrap_or_default()),
        Route::Experiments(slug) => experiments(slug.as_deref()),
        Route::Prove => prove(),
        Route::Nowhere => nowhere(),
    }
}

/// The workbench. The workshop reads from the address what it is to show.
fn bench() -> Html {
    html! {
        <article class="gallery lab">
            <h1 tabindex="-1">{"Workbench"}</h1>
            <Live key="lab" kind="lab" />
        </article>
    }
}

/// The algorithms, or one of them. The workshop knows them.
fn systems(name: Option<&str>) -> Html {
    html! {
        <article class="gallery">
            <h1 tabindex="-1">{"Algorithms"}</h1>
            if let Some(name) = name {
                <Live key={name.to_owned()} kind="system" argument={name.to_owned()} />
            } else {
                <p>{"Each runs on the same engine, by the rules of its paper, and can be broken in the same ways."}</p>
                <Live key="all" kind="systems" />
            }
        </article>
    }
}

/// The challenges, or one of them. The workshop knows them.
fn challenges(slug: String) -> Html {
    html! {
        <article class="gallery">
            <h1 tabindex="-1">{"Challenges"}</h1>
            <Live key={slug.clone()} kind="challenges" argument={slug.clone()} />
        </article>
    }
}

/// The experiments, or one of them. The workshop knows them.
fn experiments(slug: Option<&str>) -> Html {
    html! {
        <article class="gallery">
            <h1 tabindex="-1">{"How long, and how often?"}</h1>
            if let Some(slug) = slug {
                <Live key={slug.to_owned()} kind="measure" argument={slug.to_owned()} />
            } else {
                <p>{"Thousands of elections, drawn. Say first what you expect, then run them."}</p>
                <Live key="all" kind="measures" />
            }
        </article>
    }
}

/// Exhaustive search.
fn prove() -> Html {
    html! {
        <article class="gallery">
            <h1 tabindex="-1">{"Can it ever happen?"}</h1>
            <p>{"Every order of events is tried, up to a bound, on the code that runs in the picture. If a claim falls, you see the shortest run in which it does."}</p>
            <Live kind="prove" />
        </article>
    }
}

/// A place that does not exist, with a way on.
pub fn nowhere() -> Html {
    html! {
        <article class="text">
            <h1 tabindex="-1">{"There is nothing here"}</h1>
            <p>{"The address may have a typing error, or come from another version of the lab."}</p>
            <p><a class="button primary" href="#/">{"To the start"}</a></p>
        </article>
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// What happens when one arrives: the title says where, and the reader starts at the heading.
/// The first page is left alone, since the browser starts at its top.
pub fn arrive(route: &Route, first: bool) {
    let course = lesson();
    let place = match route {
        Route::Home => None,
        Route::Step(slug) => {
            course.steps.iter().find(|step| step.slug == *slug).map(|step| step.title.clone())
        }
        Route::Sources(_) => Some("Sources".to_owned()),
        Route::Systems(_) => Some("Algorithms".to_owned()),
        Route::Lab => Some("Workbench".to_owned()),
        Route::Challenges(_) => Some("Challenges".to_owned()),
        Route::Experiments(_) => Some("Experiments".to_owned()),
        Route::Prove => Some("Prove".to_owned()),
        Route::Nowhere => Some("Nothing here".to_owned()),
    };
    if let Some(document) = document() {
        let title = "Election Lab: how a cluster chooses its leader".to_owned();
        document.set_title(&place.map_or(title, |place| format!("{place} · Election Lab")));
    }
    if !first {
        if !matches!(route, Route::Sources(Some(_)))
            && let Some(window) = web_sys::window()
        {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        focus_heading();
    }
    if let Route::Sources(Some(id)) = route {
        sources::bring_into_view(id);
    }
}

/// Puts the focus on the page's heading.
pub fn focus_heading() {
    let heading = document().and_then(|document| document.query_selector("main h1").ok()?);
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        let _ = heading.focus();
    }
}
