//! How fast the engine is, beside what it aims at.
//!
//! Speed is measured against a bare `BinaryHeap` that does nothing but hold: take the first
//! entry, put one back a little later. No simulator that is built on it can be faster.

use criterion::{Criterion, Throughput};
use election_engine::action::Action;
use election_engine::ids::NodeId;
use election_engine::protocol::Protocol;
use election_engine::protocols::bully::Bully;
use election_engine::protocols::raft::{self, Raft};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::rng::{Rng, Stream};
use election_engine::run::Run;
use election_engine::scenario::{Cluster, Scenario};
use election_engine::simulation::Simulation;
use election_engine::time::{SimTime, Span};
use election_engine::timeline::Timeline;
use election_engine::trace::{NoTrace, Trace, Tracer};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The typical number of entries in the queue of five Bully nodes: five timers at rest, ten
/// entries when a heartbeat has just been sent.
const QUEUE: usize = 8;
/// How many events a round measures: a millisecond or two, so that most rounds pass without
/// another program being let in between.
const EVENTS: u64 = 30_000;
/// The speed is that of the fastest of so many rounds, which other work on the machine has
/// disturbed least. They are taken in turns, so that nobody gets the quiet minutes alone.
const ROUNDS: usize = 500;
/// How many elections a round holds, so that it takes about as long as one of events.
const ELECTIONS: u64 = 500;
/// How many instants are sought, and how often; of each the fastest visit counts.
const INSTANTS: usize = 2000;
const VISITS: usize = 4;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(EVENTS)).sample_size(10);
    group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    group.bench_function("bare heap", |bencher| bencher.iter(|| hold(EVENTS)));
    group.bench_function("five Bully nodes, trace off", |bencher| {
        bencher.iter(|| run::<Bully, _>(&mut NoTrace));
    });
    group.bench_function("five Bully nodes, trace on", |bencher| {
        bencher.iter(|| run::<Bully, _>(&mut Trace::default()));
    });
    group.bench_function("five Raft nodes, trace off", |bencher| {
        bencher.iter(|| run::<Raft, _>(&mut NoTrace));
    });
    group.throughput(Throughput::Elements(ELECTIONS));
    group.bench_function("elections of five Raft nodes", |bencher| bencher.iter(elections));
    group.finish();
    criterion.final_summary();
    print_figures();
}

/// The hold model.
fn hold(events: u64) -> u64 {
    let mut rng = Rng::new(1, Stream::Setup);
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> = BinaryHeap::new();
    for entry in 0..QUEUE as u64 {
        heap.push(Reverse((rng.below(1_000_000), entry)));
    }
    for sequence in 0..events {
        if let Some(Reverse((time, _))) = heap.pop() {
            heap.push(Reverse((time + rng.below(1_000_000), sequence)));
        }
    }
    heap.len() as u64
}

/// Five nodes with their heartbeats and writes, for as many steps.
fn run<P: Protocol<Config: Default>, T: Tracer>(tracer: &mut T) -> SimTime {
    let mut cluster = Simulation::<P>::new(P::Config::default(), &Cluster::default(), &[]);
    for _ in 0..EVENTS {
        cluster.step(SimTime(u64::MAX), tracer);
    }
    cluster.now()
}

/// Crashes the leader of five Raft nodes again and again: waits for the next leader, starts the
/// old one again, and lets the new one reign for 40 ms, until everybody follows it. Timeouts of
/// 150 to 300 ms, heartbeats of half the shortest timeout as in the thesis's benchmark, no writes
/// to the store.
fn elections() -> SimTime {
    let config = raft::Config {
        writes: false,
        settled: false,
        heartbeat_ms: Span::new(75),
        ..raft::Config::default()
    };
    let mut cluster = Simulation::<Raft>::new(config, &Cluster::default(), &[]);
    let mut before = next_leader(&mut cluster);
    for _ in 1..ELECTIONS {
        cluster.run_until(cluster.now() + Span::new(40), &mut NoTrace);
        cluster.act(&Action::Crash(before), &mut NoTrace);
        let leader = next_leader(&mut cluster);
        cluster.act(&Action::Restart(before), &mut NoTrace);
        before = leader;
    }
    cluster.now()
}

