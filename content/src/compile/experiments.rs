//! `course/experiments.toml`: things to bring about in the diagram.

use election_engine::predicate::{EventPattern, Predicate};
use serde::Deserialize;

use super::names::Kind;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::{Experiment, Goal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    experiment: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Field,
    title: Field,
    intro: Field,
    scenario: Field,
    after: Field,
    challenge: Option<Field>,
    #[serde(default)]
    goal: Vec<GoalEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalEntry {
    text: Field,
    hint: Field,
    #[serde(default)]
    sequence: Vec<EventPattern>,
    #[serde(default)]
    shows: Vec<Predicate>,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Experiment> {
    let Some((mut sheet, file)) = reader.sheet::<File>("course/experiments.toml") else {
        return Vec::new();
    };
    file.experiment.iter().map(|entry| experiment(&mut sheet, entry)).collect()
}

fn experiment(sheet: &mut Sheet<'_>, entry: &Entry) -> Experiment {
    if entry.goal.is_empty() {
        let message = "this experiment has no goal; write at least one [[experiment.goal]]";
        sheet.problem(&entry.id, message);
    }
    Experiment {
        id: sheet.define(Kind::Experiment, &entry.id),
        title: sheet.plain(&entry.title),
        intro: sheet.blocks(&entry.intro),
        scenario: sheet.mention(Kind::Scenario, &entry.scenario),
        goals: entry.goal.iter().map(|entry| goal(sheet, entry)).collect(),
        after: sheet.blocks(&entry.after),
        challenge: entry.challenge.as_ref().map(|id| sheet.mention(Kind::Challenge, id)),
    }
}

fn goal(sheet: &mut Sheet<'_>, entry: &GoalEntry) -> Goal {
    if entry.sequence.is_empty() && entry.shows.is_empty() {
        let message = "this goal is reached before anything happens; give it a sequence or shows";
        sheet.problem(&entry.text, message);
    }
    Goal {
        text: sheet.plain(&entry.text),
        hint: sheet.plain(&entry.hint),
        sequence: entry.sequence.clone(),
        shows: entry.shows.clone(),
    }
}
