//! From what happened to what to do: pure, so that every sentence is tested without a browser.

use election_content::Case;

use super::kind::Kind;
use super::outcome::{Answer, Console, End, Outcome, Refusal};
use super::plain::Plain;
use super::sentences::{Finding, at_line, difference, fault, passed, refused, shorten, stopped};

/// What the learner is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What a run came to.
    pub kind: Kind,
    /// What happened and what to do.
    pub sentence: String,
    /// A line of the source to mark, counted from 1, and what is wrong there.
    pub fault: Option<Fault>,
    /// One row for each case that was run and is shown.
    pub rows: Vec<Row>,
    /// What the code printed.
    pub console: Console,
}

impl Verdict {
    /// The same, of code that is no longer what stands in the editor: nothing there is marked.
    pub fn of_earlier(self) -> Verdict {
        let sentence = format!(
            "What stands here is not what was run: it was changed meanwhile. What was run came to this: {}. {} Run again to try what stands here now.",
            self.kind.title(),
            self.sentence
        );
        Verdict {
            kind: Kind::Outdated,
            sentence,
            fault: None,
            rows: Vec::new(),
            console: self.console,
        }
    }
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1.
    pub line: u32,
    /// What is wrong there.
    pub message: String,
}

/// One case in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The case's name.
    pub name: String,
    /// The call, as one would type it.
    pub input: String,
    /// The value it must return.
    pub expected: String,
    /// The value it returned, or what happened instead.
    pub got: String,
    /// Whether they match.
    pub passed: bool,
    /// Drawn for this run.
    pub drawn: bool,
}

/// Judges a run of `function` over `visible` cases followed by `drawn` ones. All visible cases
/// get a row, and of the drawn ones the first that failed.
pub fn judge(
    outcome: Outcome,
    source: &str,
    function: &str,
    visible: &[Case],
    drawn: &[Case],
) -> Verdict {
    let answers = match &outcome.end {
        End::Ran(answers) => answers.as_slice(),
        end => {
            let stopped_at = match end {
                End::Timeout { call } => call.and_then(|n| visible.iter().chain(drawn).nth(n)),
                _ => None,
            };
            let (kind, sentence, fault) = stopped(end, source, Some(function), stopped_at);
            return Verdict { kind, sentence, fault, rows: Vec::new(), console: outcome.console };
        }
    };
    let judged: Vec<Judged> = visible
        .iter()
        .map(|case| (case, false))
        .chain(drawn.iter().map(|case| (case, true)))
        .zip(answers)
        .map(|((case, drawn), answer)| Judged { case, drawn, answer })
        .collect();
    let failed = judged.iter().find(|one| !one.passes());
    let (kind, sentence, fault) = match failed {
        None => (Kind::Passed, passed(visible.len(), drawn.len()), None),
        Some(one) => one.complaint(),
    };
    let first_drawn_failure = judged.iter().position(|one| one.drawn && !one.passes());
    let rows = judged
        .iter()
        .enumerate()
        .filter(|(index, one)| !one.drawn || Some(*index) == first_drawn_failure)
        .map(|(_, one)| one.row(function))
        .collect();
    Verdict { kind, sentence, fault, rows, console: outcome.console }
}

/// Judges a run of a whole program, which cannot be wrong but can fail to end.
pub fn judge_program(outcome: Outcome, source: &str) -> Verdict {
    let (kind, sentence, fault) = match &outcome.end {
        End::Ran(_) if outcome.console.lines.is_empty() => {
            let sentence = "It ran to its end and printed nothing. Print with console.log(…).";
            (Kind::Ran, sentence.into(), None)
        }
        End::Ran(_) => (Kind::Ran, "It ran to its end.".into(), None),
        end => stopped(end, source, None, None),
    };
    Verdict { kind, sentence, fault, rows: Vec::new(), console: outcome.console }
}

/// A case with the answer that it got.
struct Judged<'a> {
    case: &'a Case,
    drawn: bool,
    answer: &'a Answer,
}

