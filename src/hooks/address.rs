//! Links that are opened while the place they lead to is already there.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HashChangeEvent;
use yew::prelude::*;

/// Tells of another address in the same tab, and what it was before. Who hears it looks whether it
/// is meant.
#[hook]
pub fn use_address_changes(changed: Callback<String>) {
    let latest = use_mut_ref(|| changed.clone());
    *latest.borrow_mut() = changed;
    use_effect_with((), move |()| {
        let heard = Closure::<dyn Fn(HashChangeEvent)>::new(move |event: HashChangeEvent| {
            let changed = latest.borrow().clone();
            changed.emit(event.old_url());
        });
        let window = web_sys::window();
        if let Some(window) = &window {
            let listener = heard.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("hashchange", listener);
        }
        move || {
            if let Some(window) = window {
                let listener = heard.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback("hashchange", listener);
            }
        }
    });
}
