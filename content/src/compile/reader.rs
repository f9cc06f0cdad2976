//! Opens the files of the course and remembers what was found in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use election_engine::scenario::Scenario;
use serde::de::DeserializeOwned;

use super::names::{Kind, Names, Place};
use super::passage::line_breaks;
use super::problem::Problem;
use super::sheet::Sheet;

/// The folders of which every file must be read by somebody.
const FOLDERS: [&str; 2] = ["course", "challenges"];

/// A file as it stands on the disk.
pub(super) struct SourceFile {
    /// Below the root.
    pub path: PathBuf,
    pub text: String,
}

impl SourceFile {
    pub fn place(&self, line: usize) -> Place {
        Place { file: self.path.clone(), line }
    }

    pub fn line_at(&self, offset: usize) -> usize {
        1 + line_breaks(&self.text[..offset])
    }
}

/// The one way to the files. All paths are below the root.
pub(super) struct Reader {
    root: PathBuf,
    opened: BTreeSet<PathBuf>,
    problems: Vec<Problem>,
    names: Names,
}

impl Reader {
    pub fn new(root: &Path) -> Self {
        Reader {
            root: root.to_owned(),
            opened: BTreeSet::new(),
            problems: Vec::new(),
            names: Names::default(),
        }
    }

    /// Opens a file that must be there.
    pub fn open(&mut self, path: impl AsRef<Path>) -> Option<SourceFile> {
        let path = path.as_ref().to_owned();
        self.opened.insert(path.clone());
        match fs::read_to_string(self.root.join(&path)) {
            // Some systems check files out with their own line ends.
            Ok(text) => Some(SourceFile { path, text: text.replace("\r\n", "\n") }),
            Err(error) => {
                let message = match error.kind() {
                    std::io::ErrorKind::NotFound => "this file is missing; add it".to_owned(),
                    _ => format!("this file cannot be read: {error}"),
                };
                self.problem(Place { file: path, line: 1 }, message);
                None
            }
        }
    }

    /// Opens a TOML file that must be there, and reads it as a `T`.
    pub fn sheet<T: DeserializeOwned>(&mut self, path: impl AsRef<Path>) -> Option<(Sheet<'_>, T)> {
        let file = self.open(path)?;
        let text = file.text.clone();
        Sheet::parse(self, file, &text)
    }

    /// Opens a JSON file that must be there, and reads it as a `T`.
    pub fn json<T: DeserializeOwned>(&mut self, path: impl AsRef<Path>) -> Option<T> {
        let file = self.open(path)?;
        match serde_json::from_str(&file.text) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                let place = format!(" at line {} column {}", error.line(), error.column());
                let message = message.strip_suffix(&place).unwrap_or(&message);
                self.problem(file.place(error.line().max(1)), message);
                None
            }
        }
    }

    /// Opens a scenario that must be there.
    pub fn scenario(&mut self, path: impl AsRef<Path>) -> Option<Scenario> {
        let file = self.open(path)?;
        match Scenario::parse(&file.text) {
            Ok(scenario) => Some(scenario),
            Err(error) => {
                self.problem(file.place(error.line), error.message);
                None
            }
        }
    }

    /// The files in `folder` that end in `.extension`, by name.
    pub fn files(&self, folder: impl AsRef<Path>, extension: &str) -> Vec<PathBuf> {
        self.entries(folder.as_ref())
            .into_iter()
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .filter(|path| self.root.join(path).is_file())
            .collect()
    }

    /// The folders in `folder`, by name.
    pub fn folders(&self, folder: impl AsRef<Path>) -> Vec<PathBuf> {
        self.entries(folder.as_ref())
            .into_iter()
            .filter(|path| self.root.join(path).is_dir())
            .collect()
    }

    pub fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(place.problem(message.into()));
    }

    /// Notes that this place defines `id`; false if the id cannot be used.
    pub fn define(&mut self, kind: Kind, id: &str, place: Place) -> bool {
        let result = self.names.define(kind, id, place);
        let usable = result.is_ok();
        self.problems.extend(result.err());
        usable
    }

    /// Notes that this place needs `id` to exist.
    pub fn mention(&mut self, kind: Kind, id: &str, place: Place) {
        self.names.mention(kind, id, place);
    }

    /// Whether `id` was defined up to now.
    pub fn knows(&self, kind: Kind, id: &str) -> bool {
        self.names.knows(kind, id)
    }

    /// A file's name without its extension, defined as the id of a `kind`.
    pub fn define_slug(&mut self, kind: Kind, path: &Path) -> String {
        let slug = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let place = Place { file: path.to_owned(), line: 1 };
        self.define(kind, &slug, place);
        slug
    }

    /// All problems, ordered by file and line, each once.
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.extend(self.names.problems());
        for folder in FOLDERS {
            self.refuse_strays(Path::new(folder));
        }
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }

    /// A file that nothing reads is a name misspelt, or work that no learner will ever see.
    fn refuse_strays(&mut self, folder: &Path) {
        for path in self.entries(folder) {
            if self.root.join(&path).is_dir() {
                self.refuse_strays(&path);
            } else if !self.opened.contains(&path) {
                let place = Place { file: path, line: 1 };
                self.problem(
                    place,
                    "nothing reads this file; correct its name or folder, or remove it",
                );
            }
        }
    }

    /// What is in `folder`, by name. Hidden files are an editor's business, not ours.
    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
            .filter(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                !name.starts_with('.') && !name.ends_with('~')
            })
            .collect();
        paths.sort();
        paths
    }
}
