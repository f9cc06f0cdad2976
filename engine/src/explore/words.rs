//! What came of a search, in words: exactly that, and nothing more.

use super::{Answer, Bound, Progress, Question};

/// What ends the name of so many things: one event, two events.
pub const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The result in a sentence or two.
pub fn sentence(question: &Question, answer: &Answer, progress: &Progress) -> String {
    let claim = question.claim.name();
    let ended = match answer {
        Answer::Found(finding) => {
            let events = finding.events.len() as u64 - 1;
            let s = plural(events);
            return format!("{claim} falls. The shortest run takes {events} event{s}.");
        }
        Answer::None(Some(Bound::Depth)) => "The search ended at the bound on depth.",
        Answer::None(Some(Bound::States)) => "The search ended at the bound on states.",
        Answer::None(Some(Bound::Memory)) => "The search ended at the bound on memory.",
        Answer::None(None) if progress.beyond_number || progress.beyond_in_flight => {
            "Every run was seen that keeps to the bounds on numbers and messages in flight."
        }
        Answer::None(None) => "Every run was seen to its end.",
    };
    let empty = match progress.led {
        true => "",
        false => " Nobody was ever elected, so this says little.",
    };
    format!("{claim}: none within these bounds. {ended}{empty}")
}
