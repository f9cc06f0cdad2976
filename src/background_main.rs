//! What works in a worker: searches and experiments. A program of its own, because it carries each
//! algorithm once more for each kind of search and measurement, and most visitors never ask.

use election_lab::worker::{self, Word};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Work in a worker, see `page/worker.js`.
#[wasm_bindgen]
pub struct Job(worker::Job);

#[wasm_bindgen]
impl Job {
    /// Begins with an order, which comes as JSON.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    #[wasm_bindgen(constructor)]
    pub fn new(order: &str) -> Result<Job, String> {
        worker::Job::new(order).map(Job)
    }

    /// Works for a moment, and says how far it is: a string or an array of bytes.
    pub fn go_on(&mut self) -> JsValue {
        match self.0.go_on() {
            Word::Text(text) => text.into(),
            Word::Bytes(bytes) => Uint8Array::from(&bytes[..]).into(),
        }
    }

    /// Whether there is more to do.
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }
}
