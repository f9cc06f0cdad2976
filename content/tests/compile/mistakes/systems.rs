//! Mistakes in the gallery of algorithms.

use election_engine::protocol::Protocol;
use election_engine::protocols::bully::Bully;

use super::assert_reports;
use crate::fixture::Edit::{Remove, Replace, Write};

const ROW: &str = "course/systems/bully.toml";
const CALM: &str = "course/systems/bully/calm.json";

#[test]
fn every_algorithm_has_a_row_and_every_row_an_algorithm() {
    assert_reports(&[
        (Remove(ROW), "course/systems/bully.toml:1: this file is missing; add it"),
        (
            Write("course/systems/bullies.toml", "famous = \"\"\n"),
            "course/systems/bullies.toml:1: nothing reads this file; correct its name or folder, or remove it",
        ),
    ]);
}

#[test]
fn rows_say_what_is_famous_and_what_fails() {
    assert_reports(&[
        (
            Replace(ROW, "famous =", "known ="),
            "course/systems/bully.toml:1: unknown field `known`, expected one of `famous`, `fails`, `family`, `promises`, `needs`, `not_promised`, `instead`, `choose`, `detects`, `majority`, `token`, `fences`, `scenario`",
        ),
        (
            Replace(ROW, "fails = \"It breaks.\"\n", ""),
            "course/systems/bully.toml:1: missing field `fails`",
        ),
        (
            Replace(ROW, "\"It breaks.\"", "\" \""),
            "course/systems/bully.toml:2: this text is empty; write a sentence",
        ),
        (
            Replace(ROW, "source:paper", "source:papers"),
            "course/systems/bully.toml:1: there is no source \"papers\" in course/sources.toml; did you mean \"paper\"?",
        ),
        (
            Replace(ROW, "\"It breaks.\"", "\"It [breaks](term:split).\""),
            "course/systems/bully.toml:2: there is no term \"split\" in course/glossary.toml; add it or correct the id",
        ),
    ]);
}

#[test]
fn every_row_ends_with_a_verdict_and_has_its_line_in_the_table() {
    assert_reports(&[
        (
            Replace(ROW, "family = \"classic\"", "family = \"old\""),
            "course/systems/bully.toml:3: unknown variant `old`, expected one of `classic`, `ring`, `consensus`, `coordination`, `system`, `correction`",
        ),
        (
            Replace(ROW, "not_promised = \"O\"", "not_promised = \"\""),
            "course/systems/bully.toml:6: this text is empty; write a sentence",
        ),
        (
            Replace(
                ROW,
                "token = \"none\"",
                "token = \"a number that says in far too many words what it is and what it does\"",
            ),
            "course/systems/bully.toml:11: this has 68 characters; write 60 at most",
        ),
    ]);
}

#[test]
fn figures_are_those_of_known_algorithms() {
    const FIGURES: &str = "course/systems/figures.json";
    let spread = "{ \"least\": 1, \"median\": 2, \"most\": 3 }";
    let figures = |name: &str, messages: &str| {
        format!(
            "{{ \"{name}\": {{ \"runs\": 9,\n\"noticed_ms\": {spread}, \"led_ms\": {spread}, \"{messages}\": {spread} }} }}"
        )
    };
    assert_reports(&[
        (Remove(FIGURES), "course/systems/figures.json:1: this file is missing; add it"),
        (
            Write(FIGURES, &figures("bullies", "messages")),
            "course/systems/figures.json:1: there is no algorithm \"bullies\"; let the test write this file anew",
        ),
        (
            Write(FIGURES, &figures("bully", "letters")),
            "course/systems/figures.json:2: unknown field `letters`, expected one of `runs`, `noticed_ms`, `led_ms`, `messages`",
        ),
    ]);
}

