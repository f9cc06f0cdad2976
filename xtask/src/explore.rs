//! Looks through every order of events, up to a bound, for a run in which a claim falls.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use election_engine::checks::Check;
use election_engine::explore::{Answer, Finding, Progress, Question, sentence};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::store::TokenCheck;

use crate::failure::Failure;

/// What is searched for, as it was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The algorithm.
    pub protocol: String,
    /// How many nodes.
    pub nodes: Option<u8>,
    /// The claim; the first of the algorithm's if nothing was typed.
    pub claim: Option<String>,
    /// The rule that is switched off.
    pub broken: Option<String>,
    /// Everything else: a number under a name.
    pub numbers: Vec<(String, u64)>,
    /// Whether messages are quicker than timers.
    pub prompt: bool,
    /// Whether the store makes no check.
    pub unchecked: bool,
    /// Where a run that is found is written.
    pub out: Option<PathBuf>,
}

/// The names under which [`Options::numbers`] may stand.
pub const NUMBERS: [&str; 12] = [
    "crash",
    "restart",
    "wipe",
    "drop",
    "duplicate",
    "pause",
    "partition",
    "depth",
    "states",
    "memory-mb",
    "number",
    "in-flight",
];

/// How many states are looked at between two looks at the clock.
const STRIDE: u32 = 200_000;

/// Searches, and prints what came of it. Whatever is found is no failure: the question was asked
/// to know.
pub fn explore(options: &Options) -> Result<(), Failure> {
    let question = question(options)?;
    let mut search = registry::search(question.clone()).map_err(Failure::input)?;
    let begun = Instant::now();
    while search.advance(STRIDE) {
        eprintln!("{}", figures(&search.progress(), begun));
    }
    println!("{}", figures(&search.progress(), begun));
    let answer = search.answer().expect("the search is over");
    println!("{}", sentence(&question, answer, &search.progress()));
    if let Answer::Found(finding) = answer {
        tell(finding, options)?;
    }
    Ok(())
}

/// The question that was typed.
fn question(options: &Options) -> Result<Question, Failure> {
    let name = &options.protocol;
    let mut protocol = ProtocolConfig::named(name).ok_or_else(|| {
        let known: Vec<_> = registry::ALL.iter().map(|info| info.name).collect();
        Failure::input(format!("There is no algorithm {name:?}: {}.", known.join(", ")))
    })?;
    let info = protocol.info();
    if let Some(rule) = &options.broken
        && !protocol.switch_off(rule)
    {
        let known: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
        return Err(Failure::input(format!(
            "{} has no rule {rule:?} to switch off: {}.",
            info.title,
            known.join(", ")
        )));
    }
    let claim = match &options.claim {
        None => info.checks[0],
        Some(name) => Check::named(name).ok_or_else(|| {
            let known: Vec<_> = Check::ALL.iter().map(|check| check.name()).collect();
            Failure::input(format!("There is no claim {name:?}: {}.", known.join(", ")))
        })?,
    };
    let mut question = Question::new(protocol, options.nodes.unwrap_or(3), claim);
    question.prompt = options.prompt;
    if options.unchecked {
        question.store = TokenCheck::Off;
    }
    for (name, number) in &options.numbers {
        let few = u8::try_from(*number).unwrap_or(u8::MAX);
        let many = u32::try_from(*number).unwrap_or(u32::MAX);
        let (faults, bounds) = (&mut question.faults, &mut question.bounds);
        match name.as_str() {
            "crash" => faults.crashes = few,
            "restart" => faults.restarts = few,
            "wipe" => faults.wipes = few,
            "drop" => faults.drops = few,
            "duplicate" => faults.duplicates = few,
            "pause" => faults.pauses = few,
            "partition" => faults.partitions = few,
            "depth" => bounds.depth = many,
            "states" => bounds.states = many,
            "memory-mb" => bounds.memory = number << 20,
            "number" => bounds.number = *number,
            _ => bounds.in_flight = many,
        }
    }
    Ok(question)
}

fn figures(progress: &Progress, begun: Instant) -> String {
    let seconds = begun.elapsed().as_secs_f64();
    let Progress { states, events, depth, bytes, local_states, .. } = progress;
    format!(
        "{states} states, {events} events tried, depth {depth}, {local_states} states of single nodes, \
         {seconds:.3} s, {:.0} states/s, {:.1} MB, {:.1} bytes a state",
        f64::from(*states) / seconds,
        *bytes as f64 / 1e6,
        *bytes as f64 / f64::from(*states)
    )
}

/// Prints a run event by event and writes its scenario.
fn tell(finding: &Finding, options: &Options) -> Result<(), Failure> {
    for (index, event) in finding.events.iter().enumerate() {
        println!("{index:3}  {} {}", event.what, event.then.join(" "));
    }
    let path = options.out.clone().unwrap_or_else(|| PathBuf::from("target/found.json"));
    let text = serde_json::to_string_pretty(&finding.scenario)
        .map_err(|error| Failure::new(format!("The scenario cannot be written: {error}.")))?;
    fs::write(&path, text)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}.", path.display())))?;
    println!("The run is in {0}; `cargo xtask run {0}` plays it.", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_a_question() {
        let options = Options {
            protocol: "raft".into(),
            broken: Some("vote-on-disk".into()),
            numbers: vec![("crash".into(), 1), ("depth".into(), 7), ("in-flight".into(), 5)],
            ..Options::default()
        };
        let question = question(&options).unwrap();
        assert_eq!(question.claim, Check::OneLeaderPerNumber);
        let bounds = question.bounds;
        assert_eq!((question.faults.crashes, bounds.depth, bounds.in_flight), (1, 7, 5));
    }

    #[test]
    fn what_does_not_exist_is_named_beside_what_does() {
        let raft = Options { protocol: "raft".into(), ..Options::default() };
        for (options, named) in [
            (Options { protocol: "rafd".into(), ..Options::default() }, "raft"),
            (Options { broken: Some("vote".into()), ..raft.clone() }, "vote-on-disk"),
            (Options { claim: Some("leader".into()), ..raft }, "one-leader-per-number"),
        ] {
            let failure = question(&options).unwrap_err();
            assert!(failure.sentence.contains(named), "{}", failure.sentence);
            assert_eq!(failure.code, 2);
        }
    }
}
