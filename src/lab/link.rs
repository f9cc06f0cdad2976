//! A link that holds a run: its set-up, what was done by hand, and the moment in view.
//!
//! JSON, deflated, in base64 that an address may hold. A link comes from anywhere, so nothing in
//! it is trusted: it is bounded in size and in the work that it may ask for, and every damage is
//! a sentence.

use super::bench::Bench;
use super::branch::Branch;
use crate::session::Moment;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use election_engine::ids::NodeId;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::{Scenario, Scripted};
use election_engine::time::{SimTime, Span};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of links that this page writes.
const VERSION: u32 = 1;

/// The most characters that a link may have in mail and chat programs without being cut.
pub const MOST_CHARACTERS: usize = 2000;

/// The most bytes that a link may unpack to.
const MOST_BYTES: usize = 1 << 20;

/// The most records that opening a link may play: a second or so.
const MOST_RECORDS: usize = 1_000_000;

/// What a link says.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    /// The version.
    v: u32,
    /// The set-up, as in a scenario file, without what was done by hand.
    scenario: Box<RawValue>,
    /// What was done by hand.
    #[serde(default)]
    hands: Vec<Scripted>,
    /// The name of the branch.
    #[serde(default)]
    name: String,
    /// The instant in view, in milliseconds.
    #[serde(default)]
    at_ms: SimTime,
    /// How many records there are by then; other things may happen at the same instant.
    #[serde(default)]
    records: usize,
    /// The trace's hash then.
    #[serde(default)]
    hash: String,
    /// How fast it runs, in thousandths of real time.
    #[serde(default)]
    speed: u32,
    /// The member that is looked at closely.
    #[serde(default)]
    selected: Option<NodeId>,
}

/// What was found behind a link.
pub struct Opened {
    /// The run at its moment.
    pub branch: Branch,
    /// How fast it runs, in thousandths of real time; 0 if the link does not say.
    pub speed: u32,
    /// The member that is looked at closely.
    pub selected: Option<NodeId>,
    /// What is not as the link says, in a sentence.
    pub notice: Option<String>,
}

/// What a bench has in view, as the text of a link: what follows `s=`.
pub fn write(bench: &Bench) -> String {
    let run = bench.run();
    let mut scenario = run.scenario();
    let hands = scenario.script.split_off(scenario.script.len() - run.done_by_hand().len());
    let said = Said {
        v: VERSION,
        scenario: serde_json::value::to_raw_value(&scenario).expect("a scenario is JSON"),
        hands,
        name: bench.branch().name.clone(),
        at_ms: run.playhead(),
        records: run.records(),
        hash: run.hash().to_string(),
        speed: bench.pace().speed,
        selected: bench.selected(),
    };
    let text = serde_json::to_vec(&said).expect("numbers and texts are JSON");
    URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(&text, 9))
}

/// Opens the text of a link.
///
/// # Errors
/// A sentence, if nothing in it can be shown.
pub fn read(text: &str) -> Result<Opened, String> {
    let packed = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| damaged())?;
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MOST_BYTES)
        .map_err(|_| damaged())?;
    #[derive(Deserialize)]
    struct Versioned {
        v: u32,
        scenario: Box<RawValue>,
    }
    let version: Versioned = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if version.v == VERSION {
        let said: Said = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        return open(said);
    }
    // Whatever else a newer link says, its set-up may still be one.
    let newer = format!(
        "This link was made by a newer version of the lab (its links have version {}, this page reads {VERSION}).",
        version.v
    );
    let said = Said {
        v: VERSION,
        scenario: version.scenario,
        hands: Vec::new(),
        name: String::new(),
        at_ms: SimTime::ZERO,
        records: 0,
        hash: String::new(),
        speed: 0,
        selected: None,
    };
    match open(said) {
        Ok(opened) => Ok(Opened {
            notice: Some(format!("{newer} You see its set-up; reload the page for the rest.")),
            ..opened
        }),
        Err(_) => Err(format!("{newer} Reload the page and open the link again.")),
    }
}

fn damaged() -> String {
    "This link is damaged: a part of it is missing or was changed on its way. Ask for it again, or for the file. You see an ordinary run instead.".to_owned()
}

/// Opens a scenario, as from a file: at its first instant.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn open_scenario(text: &str) -> Result<Scenario, String> {
    if text.len() > MOST_BYTES {
        return Err("This file is larger than a scenario can be (1 MB).".to_owned());
    }
    if text.trim_start().starts_with("title =") {
        return Err(
            "This is a tour. Its scenario is the .json that was saved with it: open that one."
                .to_owned(),
        );
    }
    Scenario::parse(text)
        .map_err(|error| format!("This is no scenario that the lab can run: {error}."))
}

