//! Several algorithms under one fault script and one clock.

use super::branch::Branch;
use super::past::Leaders;
use election_engine::checks::late_writes;
use election_engine::ids::NodeId;
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, RecordId};

/// How many may take part.
pub const MOST_RUNNERS: usize = 4;

/// The runs of a race, all at the same instant.
pub struct Race {
    runners: Vec<Runner>,
    end: SimTime,
}

/// One algorithm in a race.
pub struct Runner {
    /// Its name for people.
    pub title: &'static str,
    branch: Branch,
    counted: usize,
    messages: u64,
    applied: u64,
    refused: u64,
    lost: u64,
}

/// How an algorithm fared up to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Its name for people.
    pub title: &'static str,
    /// Who believes that it leads now.
    pub leaders: Vec<NodeId>,
    /// For how long nobody led, and for how long more than one did.
    pub led: Leaders,
    /// Messages between nodes.
    pub messages: u64,
    /// Writes that the store applied.
    pub applied: u64,
    /// Writes that the store refused.
    pub refused: u64,
    /// Writes that were lost on their way.
    pub lost: u64,
    /// Old writes that got in.
    pub stale: usize,
    /// Claims that did not hold.
    pub violations: usize,
}

impl Race {
    /// The set-up and the fault script of a scenario, run by each of these algorithms. What an
    /// algorithm does not know of the set-up takes its defaults.
    pub fn new(scenario: &Scenario, names: &[&str]) -> Race {
        let runner = |name: &&str| {
            let protocol = match scenario.protocol.info().name == *name {
                true => scenario.protocol.clone(),
                false => ProtocolConfig::named(name)?,
            };
            let title = protocol.info().title;
            let is_other = protocol.info().name != scenario.protocol.info().name;
            let mut entered = Scenario { protocol, expect: Vec::new(), ..scenario.clone() };
            // Another algorithm sends other messages.
            entered.script.retain(|entry| !(is_other && entry.action.message().is_some()));
            Some(Runner {
                title,
                branch: Branch::new(title.to_owned(), entered),
                counted: 0,
                messages: 0,
                applied: 0,
                refused: 0,
                lost: 0,
            })
        };
        let runners = names.iter().take(MOST_RUNNERS).filter_map(runner).collect();
        Race { runners, end: scenario.until_ms }
    }

    /// The instant that all are at.
    pub fn now(&self) -> SimTime {
        self.runners.first().map_or(SimTime::ZERO, |runner| runner.branch.run().playhead())
    }

    /// The last instant.
    pub fn end(&self) -> SimTime {
        self.end
    }

    /// Lets all of them show an instant.
    pub fn seek(&mut self, to: SimTime) {
        for runner in &mut self.runners {
            runner.branch.run_mut().seek(to);
            runner.branch.catch_up();
            runner.count();
        }
    }

    /// Moves on by a span.
    pub fn advance(&mut self, by: Span) {
        self.seek((self.now() + by).min(self.end));
    }

    /// Those who take part.
    pub fn runners(&self) -> &[Runner] {
        &self.runners
    }

    /// How they fared up to now, in their order.
    pub fn scores(&self) -> Vec<Score> {
        self.runners.iter().map(Runner::score).collect()
    }
}

impl Runner {
    /// Its run.
    pub fn run(&self) -> &dyn Run {
        self.branch.run()
    }

    fn count(&mut self) {
        let records = self.branch.run().records();
        // Going back begins the count anew.
        if records < self.counted {
            self.counted = 0;
            (self.messages, self.applied, self.refused, self.lost) = (0, 0, 0, 0);
        }
        let nodes = self.branch.run().scenario().cluster.nodes;
        let run = self.branch.run();
        let new = (self.counted..records).filter_map(|index| run.record(RecordId(index as u32)));
        for record in new {
            match record.kind {
                // What is lost belongs to whom it was meant for. Only writes go to the store.
                EventKind::Lost if record.node.0 == nodes => self.lost += 1,
                EventKind::Send
                    if record.node.0 < nodes && record.peer().is_some_and(|to| to.0 < nodes) =>
                {
                    self.messages += 1;
                }
                EventKind::WriteAccepted => self.applied += 1,
                EventKind::WriteRefused => self.refused += 1,
                _ => {}
            }
        }
        self.counted = records;
    }

