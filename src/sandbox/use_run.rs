//! The hook by which a component has work done.

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::outcome::End;
use super::work::{Ran, Work};

/// The longest pause after a timeout, in seconds.
const LONGEST_REST: u32 = 8;

/// Whether work can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Yes.
    Idle,
    /// One is running.
    Running,
    /// A run was stopped; the machine gets this many seconds to recover. A code that fills the
    /// memory can take the tab with it, the more surely the faster it is run again.
    Resting(u32),
}

/// Gives the phase and a callback that starts the work, which does nothing unless the phase is
/// [`Phase::Idle`]. `on_end` hears what came of it.
#[hook]
pub fn use_run(on_end: Callback<Ran>) -> (Phase, Callback<Work>) {
    let phase = use_state_eq(|| Phase::Idle);
    let busy = use_mut_ref(|| false);
    let rest = use_mut_ref(|| 0);
    let start = {
        let phase = phase.clone();
        Callback::from(move |work: Work| {
            if busy.replace(true) {
                return;
            }
            phase.set(Phase::Running);
            let (phase, busy, rest) = (phase.clone(), busy.clone(), rest.clone());
            let on_end = on_end.clone();
            spawn_local(async move {
                let ran = work.run().await;
                let seconds = match ran.outcome.end {
                    End::Timeout { .. } => (*rest.borrow() * 2).clamp(1, LONGEST_REST),
                    _ => 0,
                };
                rest.replace(seconds);
                on_end.emit(ran);
                if seconds > 0 {
                    phase.set(Phase::Resting(seconds));
                    TimeoutFuture::new(seconds * 1000).await;
                }
                busy.replace(false);
                phase.set(Phase::Idle);
            });
        })
    };
    (*phase, start)
}
