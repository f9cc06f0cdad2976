//! Mistakes with ids, and things that nothing leads to.

use super::assert_reports;
use crate::fixture::Edit::{Replace, Write};

#[test]
fn ids_are_unique_and_well_formed() {
    assert_reports(&[
        (
            Write(
                "course/glossary.toml",
                "[[term]]\nid = \"leader\"\nname = \"L\"\ndefinition = \"D\"\n\
                 [[term]]\nid = \"leader\"\nname = \"L\"\ndefinition = \"D\"\n",
            ),
            "course/glossary.toml:6: there is already a term \"leader\" at course/glossary.toml:2; give this one another id",
        ),
        (
            Replace("course/checks.toml", "\"who\"", "\"how-many\""),
            "course/checks.toml:2: there is already a question \"how-many\" at course/quiz.toml:2; give this one another id\n\
             course/steps/1-why.md:10: there is no question \"who\" in course/checks.toml; add it or correct the id",
        ),
        (
            Replace("course/quiz.toml", "\"how-many\"", "\"How many\""),
            "course/quiz.toml:2: \"How many\" cannot be the id of a question; write lower-case words joined by hyphens",
        ),
    ]);
}

#[test]
fn what_nobody_can_get_to_is_reported() {
    assert_reports(&[
        (
            Replace("course/steps/1-why.md", "[leader](term:leader)", "leader"),
            "course/glossary.toml:2: nothing leads to the term \"leader\"; link it as [words](term:leader), or remove it",
        ),
        (
            Replace("course/steps/1-why.md", "{{check who}}", ""),
            "course/checks.toml:2: nothing leads to the question \"who\"; place it with {{check who}}, or remove it",
        ),
        (
            Write("course/code/more.js", "// title: More\nmore();\n"),
            "course/code/more.js:1: nothing leads to the code example \"more\"; place it with {{code more}}, or remove it",
        ),
        (
            Write("course/scenario/healthy.json", "{}"),
            "course/scenario/healthy.json:1: nothing reads this file; correct its name or folder, or remove it",
        ),
        (
            Write("challenges/same/notes.txt", "Remember."),
            "challenges/same/notes.txt:1: nothing reads this file; correct its name or folder, or remove it",
        ),
    ]);
}
