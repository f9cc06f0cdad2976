//! A trace as newline-delimited JSON, one record a line, with a summary as the last line.

use crate::run::{Entry, Run};
use serde::Serialize;

/// One line. Fields that do not apply are left out.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// Microseconds since the start.
    time_us: u64,
    /// Position in the trace, from 0.
    sequence: u32,
    node: u8,
    kind: &'a str,
    /// Sequence of the record that this one follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<u32>,
    /// Id of the rule that fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// Term, epoch or token.
    #[serde(skip_serializing_if = "is_zero")]
    number: u64,
    #[serde(skip_serializing_if = "Details::is_empty")]
    details: Details<'a>,
}

#[derive(Debug, Serialize)]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<u8>,
    /// Name of the message or timer.
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    /// Id of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u32>,
}

impl Details<'_> {
    fn is_empty(&self) -> bool {
        self.peer.is_none() && self.name.is_empty() && self.message.is_none()
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The last line.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    summary: &'a str,
    records: usize,
    end_us: u64,
    /// Claims that did not hold.
    violations: Vec<String>,
    /// What the scenario expects and the run does not bear out; empty if all is well.
    unmet: Vec<String>,
    /// The trace's hash.
    hash: String,
}

/// One record as a line, without the line break.
pub fn line(entry: &Entry) -> String {
    let line = Line {
        time_us: entry.time.0,
        sequence: entry.id.0,
        node: entry.node.0,
        kind: entry.kind.name(),
        cause: entry.cause.map(|id| id.0),
        rule: entry.rule.map(|rule| rule.id),
        number: entry.number.0,
        details: Details {
            peer: entry.peer.map(|peer| peer.0),
            name: entry.name,
            message: entry.message.map(|id| id.0),
        },
    };
    to_json(&line)
}

/// The summary of a run up to now, as a line, without the line break.
pub fn summary(run: &dyn Run) -> String {
    to_json(&Summary {
        summary: run.scenario().protocol.info().name,
        records: run.records(),
        end_us: run.playhead().0,
        violations: run
            .violations()
            .iter()
            .map(|violation| format!("{}: {}", violation.check.name(), violation.text))
            .collect(),
        unmet: crate::checks::unmet(run),
        hash: run.hash().to_string(),
    })
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers and strings can always be written as JSON")
}
