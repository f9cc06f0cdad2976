//! The workshop: what `<lab-part>` in `page/boot.js` calls.

use election_lab::workshop;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};

fn main() {
    workshop::begin();
}

/// Opens a live part in `host`, an empty element inside `part`. `progress` is what the page
/// keeps of the learner, see its storage. Events named `done` on `part` say what the learner does.
#[wasm_bindgen]
pub fn open(part: HtmlElement, host: Element, progress: &str) {
    workshop::open(part, host, progress);
}

/// Tells the workshop what the learner has done by now.
#[wasm_bindgen]
pub fn learn(progress: &str) {
    workshop::learn(progress);
}

/// Closes the part in `host`.
#[wasm_bindgen]
pub fn close(host: Element) {
    workshop::close(&host);
}
