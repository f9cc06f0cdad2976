//! `course/sources.toml`.

use serde::Deserialize;

use super::names::Kind;
use super::reader::Reader;
use super::sheet::{Field, Sheet};
use crate::Source;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Field,
    title: Field,
    authors: Field,
    year: u16,
    published: Field,
    url: Option<Field>,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Source> {
    let Some((mut sheet, file)) = reader.sheet::<File>("course/sources.toml") else {
        return Vec::new();
    };
    file.source
        .iter()
        .map(|entry| Source {
            id: sheet.define(Kind::Source, &entry.id),
            title: sheet.plain(&entry.title),
            authors: sheet.plain(&entry.authors),
            year: entry.year,
            published: sheet.plain(&entry.published),
            url: entry.url.as_ref().map(|url| address(&mut sheet, url)),
        })
        .collect()
}

fn address(sheet: &mut Sheet<'_>, url: &Field) -> String {
    if !url.get_ref().starts_with("https://") {
        sheet.problem(url, "an address must begin with https://");
    }
    url.get_ref().clone()
}
