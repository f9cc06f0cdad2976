//! Work that is done away from the page, which stays free: in a worker, which runs a program of
//! its own. See `page/worker.js` and `background_main.rs`.

pub mod desk;

use crate::measure::measurer::{Measurer, Order as Measurement};
use crate::prove::hunter::Hunting;
use crate::prove::searcher::Searcher;
use election_engine::experiments::{Plan, Replay};
use election_engine::explore::Question;
use election_engine::scenario::Scenario;
use election_engine::swarm::hunt::Hunt;
use serde::{Deserialize, Serialize};

/// How long work goes on before it says how far it is, in milliseconds.
pub const PATIENCE: f64 = 100.0;

/// What a worker is asked to do.
#[derive(Serialize, Deserialize)]
pub enum Order {
    /// To search for the answer to a question.
    Search(Question),
    /// To hunt for a run in which a claim falls.
    Hunt(Hunt),
    /// To run an experiment.
    Measure(Measurement),
    /// To say what is run in one trial of it.
    Replay(Plan, Replay),
}

/// What is heard from a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Heard<T> {
    /// How far it is, or what came of it.
    Said(T),
    /// The order makes no sense, and why.
    Refused(String),
    /// It cannot go on.
    Died(String),
    /// Nothing, for longer than any work takes: it was ended from outside, or is very slow. What
    /// it says after all still counts.
    Silent,
}

/// How something that is said goes to the page.
pub enum Word {
    /// A [`Heard`] as JSON.
    Text(String),
    /// A [`Heard`] as postcard: what is large and comes often is read many times faster so.
    Bytes(Vec<u8>),
}

/// The worker's side: work in small pieces.
pub enum Job {
    /// A search.
    Search(Searcher),
    /// A hunt.
    Hunt(Box<Hunting>),
    /// An experiment.
    Measure(Measurer),
    /// A trial of it.
    Replay(Box<Scenario>),
}

impl Job {
    /// Begins with an order, which comes as JSON.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    pub fn new(order: &str) -> Result<Job, String> {
        let order = serde_json::from_str(order)
            .map_err(|error| format!("This is not an order: {error}."))?;
        Ok(match order {
            Order::Search(question) => Job::Search(Searcher::new(question)?),
            Order::Hunt(hunt) => Job::Hunt(Box::new(Hunting::new(hunt)?)),
            Order::Measure(order) => Job::Measure(Measurer::new(order)?),
            Order::Replay(plan, replay) => Job::Replay(Box::new(plan.scenario(replay))),
        })
    }

    /// Works for a moment, and says how far it is.
    pub fn go_on(&mut self) -> Word {
        match self {
            Job::Search(searcher) => text(searcher.go_on()),
            Job::Hunt(hunting) => text(hunting.go_on()),
            Job::Measure(measurer) => bytes(measurer.go_on()),
            Job::Replay(scenario) => text(scenario),
        }
    }

    /// Whether there is more to do.
    pub fn is_running(&self) -> bool {
        match self {
            Job::Search(searcher) => searcher.is_running(),
            Job::Hunt(hunting) => hunting.is_running(),
            Job::Measure(measurer) => measurer.is_running(),
            Job::Replay(_) => false,
        }
    }
}

fn text(said: impl Serialize) -> Word {
    Word::Text(serde_json::to_string(&Heard::Said(said)).unwrap_or_default())
}

fn bytes(said: impl Serialize) -> Word {
    Word::Bytes(postcard::to_allocvec(&Heard::Said(said)).unwrap_or_default())
}
