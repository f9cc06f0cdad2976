//! Runs many trials of an experiment on all cores, and joins what parts of a batch have measured.
//!
//! A trial depends on its number alone, and results are counts: parts that are joined are byte
//! for byte what one run of the whole would have written.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use election_engine::experiments::{Plan, Results, Runner, Table};

use crate::failure::Failure;
use crate::{console, process};

/// A core takes so many parts of the trials one after another, so that none waits for long for
/// the others at the end.
const PARTS: u64 = 8;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The experiment.
    pub experiment: String,
    /// What is set, and to what.
    pub dials: Vec<(String, u64)>,
    /// How many trials at each place of each series, all parts together.
    pub trials: Option<u64>,
    /// Which part, counted from 0, of how many.
    pub shard: (u64, u64),
    /// Where the results are written.
    pub out: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        let experiment = String::new();
        Options { experiment, dials: Vec::new(), trials: None, shard: (0, 1), out: None }
    }
}

/// Reads a dial and its value.
pub fn dial(text: &str) -> Result<(String, u64), &'static str> {
    let read = |(name, value): (&str, &str)| Some((name.to_owned(), value.parse().ok()?));
    text.split_once('=').and_then(read).ok_or("expected name=value, such as nodes=7")
}

/// Reads which part of how many.
pub fn shard(text: &str) -> Result<(u64, u64), &'static str> {
    let numbers = text
        .split_once('/')
        .and_then(|(part, of)| Some((part.parse::<u64>().ok()?, of.parse::<u64>().ok()?)));
    let sound = numbers.filter(|(part, of)| part < of);
    sound.ok_or("expected a part of how many, counted from 0, such as 0/8 to 7/8")
}

/// Runs the trials, or the part of them that was asked for.
pub fn sweep(options: &Options) -> Result<(), Failure> {
    let plan = plan(options)?;
    if cfg!(debug_assertions) {
        return again_optimised(options);
    }
    let begun = Instant::now();
    let results = in_parallel(&plan, range(&plan, options));
    eprintln!("{} in {}", options.experiment, console::spoken(begun.elapsed()));
    conclude(&results, options.out.as_deref())
}

/// Joins parts.
pub fn merge(parts: &[PathBuf], out: Option<&Path>) -> Result<(), Failure> {
    let mut whole: Option<Results> = None;
    for path in parts {
        let name = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::input(format!("{name} cannot be read: {error}.")))?;
        let wrong = |sentence: String| Failure::input(format!("{name}: {sentence}"));
        let part = Results::parse(&text).map_err(wrong)?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.merge(&part).map_err(wrong)?,
        }
    }
    let whole = whole.ok_or_else(|| Failure::input("`merge` needs the paths of the parts."))?;
    conclude(&whole, out)
}

fn plan(options: &Options) -> Result<Plan, Failure> {
    let mut plan = Plan::new(&options.experiment).map_err(Failure::input)?;
    for (field, value) in &options.dials {
        plan.set(field, *value).map_err(Failure::input)?;
    }
    Ok(plan)
}

