//! A mistake in a file of the course.

use std::fmt;
use std::path::PathBuf;

/// One mistake, where it is, and what to write instead.
/// It prints as `course/quiz.toml:41: question "nine-nodes" has no right option; …`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path below the project's root.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// One sentence that says what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { file, line, message } = self;
        write!(f, "{}:{line}: {message}", file.display())
    }
}

impl std::error::Error for Problem {}
