//! What the learner is told, sentence by sentence: what happened, then what to do.

use election_content::Case;

use super::kind::Kind;
use super::loops;
use super::outcome::{End, Refusal, Thrown};
use super::plain::Plain;
use super::request::LONGEST_SOURCE;
use super::verdict::Fault;

/// What a run came to, the sentence for it, and the line it is about.
pub(super) type Finding = (Kind, String, Option<Fault>);

pub(super) fn passed(visible: usize, drawn: usize) -> String {
    match drawn {
        0 => format!("All {visible} cases pass."),
        _ => format!(
            "All {} cases pass: the {visible} you can see and {drawn} drawn for this run.",
            visible + drawn
        ),
    }
}

/// A run that never got to answering every call.
pub(super) fn stopped(
    end: &End,
    source: &str,
    function: Option<&str>,
    during: Option<&Case>,
) -> Finding {
    match end {
        End::Syntax { message, line } => {
            let place = line.map(|n| format!(" at line {n}")).unwrap_or_default();
            let sentence = format!(
                "The code cannot be read{place}: {}. Nothing was run; correct it and run again.",
                message.trim_end_matches('.')
            );
            (Kind::SyntaxError, sentence, fault(*line, message))
        }
        End::Load(thrown) if thrown.overflow => (
            Kind::StackOverflow,
            format!(
                "A function calls itself without end{}. Give the recursion an input at which it stops.",
                at_line(thrown)
            ),
            fault(thrown.line, "This calls itself without end."),
        ),
        End::Load(thrown) => {
            let advice = match function {
                Some(name) => format!(
                    "Something outside {name} failed, so {name} was never called; correct or remove it."
                ),
                None => "Correct that line and run again.".into(),
            };
            let sentence =
                format!("The code threw {}{}. {advice}", thrown.description, at_line(thrown));
            let kind = if function.is_some() { Kind::LoadFailure } else { Kind::Thrown };
            (kind, sentence, fault(thrown.line, &thrown.description))
        }
        End::NoFunction => {
            let name = function.unwrap_or_default();
            let sentence = format!(
                "There is no function called {name}. Write one that starts with: function {name}("
            );
            (Kind::NoFunction, sentence, None)
        }
        End::Timeout { .. } => timeout(source, during),
        End::TooLong => {
            let sentence = format!(
                "The code is {} kB long and at most {} kB are run. Shorten it.",
                source.len().div_ceil(1024),
                LONGEST_SOURCE / 1024
            );
            (Kind::TooLong, sentence, None)
        }
        End::Failure(reason) => {
            let sentence = format!(
                "The place where your code runs did not work ({reason}). Your code is not at fault and is kept: run it again, and if that does not help, reload the page."
            );
            (Kind::RunnerFailure, sentence, None)
        }
        End::Ran(_) => unreachable!("a run that answered was not stopped"),
    }
}

fn timeout(source: &str, during: Option<&Case>) -> Finding {
    let case = during.map(|case| format!(" in the case “{}”", case.name)).unwrap_or_default();
    let happened = format!("The code was still running after a second{case}, so it was stopped.");
    let (cause, fault) = likely_cause(source);
    (Kind::Timeout, format!("{happened} {cause}"), fault)
}

/// Why code may still be running, and the line to mark if it is one.
pub(super) fn likely_cause(source: &str) -> (String, Option<Fault>) {
    match loops::likely_endless(source).as_slice() {
        [] => (
            "There is no for, while or do in it: look for a recursion or a regular expression that takes for ever, or for a list that is far too long.".into(),
            None,
        ),
        [one] => (
            format!(
                "The likely cause is the loop at line {}: {} Make sure that it ends.",
                one.line, one.text
            ),
            fault(Some(one.line), "This loop probably never ends."),
        ),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(|each| each.line.to_string()).collect();
            let text = format!(
                "The likely cause is one of the loops in lines {} and {}. Make sure that each of them ends.",
                others.join(", "),
                last.line
            );
            (text, None)
        }
    }
}

pub(super) fn refused(reason: Refusal, what: &str, name: &str) -> Finding {
    match reason {
        Refusal::Promise => (
            Kind::Promise,
            format!(
                "The case “{name}” gave a promise. The value itself is needed at once: write the function without async and await."
            ),
            None,
        ),
        Refusal::TooBig => (
            Kind::TooBig,
            format!(
                "The case “{name}” gave more than can be compared: {what}. Return only what is asked for."
            ),
            None,
        ),
        Refusal::NotPlain => (
            Kind::NotPlain,
            format!(
                "The case “{name}” gave {what}. Return plain data: true, false, null, numbers, text, lists and objects written with braces."
            ),
            None,
        ),
    }
}

/// What to look at when a value is close but wrong.
pub(super) fn difference(got: &Plain, expected: &Plain) -> &'static str {
    match (got, expected) {
        (Plain::Undefined, _) => "A function without a return gives undefined: return a value.",
        (Plain::Boolean(_), Plain::Boolean(_)) => {
            "Look at that row in the table and change the condition."
        }
        (_, Plain::Boolean(_)) => {
            "It has to be exactly true or false; a comparison such as === gives one of them."
        }
        (Plain::Text(_), Plain::Number(_)) | (Plain::Number(_), Plain::Text(_)) => {
            "Text and numbers are not the same, even if they look alike."
        }
        _ => "Compare the two in the table, property by property.",
    }
}

pub(super) fn at_line(thrown: &Thrown) -> String {
    thrown.line.map(|n| format!(" at line {n}")).unwrap_or_default()
}

pub(super) fn fault(line: Option<u32>, message: &str) -> Option<Fault> {
    line.map(|line| Fault { line, message: message.into() })
}

/// Fits a table cell.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(300) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
