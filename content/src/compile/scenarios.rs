//! `course/scenarios/<slug>.json`: the runs that tours and experiments start from.

use std::path::Path;

use election_engine::scenario::Scenario;

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
    let file = reader.open(path)?;
    match Scenario::parse(&file.text) {
        Ok(scenario) => Some(NamedScenario { slug, scenario }),
        Err(error) => {
            reader.problem(file.place(error.line), error.message);
            None
        }
    }
}
