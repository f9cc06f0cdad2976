//! A frame for one run: opened, asked once, removed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

use super::outcome::{End, Outcome};
use super::request::Job;

/// Longer than the sandbox waits for its own worker.
pub(super) const START_UP: u32 = 10_000; // ms
/// What the sandbox gets on top of the job's budget to stop its worker and answer.
pub(super) const GRACE: u32 = 2_000; // ms

/// Where the sandbox's document lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sandbox {
    /// Relative to the page, or on another site if the page's policy allows frames from there.
    pub address: String,
}

impl Sandbox {
    /// The one that the page names in `<meta name="runner">`, else the one beside the page.
    pub fn here() -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let meta = document.and_then(|page| page.query_selector("meta[name=runner]").ok()?);
        let address = meta.and_then(|meta| meta.get_attribute("content"));
        Self { address: address.unwrap_or_else(|| "runner.html".into()) }
    }

    /// Runs the job in a frame of its own. A source that is too long gets none.
    pub async fn run(&self, job: &Job) -> Outcome {
        if !job.fits() {
            return Outcome::of(End::TooLong);
        }
        match self.ask(job).await {
            Ok(answer) => Outcome::read(&answer, job),
            Err(end) => Outcome::of(end),
        }
    }

    async fn ask(&self, job: &Job) -> Result<String, End> {
        let text = serde_json::to_string(job).expect("a job is plain data");
        let failure = |what: &str| End::Failure(what.into());
        let channel = MessageChannel::new().map_err(|_| failure("the browser gives it no port"))?;
        let frame = Frame::new(&self.address).ok_or_else(|| failure("its frame did not open"))?;
        let (answer, settle) = pending();
        let watchdog = Watchdog::new(settle.clone());
        watchdog.arm(START_UP);

        let started = Rc::new(Cell::new(false));
        let patience = job.budget + GRACE;
        let on_message = {
            let started = started.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                match event.data().as_string() {
                    Some(word) if word == "ready" => {
                        if !started.replace(true) {
                            watchdog.arm(patience);
                        }
                    }
                    Some(answer) => settle.with(&answer),
                    None => settle.without(),
                }
            })
        };
        let port = channel.port1();
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let _send = frame.open(text, channel.port2());

        let answer = JsFuture::from(answer).await;
        port.close();
        match answer {
            Ok(answer) => Ok(answer.as_string().unwrap_or_default()),
            // The code ran, and then not even the sandbox's own clock could be heard.
            Err(_) if started.get() => Err(End::Timeout { call: None }),
            Err(_) => Err(failure("it did not start")),
        }
    }
}

/// The frame, as long as it is in the page.
pub(super) struct Frame(HtmlIFrameElement);

impl Frame {
    pub(super) fn new(address: &str) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let frame: HtmlIFrameElement = document.create_element("iframe").ok()?.dyn_into().ok()?;
        // An origin of its own: no storage, no cookies, no way into the page, no dialogs.
        frame.set_attribute("sandbox", "allow-scripts").ok()?;
        frame.set_hidden(true);
        frame.set_src(address);
        Some(Self(frame))
    }

    /// Puts the frame into the page and sends the job, with the port to answer through, as soon
    /// as it has loaded.
    pub(super) fn open(&self, text: String, port: MessagePort) -> Closure<dyn FnMut()> {
        let frame = self.0.clone();
        let send = Closure::once(move || {
            let Some(window) = frame.content_window() else { return };
            // The frame's origin is opaque and has no name, so the message goes to the window
            // itself. One that cannot be sent leaves the frame silent, which the watchdog hears.
            let _ = window.post_message_with_transfer(&text.into(), "*", &Array::of1(&port));
        });
        self.0.set_onload(Some(send.as_ref().unchecked_ref()));
        if let Some(body) = self.0.owner_document().and_then(|document| document.body()) {
            let _ = body.append_child(&self.0);
        }
        send
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Ends the wait for an answer. Only the first call counts.
#[derive(Clone)]
pub(super) struct Settle {
    resolve: Function,
    reject: Function,
}

pub(super) fn pending() -> (Promise, Settle) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some(Settle { resolve, reject }));
    (promise, settle.expect("Promise calls its executor at once"))
}

impl Settle {
    pub(super) fn with(&self, answer: &str) {
        let _ = self.resolve.call1(&JsValue::UNDEFINED, &answer.into());
    }

    pub(super) fn without(&self) {
        let _ = self.reject.call0(&JsValue::UNDEFINED);
    }
}

/// Gives up waiting. Dropping it with the run's other parts calls the last timer off.
pub(super) struct Watchdog {
    settle: Settle,
    timer: RefCell<Option<Timeout>>,
}

impl Watchdog {
    pub(super) fn new(settle: Settle) -> Self {
        Self { settle, timer: RefCell::default() }
    }

    pub(super) fn arm(&self, milliseconds: u32) {
        let settle = self.settle.clone();
        let timer = Timeout::new(milliseconds, move || settle.without());
        *self.timer.borrow_mut() = Some(timer);
    }
}