    fn score(&self) -> Score {
        let run = self.branch.run();
        Score {
            title: self.title,
            leaders: run.snapshot().leaders().map(|node| node.id).collect(),
            led: self.branch.past().leaders(run.playhead()),
            messages: self.messages,
            applied: self.applied,
            refused: self.refused,
            lost: self.lost,
            stale: late_writes(run.violations()),
            violations: run.violations().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn race() -> Race {
        let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 5000, "do": {"crash": 4}}]}"#;
        Race::new(&Scenario::parse(text).unwrap(), &["bully", "raft"])
    }

    #[test]
    fn one_script_hits_all_at_the_same_instant() {
        let mut race = race();
        race.seek(SimTime::from_ms(20_000));
        for runner in race.runners() {
            let crash = runner.run().entries().find(|entry| entry.kind == EventKind::Crash);
            assert_eq!(crash.unwrap().time, SimTime::from_ms(5000), "{}", runner.title);
        }
        let scores = race.scores();
        assert_eq!(scores[0].leaders, [NodeId(3)]);
        assert!(scores[0].led.none > Span::new(1000), "{scores:?}");
        assert!(scores.iter().all(|score| score.messages > 0 && score.applied > 0));
    }

    #[test]
    fn a_message_is_touched_under_the_algorithm_that_sent_it_alone() {
        let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 0, "do": {"drop": 1}}, {"at_ms": 5000, "do": {"crash": 4}}]}"#;
        let race = Race::new(&Scenario::parse(text).unwrap(), &["bully", "raft"]);
        let scripts = race.runners().iter().map(|runner| runner.run().scenario().script.len());
        assert_eq!(scripts.collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn the_score_is_that_of_the_instant_whichever_way_one_came() {
        let (mut forth, mut back) = (race(), race());
        forth.seek(SimTime::from_ms(7000));
        back.seek(SimTime::from_ms(20_000));
        back.seek(SimTime::from_ms(7000));
        assert_eq!(forth.scores(), back.scores());
    }

    #[test]
    fn leaderless_and_double_time_add_up() {
        let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 1000, "do": {"partition": [[0, 1, 2], [3, 4]]}}], "until_ms": 30000}"#;
        let mut race = Race::new(&Scenario::parse(text).unwrap(), &["bully"]);
        // Node 2 leads its side five seconds in; a second later the store turns node 4 away.
        for (ms, times) in [(3000, 0), (5500, 1)] {
            race.seek(SimTime::from_ms(ms));
            assert_eq!(race.scores()[0].led.times, times, "at {ms} ms");
        }
        race.seek(SimTime::from_ms(30_000));
        let led = race.scores()[0].led;
        assert!(led.several > Span::new(10_000) && led.none == Span::ZERO, "{led:?}");
        assert!(led.times > 1, "{led:?}");
    }

    #[test]
    fn old_writes_are_counted_where_they_carry_no_token_too() {
        let text = include_str!("../../course/systems/database-lock/wakes-and-writes.json");
        let scenario = Scenario::parse(text).unwrap();
        let mut race = Race::new(&scenario, &["database-lock"]);
        race.seek(scenario.until_ms);
        assert_eq!(race.scores()[0].stale, 1);
    }

    #[test]
    fn writes_that_a_crashed_store_never_sees_are_lost() {
        let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 5000, "do": {"crash": 5}}], "until_ms": 30000}"#;
        let mut race = Race::new(&Scenario::parse(text).unwrap(), &["bully"]);
        race.seek(SimTime::from_ms(4000));
        assert_eq!(race.scores()[0].lost, 0);
        race.seek(SimTime::from_ms(30_000));
        let score = race.scores().remove(0);
        assert!(score.lost > 10 && score.applied > 0, "{score:?}");
    }
}
