//! Experiments: how long, and how often? The same cluster thousands of times, with other chances
//! each time, and what was measured as distributions.
//!
//! ```text
//!   Experiment (a row of ALL) + dials ──► Plan ──► Runner ──► Results ──► Picture, Table, facts
//!                                          │         │           ▲ merge
//!                                          │         └─ trials ──┘
//!                                          └──► Scenario of one trial, for replaying it
//! ```
//!
//! *A trial is a scenario.* Each trial is a run of an ordinary scenario, watched by a tracer that
//! measures. So every point can be replayed in the simulator and shows what was measured.
//!
//! *A trial depends on its number alone*: on the plan, the series, the place on the x-axis and
//! the number, which is also the seed. So a batch may be cut anywhere, and the parts merged give
//! the same bytes as the whole.
//!
//! *Results are counts.* A value is an integer (microseconds rounded down to [`GRAIN`], messages,
//! thousandths), and results say how often each was seen. Their size is bounded by how many
//! different values there are, not by the number of trials. Floats take part only in pictures,
//! and nothing is computed from these.

mod adversary;
mod batch;
mod dial;
mod draw;
mod elections;
mod even_or_odd;
mod failover;
mod figure_16;
mod flapping_link;
mod heartbeat_timeout;
mod lease_ttl;
mod messages;
mod numbers;
mod picture;
mod plan;
mod reign;
mod results;
mod runner;
mod split_votes;
mod table;

pub use dial::Dial;
pub use elections::Setting;
pub use failover::{Failover, measure_failovers};
pub use figure_16::{LINES, Line, PATIENCE};
pub use picture::{Axis, Kind, Mark, Picture, Point, Scale};
pub use plan::{Plan, Replay, Series};
pub use results::{Cell, Count, Results};
pub use runner::Runner;
pub use split_votes::split_share;
pub use table::Table;

use crate::scenario::Scenario;
use table::Published;

/// The grain of measured times, in microseconds: they are rounded down to it.
pub const GRAIN: u64 = 100;

/// All experiments, in the order of the page.
pub const ALL: &[Experiment] = &[
    figure_16::EXPERIMENT,
    split_votes::EXPERIMENT,
    heartbeat_timeout::EXPERIMENT,
    messages::EXPERIMENT,
    failover::EXPERIMENT,
    lease_ttl::EXPERIMENT,
    flapping_link::EXPERIMENT,
    even_or_odd::EXPERIMENT,
    adversary::EXPERIMENT,
];

/// An experiment.
#[derive(Debug)]
pub struct Experiment {
    /// Its name in addresses and files.
    pub slug: &'static str,
    /// What can be set.
    pub dials: &'static [Dial],
    /// What a trial measures.
    pub quantities: &'static [Quantity],
    /// The names of the numbers in the sentence of its result.
    pub facts: &'static [&'static str],
    /// How many trials it takes, unless somebody says otherwise.
    pub trials: Trials,
    series: fn(&Plan) -> Vec<Series>,
    /// What others published about a series, for its row in the table.
    published: Option<fn(usize) -> Published>,
    picture: fn(&Results) -> Picture,
    tell: fn(&Results) -> Vec<Fact>,
}

/// The trials at a place of a series. They are no part of [`Experiment`], so that a program that
/// only shows experiments does not carry their runs.
fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    match plan.experiment().slug {
        "figure-16" => figure_16::prepare(plan, series, x),
        "split-votes" => split_votes::prepare(plan, series, x),
        "heartbeat-timeout" => heartbeat_timeout::prepare(plan, series, x),
        "messages" => messages::prepare(plan, series, x),
        "failover" => failover::prepare(plan, series, x),
        "lease-ttl" => lease_ttl::prepare(plan, series, x),
        "flapping-link" => flapping_link::prepare(plan, series, x),
        "even-or-odd" => even_or_odd::prepare(plan, series, x),
        "adversary" => adversary::prepare(plan, series, x),
        slug => unreachable!("the experiment \"{slug}\" prepares no trials"),
    }
}

/// How many trials are run at every place of every series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trials {
    /// In the page.
    pub page: u64,
    /// By `cargo xtask sweep`.
    pub headless: u64,
}

/// Something that a trial measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Its name for people.
    pub name: &'static str,
    /// Its unit: `ms` for values in microseconds, `%` for values in thousandths, or what is
    /// counted.
    pub unit: &'static str,
    /// A value as great as this stands for a trial that was not over when nobody waited any
    /// longer: all that is known is that its value would have been greater.
    pub limit: Option<u64>,
}

/// A number in the sentence of a result: its name, and how it reads.
pub type Fact = (&'static str, String);

/// Takes what a trial measured: which quantity, and its value.
pub type Measured<'a> = &'a mut dyn FnMut(u8, u64);

/// The trials at one place of a series.
pub trait Trial {
    /// The run of a trial.
    fn scenario(&mut self, trial: u64) -> &Scenario;

    /// Runs a trial and says what it measured.
    fn run(&mut self, trial: u64, measured: Measured<'_>);
}

impl Experiment {
    /// The experiment of this name.
    pub fn named(slug: &str) -> Option<&'static Experiment> {
        ALL.iter().find(|experiment| experiment.slug == slug)
    }
}
