//! What the sandbox answers. The submission shares a process with whoever writes this answer, so
//! the page believes none of it: not the shape, not the lengths, and a verdict is not part of it.

use serde::Deserialize;

use super::plain::Plain;
use super::request::Job;

/// More than the sandbox's own limits (200 000 characters of results, 20 000 of console) allow
/// an answer to be, escapes included; longer ones are not even parsed.
const LONGEST_ANSWER: usize = 4_000_000;
const CONSOLE_LINES: usize = 100;
const LINE_LENGTH: usize = 500;
const CONSOLE_LENGTH: usize = 20_000;
/// Of a message, in bytes; the sandbox cuts at 500 characters.
const LONGEST_TEXT: usize = 2_000;

/// What came of one run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What the code printed before it ended.
    pub console: Console,
    /// How it ended.
    pub end: End,
}

/// What `console.log` and its relatives printed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    /// At most 100, of at most 500 characters each, 20 000 in all.
    pub lines: Vec<String>,
    /// There was more.
    pub cut: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The source did not parse; nothing ran.
    Syntax {
        /// The browser's own words.
        message: String,
        /// Counted from 1.
        line: Option<u32>,
    },
    /// The code threw before the function could be called.
    Load(Thrown),
    /// The source defines no function of the name.
    NoFunction,
    /// One answer for each call.
    Ran(Vec<Answer>),
    /// The time was up.
    Timeout {
        /// The call during which it was, counted from 0; `None` while the source was loading.
        call: Option<usize>,
    },
    /// The source is longer than what is run.
    #[serde(skip)]
    TooLong,
    /// The sandbox itself did not work. Never the learner's fault.
    Failure(String),
}

/// What one call gave.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A value that could be copied.
    Returned(Plain),
    /// An error.
    Thrown(Thrown),
    /// A value that cannot be compared.
    Refused {
        /// Why.
        reason: Refusal,
        /// What the value is or has, to follow "It returned" or a colon.
        what: String,
    },
}

/// Why a value cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// It is a promise.
    Promise,
    /// It has more than 20 000 values or 200 000 characters, or nests more than 20 deep.
    TooBig,
    /// It has functions, getters or classes in it.
    NotPlain,
}

/// Something was thrown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thrown {
    /// `TypeError: …`, or the thrown value where it is no error.
    pub description: String,
    /// The call stack was full.
    pub overflow: bool,
    /// Where in the source, counted from 1.
    pub line: Option<u32>,
}

impl Outcome {
    /// An end that the page itself observed.
    pub fn of(end: End) -> Self {
        Self { console: Console::default(), end }
    }

    /// Reads the sandbox's answer to `job`. One that does not fit the job is a failure of the
    /// sandbox.
    pub fn read(text: &str, job: &Job) -> Self {
        if text.len() > LONGEST_ANSWER {
            return Self::of(End::Failure("its answer is too long".into()));
        }
        match serde_json::from_str::<Outcome>(text) {
            Err(_) => Self::of(End::Failure("its answer cannot be read".into())),
            Ok(outcome) if !outcome.fits(job) => {
                Self::of(End::Failure("its answer does not fit the question".into()))
            }
            Ok(outcome) => outcome,
        }
    }

    fn fits(&self, job: &Job) -> bool {
        let printed = &self.console.lines;
        let length = |line: &String| line.encode_utf16().count();
        let console = printed.len() <= CONSOLE_LINES
            && printed.iter().all(|line| length(line) <= LINE_LENGTH)
            && printed.iter().map(length).sum::<usize>() <= CONSOLE_LENGTH;
        let lines = job.source.split('\n').count();
        let short = |text: &str| text.len() <= LONGEST_TEXT;
        let exists = |line: Option<u32>| line.is_none_or(|n| n >= 1 && n as usize <= lines);
        console
            && match &self.end {
                End::Ran(answers) => {
                    answers.len() == job.calls.len()
                        && answers.iter().all(|answer| match answer {
                            Answer::Returned(_) => true,
                            Answer::Thrown(thrown) => {
                                short(&thrown.description) && exists(thrown.line)
                            }
                            Answer::Refused { what, .. } => short(what),
                        })
                }
                End::Load(thrown) => short(&thrown.description) && exists(thrown.line),
                End::Syntax { message, line } => short(message) && exists(*line),
                End::Timeout { call } => call.is_none_or(|n| n < job.calls.len()),
                End::NoFunction => job.function.is_some(),
                End::Failure(reason) => short(reason),
                End::TooLong => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        Job {
            function: Some("f".into()),
            calls: vec!["[1]".into(), "[2]".into()],
            ..Job::program("function f() {\n}")
        }
    }

    fn end_of(end: &str) -> End {
        let text = format!(r#"{{"console":{{"lines":["hi"],"cut":false}},"end":{end}}}"#);
        Outcome::read(&text, &job()).end
    }

    #[test]
    fn every_answer_of_the_sandbox_can_be_read() {
        for end in [
            r#"{"syntax":{"message":"Unexpected token","line":2}}"#,
            r#"{"syntax":{"message":"Unexpected token","line":null}}"#,
            r#"{"load":{"description":"null","overflow":false,"line":1}}"#,
            r#""no-function""#,
            r#"{"ran":[{"returned":"null"},{"refused":{"reason":"too-big","what":"more"}}]}"#,
            r#"{"ran":[{"thrown":{"description":"E","overflow":true,"line":null}},{"returned":{"list":[]}}]}"#,
            r#"{"timeout":{"call":1}}"#,
            r#"{"timeout":{"call":null}}"#,
        ] {
            assert!(!matches!(end_of(end), End::Failure(_)), "{end}");
        }
        assert_eq!(end_of(r#"{"failure":"why"}"#), End::Failure("why".into()));
    }

    #[test]
    fn an_answer_that_does_not_fit_is_a_failure_of_the_sandbox() {
        for end in [
            r#"{"ran":[{"returned":"null"}]}"#,
            r#"{"ran":[{"returned":"null"},{"returned":{"boolean":"true"}}]}"#,
            r#"{"timeout":{"call":2}}"#,
            r#"{"syntax":{"message":"","line":3}}"#,
            r#"{"load":{"description":"null","overflow":false,"line":0}}"#,
            r#"{"passed":true}"#,
            r#""too-long""#,
            "null",
        ] {
            assert!(matches!(end_of(end), End::Failure(_)), "{end}");
        }
    }

    #[test]
    fn limits_hold_even_if_the_sandbox_forgets_them() {
        let answer = |lines: usize, length: usize| {
            let lines = vec!["x".repeat(length); lines];
            let text = serde_json::json!({
                "console": {"lines": lines, "cut": false}, "end": "no-function"
            });
            Outcome::read(&text.to_string(), &job()).end
        };
        assert_eq!(answer(100, 200), End::NoFunction);
        for (lines, length) in [(101, 1), (1, 501), (100, 201)] {
            assert!(matches!(answer(lines, length), End::Failure(_)));
        }
        let long = " ".repeat(LONGEST_ANSWER + 1);
        assert!(matches!(Outcome::read(&long, &job()).end, End::Failure(_)));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(Outcome::read(&deep, &job()).end, End::Failure(_)));
    }
}
