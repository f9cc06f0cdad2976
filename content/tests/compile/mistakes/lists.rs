//! Mistakes in the TOML files.

use super::assert_reports;
use crate::fixture::Edit::{Replace, Write};

#[test]
fn questions_have_three_or_four_options_one_of_them_right() {
    let quiz = "course/quiz.toml";
    assert_reports(&[
        (
            Replace(quiz, "right = true\n", ""),
            "course/quiz.toml:2: question \"how-many\" has no right option; mark exactly one with right = true",
        ),
        (
            Replace(quiz, "text = \"Three\"\n", "text = \"Three\"\nright = true\n"),
            "course/quiz.toml:20: question \"how-many\" has another right option; mark exactly one with right = true",
        ),
        (
            Replace(
                quiz,
                "[[question.option]]\ntext = \"Three\"\nexplanation = \"Too many.\"\n",
                "",
            ),
            "course/quiz.toml:2: question \"how-many\" needs 3 to 4 options, not 2",
        ),
        (
            Replace(quiz, "\"Too many.\"", "\" \""),
            "course/quiz.toml:21: an option of question \"how-many\" has no explanation; say why it is right or wrong",
        ),
        (
            Replace(quiz, "explanation = \"Too many.\"", ""),
            "course/quiz.toml:20: an option of question \"how-many\" has no explanation; say why it is right or wrong",
        ),
        (
            Replace(quiz, "misconception = \"two\"", "misconception = \"twos\""),
            "course/quiz.toml:17: there is no misconception \"twos\" in course/misconceptions.toml; did you mean \"two\"?",
        ),
        (
            Replace(quiz, "right = true", "correct = true"),
            "course/quiz.toml:7: unknown field `correct`, expected one of `text`, `right`, `explanation`, `misconception`",
        ),
        (
            Replace(quiz, "right = true", "right = yes"),
            "course/quiz.toml:7: string values must be quoted, expected literal string",
        ),
    ]);
}

#[test]
fn tours_claim_something_in_every_beat() {
    let tour = "course/tours/round.toml";
    assert_reports(&[
        (
            Write(tour, "title = \"A\"\nscenario = \"healthy\"\n"),
            "course/tours/round.toml:1: this tour has no beat; write at least one [[beat]]",
        ),
        (
            Replace(tour, "[{ crashed = { node = 4 } }]", "[]"),
            "course/tours/round.toml:8: this caption claims nothing that a test could hold against the run; put what it says into shows",
        ),
        (
            Replace(tour, "kind = \"crash\", ", ""),
            "course/tours/round.toml:7: missing field `kind`",
        ),
        (
            Replace(tour, "node = 4 }\nshows", "nod = 4 }\nshows"),
            "course/tours/round.toml:7: unknown field `nod`, expected one of `kind`, `node`, `peer`, `message`, `number`, `rule`",
        ),
        (
            Replace(tour, "crashed = { node = 4 }", "crashed = { nodes = 4 }"),
            "course/tours/round.toml:8: unexpected keys in table: nodes, available keys: node",
        ),
        (
            Replace(tour, "\"healthy\"", "\"healhty\""),
            "course/tours/round.toml:2: there is no scenario \"healhty\" in course/scenarios; did you mean \"healthy\"?",
        ),
        (
            Replace(
                tour,
                "[[beat.predict.option]]\ntext = \"Node 0\"\nexplanation = \"No.\"\n",
                "",
            ),
            "course/tours/round.toml:11: the prediction of \"It stops\" needs 2 to 4 options, not 1",
        ),
        (
            Replace(tour, "right = true\n", ""),
            "course/tours/round.toml:11: the prediction of \"It stops\" has no right option; mark exactly one with right = true",
        ),
    ]);
}

#[test]
fn experiments_have_goals_that_can_be_missed() {
    let experiments = "course/experiments.toml";
    assert_reports(&[
        (
            Replace(experiments, "sequence = [{ kind = \"crash\", node = 4 }]\n", ""),
            "course/experiments.toml:10: this goal is reached before anything happens; give it a sequence or shows",
        ),
        (
            Replace(experiments, "\"healthy\"", "\"sick\""),
            "course/experiments.toml:5: there is no scenario \"sick\" in course/scenarios; add it or correct the id",
        ),
        (
            Replace(experiments, "challenge = \"same\"", "challenge = \"sane\""),
            "course/experiments.toml:7: there is no challenge \"sane\" in challenges; did you mean \"same\"?",
        ),
        (
            Write(
                experiments,
                "[[experiment]]\nid = \"a\"\ntitle = \"A\"\nintro = \"I\"\nscenario = \"healthy\"\nafter = \"A\"\n",
            ),
            "course/experiments.toml:2: this experiment has no goal; write at least one [[experiment.goal]]",
        ),
    ]);
}

#[test]
fn sources_have_addresses_that_can_be_opened_safely() {
    assert_reports(&[(
        Replace("course/sources.toml", "https://example.org/paper", "http://example.org"),
        "course/sources.toml:7: an address must begin with https://",
    )]);
}
