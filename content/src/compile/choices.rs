//! The options of a question or of a prediction.

use std::ops::RangeInclusive;

use serde::Deserialize;
use toml::Spanned;

use super::names::Kind;
use super::sheet::{Field, Sheet};
use crate::{BuiltHtml, Choice};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    text: Field,
    right: Option<Spanned<bool>>,
    explanation: Option<Field>,
    misconception: Option<Field>,
}

impl Entry {
    fn is_right(&self) -> bool {
        self.right.as_ref().is_some_and(|right| *right.get_ref())
    }
}

/// Checks and renders `entries`. `owner` says whose they are, as in `question "nine-nodes"`,
/// and `heading` is the field to point at when something is wrong with all of them.
pub(super) fn read(
    sheet: &mut Sheet<'_>,
    owner: &str,
    heading: &Field,
    entries: &[Entry],
    count: RangeInclusive<usize>,
) -> Vec<Choice> {
    if !count.contains(&entries.len()) {
        let (least, most) = (count.start(), count.end());
        let message = format!("{owner} needs {least} to {most} options, not {}", entries.len());
        sheet.problem(heading, message);
    }
    check_right(sheet, owner, heading, entries);
    entries
        .iter()
        .map(|entry| Choice {
            text: sheet.label(&entry.text),
            right: entry.is_right(),
            explanation: explanation(sheet, owner, entry),
            misconception: entry
                .misconception
                .as_ref()
                .map(|id| sheet.mention(Kind::Misconception, id)),
        })
        .collect()
}

fn check_right(sheet: &mut Sheet<'_>, owner: &str, heading: &Field, entries: &[Entry]) {
    let mut right = entries.iter().filter(|entry| entry.is_right());
    if right.next().is_none() {
        let message = format!("{owner} has no right option; mark exactly one with right = true");
        sheet.problem(heading, message);
    }
    for also_right in right {
        let message =
            format!("{owner} has another right option; mark exactly one with right = true");
        sheet.problem(&also_right.text, message);
    }
}

fn explanation(sheet: &mut Sheet<'_>, owner: &str, entry: &Entry) -> BuiltHtml {
    match &entry.explanation {
        Some(field) if !field.get_ref().trim().is_empty() => sheet.blocks(field),
        missing => {
            let message =
                format!("an option of {owner} has no explanation; say why it is right or wrong");
            sheet.problem(missing.as_ref().unwrap_or(&entry.text), message);
            BuiltHtml(String::new())
        }
    }
}
