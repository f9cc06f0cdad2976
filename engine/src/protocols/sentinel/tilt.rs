//! TILT: a Sentinel that finds the time wrong trusts nothing that it would do for the time's sake.

use super::config::{Broken, Config};
use super::watcher::Watcher;
use super::{Sentinel, TILT, TILT_RULE, TILT_TRIGGER, Timer};
use crate::protocol::{Context, Event};

impl Watcher {
    /// Rule 20. Between two things that happen to it there is a second at most, because it asks
    /// so often; if its clock shows more than two or less than none, it was stopped or the clock
    /// was set.
    pub(super) fn look_at_clock(&mut self, config: &Config, cx: &mut Context<'_, Sentinel>) {
        let (now, counted) = (cx.clock(), cx.counted());
        let is_odd = now < self.clock_before || now.since(self.clock_before) > TILT_TRIGGER;
        self.clock_before = now;
        if is_odd && config.keeps(Broken::NoTilt) {
            cx.cite(TILT_RULE);
            self.tilts_until = Some(counted + TILT);
        } else if self.tilts_until.is_some_and(|until| until <= counted) {
            self.tilts_until = None;
        }
    }

    /// Whether it acts on nothing.
    pub(super) fn tilts(&self) -> bool {
        self.tilts_until.is_some()
    }

    /// Whether this has to wait until the TILT is over. What it only collects or answers has not.
    pub(super) fn puts_off(&self, event: &Event<Sentinel>, cx: &mut Context<'_, Sentinel>) -> bool {
        let (Some(until), Event::Timer(timer)) = (self.tilts_until, event) else { return false };
        let acts = matches!(timer, Timer::Silence | Timer::Ask | Timer::Retry | Timer::Abort);
        if acts {
            cx.cite(TILT_RULE);
            cx.set_timer(*timer, until.since(cx.counted()));
        }
        acts
    }
}
