//! The list of futures.

use super::order::Order;
use super::view::Branches;
use crate::hooks::use_focus_kept;
use crate::stage::transport::selected_value;
use crate::words::seconds;
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BranchListProps {
    pub branches: Rc<Branches>,
    pub dispatch: Callback<Order>,
}

/// Switch, delete, compare with the one in view.
#[component]
pub fn BranchList(props: &BranchListProps) -> Html {
    let Branches { list, current, difference } = &*props.branches;
    let other = use_state_eq(|| 0_usize);
    let current = *current;
    let (place, onfocusin) = use_focus_kept();
    let does = |order: Order| props.dispatch.reform(move |_: MouseEvent| order.clone());
    let against = if *other < list.len() && *other != current {
        *other
    } else {
        (0..list.len()).find(|index| *index != current).unwrap_or(0)
    };
    // A list that somebody chose from follows no attribute any more.
    let select = use_node_ref();
    {
        let select = select.clone();
        use_effect_with((against, list.len(), current), move |(against, ..)| {
            if let Some(select) = select.cast::<HtmlSelectElement>() {
                select.set_value(&against.to_string());
            }
        });
    }
    let onother = {
        let other = other.clone();
        Callback::from(move |event: Event| other.set(selected_value(&event).parse().unwrap_or(0)))
    };
    html! {
        <fieldset ref={place} {onfocusin} tabindex="-1" class="branches">
            <legend>{"Branches"}</legend>
            <p class="hint">{"Go back and change something: the future that you had stays here beside the new one."}</p>
            <ol>
                { for list.iter().enumerate().map(|(index, (name, farthest))| html! {
                    <li key={index} class="row">
                        <button type="button" class="chip" aria-pressed={(index == current).to_string()} data-testid={format!("branch-{index}")} onclick={does(Order::Switch(index))}>{name.clone()}</button>
                        <small>{format!("played to {}", seconds(*farthest))}</small>
                        <button type="button" class="button quiet" aria-label={format!("Delete branch {name}")} aria-disabled={(list.len() == 1).to_string()} data-testid={format!("delete-branch-{index}")} onclick={does(Order::Delete(index))}>{"Delete"}</button>
                    </li>
                }) }
            </ol>
            if list.len() > 1 {
                <div class="row">
                    <label>{"Compare the one in view with"}
                        <select ref={select} data-testid="compare-with" onchange={onother}>
                            { for list.iter().enumerate().filter(|(index, _)| *index != current).map(|(index, (name, _))| html! {
                                <option value={index.to_string()} selected={index == against}>{name.clone()}</option>
                            }) }
                        </select>
                    </label>
                    <button type="button" class="button" data-testid="compare" onclick={does(Order::Compare(current, against))}>{"Compare"}</button>
                </div>
            }
            <div aria-live="polite" data-testid="difference">
                if let Some(difference) = difference {
                    <p><b>{difference.text.clone()}</b></p>
                    <dl>{ for difference.parts.iter().map(|(name, text)| html! { <><dt>{name.clone()}</dt><dd>{text.clone()}</dd></> }) }</dl>
                }
            </div>
        </fieldset>
    }
}
