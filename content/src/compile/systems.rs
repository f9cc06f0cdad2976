//! `course/systems/<row>.toml` and `course/systems/<row>/*.json`: the gallery.
//!
//! A row belongs to an algorithm of the engine's registry and bears its name. What was measured of
//! all rows stands in `course/systems/figures.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use election_engine::protocols::registry::{self, Info, ProtocolConfig};
use election_engine::scenario::Scenario;
use serde::Deserialize;
use toml::Spanned;

use super::names::{Kind, Place, is_kebab};
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::{Compared, Family, Measured, SystemRow, SystemScenario, Verdict};

/// What the test of the figures writes.
const FIGURES: &str = "course/systems/figures.json";
/// A cell of the table, in characters.
const WIDEST_CELL: usize = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    famous: Field,
    fails: Field,
    family: Family,
    promises: Field,
    needs: Field,
    not_promised: Field,
    instead: Field,
    choose: Field,
    detects: Field,
    majority: Field,
    token: Field,
    fences: Field,
    #[serde(default)]
    scenario: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: Field,
    title: Field,
    shows: Field,
    speed_permille: Spanned<u32>,
}

/// Reads the row of every algorithm. The sources must have been read before.
pub(super) fn read(reader: &mut Reader) -> Vec<SystemRow> {
    let mut figures = reader.json::<BTreeMap<String, Measured>>(FIGURES).unwrap_or_default();
    let rows = registry::ALL.iter().filter_map(|info| row(reader, info, figures.remove(info.name)));
    let rows = rows.collect();
    if let Some(name) = figures.keys().next() {
        let message =
            format!("there is no algorithm \"{name}\"; let the test write this file anew");
        reader.problem(Place { file: FIGURES.into(), line: 1 }, message);
    }
    rows
}

fn row(reader: &mut Reader, info: &Info, measured: Option<Measured>) -> Option<SystemRow> {
    let path = format!("course/systems/{}.toml", info.name);
    let file = Path::new(&path);
    reader.define(Kind::System, info.name, Place { file: file.to_owned(), line: 1 });
    check_sources(reader, info, file);
    // Of a row that cannot be read, nobody knows which scenarios it lists.
    let Some((mut sheet, file)) = reader.sheet::<File>(&path) else {
        for path in reader.files(format!("course/systems/{}", info.name), "json") {
            reader.scenario(path);
        }
        return None;
    };
    if file.scenario.is_empty() {
        let message = "this algorithm has no scenario; write at least one [[scenario]]";
        sheet.problem(&file.famous, message);
    }
    let famous = sheet.inline(&file.famous);
    let fails = sheet.inline(&file.fails);
    let verdict = Verdict {
        promises: sheet.inline(&file.promises),
        needs: sheet.inline(&file.needs),
        not_promised: sheet.inline(&file.not_promised),
        instead: sheet.inline(&file.instead),
        choose: sheet.inline(&file.choose),
    };
    let compared = Compared {
        detects: cell(&mut sheet, &file.detects),
        majority: cell(&mut sheet, &file.majority),
        token: cell(&mut sheet, &file.token),
        fences: cell(&mut sheet, &file.fences),
    };
    let mut listed = BTreeSet::new();
    let scenarios = file
        .scenario
        .iter()
        .filter_map(|entry| {
            let new = is_new(&mut sheet, &mut listed, &entry.file);
            new.then(|| scenario(&mut sheet, info, entry))?
        })
        .collect();
    let name = info.name.to_owned();
    let family = file.family;
    Some(SystemRow { name, famous, fails, family, verdict, compared, measured, scenarios })
}

/// A field of the table that compares all rows.
fn cell(sheet: &mut Sheet<'_>, field: &Field) -> String {
    let text = sheet.plain(field);
    let length = text.chars().count();
    if length > WIDEST_CELL {
        let message = format!("this has {length} characters; write {WIDEST_CELL} at most");
        sheet.problem(field, message);
    }
    text
}

/// Whether this name can be that of a file and was not listed before.
fn is_new<'a>(sheet: &mut Sheet<'_>, listed: &mut BTreeSet<&'a str>, file: &'a Field) -> bool {
    let slug = file.get_ref();
    if !is_kebab(slug) {
        let message = format!(
            "\"{slug}\" cannot be the name of a scenario; write lower-case words joined by hyphens"
        );
        sheet.problem(file, message);
        return false;
    }
    let new = listed.insert(slug);
    if !new {
        sheet.problem(file, format!("the scenario \"{slug}\" is listed already; list it once"));
    }
    new
}

fn scenario(sheet: &mut Sheet<'_>, info: &Info, entry: &Entry) -> Option<SystemScenario> {
    let slug = entry.file.get_ref().clone();
    let title = sheet.plain(&entry.title);
    let shows = sheet.inline(&entry.shows);
    let speed_permille = sheet.speed(&entry.speed_permille);
    let path = format!("course/systems/{}/{slug}.json", info.name);
    let scenario = run(sheet.reader, Path::new(&path), info)?;
    Some(SystemScenario { slug, title, shows, speed_permille, scenario })
}

fn run(reader: &mut Reader, path: &Path, info: &Info) -> Option<Scenario> {
    let scenario = reader.scenario(path)?;
    let other = scenario.protocol.info().name;
    if other != info.name {
        let message =
            format!("this is a scenario of \"{other}\"; write one of \"{}\" or move it", info.name);
        reader.problem(Place { file: path.to_owned(), line: 1 }, message);
    }
    Some(scenario)
}

/// What the engine cites must be among the course's sources.
fn check_sources(reader: &mut Reader, info: &Info, path: &Path) {
    let config = ProtocolConfig::named(info.name).expect("the registry knows its own names");
    let rules =
        config.rules().iter().map(|rule| (rule.source, format!("the rule \"{}\"", rule.id)));
    let itself = (info.source, format!("the algorithm \"{}\"", info.name));
    for (cited, who) in std::iter::once(itself).chain(rules) {
        // The place in the source may follow its id.
        let Some(id) = cited.split_whitespace().next() else { continue };
        if !reader.knows(Kind::Source, id) {
            let message = format!(
                "{who} cites \"{id}\", which is no source in course/sources.toml; \
                 add it there, or correct the id in engine/src/protocols"
            );
            reader.problem(Place { file: path.to_owned(), line: 1 }, message);
        }
    }
}
