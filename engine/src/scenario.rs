//! A run as data: the cluster, the network, and what is done to it when.
//!
//! A scenario file is versioned JSON. Its shape is the shape of [`Scenario`]; unknown fields
//! are errors, and every error says where it is and what was expected.

use crate::action::{Action, ClockChange, Way};
use crate::checks::{Check, Monitor};
use crate::elsewhere::Elsewhere;
use crate::ids::NodeId;
use crate::protocols::registry::ProtocolConfig;
use crate::simulation::clock::ClockError;
use crate::simulation::network::{Latency, NetworkConfig, check_permille};
use crate::store::{TokenCheck, WriteQuestion};
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;

/// The version of the format that this engine writes.
pub const VERSION: u32 = 1;

/// The most nodes that a cluster may have.
pub const MAX_NODES: u8 = 101;

/// The longest run, and the farthest that a clock can be set wrong: a day.
const DAY_MS: u64 = 86_400_000;

/// The claims that are watched only in scenarios that expect them not to hold.
const BEYOND: &[Check] = &[Check::OneLeaderAtATime];

/// The most entries that a script may have.
const MAX_SCRIPT: usize = 10_000;

/// A run, from its first instant to its last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of this format; at present 1.
    pub version: u32,
    /// What the run shows, in a few words.
    #[serde(default)]
    pub title: String,
    /// The algorithm and its parameters, such as `{"bully": {}}`.
    pub protocol: ProtocolConfig,
    /// Who takes part.
    #[serde(default)]
    pub cluster: Cluster,
    /// What is done to the cluster, and when.
    #[serde(default)]
    pub script: Vec<Scripted>,
    /// When the run ends, in milliseconds.
    #[serde(default = "one_minute")]
    pub until_ms: SimTime,
    /// The checks that this run is meant to violate. A run that does not is a failure.
    #[serde(default)]
    pub expect: Vec<String>,
}

fn one_minute() -> SimTime {
    SimTime::from_ms(60_000)
}

/// Who takes part, and over what network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// How many nodes, from 1 to [`MAX_NODES`].
    pub nodes: u8,
    /// Decides every chance in the run.
    pub seed: u64,
    /// How messages travel.
    pub network: NetworkConfig,
    /// How long a node's write to its disk takes, drawn like a message's journey; nothing if
    /// disks take no time. What the node sends after a write, in the same step, leaves only when
    /// the write is done. Its state and its timers do not wait: the write counts from the start
    /// of the step, even if the node crashes before it ends.
    pub disk: Option<Latency>,
    /// The protected store.
    pub store: StoreConfig,
    /// The clocks that are wrong from the start.
    pub clocks: Vec<ClockChange>,
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            nodes: 5,
            seed: 1,
            network: NetworkConfig::default(),
            disk: None,
            store: StoreConfig::default(),
            clocks: Vec::new(),
        }
    }
}

/// The protected store at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// What it does with the token of a write.
    pub check: TokenCheck,
    /// How long the lock service takes to tell the store of a new leader; only for `equal`.
    pub register_delay_ms: Span,
    /// Who decides in its place; never part of a file.
    #[serde(skip)]
    pub elsewhere: Option<Elsewhere<WriteQuestion>>,
}

/// An entry of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// When, in milliseconds since the start.
    pub at_ms: SimTime,
    /// What is done.
    #[serde(rename = "do")]
    pub action: Action,
}

