//! The same work natively and in WebAssembly, so that one run can compare the two: five Raft
//! nodes with their heartbeats, without a trace. `cargo xtask bench` runs both.

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

/// Prints the seconds of the fastest of some rounds, and where the simulated time ended.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (events, rounds) = (arguments.next().unwrap_or(30_000), arguments.next().unwrap_or(200));
    let mut fastest = f64::MAX;
    let mut end = 0.0;
    for _ in 0..rounds {
        let start = std::time::Instant::now();
        end = work(events);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    println!("{fastest} {end}");
}
