//! Media queries.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// Whether a media query matches, now and after every change.
#[hook]
pub fn use_media(query: &'static str) -> bool {
    let list = use_memo((), |()| {
        web_sys::window().and_then(|window| window.match_media(query).ok().flatten())
    });
    let matches = use_state_eq(|| list.as_ref().as_ref().is_some_and(|list| list.matches()));
    {
        let matches = matches.setter();
        use_effect_with((), move |()| {
            let listener = Closure::<dyn Fn(web_sys::MediaQueryListEvent)>::new(
                move |event: web_sys::MediaQueryListEvent| matches.set(event.matches()),
            );
            if let Some(list) = list.as_ref() {
                list.set_onchange(Some(listener.as_ref().unchecked_ref()));
            }
            move || {
                if let Some(list) = list.as_ref() {
                    list.set_onchange(None);
                }
                drop(listener);
            }
        });
    }
    *matches
}
