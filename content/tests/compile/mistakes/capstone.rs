//! Mistakes in the folder of the capstone.

use super::assert_reports;
use crate::fixture::Edit::{Remove, Replace, Write};

const SHEET: &str = "course/capstone/capstone.toml";

#[test]
fn the_capstone_is_complete() {
    assert_reports(&[
        (
            Remove("course/capstone/api.md"),
            "course/capstone/api.md:1: this file is missing; add it",
        ),
        (
            Remove("course/capstone/examples/first.js"),
            "course/capstone/examples/first.js:1: this file is missing; add it",
        ),
        (
            Write("course/capstone/examples/second.js", "class Node {}\n"),
            "course/capstone/examples/second.js:1: nothing reads this file; correct its name or folder, or remove it",
        ),
        (
            Write("course/capstone/starter.js", "class Knot {}\n"),
            "course/capstone/starter.js:1: this code never names Node, the function of the challenge",
        ),
        (
            Write("course/capstone/hints.md", "Begin.\n"),
            "course/capstone/hints.md:1: hints are missing: there are 1, so write at least 3, with a line --- between two",
        ),
    ]);
}

#[test]
fn levels_are_such_as_the_engine_knows() {
    assert_reports(&[
        (
            Replace(SHEET, "passes = [\"calm\"]", "passes = [\"clam\"]"),
            "course/capstone/capstone.toml:19: there is no level \"clam\" in course/capstone/capstone.toml; did you mean \"calm\"?",
        ),
        (
            Replace(SHEET, "rivals = [\"bully\"]", "rivals = [\"bull\"]"),
            "course/capstone/capstone.toml:4: there is no algorithm \"bull\" in the engine",
        ),
        (
            Replace(SHEET, "class = \"Node\"", "class = \"Node()\""),
            "course/capstone/capstone.toml:2: \"Node()\" is no name of a class; write ASCII letters\n\
             course/capstone/examples/first.js:1: this code never names Node(), the function of the challenge\n\
             course/capstone/starter.js:1: this code never names Node(), the function of the challenge",
        ),
        (
            Replace(SHEET, "faults = []", "faults = [\"storm\"]"),
            "course/capstone/capstone.toml:10: unknown variant `storm`, expected one of `loss`, `duplication`, `reordering`, `one-way-cut`, `two-sides`, `three-sides`, `pause`, `crash`, `flapping`, `crash-without-disk`, `blackout`, `wrong-clock`, `clog`, `commands`\n\
             course/capstone/examples/first.js:1: nothing reads this file; correct its name or folder, or remove it",
        ),
    ]);
}