fn open(said: Said) -> Result<Opened, String> {
    let scenario = Scenario::parse(said.scenario.get()).map_err(|error| {
        format!(
            "The set-up in this link is not valid ({}). You see an ordinary run instead.",
            error.message
        )
    })?;
    let store = NodeId(scenario.cluster.nodes);
    let mut run = registry::open(scenario);
    let mut notice = None;
    for hand in said.hands {
        // A hand acts one microsecond after the instant in view.
        let before = hand.at_ms - Span::from_micros(1);
        let fits = hand.at_ms > run.playhead() && play(&mut *run, before);
        if !fits || run.act(hand.action).is_err() {
            notice = Some("A part of what was done by hand in this link does not fit its set-up, so you see the run up to there.".to_owned());
            break;
        }
    }
    if notice.is_none() {
        if !play(&mut *run, said.at_ms) {
            notice = Some(
                "Playing up to the moment of this link takes too long, so you see an earlier one."
                    .to_owned(),
            );
        } else if said.records <= run.records() {
            Moment { time: said.at_ms.min(run.end()), records: said.records }.show(&mut *run);
        }
    }
    if notice.is_none() && !said.hash.is_empty() && run.hash().to_string() != said.hash {
        notice = Some("This run is not quite the one that the link was made of: the lab has changed since, or the link was altered.".to_owned());
    }
    let name = match said.name.is_empty() {
        true => "As set up".to_owned(),
        false => said.name.chars().take(120).collect(),
    };
    Ok(Opened {
        branch: Branch::of(name, run),
        speed: said.speed,
        selected: said.selected.filter(|member| *member <= store),
        notice,
    })
}

