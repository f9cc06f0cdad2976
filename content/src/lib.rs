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
#[cfg(feature = "compile")]
pub mod compile;

pub use amount::Amount;
pub use capstone::{Capstone, CapstoneExample, CapstoneLevel};

use election_engine::elsewhere::part::Part;
use election_engine::predicate::{EventPattern, Predicate};
use election_engine::run::Run;
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

/// An entry of `course/experiments.toml`: something to bring about in the diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// Unique among the experiments.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Blocks.
    pub intro: BuiltHtml,
    /// Slug of the scenario that it starts from.
    pub scenario: String,
    /// At least one.
    pub goals: Vec<Goal>,
    /// Blocks, shown once every goal was reached.
    pub after: BuiltHtml,
    /// Slug of a challenge that does the same in code.
    pub challenge: Option<String>,
}

impl Experiment {
    /// The name under which a goal is kept, by its place in the list.
    pub fn goal_id(&self, goal: usize) -> String {
        format!("{}/{goal}", self.id)
    }

    /// The names of all its goals.
    pub fn goal_ids(&self) -> impl Iterator<Item = String> {
        (0..self.goals.len()).map(|goal| self.goal_id(goal))
    }
}

/// Something to bring about: these events in this order, ending in a state that shows this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// What to do, in plain text.
    pub text: String,
    /// How to do it, in plain text.
    pub hint: String,
    /// These events, each after the one before, others in between.
    pub sequence: Vec<EventPattern>,
    /// All of this holds after them. Never empty together with `sequence`.
    pub shows: Vec<Predicate>,
}

impl Goal {
    /// Whether the run has got there at its playhead.
    pub fn is_reached(&self, run: &dyn Run) -> bool {
        let mut ahead = self.sequence.iter().peekable();
        for entry in run.entries() {
            ahead.next_if(|pattern| pattern.fits(&entry));
        }
        ahead.peek().is_none() && self.shows.iter().all(|predicate| predicate.holds(run))
    }
}

/// A folder `challenges/<slug>/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The folder's name.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Name of the function that the learner writes.
    pub function: String,
    /// Blocks.
    pub statement: BuiltHtml,
    /// JavaScript that the editor begins with.
    pub starter: String,
    /// JavaScript that passes.
    pub solution: String,
    /// Blocks each, from a nudge to nearly the answer; at least one.
    pub hints: Vec<BuiltHtml>,
    /// The visible tests, at least one.
    pub cases: Vec<Case>,
    /// Tests that are drawn when the code is run.
    pub hidden: Hidden,
    /// Where it stands in the list, from 1.
    pub place: u32,
    /// How many lines of code a good solution has, as [`code_lines`] counts them.
    pub par: u32,
    /// A solution in pieces, in their order: to be put in order as a warm-up.
    pub ordered: Option<Vec<String>>,
    /// A solution with gaps to fill as a warm-up.
    pub gaps: Option<Vec<Gap>>,
    /// Which part of a cluster the function can become.
    pub part: Option<Part>,
    /// The runs in which it does so: at least one if there is a part, and none otherwise.
    #[serde(with = "json_text")]
    pub runs: Vec<Scenario>,
    /// Blocks, shown after passing.
    pub after: BuiltHtml,
    /// Slug of the tour that goes with `after`, if there is one.
    pub after_tour: Option<String>,
}

/// One visible test: the function is called with `arguments` and must return `expected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it tries, in plain text.
    pub name: String,
    /// What the function is called with.
    #[serde(with = "json_text")]
    pub arguments: Vec<serde_json::Value>,
    /// What it must return, of the same type.
    #[serde(with = "json_text")]
    pub expected: serde_json::Value,
}

/// A piece of code and the gap that follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The code before the gap.
    pub before: String,
    /// What fills it; empty after the last piece, which no gap follows.
    pub answer: String,
}

/// How many lines of a source are code: neither blank nor only a comment.
pub fn code_lines(source: &str) -> usize {
    let lines = source.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// Hidden tests: argument lists are drawn by a seed when the code is run; the solution says what
/// each must return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// JavaScript with a function `draw(random, index)` that gives `{ name, arguments }`.
    pub draw: String,
    /// How many are drawn, at least one.
    pub count: u32,
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

/// What the page tells of the algorithms beside the lesson. It is kept apart from the
/// [`Course`], because the lesson does not need it to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    /// One for each algorithm, in the order of the engine's registry.
    pub systems: Vec<SystemRow>,
}

/// `course/systems/<name>.toml`: an algorithm and what it does when things go wrong. Its title,
/// claim, assumptions, parameters and sources are in the engine's registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRow {
    /// The file's name, and the algorithm's in the registry.
    pub name: String,
    /// Inline: what it is known for.
    pub famous: BuiltHtml,
    /// Inline: what breaks it.
    pub fails: BuiltHtml,
    /// Whom it stands with in the gallery.
    pub family: Family,
    /// What to take away from it.
    pub verdict: Verdict,
    /// Its line in the table that compares all rows.
    pub compared: Compared,
    /// The figures of that line; nothing if nobody takes over from a leader.
    pub measured: Option<Measured>,
    /// At least one, in the order of the file.
    pub scenarios: Vec<SystemScenario>,
}