/// Runs until somebody begins to lead.
fn next_leader(cluster: &mut Simulation<Raft>) -> NodeId {
    let before = cluster.latest_leadership();
    while cluster.latest_leadership() == before {
        cluster.step(SimTime(u64::MAX), &mut NoTrace);
    }
    let leads = |node: &NodeId| cluster.process(*node).is_some_and(Raft::leads);
    NodeId::all(cluster.nodes()).find(leads).expect("somebody has just begun to lead")
}

/// A figure beside its limit.
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    limit: &'static str,
}

fn print_figures() {
    println!("\n{:<44} {:>12}   aim", "figure", "measured");
    for Figure { name, value, unit, limit } in speeds().into_iter().chain(history()) {
        println!("{name:<44} {value:>12.2}   {limit} {unit}");
    }
}

fn speeds() -> Vec<Figure> {
    let mut fastest = [f64::MAX; 5];
    for _ in 0..ROUNDS {
        let round = [
            seconds_of(|| hold(EVENTS)),
            seconds_of(|| run::<Bully, _>(&mut NoTrace)),
            seconds_of(|| run::<Bully, _>(&mut Trace::default())),
            seconds_of(|| run::<Raft, _>(&mut NoTrace)),
            seconds_of(elections),
        ];
        fastest = std::array::from_fn(|i| fastest[i].min(round[i]));
    }
    let [heap, off, on, raft, _] = fastest.map(|seconds| EVENTS as f64 / seconds / 1e6);
    let elections = ELECTIONS as f64 / fastest[4];
    let figure = |name, value, unit, limit| Figure { name, value, unit, limit };
    vec![
        figure("bare heap", heap, "million events/s", "-"),
        figure("five Bully nodes, trace off", off, "million events/s", ">= 8"),
        figure("five Bully nodes, trace on", on, "million events/s", "-"),
        figure("five Raft nodes, trace off", raft, "million events/s", ">= 8"),
        figure("elections of five Raft nodes", elections / 1e3, "thousand/s", ">= 400"),
        figure("trace off, share of the bare heap", off / heap, "", ">= 0.40"),
        figure("trace on, share of the bare heap", on / heap, "", ">= 0.20"),
    ]
}

fn seconds_of<R>(measured: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    black_box(measured());
    start.elapsed().as_secs_f64()
}

/// Seeking anywhere in ten minutes of five nodes whose leader fails again and again.
fn history() -> Vec<Figure> {
    let scenario = Scenario::parse(&ten_minutes()).expect("a sound scenario");
    let ProtocolConfig::Bully(config) = scenario.protocol.clone() else {
        panic!("a scenario of Bully");
    };
    let mut timeline = Timeline::<Bully>::new(config, scenario);
    timeline.seek(timeline.end());
    let bytes = timeline.memory().bytes as f64;
    let seconds = timeline.end().0 as f64 / 1e6;

    let mut rng = Rng::new(1, Stream::Setup);
    let instants: Vec<_> = (0..INSTANTS).map(|_| SimTime(rng.below(timeline.end().0))).collect();
    let mut millis = vec![f64::MAX; INSTANTS];
    for _ in 0..VISITS {
        for (instant, fastest) in instants.iter().zip(&mut millis) {
            let seconds = seconds_of(|| {
                timeline.seek(*instant);
                timeline.snapshot()
            });
            *fastest = fastest.min(seconds * 1e3);
        }
    }
    millis.sort_by(f64::total_cmp);
    let figure = |name, value, unit, limit| Figure { name, value, unit, limit };
    vec![
        figure("seek and snapshot, median", millis[INSTANTS / 2], "ms", "-"),
        figure("seek and snapshot, 99th percentile", millis[INSTANTS * 99 / 100], "ms", "< 2"),
        figure("history of a simulated second", bytes / seconds / 1e3, "kB", "<= 6"),
    ]
}

fn ten_minutes() -> String {
    let faults: Vec<String> = (0..30)
        .map(|round| {
            let crash = 5_000 + round * 20_000;
            format!(
                r#"{{"at_ms": {crash}, "do": {{"crash": 4}}}}, {{"at_ms": {}, "do": {{"restart": 4}}}}"#,
                crash + 10_000
            )
        })
        .collect();
    format!(
        r#"{{"version": 1, "protocol": {{"bully": {{}}}}, "until_ms": 600000, "script": [{}]}}"#,
        faults.join(",")
    )
}
