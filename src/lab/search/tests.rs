use super::*;
use election_engine::protocols::registry;
use election_engine::scenario::Scenario;

/// A run in which node 4, the leader, crashes after 3 s; 8 of its 10 s were played.
fn run() -> Box<dyn Run> {
    let scenario = r#"{"version": 1, "protocol": {"raft": {}}, "script": [{"at_ms": 3000, "do": {"crash": 4}}], "until_ms": 10000}"#;
    let mut run = registry::open(Scenario::parse(scenario).unwrap());
    run.seek(SimTime::from_ms(8000));
    run
}

fn ask_at(ms: u64, text: &str) -> Result<Entry, String> {
    let mut run = run();
    run.seek(SimTime::from_ms(ms));
    match search(&*run, SimTime::from_ms(8000), text)? {
        Found::Record(id) => Ok(run.entry(id).unwrap()),
        Found::Instant(at) => panic!("{at}"),
    }
}

fn ask(text: &str) -> Entry {
    ask_at(8000, text).unwrap()
}

#[test]
fn the_first_time_that_a_node_voted() {
    let found = ask("first time node 2 voted");
    assert_eq!((found.kind, found.node), (EventKind::Vote, NodeId(2)));
}

#[test]
fn what_happened_is_found_without_saying_where() {
    for text in ["crash", "node 4 crashed", "Node 4 went down.", "previous crash"] {
        for ms in [3000, 8000] {
            let found = ask_at(ms, text);
            // The crash is the present itself at 3 s.
            if ms == 3000 && text.starts_with("previous") {
                continue;
            }
            let found = found.unwrap();
            assert_eq!((found.kind, found.node), (EventKind::Crash, NodeId(4)), "{text}");
        }
    }
    // Nothing like it came before, so it is the one that comes.
    assert_eq!(ask_at(1000, "crash").unwrap().time.as_ms(), 3000);
    let (before, after) = (ask_at(5000, "heartbeat timer"), ask_at(5000, "next heartbeat timer"));
    assert!(before.unwrap().time.as_ms() <= 5000 && after.unwrap().time.as_ms() > 5000);
}

#[test]
fn everyday_words_mean_what_they_say() {
    let lost = ask("first message lost");
    assert_eq!((lost.kind, lost.node), (EventKind::Lost, NodeId(4)));
    assert_eq!(ask("lost message to node 4").kind, EventKind::Lost);
    assert_eq!(ask("lost message to node 4").node, NodeId(4));
    let lost_from = lost.peer.unwrap();
    assert_eq!(ask(&format!("first message from {lost_from} to 4 lost")).id, lost.id);
    let leader = ask("last lead").node;
    let became = ask(&format!("first time node {leader} became leader"));
    assert_eq!((became.kind, became.node), (EventKind::Lead, leader));
    let other = if leader == NodeId(2) { 1 } else { 2 };
    let received = ask(&format!("first node {other} received RequestVote"));
    assert_eq!((received.kind, received.node), (EventKind::Deliver, NodeId(other)));
    assert!(received.name.to_lowercase().contains("requestvote"));
    assert_eq!(ask("node suspects the leader").kind, EventKind::Suspect);
    let to = ask(&format!("message from node {leader} to node {other}"));
    assert!(MESSAGES.contains(&to.kind), "{to:?}");
}

#[test]
fn kinds_members_and_names_narrow_it() {
    assert!(ask_at(8000, "node 2 crashed").unwrap_err().contains("Not up to 8.000 s"));
    assert!(ask_at(8000, "next crash").unwrap_err().contains("after this instant"));
    assert!(ask_at(1000, "previous crash").unwrap_err().contains("before this instant"));
    let (first, last) = (ask("first RequestVote"), ask("last RequestVote"));
    assert!(last.time > first.time && last.name.to_lowercase().contains("requestvote"), "{last:?}");
    assert_eq!(ask("accepted write").kind, EventKind::WriteAccepted);
    assert!(ask_at(8000, "refused write").is_err());
}

#[test]
fn an_instant_can_be_gone_to() {
    let run = run();
    let to = |text| search(&*run, SimTime::from_ms(8000), text);
    for text in ["2.5 s", "2,5s", "at 2500 ms"] {
        assert_eq!(to(text), Ok(Found::Instant(SimTime::from_ms(2500))), "{text}");
    }
    assert!(to("11 s").unwrap_err().contains("ends at 10.000 s"));
}

#[test]
fn nonsense_is_answered_with_what_can_be_asked() {
    for (text, says) in [
        ("", "Ask such as"),
        ("the time", "Ask such as"),
        ("gibberish", "called \"gibberish\""),
        ("first gibberish of node 2", "called \"gibberish\""),
        ("crash after 2.5 s", "called \"after\""),
        ("node 7", "There is no node 7: they are 0 to 4."),
        ("node 300", "There is no node 300"),
        ("node -1", "There is no node -1"),
        ("-3 s", "There is no node -3"),
    ] {
        let answer = ask_at(8000, text).unwrap_err();
        assert!(answer.contains(says) && answer.contains("Ask such as"), "{text}: {answer}");
    }
}
