//! What stays when the learner goes to another place of the page and comes back.

use super::author::Draft;
use super::workbench::Shared;
use std::cell::RefCell;

thread_local! {
    static BENCH: RefCell<Option<Shared>> = const { RefCell::new(None) };
    static DRAFT: RefCell<Draft> = RefCell::default();
}

/// The bench that was here before.
pub fn bench() -> Option<Shared> {
    BENCH.with_borrow(Clone::clone)
}

/// Keeps the bench in view.
pub fn keep_bench(bench: &Shared) {
    BENCH.set(Some(bench.clone()));
}

/// The demonstration that is being written.
pub fn draft() -> Draft {
    DRAFT.with_borrow(Clone::clone)
}

/// Keeps it.
pub fn keep_draft(draft: &Draft) {
    DRAFT.set(draft.clone());
}
