//! `challenges/<slug>/`: something to program, with all that it takes to judge it.

use std::path::Path;

use election_engine::elsewhere::part::Part;
use election_engine::scenario::Scenario;
use serde::Deserialize;
use toml::Spanned;

use super::markdown;
use super::names::{Kind, Place};
use super::passage::Passage;
use super::reader::{Reader, SourceFile};
use super::sheet::Field;
use crate::{BuiltHtml, Case, Challenge, Gap, Hidden, code_lines};

/// Fewer would not show that the cases tell right from wrong.
const BROKEN_AT_LEAST: usize = 3;

/// From a nudge to nearly the answer takes three.
const HINTS_AT_LEAST: usize = 3;

const BETWEEN_HINTS: &str = "\n---\n";

/// Around what the learner has to fill in.
const GAP: [char; 2] = ['⟦', '⟧'];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Field,
    function: Field,
    after_tour: Option<Field>,
    place: u32,
    par: Spanned<u32>,
    hidden: Spanned<u32>,
    part: Option<Part>,
}

/// What `challenge.toml` says.
struct Head {
    title: String,
    function: String,
    after_tour: Option<String>,
    place: u32,
    par: u32,
    /// The line in which the par stands.
    par_at: Place,
    hidden: u32,
    part: Option<Part>,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Challenge> {
    let folders = reader.folders("challenges");
    let mut all: Vec<Challenge> =
        folders.iter().filter_map(|folder| challenge(reader, folder)).collect();
    all.sort_by_key(|challenge| challenge.place);
    all
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
    let draw = program(reader, &folder.join("hidden.js"), Some("draw"));
    let ordered = ordered(reader, &folder.join("ordered.js"), function);
    let gaps = gaps(reader, &folder.join("gaps.js"), function);
    check_broken(reader, &folder.join("broken"), function);
    let runs = runs(reader, folder, head.as_ref());
    let head = head?;
    if let Some(solution) = &solution
        && code_lines(solution) > head.par as usize
    {
        let message = format!(
            "the solution has {} lines of code; raise the par or shorten it",
            code_lines(solution)
        );
        reader.problem(head.par_at, message);
    }
    Some(Challenge {
        slug,
        title: head.title,
        function: head.function,
        statement: statement?,
        starter: starter?,
        solution: solution?,
        hints: hints?,
        cases: cases?,
        hidden: Hidden { draw: draw?, count: head.hidden },
        place: head.place,
        par: head.par,
        ordered,
        gaps,
        part: head.part,
        runs,
        after: after?,
        after_tour: head.after_tour,
    })
}

fn head(reader: &mut Reader, path: &Path) -> Option<Head> {
    let (mut sheet, file) = reader.sheet::<File>(path)?;
    let hidden = *file.hidden.get_ref();
    if hidden == 0 {
        sheet.problem(&file.hidden, "no hidden case is drawn; write 1 or more");
    }
    let function = sheet.plain(&file.function);
    let mut letters = function.chars();
    if !letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        || !letters.all(|c| c.is_ascii_alphanumeric())
    {
        let message = format!("\"{function}\" cannot be called; write ASCII letters and digits");
        sheet.problem(&file.function, message);
    }
    Some(Head {
        title: sheet.plain(&file.title),
        function,
        after_tour: file.after_tour.as_ref().map(|tour| sheet.mention(Kind::Tour, tour)),
        place: file.place,
        par_at: sheet.place(&file.par),
        par: *file.par.get_ref(),
        hidden,
        part: file.part,
    })
}

pub(super) fn prose(reader: &mut Reader, path: &Path) -> Option<BuiltHtml> {
    let file = reader.open(path)?;
    Some(render(reader, &file, &file.text, 1))
}

/// Hints stand one after the other, with a line `---` between them.
pub(super) fn hints(reader: &mut Reader, path: &Path) -> Option<Vec<BuiltHtml>> {
    let file = reader.open(path)?;
    let mut start = 0;
    let mut hints = Vec::new();
    for hint in file.text.split(BETWEEN_HINTS) {
        hints.push(render(reader, &file, hint, file.line_at(start)));
        start += hint.len() + BETWEEN_HINTS.len();
    }
    if hints.len() < HINTS_AT_LEAST {
        let message = format!(
            "hints are missing: there are {}, so write at least {HINTS_AT_LEAST}, with a line --- between two",
            hints.len()
        );
        reader.problem(file.place(1), message);
    }
    Some(hints)
}

fn render(reader: &mut Reader, file: &SourceFile, text: &str, line: usize) -> BuiltHtml {
    let passage = Passage { file: &file.path, text, line, broken: true };
    markdown::blocks(reader, passage)
}

pub(super) fn program(reader: &mut Reader, path: &Path, function: Option<&str>) -> Option<String> {
    let file = reader.open(path)?;
    if let Some(function) = function
        && !file.text.contains(function)
    {
        let message = format!("this code never names {function}, the function of the challenge");
        reader.problem(file.place(1), message);
    }
    Some(file.text)
}

/// A warm-up: pieces with a blank line between two, in the order in which they are right.
fn ordered(reader: &mut Reader, path: &Path, function: Option<&str>) -> Option<Vec<String>> {
    let text = warm_up(reader, path, function)?;
    let pieces: Vec<String> =
        text.trim_end().split("\n\n").map(|piece| piece.trim_matches('\n').to_owned()).collect();
    if !(3..=12).contains(&pieces.len()) {
        let message = format!(
            "{} pieces are no exercise; write 3 to 12, with an empty line between two",
            pieces.len()
        );
        reader.problem(Place { file: path.to_owned(), line: 1 }, message);
    }
    Some(pieces)
}

/// A warm-up: code in which ⟦…⟧ is taken out and has to be filled in again.
fn gaps(reader: &mut Reader, path: &Path, function: Option<&str>) -> Option<Vec<Gap>> {
    let text = warm_up(reader, path, function)?;
    for (index, line) in text.lines().enumerate() {
        let marks: Vec<char> = line.chars().filter(|c| GAP.contains(c)).collect();
        if marks.chunks(2).any(|pair| pair != GAP) {
            let place = Place { file: path.to_owned(), line: index + 1 };
            reader.problem(place, "a gap opens with ⟦ and closes with ⟧ in the same line");
        }
    }
    let gaps: Vec<Gap> = text
        .split('⟧')
        .map(|part| {
            let (before, answer) = part.split_once('⟦').unwrap_or((part, ""));
            Gap { before: before.to_owned(), answer: answer.to_owned() }
        })
        .collect();
    if gaps.len() < 2 {
        let place = Place { file: path.to_owned(), line: 1 };
        reader.problem(place, "there is no gap to fill; put ⟦…⟧ around what to take out");
    }
    Some(gaps)
}

/// The runs in which the function becomes a part of the cluster. Without a head nobody knows
/// which, and they are only read.
fn runs(reader: &mut Reader, folder: &Path, head: Option<&Head>) -> Vec<Scenario> {
    let part = head.map(|head| head.part);
    if part == Some(None) {
        return Vec::new();
    }
    let part = part.flatten();
    let paths = reader.files(folder.join("runs"), "json");
    if paths.is_empty() && part.is_some() {
        let place = Place { file: folder.join("runs"), line: 1 };
        reader.problem(place, "there is no run for the part to show in; add a scenario");
    }
    let mut runs = Vec::new();
    for path in paths {
        let Some(scenario) = reader.scenario(&path) else { continue };
        let place = Place { file: path, line: 1 };
        if let Some(part) = part
            && part.ask_elsewhere(&mut scenario.clone()).is_none()
        {
            let home = part.home();
            reader.problem(place, format!("this run has no such part; write a scenario of {home}"));
        } else if scenario.title.is_empty() {
            reader.problem(place, "this run needs a title; say what happens in it");
        }
        runs.push(scenario);
    }
    runs
}

/// The text of a file that need not be there.
fn warm_up(reader: &mut Reader, path: &Path, function: Option<&str>) -> Option<String> {
    let folder = path.parent()?;
    let there = reader.files(folder, "js").iter().any(|found| found == path);
    if there { program(reader, path, function) } else { None }
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