/// Plays to an instant, unless that is too much work.
fn play(run: &mut dyn Run, to: SimTime) -> bool {
    const STRIDE: u64 = 250_000;
    while run.playhead() < to.min(run.end()) {
        if run.records() > MOST_RECORDS {
            return false;
        }
        let next = (run.playhead() + Span::from_micros(STRIDE)).min(to);
        run.seek(next);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::order::Order;
    use crate::session::Command;
    use election_engine::action::Action;
    use election_engine::rng::{Rng, Stream};
    use election_engine::trace::RecordId;

    fn bench() -> Bench {
        let text = r#"{"version": 1, "protocol": {"raft": {}}, "cluster": {"seed": 5}, "until_ms": 20000}"#;
        let mut bench = Bench::new(Scenario::parse(text).unwrap(), 500);
        let mut order = |order| bench.apply(order).unwrap();
        order(Order::Stage(Command::Seek(SimTime::from_ms(2000))));
        order(Order::Stage(Command::Act(Action::Crash(NodeId(2)))));
        order(Order::Stage(Command::Seek(SimTime::from_ms(5000))));
        order(Order::Stage(Command::Act(Action::Restart(NodeId(2)))));
        order(Order::Stage(Command::Select(Some(NodeId(2)))));
        bench
    }

    fn same(bench: &Bench) {
        let text = write(bench);
        assert!(text.len() < MOST_CHARACTERS, "{} characters", text.len());
        let opened = read(&text).unwrap();
        assert_eq!(opened.notice, None);
        assert_eq!(opened.branch.run().hash(), bench.run().hash());
        assert_eq!(opened.branch.run().snapshot(), bench.run().snapshot());
        assert_eq!(opened.branch.run().scenario(), bench.run().scenario());
        assert_eq!(opened.branch.run().done_by_hand(), bench.run().done_by_hand());
        assert_eq!((opened.speed, opened.selected), (500, bench.selected()));
    }

    #[test]
    fn a_link_shows_the_same_moment_of_the_same_run() {
        let mut bench = bench();
        same(&bench);
        for to in [0, 2000, 5000, 5001, 7345, 20_000] {
            bench.apply(Order::Stage(Command::Seek(SimTime::from_ms(to)))).unwrap();
            same(&bench);
        }
        for _ in 0..30 {
            bench.apply(Order::Stage(Command::StepBack)).unwrap();
            same(&bench);
        }
        bench.apply(Order::Pick(RecordId(40))).unwrap();
        same(&bench);
    }

    #[test]
    fn a_link_from_the_first_version_stays_readable() {
        let opened = read(include_str!("golden-link.txt").trim())
            .unwrap_or_else(|error| panic!("{error} A fresh one: {}", write(&bench())));
        assert_eq!(opened.notice, None, "its hash has changed");
        assert_eq!(opened.branch.run().playhead(), SimTime(5_000_001));
        assert_eq!(opened.branch.run().done_by_hand().len(), 2);
    }

    #[test]
    fn a_tour_is_not_taken_for_a_scenario() {
        let refused = open_scenario("title = \"A\"\nscenario = \"a\"\n").unwrap_err();
        assert!(refused.contains("the .json that was saved with it"), "{refused}");
    }

    #[test]
    fn a_newer_link_shows_its_set_up_and_says_so() {
        let text = r#"{"v": 9, "scenario": {"version": 1, "protocol": {"bully": {}}}, "moons": 3}"#;
        let packed =
            URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
        let opened = read(&packed).unwrap();
        assert!(opened.notice.unwrap().contains("newer version"));
        let text = r#"{"v": 9, "scenario": {"version": 7}}"#;
        let packed =
            URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
        assert!(read(&packed).err().unwrap().contains("newer version"));
    }

    #[test]
    fn hands_that_do_not_fit_are_left_out_and_said_so() {
        let text = r#"{"v": 1, "scenario": {"version": 1, "protocol": {"bully": {}}}, "hands": [{"at_ms": 5, "do": {"crash": 90}}], "at_ms": 10}"#;
        let packed =
            URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
        assert!(read(&packed).unwrap().notice.unwrap().contains("does not fit"));
    }

    #[test]
    fn a_link_that_asks_for_too_much_work_is_stopped() {
        let text = r#"{"v": 1, "scenario": {"version": 1, "protocol": {"raft": {"heartbeat_ms": 1}}, "cluster": {"nodes": 101}, "until_ms": 86400000}, "at_ms": 86400000}"#;
        let packed =
            URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
        assert!(read(&packed).unwrap().notice.unwrap().contains("too long"));
    }

    /// Damages links, the JSON in them and scenario files in every way that mail and people do.
    fn damage(times: u64) {
        let whole = bench();
        let link = write(&whole);
        let json = miniz_oxide::inflate::decompress_to_vec(&URL_SAFE_NO_PAD.decode(&link).unwrap())
            .unwrap();
        let file = crate::lab::export::scenario(whole.run()).into_bytes();
        let mut rng = Rng::new(11, Stream::Latency);
        let mut refused = [0; 3];
        for round in 0..times {
            let kind = (round % 3) as usize;
            let mut bytes = [link.as_bytes(), &json, &file][kind].to_vec();
            for _ in 0..=rng.below(3) {
                spoil(&mut bytes, &mut rng);
            }
            let text = String::from_utf8_lossy(&bytes);
            let result = match kind {
                0 => read_cheaply(&text),
                1 => read_cheaply(
                    &URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(&bytes, 1)),
                ),
                _ => open_scenario(&text).map(|scenario| {
                    registry::open(scenario).seek(SimTime::from_ms(100));
                }),
            };
            refused[kind] += u64::from(result.is_err());
        }
        for refused in refused {
            assert!(refused > times / 6, "{refused} of {times} refused: the damage is too mild");
        }
        // Hardly any damage gets past the packing; behind it, some must.
        let [_, json, file] = refused;
        assert!(json.max(file) < times / 3, "{refused:?} of {times}: nothing was tried");
    }

    fn spoil(bytes: &mut Vec<u8>, rng: &mut Rng) {
        let at = rng.below(bytes.len() as u64) as usize;
        match rng.below(5) {
            0 => bytes.truncate(at.max(1)),
            1 => bytes[at] = rng.below(256) as u8,
            2 => bytes[at] = b"0123456789{}[],:\"-en"[rng.below(20) as usize],
            3 => drop(bytes.remove(at)),
            _ => bytes.insert(at, b"09{[\"AZ"[rng.below(7) as usize]),
        }
        if bytes.is_empty() {
            bytes.push(b'A');
        }
    }

    /// As [`read`], without playing for longer than a moment.
    fn read_cheaply(text: &str) -> Result<(), String> {
        let packed = URL_SAFE_NO_PAD.decode(text).map_err(|_| damaged())?;
        let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MOST_BYTES)
            .map_err(|_| damaged())?;
        let mut said: Said = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        said.at_ms = said.at_ms.min(SimTime::from_ms(100));
        said.hands.retain(|hand| hand.at_ms < SimTime::from_ms(100));
        open(said).map(|_| ())
    }

    #[test]
    fn damaged_links_and_files_never_panic() {
        damage(2000);
        for text in ["", "s", "=", "AAAA", "%%%", "🦀", &"A".repeat(100_000)] {
            assert!(read(text).is_err());
        }
    }

    #[test]
    #[ignore = "takes minutes: cargo test --release -p election-lab a_million -- --ignored"]
    fn a_million_damaged_links_and_files_never_panic() {
        damage(1_000_000);
    }
}
