//! The pieces of a step, in their order.

use super::code_runner::CodeRunner;
use super::experiments::{ChallengeBySlug, Experiments};
use super::glossary::Cards;
use super::question::QuestionCard;
use super::quiz::Quiz;
use crate::course::{course, scenario};
use crate::html::built;
use crate::progress::Done;
use crate::stage::Stage;
use crate::state::use_lab;
use election_content::{Block, Widget};
use std::rc::Rc;
use yew::prelude::*;

/// A piece of a step.
pub fn show(block: &Block) -> Html {
    match block {
        Block::Html(html) => html! { <div class="prose">{built(html)}</div> },
        Block::Widget { kind, argument } => {
            let argument = argument.clone();
            match kind {
                Widget::Tour => html! { <TourBySlug slug={argument} /> },
                Widget::Experiments => html! { <Experiments /> },
                Widget::Code => html! { <CodeBySlug slug={argument} /> },
                Widget::Quiz => html! { <Quiz /> },
                Widget::Challenge => html! { <ChallengeBySlug slug={argument} /> },
                Widget::Glossary => html! { <Cards /> },
                Widget::Check => html! { <QuestionCard id={argument} /> },
            }
        }
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
        let course = course();
        let tour = course.tours.iter().find(|tour| tour.slug == slug.as_str())?.clone();
        let scenario = Rc::new(scenario(&tour.scenario));
        Some((Rc::new(tour), scenario))
    });
    let Some((tour, scenario)) = (*found).clone() else { return html! {} };
    html! { <Stage {scenario} {tour} on_toured={lab.done().reform(|()| Done::Toured)} /> }
}

#[component]
fn CodeBySlug(props: &SlugProps) -> Html {
    let lab = use_lab();
    let example = use_memo(props.slug.clone(), |slug| {
        let course = course();
        course.examples.iter().find(|example| example.slug == slug.as_str()).cloned().map(Rc::new)
    });
    let Some(example) = (*example).clone() else { return html! {} };
    let slug = example.slug.clone();
    let draft = lab.progress().drafts.get(&slug).unwrap_or(&example.source).clone();
    let changed = draft.trim() != example.source.trim();
    let on_draft = {
        let slug = slug.clone();
        lab.done().reform(move |text| Done::Drafted(slug.clone(), text))
    };
    let on_ran = {
        let done = lab.done();
        Callback::from(move |()| {
            if changed {
                done.emit(Done::RanChanged(slug.clone()));
            }
        })
    };
    html! { <CodeRunner {example} {draft} {on_draft} {on_ran} /> }
}
