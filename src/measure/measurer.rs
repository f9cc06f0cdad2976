//! The worker's side of an experiment: it says how far it is, and now and then what it looks like.

use crate::worker::PATIENCE;
use election_engine::experiments::{Kind, Picture, Plan, Runner, Table};
use serde::{Deserialize, Serialize};

/// How long it takes from one picture to the next, in milliseconds.
const PAUSE: f64 = 400.0;
/// How many points a line of steps has on the page: finer steps cannot be told apart, and the
/// page must not be held up by drawing them.
const STEPS: usize = 100;
/// How long the runs between two looks at the clock should take, in milliseconds.
const STRIDE: f64 = 10.0;

/// An experiment to run.
#[derive(Serialize, Deserialize)]
pub struct Order {
    /// Which, and how its dials are set.
    pub plan: Plan,
    /// How many trials at each place.
    pub trials: u64,
}

/// How far an experiment is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// How many runs are over.
    pub done: u64,
    /// How many there are.
    pub of: u64,
    /// How long it has taken, in milliseconds.
    pub took: f64,
    /// What was measured, if it is time for a picture.
    pub shown: Option<Shown>,
}

/// What was measured up to some run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// How many runs are in it.
    pub done: u64,
    /// As a picture.
    pub picture: Picture,
    /// The numbers of the sentence.
    pub facts: Vec<Fact>,
    /// The table as JSON, which is only read when somebody wants it.
    pub table: String,
}

/// A number of the sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its name in the experiment.
    pub name: String,
    /// How it reads.
    pub text: String,
}

/// An experiment in a worker.
pub struct Measurer {
    runner: Runner,
    begun: f64,
    pictured: f64,
    stride: u64,
    running: bool,
}

impl Measurer {
    /// Begins an experiment.
    ///
    /// # Errors
    /// A sentence, if there is nothing to run.
    pub fn new(order: Order) -> Result<Measurer, String> {
        if order.trials == 0 {
            return Err("Nothing is to be run: ask for at least one trial.".to_owned());
        }
        let now = js_sys::Date::now();
        let runner = Runner::new(order.plan, 0..order.trials);
        Ok(Measurer { runner, begun: now, pictured: now, stride: 1, running: true })
    }

    /// Runs for a moment, and says how far it is.
    pub fn go_on(&mut self) -> Said {
        let begun = js_sys::Date::now();
        let mut now = begun;
        while self.running && now < begun + PATIENCE {
            self.running = self.runner.advance(self.stride);
            let before = std::mem::replace(&mut now, js_sys::Date::now());
            match now - before {
                took if took < STRIDE / 2.0 => self.stride *= 2,
                took if took > STRIDE * 2.0 => self.stride = (self.stride / 2).max(1),
                _ => {}
            }
        }
        let (done, of) = self.runner.progress();
        let due = !self.running || now >= self.pictured + PAUSE;
        let shown = due.then(|| self.shown(done));
        Said { done, of, took: js_sys::Date::now() - self.begun, shown }
    }

    fn shown(&mut self, done: u64) -> Shown {
        let results = self.runner.results();
        let Table { columns, rows } = results.table();
        let table = serde_json::to_string(&(columns, rows)).unwrap_or_default();
        let fact = |(name, text): (&str, String)| Fact { name: name.to_owned(), text };
        let facts = results.facts().into_iter().map(fact).collect();
        let mut picture = results.picture();
        thin(&mut picture);
        let shown = Shown { done, picture, facts, table };
        self.pictured = js_sys::Date::now();
        shown
    }

    /// Whether there is more to run.
    pub fn is_running(&self) -> bool {
        self.running
    }
}

/// Leaves out most points of a long line of steps, but neither its first nor the last two: the last
/// one may be the end of the time, before which the line has to be as high as it gets.
fn thin(picture: &mut Picture) {
    for mark in picture.marks.iter_mut().filter(|mark| mark.kind == Kind::Steps) {
        let last = mark.points.len().saturating_sub(1);
        let every = last.div_ceil(STEPS).max(1);
        let mut index = 0..;
        mark.points.retain(|_| index.next().is_some_and(|i| i % every == 0 || i + 1 >= last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::experiments::{Axis, Mark, Point};

    #[test]
    fn a_long_line_keeps_its_ends() {
        let points = (0..=430).map(|i| Point::bare(f64::from(i), 0.0)).collect();
        let mark = Mark::new(0, Kind::Steps, String::new(), points);
        let dots = Mark { kind: Kind::Dots, ..mark.clone() };
        let axis = Axis::linear("x", "");
        let mut picture = Picture { x: axis.clone(), y: axis, marks: vec![mark, dots] };
        thin(&mut picture);
        let points = &picture.marks[0].points;
        assert!((80..=STEPS + 3).contains(&points.len()), "{}", points.len());
        assert_eq!((points[0].x, points[points.len() - 1].x), (0.0, 430.0));
        assert_eq!(points[points.len() - 2].x, 429.0);
        assert_eq!(picture.marks[1].points.len(), 431);
    }
}
