//! Every mistake that a person can make in the course is reported with file, line and what to
//! do. Each row edits a course that is right and names the whole report.

mod capstone;
mod folders;
mod lists;
mod measures;
mod names;
mod prose;
mod systems;

use election_content::compile::Problem;

use crate::fixture::Edit::{self, Replace};
use crate::fixture::compile_edited;

#[test]
fn the_course_that_the_mistakes_are_made_in_is_right() {
    if let Err(problems) = compile_edited(None) {
        panic!("{}", report(&problems));
    }
}

fn report(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Compiles with each edit and compares the whole report, one problem a line.
fn assert_reports(mistakes: &[(Edit<'_>, &str)]) {
    for (edit, expected) in mistakes {
        match compile_edited(Some(edit)) {
            Ok(_) => panic!("this was not noticed: {expected}"),
            Err(problems) => assert_eq!(report(&problems), *expected),
        }
    }
}

#[test]
fn several_problems_are_reported_together() {
    assert_reports(&[(
        Replace(
            "course/steps/8-real-world.md",
            "Back to [why](step:why).",
            "<b>no</b>\n\n[a](term:ledger)\n\n{{film}}",
        ),
        "course/steps/8-real-world.md:5: HTML is not allowed here; write Markdown, or put code between backticks\n\
         course/steps/8-real-world.md:7: there is no term \"ledger\" in course/glossary.toml; did you mean \"leader\"?\n\
         course/steps/8-real-world.md:9: there is no widget \"film\"; the widgets are tour, experiments, code, quiz, challenge, glossary, check",
    )]);
}
