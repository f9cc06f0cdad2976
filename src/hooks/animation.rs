//! Frames from the browser, while something moves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

type FrameClosure = Closure<dyn FnMut(f64)>;

/// Calls `on_frame` with the microseconds since the frame before, for as long as `active`.
#[hook]
pub fn use_animation(active: bool, on_frame: Callback<u64>) {
    let latest = use_mut_ref(|| on_frame.clone());
    *latest.borrow_mut() = on_frame;
    use_effect_with(active, move |active| {
        let alive = Rc::new(Cell::new(*active));
        if *active {
            animate(Rc::clone(&alive), move |passed| {
                let on_frame = latest.borrow().clone();
                on_frame.emit(passed);
            });
        }
        move || alive.set(false)
    });
}

fn animate(alive: Rc<Cell<bool>>, mut on_frame: impl FnMut(u64) + 'static) {
    let held: Rc<RefCell<Option<FrameClosure>>> = Rc::default();
    let again = Rc::clone(&held);
    let mut before: Option<f64> = None;
    *held.borrow_mut() = Some(Closure::new(move |now: f64| {
        if !alive.get() {
            // The closure owns itself through `again`; letting go ends the circle.
            let _ended = again.take();
            return;
        }
        if let Some(before) = before {
            on_frame(((now - before).max(0.0) * 1000.0) as u64);
        }
        before = Some(now);
        request(&again);
    }));
    request(&held);
}

fn request(closure: &RefCell<Option<FrameClosure>>) {
    if let (Some(window), Some(closure)) = (web_sys::window(), closure.borrow().as_ref()) {
        let _ = window.request_animation_frame(closure.as_ref().unchecked_ref());
    }
}