#[test]
fn scenarios_are_listed_once_and_lie_in_the_folder_of_their_algorithm() {
    assert_reports(&[
        (
            Replace(
                ROW,
                "\n[[scenario]]\nfile = \"calm\"\ntitle = \"Calm\"\nshows = \"Nothing.\"\nspeed_permille = 1000\n",
                "",
            ),
            "course/systems/bully/calm.json:1: nothing reads this file; correct its name or folder, or remove it\n\
             course/systems/bully.toml:1: this algorithm has no scenario; write at least one [[scenario]]",
        ),
        (Remove(CALM), "course/systems/bully/calm.json:1: this file is missing; add it"),
        (
            Write("course/systems/bully/storm.json", "{}"),
            "course/systems/bully/storm.json:1: nothing reads this file; correct its name or folder, or remove it",
        ),
        (
            Replace(
                ROW,
                "[[scenario]]\n",
                "[[scenario]]\nfile = \"calm\"\ntitle = \"T\"\nshows = \"S\"\nspeed_permille = 100\n\n[[scenario]]\n",
            ),
            "course/systems/bully.toml:21: the scenario \"calm\" is listed already; list it once",
        ),
        (
            Replace(ROW, "file = \"calm\"", "file = \"../bully/calm\""),
            "course/systems/bully/calm.json:1: nothing reads this file; correct its name or folder, or remove it\n\
             course/systems/bully.toml:15: \"../bully/calm\" cannot be the name of a scenario; write lower-case words joined by hyphens",
        ),
        (
            Replace(ROW, "shows = \"Nothing.\"\n", ""),
            "course/systems/bully.toml:14: missing field `shows`",
        ),
        (
            Replace(ROW, "title = \"Calm\"", "title = \"\""),
            "course/systems/bully.toml:16: this text is empty; write a sentence",
        ),
        (
            Replace(ROW, "speed_permille = 1000", "speed_permille = 60"),
            "course/systems/bully.toml:18: a speed of 60 cannot be chosen; 1000 is real time, the choices are 1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 10000, 20000, 50000, 100000",
        ),
        (
            Replace(ROW, "speed_permille = 1000", "speed = 1000"),
            "course/systems/bully.toml:18: unknown field `speed`, expected one of `file`, `title`, `shows`, `speed_permille`",
        ),
    ]);
}

#[test]
fn scenarios_run_on_the_engine() {
    assert_reports(&[
        (
            Replace(CALM, "\"bully\": {}", "\"bully\": { \"missed\": 0 }"),
            "course/systems/bully/calm.json:2: \"missed\" is 0: expected 1 to 100",
        ),
        (
            Replace(CALM, "\"bully\"", "\"zab\""),
            "course/systems/bully/calm.json:1: this is a scenario of \"zab\"; write one of \"bully\" or move it",
        ),
        (
            Replace(CALM, "{ \"version\": 1,", "{ \"version\": 1, \"expect\": [\"one-value\"],"),
            "course/systems/bully/calm.json:1: unknown check \"one-value\": expected one of one-leader-per-number, token-order, one-leader-at-a-time",
        ),
    ]);
}

#[test]
fn what_the_engine_cites_is_among_the_sources() {
    let report = Bully::RULES
        .iter()
        .filter(|rule| rule.source == "garcia-molina-1982")
        .map(|rule| {
            let id = rule.id;
            format!("\ncourse/systems/bully.toml:1: the rule \"{id}\" cites \"garcia-molina-1982\", which is no source in course/sources.toml; add it there, or correct the id in engine/src/protocols")
        });
    let mut report: Vec<String> = report.collect();
    report.sort();
    let itself = "course/systems/bully.toml:1: the algorithm \"bully\" cites \"garcia-molina-1982\", which is no source in course/sources.toml; add it there, or correct the id in engine/src/protocols";
    let expected = format!("{itself}{}", report.concat());
    assert_reports(&[(
        Replace("course/sources.toml", "\"garcia-molina-1982\"", "\"garcia-molina\""),
        &expected,
    )]);
}
