//! ZooKeeper: one test per rule of `protocols/zab`, by its number, and what the ensemble does
//! when things go wrong. Every message takes 10 ms and a tick is 200 ms, so a leader pings
//! every 100 ms, a follower suspects after 1000 ms, and a stage of the activation may take
//! 2000 ms.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, rules_of, sent, writes};
use election_engine::checks::Check;
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "zab/":
    the_highest_zxid_wins_over_the_highest_id "highest-zxid",
    a_server_that_is_behind_does_not_lead "behind",
    an_elected_server_that_never_leads "never-active",
    a_leader_on_the_smaller_side "partition",
}

/// A run with these parameters and this script, at its end.
fn zab(parameters: Value, until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut config = json!({"tick_ms": 200});
    let given = parameters.as_object().expect("an object").clone();
    config.as_object_mut().expect("an object").extend(given);
    let mut run = of(
        "zab",
        json!({"protocol": {"zab": config}, "script": script, "until_ms": until_ms}),
    );
    run.seek(run.end());
    run
}

/// All five look at once, with equal histories.
fn looking(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({"settled": false}), until_ms, script)
}

/// Node 4 leads from the start, in epoch 1.
fn settled(until_ms: u64, script: Value) -> Box<dyn Run> {
    zab(json!({}), until_ms, script)
}

fn alone(node: u8) -> Value {
    let others: Vec<u8> = (0..=5).filter(|other| *other != node).collect();
    json!({"partition": [[node], others]})
}

fn logs(zxids: [(u32, u32); 5]) -> Value {
    let logs: Vec<Value> =
        zxids.iter().map(|(term, index)| json!({"term": term, "index": index})).collect();
    json!({"logs": logs})
}

/// When a node did something, in milliseconds.
fn times(run: &dyn Run, node: u8, kind: EventKind, name: &str, rule: &str) -> Vec<u64> {
    let fits = all(run, |entry| {
        entry.node == NodeId(node)
            && entry.kind == kind
            && entry.name == name
            && entry.rule.is_some_and(|it| it.id == rule)
    });
    let mut times: Vec<u64> = fits.iter().map(|entry| entry.time.as_ms()).collect();
    times.dedup();
    times
}

fn field(run: &dyn Run, node: u8, name: &str) -> String {
    let snapshot = run.snapshot();
    let view = snapshot.nodes[usize::from(node)].view.as_ref().expect("it runs");
    view.fields.iter().find(|field| field.name == name).expect("a field").value.clone()
}

/// How often a message that is part of an election was sent.
fn notifications(run: &dyn Run) -> usize {
    sent(run, "LOOKING") + sent(run, "FOLLOWING") + sent(run, "LEADING")
}

#[test]
fn probe() {
    let show = |name: &str, run: &dyn Run| {
        println!("== {name}: reigns {:?} leaders {:?} beliefs {:?} viol {:?}", reigns(run), leaders(run), beliefs(run), run.violations().len());
    };
    show("looking", &*looking(2000, json!([])));
    show("finalize0", &*zab(json!({"settled": false, "finalize_ms": 0}), 2000, json!([])));
    show("late vote", &*looking(2000, json!([{"at_ms": 0, "do": {"link": {"from": 0, "to": 4, "delay_ms": 100}}}])));
    show("better vote", &*looking(2000, json!([{"at_ms": 0, "do": alone(4)}, {"at_ms": 50, "do": "heal"}])));
    let run = looking(4000, json!([{"at_ms": 0, "do": alone(0)}]));
    println!("{:?}", times(&*run, 0, EventKind::Send, "LOOKING", "zab/resend"));
    let apart = json!({"partition": [[0],[1],[2],[3],[4]]});
    let run = looking(3000, json!([{"at_ms": 0, "do": apart}, {"at_ms": 100, "do": {"campaign": 0}}, {"at_ms": 150, "do": {"campaign": 0}}, {"at_ms": 160, "do": "heal"}]));
    show("rounds", &*run);
    println!("{:?} {:?} {}", rules_of(&*run, 0), rules_of(&*run, 1), field(&*run, 4, "round"));
    show("epoch first", &*zab(logs([(2, 0), (1, 9), (1, 9), (1, 9), (1, 9)]), 2000, json!([])));
    show("joins", &*settled(3000, json!([{"at_ms": 1000, "do": {"campaign": 0}}])));
    show("left", &*settled(3000, json!([{"at_ms": 1000, "do": {"campaign": 4}}])));
    show("epoch8", &*zab(logs([(7, 1), (1, 9), (1, 9), (1, 9), (1, 9)]), 2000, json!([])));
    let run = settled(4000, json!([{"at_ms": 1050, "do": alone(4)}]));
    show("step down", &*run);
    for e in all(&*run, |e| matches!(e.kind, EventKind::StepDown | EventKind::Suspect)) { println!("{} {:?} {}", e.time.as_ms(), e.kind, e.node); }
    let run = looking(9000, json!([{"at_ms": 231, "do": alone(4)}, {"at_ms": 2225, "do": "heal"}, {"at_ms": 2461, "do": alone(4)}, {"at_ms": 6000, "do": "heal"}]));
    show("newer", &*run);
    println!("{:?}", rules_of(&*run, 3).iter().filter(|r| **r == "zab/newer").count());
    for n in 3..=7 {
        for best in [false, true] {
            let logs: Vec<Value> = (0..n).map(|i| json!({"term": 1, "index": u8::from(best && i == 0)})).collect();
            let mut run = of("zab", json!({"protocol": {"zab": {"logs": logs}}, "cluster": {"nodes": n}, "until_ms": 900}));
            run.seek(run.end());
            println!("{n} {best} notifications {} info {} {} {} {} {} {}", notifications(&*run), sent(&*run, "FOLLOWERINFO"), sent(&*run, "LEADERINFO"), sent(&*run, "ACKEPOCH"), sent(&*run, "NEWLEADER"), sent(&*run, "ACK"), sent(&*run, "UPTODATE"));
        }
    }
}
