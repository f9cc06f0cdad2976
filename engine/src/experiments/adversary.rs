//! The adversary: somebody may drop N messages, and chooses which. How long is the cluster without
//! a leader?
//!
//! Five Raft nodes with their paper's timeouts wait for a leader; all timers start together.
//! Three adversaries, each a search in which the run is played again after every drop:
//!
//! - *By chance*: any of the messages sent so far, each as likely.
//! - *The last straw*: the message whose arrival made somebody leader. Greedy: it asks for the
//!   least that stops this leader, not for what makes the next one late.
//! - *Looking ahead*: of all messages that the winner sent or got since it stood, the one after
//!   whose loss the last straws buy the longest time with the drops that are left.
//!
//! None of them is the worst that can happen; a longer time may be possible.

use super::batch::add;
use super::draw::means;
use super::elections::Setting;
use super::numbers::{Distribution, time};
use super::picture::{Axis, Kind, Picture};
use super::{Experiment, Fact, GRAIN, Measured, Plan, Quantity, Results, Series, Trial, Trials};
use crate::action::Action;
use crate::ids::{MessageId, NodeId};
use crate::protocol::RuleId;
use crate::protocols::raft::Raft;
use crate::protocols::registry::ProtocolConfig;
use crate::rng::{Rng, Stream};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "adversary",
    dials: &[],
    quantities: &[Quantity::of("time without a leader", "ms").until(PATIENCE)],
    facts: &["none", "chance-12", "straw-12", "ahead-12", "straw-3"],
    trials: Trials { page: 10, headless: 300 },
    series,
    published: None,
    picture,
    tell,
};

/// The longest that a trial waits.
const PATIENCE: Span = Span::new(60_000);

/// How many messages may be dropped.
const DROPS: [u32; 8] = [0, 1, 2, 3, 4, 6, 9, 12];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Chance,
    Straw,
    Ahead,
}

const CHOICES: [(Choice, &str); 3] = [
    (Choice::Chance, "dropped by chance"),
    (Choice::Straw, "the last straw"),
    (Choice::Ahead, "looking ahead"),
];

fn series(_: &Plan) -> Vec<Series> {
    CHOICES.iter().map(|(_, label)| Series::over(*label, DROPS)).collect()
}

/// The trials at a place of a series.
pub fn prepare(_: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let setting = Setting {
        nodes: 5,
        up: 5,
        timeout: (Span::new(150), Span::new(300)),
        latency: (Span::new(10), Span::new(15)),
        disk: None,
        ranked_logs: false,
    };
    let title = format!("An adversary may drop {x} messages");
    let scenario = setting.scenario(&title, PATIENCE);
    let ProtocolConfig::Raft(config) = &scenario.protocol else {
        unreachable!("the setting is one of Raft")
    };
    let simulation = Simulation::new(config.clone(), &scenario.cluster, &[]);
    let election = Election::default();
    Box::new(Adversary { choice: CHOICES[series].0, drops: x, scenario, simulation, election })
}

struct Adversary {
    choice: Choice,
    drops: u32,
    scenario: Scenario,
    simulation: Simulation<Raft>,
    election: Election,
}

impl Adversary {
    /// Plays the scenario until somebody leads.
    fn play(&mut self) {
        self.election.begin();
        self.simulation.begin_again(&self.scenario.cluster, &self.scenario.script);
        let limit = self.scenario.until_ms;
        while self.election.led.is_none() && self.simulation.step(limit, &mut self.election) {}
    }

    /// When somebody leads, or the end of the run.
    fn led(&self) -> SimTime {
        self.election.led.unwrap_or(self.scenario.until_ms)
    }

    /// Drops a message right after it was sent.
    fn drop(&mut self, (sent, message): (SimTime, MessageId)) {
        add(&mut self.scenario, sent + Span::from_micros(1), Action::Drop(message));
    }

