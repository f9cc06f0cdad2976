//! What a tour's captions say is held against the very run that they narrate.

use election_content::{Course, Tour};
use election_engine::predicate::Predicate;
use election_engine::protocols::registry::open;
use election_engine::scenario::Scenario;

/// Plays the tour. Every beat that never comes, and every claim that is not so when it comes.
fn narrate(tour: &Tour, scenario: &Scenario) -> Vec<String> {
    let mut run = open(scenario.clone());
    let mut wrong = Vec::new();
    for (number, beat) in (1..).zip(&tour.beats) {
        let place = format!("tour {}, beat {number} \"{}\"", tour.slug, beat.title);
        if run.play_until(&beat.until).is_none() {
            wrong.push(format!("{place}: {:?} never happens", beat.until));
        }
        let now = run.playhead();
        let untrue = beat.shows.iter().filter(|predicate| !predicate.holds(&*run));
        wrong.extend(untrue.map(|claim| format!("{place}: at {now:?} this is not so: {claim:?}")));
    }
    wrong
}

fn scenario<'a>(course: &'a Course, tour: &Tour) -> &'a Scenario {
    let named = course.workshop.scenarios.iter().find(|named| named.slug == tour.scenario);
    &named.expect("the course was checked").scenario
}

#[test]
fn every_caption_is_true_of_its_run() {
    let course = super::course();
    assert!(!course.workshop.tours.is_empty(), "there is a tour to check");
    let wrong =
        course.workshop.tours.iter().flat_map(|tour| narrate(tour, scenario(&course, tour)));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_caption_that_said_the_opposite_would_be_noticed() {
    let course = super::course();
    for tour in &course.workshop.tours {
        for beat in 0..tour.beats.len() {
            for claim in 0..tour.beats[beat].shows.len() {
                let mut wrong = tour.clone();
                let predicate = &mut wrong.beats[beat].shows[claim];
                *predicate = Predicate::Not { of: Box::new(predicate.clone()) };
                let noticed = narrate(&wrong, scenario(&course, tour));
                let place = format!("tour {}, beat {} ", tour.slug, beat + 1);
                assert!(noticed.iter().any(|line| line.starts_with(&place)), "{place}");
            }
        }
    }
}
