//! Branches, jumps and violations, without the browser.

use super::*;
use crate::lab::chart::Kinds;
use crate::lab::view::{Haste, View};
use crate::lab::workbench::first_scenario;
use election_engine::action::MessageDelay;

fn bench() -> Bench {
    Bench::new(first_scenario(), 1000)
}

fn act(bench: &mut Bench, action: Action) {
    bench.apply(Order::Stage(Command::Act(action))).unwrap();
}

fn seek(bench: &mut Bench, ms: u64) {
    bench.apply(Order::Stage(Command::Seek(SimTime::from_ms(ms)))).unwrap();
}

/// The leader, once there is one.
fn led(bench: &mut Bench) -> NodeId {
    bench.apply(Order::Until(Condition::LeaderChanges)).unwrap();
    bench.run().snapshot().leaders().next().expect("a leader").id
}

#[test]
fn changing_the_past_keeps_both_futures() {
    let mut bench = bench();
    let leader = led(&mut bench);
    seek(&mut bench, 10_000);
    let kept = bench.run().hash();
    seek(&mut bench, 4000);
    act(&mut bench, Action::Crash(leader));
    assert_eq!((bench.branches().len(), bench.current()), (2, 1));
    seek(&mut bench, 10_000);
    assert_ne!(bench.run().hash(), kept);
    bench.apply(Order::Switch(0)).unwrap();
    seek(&mut bench, 10_000);
    assert_eq!(bench.run().hash(), kept);
}

#[test]
fn a_hand_at_the_edge_of_what_was_played_needs_no_branch() {
    let mut bench = bench();
    seek(&mut bench, 4000);
    act(&mut bench, Action::Crash(NodeId(1)));
    act(&mut bench, Action::Pause(NodeId(2)));
    assert_eq!(bench.branches().len(), 1);
}

#[test]
fn every_future_is_named_after_what_makes_it_differ() {
    let mut bench = bench();
    for node in [1, 2] {
        seek(&mut bench, 4000);
        act(&mut bench, Action::Crash(NodeId(node)));
        bench.apply(Order::Stage(Command::Restart)).unwrap();
    }
    let names: Vec<&str> = bench.branches().iter().map(|branch| &*branch.name).collect();
    let named = ["1: node 1 crashes at 4.000 s", "2: node 2 crashes at 4.000 s", "As set up"];
    assert_eq!(names, named);
}

#[test]
fn what_if_this_message_came_three_milliseconds_later() {
    let mut bench = bench();
    led(&mut bench);
    while bench.run().snapshot().flights.is_empty() {
        bench.apply(Order::Stage(Command::StepForward)).unwrap();
    }
    let moment = Moment::of(bench.run());
    seek(&mut bench, 5000);
    bench.apply(Order::Pick(RecordId(moment.records as u32 - 1))).unwrap();
    let message = bench.run().snapshot().flights[0].id;
    act(&mut bench, Action::Delay(MessageDelay { message, by_ms: Span::new(3) }));
    bench.apply(Order::Compare(0, 1)).unwrap();
    let difference = bench.difference().unwrap();
    assert!(difference.text.contains("They part at"), "{difference:?}");
    assert!(difference.parts[1].0.contains("comes 3 ms later"), "{difference:?}");
    assert!(difference.parts[1].0.starts_with("1: APPEND from node"), "{difference:?}");
}

#[test]
fn branches_are_deleted_but_for_the_last_and_are_not_without_end() {
    let mut bench = bench();
    for _ in 1..MOST_BRANCHES {
        seek(&mut bench, 3000);
        bench.apply(Order::Pick(RecordId(20))).unwrap();
        act(&mut bench, Action::Crash(NodeId(0)));
    }
    seek(&mut bench, 3000);
    bench.apply(Order::Pick(RecordId(20))).unwrap();
    let refused = bench.apply(Order::Stage(Command::Act(Action::Crash(NodeId(1)))));
    assert!(refused.unwrap_err().contains("Delete one"));
    for _ in 1..MOST_BRANCHES {
        bench.apply(Order::Delete(0)).unwrap();
    }
    assert!(bench.apply(Order::Delete(0)).is_err());
    assert_eq!((bench.branches().len(), bench.current()), (1, 0));
}

