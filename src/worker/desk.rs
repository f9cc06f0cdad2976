//! The page's side of a worker.

use super::{Heard, Order};
use gloo_timers::callback::{Interval, Timeout};
use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// After so many seconds without a word it is said that a worker no longer answers. Most speak
/// ten times a second; making a run that was found small may take a slow phone some seconds.
const PATIENCE: u32 = 20;

/// A worker with one order. It ends with the desk.
pub struct Desk {
    hired: Rc<RefCell<Option<Hired>>>,
    _begins: Timeout,
}

impl Desk {
    /// Starts a worker and gives it an order, as soon as what was pressed has been answered on
    /// the page. If the browser refuses, that is heard.
    pub fn open<T>(order: Order, hear: Callback<Heard<T>>) -> Desk
    where
        T: DeserializeOwned + 'static,
    {
        let hired: Rc<RefCell<Option<Hired>>> = Rc::default();
        let begins = {
            let hired = Rc::clone(&hired);
            Timeout::new(0, move || {
                let worker = Hired::with(&order, hear.clone());
                if worker.is_none() {
                    hear.emit(Heard::Died("this browser starts no worker".to_owned()));
                }
                *hired.borrow_mut() = worker;
            })
        };
        Desk { hired, _begins: begins }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.hired.take();
    }
}

struct Hired {
    worker: Worker,
    _hears: Closure<dyn FnMut(MessageEvent)>,
    _fails: Closure<dyn FnMut(Event)>,
    _watches: Interval,
}

impl Hired {
    fn with<T>(order: &Order, hear: Callback<Heard<T>>) -> Option<Hired>
    where
        T: DeserializeOwned + 'static,
    {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let address = format!("worker.js?{}", version());
        let worker = Worker::new_with_options(&address, &options).ok()?;
        let silence = Rc::new(Silence::default());
        let hears = {
            let (hear, silence) = (hear.clone(), silence.clone());
            Closure::new(move |event: MessageEvent| {
                let data = event.data();
                silence.broken();
                if data.is_null() {
                    silence.expected();
                } else if data.as_string().as_deref() != Some("") {
                    hear.emit(read(data).unwrap_or_else(Heard::Died));
                }
            })
        };
        let watches = {
            let (hear, silence) = (hear.clone(), silence.clone());
            Interval::new(1000, move || {
                // Who is not looked at may be put to sleep, and the worker with it.
                if !is_hidden() && silence.goes_on() {
                    hear.emit(Heard::Silent);
                }
            })
        };
        let fails = Closure::new(move |event: Event| {
            silence.expected();
            // A program that could not be loaded fails without a word.
            let why = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let why = why.unwrap_or_else(|| "its program could not be loaded".to_owned());
            hear.emit(Heard::Died(why));
        });
        worker.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fails.as_ref().unchecked_ref()));
        let order = serde_json::to_string(order).ok()?;
        worker.post_message(&order.into()).ok()?;
        Some(Hired { worker, _hears: hears, _fails: fails, _watches: watches })
    }
}

impl Drop for Hired {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// How long nothing was heard. It is counted and not measured, because a clock goes on while a
/// device sleeps.
#[derive(Default)]
struct Silence {
    seconds: Cell<u32>,
    /// Nothing more is to come.
    expected: Cell<bool>,
}

impl Silence {
    fn broken(&self) {
        self.seconds.set(0);
    }

    fn expected(&self) {
        self.expected.set(true);
    }

    /// For another second. True once, when it has been too long.
    fn goes_on(&self) -> bool {
        let seconds = self.seconds.get() + 1;
        self.seconds.set(seconds);
        seconds == PATIENCE && !self.expected.get()
    }
}

/// Whether the page is out of sight.
fn is_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|page| page.hidden())
}

/// What a worker said: see [`super::Word`].
fn read<T: DeserializeOwned>(data: JsValue) -> Result<Heard<T>, String> {
    match data.dyn_into::<Uint8Array>() {
        Ok(bytes) => postcard::from_bytes(&bytes.to_vec()).map_err(|error| error.to_string()),
        Err(data) => serde_json::from_str(&data.as_string().unwrap_or_default())
            .map_err(|error| error.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_told_once_and_again_after_a_word_and_not_at_the_end() {
        let silence = Silence::default();
        let told = |seconds: u32| (0..seconds).filter(|_| silence.goes_on()).count();
        assert_eq!(told(PATIENCE - 1), 0);
        silence.broken();
        assert_eq!(told(PATIENCE - 1), 0);
        assert_eq!(told(3 * PATIENCE), 1);
        silence.broken();
        assert_eq!(told(PATIENCE), 1);
        silence.broken();
        silence.expected();
        assert_eq!(told(3 * PATIENCE), 0);
    }
}
