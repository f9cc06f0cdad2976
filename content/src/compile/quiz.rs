//! `course/quiz.toml` and `course/checks.toml`: the questions.

use serde::Deserialize;

use super::choices;
use super::names::Kind;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::Question;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Field,
    prompt: Field,
    computed: Option<Field>,
    #[serde(default)]
    option: Vec<choices::Entry>,
}

/// The questions of the quiz, then those that are asked inside a step.
pub(super) fn read(reader: &mut Reader) -> Vec<Question> {
    let mut questions = read_file(reader, "course/quiz.toml", false);
    questions.extend(read_file(reader, "course/checks.toml", true));
    questions
}

fn read_file(reader: &mut Reader, path: &str, inline: bool) -> Vec<Question> {
    let Some((mut sheet, file)) = reader.sheet::<File>(path) else {
        return Vec::new();
    };
    file.question.iter().map(|entry| question(&mut sheet, entry, inline)).collect()
}

fn question(sheet: &mut Sheet<'_>, entry: &Entry, inline: bool) -> Question {
    let place = sheet.place(&entry.id);
    let id = entry.id.get_ref();
    let is_new = sheet.reader.define(Kind::Question, id, place.clone());
    if inline && is_new {
        sheet.reader.define(Kind::Check, id, place);
    }
    let owner = format!("question \"{id}\"");
    Question {
        id: id.clone(),
        prompt: sheet.inline(&entry.prompt),
        options: choices::read(sheet, &owner, &entry.id, &entry.option, 3..=4),
        computed: entry.computed.as_ref().map(|field| sheet.plain(field)),
        inline,
    }
}
