//! What can be said of a set-up before it runs: whether its timeouts can settle.

use election_engine::protocols::registry::Parameter;
use election_engine::scenario::Scenario;

/// The times of a set-up, in milliseconds.
struct Times {
    /// A round trip at its longest.
    round_trip: u64,
    /// The difference that chance makes to a one-way journey.
    swing: u64,
}

/// Sentences about what will not work, and why. Empty if nothing speaks against it.
///
/// Works on the names of parameters, which every algorithm of the registry gives in the same
/// way: a heartbeat, a silence that is waited for, a shortest and a longest.
pub fn warnings(scenario: &Scenario) -> Vec<String> {
    let (shortest, longest) = scenario.cluster.network.latency.bounds();
    let ms = |micros: u64| micros.div_ceil(1000);
    let times = Times {
        round_trip: ms(longest.as_micros() * 2),
        swing: ms((longest - shortest).as_micros()),
    };
    let mut found = Vec::new();
    found.extend(heartbeat(scenario, &times));
    found.extend(spread(scenario, &times));
    found.extend(answers(scenario, &times));
    found.extend(size(scenario));
    found.extend(length(scenario));
    found
}

fn value(scenario: &Scenario, field: &str) -> Option<(u64, &'static Parameter)> {
    let parameter = scenario.protocol.info().parameters.iter().find(|p| p.field == field)?;
    Some((scenario.protocol.get(field), parameter))
}

/// A silence must be longer than the time between two heartbeats and a journey's swing.
fn heartbeat(scenario: &Scenario, times: &Times) -> Option<String> {
    let (beat, _) = value(scenario, "heartbeat_ms").or_else(|| value(scenario, "tick_ms"))?;
    let (patience, name) = value(scenario, "election_min_ms")
        .or_else(|| value(scenario, "expect_ms"))
        .map(|(patience, parameter)| (patience, parameter.title))?;
    if patience <= beat + times.swing {
        return Some(format!(
            "Healthy leaders will be suspected: a heartbeat comes every {beat} ms and may be {} ms late, but the {name} is {patience} ms. Make the heartbeat shorter or the wait longer.",
            times.swing
        ));
    }
    let counts = value(scenario, "missed").is_some();
    (!counts && patience < 2 * beat).then(|| {
        format!(
            "One lost heartbeat is enough to suspect a healthy leader: it comes every {beat} ms, and the {name} is {patience} ms. Two or three heartbeats should fit into the wait."
        )
    })
}

/// Candidates that start at about the same time split the votes.
fn spread(scenario: &Scenario, times: &Times) -> Option<String> {
    let (least, _) = value(scenario, "election_min_ms")?;
    let (most, _) = value(scenario, "election_max_ms")?;
    if most < least {
        return Some(format!(
            "The longest election timeout, {most} ms, is below the shortest, {least} ms."
        ));
    }
    (most - least < times.round_trip && scenario.cluster.nodes > 1).then(|| {
        format!(
            "Elections may be split again and again: the election timeouts lie within {} ms, and asking for votes takes up to {} ms. Whoever stands first must be heard before the next one stands.",
            most - least,
            times.round_trip
        )
    })
}

/// Every other wait is for an answer.
fn answers(scenario: &Scenario, times: &Times) -> Vec<String> {
    let waits = ["answer_ms", "coordinator_ms", "ack_ms", "retry_ms", "resend_ms"];
    let short = waits
        .iter()
        .filter_map(|field| value(scenario, field))
        .filter(|(wait, _)| *wait > 0 && *wait < times.round_trip);
    short
        .map(|(wait, parameter)| {
            format!(
                "Answers will come too late: \"{}\" is {wait} ms, and there and back takes up to {} ms.",
                parameter.title, times.round_trip
            )
        })
        .collect()
}

fn size(scenario: &Scenario) -> Option<String> {
    let nodes = scenario.cluster.nodes;
    (nodes == 2)
        .then(|| "Two nodes bear no failure: a majority of two is two. Three bear one.".to_owned())
}

fn length(scenario: &Scenario) -> Option<String> {
    let (_, longest) = scenario.cluster.network.latency.bounds();
    let settles = scenario.protocol.settles_within(scenario.cluster.nodes, longest);
    (scenario.until_ms.0 < settles.as_micros() / 20).then(|| {
        format!(
            "The run ends at {}, which may be before the first election is over.",
            scenario.until_ms
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::protocols::registry::ALL;

    fn set_up(protocol: &str, latency: &str) -> Vec<String> {
        let text = format!(
            r#"{{"version": 1, "protocol": {protocol}, "cluster": {{"network": {{"latency": {latency}}}}}}}"#
        );
        warnings(&Scenario::parse(&text).unwrap())
    }

    const NEAR: &str = r#"{"uniform": {"min_ms": 10, "max_ms": 15}}"#;

    #[test]
    fn defaults_give_no_warning() {
        for info in ALL {
            let found = set_up(&format!(r#"{{"{}": {{}}}}"#, info.name), NEAR);
            assert!(found.is_empty(), "{}: {found:?}", info.name);
        }
    }

    #[test]
    fn a_heartbeat_must_be_well_below_the_timeout() {
        let found = set_up(r#"{"raft": {"heartbeat_ms": 148}}"#, NEAR);
        assert!(found[0].starts_with("Healthy leaders will be suspected"), "{found:?}");
        let found = set_up(r#"{"raft": {"heartbeat_ms": 100}}"#, NEAR);
        assert!(found[0].starts_with("One lost heartbeat"), "{found:?}");
        let found = set_up(r#"{"bully": {"heartbeat_ms": 2000}}"#, NEAR);
        assert!(found[0].contains("counted as missed"), "{found:?}");
    }

    #[test]
    fn a_spread_must_outlast_a_round_trip() {
        let found = set_up(r#"{"raft": {"election_max_ms": 160}}"#, NEAR);
        assert!(found.iter().any(|text| text.contains("split again")), "{found:?}");
        let found = set_up(r#"{"raft": {"election_min_ms": 300, "election_max_ms": 200}}"#, NEAR);
        assert!(found.iter().any(|text| text.contains("below the shortest")), "{found:?}");
    }

    #[test]
    fn a_slow_network_makes_good_timeouts_bad() {
        let found = set_up(r#"{"bully": {}}"#, r#"{"fixed": 500}"#);
        assert!(
            found.iter().any(|text| text.contains("there and back takes up to 1000 ms")),
            "{found:?}"
        );
    }
}
