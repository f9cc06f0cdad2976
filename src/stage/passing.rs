//! How time passes on the screen: with the browser's frames, or in steps.

use crate::hooks::{use_animation, use_media};
use crate::settings::Motion;
use crate::state::use_lab;
use gloo_timers::callback::Interval;
use yew::prelude::*;

/// How often a run that does not move is moved on, in milliseconds.
const STEP_MS: u32 = 600;

/// Calls `on_passed` with the microseconds that passed, again and again while `playing`. True if
/// things are to stand still in between, because the learner or the system wants less movement.
#[hook]
pub fn use_passing_time(playing: bool, on_passed: Callback<u64>) -> bool {
    let lab = use_lab();
    let wants_less = use_media("(prefers-reduced-motion: reduce)");
    let still = match lab.progress().settings.motion {
        Motion::System => wants_less,
        Motion::Full => false,
        Motion::Steps => true,
    };
    use_animation(playing && !still, on_passed.clone());
    use_effect_with(playing && still, move |stepping| {
        let ticks = stepping.then(|| {
            Interval::new(STEP_MS, move || {
                on_passed.emit(u64::from(STEP_MS) * 1000);
            })
        });
        move || drop(ticks)
    });
    still
}
