//! Runs of a level, from the button to what is shown of them.

use std::rc::Rc;

use election_content::CapstoneLevel;
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
use election_engine::trial::{Fare, Fell};
use yew::prelude::*;

use crate::sandbox::kind::Kind;
use crate::sandbox::outcome::Console;
use crate::sandbox::trial::{BUSY, Came, LONGEST, Ran, Trial, likely_cause, stopped};
use crate::sandbox::verdict::{Fault, Verdict};

/// How many runs a level makes.
pub const RUNS: usize = 200;

/// A run that can be watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// With all that the nodes did.
    pub scenario: Rc<Scenario>,
    /// The instant to look at.
    pub at: SimTime,
    /// What it is, in a sentence.
    pub about: String,
}

/// What came of the runs of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// Which level, by its place.
    pub level: usize,
    /// What the learner is told.
    pub verdict: Verdict,
    /// How each run fared; empty if they did not come to their end.
    pub fares: Rc<Vec<Fare>>,
    /// The seeds of the runs, the first one that fails among them.
    pub seeds: Rc<Vec<u64>>,
    /// The seed of the run that failed, to be tried again.
    pub failed: Option<u64>,
    /// What can be watched.
    pub watched: Option<Watched>,
}

impl Ended {
    /// The same, of code that is no longer what stands in the editor.
    pub fn of_earlier(self) -> Ended {
        Ended { verdict: self.verdict.of_earlier(), ..self }
    }
}

/// Makes runs of these seeds. `tell` hears how far they have come, in words and in thousandths.
pub async fn make(
    trial: &Trial,
    level: &CapstoneLevel,
    place: usize,
    seeds: Vec<u64>,
    tell: &impl Fn(String, u32),
) -> Option<Ended> {
    let count = seeds.len();
    let started = js_sys::Date::now();
    let making = match count {
        1 => "Making a run".to_owned(),
        _ => format!("Making {count} runs"),
    };
    let (came, console) =
        trial.play(trial.scenarios(&seeds), |done| tell(making.clone(), done)).await;
    let seconds = (js_sys::Date::now() - started) / 1000.0;
    let seeds = Rc::new(seeds);
    let ended = |verdict, fares: Vec<Fare>, failed, watched| Ended {
        level: place,
        verdict,
        fares: Rc::new(fares),
        seeds: seeds.clone(),
        failed,
        watched,
    };
    let runs = match came {
        Came::Cancelled => return None,
        Came::Stopped(end) => {
            let (kind, sentence, fault) = stopped(&end, &trial.source, &trial.class);
            let verdict = Verdict { kind, sentence, fault, rows: Vec::new(), console };
            return Some(ended(verdict, Vec::new(), None, None));
        }
        Came::Slow(done) => {
            let verdict = told(Kind::Timeout, too_slow(count, done), console);
            return Some(ended(verdict, Vec::new(), None, None));
        }
        Came::Broke(broke, scenario, line) => {
            let seed = scenario.cluster.seed;
            let busy = broke.what == BUSY;
            let (advice, fault) = match busy {
                true => likely_cause(&trial.source),
                false => thrown(&broke.what, line),
            };
            let sentence = format!(
                "Node {} {}. That was {} ms into the run of seed {seed}. {advice}",
                broke.node,
                broke.what,
                broke.at.as_ms()
            );
            let about = "The run up to there.".to_owned();
            let watched = Watched { scenario, at: broke.at, about };
            let kind = if busy { Kind::Timeout } else { Kind::Thrown };
            let verdict = Verdict { fault, ..told(kind, sentence, console) };
            return Some(ended(verdict, Vec::new(), Some(seed), Some(watched)));
        }
        Came::Ended(runs) => runs,
    };
    let fares: Vec<Fare> = runs.iter().map(|run| run.fare.clone()).collect();
    let Some((seed, worst)) = worst(&seeds, &runs) else {
        let sentence = match count {
            1 => format!("What “{}” claims holds in this run. Watch it below.", level.title),
            _ => {
                format!("What “{}” claims holds in all {count} runs ({seconds:.1} s).", level.title)
            }
        };
        let watched = runs.into_iter().next().map(|run| Watched {
            at: SimTime::ZERO,
            about: "The first of them.".to_owned(),
            scenario: run.recorded,
        });
        let kind = if count == 1 { Kind::Ran } else { Kind::Passed };
        return Some(ended(told(kind, sentence, console), fares, None, watched));
    };
    let failing = runs.iter().filter(|run| run.fare.failure.is_some()).count();
    let (failure, at, text) = worst.fare.failure.clone()?;
    let sentence =
        format!("It does not hold in {failing} of {count} runs ({seconds:.1} s). {text}");
    let watched = shorter(trial, worst, seed, (failure, at), tell).await;
    Some(ended(told(Kind::Wrong, sentence, console), fares, Some(seed), Some(watched)))
}

