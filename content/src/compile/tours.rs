//! `course/tours/<slug>.toml`: narrated runs.

use std::path::Path;

use election_engine::predicate::{EventPattern, Predicate};
use serde::Deserialize;
use toml::Spanned;

use super::choices;
use super::names::Kind;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::{Beat, Prediction, Tour};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Field,
    scenario: Field,
    #[serde(default)]
    beat: Vec<BeatEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BeatEntry {
    title: Field,
    caption: Field,
    until: EventPattern,
    shows: Spanned<Vec<Predicate>>,
    predict: Option<PredictEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredictEntry {
    prompt: Field,
    #[serde(default)]
    option: Vec<choices::Entry>,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Tour> {
    reader.files("course/tours", "toml").iter().filter_map(|path| tour(reader, path)).collect()
}

fn tour(reader: &mut Reader, path: &Path) -> Option<Tour> {
    let slug = reader.define_slug(Kind::Tour, path);
    let (mut sheet, file) = reader.sheet::<File>(path)?;
    if file.beat.is_empty() {
        sheet.problem(&file.title, "this tour has no beat; write at least one [[beat]]");
    }
    Some(Tour {
        slug,
        title: sheet.plain(&file.title),
        scenario: sheet.mention(Kind::Scenario, &file.scenario),
        beats: file.beat.iter().map(|entry| beat(&mut sheet, entry)).collect(),
    })
}

fn beat(sheet: &mut Sheet<'_>, entry: &BeatEntry) -> Beat {
    if entry.shows.get_ref().is_empty() {
        let message = "this caption claims nothing that a test could hold against the run; \
                       put what it says into shows";
        sheet.problem(&entry.shows, message);
    }
    Beat {
        title: sheet.plain(&entry.title),
        caption: sheet.inline(&entry.caption),
        until: entry.until.clone(),
        shows: entry.shows.get_ref().clone(),
        predict: entry.predict.as_ref().map(|predict| prediction(sheet, entry, predict)),
    }
}

fn prediction(sheet: &mut Sheet<'_>, beat: &BeatEntry, entry: &PredictEntry) -> Prediction {
    let owner = format!("the prediction of \"{}\"", beat.title.get_ref());
    Prediction {
        prompt: sheet.inline(&entry.prompt),
        options: choices::read(sheet, &owner, &entry.prompt, &entry.option, 2..=4),
    }
}
