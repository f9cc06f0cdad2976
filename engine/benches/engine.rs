//! How fast the engine is, beside what it aims at.
//!
//! Speed is measured against a bare `BinaryHeap` that does nothing but hold: take the first
//! entry, put one back a little later. No simulator that is built on it can be faster.

use criterion::{Criterion, Throughput};
use election_engine::protocols::bully::{Bully, Config};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::rng::{Rng, Stream};
use election_engine::run::Run;
use election_engine::scenario::{Cluster, Scenario};
use election_engine::simulation::Simulation;
use election_engine::time::SimTime;
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
/// How many instants are sought, and how often; of each the fastest visit counts.
const INSTANTS: usize = 2000;
const VISITS: usize = 4;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(EVENTS)).sample_size(10);
    group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    group.bench_function("bare heap", |bencher| bencher.iter(|| hold(EVENTS)));
    group.bench_function("five nodes, trace off", |bencher| bencher.iter(|| run(&mut NoTrace)));
    group.bench_function("five nodes, trace on", |bencher| {
        bencher.iter(|| run(&mut Trace::default()));
    });
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
fn run<T: Tracer>(tracer: &mut T) -> SimTime {
    let mut cluster = Simulation::<Bully>::new(Config::default(), &Cluster::default(), &[]);
    for _ in 0..EVENTS {
        cluster.step(SimTime(u64::MAX), tracer);
    }
    cluster.now()
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
    let mut fastest = [f64::MAX; 3];
    for _ in 0..ROUNDS {
        let round = [
            seconds_of(|| hold(EVENTS)),
            seconds_of(|| run(&mut NoTrace)),
            seconds_of(|| run(&mut Trace::default())),
        ];
        fastest = std::array::from_fn(|i| fastest[i].min(round[i]));
    }
    let [heap, off, on] = fastest.map(|seconds| EVENTS as f64 / seconds / 1e6);
    let figure = |name, value, unit, limit| Figure { name, value, unit, limit };
    vec![
        figure("bare heap", heap, "million events/s", "-"),
        figure("five Bully nodes, trace off", off, "million events/s", ">= 8"),
        figure("five Bully nodes, trace on", on, "million events/s", "-"),
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
    let bytes = timeline.history_bytes() as f64;
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
