//! What stays when the learner goes to another place of the page and comes back.

use super::author::Draft;
use super::browser::asked;
use super::order::Order;
use super::workbench::Shared;
use crate::session::Command;
use std::cell::RefCell;

/// A bench that was left, with the link by which it had been opened.
struct Left {
    link: Option<String>,
    bench: Shared,
}

thread_local! {
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
    static DRAFT: RefCell<Draft> = RefCell::default();
}

/// The bench that was here before, unless the address asks for another one.
pub fn bench() -> Option<Shared> {
    let link = asked("s");
    let bench = LEFT.with_borrow(|left| {
        let left = left.as_ref()?;
        (link.is_none() || link == left.link).then(|| left.bench.clone())
    })?;
    // Nothing starts by itself.
    let held = bench.borrow_mut().apply(Order::Stage(Command::Pause));
    held.expect("a run can always be held");
    Some(bench)
}

/// Keeps the bench in view.
pub fn keep_bench(bench: &Shared) {
    let left = Left { link: asked("s"), bench: bench.clone() };
    LEFT.set(Some(left));
}

/// The demonstration that is being written.
pub fn draft() -> Draft {
    DRAFT.with_borrow(Clone::clone)
}

/// Keeps it.
pub fn keep_draft(draft: &Draft) {
    DRAFT.set(draft.clone());
}
