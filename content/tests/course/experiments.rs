//! Every goal of an experiment can be reached, by the means that its hint names, and none is
//! reached by doing nothing where something has to be done.
//!
//! `hands.json` holds, for each experiment and each of its goals, what a learner's hands do.

use std::collections::BTreeMap;

use election_content::{Course, Experiment, Goal};
use election_engine::protocols::registry::open;
use election_engine::scenario::{Scenario, Scripted};
use election_engine::time::SimTime;

/// How long a learner would wait: a minute of the cluster's time.
const PATIENCE: SimTime = SimTime::from_ms(60_000);

/// For each experiment, by id, the hands of each goal.
fn hands() -> BTreeMap<String, Vec<Vec<Scripted>>> {
    serde_json::from_str(include_str!("hands.json")).expect("hands.json lists scripts")
}

fn scenario<'a>(course: &'a Course, experiment: &Experiment) -> &'a Scenario {
    let named = course.workshop.scenarios.iter().find(|named| named.slug == experiment.scenario);
    &named.expect("the course was checked").scenario
}

/// Opens the scenario, does this by hand, and waits for the goal.
fn is_reached(goal: &Goal, scenario: &Scenario, hands: &[Scripted]) -> bool {
    let mut run = open(scenario.clone());
    for done in hands {
        run.seek(done.at_ms);
        run.act(done.action.clone()).expect("the action fits the cluster");
    }
    while !goal.is_reached(&*run) {
        if run.playhead() > PATIENCE || !run.step_forward() {
            return false;
        }
    }
    true
}

#[test]
fn every_goal_can_be_reached() {
    let course = super::course();
    let hands = hands();
    for experiment in &course.workshop.experiments {
        let id = &experiment.id;
        let of_goals = hands.get(id).map_or(&[][..], Vec::as_slice);
        assert_eq!(
            of_goals.len(),
            experiment.goals.len(),
            "hands.json: one script per goal of {id}"
        );
        let scenario = scenario(&course, experiment);
        for (goal, hands) in experiment.goals.iter().zip(of_goals) {
            assert!(is_reached(goal, scenario, hands), "{id}: {}", goal.text);
            if !hands.is_empty() {
                assert!(!is_reached(goal, scenario, &[]), "{id}, by itself: {}", goal.text);
            }
        }
    }
}
