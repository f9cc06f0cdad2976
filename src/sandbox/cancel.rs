//! Ends runs from outside, at once: whoever waits for the sandbox is woken.

use std::cell::{Cell, RefCell};

use super::frame::Settle;

/// Whether somebody has seen enough.
#[derive(Default)]
pub struct Cancel {
    is_set: Cell<bool>,
    waiting: RefCell<Option<Settle>>,
}

impl Cancel {
    /// Somebody has.
    pub fn set(&self) {
        self.is_set.set(true);
        if let Some(settle) = self.waiting.take() {
            settle.without();
        }
    }

    /// Whether somebody has.
    pub fn is_set(&self) -> bool {
        self.is_set.get()
    }

    /// This wait shall end when somebody has.
    pub(super) fn ends(&self, settle: Settle) {
        match self.is_set() {
            true => settle.without(),
            false => drop(self.waiting.replace(Some(settle))),
        }
    }
}
