//! What a learner sees if our own code fails.

use std::panic::PanicHookInfo;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element};

/// From now on a panic shows a panel instead of a dead page. Progress is kept after every
/// change, so nothing is lost.
pub fn show_a_panel() {
    // Through yew, which would otherwise set a hook of its own.
    yew::set_custom_panic_hook(Box::new(|info| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            let _ = show(&document, info);
        }
        web_sys::console::error_1(&info.to_string().into());
    }));
}

fn show(document: &Document, info: &PanicHookInfo<'_>) -> Option<()> {
    let panel = element(document, "div", "")?;
    panel.set_class_name("panic");
    panel.set_attribute("role", "alert").ok()?;
    panel.append_child(&*element(document, "h2", "Something in the lab broke")?).ok()?;
    let words = "This is our fault, not yours. Your progress is kept on this device. Reload the page to go on.";
    panel.append_child(&*element(document, "p", words)?).ok()?;
    let button = element(document, "button", "Reload the lab")?;
    button.set_class_name("button primary");
    let reload = Closure::<dyn Fn()>::new(|| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    button.add_event_listener_with_callback("click", reload.as_ref().unchecked_ref()).ok()?;
    // The button stays until the page goes.
    reload.forget();
    panel.append_child(&button).ok()?;
    let details = element(document, "details", "")?;
    details.append_child(&*element(document, "summary", "What to report")?).ok()?;
    details.append_child(&*element(document, "pre", &info.to_string())?).ok()?;
    panel.append_child(&details).ok()?;
    document.body()?.append_child(&panel).ok()?;
    Some(())
}

fn element(document: &Document, tag: &str, text: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    element.set_text_content(Some(text));
    Some(element)
}
