//! Terms: explained where they occur, and to be recalled from cards.

use crate::course::lesson;
use crate::hooks::use_focus_after;
use crate::html::built;
use crate::progress::{Done, TERMS_TO_RECALL};
use crate::state::use_lab;
use yew::prelude::*;

/// The definitions that open over the text. They are made once for the whole page.
pub fn popovers() -> Html {
    let course = lesson();
    html! {
        <div class="popovers">
            { for course.glossary.iter().map(|term| html! {
                <div key={term.id.clone()} class="definition" id={format!("term-{}", term.id)} popover="auto" role="dialog" aria-label={term.name.clone()}>
                    <b>{term.name.clone()}</b>
                    <div>{built(&term.definition)}</div>
                    <button type="button" class="button quiet" popovertarget={format!("term-{}", term.id)} popovertargetaction="hide">{"Close"}</button>
                </div>
            }) }
        </div>
    }
}

/// Cards: say it first, then look.
#[component]
pub fn Cards() -> Html {
    let lab = use_lab();
    let course = lesson();
    let shown = use_state_eq(|| 0_usize);
    let turned = use_state_eq(|| false);
    let main = use_focus_after((*shown, *turned));
    let recalled = &lab.progress().recalled;
    let count = course.glossary.len();
    let Some(term) = course.glossary.get(*shown) else { return html! {} };
    let known = recalled.contains(&term.id);
    let turn = {
        let turned = turned.clone();
        Callback::from(move |_: MouseEvent| turned.set(true))
    };
    let judge = |knew: bool| {
        let (done, shown, turned) = (lab.done(), shown.clone(), turned.clone());
        let id = term.id.clone();
        let next = (1..=count)
            .map(|i| (*shown + i) % count)
            .find(|i| !recalled.contains(&course.glossary[*i].id))
            .unwrap_or((*shown + 1) % count);
        Callback::from(move |_: MouseEvent| {
            done.emit(Done::Recalled(id.clone(), knew));
            turned.set(false);
            shown.set(next);
        })
    };
    html! {
        <section class="cards" aria-label="Terms to recall">
            <p role="status" data-testid="recalled">{format!("{} of {TERMS_TO_RECALL} recalled. There are {count} in all.", recalled.len())}</p>
            <div class="card" data-testid="card" data-term={term.id.clone()}>
                <p class="front">{term.name.clone()}{ if known { " ✓" } else { "" } }</p>
                if *turned {
                    <div class="back">{built(&term.definition)}</div>
                    <div class="buttons">
                        <button type="button" ref={main.clone()} class="button primary" data-testid="knew" onclick={judge(true)}>{"I had it"}</button>
                        <button type="button" class="button" data-testid="did-not-know" onclick={judge(false)}>{"Not yet"}</button>
                    </div>
                } else {
                    <p class="hint">{"Say what it means, then look."}</p>
                    <button type="button" ref={main} class="button primary" data-testid="turn" onclick={turn}>{"Look"}</button>
                }
            </div>
            <details class="all-terms">
                <summary>{"All terms"}</summary>
                <dl>
                    { for course.glossary.iter().map(|term| html! {
                        <div key={term.id.clone()}>
                            <dt>{term.name.clone()}</dt>
                            <dd>{built(&term.definition)}</dd>
                        </div>
                    }) }
                </dl>
            </details>
        </section>
    }
}