/// Why a text is no scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there, and what was expected.
    pub message: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
        // The version first: a newer file may hold fields that this engine does not know.
        #[derive(Deserialize)]
        #[serde(expecting = "a scenario, such as {\"version\": 1, …}")]
        struct Versioned {
            version: Option<u32>,
        }
        let versioned: Versioned = serde_json::from_str(text).map_err(syntax)?;
        let refuse = |message| Err(ScenarioError { line: 1, message });
        match versioned.version {
            Some(VERSION) => {}
            Some(other) => {
                return refuse(format!(
                    "this is version {other} of the scenario format; this engine reads version {VERSION}"
                ));
            }
            None => return refuse(format!("expected a field \"version\", such as {VERSION}")),
        }
        let scenario: Scenario = serde_json::from_str(text).map_err(syntax)?;
        let lines = Lines::of(text);
        scenario
            .validate()
            .map_err(|(place, message)| ScenarioError { line: lines.of_place(place), message })?;
        Ok(scenario)
    }

    /// Watches for the claims that this scenario's protocol makes, and for those that it does
    /// not make if the scenario names them.
    pub fn monitor(&self) -> Monitor {
        let own = self.protocol.info().checks.iter().copied();
        let watched = |check: &Check| {
            self.protocol.makes(*check) || self.expect.iter().any(|name| name == check.name())
        };
        let checks: Vec<_> = own.chain(self.beyond()).filter(watched).collect();
        Monitor::new(&checks, self.cluster.nodes)
    }

    /// The claims of [`BEYOND`] that the protocol does not make itself.
    fn beyond(&self) -> impl Iterator<Item = Check> + use<> {
        let own = self.protocol.info().checks;
        BEYOND.iter().copied().filter(move |check| !own.contains(check))
    }

    /// Checks what the types cannot say.
    fn validate(&self) -> Result<(), (Place, String)> {
        let Cluster { nodes, network, disk, clocks, .. } = &self.cluster;
        if !(1..=MAX_NODES).contains(nodes) {
            let message = format!("{nodes} nodes: expected 1 to {MAX_NODES}");
            return Err((Place::Cluster, message));
        }
        network.validate().map_err(|message| (Place::Cluster, message))?;
        if let Some(latency) = disk {
            latency.validate().map_err(|message| (Place::Cluster, message))?;
        }
        for change in clocks {
            self.check_member(change.node).map_err(|message| (Place::Cluster, message))?;
            check_clock(change).map_err(|message| (Place::Cluster, message))?;
        }
        if self.until_ms > SimTime::from_ms(DAY_MS) {
            let message =
                format!("the run ends at {}: expected at most {DAY_MS} ms, a day", self.until_ms);
            return Err((Place::Until, message));
        }
        if self.script.len() > MAX_SCRIPT {
            let message =
                format!("a script of {} entries: expected at most {MAX_SCRIPT}", self.script.len());
            return Err((Place::Script(MAX_SCRIPT), message));
        }
        self.protocol.validate(*nodes).map_err(|message| (Place::Protocol, message))?;
        for (index, entry) in self.script.iter().enumerate() {
            self.check_action(&entry.action).map_err(|message| (Place::Script(index), message))?;
        }
        for name in &self.expect {
            let beyond = self.beyond().map(Check::name);
            let known: Vec<_> = self.protocol.checks().into_iter().chain(beyond).collect();
            if !known.contains(&name.as_str()) {
                let known = known.join(", ");
                let message = format!("unknown check \"{name}\": expected one of {known}");
                return Err((Place::Expect, message));
            }
        }
        Ok(())
    }

    /// Whether an action fits this cluster.
    ///
    /// # Errors
    /// A sentence that says what does not fit.
    pub fn check_action(&self, action: &Action) -> Result<(), String> {
        for member in action.members() {
            self.check_member(member)?;
        }
        let store = NodeId(self.cluster.nodes);
        match action {
            Action::Clock(change) => check_clock(change),
            Action::Network(network) => network.validate(),
            Action::Campaign(_) | Action::Transfer(_) if action.members().contains(&store) => {
                Err("the store takes no part in elections".to_owned())
            }
            Action::Timer(change) => {
                let names = self.protocol.timers();
                match names.contains(&change.timer.as_str()) {
                    _ if change.node == store => Err("the store has no timers".to_owned()),
                    true => Ok(()),
                    false => Err(format!(
                        "unknown timer \"{}\": expected one of {}",
                        change.timer,
                        names.join(", ")
                    )),
                }
            }
            Action::Cut(Way { from, to }) | Action::Mend(Way { from, to }) => {
                check_ends(*from, *to)
            }
            Action::CutAll(ways) => ways.iter().try_for_each(|way| check_ends(way.from, way.to)),
            Action::Link(change) => {
                check_ends(change.from, change.to)?;
                check_permille(change.loss_permille)
            }
            Action::Partition(groups) => {
                let mut members = groups.concat();
                members.sort_unstable();
                match members.windows(2).find(|pair| pair[0] == pair[1]) {
                    Some(pair) => Err(format!("node {} is in two groups", pair[0])),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn check_member(&self, member: NodeId) -> Result<(), String> {
        let nodes = self.cluster.nodes;
        if member.0 <= nodes {
            return Ok(());
        }
        Err(format!(
            "there is no node {member}: expected 0 to {}, or {nodes} for the store",
            nodes - 1
        ))
    }
}

fn check_ends(from: NodeId, to: NodeId) -> Result<(), String> {
    match from == to {
        true => Err(format!("a link from {from} to itself: expected two members")),
        false => Ok(()),
    }
}

fn check_clock(change: &ClockChange) -> Result<(), String> {
    if change.skew_ms.unsigned_abs() > DAY_MS {
        let skew = change.skew_ms;
        return Err(format!("a skew of {skew} ms: expected at most {DAY_MS} either way, a day"));
    }
    let drifts = ClockError::DRIFTS_PPM;
    if drifts.contains(&change.drift_ppm) {
        return Ok(());
    }
    Err(format!(
        "a drift of {} ppm: expected {} to {}",
        change.drift_ppm,
        drifts.start(),
        drifts.end()
    ))
}

fn syntax(error: serde_json::Error) -> ScenarioError {
    let line = error.line().max(1);
    let text = error.to_string();
    let message = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    ScenarioError { line, message: in_plain_words(message) }
}

/// Without the names that Rust gives to numbers, and no longer than one can read: a file may
/// hold a number of three hundred digits, or a name as long as the file.
fn in_plain_words(message: &str) -> String {
    const LONGEST: usize = 400;
    const NUMBERS: [(&str, &str); 5] = [
        ("u8", "a whole number from 0 to 255"),
        ("u16", "a whole number from 0 to 65535"),
        ("u32", "a whole number from 0 to 4294967295"),
        ("u64", "a whole number that is not negative"),
        ("i64", "a whole number"),
    ];
    let mut text = message.to_owned();
    for (name, words) in NUMBERS {
        if let Some(rest) = message.strip_suffix(name).filter(|rest| rest.ends_with(" expected ")) {
            text = format!("{rest}{words}");
        }
    }
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A part of a scenario that can be wrong.
#[derive(Clone, Copy, Debug)]
enum Place {
    Protocol,
    Cluster,
    Script(usize),
    Until,
    Expect,
}

/// Where the parts of a file begin.
#[derive(Deserialize)]
struct Lines<'a> {
    #[serde(skip)]
    text: &'a str,
    #[serde(borrow)]
    protocol: Option<&'a RawValue>,
    #[serde(borrow)]
    cluster: Option<&'a RawValue>,
    #[serde(borrow, default)]
    script: Vec<&'a RawValue>,
    #[serde(borrow)]
    until_ms: Option<&'a RawValue>,
    #[serde(borrow)]
    expect: Option<&'a RawValue>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let lines = serde_json::from_str(text).unwrap_or(Lines {
            text,
            protocol: None,
            cluster: None,
            script: Vec::new(),
            until_ms: None,
            expect: None,
        });
        Lines { text, ..lines }
    }

    fn of_place(&self, place: Place) -> usize {
        let part = match place {
            Place::Protocol => self.protocol,
            Place::Cluster => self.cluster,
            Place::Script(index) => self.script.get(index).copied(),
            Place::Until => self.until_ms,
            Place::Expect => self.expect,
        };
        let Some(part) = part else { return 1 };
        let offset = part.get().as_ptr() as usize - self.text.as_ptr() as usize;
        1 + self.text[..offset].matches('\n').count()
    }
}
