//! `challenges/<slug>/`: something to program, with all that it takes to judge it.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::markdown;
use super::names::{Kind, Place};
use super::passage::Passage;
use super::reader::{Reader, SourceFile};
use super::sheet::Field;
use crate::{BuiltHtml, Case, Challenge, Hidden};

/// Fewer would not show that the cases tell right from wrong.
const BROKEN_AT_LEAST: usize = 3;

const BETWEEN_HINTS: &str = "\n---\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Field,
    function: Field,
    after_tour: Option<Field>,
    hidden: Option<HiddenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HiddenEntry {
    rule: Field,
    count: Spanned<u32>,
}

/// What `challenge.toml` says.
struct Head {
    title: String,
    function: String,
    after_tour: Option<String>,
    hidden: Option<Hidden>,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Challenge> {
    reader.folders("challenges").iter().filter_map(|folder| challenge(reader, folder)).collect()
}

/// Reads every file before it gives up, so that all problems are seen at once.
fn challenge(reader: &mut Reader, folder: &Path) -> Option<Challenge> {
    let slug = reader.define_slug(Kind::Challenge, folder);
    let head = head(reader, &folder.join("challenge.toml"));
    let statement = prose(reader, &folder.join("statement.md"));
    let after = prose(reader, &folder.join("after.md"));
    let hints = hints(reader, &folder.join("hints.md"));
    let function = head.as_ref().map(|head| head.function.as_str());
    let starter = program(reader, &folder.join("starter.js"), function);
    let solution = program(reader, &folder.join("solution.js"), function);
    let cases = cases(reader, &folder.join("cases.json"));
    check_broken(reader, &folder.join("broken"), function);
    let head = head?;
    Some(Challenge {
        slug,
        title: head.title,
        function: head.function,
        statement: statement?,
        starter: starter?,
        solution: solution?,
        hints: hints?,
        cases: cases?,
        hidden: head.hidden,
        after: after?,
        after_tour: head.after_tour,
    })
}

fn head(reader: &mut Reader, path: &Path) -> Option<Head> {
    let (mut sheet, file) = reader.sheet::<File>(path)?;
    let hidden = file.hidden.map(|hidden| {
        let count = *hidden.count.get_ref();
        if count == 0 {
            sheet.problem(&hidden.count, "no hidden case is drawn; write 1 or more");
        }
        Hidden { rule: sheet.plain(&hidden.rule), count }
    });
    Some(Head {
        title: sheet.plain(&file.title),
        function: sheet.plain(&file.function),
        after_tour: file.after_tour.as_ref().map(|tour| sheet.mention(Kind::Tour, tour)),
        hidden,
    })
}

fn prose(reader: &mut Reader, path: &Path) -> Option<BuiltHtml> {
    let file = reader.open(path)?;
    Some(render(reader, &file, &file.text, 1))
}

/// Hints stand one after the other, with a line `---` between them.
fn hints(reader: &mut Reader, path: &Path) -> Option<Vec<BuiltHtml>> {
    let file = reader.open(path)?;
    let mut start = 0;
    let mut hints = Vec::new();
    for hint in file.text.split(BETWEEN_HINTS) {
        hints.push(render(reader, &file, hint, file.line_at(start)));
        start += hint.len() + BETWEEN_HINTS.len();
    }
    Some(hints)
}

fn render(reader: &mut Reader, file: &SourceFile, text: &str, line: usize) -> BuiltHtml {
    let passage = Passage { file: &file.path, text, line, broken: true };
    markdown::blocks(reader, passage)
}

fn program(reader: &mut Reader, path: &Path, function: Option<&str>) -> Option<String> {
    let file = reader.open(path)?;
    if let Some(function) = function
        && !file.text.contains(function)
    {
        let message = format!("this code never names {function}, the function of the challenge");
        reader.problem(file.place(1), message);
    }
    Some(file.text)
}

fn cases(reader: &mut Reader, path: &Path) -> Option<Vec<Case>> {
    let cases: Vec<Case> = reader.json(path)?;
    if cases.is_empty() {
        let place = Place { file: path.to_owned(), line: 1 };
        reader.problem(place, "there is no case; write at least one");
    }
    Some(cases)
}

/// Wrong solutions are not part of the course; a test holds the cases against them.
fn check_broken(reader: &mut Reader, folder: &Path, function: Option<&str>) {
    let paths = reader.files(folder, "js");
    if paths.len() < BROKEN_AT_LEAST {
        let place = Place { file: folder.to_owned(), line: 1 };
        let message = format!(
            "there are {} wrong solutions here; write at least {BROKEN_AT_LEAST}",
            paths.len()
        );
        reader.problem(place, message);
    }
    for path in paths {
        let Some(text) = program(reader, &path, function) else {
            continue;
        };
        if !text.starts_with("//") {
            let place = Place { file: path, line: 1 };
            reader.problem(place, "begin with a comment that says what is wrong with it");
        }
    }
}