fn again_optimised(options: &Options) -> Result<(), Failure> {
    let Options { experiment, dials, trials, shard: (part, of), out } = options;
    let mut words = vec!["sweep".to_owned(), experiment.clone()];
    for (field, value) in dials {
        words.extend(["--dial".to_owned(), format!("{field}={value}")]);
    }
    if let Some(trials) = trials {
        words.extend(["--trials".to_owned(), trials.to_string()]);
    }
    words.extend(["--shard".to_owned(), format!("{part}/{of}")]);
    if let Some(out) = out {
        // The other one runs in the workspace's folder.
        let cannot = |error| Failure::input(format!("{}: {error}.", out.display()));
        let out = std::path::absolute(out).map_err(cannot)?;
        words.extend(["--out".to_owned(), out.display().to_string()]);
    }
    process::again_optimised(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The trials of a part. The parts cover all trials, and no two overlap.
fn range(plan: &Plan, options: &Options) -> Range<u64> {
    let trials = options.trials.unwrap_or(plan.experiment().trials.headless);
    let (part, of) = options.shard;
    let bound = |part: u64| (u128::from(trials) * u128::from(part) / u128::from(of)) as u64;
    bound(part)..bound(part + 1)
}

/// Every core takes the next few trials until there are none left. What comes out does not depend
/// on who took which.
fn in_parallel(plan: &Plan, trials: Range<u64>) -> Results {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let chunk = (trials.end - trials.start).div_ceil(cores as u64 * PARTS).max(1);
    let next = AtomicU64::new(trials.start);
    let total = Mutex::new(plan.results());
    let work = || {
        loop {
            let from = next.fetch_add(chunk, Ordering::Relaxed);
            if from >= trials.end {
                return;
            }
            let mut runner = Runner::new(plan.clone(), from..trials.end.min(from + chunk));
            while runner.advance(u64::MAX) {}
            let mut total = total.lock().expect("no thread panics while it adds");
            total.merge(runner.results()).expect("parts of one plan do not overlap");
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    total.into_inner().expect("no thread panics while it adds")
}

/// Prints the numbers and writes the file, if there is to be one.
fn conclude(results: &Results, out: Option<&Path>) -> Result<(), Failure> {
    print!("{}", aligned(&results.table()));
    for (name, text) in results.facts() {
        println!("{name}: {text}");
    }
    if let Some(path) = out {
        let cannot =
            |error| Failure::new(format!("{} cannot be written: {error}.", path.display()));
        fs::write(path, results.to_json()).map_err(cannot)?;
    }
    Ok(())
}

/// The table in columns, numbers at the right.
fn aligned(table: &Table) -> String {
    let lines = || std::iter::once(&table.columns).chain(&table.rows);
    let width = |column: usize| lines().map(|line| line[column].chars().count()).max();
    let widths: Vec<_> = (0..table.columns.len()).map(|c| width(c).unwrap_or(0)).collect();
    let cell = |(text, width): (&String, &usize)| match text.parse::<f64>() {
        Ok(_) => format!("{text:>width$}"),
        Err(_) => format!("{text:<width$}"),
    };
    let line = |cells: &Vec<String>| {
        let cells: Vec<_> = cells.iter().zip(&widths).map(cell).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;
    use election_engine::experiments::{ALL, Experiment};

    fn options(trials: u64, shard: (u64, u64)) -> Options {
        let experiment = "split-votes".to_owned();
        Options { experiment, trials: Some(trials), shard, ..Options::default() }
    }

    /// Trials of each experiment, here and in the browser's test of the experiments.
    const TRIALS: u64 = 12;

    /// The page has to put the same numbers into its file.
    #[test]
    fn every_experiment_measures_what_the_page_is_held_to() {
        for Experiment { slug, .. } in ALL {
            let csv = in_parallel(&Plan::new(slug).unwrap(), 0..TRIALS).table().csv();
            let path = paths::in_root("tests/browser/measured").join(format!("{slug}.csv"));
            if std::env::var("UPDATE_EXPECT").is_ok_and(|value| value == "1") {
                fs::write(&path, &csv).unwrap();
            }
            let kept = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(csv, kept, "{slug}: UPDATE_EXPECT=1 writes the files anew");
        }
    }

    #[test]
    fn shards_cover_every_trial_once() {
        let plan = Plan::new("split-votes").unwrap();
        let ends = (0..7).map(|part| range(&plan, &options(23, (part, 7))));
        let covered: Vec<_> = ends.flatten().collect();
        assert_eq!(covered, (0..23).collect::<Vec<_>>());
    }

    #[test]
    fn parts_on_disk_are_joined_to_the_bytes_of_one_run() {
        let folder = std::env::temp_dir().join(format!("sweep-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let plan = Plan::new("split-votes").unwrap();
        let parts: Vec<PathBuf> = (0..3)
            .map(|part| {
                let path = folder.join(format!("{part}.json"));
                let results = in_parallel(&plan, range(&plan, &options(10, (part, 3))));
                fs::write(&path, results.to_json()).unwrap();
                path
            })
            .collect();
        let out = folder.join("whole.json");
        merge(&[parts[2].clone(), parts[0].clone(), parts[1].clone()], Some(&out)).unwrap();
        let one_run = in_parallel(&plan, 0..10).to_json();
        assert_eq!(fs::read_to_string(&out).unwrap(), one_run);

        let failure = merge(&[parts[0].clone(), parts[0].clone()], None).unwrap_err();
        assert!(
            failure.sentence.contains("0.json: Trials 0 to 2 are in both"),
            "{}",
            failure.sentence
        );
        fs::write(&out, "{}").unwrap();
        let failure = merge(std::slice::from_ref(&out), None).unwrap_err();
        assert!(failure.sentence.contains("whole.json"), "{}", failure.sentence);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_does_not_exist_is_named_beside_what_does() {
        let unknown = Options { experiment: "failovers".into(), ..Options::default() };
        assert!(plan(&unknown).unwrap_err().sentence.contains("failover,"));
        let dialled = Options { dials: vec![("nodes".into(), 12)], ..options(1, (0, 1)) };
        assert!(plan(&dialled).unwrap_err().sentence.contains("3 to 9"));
    }
}
