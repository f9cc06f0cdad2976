//! The shape of what is said about one of the engine's measurements.

use crate::{Amount, BuiltHtml, Choice};
use serde::{Deserialize, Serialize};

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
