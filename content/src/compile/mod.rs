//! Reads `course/` and `challenges/`, checks them and makes a [`Course`] and a [`Gallery`] of
//! them.
//!
//! Each kind of file has a module with one `read` function. All of them work through a
//! `Reader`, which knows the place of every problem and every id. To add a check: find the
//! module of the file, call `problem` where the mistake can be seen, and add the mistake to
//! the tables in `tests/compile/mistakes/`.

mod challenges;
mod choices;
mod code;
mod experiments;
mod glossary;
mod markdown;
mod misconceptions;
mod names;
mod passage;
mod problem;
mod quiz;
mod reader;
mod scenarios;
mod sheet;
mod sources;
mod steps;
mod systems;
mod tours;
mod widgets;

use std::path::Path;

use crate::{Course, Gallery};
pub use problem::Problem;
use reader::Reader;

/// Compiles the lesson in the folders `course/` and `challenges/` below `root`.
///
/// # Errors
/// Every problem found there, those of the gallery too, ordered by file and line. A file that
/// does not parse hides the problems that are in the rest of it.
pub fn compile(root: &Path) -> Result<Course, Vec<Problem>> {
    all(root).map(|(course, _)| course)
}

/// Compiles the gallery in `course/systems/` below `root`.
///
/// # Errors
/// As [`compile`]: the two link to each other, so they are right or wrong together.
pub fn gallery(root: &Path) -> Result<Gallery, Vec<Problem>> {
    all(root).map(|(_, gallery)| gallery)
}

/// Compiles both at once.
///
/// # Errors
/// As [`compile`].
pub fn all(root: &Path) -> Result<(Course, Gallery), Vec<Problem>> {
    let mut reader = Reader::new(root);
    let course = Course {
        steps: steps::read(&mut reader),
        glossary: glossary::read(&mut reader),
        sources: sources::read(&mut reader),
        misconceptions: misconceptions::read(&mut reader),
        quiz: quiz::read(&mut reader),
        tours: tours::read(&mut reader),
        experiments: experiments::read(&mut reader),
        challenges: challenges::read(&mut reader),
        examples: code::read(&mut reader),
        scenarios: scenarios::read(&mut reader),
    };
    let gallery = Gallery { systems: systems::read(&mut reader) };
    let problems = reader.finish();
    if problems.is_empty() { Ok((course, gallery)) } else { Err(problems) }
}
