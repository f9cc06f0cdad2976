//! A TOML file being read: turns its fields into checked values and HTML.

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::markdown;
use super::names::{Kind, Place};
use super::passage::Passage;
use super::reader::{Reader, SourceFile};
use crate::{BuiltHtml, SPEEDS};

/// A string in a TOML file and where it stands there.
pub(super) type Field = Spanned<String>;

/// The file and the reader that notes what is found in it.
pub(super) struct Sheet<'r> {
    pub reader: &'r mut Reader,
    pub file: SourceFile,
}

impl<'r> Sheet<'r> {
    /// Parses `text`, whose offsets must be those of the file.
    pub fn parse<T: DeserializeOwned>(
        reader: &'r mut Reader,
        file: SourceFile,
        text: &str,
    ) -> Option<(Self, T)> {
        match toml::from_str(text) {
            Ok(value) => Some((Sheet { reader, file }, value)),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let place = file.place(file.line_at(start.min(file.text.len())));
                reader.problem(place, error.message().replace('\n', ", "));
                None
            }
        }
    }

    pub fn place<T>(&self, field: &Spanned<T>) -> Place {
        self.file.place(self.file.line_at(field.span().start))
    }

    pub fn problem<T>(&mut self, field: &Spanned<T>, message: impl Into<String>) {
        self.reader.problem(self.place(field), message);
    }

    /// This field is the id of a new `kind`.
    pub fn define(&mut self, kind: Kind, field: &Field) -> String {
        let place = self.place(field);
        self.reader.define(kind, field.get_ref(), place);
        field.get_ref().clone()
    }

    /// This field is the id of a `kind` that must exist.
    pub fn mention(&mut self, kind: Kind, field: &Field) -> String {
        let place = self.place(field);
        self.reader.mention(kind, field.get_ref(), place);
        field.get_ref().clone()
    }

    /// This field is text without Markdown.
    pub fn plain(&mut self, field: &Field) -> String {
        if field.get_ref().trim().is_empty() {
            self.problem(field, "this text is empty; write a sentence");
        }
        field.get_ref().clone()
    }

    /// This field is a speed that the page offers.
    pub fn speed(&mut self, field: &Spanned<u32>) -> u32 {
        let speed = *field.get_ref();
        if !SPEEDS.contains(&speed) {
            let choices = SPEEDS.map(|speed| speed.to_string()).join(", ");
            let message = format!(
                "a speed of {speed} cannot be chosen; 1000 is real time, the choices are {choices}"
            );
            self.problem(field, message);
        }
        speed
    }

    /// This field is Markdown of one paragraph.
    pub fn inline(&mut self, field: &Field) -> BuiltHtml {
        self.render(field, markdown::inline)
    }

    /// This field is Markdown of one paragraph that becomes a control: no links in it.
    pub fn label(&mut self, field: &Field) -> BuiltHtml {
        self.render(field, markdown::label)
    }

    /// This field is Markdown of any length.
    pub fn blocks(&mut self, field: &Field) -> BuiltHtml {
        self.render(field, markdown::blocks)
    }

    fn render(
        &mut self,
        field: &Field,
        render: impl Fn(&mut Reader, Passage<'_>) -> BuiltHtml,
    ) -> BuiltHtml {
        let raw = &self.file.text[field.span()];
        let broken = raw.starts_with("\"\"\"") || raw.starts_with("'''");
        // TOML drops a line break that directly follows the opening quotes.
        let dropped = broken && raw[3..].starts_with('\n');
        let passage = Passage {
            file: &self.file.path,
            text: field.get_ref(),
            line: self.file.line_at(field.span().start) + usize::from(dropped),
            broken,
        };
        render(self.reader, passage)
    }
}