    /// Spends all drops, and leaves the scenario as the adversary wants it.
    fn spend(&mut self, trial: u64) {
        let mut rng = Rng::new(trial, Stream::Setup);
        self.scenario.cluster.seed = trial;
        self.scenario.script.clear();
        self.play();
        for left in (0..self.drops).rev() {
            let sent = self.election.sent.len() as u64;
            let chosen = match self.choice {
                Choice::Chance if sent == 0 => None,
                Choice::Chance => Some(self.election.sent[rng.below(sent) as usize]),
                Choice::Straw => self.election.straw,
                Choice::Ahead => self.best(left),
            };
            let Some(chosen) = chosen else { return };
            self.drop(chosen);
            self.play();
        }
    }

    /// The message after whose loss the last straws buy the longest time with `left` drops. The
    /// first of the best.
    fn best(&mut self, left: u32) -> Option<(SimTime, MessageId)> {
        let mut best: Option<(SimTime, (SimTime, MessageId))> = None;
        let spent = self.scenario.script.len();
        for candidate in self.election.of_winner() {
            self.drop(candidate);
            self.play();
            for _ in 0..left {
                let Some(straw) = self.election.straw else { break };
                self.drop(straw);
                self.play();
            }
            self.scenario.script.truncate(spent);
            if best.is_none_or(|(led, _)| self.led() > led) {
                best = Some((self.led(), candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

impl Trial for Adversary {
    fn scenario(&mut self, trial: u64) -> &Scenario {
        self.spend(trial);
        &self.scenario
    }

    fn run(&mut self, trial: u64, measured: Measured<'_>) {
        self.spend(trial);
        measured(0, self.led().0 / GRAIN * GRAIN);
    }
}

/// Waits for the first leader, and knows which message made it.
#[derive(Debug, Default)]
struct Election {
    /// The messages, with the instants at which they were sent, and their ends.
    sent: Vec<(SimTime, MessageId)>,
    ends: Vec<(NodeId, NodeId)>,
    /// What the process that is at work was woken by, if that was a message.
    delivered: Option<MessageId>,
    /// When each node stood last.
    stood: [SimTime; 5],
    winner: Option<NodeId>,
    led: Option<SimTime>,
    straw: Option<(SimTime, MessageId)>,
}

impl Election {
    fn begin(&mut self) {
        self.sent.clear();
        self.ends.clear();
        (self.delivered, self.winner, self.led, self.straw) = (None, None, None, None);
        self.stood = [SimTime::ZERO; 5];
    }

    /// The messages from and to the winner since it stood for the last time.
    fn of_winner(&self) -> Vec<(SimTime, MessageId)> {
        let Some(winner) = self.winner else { return Vec::new() };
        let since = self.stood[winner.index()];
        let all = self.sent.iter().zip(&self.ends);
        all.filter(|((sent, _), ends)| *sent >= since && (ends.0 == winner || ends.1 == winner))
            .map(|(sent, _)| *sent)
            .collect()
    }
}

impl Tracer for Election {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let Record { kind, node, time, message, .. } = record;
        match kind {
            // After the leader itself has been recorded nothing can stop it any more.
            EventKind::Send if self.led.is_none() => {
                self.sent.push((time, message));
                self.ends.push((node, record.peer().unwrap_or(node)));
            }
            EventKind::Deliver => self.delivered = Some(message),
            EventKind::Timer => self.delivered = None,
            EventKind::Candidate => self.stood[node.index()] = time,
            EventKind::Lead if self.led.is_none() => {
                (self.led, self.winner) = (Some(time), Some(node));
                let straw = |message| self.sent.iter().copied().find(|(_, id)| *id == message);
                self.straw = self.delivered.and_then(straw);
            }
            _ => {}
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}

fn picture(results: &Results) -> Picture {
    Picture {
        x: Axis::linear("messages dropped", ""),
        y: Axis::linear("time without a leader, on average", "ms"),
        marks: means(results, 0, Kind::Line),
    }
}

fn tell(results: &Results) -> Vec<Fact> {
    let facts = [
        ("none", 1, 0),
        ("chance-12", 0, 12),
        ("straw-3", 1, 3),
        ("straw-12", 1, 12),
        ("ahead-12", 2, 12),
    ];
    let mean = |(name, series, x)| {
        let values = Distribution::of(results, series, x, 0);
        let mean = time(values.mean()?);
        Some((name, if values.cut_off() > 0 { format!("more than {mean}") } else { mean }))
    };
    facts.into_iter().filter_map(mean).collect()
}
