//! Cases that are drawn anew for every run, so that code made for the visible ones fails.
//!
//! A challenge's `hidden.js` draws arguments and its `solution.js` says what they must give. Both
//! run in the sandbox, in a frame that is gone before the learner's code gets one: nothing the
//! learner writes can see them at work or change what they say.

use election_content::{Case, Challenge};

use super::outcome::{Answer, End, Outcome};
use super::plain::Plain;
use super::request::{BUDGET, Job};

const DRAW: &str = include_str!("hidden.js");

/// Asks for the hidden cases of one run. The same seed draws the same cases.
pub fn job(challenge: &Challenge, seed: u32) -> Job {
    let Challenge { solution, hidden, function, .. } = challenge;
    Job {
        source: format!("{solution}\n{}\nconst answer = {function};\n{DRAW}", hidden.draw),
        function: Some("drawHiddenCase".into()),
        calls: (0..hidden.count).map(|index| format!("[{seed},{index}]")).collect(),
        budget: BUDGET,
    }
}

/// The cases in what came of [`job`].
///
/// # Errors
/// What went wrong; the challenge or the sandbox is at fault, never the learner.
pub fn cases(outcome: Outcome) -> Result<Vec<Case>, String> {
    let cut_short = "the hidden cases could not be drawn";
    match outcome.end {
        End::Ran(answers) => {
            answers.into_iter().map(|answer| case(answer).ok_or_else(|| cut_short.into())).collect()
        }
        End::Failure(reason) => Err(reason),
        _ => Err(cut_short.into()),
    }
}

fn case(answer: Answer) -> Option<Case> {
    match answer {
        Answer::Returned(drawn @ Plain::Record(_)) => {
            serde_json::from_value(drawn.into_json()?).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ran(answer: &str) -> Result<Vec<Case>, String> {
        let answer = serde_json::from_str(answer).expect("the sandbox writes it");
        cases(Outcome::of(End::Ran(vec![answer])))
    }

    #[test]
    fn a_drawn_case_is_read() {
        let drawn = r#"{"returned":{"record":[["name",{"text":"a"}],
            ["arguments",{"list":[{"number":"7"},"null"]}],["expected",{"boolean":true}]]}}"#;
        let case = Case {
            name: "a".into(),
            arguments: vec![json!(7), json!(null)],
            expected: json!(true),
        };
        assert_eq!(ran(drawn), Ok(vec![case]));
    }

    #[test]
    fn what_is_no_case_is_nobodys_fault_but_ours() {
        for answer in [
            r#"{"returned":{"record":[["name",{"text":"a"}]]}}"#,
            r#"{"returned":{"record":[["name",{"text":"a"}],["arguments",{"list":[]}],["expected","undefined"]]}}"#,
            r#"{"returned":"null"}"#,
            r#"{"thrown":{"description":"E","overflow":false,"line":null}}"#,
        ] {
            assert!(ran(answer).is_err(), "{answer}");
        }
        assert!(cases(Outcome::of(End::Timeout { call: None })).is_err());
        assert_eq!(cases(Outcome::of(End::Failure("why".into()))), Err("why".into()));
    }
}
