//! Mistakes in the words of the experiments.

use super::assert_reports;
use crate::fixture::Edit::{Remove, Replace, Write};

const FAILOVER: &str = "course/measure/failover.toml";

#[test]
fn every_experiment_has_words_and_all_words_an_experiment() {
    assert_reports(&[
        (Remove(FAILOVER), "course/measure/failover.toml:1: this file is missing; add it"),
        (
            Write("course/measure/fail-over.toml", "title = \"\"\n"),
            "course/measure/fail-over.toml:1: nothing reads this file; correct its name or folder, or remove it",
        ),
    ]);
}

#[test]
fn results_have_numbers_that_the_experiment_knows() {
    assert_reports(&[
        (
            Replace(FAILOVER, "takes {raft} here", "takes {raftt} here"),
            "course/measure/failover.toml:6: the experiment \"failover\" has no fact \"raftt\"; it has raft, etcd-raft, zab, zookeeper, etcd, kubernetes, kubernetes-least, kubernetes-most, sentinel",
        ),
        (
            Replace(FAILOVER, "takes {raft} here", "takes {raft here"),
            "course/measure/failover.toml:6: a brace stands alone here; write a number as {name-of-fact}",
        ),
        (
            Replace(FAILOVER, "takes {raft} here", "takes raft} here"),
            "course/measure/failover.toml:6: a brace stands alone here; write a number as {name-of-fact}",
        ),
        (
            Replace(FAILOVER, "takes {raft} here", "takes long"),
            "course/measure/failover.toml:6: this result has no number; write at least one {name-of-fact}",
        ),
    ]);
}

#[test]
fn words_are_not_empty_and_their_sources_exist() {
    assert_reports(&[
        (
            Replace(FAILOVER, "\"Failover\"", "\" \""),
            "course/measure/failover.toml:1: this text is empty; write a sentence",
        ),
        (
            Replace(FAILOVER, "source:paper", "source:papers"),
            "course/measure/failover.toml:7: there is no source \"papers\" in course/sources.toml; did you mean \"paper\"?",
        ),
        (
            Replace(FAILOVER, "speed_permille = 1000", "speed_permille = 60"),
            "course/measure/failover.toml:5: a speed of 60 cannot be chosen; 1000 is real time, the choices are 1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 10000, 20000, 50000, 100000",
        ),
        (
            Replace(FAILOVER, "caveat", "caveats"),
            "course/measure/failover.toml:7: unknown field `caveats`, expected one of `title`, `question`, `about`, `reading`, `speed_permille`, `result`, `caveat`, `prediction`",
        ),
    ]);
}

#[test]
fn predictions_part_one_number_into_options() {
    let limits = "limits are amounts that grow, as in [\"200 ms\", \"1 s\"]; put the options in the order of size";
    let at_limits = format!("course/measure/failover.toml:12: {limits}");
    assert_reports(&[
        (
            Replace(FAILOVER, "fact = \"raft\"", "fact = \"speed\""),
            "course/measure/failover.toml:11: the experiment \"failover\" has no fact \"speed\"; it has raft, etcd-raft, zab, zookeeper, etcd, kubernetes, kubernetes-least, kubernetes-most, sentinel",
        ),
        (
            Replace(FAILOVER, "[\"1 s\"]", "[]"),
            "course/measure/failover.toml:12: 2 options need 1 limits between them, not 0",
        ),
        (Replace(FAILOVER, "[\"1 s\"]", "[\"soon\"]"), &at_limits),
        (
            Replace(FAILOVER, "[\"1 s\"]", "[\"1 s\", \"900 ms\"]"),
            &format!(
                "course/measure/failover.toml:12: 2 options need 1 limits between them, not 2\n{at_limits}"
            ),
        ),
        (
            Replace(FAILOVER, "right = true\n", ""),
            "course/measure/failover.toml:10: this prediction has no right option; mark exactly one with right = true",
        ),
        (
            Replace(FAILOVER, "explanation = \"Yes.\"\n", ""),
            "course/measure/failover.toml:14: an option of this prediction has no explanation; say why it is right or wrong",
        ),
    ]);
}
