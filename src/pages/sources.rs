//! Where the facts come from.

use crate::course::lesson;
use yew::prelude::*;

/// Puts a source on the screen.
pub fn bring_into_view(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let source = document.and_then(|document| document.get_element_by_id(&format!("source-{id}")));
    if let Some(source) = source {
        source.scroll_into_view();
    }
}

/// All of them; the one that was asked for is marked.
pub fn show(wanted: Option<&str>) -> Html {
    let course = lesson();
    html! {
        <article class="text sources">
            <h1 tabindex="-1">{"Sources"}</h1>
            <p>{"Every claim in the lessons names where it comes from. What could be run, the engine runs."}</p>
            <ul>
                { for course.sources.iter().map(|source| {
                    let is_wanted = wanted == Some(source.id.as_str());
                    html! {
                        <li key={source.id.clone()} id={format!("source-{}", source.id)} class={is_wanted.then_some("wanted")} aria-current={is_wanted.then_some("true")}>
                            <cite>{source.title.clone()}</cite>{format!(". {}, {}. {}", source.authors, source.year, source.published)}
                            if let Some(url) = &source.url {
                                {" "}<a href={url.clone()} rel="noreferrer" target="_blank">{url.clone()}</a>
                            }
                        </li>
                    }
                }) }
            </ul>
        </article>
    }
}
