//! Two futures side by side: where they part, in words.

use super::branch::Branch;
use crate::words::{seconds, sentence};
use election_engine::ids::NodeId;
use election_engine::run::Run;
use election_engine::time::SimTime;
use election_engine::trace::RecordId;

/// Where two futures part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is the same, and from when on it is not.
    pub text: String,
    /// What each does first that the other does not, with its name.
    pub parts: Vec<(String, String)>,
}

/// Plays both as far as either was played, and looks for the first record that differs.
pub fn compare(a: &Branch, b: &Branch) -> Difference {
    let until = a.farthest().max(b.farthest());
    let play = |branch: &Branch| {
        let mut run = branch.run().fork();
        run.seek(until);
        run
    };
    let (left, right) = (play(a), play(b));
    let record = |run: &dyn Run, index: usize| {
        (index < run.records()).then(|| run.record(RecordId(index as u32))).flatten()
    };
    let both = |index: &usize| {
        let pair = (record(&*left, *index), record(&*right, *index));
        pair.0.is_some() && pair.0 == pair.1
    };
    let same = (0..left.records()).take_while(both).count();
    let text = match (record(&*left, same), record(&*right, same)) {
        (None, None) => format!("Up to {} the same things happen in both.", seconds(until)),
        (left, right) => {
            let at = [left, right].into_iter().flatten().map(|record| record.time).min();
            format!(
                "The first {same} events are the same. They part at {}.",
                seconds(at.unwrap_or(until))
            )
        }
    };
    let part = |branch: &Branch, run: &dyn Run| {
        (branch.name.clone(), format!("{} {}", first(run, same), outcome(run, until)))
    };
    Difference { text, parts: vec![part(a, &*left), part(b, &*right)] }
}

fn first(run: &dyn Run, index: usize) -> String {
    let store = NodeId(run.scenario().cluster.nodes);
    match run.entry(RecordId(index as u32)) {
        Some(entry) => format!("{}: {}", seconds(entry.time), sentence(&entry, store)),
        None => "Nothing more happens.".to_owned(),
    }
}

/// Who leads in the end, and what became of the claims.
fn outcome(run: &dyn Run, at: SimTime) -> String {
    let snapshot = run.snapshot();
    let leaders: Vec<String> = snapshot.leaders().map(|node| format!("node {}", node.id)).collect();
    let who = match leaders.as_slice() {
        [] => "nobody leads".to_owned(),
        [one] => format!("{one} leads"),
        several => format!("{} believe that they lead", several.join(" and ")),
    };
    let violated = match run.violations().len() {
        0 => String::new(),
        1 => ", and a claim does not hold".to_owned(),
        many => format!(", and claims are violated {many} times"),
    };
    format!("At {} {who}{violated}.", seconds(at))
}
