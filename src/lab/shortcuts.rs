//! Keys of the workbench, and the sheet that lists them.

use super::workbench::takes_letters;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// The keys, each with what it does. They work while the focus is in the workbench.
const KEYS: [(&str, &str); 10] = [
    ("p", "play or hold"),
    (".", "one step on"),
    (",", "one step back"),
    ("]", "next leader change"),
    ("[", "previous leader change"),
    ("+", "closer in the space-time diagram"),
    ("-", "farther in the space-time diagram"),
    ("c", "copy a link to this moment"),
    ("?", "this sheet"),
    ("↑ ↓", "in the diagram, the table of events and the link matrix: walk"),
];

/// The shortcut that a key press means.
pub fn meant(event: &KeyboardEvent) -> Option<&'static str> {
    let target = event.target()?.dyn_into::<HtmlElement>().ok();
    if target.is_some_and(|target| takes_letters(&target))
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
    {
        return None;
    }
    let key = event.key();
    KEYS.iter().map(|(name, _)| *name).find(|name| *name == key)
}

/// Opens the sheet.
pub fn show(sheet: &NodeRef) {
    if let Some(sheet) = sheet.cast::<web_sys::HtmlDialogElement>() {
        let _ = sheet.show_modal();
    }
}

/// The sheet, closed.
pub fn sheet(sheet: &NodeRef) -> Html {
    let close = {
        let sheet = sheet.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(sheet) = sheet.cast::<web_sys::HtmlDialogElement>() {
                sheet.close();
            }
        })
    };
    html! {
        <dialog ref={sheet.clone()} class="sheet" aria-labelledby="sheet-title" data-testid="shortcut-sheet">
            <h2 id="sheet-title">{"Shortcuts"}</h2>
            <p>{"They work while the focus is in the workbench and not in a field."}</p>
            <dl>
                { for KEYS.iter().map(|(key, text)| html! { <><dt><kbd>{*key}</kbd></dt><dd>{*text}</dd></> }) }
            </dl>
            <button type="button" class="button primary" data-testid="close-sheet" onclick={close}>{"Close"}</button>
        </dialog>
    }
}
