//! Can it ever happen? A question, a search in a worker, and what came of it.

mod fields;
mod form;
mod hunt;
pub mod hunter;
mod result;
pub mod searcher;

use crate::hooks::use_address_changes;
use crate::worker::desk::Desk;
use crate::worker::{Heard, Order};
use election_engine::explore::{Question, famous, plural};
use fields::broken;
use form::Form;
use gloo_timers::callback::Timeout;
use hunt::Hunts;
use js_sys::{decode_uri_component, encode_uri_component};
use result::{Shown, Verdict};
use searcher::Said;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// The whole part.
#[component]
pub fn Prove() -> Html {
    let famous = use_memo((), |()| famous::all());
    let (question, problem) = use_asked("ask", Question::validate, || famous[0].question.clone());
    let shown = use_state(|| None::<Shown>);
    let desk = use_mut_ref(|| None::<Desk>);

    let search = {
        let (shown, desk) = (shown.setter(), desk.clone());
        Callback::from(move |question: Question| {
            let begun = Shown::begun(&Rc::new(question.clone()));
            shown.set(Some(begun.clone()));
            let hear = {
                let (shown, latest) = (shown.clone(), RefCell::new(begun));
                Callback::from(move |heard: Heard<Said>| {
                    let after = latest.borrow().clone().after(heard);
                    latest.replace(after.clone());
                    shown.set(Some(after));
                })
            };
            // The worker of an earlier search ends with its desk.
            *desk.borrow_mut() = Some(Desk::open(Order::Search(question), hear));
        })
    };
    let cancel = {
        let (shown, desk) = (shown.clone(), desk.clone());
        Callback::from(move |_: MouseEvent| {
            *desk.borrow_mut() = None;
            shown.set((*shown).clone().map(Shown::cancelled));
        })
    };
    let running = shown.as_ref().is_some_and(Shown::is_running);
    // The same from one word of the worker to the next, and so is the form.
    let onchange = use_callback(question.setter(), |changed, question| question.set(changed));
    let start = {
        let (search, question) = (search.clone(), question.clone());
        Callback::from(move |_: MouseEvent| search.emit((*question).clone()))
    };
    html! {
        <>
        <section class="prove" aria-label="Exhaustive search" data-testid="prove">
            if let Some(why) = &*problem {
                <p class="notice" role="alert" data-testid="prove-problem">{format!("The question in this page's address cannot be asked: {why}. The one below stands here instead.")}</p>
            }
            <div class="famous" role="group" aria-label="Famous questions">
                { for famous.iter().map(|one| {
                    let (setter, search) = (question.setter(), search.clone());
                    let asked = one.question.clone();
                    let onclick = Callback::from(move |_: MouseEvent| {
                        search.emit(asked.clone());
                        // The form has many fields, and what was pressed is answered first.
                        let (setter, asked) = (setter.clone(), asked.clone());
                        Timeout::new(0, move || setter.set(asked)).forget();
                    });
                    html! {
                        <button
                            key={one.slug}
                            type="button"
                            class="chip"
                            aria-current={(*question == one.question).then_some("true")}
                            data-testid={format!("famous-{}", one.slug)}
                            {onclick}
                        >{one.title}</button>
                    }
                }) }
            </div>
            <p class="hint" data-testid="asked">{about(&question)}</p>
            <details data-testid="ask">
                <summary>{"Ask a question of your own"}</summary>
                <Form question={Rc::new((*question).clone())} {onchange} />
            </details>
            <p class="search-buttons">
                <button type="button" class="button primary" data-testid="search" onclick={start}>{"Search"}</button>
                <button type="button" class="button" data-testid="cancel" aria-disabled={(!running).to_string()} onclick={cancel}>{"Cancel"}</button>
                <a href={address_of("ask", &*question)} data-testid="prove-link">{"Link to this question"}</a>
            </p>
            if let Some(shown) = &*shown {
                if *shown.question != *question {
                    <p class="hint" data-testid="asked-before">{format!("You have changed the question since. What follows answers the one before it, within its bounds. {}", about(&shown.question))}</p>
                }
                <Verdict shown={shown.clone()} />
            }
        </section>
        <Hunts />
        </>
    }
}

/// The address of what somebody asks.
fn address_of(name: &str, asked: &impl Serialize) -> String {
    let json = serde_json::to_string(asked).unwrap_or_default();
    format!("#/prove?{name}={}", String::from(encode_uri_component(&json)))
}

/// What is asked and of whom, in a sentence.
fn about(question: &Question) -> String {
    let (title, claim) = (question.protocol.info().title, question.claim.name());
    let (nodes, s) = (question.nodes, plural(question.nodes.into()));
    let off = broken(&question.protocol);
    let rule = if off.is_empty() { String::new() } else { format!(" without {off}") };
    format!("Asked: does {claim} fall for {title}{rule}, among {nodes} node{s}?")
}

/// What stands here to be asked, and why what the page's address asks cannot be. It follows links
/// that are opened in the same tab.
#[hook]
fn use_asked<T: DeserializeOwned + PartialEq + 'static>(
    name: &'static str,
    validate: fn(&T) -> Result<(), String>,
    first: impl FnOnce() -> T,
) -> (UseStateHandle<T>, UseStateHandle<Option<String>>) {
    let linked = use_memo((), |()| RefCell::new(asked_for(name, validate)));
    let problem = use_state_eq(|| linked.borrow().as_ref()?.as_ref().err().cloned());
    let asked = use_state_eq(|| match linked.take() {
        Some(Ok(asked)) => asked,
        _ => first(),
    });
    let changed =
        use_callback(
            (asked.setter(), problem.setter()),
            move |_, (asked, problem)| match asked_for(name, validate) {
                None => problem.set(None),
                Some(Ok(linked)) => {
                    asked.set(linked);
                    problem.set(None);
                }
                Some(Err(why)) => problem.set(Some(why)),
            },
        );
    use_address_changes(changed);
    (asked, problem)
}

/// What the page's address asks under this name, or why that makes no sense.
fn asked_for<T: DeserializeOwned>(
    name: &str,
    validate: impl Fn(&T) -> Result<(), String>,
) -> Option<Result<T, String>> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let (_, json) = hash.split_once(&format!("?{name}="))?;
    let read = || {
        let json = decode_uri_component(json).map_err(|_| "it is cut off or damaged".to_owned())?;
        let asked: T =
            serde_json::from_str(&String::from(json)).map_err(|error| error.to_string())?;
        validate(&asked).map(|()| asked)
    };
    Some(read())
}
