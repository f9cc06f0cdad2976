//! Exhaustive search: what falls, in how few events, and that what is found replays.

use election_engine::checks::{Check, unmet};
use election_engine::explore::{
    Answer, Bound, Bounds, FALLS, Fall, Faults, Finding, Progress, Question, Told, famous, sentence,
};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::scenario::Scenario;
use election_engine::store::TokenCheck;
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

fn famous(slug: &str) -> Question {
    famous::all().into_iter().find(|famous| famous.slug == slug).expect(slug).question
}

/// The shortest runs are short because of what was left out of them: each length is asserted.
fn falls(slug: &str, length: usize) -> Finding {
    let finding = found(&famous(slug));
    assert_eq!(events(&finding), length, "{:#?}", finding.events);
    finding
}

/// Every run was seen, and the search was not empty.
fn holds(slug: &str) -> Progress {
    let (bound, progress) = nothing(&famous(slug));
    assert_eq!(bound, None);
    assert!(progress.stood && progress.led, "{progress:?}");
    progress
}

#[test]
fn a_raft_that_forgets_its_vote_elects_two_leaders_in_one_term() {
    let finding = falls("forgotten-vote", 8);
    let crash = finding.events.iter().position(|event| event.what.ends_with("crashes."));
    let votes = |event: &Told| event.then.iter().any(|then| then.contains("leads with number 1"));
    let first = finding.events.iter().position(votes);
    assert!(first < crash, "one is elected, and then somebody forgets: {:#?}", finding.events);
}

#[test]
fn a_raft_that_keeps_its_vote_does_not() {
    // With five messages in flight, as the page asks, it is a million states.
    let bounds = Bounds { number: 1, in_flight: 3, ..Bounds::default() };
    let (bound, progress) = nothing(&Question { bounds, ..famous("kept-vote") });
    assert_eq!((bound, progress.states), (None, KEPT_VOTE));
    assert!(progress.stood && progress.led);
}

/// Every count is the same on every run, natively and in WebAssembly.
const KEPT_VOTE: u32 = 12_830;

#[test]
fn bully_has_two_leaders_in_a_partition_and_none_beside_another_without() {
    let finding = falls("bully-partition", 4);
    assert!(finding.events.iter().any(|event| event.what.starts_with("The network is cut")));
    assert_eq!(holds("bully-in-time").states, 617);
}

#[test]
fn two_leaders_at_once_are_no_violation_of_raft() {
    falls("two-terms", 6);
    // The scenario expects that one check and no other: of what Raft promises all holds.
    assert_eq!(found(&famous("two-terms")).scenario.expect, ["one-leader-at-a-time"]);
}

#[test]
fn half_of_a_cluster_is_no_majority() {
    falls("half", 6);
}

#[test]
fn a_store_that_does_not_compare_applies_an_old_leaders_write() {
    falls("unfenced", 8);
    let bounds = Bounds { states: 30_000, ..Bounds::default() };
    let (bound, progress) = nothing(&Question { bounds, ..famous("fenced") });
    assert_eq!(bound, Some(Bound::States));
    assert!(progress.led);
}

#[test]
fn each_bound_ends_a_search_and_is_named() {
    let small = |bounds| nothing(&Question { bounds, ..famous("kept-vote") });
    let (bound, progress) = small(Bounds { depth: 5, ..Bounds::default() });
    assert_eq!((bound, progress.depth), (Some(Bound::Depth), 5));
    let (bound, progress) = small(Bounds { states: 1000, ..Bounds::default() });
    assert_eq!((bound, progress.states), (Some(Bound::States), 1000));
    let memory = 4 << 20;
    let (bound, progress) = small(Bounds { memory, ..Bounds::default() });
    assert_eq!(bound, Some(Bound::Memory));
    assert!((memory / 2..=memory).contains(&progress.bytes), "{progress:?}");
}

#[test]
fn a_search_in_parts_is_the_search_in_one() {
    let question = famous("forgotten-vote");
    let whole = answer(&question);
    let mut search = registry::search(question).unwrap();
    while search.advance(7) {}
    assert_eq!(search.answer(), Some(&whole.0));
    assert_eq!(search.progress(), whole.1);
}

