//! Round after round, until a run asks nothing new.

use super::Asked;
use super::damage;
use super::part::Part;
use crate::protocols::registry;
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::Value;
use std::rc::Rc;

/// After this many rounds a run is shown as it is. Answers by the rule need two.
const ROUNDS: usize = 40;

/// A run of which a part is decided elsewhere, until it asks nothing new.
pub struct Rounds {
    part: Part,
    scenario: Scenario,
    /// The same run by the built-in rule.
    by_rule: Scenario,
    asked: Box<dyn Asked>,
    decisions: usize,
    useless: Option<String>,
    left: usize,
}

/// What comes next.
pub enum Next {
    /// These calls are to be answered, with [`Rounds::learn`].
    Ask(Vec<Value>),
    /// Nothing new is asked.
    Settled(Played),
}

/// A run in which somebody else took part.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// With the answers in it.
    pub scenario: Rc<Scenario>,
    /// What went wrong, a sentence each; empty if nothing did.
    pub damage: Vec<String>,
    /// How many different decisions were asked for.
    pub decisions: usize,
}

impl Rounds {
    /// Nothing if the scenario's algorithm has no such part.
    pub fn new(part: Part, scenario: &Scenario) -> Option<Rounds> {
        let mut own = scenario.clone();
        let asked = part.ask_elsewhere(&mut own)?;
        Some(Rounds {
            part,
            scenario: own,
            by_rule: scenario.clone(),
            asked,
            decisions: 0,
            useless: None,
            left: ROUNDS,
        })
    }

    /// Plays the run.
    pub fn play(&mut self) -> Next {
        let run = played(self.scenario.clone());
        if self.asked.open() > 0 && self.left > 0 {
            return Next::Ask(self.asked.calls());
        }
        let mut damage = damage::of(self.part, &*run, &*played(self.by_rule.clone()));
        if self.left == 0 {
            damage.insert(0, format!(
                "The run never settled: your function gave other answers to the same questions, or led to ever new ones in {ROUNDS} rounds."
            ));
        }
        damage.extend(self.useless.take());
        Next::Settled(Played {
            scenario: Rc::new(self.scenario.clone()),
            damage,
            decisions: self.decisions,
        })
    }

    /// Takes the answers to the calls, in their order.
    pub fn learn(&mut self, answers: &[Option<Value>]) {
        self.decisions += self.asked.open();
        self.left -= 1;
        let useless = self.asked.learn(answers);
        self.useless = self.useless.take().or(useless);
    }
}

fn played(scenario: Scenario) -> Box<dyn Run> {
    let mut run = registry::open(scenario);
    run.seek(run.end());
    run
}
