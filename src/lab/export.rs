//! A run for other programs.

use super::clocks::VectorClocks;
use crate::words::sentence;
use election_engine::ids::NodeId;
use election_engine::ndjson;
use election_engine::run::Run;

/// The scenario, with everything that was done by hand in its script.
pub fn scenario(run: &dyn Run) -> String {
    serde_json::to_string_pretty(&run.scenario()).expect("a scenario is JSON")
}

/// The records up to now, one a line.
pub fn trace(run: &dyn Run) -> String {
    let mut text: String = run.entries().map(|entry| ndjson::line(&entry) + "\n").collect();
    text.push_str(&ndjson::summary(run));
    text.push('\n');
    text
}

/// What ShiViz is to be told so that it can read [`shiviz`].
pub const SHIVIZ_PATTERN: &str = r"(?<host>\S*) (?<clock>{.*})\n(?<event>.*)";

/// A log that ShiViz reads: for each event its host and vector clock on a line, and what
/// happened on the next. Its first lines tell ShiViz the pattern.
pub fn shiviz(run: &dyn Run) -> String {
    let store = NodeId(run.scenario().cluster.nodes);
    let name = |id: NodeId| if id == store { "store".to_owned() } else { format!("node{id}") };
    let mut clocks = VectorClocks::new(usize::from(store.0) + 1);
    let mut text = format!("{SHIVIZ_PATTERN}\n\n");
    for entry in run.entries() {
        let clock = clocks.tick(&entry);
        let counts = clock.iter().enumerate().filter(|(_, count)| **count > 0);
        let counts: Vec<String> = counts
            .map(|(index, count)| format!("\"{}\":{count}", name(NodeId::from_index(index))))
            .collect();
        text.push_str(&format!(
            "{} {{{}}}\n{} ({})\n",
            name(entry.node),
            counts.join(", "),
            sentence(&entry, store),
            entry.time
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::protocols::registry;
    use election_engine::scenario::Scenario;
    use election_engine::time::SimTime;
    use serde_json::{Map, Value};

    fn run() -> Box<dyn Run> {
        let text = r#"{"version": 1, "protocol": {"raft": {}}, "script": [{"at_ms": 900, "do": {"crash": 1}}]}"#;
        let mut run = registry::open(Scenario::parse(text).unwrap());
        run.seek(SimTime::from_ms(1500));
        run
    }

    #[test]
    fn an_exported_scenario_is_the_run() {
        let run = run();
        let mut again = registry::open(Scenario::parse(&scenario(&*run)).unwrap());
        again.seek(run.playhead());
        assert_eq!(again.hash(), run.hash());
    }

    #[test]
    fn a_trace_has_a_line_a_record_and_a_summary() {
        let run = run();
        let text = trace(&*run);
        assert_eq!(text.lines().count(), run.records() + 1);
        for line in text.lines() {
            serde_json::from_str::<Value>(line).unwrap();
        }
    }

    /// ShiViz refuses a log in which a host's own count does not go up by one, or in which a
    /// clock knows of an event that is not there.
    #[test]
    fn shiviz_would_read_the_log() {
        let run = run();
        let text = shiviz(&*run);
        let mut lines = text.lines().skip(2);
        let mut counts: std::collections::BTreeMap<String, u64> = Default::default();
        let mut seen = 0;
        let mut heard = 0;
        while let (Some(head), Some(_)) = (lines.next(), lines.next()) {
            let (host, clock) = head.split_once(' ').unwrap();
            let clock: Map<String, Value> = serde_json::from_str(clock).unwrap();
            let own = counts.entry(host.to_owned()).or_default();
            *own += 1;
            assert_eq!(clock[host].as_u64(), Some(*own), "{head}");
            for (other, count) in &clock {
                assert!(count.as_u64() <= counts.get(other).copied(), "{head}");
            }
            heard += usize::from(clock.len() > 1);
            seen += 1;
        }
        assert_eq!(seen, run.records());
        assert!(heard > seen / 2);
    }
}
