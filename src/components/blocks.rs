//! The pieces of a step, in their order.

use super::glossary::Cards;
use super::live::Live;
use super::question::QuestionCard;
use super::quiz::Quiz;
use crate::html::built;
use election_content::{Block, Widget};
use yew::prelude::*;

/// A piece of a step.
pub fn show(block: &Block) -> Html {
    match block {
        Block::Html(html) => html! { <div class="prose">{built(html)}</div> },
        Block::Widget { kind, argument } => {
            let argument = argument.clone();
            match kind {
                Widget::Tour => html! { <Live kind="tour" {argument} /> },
                Widget::Experiments => html! { <Live kind="experiments" /> },
                Widget::Code => html! { <Live kind="code" {argument} /> },
                Widget::Challenge => html! { <Live kind="challenge" {argument} /> },
                Widget::Quiz => html! { <Quiz /> },
                Widget::Glossary => html! { <Cards /> },
                Widget::Check => html! { <QuestionCard id={argument} /> },
            }
        }
    }
}
