//! A question with options, each of which explains itself.

use crate::course::lesson;
use crate::hooks::use_focus_after;
use crate::html::built;
use crate::progress::{Answer, Done, question};
use crate::state::use_lab;
use election_content::{BuiltHtml, Choice};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct OptionsProps {
    /// Names the group; unique on the page.
    pub id: AttrValue,
    pub prompt: BuiltHtml,
    pub options: Rc<Vec<Choice>>,
    /// Hears the choice.
    pub on_choose: Callback<usize>,
}

/// Options to choose one from. Choosing is answering.
#[component]
pub fn Options(props: &OptionsProps) -> Html {
    let prompt_id = format!("prompt-{}", props.id);
    html! {
        <div class="options" role="group" aria-labelledby={prompt_id.clone()}>
            <p class="prompt" id={prompt_id}>{built(&props.prompt)}</p>
            { for props.options.iter().enumerate().map(|(i, option)| html! {
                <button
                    key={i}
                    type="button"
                    class="option"
                    data-testid={format!("option-{i}")}
                    onclick={props.on_choose.reform(move |_: MouseEvent| i)}
                >{built(&option.text)}</button>
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct QuestionCardProps {
    pub id: AttrValue,
}

/// A question of the quiz or of a step, with what came of the last answer.
#[component]
pub fn QuestionCard(props: &QuestionCardProps) -> Html {
    let lab = use_lab();
    let course = lesson();
    let retrying = use_state_eq(|| false);
    let answer = lab.progress().answers.get(props.id.as_str()).copied();
    let state = match answer {
        None => "open",
        Some(answer) if answer.right => "right",
        Some(_) => "wrong",
    };
    let answered = answer.filter(|_| !*retrying);
    // What was pressed is gone after an answer, and after asking again.
    let card = use_focus_after((answered.is_some(), answer.map(|answer| answer.tries)));
    let Some(question) = question(&course, &props.id) else { return html! {} };
    let on_choose = {
        let (done, id, retrying) = (lab.done(), question.id.clone(), retrying.clone());
        Callback::from(move |choice| {
            retrying.set(false);
            done.emit(Done::Answered(id.clone(), choice));
        })
    };
    let retry = {
        let retrying = retrying.clone();
        Callback::from(move |_: MouseEvent| retrying.set(true))
    };
    html! {
        <div ref={card} tabindex="-1" class={classes!("question", state)} data-testid={format!("quiz-{}", question.id)} data-state={state}>
            { match answered {
                None => html! {
                    <Options
                        id={question.id.clone()}
                        prompt={question.prompt.clone()}
                        options={Rc::new(question.options.clone())}
                        {on_choose}
                    />
                },
                Some(answer) => html! {
                    <>
                        <p class="prompt">{built(&question.prompt)}</p>
                        {explained(&question.options, answer)}
                        <button type="button" class="button" data-testid="retry" onclick={retry}>{ if answer.right { "Answer again" } else { "Try again" } }</button>
                    </>
                },
            } }
        </div>
    }
}

/// What the chosen option is worth; all of them once the right one was found.
fn explained(options: &[Choice], answer: Answer) -> Html {
    let course = lesson();
    let rows = options
        .iter()
        .enumerate()
        .filter(|(i, _)| *i == answer.choice || answer.right)
        .map(|(i, option)| {
            let chosen = i == answer.choice;
            let class = classes!(
                "explained",
                if option.right { "right" } else { "wrong" },
                chosen.then_some("chosen"),
            );
            let mark = if option.right { "✓" } else { "✗" };
            let misconception = option.misconception.as_ref().filter(|_| chosen).and_then(|id| {
                course.misconceptions.iter().find(|misconception| misconception.id == *id)
            });
            html! {
                <li key={i} {class} data-testid={format!("option-{i}")}>
                    <p class="said"><span class="mark" aria-hidden="true">{mark}</span><span class="visually-hidden">{ if option.right { "Right: " } else { "Wrong: " } }</span>{built(&option.text)}</p>
                    <div>{built(&option.explanation)}</div>
                    if let Some(misconception) = misconception {
                        <div class="misconception"><b>{format!("Many believe: {}", misconception.belief)}</b>{" "}{built(&misconception.truth)}</div>
                    }
                </li>
            }
        });
    html! { <ul class="explanations" aria-live="polite">{ for rows }</ul> }
}
