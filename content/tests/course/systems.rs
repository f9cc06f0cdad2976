//! Every scenario of the gallery runs, does what it says, and does it again.

use std::io::Write;

use election_content::{Gallery, SystemScenario};
use election_engine::checks::unmet;
use election_engine::protocols::registry::{self, open};
use election_engine::run::Run;
use flate2::Compression;
use flate2::write::GzEncoder;

/// What the page may spend on the gallery, which it loads after the lesson, in bytes.
const BUDGET: usize = 24_000;

/// Each scenario with its path in the course.
fn scenarios(gallery: &Gallery) -> impl Iterator<Item = (String, &SystemScenario)> {
    gallery.systems.iter().flat_map(|row| {
        let place =
            move |it: &SystemScenario| format!("course/systems/{}/{}.json", row.name, it.slug);
        row.scenarios.iter().map(move |it| (place(it), it))
    })
}

/// The run, at its end.
fn played(scenario: &SystemScenario) -> Box<dyn Run> {
    let mut run = open(scenario.scenario.clone());
    run.seek(run.end());
    run
}

#[test]
fn the_rows_follow_the_registry() {
    let names: Vec<String> = super::gallery().systems.into_iter().map(|row| row.name).collect();
    let known: Vec<&str> = registry::ALL.iter().map(|info| info.name).collect();
    assert_eq!(names, known);
}

#[test]
fn every_scenario_violates_what_it_expects_and_nothing_else() {
    let gallery = super::gallery();
    for (place, scenario) in scenarios(&gallery) {
        assert_eq!(unmet(&*played(scenario)), [""; 0], "{place}");
    }
}

#[test]
fn every_scenario_runs_the_same_twice() {
    let gallery = super::gallery();
    for (place, scenario) in scenarios(&gallery) {
        assert_eq!(played(scenario).hash(), played(scenario).hash(), "{place}");
    }
}

#[test]
fn the_form_that_the_page_embeds_keeps_everything() {
    let gallery = super::gallery();
    let bytes = postcard::to_allocvec(&gallery).expect("every shape has a compact form");
    let read: Gallery = postcard::from_bytes(&bytes).expect("what was written can be read");
    assert_eq!(read, gallery);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes).expect("memory takes everything");
    let gzip = encoder.finish().expect("memory takes everything").len();
    println!("gallery: {} bytes, {gzip} gzip", bytes.len());
    assert!(gzip <= BUDGET, "{gzip} bytes of the gallery are more than {BUDGET}");
}
