//! `course/scenarios/<slug>.json`: the runs that tours and experiments start from.

use std::path::Path;

use super::names::Kind;
use super::reader::Reader;
use crate::NamedScenario;

pub(super) fn read(reader: &mut Reader) -> Vec<NamedScenario> {
    reader
        .files("course/scenarios", "json")
        .iter()
        .filter_map(|path| scenario(reader, path))
        .collect()
}

fn scenario(reader: &mut Reader, path: &Path) -> Option<NamedScenario> {
    let slug = reader.define_slug(Kind::Scenario, path);
    Some(NamedScenario { slug, scenario: reader.scenario(path)? })
}
