//! Everything that can be wrong with a scenario file is told with its line and what was
//! expected.

use election_engine::scenario::Scenario;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What is said about a file whose fields after the first three lines are `rest`.
fn wrong(rest: &str) -> String {
    let text = format!("{{\n  \"version\": 1,\n  \"protocol\": {{\"bully\": {{}}}},\n{rest}\n}}");
    error(&text)
}

fn error(text: &str) -> String {
    match Scenario::parse(text) {
        Ok(scenario) => panic!("accepted: {scenario:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn text_that_is_no_json() {
    assert_eq!(error(""), "line 1: EOF while parsing a value");
    assert_eq!(error("{\n \"version\": 1,\n}"), "line 3: trailing comma");
    assert_eq!(error("{\"version\": 1"), "line 1: EOF while parsing an object");
    assert_eq!(
        error("7"),
        "line 1: invalid type: integer `7`, expected a scenario, such as {\"version\": 1, …}"
    );
    assert_eq!(wrong("  \"title\": \"a\" \"script\": []"), "line 4: expected `,` or `}`");
}

#[test]
fn versions_that_this_engine_does_not_read() {
    assert_eq!(error("{}"), "line 1: expected a field \"version\", such as 1");
    assert_eq!(
        error("{\n\"version\": 2, \"new\": true}"),
        "line 1: this is version 2 of the scenario format; this engine reads version 1"
    );
    assert_eq!(
        error("{\n\"version\": \"1\"}"),
        "line 2: invalid type: string \"1\", expected a whole number from 0 to 4294967295"
    );
}

#[test]
fn a_network_in_a_script_is_held_to_the_same_as_one_of_the_cluster() {
    assert_eq!(
        wrong(
            "  \"script\": [\n    {\"at_ms\": 5, \"do\": {\"network\": {\"loss_permille\": 1001}}}]"
        ),
        "line 5: 1001 of 1000: expected 0 to 1000"
    );
}

#[test]
fn fields_that_do_not_exist_at_any_depth() {
    assert_eq!(
        wrong("  \"until\": 5"),
        "line 4: unknown field `until`, expected one of `version`, `title`, `protocol`, `cluster`, `script`, `until_ms`, `expect`"
    );
    assert_eq!(
        wrong("  \"cluster\": {\n    \"size\": 5\n  }"),
        "line 5: unknown field `size`, expected one of `nodes`, `seed`, `network`, `disk`, `store`, `clocks`"
    );
    assert_eq!(
        wrong(
            "  \"script\": [\n    {\"at_ms\": 5, \"do\": {\"cut\": {\"from\": 0, \"to\": 1, \"both\": true}}}\n  ]"
        ),
        "line 5: unknown field `both`, expected `from` or `to`"
    );
    assert_eq!(
        error("{\"version\": 1,\n\"protocol\": {\"bully\": {\n\"timeout_ms\": 3}}}"),
        "line 3: unknown field `timeout_ms`, expected one of `heartbeat_ms`, `expect_ms`, `missed`, `answer_ms`, `coordinator_ms`, `writes`, `settled`"
    );
}

#[test]
fn names_that_do_not_exist() {
    let protocol = error("{\"version\": 1,\n\"protocol\": {\"bullly\": {}}}");
    assert!(protocol.starts_with("line 2: unknown variant `bullly`, expected "), "{protocol}");
    assert!(protocol.contains("`bully`"), "{protocol}");
    let action = wrong("  \"script\": [\n    {\"at_ms\": 5, \"do\": {\"kill\": 1}}\n  ]");
    assert!(
        action.starts_with("line 5: unknown variant `kill`, expected one of `crash`, `restart`"),
        "{action}"
    );
    assert_eq!(
        wrong("  \"expect\": [\n    \"one-leader\"]"),
        "line 4: unknown check \"one-leader\": expected one of one-leader-per-number, token-order, one-leader-at-a-time"
    );
}

#[test]
fn nodes_that_do_not_exist() {
    let script = |action: &str| {
        wrong(&format!(
            "  \"script\": [\n    {{\"at_ms\": 1, \"do\": \"heal\"}},\n    {{\"at_ms\": 5, \"do\": {action}}}\n  ]"
        ))
    };
    let expected = "line 6: there is no node 6: expected 0 to 4, or 5 for the store";
    assert_eq!(script("{\"crash\": 6}"), expected);
    assert_eq!(script("{\"cut\": {\"from\": 0, \"to\": 6}}"), expected);
    assert_eq!(script("{\"partition\": [[0, 1], [2, 6]]}"), expected);
    assert_eq!(script("{\"clock\": {\"node\": 6}}"), expected);
    assert_eq!(script("{\"campaign\": 5}"), "line 6: the store takes no part in elections");
    assert_eq!(
        script("{\"transfer\": {\"from\": 0, \"to\": 5}}"),
        "line 6: the store takes no part in elections"
    );
    assert_eq!(script("{\"partition\": [[0, 1], [1, 2]]}"), "line 6: node 1 is in two groups");
    assert_eq!(
        script("{\"cut\": {\"from\": 2, \"to\": 2}}"),
        "line 6: a link from 2 to itself: expected two members"
    );
    assert_eq!(
        wrong("  \"cluster\": {\"clocks\": [{\"node\": 9}]}"),
        "line 4: there is no node 9: expected 0 to 4, or 5 for the store"
    );
}

#[test]
fn numbers_out_of_range() {
    assert_eq!(wrong("  \"cluster\": {\"nodes\": 0}"), "line 4: 0 nodes: expected 1 to 101");
    assert_eq!(wrong("  \"cluster\": {\"nodes\": 102}"), "line 4: 102 nodes: expected 1 to 101");
    assert_eq!(
        wrong("  \"cluster\": {\"nodes\": 256}"),
        "line 4: invalid value: integer `256`, expected a whole number from 0 to 255"
    );
    assert_eq!(
        error("{\"version\": 1,\n\"protocol\": {\"bully\": {\"heartbeat_ms\": 5}}}"),
        "line 2: \"heartbeat_ms\" is 5: expected 10 to 60000 ms"
    );
    assert_eq!(
        error("{\"version\": 1,\n\"protocol\": {\"bully\": {\"missed\": 0}}}"),
        "line 2: \"missed\" is 0: expected 1 to 100"
    );
    assert_eq!(
        wrong("  \"cluster\": {\"network\": {\"loss_permille\": 1001}}"),
        "line 4: 1001 of 1000: expected 0 to 1000"
    );
    assert_eq!(
        wrong(
            "  \"cluster\": {\"network\": {\"latency\": {\"uniform\": {\"min_ms\": 9, \"max_ms\": 3}}}}"
        ),
        "line 4: a latency's shortest time is longer than its longest"
    );
    let spiky = r#"{"spiky": {"min_ms": 1, "max_ms": 3, "slow_permille": 2000, "slow_max_ms": 9}}"#;
    assert_eq!(
        wrong(&format!("  \"cluster\": {{\"network\": {{\"latency\": {spiky}}}}}")),
        "line 4: 2000 of 1000: expected 0 to 1000"
    );
    assert_eq!(
        wrong("  \"script\": [\n    {\"at_ms\": -1, \"do\": \"heal\"}\n  ]"),
        "line 5: -1 is not a time in milliseconds between 0 and ten years"
    );
    assert_eq!(
        wrong("  \"title\": \"long\",\n  \"until_ms\": 86400001"),
        "line 5: the run ends at 86400001 ms: expected at most 86400000 ms, a day"
    );
    assert_eq!(
        wrong(
            "  \"script\": [{\"at_ms\": 0, \"do\": {\"clock\": {\"node\": 0, \"drift_ppm\": -1000000}}}]"
        ),
        "line 4: a drift of -1000000 ppm: expected -900000 to 9000000"
    );
    assert_eq!(
        wrong(
            "  \"script\": [{\"at_ms\": 0, \"do\": {\"clock\": {\"node\": 0, \"skew_ms\": -9223372036854775808}}}]"
        ),
        "line 4: a skew of -9223372036854775808 ms: expected at most 86400000 either way, a day"
    );
}

#[test]
fn an_action_by_hand_is_held_to_the_same_rules() {
    let mut run = crate::cluster::bully(serde_json::json!({"title": ""}));
    let crash = crate::cluster::action(serde_json::json!({"crash": 6}));
    assert!(!run.would_change(&crash));
    assert_eq!(
        run.act(crash),
        Err("there is no node 6: expected 0 to 4, or 5 for the store".to_owned())
    );
}