#[test]
fn jumps_go_to_every_mark_and_back_the_same_way() {
    let mut bench = bench();
    let leader = led(&mut bench);
    seek(&mut bench, 5000);
    act(&mut bench, Action::Crash(leader));
    seek(&mut bench, 0);
    let mut way = Vec::new();
    loop {
        bench.apply(Order::Jump(Mark::Leader, Side::After)).unwrap();
        if bench.said().is_some() {
            break;
        }
        way.push(Moment::of(bench.run()));
    }
    assert!(way.len() >= 2, "{way:?}");
    for expected in way.iter().rev().skip(1) {
        bench.apply(Order::Jump(Mark::Leader, Side::Before)).unwrap();
        assert_eq!(Moment::of(bench.run()), *expected);
    }
    bench.apply(Order::Jump(Mark::Fault, Side::After)).unwrap();
    let last = bench.run().entries().next_back().unwrap();
    assert_eq!((last.kind, last.node), (EventKind::Crash, leader));
}

#[test]
fn playing_stops_at_a_violation_unless_told_otherwise() {
    let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 1000, "do": {"partition": [[0, 1, 2], [3, 4]]}}], "until_ms": 60000}"#;
    let scenario = Scenario::parse(text).unwrap();
    let play = |stop: bool| {
        let mut bench = Bench::new(scenario.clone(), 10_000);
        bench.apply(Order::StopAtViolation(stop)).unwrap();
        act(&mut bench, Action::StoreCheck(election_engine::store::TokenCheck::Off));
        bench.apply(Order::Stage(Command::Play)).unwrap();
        for _ in 0..1000 {
            bench.apply(Order::Stage(Command::Tick(16_667))).unwrap();
        }
        bench
    };
    let stopped = play(true);
    let violations = stopped.run().violations();
    assert_eq!(violations.len(), 1, "{violations:?} {}", stopped.run().playhead());
    assert_eq!(
        stopped.picked(),
        Some(violations[0].at),
        "{violations:?} {} {}",
        stopped.run().playhead(),
        stopped.run().records()
    );
    let shown = stopped.run().entry(violations[0].at).unwrap();
    assert_eq!(shown.time, stopped.run().playhead());
    assert_eq!(play(false).run().playhead(), scenario.until_ms);
}

#[test]
fn what_never_happens_leaves_the_instant_as_it_was() {
    let mut bench = bench();
    seek(&mut bench, 1234);
    let before = bench.run().snapshot();
    let never = crate::lab::time::pattern(EventKind::WriteRefused, Some(NodeId(3)));
    bench.apply(Order::Until(Condition::Event(never))).unwrap();
    assert!(bench.said().unwrap().contains("does not happen"));
    assert_eq!(bench.run().snapshot(), before);
}

#[test]
fn starting_over_forgets_what_was_done_by_hand_but_keeps_the_branch() {
    let mut bench = bench();
    seek(&mut bench, 3000);
    act(&mut bench, Action::Crash(NodeId(0)));
    bench.apply(Order::Stage(Command::Restart)).unwrap();
    assert_eq!(bench.run().playhead(), SimTime::ZERO);
    assert!(bench.run().done_by_hand().is_empty());
    assert_eq!(bench.branches().len(), 2);
}

#[test]
fn nothing_stays_picked_when_its_branch_is_deleted() {
    let mut bench = bench();
    seek(&mut bench, 3000);
    seek(&mut bench, 2000);
    act(&mut bench, Action::Crash(NodeId(1)));
    // The same moment of both futures.
    let order = Order::Pick(RecordId(20));
    bench.apply(order.clone()).unwrap();
    bench.apply(Order::Switch(0)).unwrap();
    bench.apply(order).unwrap();
    bench.apply(Order::Delete(0)).unwrap();
    assert_eq!((bench.branches().len(), bench.picked()), (1, None));
    assert_eq!(
        bench.apply(Order::Delete(0)),
        Err("This is the only branch, so it stays.".to_owned())
    );
}

