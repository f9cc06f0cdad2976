//! The Escape key, wherever the focus is.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// Calls `on_escape` when Escape is pressed while `active`.
#[hook]
pub fn use_escape(active: bool, on_escape: Callback<()>) {
    use_effect_with(active, move |active| {
        let heard = active.then(|| {
            let heard = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    on_escape.emit(());
                }
            });
            if let Some(window) = web_sys::window() {
                let listener = heard.as_ref().unchecked_ref();
                let _ = window.add_event_listener_with_callback("keydown", listener);
            }
            heard
        });
        move || {
            if let (Some(window), Some(heard)) = (web_sys::window(), heard) {
                let listener = heard.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback("keydown", listener);
            }
        }
    });
}
