//! `course/glossary.toml`.

use serde::Deserialize;

use super::names::Kind;
use super::reader::Reader;
use super::sheet::Field;
use crate::Term;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Field,
    name: Field,
    definition: Field,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Term> {
    let Some((mut sheet, file)) = reader.sheet::<File>("course/glossary.toml") else {
        return Vec::new();
    };
    file.term
        .iter()
        .map(|entry| Term {
            id: sheet.define(Kind::Term, &entry.id),
            name: sheet.plain(&entry.name),
            definition: sheet.blocks(&entry.definition),
        })
        .collect()
}
