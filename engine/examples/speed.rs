//! The same work natively and in WebAssembly, so that one run can compare the two: five Raft
//! nodes with their heartbeats, and elections, without a trace. `cargo xtask bench` runs both.

use election_engine::checks::Check;
use election_engine::experiments::{PATIENCE, Plan, Setting, Trial};
use election_engine::explore::{Bounds, Faults, Question, famous};
use election_engine::protocols::raft::{Config, Raft};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::scenario::Cluster;
use election_engine::simulation::Simulation;
use election_engine::time::{SimTime, Span};
use election_engine::trace::NoTrace;

/// Handles so many events and says at which simulated microsecond that ended.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn work(events: u32) -> f64 {
    let mut cluster = Simulation::<Raft>::new(Config::default(), &Cluster::default(), &[]);
    for _ in 0..events {
        cluster.step(SimTime(u64::MAX), &mut NoTrace);
    }
    cluster.now().0 as f64
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// Holds so many elections and says how long they took in all, in simulated microseconds: from
/// when five nodes start, and nobody leads, until somebody does. Timeouts of 150 to 300 ms and
/// messages of 1 to 5 ms, as in Figure 16 of the paper.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn elections(count: u32) -> f64 {
    let setting = Setting {
        nodes: 5,
        up: 5,
        timeout: (Span::new(150), Span::new(300)),
        latency: (Span::new(1), Span::new(5)),
        disk: None,
        ranked_logs: false,
    };
    total(setting.trials(PATIENCE), count)
}

/// The same for the failovers of Figure 16 itself: the leader of five nodes crashes, two of the
/// four others cannot win, disks take their time, and it ends when somebody hears of the new
/// leader. All of it begins with the start of the five.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn failovers(count: u32) -> f64 {
    const LINE: usize = 5;
    let plan = Plan::new("figure-16").expect("there is such an experiment");
    total(plan.prepare(LINE, 0), count)
}

/// Searches so many states of three Raft nodes, of which one may crash and start again, and says
/// how many events that tries. The page's own worker is asked the same in `engine-wasm.mjs`.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn states(count: u32) -> f64 {
    let protocol = ProtocolConfig::named("raft").expect("it is in the registry");
    let faults = Faults { crashes: 1, restarts: 1, ..Faults::default() };
    let bounds = Bounds { states: count, ..Bounds::default() };
    let question =
        Question { faults, bounds, ..Question::new(protocol, 3, Check::OneLeaderPerNumber) };
    let mut search = registry::search(question).expect("a question");
    while search.advance(500) {}
    search.progress().events as f64
}

/// Searches so many times for the shortest run in which a Raft that forgets its votes elects two
/// leaders in one term, and says how many states were seen times how many events the run has.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn lost_votes(count: u32) -> f64 {
    let famous = famous::all();
    let question =
        &famous.iter().find(|one| one.slug == "forgotten-vote").expect("famous").question;
    let once = |_| {
        let mut search = registry::search(question.clone()).expect("a question");
        while search.advance(u32::MAX) {}
        let events = search.finding().expect("it falls").events.len();
        f64::from(search.progress().states) * events as f64
    };
    (0..count).map(once).sum()
}

/// The same code as in the page, without the counting of results.
fn total(mut trials: Box<dyn Trial>, count: u32) -> f64 {
    let mut total = 0;
    for trial in 0..u64::from(count) {
        trials.run(trial, &mut |_, micros| total += micros);
    }
    total as f64
}

/// Called with `events`, `elections`, `failovers`, `states` or `lost-votes`, how many, and in how
/// many rounds: prints the seconds of the fastest round and what the work returned.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let work = match arguments.next().as_deref() {
        Some("elections") => elections,
        Some("failovers") => failovers,
        Some("states") => states,
        Some("lost-votes") => lost_votes,
        _ => work,
    };
    let mut numbers = arguments.filter_map(|text| text.parse().ok());
    let (count, rounds) = (numbers.next().unwrap_or(30_000), numbers.next().unwrap_or(200));
    let mut fastest = f64::MAX;
    let mut end = 0.0;
    for _ in 0..rounds {
        let start = std::time::Instant::now();
        end = work(count);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    println!("{fastest} {end}");
}
