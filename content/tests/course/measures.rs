//! The words of the experiments agree with what the experiments measure.

use std::io::Write;

use election_content::Measure;
use election_engine::experiments::{Plan, Runner};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Enough trials for what is said without figures, at most.
const TRIALS: u64 = 60;

/// What the page may spend on these words, which it loads with the workshop, in bytes.
const BUDGET: usize = 20_000;

#[test]
fn every_number_is_measured_and_the_option_marked_right_is_right() {
    for measure in super::course().measures {
        let facts = measured(&measure);
        let text = |name: &str| {
            let fact = facts.iter().find(|(other, _)| *other == name);
            fact.map(|(_, text)| text.clone())
        };
        let sentence = measure.sentence(text).expect("the build knows all facts");
        assert!(!sentence.contains('–'), "{}: {sentence}", measure.slug);
        let prediction = &measure.prediction;
        let value = text(&prediction.fact).expect("the build knows all facts");
        let right = prediction.options.iter().position(|option| option.right);
        assert_eq!(prediction.option_of(&value), right, "{}: {value}", measure.slug);
        println!("{}: {sentence}", measure.slug);
    }
}

/// What an experiment measures with its dials as they are at first.
fn measured(measure: &Measure) -> Vec<(&'static str, String)> {
    let plan = Plan::new(&measure.slug).expect("words are of experiments that exist");
    let trials = plan.experiment().trials.page.min(TRIALS);
    let mut runner = Runner::new(plan, 0..trials);
    runner.advance(u64::MAX);
    runner.results().facts()
}

#[test]
fn the_form_that_the_page_embeds_keeps_everything() {
    let measures = super::course().measures;
    let bytes = postcard::to_allocvec(&measures).expect("every shape has a compact form");
    let read: Vec<Measure> = postcard::from_bytes(&bytes).expect("what was written can be read");
    assert_eq!(read, measures);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes).expect("memory takes everything");
    let gzip = encoder.finish().expect("memory takes everything").len();
    println!("experiments: {} bytes, {gzip} gzip", bytes.len());
    assert!(gzip <= BUDGET, "{gzip} bytes of the experiments are more than {BUDGET}");
}
