//! Mistakes in Markdown and in the steps.

use super::assert_reports;
use crate::fixture::Edit::{Remove, Replace, Write};

#[test]
fn links_must_lead_somewhere() {
    let step = "course/steps/8-real-world.md";
    let link = "Back to [why](step:why).";
    assert_reports(&[
        (
            Replace(step, link, "One\n[a](term:quorum)"),
            "course/steps/8-real-world.md:6: there is no term \"quorum\" in course/glossary.toml; add it or correct the id",
        ),
        (
            Replace(step, link, "One\n\n[a](source:papers)"),
            "course/steps/8-real-world.md:7: there is no source \"papers\" in course/sources.toml; did you mean \"paper\"?",
        ),
        (
            Replace(step, link, "[a](system:bulli)"),
            "course/steps/8-real-world.md:5: there is no algorithm \"bulli\" in course/systems; did you mean \"bully\"?",
        ),
        (
            Replace(step, link, "[a](step:quizz)"),
            "course/steps/8-real-world.md:5: there is no step \"quizz\" in course/steps; did you mean \"quiz\"?",
        ),
        (
            Replace(step, link, "[a](javascript:alert)"),
            "course/steps/8-real-world.md:5: the link \"javascript:alert\" is not allowed; use term:, source:, step:, system: or https:",
        ),
        (
            Replace(step, link, "[a](http://example.org)"),
            "course/steps/8-real-world.md:5: the link \"http://example.org\" is not allowed; use term:, source:, step:, system: or https:",
        ),
        (
            Replace(step, link, "[a](quiz.md)"),
            "course/steps/8-real-world.md:5: the link \"quiz.md\" is not allowed; use term:, source:, step:, system: or https:",
        ),
        (
            Replace(step, link, "![a](https://example.org/a.png)"),
            "course/steps/8-real-world.md:5: pictures are not allowed here; say it in words or place a {{tour …}}",
        ),
        (
            Replace("course/quiz.toml", "No:\n\none.", "No:\n\n[one](term:on)."),
            "course/quiz.toml:15: there is no term \"on\" in course/glossary.toml; add it or correct the id",
        ),
    ]);
}

#[test]
fn markdown_is_kept_to_what_the_page_can_show() {
    let step = "course/steps/8-real-world.md";
    let link = "Back to [why](step:why).";
    assert_reports(&[
        (
            Replace(step, link, "# Real"),
            "course/steps/8-real-world.md:5: write headings with ## or ###",
        ),
        (
            Replace(step, link, "#### Real"),
            "course/steps/8-real-world.md:5: write headings with ## or ###",
        ),
        (
            Replace(step, link, "<div>\nno\n</div>"),
            "course/steps/8-real-world.md:5: HTML is not allowed here; write Markdown, or put code between backticks",
        ),
        (
            Replace("course/tours/round.toml", "Node 4 stops.", "4. Node"),
            "course/tours/round.toml:6: write one paragraph here, without headings, lists or tables; a number and a dot at the start make a list",
        ),
        (
            Replace("course/tours/round.toml", "Node 4 stops.", "Node 4\\n\\nstops."),
            "course/tours/round.toml:6: write one paragraph here, without headings, lists or tables; a number and a dot at the start make a list",
        ),
        (
            Replace("course/quiz.toml", "\"Two\"", "\"Two [leaders](term:leader)\""),
            "course/quiz.toml:11: an option cannot hold a link; move the link to its explanation",
        ),
    ]);
}

#[test]
fn widgets_must_be_known_and_stand_alone() {
    let step = "course/steps/8-real-world.md";
    let link = "Back to [why](step:why).";
    assert_reports(&[
        (
            Replace(step, link, "See {{quiz}}"),
            "course/steps/8-real-world.md:5: put {{…}} alone between empty lines, in the text of a step",
        ),
        (
            Replace("course/glossary.toml", "The node that decides.", "{{quiz}}"),
            "course/glossary.toml:4: put {{…}} alone between empty lines, in the text of a step",
        ),
        (
            Replace(step, link, "{{tour}}"),
            "course/steps/8-real-world.md:5: write one id after tour, as in {{tour ID}}",
        ),
        (
            Replace(step, link, "{{quiz one}}"),
            "course/steps/8-real-world.md:5: {{quiz}} takes no argument; remove it",
        ),
        (
            Replace(step, link, "{{quiz}}\n{{tour rond}}"),
            "course/steps/8-real-world.md:6: there is no tour \"rond\" in course/tours; did you mean \"round\"?",
        ),
        (
            Replace(step, link, "{{code counts}}"),
            "course/steps/8-real-world.md:5: there is no code example \"counts\" in course/code; did you mean \"count\"?",
        ),
        (
            Replace(step, link, "{{challenge some}}"),
            "course/steps/8-real-world.md:5: there is no challenge \"some\" in challenges; did you mean \"same\"?",
        ),
        (
            Replace(step, link, "{{check how-many}}"),
            "course/steps/8-real-world.md:5: there is no question \"how-many\" in course/checks.toml; add it or correct the id",
        ),
    ]);
}

#[test]
fn the_nine_steps_are_all_there() {
    assert_reports(&[
        (
            Remove("course/steps/9-connections.md"),
            "course/steps/9-connections.md:1: this file is missing; add it",
        ),
        (
            Write("course/steps/10-more.md", "+++\n+++\nMore."),
            "course/steps/10-more.md:1: nothing reads this file; correct its name or folder, or remove it",
        ),
        (
            Write("course/steps/9-connections.md", "Text at once."),
            "course/steps/9-connections.md:1: begin with a line +++, then title and task, then another line +++",
        ),
        (
            Write("course/steps/9-connections.md", "+++\ntitle = \"A\"\n"),
            "course/steps/9-connections.md:1: begin with a line +++, then title and task, then another line +++",
        ),
        (
            Write(
                "course/steps/9-connections.md",
                "+++\ntitle = \"A\"\n\ntusk = \"B\"\n+++\nText.",
            ),
            "course/steps/9-connections.md:4: unknown field `tusk`, expected `title` or `task`",
        ),
        (
            Replace("course/steps/9-connections.md", "task = \"Read.\"", "task = \" \""),
            "course/steps/9-connections.md:3: this text is empty; write a sentence",
        ),
        (
            Write("course/steps/9-connections.md", "+++\ntitle = \"A\"\ntask = \"B\"\n+++\n\n"),
            "course/steps/9-connections.md:5: this text is empty; write a sentence",
        ),
    ]);
}
