//! The workshop: what `<lab-part>` in `page/boot.js` calls.

use election_lab::workshop;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};

fn main() {
    // In a worker there is no page to show anything on; there it only works.
    if web_sys::window().is_some() {
        workshop::begin();
    }
}

/// Work in a worker, see `page/worker.js`.
#[wasm_bindgen]
pub struct Job(election_lab::worker::Job);

#[wasm_bindgen]
impl Job {
    /// Begins with an order, which comes as JSON.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    #[wasm_bindgen(constructor)]
    pub fn new(order: &str) -> Result<Job, String> {
        election_lab::worker::Job::new(order).map(Job)
    }

    /// Works for a moment, and says how far it is as JSON.
    pub fn go_on(&mut self) -> String {
        self.0.go_on()
    }

    /// Whether there is more to do.
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }
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