/// Rows that belong together, in the order in which the gallery shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Everybody asks everybody.
    Classic,
    /// A message goes round.
    Ring,
    /// A majority agrees, and remembers it.
    Consensus,
    /// A service says whose turn it is.
    Coordination,
    /// Elections inside a product.
    System,
    /// What goes wrong in practice, and what repairs it.
    Correction,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 6] = [
        Family::Classic,
        Family::Ring,
        Family::Consensus,
        Family::Coordination,
        Family::System,
        Family::Correction,
    ];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Family::Classic => "Classic",
            Family::Ring => "Rings",
            Family::Consensus => "Consensus",
            Family::Coordination => "Coordination services",
            Family::System => "Systems",
            Family::Correction => "Anti-patterns and repairs",
        }
    }
}

/// The lines with which a row ends. All inline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it promises.
    pub promises: BuiltHtml,
    /// Under which assumptions.
    pub needs: BuiltHtml,
    /// What it does not promise.
    pub not_promised: BuiltHtml,
    /// What to do about that.
    pub instead: BuiltHtml,
    /// When to choose it.
    pub choose: BuiltHtml,
}

/// What the table of all rows says in words; its figures are measured. All plain text, and short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How a dead leader is noticed.
    pub detects: String,
    /// Who must agree.
    pub majority: String,
    /// The number that grows from leader to leader.
    pub token: String,
    /// Who refuses a leader that comes too late.
    pub fences: String,
}

/// What many runs of a row with its defaults took from the crash of the leader on:
/// `course/systems/figures.json`, which a test writes and holds against the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// In how many runs.
    pub runs: u32,
    /// Milliseconds until somebody suspected the leader.
    pub noticed_ms: Spread,
    /// Milliseconds until the next one led.
    pub led_ms: Spread,
    /// Messages sent until then, answers and heartbeats among them.
    pub messages: Spread,
}

/// Where the values of many runs lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The smallest.
    pub least: u64,
    /// The one in the middle.
    pub median: u64,
    /// The largest.
    pub most: u64,
}

/// A run of the gallery: `course/systems/<name>/<slug>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemScenario {
    /// The file's name, unique within the row.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Inline: what to watch.
    pub shows: BuiltHtml,
    /// The speed at which the eye can follow, in thousandths of real time.
    pub speed_permille: u32,
    /// Valid for the engine, and of this row's algorithm. Algorithms leave fields out that are
    /// not set, which the compact form cannot do.
    #[serde(with = "json_text")]
    pub scenario: Scenario,
}

/// `course/measure/<slug>.toml`: the words of one of the engine's experiments, which has the dials,
/// the runs, the picture and the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The file's name, and the experiment's in the engine.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Inline: what is asked.
    pub question: BuiltHtml,
    /// Blocks: what is run, and what is counted.
    pub about: BuiltHtml,
    /// Inline: how to read the picture.
    pub reading: BuiltHtml,
    /// Plain text with facts of the experiment in it, as in `{median}`: see [`Measure::sentence`].
    pub result: String,
    /// The speed at which the eye can follow one run, in thousandths of real time.
    pub speed_permille: u32,
    /// Blocks: what the result does not say, and where its rules come from.
    pub caveat: BuiltHtml,
    /// Asked before the result is shown.
    pub prediction: MeasurePrediction,
}

impl Measure {
    /// The result with its numbers; `None` as long as one of them is not known.
    pub fn sentence(&self, fact: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut sentence = String::new();
        for (text, name) in pieces(&self.result)? {
            sentence += text;
            if let Some(name) = name {
                sentence += &fact(name)?;
            }
        }
        Some(sentence)
    }
}

/// A text with names between braces: what stands before each name, the name, and at last the
/// rest with no name. `None` if a brace stands alone.
pub fn pieces(text: &str) -> Option<Vec<(&str, Option<&str>)>> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        found.push((before, Some(name)));
        rest = after;
    }
    found.push((rest, None));
    let plain = |(text, name): &(&str, Option<&str>)| {
        !text.contains('}') && !name.is_some_and(|name| name.contains('{'))
    };
    found.iter().all(plain).then_some(found)
}

/// A guess at what will be measured. The options are ranges of one fact that touch each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasurePrediction {
    /// Inline.
    pub prompt: BuiltHtml,
    /// The name of the fact.
    pub fact: String,
    /// Where one option ends and the next begins, such as `13 s`; they grow.
    pub limits: Vec<String>,
    /// Two to four, from small to large. With the dials as they are at first one is right.
    pub options: Vec<Choice>,
}

impl MeasurePrediction {
    /// The option that a measured amount belongs to; `None` if the text is none.
    pub fn option_of(&self, measured: &str) -> Option<usize> {
        let measured = Amount::parse(measured)?;
        let reached = |limit: &String| Some(!measured.is_below(Amount::parse(limit)?)?);
        let reached: Option<Vec<bool>> = self.limits.iter().map(reached).collect();
        Some(reached?.into_iter().filter(|reached| *reached).count())
    }
}

/// Any JSON in a file that people read; its text in the compact form that the page embeds,
/// which cannot hold what has no fixed shape.
mod json_text {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            return value.serialize(to);
        }
        serde_json::to_string(value).map_err(S::Error::custom)?.serialize(to)
    }

    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: DeserializeOwned,
        D: Deserializer<'de>,
    {
        if from.is_human_readable() {
            return T::deserialize(from);
        }
        serde_json::from_str(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
