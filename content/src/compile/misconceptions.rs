//! `course/misconceptions.toml`.

use serde::Deserialize;

use super::names::Kind;
use super::reader::Reader;
use super::sheet::Field;
use crate::Misconception;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    misconception: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Field,
    belief: Field,
    truth: Field,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Misconception> {
    let Some((mut sheet, file)) = reader.sheet::<File>("course/misconceptions.toml") else {
        return Vec::new();
    };
    file.misconception
        .iter()
        .map(|entry| Misconception {
            id: sheet.define(Kind::Misconception, &entry.id),
            belief: sheet.plain(&entry.belief),
            truth: sheet.blocks(&entry.truth),
        })
        .collect()
}
