//! Reads `course/` and `challenges/`, checks them and makes a [`Course`] and a [`Gallery`] of
//! them.
//!
//! Each kind of file has a module with one `read` function. All of them work through a
//! `Reader`, which knows the place of every problem and every id. To add a check: find the
//! module of the file, call `problem` where the mistake can be seen, and add the mistake to
//! the tables in `tests/compile/mistakes/`.

mod capstone;
mod challenges;
mod choices;
mod code;
mod experiments;
mod glossary;
mod markdown;
mod measures;
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

use crate::{Course, Experiment, Gallery, Lesson, Workshop};
pub use problem::Problem;
use reader::Reader;

/// Compiles the folders `course/` and `challenges/` below `root`.
///
/// # Errors
/// Every problem found, ordered by file and line. A file that does not parse hides the
/// problems that are in the rest of it.
pub fn compile(root: &Path) -> Result<Course, Vec<Problem>> {
    let mut reader = Reader::new(root);
    let steps = steps::read(&mut reader);
    let glossary = glossary::read(&mut reader);
    let sources = sources::read(&mut reader);
    let misconceptions = misconceptions::read(&mut reader);
    let quiz = quiz::read(&mut reader);
    let workshop = Workshop {
        tours: tours::read(&mut reader),
        experiments: experiments::read(&mut reader),
        challenges: challenges::read(&mut reader),
        capstone: capstone::read(&mut reader),
        examples: code::read(&mut reader),
        scenarios: scenarios::read(&mut reader),
    };
    let goals = workshop.experiments.iter().flat_map(Experiment::goal_ids).collect();
    let lesson = Lesson { steps, glossary, sources, misconceptions, quiz, goals };
    let gallery = Gallery { systems: systems::read(&mut reader) };
    let measures = measures::read(&mut reader);
    let course = Course { lesson, workshop, gallery, measures };
    let problems = reader.finish();
    if problems.is_empty() { Ok(course) } else { Err(problems) }
}
