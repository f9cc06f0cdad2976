//! `course/capstone/`: a whole election to write, the levels that it has to pass, and some to
//! start from.

use election_engine::checks::Check;
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::swarm::Fault;
use election_engine::time::Span;
use election_engine::trial::Level;
use serde::Deserialize;

use super::challenges::{hints, program, prose};
use super::names::Kind;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::{Capstone, CapstoneExample, CapstoneLevel};

/// Of the capstone among the challenges.
const SLUG: &str = "own-election";

const FOLDER: &str = "course/capstone";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Field,
    class: Field,
    words: Vec<String>,
    rivals: Vec<Field>,
    level: Vec<LevelEntry>,
    example: Vec<ExampleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelEntry {
    id: Field,
    title: Field,
    claim: Field,
    faults: Vec<Fault>,
    checks: Vec<Check>,
    majority: bool,
    settles_ms: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleEntry {
    file: Field,
    title: Field,
    about: Field,
    passes: Vec<Field>,
}

pub(super) fn read(reader: &mut Reader) -> Option<Capstone> {
    let head = head(reader);
    let class = head.as_ref().map(|head| head.class.clone());
    let statement = prose(reader, format!("{FOLDER}/statement.md").as_ref());
    let api = prose(reader, format!("{FOLDER}/api.md").as_ref());
    let after = prose(reader, format!("{FOLDER}/after.md").as_ref());
    let hints = hints(reader, format!("{FOLDER}/hints.md").as_ref());
    let starter = program(reader, format!("{FOLDER}/starter.js").as_ref(), class.as_deref());
    let head = head?;
    let examples = head.examples.into_iter().filter_map(|(file, example)| {
        let path = format!("{FOLDER}/examples/{file}.js");
        let source = program(reader, path.as_ref(), Some(&head.class))?;
        Some(CapstoneExample { source, ..example })
    });
    Some(Capstone {
        examples: examples.collect(),
        slug: SLUG.to_owned(),
        title: head.title,
        class: head.class,
        words: head.words,
        rivals: head.rivals,
        levels: head.levels,
        statement: statement?,
        api: api?,
        after: after?,
        hints: hints?,
        starter: starter?,
    })
}

/// What `capstone.toml` says; the examples, by the names of their files, have no source yet.
struct Head {
    title: String,
    class: String,
    words: String,
    rivals: Vec<String>,
    levels: Vec<CapstoneLevel>,
    examples: Vec<(String, CapstoneExample)>,
}

fn head(reader: &mut Reader) -> Option<Head> {
    let (mut sheet, file) = reader.sheet::<File>(format!("{FOLDER}/capstone.toml"))?;
    let class = sheet.plain(&file.class);
    if !class.chars().all(|c| c.is_ascii_alphabetic()) {
        let message = format!("\"{class}\" is no name of a class; write ASCII letters");
        sheet.problem(&file.class, message);
    }
    for rival in &file.rivals {
        if ProtocolConfig::named(rival.get_ref()).is_none() {
            let message = format!("there is no algorithm \"{}\" in the engine", rival.get_ref());
            sheet.problem(rival, message);
        }
    }
    let levels = file.level.iter().map(|entry| level(&mut sheet, entry)).collect();
    let examples = file.example.iter().map(|entry| {
        let example = example(&mut sheet, entry);
        (entry.file.get_ref().clone(), example)
    });
    Some(Head {
        examples: examples.collect(),
        title: sheet.plain(&file.title),
        class,
        words: file.words.join("\n"),
        rivals: file.rivals.iter().map(|rival| rival.get_ref().clone()).collect(),
        levels,
    })
}

fn level(sheet: &mut Sheet<'_>, entry: &LevelEntry) -> CapstoneLevel {
    CapstoneLevel {
        id: sheet.define(Kind::Level, &entry.id),
        title: sheet.plain(&entry.title),
        claim: sheet.inline(&entry.claim),
        trial: Level {
            faults: entry.faults.clone(),
            checks: entry.checks.clone(),
            majority: entry.majority,
            settles_ms: entry.settles_ms,
        },
    }
}

fn example(sheet: &mut Sheet<'_>, entry: &ExampleEntry) -> CapstoneExample {
    CapstoneExample {
        slug: entry.file.get_ref().clone(),
        title: sheet.plain(&entry.title),
        about: sheet.inline(&entry.about),
        source: String::new(),
        passes: entry.passes.iter().map(|level| sheet.mention(Kind::Level, level)).collect(),
    }
}
