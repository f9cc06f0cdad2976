//! Exhaustive search: what falls, in how few events, and that what is found replays.

use election_engine::checks::{Check, unmet};
use election_engine::explore::{Answer, Bound, Bounds, Faults, Finding, Progress, Question};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::scenario::Scenario;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn question(protocol: &str, nodes: u8, claim: Check) -> Question {
    let protocol = ProtocolConfig::named(protocol).expect("it is in the registry");
    Question::new(protocol, nodes, claim)
}

fn broken(protocol: &str, rule: &str, nodes: u8, claim: Check) -> Question {
    let mut question = question(protocol, nodes, claim);
    assert!(question.protocol.switch_off(rule), "{rule}");
    question
}

fn answer(question: &Question) -> (Answer, Progress) {
    let mut search = registry::search(question.clone()).expect("the question makes sense");
    while search.advance(10_000) {}
    (search.answer().expect("it is over").clone(), search.progress())
}

/// The run that is found, after it was played in the simulation with the same violation.
fn found(question: &Question) -> Finding {
    let (answer, progress) = answer(question);
    let Answer::Found(finding) = answer else { panic!("{answer:?} {progress:?}") };
    // As a file, and back again.
    let file = serde_json::to_string(&finding.scenario).unwrap();
    let scenario = Scenario::parse(&file).unwrap();
    assert_eq!(scenario, finding.scenario);
    assert_eq!(scenario.expect[0], question.claim.name());
    let mut run = registry::open(scenario.clone());
    run.seek(scenario.until_ms);
    assert_eq!(unmet(&*run), [""; 0], "{file}");
    *finding
}

/// How many events, the start not counted.
fn events(finding: &Finding) -> usize {
    finding.events.len() - 1
}

fn nothing(question: &Question) -> (Option<Bound>, Progress) {
    match answer(question) {
        (Answer::None(bound), progress) => (bound, progress),
        (Answer::Found(finding), _) => panic!("{:#?}", finding.events),
    }
}

fn lost_vote() -> Question {
    let faults = Faults { crashes: 1, restarts: 1, ..Faults::default() };
    let bounds = Bounds { number: 1, ..Bounds::default() };
    let question = broken("raft", "vote-on-disk", 3, Check::OneLeaderPerNumber);
    Question { faults, bounds, ..question }
}

#[test]
fn a_raft_that_forgets_its_vote_elects_two_leaders_in_one_term() {
    let finding = found(&lost_vote());
    let told: Vec<_> = finding.events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(events(&finding), 8, "{told:#?}");
    assert!(told.iter().any(|event| event.ends_with("starts again with its disk.")), "{told:#?}");
}
