//! The same work natively and in WebAssembly, so that one run can compare the two: five Raft
//! nodes with their heartbeats, without a trace. `cargo xtask bench` runs both.

use election_engine::experiments::Plan;
use election_engine::protocols::raft::{Config, Raft};
use election_engine::scenario::Cluster;
use election_engine::simulation::Simulation;
use election_engine::time::SimTime;
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

/// Holds so many elections and says how long they took in all, in simulated microseconds: the
/// line of 150 to 300 ms of Figure 16, five nodes of which the leader crashes, until another node
/// hears of the next one. The same code as in the page, without the counting of results.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn elections(count: u32) -> f64 {
    const LINE: usize = 5;
    let plan = Plan::new("figure-16").expect("there is such an experiment");
    let mut trials = plan.prepare(LINE, 0);
    let mut total = 0;
    for trial in 0..u64::from(count) {
        trials.run(trial, &mut |_, micros| total += micros);
    }
    total as f64
}

/// Called with `events` or `elections`, how many, and in how many rounds: prints the seconds of
/// the fastest round and what the work returned.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let work = match arguments.next().as_deref() {
        Some("elections") => elections,
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
