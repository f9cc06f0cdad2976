//! Every claim that an algorithm makes in spite of the network, searched with every rule on, as
//! far as time and memory reach.

use std::time::{Duration, Instant};

use election_engine::checks::Check;
use election_engine::explore::{Answer, Bound, Bounds, Faults, Progress, Question, sentence};
use election_engine::protocols::registry::{self, Info, ProtocolConfig};

use crate::failure::Failure;

/// How far each search goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Seconds.
    pub seconds: u64,
    /// Of states and what leads to them, in megabytes of 2^20 bytes.
    pub memory_mb: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { seconds: 60, memory_mb: 1024 }
    }
}

/// How many states are looked at between two looks at the clock.
const STRIDE: u32 = 20_000;
/// Each may happen once in a run.
const FAULTS: Faults =
    Faults { crashes: 1, restarts: 1, wipes: 0, drops: 1, duplicates: 1, pauses: 1, partitions: 1 };

/// Searches for all claims, and prints a line each.
///
/// # Errors
/// If one of them falls.
pub fn claims(limits: Limits) -> Result<(), Failure> {
    println!(
        "Three nodes; one crash, restart, lost message, doubled message, pause and partition; \
         numbers up to 2.\nNothing found means: not within what was searched."
    );
    let mut fell = Vec::new();
    for info in registry::ALL {
        let protocol = ProtocolConfig::named(info.name).expect("a name of the registry");
        if protocol.reads_clock() {
            println!("{:<16} goes by its clocks, and a search has no time", info.name);
            continue;
        }
        for &claim in info.guarantees {
            fell.extend(search(info, protocol.clone(), claim, limits)?);
        }
    }
    if fell.is_empty() { Ok(()) } else { Err(Failure::new(fell.join("\n"))) }
}

/// What fell, in a sentence.
fn search(
    info: &Info,
    protocol: ProtocolConfig,
    claim: Check,
    limits: Limits,
) -> Result<Option<String>, Failure> {
    let memory = limits.memory_mb << 20;
    let bounds = Bounds { depth: u32::MAX, states: u32::MAX, memory, ..Bounds::default() };
    let question = Question { faults: FAULTS, bounds, ..Question::new(protocol, 3, claim) };
    let mut search = registry::search(question.clone()).map_err(Failure::input)?;
    let begun = Instant::now();
    let patience = Duration::from_secs(limits.seconds);
    while search.advance(STRIDE) && begun.elapsed() < patience {}
    let Progress { states, depth, bytes, .. } = search.progress();
    let (ended, fell) = match search.answer() {
        None => ("time", None),
        Some(Answer::None(None)) => ("all seen", None),
        Some(Answer::None(Some(Bound::Memory))) => ("memory", None),
        Some(Answer::None(Some(_))) => ("a bound", None),
        Some(answer @ Answer::Found(_)) => {
            ("FELL", Some(sentence(&question, answer, &search.progress())))
        }
    };
    println!(
        "{:<16} {:<24} {states:>9} states, depth {depth:>2}, {:>4} MB, {:>5.1} s: {ended}",
        info.name,
        claim.name(),
        bytes >> 20,
        begun.elapsed().as_secs_f64(),
    );
    Ok(fell)
}
