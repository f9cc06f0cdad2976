//! Mistakes in code examples, scenarios and the folder of a challenge.

use super::assert_reports;
use crate::fixture::Edit::{Remove, Replace, Write};

#[test]
fn code_and_scenarios_are_complete() {
    assert_reports(&[
        (
            Write("course/code/count.js", "console.log(1);\n"),
            "course/code/count.js:1: begin with a line \"// title: …\"",
        ),
        (
            Write("course/code/count.js", "// title: \nconsole.log(1);\n"),
            "course/code/count.js:1: this title is empty; say what the code shows",
        ),
        (
            Write("course/code/count.js", "// title: Counting\n"),
            "course/code/count.js:2: there is no code after the title",
        ),
        (
            Write("course/scenarios/healthy.json", "{\n  \"version\": 1,\n  oops\n}\n"),
            "course/scenarios/healthy.json:3: key must be a string",
        ),
        (
            Write(
                "course/scenarios/healthy.json",
                "{ \"version\": 1,\n  \"protocol\": { \"bully\": {} },\n  \"until\": 5 }\n",
            ),
            "course/scenarios/healthy.json:3: unknown field `until`, expected one of `version`, `title`, `protocol`, `cluster`, `script`, `until_ms`, `expect`",
        ),
        (
            Write(
                "course/scenarios/healthy.json",
                "{ \"version\": 1, \"protocol\": { \"bully\": {} }, \"script\": [\n  { \"at_ms\": 5, \"do\": { \"crash\": 9 } }\n] }\n",
            ),
            "course/scenarios/healthy.json:2: there is no node 9: expected 0 to 4, or 5 for the store",
        ),
    ]);
}

#[test]
fn challenges_are_complete() {
    assert_reports(&[
        (
            Remove("challenges/same/statement.md"),
            "challenges/same/statement.md:1: this file is missing; add it",
        ),
        (
            Remove("challenges/same/starter.js"),
            "challenges/same/starter.js:1: this file is missing; add it",
        ),
        (
            Remove("challenges/same/solution.js"),
            "challenges/same/solution.js:1: this file is missing; add it",
        ),
        (
            Remove("challenges/same/after.md"),
            "challenges/same/after.md:1: this file is missing; add it",
        ),
        (
            Remove("challenges/same/cases.json"),
            "challenges/same/cases.json:1: this file is missing; add it",
        ),
        (
            Remove("challenges/same/challenge.toml"),
            "challenges/same/challenge.toml:1: this file is missing; add it",
        ),
        (
            Write("challenges/same/solution.js", "function other() {}\n"),
            "challenges/same/solution.js:1: this code never names same, the function of the challenge",
        ),
        (
            Write("challenges/same/cases.json", "[]"),
            "challenges/same/cases.json:1: there is no case; write at least one",
        ),
        (
            Write("challenges/same/cases.json", "[\n  { \"name\": \"a\", \"args\": [] }\n]"),
            "challenges/same/cases.json:2: unknown field `args`, expected one of `name`, `arguments`, `expected`",
        ),
        (
            Write("challenges/same/hints.md", "Compare.\n---\nUse it.\n---\n"),
            "challenges/same/hints.md:5: this text is empty; write a sentence",
        ),
        (
            Write("challenges/same/hints.md", "Compare.\n---\nThen\n<b>compare.\n---\nUse it.\n"),
            "challenges/same/hints.md:4: HTML is not allowed here; write Markdown, or put code between backticks",
        ),
        (
            Remove("challenges/same/broken/never.js"),
            "challenges/same/broken:1: there are 2 wrong solutions here; write at least 3",
        ),
        (
            Write("challenges/same/broken/never.js", "function same() {}\n"),
            "challenges/same/broken/never.js:1: begin with a comment that says what is wrong with it",
        ),
        (
            Replace("challenges/same/challenge.toml", "\"round\"", "\"rounds\""),
            "challenges/same/challenge.toml:3: there is no tour \"rounds\" in course/tours; did you mean \"round\"?",
        ),
        (
            Replace("challenges/same/challenge.toml", "hidden = 5", "hidden = 0"),
            "challenges/same/challenge.toml:6: no hidden case is drawn; write 1 or more",
        ),
        (
            Replace("challenges/same/challenge.toml", "par = 1", "par = 0"),
            "challenges/same/challenge.toml:5: the solution has 1 lines of code; raise the par or shorten it",
        ),
        (
            Replace("challenges/same/challenge.toml", "\"ring\"", "\"disk\""),
            "challenges/same/challenge.toml:7: unknown variant `disk`, expected one of `store`, `raft-vote`, `raft-count`, `bully-messages`, `ring`, `lease`, `watch`, `failover`, `detector`",
        ),
        (
            Replace("challenges/same/challenge.toml", "\"ring\"", "\"raft-vote\""),
            "challenges/same/runs/calm.json:1: this run has no such part; write a scenario of \"raft\"",
        ),
        (
            Replace("challenges/same/challenge.toml", "part = \"ring\"\n", ""),
            "challenges/same/runs/calm.json:1: nothing reads this file; correct its name or folder, or remove it",
        ),
        (
            Replace("challenges/same/runs/calm.json", "\"title\": \"Calm\", ", ""),
            "challenges/same/runs/calm.json:1: this run needs a title; say what happens in it",
        ),
        (
            Remove("challenges/same/runs/calm.json"),
            "challenges/same/runs:1: there is no run for the part to show in; add a scenario",
        ),
        (
            Write("challenges/same/hints.md", "Compare.\n---\nUse `===`.\n"),
            "challenges/same/hints.md:1: hints are missing: there are 2, so write at least 3, with a line --- between two",
        ),
        (
            Remove("challenges/same/hidden.js"),
            "challenges/same/hidden.js:1: this file is missing; add it",
        ),
        (
            Write("challenges/same/hidden.js", "const cases = [];\n"),
            "challenges/same/hidden.js:1: this code never names draw, the function of the challenge",
        ),
    ]);
}

#[test]
fn warm_ups_are_exercises() {
    assert_reports(&[
        (
            Write("challenges/same/ordered.js", "function same() {\n\n}\n"),
            "challenges/same/ordered.js:1: 2 pieces are no exercise; write 3 to 12, with an empty line between two",
        ),
        (
            Write("challenges/same/gaps.js", "function same(a, b) {\n  return ⟦a === b;\n}⟧\n"),
            "challenges/same/gaps.js:2: a gap opens with ⟦ and closes with ⟧ in the same line\n\
             challenges/same/gaps.js:3: a gap opens with ⟦ and closes with ⟧ in the same line",
        ),
        (
            Write("challenges/same/gaps.js", "function same(a, b) { return a === b; }\n"),
            "challenges/same/gaps.js:1: there is no gap to fill; put ⟦…⟧ around what to take out",
        ),
    ]);
}
