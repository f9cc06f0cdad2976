//! Runs seeds times fault programs on all cores and prints what they found.

use std::fs;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::swarm::{Failure as Broken, Finding, Report, Swarm};

use crate::failure::Failure;
use crate::{console, paths, process};

/// Seeds that a thread takes at a time.
const CHUNK: u64 = 250;
/// From so many seeds on, whatever a swarm must come across must have been seen.
const ENOUGH: u64 = 10_000;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The algorithm's name in scenario files, or `all`.
    pub protocol: String,
    /// How many seeds.
    pub seeds: u64,
    /// The first of them.
    pub from: u64,
    /// A rule that is switched off, to see whether it is missed.
    pub broken: Option<String>,
}

/// Runs the swarm of one algorithm or of all. Fails if a promise was broken, or if the swarm
/// did not come across all that it should.
pub fn swarm(options: &Options) -> Result<(), Failure> {
    let protocols = chosen(options)?;
    if cfg!(debug_assertions) {
        return again_optimised(options);
    }
    let outcomes: Vec<bool> =
        protocols.into_iter().map(|protocol| one(protocol, options)).collect::<Result<_, _>>()?;
    if outcomes.iter().all(|passed| *passed) { Ok(()) } else { Err(Failure::told()) }
}

fn chosen(options: &Options) -> Result<Vec<ProtocolConfig>, Failure> {
    let names: Vec<&str> = registry::ALL.iter().map(|info| info.name).collect();
    let wanted = |name: &&&str| options.protocol == "all" || options.protocol == ***name;
    let mut protocols: Vec<_> =
        names.iter().filter(wanted).filter_map(|name| ProtocolConfig::named(name)).collect();
    if protocols.is_empty() {
        let known = names.join(", ");
        return Err(Failure::input(format!(
            "There is no algorithm {:?}. Name one of {known}, or all.",
            options.protocol
        )));
    }
    if let Some(rule) = &options.broken {
        for protocol in &mut protocols {
            if !protocol.switch_off(rule) {
                let info = protocol.info();
                let known: Vec<&str> = info.switches.iter().map(|switch| switch.name).collect();
                return Err(Failure::input(format!(
                    "{} has no rule {rule:?} to switch off. Name one of: {}.",
                    info.title,
                    known.join(", ")
                )));
            }
        }
    }
    Ok(protocols)
}

/// What `cargo xtask` runs is built for debugging; a million seeds are not run in that.
fn again_optimised(options: &Options) -> Result<(), Failure> {
    let Options { protocol, seeds, from, broken } = options;
    let (seeds, from) = (seeds.to_string(), from.to_string());
    let mut words = vec!["swarm", "--protocol", protocol, "--seeds", &seeds, "--from", &from];
    if let Some(rule) = broken {
        words.extend(["--broken", rule]);
    }
    process::again_optimised(&words)
}

/// Runs one algorithm's swarm. True if it found nothing wrong.
fn one(protocol: ProtocolConfig, options: &Options) -> Result<bool, Failure> {
    let swarm = Swarm::new(protocol);
    let start = Instant::now();
    let report = in_parallel(&swarm, options.from..options.from.saturating_add(options.seeds));
    print(&report, start.elapsed());
    for Finding { seed, failure } in &report.findings {
        println!("  seed {seed}: {failure}");
    }
    if let Some(first) = report.findings.first() {
        show_shrunk(swarm, *first)?;
    }
    let unseen: Vec<&str> = report.unseen().filter(|_| report.runs >= ENOUGH).collect();
    if !unseen.is_empty() {
        println!("  Never come across: {}.", unseen.join(", "));
    }
    Ok(report.failures == 0 && unseen.is_empty())
}

/// Every core takes the next few seeds until there are none left. What comes out does not depend
/// on who took which.
fn in_parallel(swarm: &Swarm, seeds: Range<u64>) -> Report {
    let next = AtomicU64::new(seeds.start);
    let mut own = swarm.clone();
    let total = Mutex::new(own.hunt(seeds.start..seeds.start));
    let work = || {
        let mut swarm = swarm.clone();
        loop {
            let from = next.fetch_add(CHUNK, Ordering::Relaxed);
            if from >= seeds.end {
                return;
            }
            let report = swarm.hunt(from..seeds.end.min(from + CHUNK));
            total.lock().expect("no thread panics while it adds").merge(report);
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    total.into_inner().expect("no thread panics while it adds")
}

fn print(report: &Report, time: Duration) {
    let Report { info, runs, amnesia, adrift, events, failures, .. } = report;
    let seconds = time.as_secs_f64().max(1e-9);
    console::heading(&format!("{}: {runs} seeds in {}", info.title, console::spoken(time)));
    println!(
        "  {:.0} seeds/s, {:.1} million events/s; {amnesia} runs lost a disk, {adrift} of them never settled; {failures} failed",
        *runs as f64 / seconds,
        *events as f64 / 1e6 / seconds,
    );
    println!("  {:<34} {:>12} {:>14}", "runs that violate", "disks kept", "a disk lost");
    for count in &report.violations {
        let claim = if count.guaranteed { "guaranteed" } else { "not guaranteed" };
        println!(
            "  {:<34} {:>12} {:>14}   {claim}",
            count.check.name(),
            count.sound,
            count.amnesia
        );
    }
    println!("  {:<34} {:>12}", "runs that come across", "");
    for (sight, count) in info.coverage.iter().zip(&report.sights) {
        println!("  {:<34} {count:>12}", sight.name);
    }
}

/// Writes the shrunk scenario into a file that `cargo xtask run` takes, and prints it.
fn show_shrunk(mut swarm: Swarm, finding: Finding) -> Result<(), Failure> {
    let Finding { seed, failure } = finding;
    let Some(scenario) = swarm.shrink(seed) else { return Ok(()) };
    let json = serde_json::to_string(&scenario).expect("a scenario can be written");
    let name = format!("{}-{seed}.json", scenario.protocol.info().name);
    let folder = paths::in_root("target/swarm");
    let cannot = |error| Failure::new(format!("target/swarm cannot be written: {error}."));
    fs::create_dir_all(&folder).map_err(cannot)?;
    fs::write(folder.join(&name), &json).map_err(cannot)?;
    println!("\n  Seed {seed}, shrunk: {failure}.\n  {json}\n");
    println!("  Replay it: cargo xtask run target/swarm/{name}");
    if failure == Broken::NotSettled {
        println!(
            "  It violates no check; at its end the nodes do not agree on a leader, or not for long."
        );
    }
    Ok(())
}
