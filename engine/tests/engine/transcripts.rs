//! Runs written down as prose, to be read before they are accepted.
//!
//! `UPDATE_EXPECT=1 cargo test -p election-engine` writes them anew.

use crate::cluster::open;
use election_engine::checks::unmet;
use election_engine::ids::LogEnd;
use election_engine::protocol::Sign;
use election_engine::protocols::registry;
use election_engine::run::{Entry, Run};
use election_engine::scenario::Scenario;
use election_engine::trace::EventKind;
use std::fmt::Write;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Tests that run scenarios and compare what happened with what was read and accepted. The
/// scenarios of an algorithm's gallery are part of the course and lie in its folder there.
#[macro_export]
macro_rules! transcripts {
    ($row:literal: $($name:ident $file:literal,)*) => {
        $crate::transcripts! { in "../../../course/systems/" $row: $($name $file,)* }
    };
    (in $folder:literal $row:literal: $($name:ident $file:literal,)*) => {
        $(#[test]
        fn $name() {
            $crate::transcripts::compare(
                concat!($row, $file),
                include_str!(concat!($folder, $row, $file, ".json")),
                include_str!(concat!("../transcripts/", $row, $file, ".txt")),
            );
        })*

        #[test]
        fn every_scenario_runs_the_same_twice_and_after_being_written_out() {
            for text in [$(include_str!(concat!($folder, $row, $file, ".json"))),*] {
                $crate::transcripts::runs_the_same_twice(text);
            }
        }
    };
}

transcripts! {
    in "../scenarios/" "":
    calm "calm",
    the_leader_crashes "leader-crash",
    an_old_leader_wakes "paused-old-leader",
    a_partition_and_its_end "partition-and-heal",
    a_lost_ok_crowns_a_lower_node "lost-ok",
    a_lower_node_restarts "lower-node-restarts",
    the_top_node_flaps "flapping-top-node",
    two_sides_mint_the_same_number "same-number-twice",
    without_a_check_the_old_leader_does_damage "store-check-off",
    equality_refuses_a_leader_it_has_not_heard_of "store-check-equal",
}

pub fn runs_the_same_twice(scenario: &str) {
    let mut first = open(scenario);
    first.seek(first.end());
    let written = serde_json::to_string(&first.scenario()).unwrap();
    let mut second = registry::open(Scenario::parse(&written).unwrap());
    second.seek(second.end());
    assert_eq!(first.hash(), second.hash());
    assert_eq!(first.snapshot(), second.snapshot());
}

pub fn compare(file: &str, scenario: &str, expected: &str) {
    let mut run = open(scenario);
    run.seek(run.end());
    let transcript = transcript(&*run);
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var("UPDATE_EXPECT").is_ok_and(|value| value == "1") {
        let path = format!("{}/tests/transcripts/{file}.txt", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, transcript).unwrap();
        return;
    }
    for (number, (is, was)) in transcript.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, was, "tests/transcripts/{file}.txt, line {}", number + 1);
    }
    assert_eq!(transcript.lines().count(), expected.lines().count(), "{file} has another length");
}

