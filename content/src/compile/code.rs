//! `course/code/<slug>.js`: examples that a learner runs and edits.

use std::path::Path;

use super::names::Kind;
use super::reader::Reader;
use crate::CodeExample;

const TITLE: &str = "// title: ";

pub(super) fn read(reader: &mut Reader) -> Vec<CodeExample> {
    reader.files("course/code", "js").iter().filter_map(|path| example(reader, path)).collect()
}

fn example(reader: &mut Reader, path: &Path) -> Option<CodeExample> {
    let slug = reader.define_slug(Kind::Code, path);
    let file = reader.open(path)?;
    let (first, rest) = file.text.split_once('\n').unwrap_or((&file.text, ""));
    let Some(title) = first.strip_prefix(TITLE).map(str::trim) else {
        reader.problem(file.place(1), "begin with a line \"// title: …\"");
        return None;
    };
    if title.is_empty() {
        reader.problem(file.place(1), "this title is empty; say what the code shows");
    }
    if rest.trim().is_empty() {
        reader.problem(file.place(2), "there is no code after the title");
    }
    Some(CodeExample {
        slug,
        title: title.to_owned(),
        source: rest.trim_start_matches(['\r', '\n']).to_owned(),
    })
}
