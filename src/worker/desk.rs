//! The page's side of a worker.

use super::{Heard, Order};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// A worker with one order. It ends with the desk.
pub struct Desk {
    worker: Worker,
    _hears: Closure<dyn FnMut(MessageEvent)>,
    _fails: Closure<dyn FnMut(Event)>,
}

impl Desk {
    /// Starts a worker and gives it an order. If the browser refuses, that is heard.
    pub fn open<T>(order: &Order, hear: Callback<Heard<T>>) -> Option<Desk>
    where
        T: DeserializeOwned + 'static,
    {
        let desk = Desk::hire(order, hear.clone());
        if desk.is_none() {
            hear.emit(Heard::Died("this browser starts no worker".to_owned()));
        }
        desk
    }

    fn hire<T: DeserializeOwned + 'static>(
        order: &Order,
        hear: Callback<Heard<T>>,
    ) -> Option<Desk> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let address = format!("worker.js?{}", version());
        let worker = Worker::new_with_options(&address, &options).ok()?;
        let hears = {
            let hear = hear.clone();
            Closure::new(move |event: MessageEvent| {
                let text = event.data().as_string().unwrap_or_default();
                let heard = serde_json::from_str(&text);
                hear.emit(heard.unwrap_or_else(|error| Heard::Died(error.to_string())));
            })
        };
        let fails = Closure::new(move |event: Event| {
            // A program that could not be loaded fails without a word.
            let why = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let why = why.unwrap_or_else(|| "its program could not be loaded".to_owned());
            hear.emit(Heard::Died(why));
        });
        worker.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fails.as_ref().unchecked_ref()));
        let order = serde_json::to_string(order).ok()?;
        worker.post_message(&order.into()).ok()?;
        Some(Desk { worker, _hears: hears, _fails: fails })
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What keeps an old copy of the program from meeting a new page: see `page/boot.js`.
fn version() -> String {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app-files"))
        .and_then(|files| files.get_attribute("data-version"))
        .unwrap_or_default()
}