#[test]
fn another_future_is_shown_at_the_same_instant() {
    let mut bench = bench();
    let leader = led(&mut bench);
    seek(&mut bench, 10_000);
    seek(&mut bench, 4000);
    act(&mut bench, Action::Crash(leader));
    seek(&mut bench, 6000);
    bench.apply(Order::Switch(0)).unwrap();
    assert_eq!((bench.current(), bench.run().playhead()), (0, SimTime::from_ms(6000)));
}

#[test]
fn what_another_set_up_replaces_can_be_had_back_and_left_again() {
    let mut bench = bench();
    seek(&mut bench, 4000);
    let load = |bench: &mut Bench| {
        bench.apply(Order::Stage(Command::Load(Box::new(first_scenario())))).unwrap();
    };
    load(&mut bench);
    assert!(!bench.has_before(), "nothing was done to it");
    act(&mut bench, Action::Crash(NodeId(1)));
    seek(&mut bench, 2000);
    let kept = bench.run().hash();
    let loads = bench.loads();
    load(&mut bench);
    assert!(bench.has_before());
    // A set-up that nobody touched takes nothing away.
    load(&mut bench);
    let later = bench.run().hash();
    bench.apply(Order::TakeBack).unwrap();
    assert_eq!(bench.run().hash(), kept);
    assert!(bench.loads() > loads);
    bench.apply(Order::TakeBack).unwrap();
    assert_eq!(bench.run().hash(), later);
}

#[test]
fn who_is_picked_is_chosen_everywhere_and_comes_into_sight() {
    let mut bench = bench();
    let leader = led(&mut bench);
    seek(&mut bench, 5000);
    let mut lens = bench.lens().clone();
    lens.hidden.insert(leader);
    lens.kinds = Kinds::Faults;
    bench.apply(Order::Look(lens)).unwrap();
    let run = bench.run();
    let lead = (0..run.records()).map(|index| RecordId(index as u32)).find(|id| {
        run.entry(*id).is_some_and(|entry| (entry.kind, entry.node) == (EventKind::Lead, leader))
    });
    bench.apply(Order::Pick(lead.unwrap())).unwrap();
    assert_eq!(bench.selected(), Some(leader));
    let entry = bench.run().entry(lead.unwrap()).unwrap();
    assert!(bench.lens().shows(&entry), "{:?}", bench.lens());
    // A step shows what happened last, whoever one looks at.
    bench.apply(Order::Stage(Command::Select(Some(NodeId(0))))).unwrap();
    bench.apply(Order::Stage(Command::StepForward)).unwrap();
    assert_eq!(bench.selected(), Some(NodeId(0)));
}

#[test]
fn a_violation_can_be_followed_to_its_first_event_and_then_to_its_second() {
    let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 1000, "do": {"partition": [[0, 1, 2], [3, 4]]}}, {"at_ms": 9000, "do": {"partition": [[0], [1, 2], [3], [4]]}}], "until_ms": 60000}"#;
    let mut bench = Bench::new(Scenario::parse(text).unwrap(), 1000);
    let view = |bench: &Bench| View::of(bench, 0, None, Haste::None, None);
    seek(&mut bench, 60_000);
    let found = view(&bench).violations;
    assert!(found.told.iter().all(|told| !told.ahead) && found.ahead == 0);
    // However many others lie between its two events.
    for told in &found.told {
        bench.apply(Order::Pick(RecordId(told.with.id))).unwrap();
        let before = view(&bench).violations;
        let same = before.told.iter().find(|other| other.at == told.at).expect("it stays");
        assert_eq!((same.ahead, &same.with), (true, &told.with));
        assert_eq!(
            before.before + before.told.len() + before.ahead,
            found.before + found.told.len()
        );
        bench.apply(Order::Pick(RecordId(told.at.id))).unwrap();
        assert!(
            view(&bench).violations.told.iter().any(|other| other.at == told.at && !other.ahead)
        );
    }
    seek(&mut bench, 0);
    let ahead = view(&bench).violations;
    assert_eq!((ahead.before, ahead.told.iter().all(|told| told.ahead)), (0, true));
    assert!(!ahead.told.is_empty());
}
