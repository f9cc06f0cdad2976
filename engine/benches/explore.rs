//! How fast the search is and what it takes, beside `stateright` on one thread in the same run.

#[path = "../tests/stateright/model.rs"]
mod model;

use election_engine::checks::Check;
use election_engine::explore::{Bounds, Faults, Question, famous};
use election_engine::protocols::registry::{self, ProtocolConfig};
use model::Cluster;
use stateright::{Checker, Model};
use std::time::{Duration, Instant};

/// The faster of so many rounds, taken in turns, which other work has disturbed least.
const ROUNDS: usize = 3;

fn main() {
    let cluster = Cluster { nodes: 3, forgets: false, faults: (1, 1), terms: 1, in_flight: 4 };
    let protocol = ProtocolConfig::named("raft").expect("it is in the registry");
    let question = Question {
        faults: Faults { crashes: 1, restarts: 1, ..Faults::default() },
        bounds: Bounds { number: 1, in_flight: 4, ..Bounds::default() },
        ..Question::new(protocol, 3, Check::OneLeaderPerNumber)
    };
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    let (mut states, mut bytes) = (0, 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut search = registry::search(question.clone()).expect("a question");
        while search.advance(u32::MAX) {}
        ours = ours.min(begun.elapsed());
        (states, bytes) = (search.progress().states, search.progress().bytes);

        let begun = Instant::now();
        let checker = cluster.checker().threads(1).spawn_bfs().join();
        theirs = theirs.min(begun.elapsed());
        assert_eq!(checker.unique_state_count(), states as usize, "the same states");
    }
    let rate = |took: Duration| f64::from(states) / took.as_secs_f64();
    println!("Raft, three nodes, one crash, one restart, every rule on: {states} states");
    println!("  this search   {:>10.0} states/s", rate(ours));
    println!("  stateright    {:>10.0} states/s on one thread", rate(theirs));
    println!("  ratio         {:>10.1}   (aim: 3 or more)", rate(ours) / rate(theirs));
    let each = bytes as f64 / f64::from(states);
    println!("  bytes a state {each:>10.1}   with parents (aim: 60 or fewer)");
    println!("  the shortest run in which Raft forgets its vote: {:?} (aim: 5 ms)", forgotten());
}

fn forgotten() -> Duration {
    let famous = famous::all();
    let question = famous.iter().find(|one| one.slug == "forgotten-vote").expect("it is famous");
    let once = || {
        let begun = Instant::now();
        let mut search = registry::search(question.question.clone()).expect("a question");
        while search.advance(u32::MAX) {}
        assert!(search.finding().is_some());
        begun.elapsed()
    };
    (0..10).map(|_| once()).min().unwrap_or_default()
}