#[test]
fn every_kind_of_fault_replays() {
    // Two leaders of one term need a second vote: by a duplicate, an empty disk, or a drop that
    // says nothing. Whatever the search chooses, the run plays with the same violation.
    let wipe = Faults { crashes: 1, wipes: 1, ..Faults::default() };
    let bounds = Bounds { number: 1, in_flight: 5, ..Bounds::default() };
    let raft = question("raft", 3, Check::OneLeaderPerNumber);
    let finding = found(&Question { faults: wipe, bounds, ..raft });
    assert_eq!(events(&finding), 8);
    assert!(finding.events.iter().any(|event| event.what.ends_with("with an empty disk.")));

    let doubled = Faults { duplicates: 1, ..Faults::default() };
    let bounds = Bounds { number: 1, ..Bounds::default() };
    let doubled = Question {
        faults: doubled,
        bounds,
        ..broken("raft", "distinct-votes", 4, Check::MajorityVoted)
    };
    let finding = found(&doubled);
    assert!(finding.events.iter().any(|event| event.what.ends_with("is doubled.")));

    for faults in [
        Faults { drops: 2, ..Faults::default() },
        Faults { pauses: 1, ..Faults::default() },
        Faults { crashes: 1, restarts: 1, ..Faults::default() },
    ] {
        let bully = question("bully", 3, Check::OneLeaderAtATime);
        found(&Question { faults, prompt: true, ..bully });
    }
}

#[test]
fn questions_that_make_no_sense_are_refused_in_a_sentence() {
    let refused = |question: Question| registry::search(question).err().expect("it is refused");
    let raft = question("raft", 3, Check::OneLeaderPerNumber);
    let clocks = question("kubernetes", 3, Check::OneLeaderAtATime);
    assert!(refused(clocks).contains("a search has no time"));
    assert!(refused(Question { nodes: 10, ..raft.clone() }).contains("1 to 9"));
    assert!(refused(Question { claim: Check::OneValueChosen, ..raft.clone() }).contains("Raft"));
    assert!(refused(Question { store: TokenCheck::Equal, ..raft }).contains("\"off\""));
}

#[test]
fn one_event_is_one_event() {
    // A node that forgets its vote never keeps it on its disk: its first vote is the violation.
    let reboot = Faults { crashes: 1, restarts: 1, ..Faults::default() };
    let question =
        Question { faults: reboot, ..broken("raft", "vote-on-disk", 3, Check::VoteOnDisk) };
    let (answer, progress) = answer(&question);
    let text = sentence(&question, &answer, &progress);
    assert!(text.ends_with("The shortest run takes 1 event."), "{text}");
}

#[test]
fn a_question_keeps_to_the_limits_of_the_form() {
    let fine = question("raft", 3, Check::OneLeaderPerNumber);
    assert_eq!(fine.validate(), Ok(()));
    let (bounds, faults) = (fine.bounds, fine.faults);
    let with = |bounds, faults| Question { bounds, faults, ..fine.clone() };
    for (question, named) in [
        (with(Bounds { memory: 1 << 50, ..bounds }, faults), "memory"),
        (with(Bounds { memory: 0, ..bounds }, faults), "memory"),
        (with(Bounds { states: u32::MAX, ..bounds }, faults), "states"),
        (with(Bounds { depth: 0, ..bounds }, faults), "depth"),
        (with(Bounds { number: 0, ..bounds }, faults), "number"),
        (with(Bounds { in_flight: 0, ..bounds }, faults), "in_flight"),
        (with(bounds, Faults { crashes: 255, ..faults }), "crashes"),
        (with(bounds, Faults { partitions: 10, ..faults }), "partitions"),
    ] {
        let refusal = question.validate().unwrap_err();
        assert!(refusal.starts_with(&format!("\"{named}\" is ")), "{refusal}");
        // Natively one may go further.
        assert!(registry::search(question).is_ok(), "{named}");
    }
}

#[test]
fn every_rule_of_which_a_fall_is_known_lets_it_fall() {
    let lengths = |fall: &Fall| {
        let question = fall.question();
        question.validate().unwrap();
        (fall.protocol, fall.rule, events(&found(&question)))
    };
    let found: Vec<_> = FALLS.iter().map(lengths).collect();
    let known: Vec<_> = FALLS.iter().map(|fall| (fall.protocol, fall.rule, fall.events)).collect();
    assert_eq!(found, known);
}

#[test]
fn whoever_reads_a_clock_says_so() {
    // A row that reads its clock and does not say so panics here, since a search has no time.
    for info in registry::ALL {
        let mut question = question(info.name, 3, info.checks[0]);
        question.bounds = Bounds { states: 20_000, in_flight: 20, ..Bounds::default() };
        if !question.protocol.reads_clock() {
            answer(&question);
        }
    }
}
