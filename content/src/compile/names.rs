//! Every id that the course defines, and every place that mentions one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::problem::Problem;

/// What an id can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Step,
    Term,
    Source,
    Misconception,
    Question,
    /// A question of `course/checks.toml`; it is a `Question` as well.
    Check,
    Tour,
    Experiment,
    Challenge,
    Code,
    Scenario,
    /// A level of the capstone.
    Level,
    /// A row of the gallery.
    System,
}

impl Kind {
    /// What to call it, and where one is defined.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Step => ("step", "course/steps"),
            Kind::Term => ("term", "course/glossary.toml"),
            Kind::Source => ("source", "course/sources.toml"),
            Kind::Misconception => ("misconception", "course/misconceptions.toml"),
            Kind::Question => ("question", "course/quiz.toml"),
            Kind::Check => ("question", "course/checks.toml"),
            Kind::Tour => ("tour", "course/tours"),
            Kind::Experiment => ("experiment", "course/experiments.toml"),
            Kind::Challenge => ("challenge", "challenges"),
            Kind::Code => ("code example", "course/code"),
            Kind::Scenario => ("scenario", "course/scenarios"),
            Kind::Level => ("level", "course/capstone/capstone.toml"),
            Kind::System => ("algorithm", "course/systems"),
        }
    }

    /// What to do about one that no learner can get to; `None` if it need not be mentioned.
    fn cure(self) -> Option<&'static str> {
        match self {
            Kind::Term => Some("link it as [words](term:ID)"),
            Kind::Check => Some("place it with {{check ID}}"),
            Kind::Tour => Some("place it with {{tour ID}}"),
            Kind::Code => Some("place it with {{code ID}}"),
            _ => None,
        }
    }
}

/// A line of a file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub file: PathBuf,
    pub line: usize,
}

impl Place {
    pub fn problem(&self, message: String) -> Problem {
        Problem { file: self.file.clone(), line: self.line, message }
    }
}

/// Collected while the files are read, and compared once all of them were.
#[derive(Default)]
pub(super) struct Names {
    defined: BTreeMap<(Kind, String), Place>,
    mentioned: Vec<(Kind, String, Place)>,
}

impl Names {
    /// Notes a definition. It is a problem if the id is taken or not well formed.
    pub fn define(&mut self, kind: Kind, id: &str, place: Place) -> Result<(), Problem> {
        let (noun, _) = kind.words();
        if !is_kebab(id) {
            return Err(place.problem(format!(
                "\"{id}\" cannot be the id of a {noun}; write lower-case words joined by hyphens"
            )));
        }
        if let Some(first) = self.defined.get(&(kind, id.to_owned())) {
            return Err(place.problem(format!(
                "there is already a {noun} \"{id}\" at {}:{}; give this one another id",
                first.file.display(),
                first.line
            )));
        }
        self.defined.insert((kind, id.to_owned()), place);
        Ok(())
    }

    pub fn knows(&self, kind: Kind, id: &str) -> bool {
        self.defined.contains_key(&(kind, id.to_owned()))
    }

    pub fn mention(&mut self, kind: Kind, id: &str, place: Place) {
        self.mentioned.push((kind, id.to_owned(), place));
    }

    /// Mentions of what does not exist, and definitions of what nobody can get to.
    pub fn problems(&self) -> Vec<Problem> {
        let unknown = self
            .mentioned
            .iter()
            .filter(|(kind, id, _)| !self.defined.contains_key(&(*kind, id.clone())))
            .map(|(kind, id, place)| place.problem(self.unknown(*kind, id)));
        let mentioned: BTreeSet<(Kind, &str)> =
            self.mentioned.iter().map(|(kind, id, _)| (*kind, id.as_str())).collect();
        let unused =
            self.defined
                .iter()
                .filter(|((kind, id), _)| !mentioned.contains(&(*kind, id.as_str())))
                .filter_map(|((kind, id), place)| {
                    let (noun, _) = kind.words();
                    let cure = kind.cure()?.replace("ID", id);
                    Some(place.problem(format!(
                        "nothing leads to the {noun} \"{id}\"; {cure}, or remove it"
                    )))
                });
        unknown.chain(unused).collect()
    }

    fn unknown(&self, kind: Kind, id: &str) -> String {
        let (noun, home) = kind.words();
        let alike = |known: &str| strsim::damerau_levenshtein(known, id);
        let nearest = self
            .defined
            .keys()
            .filter(|(other, _)| *other == kind)
            .map(|(_, known)| known)
            .min_by_key(|known| alike(known))
            .filter(|known| alike(known) <= known.len() / 3);
        match nearest {
            Some(known) => {
                format!("there is no {noun} \"{id}\" in {home}; did you mean \"{known}\"?")
            }
            None => format!("there is no {noun} \"{id}\" in {home}; add it or correct the id"),
        }
    }
}

/// Whether `id` is lower-case words joined by hyphens.
pub(super) fn is_kebab(id: &str) -> bool {
    id.split('-').all(|word| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