impl Judged<'_> {
    fn passes(&self) -> bool {
        match self.answer {
            Answer::Returned(value) => value.matches(&self.expected()),
            Answer::Thrown(_) | Answer::Refused { .. } => false,
        }
    }

    fn expected(&self) -> Plain {
        let expected = Plain::from(&self.case.expected);
        match self.answer {
            Answer::Returned(value) => expected.in_the_order_of(value),
            Answer::Thrown(_) | Answer::Refused { .. } => expected,
        }
    }

    fn row(&self, function: &str) -> Row {
        let arguments: Vec<String> =
            self.case.arguments.iter().map(|a| Plain::from(a).to_string()).collect();
        Row {
            name: self.case.name.clone(),
            input: format!("{function}({})", arguments.join(", ")),
            expected: self.expected().to_string(),
            got: shorten(&self.got()),
            passed: self.passes(),
            drawn: self.drawn,
        }
    }

    fn got(&self) -> String {
        match self.answer {
            Answer::Returned(value) => value.to_string(),
            Answer::Thrown(thrown) => format!("threw {}", thrown.description),
            Answer::Refused { reason: Refusal::Promise, .. } => "a promise".into(),
            Answer::Refused { what, .. } => what.clone(),
        }
    }

    /// Why this case fails and what to do about it.
    fn complaint(&self) -> Finding {
        let name = &self.case.name;
        let expected = self.expected();
        match self.answer {
            Answer::Returned(value) => {
                let sentence = format!(
                    "The case “{name}” must give {} and gave {}. {}",
                    shorten(&expected.to_string()),
                    shorten(&value.to_string()),
                    difference(value, &expected)
                );
                (Kind::Wrong, sentence, None)
            }
            Answer::Thrown(thrown) if thrown.overflow => {
                let sentence = format!(
                    "In the case “{name}” a function calls itself without end{}. Give the recursion an input at which it stops.",
                    at_line(thrown)
                );
                (
                    Kind::StackOverflow,
                    sentence,
                    fault(thrown.line, "This calls itself without end."),
                )
            }
            Answer::Thrown(thrown) => {
                let sentence = format!(
                    "In the case “{name}” the code threw {}{}. Make it return a value for this input too.",
                    thrown.description,
                    at_line(thrown)
                );
                (Kind::Thrown, sentence, fault(thrown.line, &thrown.description))
            }
            Answer::Refused { reason, what } => refused(*reason, what, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Thrown;
    use super::*;
    use serde_json::json;

    const SOURCE: &str = "function f(a) {\n  while (true) {}\n}";

    fn case(name: &str, argument: serde_json::Value, expected: serde_json::Value) -> Case {
        Case { name: name.into(), arguments: vec![argument], expected }
    }

    fn cases() -> [Case; 2] {
        [case("first", json!(1), json!(true)), case("second", json!(2), json!(false))]
    }

    fn verdict(end: End) -> Verdict {
        let [first, second] = cases();
        judge(Outcome::of(end), SOURCE, "f", &[first], &[second])
    }

    fn ran(first: Answer, second: Answer) -> Verdict {
        verdict(End::Ran(vec![first, second]))
    }

    fn returned(truth: bool) -> Answer {
        Answer::Returned(Plain::Boolean(truth))
    }

    fn thrown(overflow: bool) -> Thrown {
        Thrown { description: "TypeError: no".into(), overflow, line: Some(2) }
    }

    #[test]
    fn everything_right_passes_and_drawn_cases_are_counted_but_not_shown() {
        let verdict = ran(returned(true), returned(false));
        assert_eq!(verdict.kind, Kind::Passed);
        assert!(verdict.sentence.starts_with("All 2 cases pass: the 1 you can see and 1 drawn"));
        assert_eq!(verdict.rows.len(), 1);
        assert!(verdict.rows[0].passed);
        assert_eq!(verdict.rows[0].input, "f(1)");
    }

    #[test]
    fn a_drawn_case_that_fails_gets_a_row() {
        let verdict = ran(returned(true), returned(true));
        assert_eq!(verdict.kind, Kind::Wrong);
        assert_eq!(verdict.rows.len(), 2);
        let row = &verdict.rows[1];
        assert_eq!((row.drawn, row.passed), (true, false));
        assert_eq!((row.expected.as_str(), row.got.as_str()), ("false", "true"));
    }

    #[test]
    fn the_first_case_that_fails_decides() {
        let verdict = ran(Answer::Thrown(thrown(false)), returned(true));
        assert_eq!(verdict.kind, Kind::Thrown);
        assert_eq!(verdict.fault, Some(Fault { line: 2, message: "TypeError: no".into() }));
        assert_eq!(verdict.rows[0].got, "threw TypeError: no");
        assert_eq!(ran(Answer::Thrown(thrown(true)), returned(true)).kind, Kind::StackOverflow);
    }

    #[test]
    fn a_value_that_only_looks_right_is_wrong() {
        for (value, advice) in [
            (Plain::Number(1.0), "exactly true or false"),
            (Plain::Text("true".into()), "exactly true or false"),
            (Plain::Undefined, "without a return"),
            (Plain::Boolean(false), "change the condition"),
        ] {
            let verdict = ran(Answer::Returned(value), returned(false));
            assert_eq!(verdict.kind, Kind::Wrong);
            assert!(verdict.sentence.contains(advice), "{}", verdict.sentence);
        }
    }

    #[test]
    fn refused_values_have_verdicts_of_their_own() {
        for (reason, kind) in [
            (Refusal::Promise, Kind::Promise),
            (Refusal::TooBig, Kind::TooBig),
            (Refusal::NotPlain, Kind::NotPlain),
        ] {
            let answer = Answer::Refused { reason, what: "a Map".into() };
            assert_eq!(ran(answer, returned(false)).kind, kind);
        }
    }

    #[test]
    fn runs_that_stop_early_say_why() {
        let syntax = verdict(End::Syntax { message: "Unexpected token '}'".into(), line: Some(3) });
        assert_eq!(syntax.kind, Kind::SyntaxError);
        assert!(syntax.sentence.contains("at line 3: Unexpected token '}'"));
        assert_eq!(syntax.fault.map(|fault| fault.line), Some(3));

        assert_eq!(verdict(End::Load(thrown(false))).kind, Kind::LoadFailure);
        assert_eq!(verdict(End::Load(thrown(true))).kind, Kind::StackOverflow);
        assert_eq!(verdict(End::NoFunction).kind, Kind::NoFunction);
        assert_eq!(verdict(End::TooLong).kind, Kind::TooLong);
        let failure = verdict(End::Failure("its worker did not start".into()));
        assert_eq!(failure.kind, Kind::RunnerFailure);
        assert!(failure.sentence.contains("Your code is not at fault"));
    }

    #[test]
    fn a_timeout_names_the_case_and_the_loop() {
        let verdict = verdict(End::Timeout { call: Some(1) });
        assert_eq!(verdict.kind, Kind::Timeout);
        assert!(verdict.sentence.contains("“second”"), "{}", verdict.sentence);
        assert!(verdict.sentence.contains("line 2: while (true) {}"), "{}", verdict.sentence);
        let [first, second] = cases();
        let without =
            judge(Outcome::of(End::Timeout { call: None }), "f()", "f", &[first], &[second]);
        assert!(without.sentence.contains("no for, while or do"), "{}", without.sentence);
        assert_eq!(without.fault, None);
    }

    #[test]
    fn a_program_that_ends_is_done() {
        let outcome = Outcome::of(End::Ran(Vec::new()));
        assert_eq!(judge_program(outcome, "").kind, Kind::Ran);
        let failed = judge_program(Outcome::of(End::Load(thrown(false))), "");
        assert_eq!(failed.kind, Kind::Thrown);
        let endless = judge_program(Outcome::of(End::Timeout { call: None }), SOURCE);
        assert_eq!(endless.kind, Kind::Timeout);
    }
}
