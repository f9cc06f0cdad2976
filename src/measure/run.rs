//! A run of an experiment as the page knows it.

use super::measurer::{Said, Shown};
use crate::hooks::Same;
use crate::words::grouped;
use crate::worker::Heard;
use election_engine::experiments::Plan;
use election_engine::explore::plural;
use std::rc::Rc;
use yew::prelude::*;

/// Where a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// It goes on.
    Running,
    /// It goes on if its worker is still there, which has said nothing for long.
    Silent,
    /// All was run.
    Over,
    /// It ended early, for this reason; what was measured until then is kept.
    Stopped(String),
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What is run.
    pub plan: Rc<Plan>,
    /// How many trials at each place.
    pub trials: u64,
    /// Which run it is since the page was opened, to tell it from the others.
    pub number: u32,
    /// Where it stands.
    pub phase: Phase,
    /// How many runs of clusters are over, of how many.
    pub progress: (u64, u64),
    /// How long it has taken, in milliseconds.
    pub took: f64,
    /// What was measured.
    pub shown: Option<Same<Shown>>,
}

/// The latest run, if there was one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latest(pub Option<Run>);

/// What happens to it.
pub enum Happened {
    /// A new one begins, with so many trials at each place.
    Begun(Rc<Plan>, u64),
    /// The worker of the run of this number said something.
    Heard(u32, Box<Heard<Said>>),
    /// It was cancelled.
    Cancelled,
}

impl Latest {
    /// The number that the next run has.
    pub fn next(&self) -> u32 {
        self.0.as_ref().map_or(0, |run| run.number + 1)
    }

    /// Whether a run goes on.
    pub fn is_running(&self) -> bool {
        self.0.as_ref().is_some_and(Run::is_running)
    }
}

impl Reducible for Latest {
    type Action = Happened;

    fn reduce(self: Rc<Self>, happened: Happened) -> Rc<Latest> {
        let run = match happened {
            Happened::Begun(plan, trials) => Some(Run {
                plan,
                trials,
                number: self.next(),
                phase: Phase::Running,
                progress: (0, 0),
                took: 0.0,
                shown: None,
            }),
            // What an ended worker had said before may come late.
            Happened::Heard(number, heard) if self.is_running() => match self.0.clone() {
                Some(run) if run.number == number => Some(run.after(*heard)),
                run => run,
            },
            Happened::Heard(..) => self.0.clone(),
            Happened::Cancelled => self.0.clone().map(Run::cancelled),
        };
        Rc::new(Latest(run))
    }
}

impl Run {
    /// Whether there is something to cancel.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Silent)
    }

    fn after(self, heard: Heard<Said>) -> Run {
        match heard {
            Heard::Said(Said { done, of, took, shown }) => {
                let phase = if done < of { Phase::Running } else { Phase::Over };
                let shown = shown.map(Same::new).or(self.shown);
                Run { phase, progress: (done, of), took, shown, ..self }
            }
            Heard::Silent => Run { phase: Phase::Silent, ..self },
            Heard::Refused(why) => Run { phase: Phase::Stopped(why), ..self },
            Heard::Died(why) => {
                let text = format!(
                    "The run ended by itself: {why}. What was measured until then is kept. The next run starts a new worker."
                );
                Run { phase: Phase::Stopped(text), ..self }
            }
        }
    }

    fn cancelled(self) -> Run {
        if !self.is_running() {
            return self;
        }
        let text = match &self.shown {
            Some(shown) => {
                let (runs, s) = (grouped(shown.done), plural(shown.done));
                format!("Cancelled. What {runs} run{s} measured is kept.")
            }
            None => "Cancelled before anything was measured.".to_owned(),
        };
        Run { phase: Phase::Stopped(text), ..self }
    }

    /// Where it stands, in a sentence.
    pub fn sentence(&self) -> String {
        match &self.phase {
            Phase::Running => "Running …".to_owned(),
            Phase::Silent => "The run no longer answers; its worker may have been ended. What was measured until then is kept. The next run starts a new worker.".to_owned(),
            Phase::Over => {
                let (runs, s) = (grouped(self.progress.1), plural(self.progress.1));
                format!("{runs} run{s} in {:.1} s.", self.took / 1000.0)
            }
            Phase::Stopped(text) => text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::experiments::{ALL, Runner};

    fn plan() -> Rc<Plan> {
        Rc::new(Plan::new(ALL[0].slug).unwrap())
    }

    fn said(done: u64, with_picture: bool) -> Box<Heard<Said>> {
        let runner = Runner::new((*plan()).clone(), 0..1);
        let results = runner.results();
        let shown = with_picture.then(|| Shown {
            done,
            picture: results.picture(),
            facts: Vec::new(),
            table: String::new(),
        });
        Box::new(Heard::Said(Said { done, of: 10, took: 5.0, shown }))
    }

    fn after(happened: impl IntoIterator<Item = Happened>) -> Run {
        let latest = Rc::new(Latest::default());
        let latest = happened.into_iter().fold(latest, Latest::reduce);
        latest.0.clone().unwrap()
    }

    #[test]
    fn what_was_measured_outlives_cancelling_and_death() {
        let begun = || [Happened::Begun(plan(), 10), Happened::Heard(0, said(4, true))];
        let later =
            |last| after(begun().into_iter().chain([Happened::Heard(0, said(5, false)), last]));
        let cancelled = later(Happened::Cancelled);
        assert_eq!(cancelled.sentence(), "Cancelled. What 4 runs measured is kept.");
        assert_eq!(cancelled.shown.unwrap().done, 4);
        let died = later(Happened::Heard(0, Box::new(Heard::Died("no memory".to_owned()))));
        assert!(died.sentence().starts_with("The run ended by itself: no memory."));
        assert!(died.shown.is_some());
    }

    #[test]
    fn a_silent_worker_is_said_so_and_a_late_word_counts() {
        let silent = || Happened::Heard(0, Box::new(Heard::Silent));
        let begun = || [Happened::Begun(plan(), 10), Happened::Heard(0, said(4, true)), silent()];
        let quiet = after(begun());
        assert!(quiet.sentence().starts_with("The run no longer answers"));
        assert_eq!((quiet.is_running(), quiet.shown.unwrap().done), (true, 4));
        let late = after(begun().into_iter().chain([Happened::Heard(0, said(10, true))]));
        assert_eq!((late.phase, late.shown.unwrap().done), (Phase::Over, 10));
        let cancelled = after(begun().into_iter().chain([Happened::Cancelled]));
        assert_eq!(cancelled.sentence(), "Cancelled. What 4 runs measured is kept.");
    }

    #[test]
    fn a_run_ends_with_its_last_word() {
        let over = after([Happened::Begun(plan(), 10), Happened::Heard(0, said(10, true))]);
        assert_eq!(
            (over.phase.clone(), over.sentence().as_str()),
            (Phase::Over, "10 runs in 0.0 s.")
        );
    }

    #[test]
    fn a_worker_that_was_left_is_not_heard() {
        let run = after([
            Happened::Begun(plan(), 10),
            Happened::Cancelled,
            Happened::Begun(plan(), 10),
            Happened::Heard(0, said(10, true)),
        ]);
        assert_eq!((run.number, run.phase, run.shown), (1, Phase::Running, None));
    }
}
