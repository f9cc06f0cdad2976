//! `course/measure/<slug>.toml`: the words of the engine's experiments.

use election_engine::experiments::{self, Experiment};
use serde::Deserialize;
use toml::Spanned;

use super::choices;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::{Amount, Measure, MeasurePrediction, pieces};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Field,
    question: Field,
    about: Field,
    reading: Field,
    speed_permille: Spanned<u32>,
    result: Field,
    caveat: Field,
    prediction: Entry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    prompt: Field,
    fact: Field,
    limits: Spanned<Vec<String>>,
    #[serde(default)]
    option: Vec<choices::Entry>,
}

/// Reads the words of every experiment.
pub(super) fn read(reader: &mut Reader) -> Vec<Measure> {
    experiments::ALL.iter().filter_map(|experiment| measure(reader, experiment)).collect()
}

fn measure(reader: &mut Reader, experiment: &Experiment) -> Option<Measure> {
    let path = format!("course/measure/{}.toml", experiment.slug);
    let (mut sheet, file) = reader.sheet::<File>(&path)?;
    let result = sheet.plain(&file.result);
    for fact in facts_of(&mut sheet, &file.result) {
        check_fact(&mut sheet, experiment, &file.result, &fact);
    }
    Some(Measure {
        slug: experiment.slug.to_owned(),
        title: sheet.plain(&file.title),
        question: sheet.inline(&file.question),
        about: sheet.blocks(&file.about),
        reading: sheet.inline(&file.reading),
        speed_permille: sheet.speed(&file.speed_permille),
        result,
        caveat: sheet.blocks(&file.caveat),
        prediction: prediction(&mut sheet, experiment, &file.prediction),
    })
}

/// What stands between braces. It is a problem if there is nothing, or if a brace is alone.
fn facts_of(sheet: &mut Sheet<'_>, result: &Field) -> Vec<String> {
    let found: Vec<String> = match pieces(result.get_ref()) {
        Some(pieces) => pieces.iter().filter_map(|(_, fact)| fact.map(str::to_owned)).collect(),
        None => {
            sheet.problem(result, "a brace stands alone here; write a number as {name-of-fact}");
            return Vec::new();
        }
    };
    if found.is_empty() {
        sheet.problem(result, "this result has no number; write at least one {name-of-fact}");
    }
    found
}

fn check_fact(sheet: &mut Sheet<'_>, experiment: &Experiment, field: &Field, fact: &str) {
    if !experiment.facts.contains(&fact) {
        let (slug, known) = (experiment.slug, experiment.facts.join(", "));
        let message = format!("the experiment \"{slug}\" has no fact \"{fact}\"; it has {known}");
        sheet.problem(field, message);
    }
}

fn prediction(sheet: &mut Sheet<'_>, experiment: &Experiment, entry: &Entry) -> MeasurePrediction {
    check_fact(sheet, experiment, &entry.fact, entry.fact.get_ref());
    let limits = entry.limits.get_ref();
    if limits.len() + 1 != entry.option.len() {
        let message = format!(
            "{} options need {} limits between them, not {}",
            entry.option.len(),
            entry.option.len().saturating_sub(1),
            limits.len()
        );
        sheet.problem(&entry.limits, message);
    }
    let grow = |one: &String, next: &String| {
        Amount::parse(one)?.is_below(Amount::parse(next)?).filter(|grows| *grows)
    };
    let amounts = limits.iter().all(|limit| Amount::parse(limit).is_some());
    if !amounts || !limits.is_sorted_by(|one, next| grow(one, next).is_some()) {
        let message = "limits are amounts that grow, as in [\"200 ms\", \"1 s\"]; put the options in the order of size";
        sheet.problem(&entry.limits, message);
    }
    MeasurePrediction {
        prompt: sheet.inline(&entry.prompt),
        fact: entry.fact.get_ref().clone(),
        limits: limits.clone(),
        options: choices::read(sheet, "this prediction", &entry.prompt, &entry.option, 2..=4),
    }
}