fn transcript(run: &dyn Run) -> String {
    let mut text = format!("{}\n\n", run.scenario().title);
    let mut routine = 0;
    for entry in run.entries() {
        if is_routine(&entry) {
            routine += 1;
            continue;
        }
        tell_routine(&mut text, &mut routine);
        let time = format!("{}.{:03}", entry.time.0 / 1000, entry.time.0 % 1000);
        let rule = entry.rule.map_or(String::new(), |rule| format!("[{}]", rule.id));
        let line = format!("{time:>10} ms  {:<52} {rule}", sentence(run, &entry));
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    tell_routine(&mut text, &mut routine);
    let violations = run.violations();
    for violation in &violations {
        writeln!(text, "\nviolated: {}. {}", violation.check.name(), violation.text).unwrap();
    }
    assert_eq!(unmet(run), [""; 0], "what the scenario expects");
    writeln!(text, "\nhash {}", run.hash()).unwrap();
    text
}

/// Rules that keep a lease alive and look whether it is, or replicate what clients write.
const ROUTINE: &[&str] = &[
    "kubernetes/try",
    "kubernetes/read",
    "kubernetes/held",
    "kubernetes/renew",
    "kubernetes/keep",
    "kubernetes/renewed",
    "etcd/renew",
    "etcd/keepalive",
    "etcd/alive",
    "hdfs/write",
    "kafka-controller/heartbeat",
    "kafka-controller/obey",
    "kafka-controller/work",
    "mongodb/write",
    "mongodb/serve",
    "mongodb/replicate",
    "mongodb/commit",
    "kafka-partition/heartbeat",
    "kafka-partition/append",
    "kafka-partition/fetch",
    "kafka-partition/serve",
    "kafka-partition/replicate",
    "kraft/heartbeat",
    "kraft/append",
    "kraft/fetch",
    "kraft/serve",
    "kraft/replicate",
    "redlock/look",
    "redlock/held",
    "redlock/wait",
    "redlock/foreign",
    "redlock/extend",
    "redlock/prolong",
    "redlock/extended",
    "single-node/ask",
    "single-node/answer",
    "single-node/work",
];

/// What happens all the time and would hide the rest: heartbeats as expected, and the way of
/// writes that are applied.
fn is_routine(entry: &Entry) -> bool {
    if entry.rule.is_some_and(|rule| ROUTINE.contains(&rule.id)) {
        return entry.kind != EventKind::Lost;
    }
    match entry.kind {
        EventKind::WriteAccepted => true,
        EventKind::Timer => matches!(entry.name, "heartbeat" | "work"),
        EventKind::Send => entry.sign == Some(Sign::Pulse) || entry.name == "ACCEPTED",
        EventKind::Deliver if entry.sign == Some(Sign::Pulse) => {
            entry.rule.is_none_or(|rule| rule.id.ends_with("/heard"))
        }
        EventKind::Deliver => matches!(entry.name, "WRITE" | "ACCEPTED"),
        _ => false,
    }
}

fn tell_routine(text: &mut String, routine: &mut usize) {
    if *routine > 0 {
        writeln!(text, "               (and {routine} of heartbeats and applied writes)").unwrap();
        *routine = 0;
    }
}

fn sentence(run: &dyn Run, entry: &Entry) -> String {
    let store = run.snapshot().store_id();
    let who = |node| if node == store { "the store".to_owned() } else { format!("node {node}") };
    let (node, name) = (who(entry.node), entry.name);
    let peer = entry.peer.map_or("nobody".to_owned(), who);
    let with = match entry.number.0 {
        0 => String::new(),
        number => format!(" {number}"),
    };
    match entry.kind {
        EventKind::Send => format!("{node} sends {name}{with} to {peer}"),
        EventKind::Deliver => format!("{node} gets {name}{with} from {peer}"),
        EventKind::Lost => format!("{node} never gets {name}{with} from {peer}"),
        EventKind::Timer => format!("{node}: timer {name} runs out"),
        EventKind::Suspect => format!("{node} suspects {peer}"),
        EventKind::Candidate => format!("{node} stands for election, has seen{with}"),
        EventKind::Vote => format!("{node} votes for {peer} in{with}"),
        EventKind::Refuse => format!("{node} refuses {peer} in{with}"),
        EventKind::Log => format!("{node}'s log: {}", LogEnd::unpacked(entry.number)),
        EventKind::Lead => format!("{node} LEADS with{with}"),
        EventKind::StepDown => format!("{node} stops leading with{with}"),
        EventKind::Believe => format!("{node} believes in {peer}, number{with}"),
        EventKind::Persist => format!("{node} writes to its disk"),
        EventKind::WriteRefused => format!("{node} REFUSES a write with{with} of {peer}"),
        EventKind::Register => format!("{node} hears that{with} of {peer} is current"),
        EventKind::Cut | EventKind::Heal => {
            format!("-- {}: link from {node} to {peer}", entry.kind.name())
        }
        kind => format!("-- {}: {node}", kind.name()),
    }
}