/// The failing run with the fewest faults in it: the shortest to look at.
fn worst<'a>(seeds: &[u64], runs: &'a [Ran]) -> Option<(u64, &'a Ran)> {
    let failing = seeds.iter().copied().zip(runs).filter(|(_, run)| run.fare.failure.is_some());
    failing.min_by_key(|(_, run)| run.recorded.script.len())
}

async fn shorter(
    trial: &Trial,
    ran: &Ran,
    seed: u64,
    (fell, at): (Fell, SimTime),
    tell: &impl Fn(String, u32),
) -> Watched {
    let nobody = trial.scenarios(&[seed]).remove(0);
    let found = trial
        .shrink(nobody, fell, at, |tried| {
            tell(format!("Making the run of seed {seed} shorter: {tried} tried"), 1000);
        })
        .await;
    let (short, how) = match (&found.ran, found.finished) {
        (Some(short), true) => (short, "as short as it gets"),
        (Some(short), false) => (short, "as short as it was when the search was stopped"),
        (None, true) => (ran, "as it was: made again, your code did something else"),
        (None, false) => (ran, "as it was: the search for a shorter one was stopped"),
    };
    let at = short.fare.failure.as_ref().map_or(at, |found| found.1);
    let text = short.fare.failure.as_ref().map_or("", |(.., text)| text);
    let scenario = Scenario {
        title: format!("Seed {seed}: {fell}"),
        expect: expected(short, fell),
        ..(*short.recorded).clone()
    };
    let about = format!("The run of seed {seed}, {how}. {text}");
    Watched { scenario: Rc::new(scenario), at, about }
}

/// The claim that falls in the run, if the engine watches it in every run of its kind.
fn expected(ran: &Ran, fell: Fell) -> Vec<String> {
    match fell {
        Fell::Violated(check) if ran.fare.failure.is_some() => vec![check.name().to_owned()],
        _ => Vec::new(),
    }
}

fn told(kind: Kind, sentence: String, console: Console) -> Verdict {
    Verdict { kind, sentence, fault: None, rows: Vec::new(), console }
}

/// What to do about what a node did that it cannot, and the line to mark.
fn thrown(what: &str, line: Option<u32>) -> (String, Option<Fault>) {
    let advice = match line {
        Some(_) => "Correct that line and run again.",
        None => "Change what it does then and run again.",
    };
    (advice.into(), line.map(|line| Fault { line, message: format!("A node {what}.") }))
}

fn too_slow(count: usize, done: u32) -> String {
    let (runs, were) = if count == 1 { ("the run", "was") } else { ("the runs", "were") };
    format!(
        "After {} s {runs} had come {} % of the way and {were} stopped. No step took a second, but together they take too long: do less in each step, send fewer messages, or choose longer timers.",
        LONGEST / 1000.0,
        done / 10
    )
}

/// How far runs have come, for a button that cannot be pressed meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progressing {
    /// In words.
    pub what: AttrValue,
    /// In thousandths.
    pub done: u32,
}
