//! Where the focus goes when what had it is gone.

use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, Node};
use yew::prelude::*;

/// Gives the focus to the element behind the returned reference whenever `value` changes, but
/// not when the component first appears: nobody asked for anything then.
#[hook]
pub fn use_focus_after<T: PartialEq + 'static>(value: T) -> NodeRef {
    let element = use_node_ref();
    let first = use_mut_ref(|| true);
    {
        let element = element.clone();
        use_effect_with(value, move |_| {
            if !first.replace(false)
                && let Some(element) = element.cast::<HtmlElement>()
            {
                let _ = element.focus();
            }
        });
    }
    element
}

/// Keeps the focus in a place whose parts come and go: when the part that has it is gone, the
/// place itself has it, instead of the whole page. For its `ref`, with `tabindex="-1"`, and for
/// its `onfocusin`.
#[hook]
pub fn use_focus_kept() -> (NodeRef, Callback<FocusEvent>) {
    let place = use_node_ref();
    let had = use_mut_ref(|| None::<Node>);
    {
        let (place, had) = (place.clone(), had.clone());
        use_effect(move || {
            let gone = had.borrow_mut().take_if(|part| !part.is_connected()).is_some();
            let document = web_sys::window().and_then(|window| window.document());
            let Some(document) = document.filter(|_| gone) else { return };
            // Nobody has taken it meanwhile.
            let nobody = document.active_element().is_none_or(|active| active.tag_name() == "BODY");
            if let (true, Some(place)) = (nobody, place.cast::<HtmlElement>()) {
                // It is where the eye is already.
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = place.focus_with_options(&options);
            }
        });
    }
    let onfocusin = use_callback((), move |event: FocusEvent, ()| {
        *had.borrow_mut() = event.target().and_then(|target| target.dyn_into().ok());
    });
    (place, onfocusin)
}
