//! The shapes of everything a learner reads and answers.
//!
//! The files under `course/` and `challenges/` are the source; `compile` (a feature, used by
//! the page's build script and by the tests) reads them, checks them and renders their
//! Markdown, and what comes out is a [`Course`]. The page embeds that in a compact form, so it carries
//! no Markdown parser and no file can be wrong by the time a learner sees it.
//!
//! An *id* or *slug* is lower-case words joined by hyphens, unique among its kind; one that
//! points elsewhere always finds what it names.

mod amount;
mod capstone;
mod challenge;
#[cfg(feature = "compile")]
pub mod compile;
mod experiment;
mod gallery;
mod json_text;
mod measure;

pub use amount::Amount;
pub use capstone::{Capstone, CapstoneExample, CapstoneLevel};
pub use challenge::{Case, Challenge, Gap, Hidden, code_lines};
pub use experiment::{Experiment, Goal};
pub use gallery::{
    Compared, Family, Gallery, Measured, Spread, SystemRow, SystemScenario, Verdict,
};
pub use measure::{Measure, MeasurePrediction, pieces};

use election_engine::predicate::{EventPattern, Predicate};
use election_engine::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// The speeds that can be chosen on the page, in thousandths of real time.
pub const SPEEDS: [u32; 17] =
    [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000, 100_000];

/// Everything the page teaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// What is read and answered.
    pub lesson: Lesson,
    /// What is run.
    pub workshop: Workshop,
    /// The algorithms.
    pub gallery: Gallery,
    /// What is measured, in the order of the engine's experiments.
    pub measures: Vec<Measure>,
}

/// What is read and answered: all that the page needs at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// All nine, in the order in which they are taught.
    pub steps: Vec<Step>,
    /// In the order of the file; each term is linked from somewhere.
    pub glossary: Vec<Term>,
    /// What claims are cited from.
    pub sources: Vec<Source>,
    /// What wrong answers give away.
    pub misconceptions: Vec<Misconception>,
    /// The questions of the quiz, then the inline ones.
    pub quiz: Vec<Question>,
    /// The goals of all experiments, by [`Experiment::goal_id`].
    pub goals: Vec<String>,
}

/// What is run: clusters and code. Loaded when a part of the page needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workshop {
    /// By slug.
    pub tours: Vec<Tour>,
    /// In the order of the file.
    pub experiments: Vec<Experiment>,
    /// By slug.
    pub challenges: Vec<Challenge>,
    /// A whole election to write, after all of them. Nothing only while the course has problems.
    pub capstone: Option<Capstone>,
    /// By slug.
    pub examples: Vec<CodeExample>,
    /// By slug.
    pub scenarios: Vec<NamedScenario>,
}

/// HTML that our own build rendered from our own Markdown. Never made from anything else.
///
/// It is one of two sorts, as the field that holds it says. *Inline*: what may stand within a
/// paragraph. *Blocks*: paragraphs, lists, tables, code; headings begin at `<h3>`.
/// A glossary term is a `<button popovertarget="term-ID">`: the page holds one popover of that
/// id for each term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BuiltHtml(pub String);

/// One of the nine steps: `course/steps/<number>-<slug>.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// As in the file's name, without the number.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// What the learner does here for the step to count, in one sentence of plain text.
    pub task: String,
    /// Prose and live parts as they follow each other.
    pub body: Vec<Block>,
}

impl Step {
    /// Ids of the questions that are asked inside the step.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.body.iter().filter_map(|block| match block {
            Block::Widget { kind: Widget::Check, argument } => Some(argument.as_str()),
            _ => None,
        })
    }
}

/// A piece of a step: prose, or a live part of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// Blocks.
    Html(BuiltHtml),
    /// A line `{{kind}}` or `{{kind argument}}` standing alone in the Markdown.
    Widget {
        /// Which live part.
        kind: Widget,
        /// The id that it shows; empty for a kind that takes none.
        argument: String,
    },
}

/// The live parts that a step may place between its paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widget {
    /// `{{tour <slug>}}`: the diagram with a guided tour.
    Tour,
    /// `{{experiments}}`: all experiments, one after another.
    Experiments,
    /// `{{code <slug>}}`: an editable example that runs and prints.
    Code,
    /// `{{quiz}}`: all questions.
    Quiz,
    /// `{{challenge <slug>}}`: a coding challenge.
    Challenge,
    /// `{{glossary}}`: all terms, each with a "can you say it?" card.
    Glossary,
    /// `{{check <id>}}`: one question in place, from `course/checks.toml`.
    Check,
}

/// An entry of `course/glossary.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Named by `term:` links.
    pub id: String,
    /// Plain text.
    pub name: String,
    /// Blocks; may link to other terms.
    pub definition: BuiltHtml,
}

/// An entry of `course/sources.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Named by `source:` links.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// People or the project.
    pub authors: String,
    /// Of this edition.
    pub year: u16,
    /// Journal, conference, project file: where to look it up.
    pub published: String,
    /// Begins with `https://`.
    pub url: Option<String>,
}

/// An entry of `course/misconceptions.toml`: what people believe, and what is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misconception {
    /// Named by wrong options.
    pub id: String,
    /// Plain text.
    pub belief: String,
    /// Blocks.
    pub truth: BuiltHtml,
}

/// An entry of `course/quiz.toml` (the quiz) or `course/checks.toml` (asked inside a step).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Unique among the quiz and the inline questions.
    pub id: String,
    /// Inline.
    pub prompt: BuiltHtml,
    /// Three or four.
    pub options: Vec<Choice>,
    /// How a test computes the right answer with the engine, where that is possible.
    pub computed: Option<String>,
    /// Asked inside a step rather than in the quiz.
    pub inline: bool,
}

/// One answer to a question. Exactly one of a question's choices is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Inline, without links: it stands inside a control.
    pub text: BuiltHtml,
    /// Whether it is the answer.
    pub right: bool,
    /// Blocks: why it is right or wrong.
    pub explanation: BuiltHtml,
    /// Id of the misconception that makes this answer tempting.
    pub misconception: Option<String>,
}

/// `course/tours/<slug>.toml`: a narrated run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tour {
    /// The file's name.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Slug of the scenario that it narrates.
    pub scenario: String,
    /// At least one.
    pub beats: Vec<Beat>,
}

/// One sentence of a tour, the event it waits for, and what must then be true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Plain text.
    pub title: String,
    /// Inline.
    pub caption: BuiltHtml,
    /// The run plays on until this happens (counted from the end of the beat before).
    pub until: EventPattern,
    /// What the caption says, at least one thing. A test holds each of them against the run.
    pub shows: Vec<Predicate>,
    /// Asked before the beat plays.
    pub predict: Option<Prediction>,
}

/// A question to commit to before watching.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// Inline.
    pub prompt: BuiltHtml,
    /// Two to four.
    pub options: Vec<Choice>,
}

/// `course/code/<slug>.js`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeExample {
    /// The file's name.
    pub slug: String,
    /// Plain text, from the file's first line.
    pub title: String,
    /// JavaScript, without the line of the title.
    pub source: String,
}

/// `course/scenarios/<slug>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedScenario {
    /// The file's name.
    pub slug: String,
    /// Valid for the engine.
    pub scenario: Scenario,
}
