//! Writing a demonstration on the page.

use super::author::{Beat, Draft, at_event, claim, pattern_of, true_now};
use super::browser;
use super::kept;
use super::workbench::Bound;
use crate::hooks::use_focus_kept;
use crate::stage::frame::LogLine;
use crate::words::seconds;
use election_engine::trace::RecordId;
use std::collections::BTreeSet;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AuthorPanelProps {
    pub bench: Bound,
    pub picked: Option<Rc<LogLine>>,
}

/// The beats so far, and a form for the next.
#[component]
pub fn AuthorPanel(props: &AuthorPanelProps) -> Html {
    let draft = use_state_eq(kept::draft);
    kept::keep_draft(&draft);
    let title = use_node_ref();
    let caption = use_node_ref();
    let claimed = use_node_ref();
    // What is ticked goes with the event.
    let ticked = use_state_eq(|| (None::<u32>, BTreeSet::new()));
    let answer = use_state_eq(|| None::<String>);
    let event = {
        let bench = props.bench.0.borrow();
        props.picked.as_ref().and_then(|line| bench.run().entry(RecordId(line.id)))
    };
    let offered = event
        .map_or_else(Vec::new, |entry| true_now(&*at_event(props.bench.0.borrow().run(), &entry)));
    let picked = props.picked.as_ref().map(|line| line.id);
    let ticks = if ticked.0 == picked { ticked.1.clone() } else { BTreeSet::from([0]) };
    let is_ticked = |index: usize| ticks.contains(&index);
    let onadd = {
        let (bench, draft, answer) = (props.bench.clone(), draft.clone(), answer.clone());
        let (title, caption, claimed) = (title.clone(), caption.clone(), claimed.clone());
        let shows: Vec<_> = offered
            .iter()
            .enumerate()
            .filter(|(index, _)| is_ticked(*index))
            .map(|(_, (_, predicate))| predicate.clone())
            .collect();
        Callback::from(move |_: MouseEvent| {
            let text = |field: &NodeRef| {
                field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default()
            };
            let written = caption.cast::<HtmlTextAreaElement>().map(|field| field.value());
            let added = (|| {
                let entry = event.ok_or("Press an event first: the beat waits for it.")?;
                let mut shows = shows.clone();
                let own = text(&claimed);
                if !own.trim().is_empty() {
                    shows.push(claim(&own)?);
                }
                let beat = Beat {
                    title: text(&title),
                    caption: written.clone().unwrap_or_default(),
                    until: pattern_of(&entry),
                    shows,
                };
                let mut next = (*draft).clone();
                let at = next.add(&bench.0.borrow().run().scenario(), beat)?;
                Ok::<_, String>((next, at, entry.time))
            })();
            match added {
                Ok((next, at, pressed)) => {
                    let number = next.beats.len();
                    answer.set(Some(match at == pressed {
                        true => format!("Beat {number} is recorded, and the run shows it."),
                        false => format!(
                            "Beat {number} is recorded. Such an event comes at {} already, so the beat waits for that one, not for the one at {}; the run shows what it says there.",
                            seconds(at), seconds(pressed)
                        ),
                    }));
                    draft.set(next);
                }
                Err(sentence) => answer.set(Some(sentence)),
            }
        })
    };
    let onsave = {
        let (bench, draft, answer) = (props.bench.clone(), draft.clone(), answer.clone());
        Callback::from(move |_: MouseEvent| match draft.files(bench.0.borrow().run()) {
            Ok(files) => {
                for (name, text) in &files {
                    browser::download(name, text, "text/plain");
                }
                answer.set(Some(format!(
                    "{} goes into course/tours/, {} into course/scenarios/.",
                    files[0].0, files[1].0
                )));
            }
            Err(sentence) => answer.set(Some(sentence)),
        })
    };
    let ontitle = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            draft.set(Draft { title: input.value(), ..(*draft).clone() });
        })
    };
    let (place, onfocusin) = use_focus_kept();
    html! {
        <div ref={place} {onfocusin} tabindex="-1" class="author" data-testid="author">
            <label>{"Title of the demonstration"}<input type="text" data-testid="tour-title" value={draft.title.clone()} oninput={ontitle} /></label>
            <ol data-testid="beats">
                { for draft.beats.iter().enumerate().map(|(index, beat)| {
                    let draft = draft.clone();
                    let remove = Callback::from(move |_: MouseEvent| {
                        let mut next = (*draft).clone();
                        next.beats.remove(index);
                        draft.set(next);
                    });
                    html! { <li key={index}><b>{beat.title.clone()}</b>{": "}{beat.caption.clone()}{" "}<button type="button" class="button quiet" aria-label={format!("Remove beat {}", index + 1)} onclick={remove}>{"Remove"}</button></li> }
                }) }
            </ol>
            <fieldset>
                <legend>{"The next beat"}</legend>
                if let Some(line) = &props.picked {
                    <p>{"It waits for: "}<b>{line.text.clone()}</b>{format!(" ({})", seconds(line.time))}</p>
                } else {
                    <p class="hint">{"Press the event that the beat waits for, in the diagram or in the table."}</p>
                }
                <label>{"Title"}<input ref={title} type="text" data-testid="beat-title" /></label>
                <label>{"Caption"}<textarea ref={caption} rows="3" data-testid="beat-caption" /></label>
                <div role="group" aria-label="What the caption says">
                    { for offered.iter().enumerate().map(|(index, (text, _))| {
                        let (ticked, mut next) = (ticked.clone(), ticks.clone());
                        if !next.remove(&index) {
                            next.insert(index);
                        }
                        let onchange = Callback::from(move |_: Event| ticked.set((picked, next.clone())));
                        html! { <label key={text.clone()} class="flag"><input type="checkbox" checked={is_ticked(index)} data-testid={format!("claim-{index}")} {onchange} />{text.clone()}</label> }
                    }) }
                </div>
                <label>{"Another claim, as the course writes it"}<input ref={claimed} type="text" data-testid="own-claim" placeholder={r#"{"leader": {"node": 3}}"#} /></label>
                <div class="row">
                    <button type="button" class="button" data-testid="add-beat" onclick={onadd}>{"Add the beat"}</button>
                    <button type="button" class="button" data-testid="save-tour" onclick={onsave}>{"Save tour and scenario"}</button>
                </div>
                <div aria-live="polite" data-testid="author-answer">
                    if let Some(answer) = &*answer { <p class="notice">{answer.clone()}</p> }
                </div>
            </fieldset>
        </div>
    }
}
