//! The workshop's side of the page: parts that run.
//!
//! One app in an element of its own, which shows each part in its place on the page through a
//! portal. (Two apps that are nested in the document would answer each other's events; a portal
//! has a number of its own among the roots of event handlers.)

use crate::components::challenges::Challenges;
use crate::components::code_runner::CodeBySlug;
use crate::components::experiments::{ChallengeBySlug, Experiments};
use crate::course::{scenario, workshop};
use crate::lab::Workbench;
use crate::measure::{self, Measure};
use crate::panic;
use crate::progress::{Done, Progress};
use crate::prove::Prove;
use crate::stage::Stage;
use crate::state::{Lab, use_lab};
use crate::systems::{System, Systems};
use js_sys::Array;
use serde::Deserialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement};
use yew::prelude::*;

/// A part of the page that runs something.
#[derive(Clone, PartialEq)]
struct Part {
    /// Tells it from all that were open before: a portal that is given another place would go on
    /// answering events at the old one.
    number: usize,
    /// Where it is shown.
    host: Element,
    /// The element that hears of it; its attributes `kind` and `argument` say what it is.
    element: HtmlElement,
}

#[derive(Clone, Default, PartialEq)]
struct Parts {
    open: Vec<Part>,
    /// How many there have been.
    opened: usize,
    progress: Rc<Progress>,
}

thread_local! {
    static PARTS: RefCell<Parts> = RefCell::default();
    static CHANGED: RefCell<Callback<Parts>> = RefCell::default();
}

fn change(how: impl FnOnce(&mut Parts)) {
    let parts = PARTS.with_borrow_mut(|parts| {
        how(parts);
        parts.clone()
    });
    CHANGED.with_borrow(Clone::clone).emit(parts);
}

fn read(progress: &str) -> Rc<Progress> {
    #[derive(Deserialize)]
    struct Kept {
        progress: Progress,
    }
    let kept: Kept = serde_json::from_str(progress).expect("the page wrote it");
    Rc::new(kept.progress)
}

/// Starts the app, which shows nothing yet.
pub fn begin() {
    panic::show_a_panel();
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.create_element("div").ok());
    yew::Renderer::<App>::with_root(root.expect("there is a document")).render();
}

/// Shows the part that `element` asks for in `host`.
pub fn open(element: HtmlElement, host: Element, progress: &str) {
    change(|parts| {
        parts.progress = read(progress);
        parts.opened += 1;
        parts.open.push(Part { number: parts.opened, host, element });
    });
}

/// Takes note of what the learner has done by now.
pub fn learn(progress: &str) {
    change(|parts| parts.progress = read(progress));
}

/// Takes the part in `host` away.
pub fn close(host: &Element) {
    change(|parts| parts.open.retain(|part| part.host != *host));
}

#[component]
fn App() -> Html {
    let parts = use_state_eq(|| PARTS.with_borrow(Clone::clone));
    {
        let setter = parts.setter();
        use_memo((), |()| CHANGED.set(Callback::from(move |parts| setter.set(parts))));
    }
    html! {
        { for parts.open.iter().map(|part| {
            let shown = html! { <Shown part={part.clone()} progress={parts.progress.clone()} /> };
            html! { <key={part.number}>{create_portal(shown, part.host.clone())}</> }
        }) }
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    part: Part,
    progress: Rc<Progress>,
}

/// One part, with the learner's progress and the way to add to it.
#[component]
fn Shown(props: &ShownProps) -> Html {
    let tell = use_callback(props.part.element.clone(), |done: Done, element| {
        let Some(words) = done.into_words() else { return };
        let event = CustomEventInit::new();
        event.set_detail(&words.map(JsValue::from).into_iter().collect::<Array>());
        if let Ok(event) = CustomEvent::new_with_event_init_dict("done", &event) {
            let _ = element.dispatch_event(&event);
        }
    });
    let attribute = |name| props.part.element.get_attribute(name).unwrap_or_default();
    let slug = attribute("argument");
    html! {
        <ContextProvider<Lab> context={Lab::new(props.progress.clone(), tell)}>
            { match attribute("kind").as_str() {
                "tour" => html! { <TourBySlug {slug} /> },
                "cluster" => html! { <ClusterBySlug {slug} /> },
                "experiments" => html! { <Experiments /> },
                "code" => html! { <CodeBySlug {slug} /> },
                "challenges" => html! { <Challenges {slug} /> },
                "measures" => measure::cards(),
                "measure" => html! { <Measure {slug} /> },
                "prove" => html! { <Prove /> },
                "systems" => html! { <Systems /> },
                "system" => html! { <System name={slug} /> },
                "lab" => html! { <Workbench /> },
                "challenge" => html! { <ChallengeBySlug {slug} /> },
                _ => html! {},
            } }
        </ContextProvider<Lab>>
    }
}

#[derive(Properties, PartialEq)]
struct SlugProps {
    slug: AttrValue,
}

#[component]
fn TourBySlug(props: &SlugProps) -> Html {
    let lab = use_lab();
    let found = use_memo(props.slug.clone(), |slug| {
        let workshop = workshop();
        let tour = workshop.tours.iter().find(|tour| tour.slug == slug.as_str())?.clone();
        let scenario = Rc::new(scenario(&tour.scenario));
        Some((Rc::new(tour), scenario))
    });
    let Some((tour, scenario)) = (*found).clone() else { return html! {} };
    html! { <Stage {scenario} {tour} on_toured={lab.done().reform(|()| Done::Toured)} /> }
}

#[component]
fn ClusterBySlug(props: &SlugProps) -> Html {
    let scenario = use_memo(props.slug.clone(), |slug| scenario(slug));
    html! { <Stage {scenario} /> }
}
