//! The figures of the gallery's table are what the engine measures.
//!
//! `UPDATE_EXPECT=1` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use election_content::{Measured, Spread};
use election_engine::experiments::{Failover, measure_failovers};
use election_engine::protocols::registry::{ALL, ProtocolConfig};

/// How many failovers each row's figures come from.
const RUNS: u64 = 400;

#[test]
fn the_table_says_what_was_measured() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../course/systems/figures.json");
    let measured: BTreeMap<&str, Measured> =
        ALL.iter().filter_map(|info| Some((info.name, measure(info.name)?))).collect();
    let text = serde_json::to_string_pretty(&measured).expect("figures can be written") + "\n";
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &text).expect("the course can be written");
    }
    let told = fs::read_to_string(&path).expect("the course has the figures");
    assert!(
        told == text,
        "the engine measures other figures; UPDATE_EXPECT=1 writes them:\n{text}"
    );
}

fn measure(row: &str) -> Option<Measured> {
    let protocol = ProtocolConfig::named(row).expect("a name of the registry");
    let runs = measure_failovers(&protocol, 0..RUNS);
    let spread = |of: fn(&Failover) -> u64| spread(runs.iter().map(of).collect());
    Some(Measured {
        runs: u32::try_from(runs.len()).ok()?,
        noticed_ms: spread(|run| run.suspected.as_micros() / 1000)?,
        led_ms: spread(|run| run.led.as_micros() / 1000)?,
        messages: spread(|run| run.messages)?,
    })
}

/// Nothing if there are no values.
fn spread(mut values: Vec<u64>) -> Option<Spread> {
    values.sort_unstable();
    Some(Spread {
        least: *values.first()?,
        median: values[values.len() / 2],
        most: *values.last()?,
    })
}
