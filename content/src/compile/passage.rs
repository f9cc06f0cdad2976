//! A stretch of Markdown and the lines of the file that it came from.

use std::path::Path;

/// Text that is about to be rendered, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Passage<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    /// Line of its first character, counted from 1.
    pub line: usize,
    /// Whether a line break in the text is a line break in the file. It is not in a TOML
    /// string on one line, where `\n` was written instead.
    pub broken: bool,
}

impl Passage<'_> {
    /// The line in the file of the character at `offset` in the text.
    pub fn line_at(&self, offset: usize) -> usize {
        if self.broken { self.line + line_breaks(&self.text[..offset]) } else { self.line }
    }
}

/// How many lines end within `text`.
pub(super) fn line_breaks(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}
