//! Answers that are computed: a question with `computed = "…"` names one of the functions here,
//! which works out how its right option must read.

use election_content::Question;
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry::open;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::store::{Store, TokenCheck};
use election_engine::trace::EventKind;

/// What the right option says, and no other.
type Answer = fn() -> String;

const ANSWERS: [(&str, Answer); 7] = [
    ("majority-9-cut-5-4", nine_cut_five_four),
    ("even-4-cut-2-2", four_cut_two_two),
    ("bully-partition-leaders", five_cut_three_two),
    ("store-33-after-34", old_token_after_new),
    ("store-34-after-34", same_token_again),
    ("store-33-before-34", old_token_before_new),
    ("epoch-duplicates", both_sides_elect),
];

#[test]
fn every_computed_answer_is_the_right_option() {
    let course = super::course();
    let mut computed: Vec<&str> = Vec::new();
    for question in &course.lesson.quiz {
        let Some(key) = question.computed.as_deref() else { continue };
        let found = ANSWERS.iter().find(|(known, _)| *known == key);
        let (_, answer) = found.unwrap_or_else(|| panic!("nothing computes \"{key}\""));
        assert_right(question, &answer());
        computed.push(key);
    }
    for (key, _) in ANSWERS {
        assert!(computed.contains(&key), "no question asks for \"{key}\"");
    }
}

fn assert_right(question: &Question, answer: &str) {
    let saying: Vec<bool> = question
        .options
        .iter()
        .filter(|option| option.text.0.contains(answer))
        .map(|option| option.right)
        .collect();
    assert_eq!(saying, [true], "question {}: only the right option says {answer:?}", question.id);
}

/// How many votes of a cluster elect: more than half of its configured nodes.
fn majority(nodes: usize) -> usize {
    nodes / 2 + 1
}

/// The sides of a cut that can elect.
fn able(sides: &[usize]) -> Vec<usize> {
    let needed = majority(sides.iter().sum());
    sides.iter().copied().filter(|side| *side >= needed).collect()
}

fn word(number: usize) -> &'static str {
    ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][number]
}

fn nine_cut_five_four() -> String {
    match able(&[5, 4]).as_slice() {
        [side] => format!("The side with {} of nine elects a leader", word(*side)),
        sides => panic!("{sides:?} could elect"),
    }
}

fn four_cut_two_two() -> String {
    match able(&[2, 2]).as_slice() {
        [] => format!("None. A majority of four is {}", word(majority(4))),
        sides => panic!("{sides:?} could elect"),
    }
}

fn five_cut_three_two() -> String {
    let mut run = bully(r#"{ "at_ms": 5000, "do": { "partition": [[0, 1, 2], [3, 4]] } }"#);
    run.seek(run.end());
    let now = run.snapshot();
    let leaders: Vec<String> = now.leaders().map(|node| node.id.to_string()).collect();
    let able: Vec<&str> = able(&[3, 2]).into_iter().map(word).collect();
    format!(
        "Majority: only the {} elect. Bully: {} leaders, nodes {}.",
        able.join(" and "),
        word(leaders.len()),
        leaders.join(" and ")
    )
}

/// A store that compares with the highest token, after writes with these tokens, and whether
/// it took the last of them.
fn store_after(tokens: &[u64]) -> (Store, bool) {
    let mut store = Store { check: TokenCheck::Highest, ..Store::default() };
    let mut taken = false;
    for token in tokens {
        taken = store.write(NodeId(0), Token(*token));
    }
    (store, taken)
}

fn old_token_after_new() -> String {
    match store_after(&[34, 33]) {
        (_, true) => "The store accepts it".to_owned(),
        (_, false) => "The store refuses it".to_owned(),
    }
}

fn same_token_again() -> String {
    match store_after(&[34, 34]) {
        (_, true) => "Accept it".to_owned(),
        (_, false) => "Refuse it".to_owned(),
    }
}

fn old_token_before_new() -> String {
    let (_, taken) = store_after(&[33]);
    let (store, _) = store_after(&[33, 34]);
    // The newer write still lands on top.
    match (taken, store.content) {
        (true, Some((_, Token(34)))) => "Accepted, and rightly".to_owned(),
        (true, _) => "Accepted, and that shows a hole".to_owned(),
        (false, _) => "Refused".to_owned(),
    }
}

fn both_sides_elect() -> String {
    // Each time that it is asked to, the highest node leads anew with the next number: 2 to 7.
    let campaigns =
        (1..=6).map(|second| format!(r#"{{ "at_ms": {second}500, "do": {{ "campaign": 4 }} }},"#));
    let script = campaigns.collect::<String>()
        + r#"{ "at_ms": 9500, "do": { "crash": 4 } },
             { "at_ms": 9500, "do": { "partition": [[0, 1, 2], [3, 4]] } }"#;
    let mut run = bully(&script);
    run.seek(run.end());
    let new: Vec<(NodeId, Token)> = led(&*run).into_iter().filter(|led| led.1 > Token(7)).collect();
    let [(one, first), (other, second)] = new[..] else { panic!("two sides, not {new:?}") };
    assert_ne!(one, other);
    let equal_tokens_pass = [one, other].into_iter().all(|node| {
        run.entries().any(|entry| {
            entry.kind == EventKind::WriteAccepted
                && entry.peer == Some(node)
                && entry.number == first
        })
    });
    match (first == second, equal_tokens_pass) {
        (true, true) => format!("No. Both take {first}, and equal tokens pass."),
        (true, false) => format!("both take {first}, and one of them is refused"),
        (false, _) => format!("One takes {first}, the other {second}."),
    }
}

/// Who became leader, with which number.
fn led(run: &dyn Run) -> Vec<(NodeId, Token)> {
    let leads = run.entries().filter(|entry| entry.kind == EventKind::Lead);
    leads.map(|entry| (entry.node, entry.number)).collect()
}

/// Five nodes that follow node 4, for half a minute of Bully.
fn bully(script: &str) -> Box<dyn Run> {
    let text = format!(
        r#"{{ "version": 1, "protocol": {{ "bully": {{}} }}, "script": [{script}], "until_ms": 30000 }}"#
    );
    open(Scenario::parse(&text).expect("the scenario is right"))
}
