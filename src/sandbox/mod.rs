//! Where a learner's JavaScript runs, and what the page makes of it.
//!
//! Reading order:
//! 1. [`request`]: a [`Job`](request::Job) is source, the name of a function, argument lists.
//! 2. [`frame`]: takes the job to `sandbox/runner.html` in a frame of its own and brings back …
//! 3. [`outcome`]: … what happened, as outputs in [`plain`] data. Expected values never leave the
//!    page, so no submission can look them up or say of itself that it passed.
//! 4. [`verdict`]: compares outputs with expected values; `sentences` says what to do next, and
//!    [`loops`] guesses which loop a timeout is about, from what `code_only` leaves of a source.
//! 5. [`hidden`]: cases drawn from a seed, so that copying the visible ones does not pass.
//! 6. [`work`]: puts these together; [`use_run`] is the hook by which a component has work
//!    done, once at a time.
//! 7. [`cluster`]: asks a learner's function in place of a part of the engine.
//! 8. [`nodes`]: a frame that holds whole nodes and is asked in rounds; [`trial`] makes runs of
//!    them, many side by side, and shrinks one that fails; [`cancel`] ends them.

pub mod cancel;
pub mod cluster;
mod code_only;
pub mod frame;
pub mod hidden;
pub mod kind;
pub mod loops;
pub mod nodes;
pub mod outcome;
pub mod plain;
pub mod request;
mod sentences;
pub mod trial;
pub mod use_run;
pub mod verdict;
pub mod work;
