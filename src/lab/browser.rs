//! What the workbench asks of the browser: its address, the clipboard, files.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, Url, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// A value that follows the `?` of the place in the address bar.
pub fn asked(name: &str) -> Option<String> {
    let location = window()?.location();
    let of_place = asked_by(&location.hash().ok()?, name);
    of_place.or_else(|| value_of(location.search().ok()?.strip_prefix('?')?, name))
}

/// A value that follows the `?` of the place in an address.
pub fn asked_by(address: &str, name: &str) -> Option<String> {
    let (_, hash) = address.split_once('#')?;
    let (_, query) = hash.split_once('?')?;
    value_of(query, name)
}

fn value_of(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
}

/// The whole address with this hash.
pub fn address(hash: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    // Without what follows a `?` before the hash, such as that this page is in a frame.
    let base = href.split(['?', '#']).next().unwrap_or_default();
    format!("{base}{hash}")
}

/// Puts a hash into the address bar, without going there.
pub fn show_address(hash: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::TRUE, "", Some(hash));
    }
}

/// Marks the place in the browser's history, which knows the mark again when somebody comes back
/// to it, other than by a link to the same address.
pub fn mark_place() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state(&JsValue::TRUE, "");
    }
}

/// Whether the place in the browser's history is marked.
pub fn is_marked() -> bool {
    let state = window().and_then(|window| window.history().ok()?.state().ok());
    state.is_some_and(|state| state.is_truthy())
}

/// Copies a text.
///
/// # Errors
/// A sentence, if the browser does not let the page do so.
pub async fn copy(text: String) -> Result<(), String> {
    let refused = || {
        "The browser does not let this page use the clipboard. Copy the address from the field below.".to_owned()
    };
    let clipboard = window().map(|window| window.navigator().clipboard()).ok_or_else(refused)?;
    // Where the page is not served securely there is none.
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return Err(refused());
    }
    let done = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await;
    done.map(|_| ()).map_err(|_| refused())
}

/// An address of some text, to be let go of with [`Url::revoke_object_url`].
pub fn object_url(text: &str, kind: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Offers a text as a file.
pub fn download(name: &str, text: &str, kind: &str) {
    if let Some(url) = object_url(text, kind) {
        offer(name, &url);
        // Not every browser has begun to read it by now.
        gloo_timers::callback::Timeout::new(10_000, move || {
            let _ = Url::revoke_object_url(&url);
        })
        .forget();
    }
}

/// Offers what is behind an address as a file.
pub fn offer(name: &str, url: &str) {
    let link = document().and_then(|document| document.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(url);
        link.set_download(name);
        link.click();
    }
}
