//! Where the facts come from.

use crate::course::course;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SourcesProps {
    /// The source that one came for.
    pub id: Option<AttrValue>,
}

/// All of them; the one that was asked for is marked and in view.
#[component]
pub fn Sources(props: &SourcesProps) -> Html {
    let course = course();
    let wanted = use_node_ref();
    {
        let wanted = wanted.clone();
        use_effect_with(props.id.clone(), move |_| {
            if let Some(element) = wanted.cast::<web_sys::Element>() {
                element.scroll_into_view();
            }
        });
    }
    html! {
        <article class="text sources">
            <h1 tabindex="-1">{"Sources"}</h1>
            <p>{"Every claim in the lessons names where it comes from. What could be run, the engine runs."}</p>
            <ul>
                { for course.sources.iter().map(|source| {
                    let is_wanted = props.id.as_deref() == Some(source.id.as_str());
                    html! {
                        <li key={source.id.clone()} ref={if is_wanted { wanted.clone() } else { NodeRef::default() }} class={is_wanted.then_some("wanted")} aria-current={is_wanted.then_some("true")}>
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
