//! `course/steps/<number>-<slug>.md`: front matter, then Markdown with widgets.

use std::path::Path;

use serde::Deserialize;

use super::markdown;
use super::names::Kind;
use super::passage::Passage;
use super::reader::{Reader, SourceFile};
use super::sheet::{Field, Sheet};
use crate::Step;

/// The steps in the order in which they are taught.
const SLUGS: [&str; 9] = [
    "why",
    "terms",
    "visual-model",
    "code-example",
    "experiment",
    "quiz",
    "challenge",
    "real-world",
    "connections",
];

const FENCE: &str = "+++";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: Field,
    task: Field,
}

pub(super) fn read(reader: &mut Reader) -> Vec<Step> {
    let numbered = (1..).zip(SLUGS);
    numbered.filter_map(|(number, slug)| read_step(reader, number, slug)).collect()
}

fn read_step(reader: &mut Reader, number: usize, slug: &str) -> Option<Step> {
    let path = format!("course/steps/{number}-{slug}.md");
    let file = reader.open(Path::new(&path))?;
    reader.define(Kind::Step, slug, file.place(1));
    let Some((head, body_start)) = split(&file.text) else {
        let message = "begin with a line +++, then title and task, then another line +++";
        reader.problem(file.place(1), message);
        return None;
    };
    let (title, task, body) = {
        let (mut sheet, front) = Sheet::parse::<FrontMatter>(reader, file, &head)?;
        let title = sheet.plain(&front.title);
        let task = sheet.plain(&front.task);
        let body = body(sheet.reader, &sheet.file, body_start);
        (title, task, body)
    };
    Some(Step { slug: slug.to_owned(), title, task, body })
}

fn body(reader: &mut Reader, file: &SourceFile, start: usize) -> Vec<crate::Block> {
    let passage = Passage {
        file: &file.path,
        text: &file.text[start..],
        line: file.line_at(start),
        broken: true,
    };
    markdown::with_widgets(reader, passage)
}

/// The front matter, with blanks for the fence so that offsets stay those of the file, and
/// where the body begins.
fn split(text: &str) -> Option<(String, usize)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_end() == FENCE;
        if offset == 0 && !is_fence {
            return None;
        }
        if offset > 0 && is_fence {
            let head = text[..offset].replacen(FENCE, "   ", 1);
            return Some((head, offset + line.len()));
        }
        offset += line.len();
    }
    None
}
