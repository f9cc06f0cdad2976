//! A set-up that is being written, without the form around it.

use election_engine::protocols::registry::ProtocolConfig;
use election_engine::scenario::{Cluster, MAX_NODES, Scenario};
use election_engine::simulation::network::Latency;
use election_engine::store::TokenCheck;
use election_engine::time::{SimTime, Span};
use std::fmt::Display;

/// A change to a set-up.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Another algorithm, with its default parameters.
    Protocol(String),
    /// How many nodes.
    Nodes(u64),
    /// What decides every chance.
    Seed(u64),
    /// The shortest journey of a message, in milliseconds.
    Shortest(u64),
    /// The longest one.
    Longest(u64),
    /// Lost, of 1000.
    Loss(u64),
    /// Doubled, of 1000.
    Duplicate(u64),
    /// Overtaking, of 1000.
    Reorder(u64),
    /// The shortest write to a disk, in milliseconds.
    DiskShortest(u64),
    /// The longest one. With 0, disks take no time.
    DiskLongest(u64),
    /// What the store does with the token of a write.
    StoreCheck(TokenCheck),
    /// How long the store is not told of a new leader, in milliseconds.
    RegisterDelay(u64),
    /// When the run ends.
    Length(SimTime),
    /// A parameter of the algorithm, in its unit.
    Parameter(&'static str, u64),
    /// A rule that is switched off; none if it is empty.
    Broken(String),
}

/// A scenario with a change. What its script does stays, whether it fits or not.
///
/// # Errors
/// A sentence that says what fits.
pub fn with(scenario: &Scenario, change: &Change) -> Result<Scenario, String> {
    let mut next = scenario.clone();
    let cluster = &mut next.cluster;
    match change {
        Change::Protocol(name) => {
            let unknown = || format!("There is no algorithm called \"{name}\".");
            next.protocol = ProtocolConfig::named(name).ok_or_else(unknown)?;
            next.expect.clear();
        }
        Change::Nodes(nodes) => {
            cluster.nodes = within("Nodes", *nodes, 1, u64::from(MAX_NODES))? as u8
        }
        Change::Seed(seed) => cluster.seed = *seed,
        Change::Shortest(ms) => {
            let shortest = milliseconds("The shortest journey", *ms)?;
            cluster.network.latency = from_shortest(cluster.network.latency.bounds(), shortest);
        }
        Change::Longest(ms) => {
            let longest = milliseconds("The longest journey", *ms)?;
            cluster.network.latency = to_longest(cluster.network.latency.bounds(), longest);
        }
        Change::DiskShortest(ms) => {
            let shortest = milliseconds("The shortest write", *ms)?;
            cluster.disk = a_disk(from_shortest(disk_bounds(cluster), shortest));
        }
        Change::DiskLongest(ms) => {
            let longest = milliseconds("The longest write", *ms)?;
            cluster.disk = a_disk(to_longest(disk_bounds(cluster), longest));
        }
        Change::StoreCheck(check) => cluster.store.check = *check,
        Change::RegisterDelay(ms) => {
            cluster.store.register_delay_ms = milliseconds("The store's delay", *ms)?;
        }
        Change::Loss(permille) => cluster.network.loss_permille = share("Loss", *permille)?,
        Change::Duplicate(permille) => {
            cluster.network.duplicate_permille = share("Doubling", *permille)?;
        }
        Change::Reorder(permille) => {
            cluster.network.reorder_permille = share("Overtaking", *permille)?;
        }
        Change::Length(until) => next.until_ms = *until,
        Change::Parameter(field, value) => {
            let parameter = next.protocol.info().parameters.iter().find(|p| p.field == *field);
            if let Some(parameter) = parameter {
                return crate::stage::settings::with_parameter(scenario, parameter, *value);
            }
        }
        Change::Broken(rule) if rule.is_empty() => {
            let mut intact = next.protocol.defaults();
            for parameter in next.protocol.info().parameters {
                intact.set(parameter.field, next.protocol.get(parameter.field));
            }
            next.protocol = intact;
        }
        Change::Broken(rule) => {
            if !next.protocol.switch_off(rule) {
                return Err(format!("There is no rule called \"{rule}\"."));
            }
        }
    }
    next.protocol.validate(next.cluster.nodes)?;
    Ok(next)
}

/// A number that is between two others.
///
/// # Errors
/// A sentence that says what fits.
pub fn within<T: PartialOrd + Display>(
    what: &str,
    value: T,
    least: T,
    most: T,
) -> Result<T, String> {
    match value >= least && value <= most {
        true => Ok(value),
        false => Err(format!("{what} can be from {least} to {most}, not {value}.")),
    }
}

/// The longest run, in milliseconds: a day.
const LONGEST_MS: u64 = 86_400_000;

/// The length of a run that a text in seconds is.
///
/// # Errors
/// A sentence that says what fits.
pub fn length(text: &str) -> Result<Change, String> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let ms = match (whole.is_empty() && part.is_empty(), digits(whole) && digits(part)) {
        (false, true) if part.len() <= 3 && whole.len() <= 8 => {
            let parse = |text: &str| text.parse::<u64>().unwrap_or(0);
            parse(whole) * 1000 + parse(&format!("{part:0<3}"))
        }
        _ => 0,
    };
    match (1..=LONGEST_MS).contains(&ms) {
        true => Ok(Change::Length(SimTime::from_ms(ms))),
        false => Err(format!(
            "The length, in seconds, can be from 0.001 to {}, such as 4.5, but not \"{text}\".",
            LONGEST_MS / 1000
        )),
    }
}

/// A length as it is typed: seconds, with as many digits as it takes.
pub fn typed_length(until: SimTime) -> String {
    let text = format!("{}.{:06}", until.0 / 1_000_000, until.0 % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn share(what: &str, permille: u64) -> Result<u16, String> {
    within(&format!("{what}, of 1000,"), permille, 0, 1000).map(|permille| permille as u16)
}

fn milliseconds(what: &str, ms: u64) -> Result<Span, String> {
    within(&format!("{what}, in ms,"), ms, 0, 60_000).map(Span::new)
}

fn from_shortest((_, longest): (Span, Span), shortest: Span) -> Latency {
    between(shortest, longest.max(shortest))
}

fn to_longest((shortest, _): (Span, Span), longest: Span) -> Latency {
    between(shortest.min(longest), longest)
}

/// How long writes to a disk take; nothing if disks take no time.
pub fn disk_bounds(cluster: &Cluster) -> (Span, Span) {
    cluster.disk.as_ref().map_or((Span::ZERO, Span::ZERO), Latency::bounds)
}

fn a_disk(latency: Latency) -> Option<Latency> {
    (latency.bounds().1 > Span::ZERO).then_some(latency)
}

fn between(shortest: Span, longest: Span) -> Latency {
    match shortest == longest {
        true => Latency::Fixed(longest),
        false => Latency::Uniform { min_ms: shortest, max_ms: longest },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::workbench::first_scenario;
    use election_engine::protocols::registry::ALL;

    #[test]
    fn every_change_that_is_allowed_gives_a_scenario_that_can_be_written_and_read() {
        let mut scenario = first_scenario();
        for info in ALL {
            let mut changes = vec![
                Change::Protocol(info.name.to_owned()),
                Change::Nodes(9),
                Change::Shortest(40),
                Change::Longest(20),
                Change::Loss(10),
                Change::Duplicate(1000),
                Change::Reorder(0),
                Change::DiskShortest(4),
                Change::DiskLongest(2),
                Change::StoreCheck(TokenCheck::Equal),
                Change::RegisterDelay(250),
                Change::Length(SimTime::from_ms(4500)),
            ];
            let defaults = ProtocolConfig::named(info.name).unwrap();
            for parameter in info.parameters {
                let default = defaults.get(parameter.field);
                changes.push(Change::Parameter(parameter.field, parameter.range.1));
                changes.push(Change::Parameter(parameter.field, default));
            }
            for switch in info.switches {
                changes.push(Change::Broken(switch.name.to_owned()));
            }
            changes.push(Change::Broken(String::new()));
            for change in changes {
                scenario = match with(&scenario, &change) {
                    Ok(next) => next,
                    // A value may be right by itself and wrong beside another.
                    Err(_) if matches!(change, Change::Parameter(..)) => continue,
                    Err(sentence) => panic!("{change:?}: {sentence}"),
                };
                let text = serde_json::to_string(&scenario).unwrap();
                assert_eq!(Scenario::parse(&text).unwrap(), scenario, "{change:?}");
            }
            assert_eq!(scenario.protocol, ProtocolConfig::named(info.name).unwrap());
        }
    }

    #[test]
    fn a_disk_takes_time_until_it_is_set_to_none() {
        let slow = with(&first_scenario(), &Change::DiskLongest(30)).unwrap();
        assert_eq!(disk_bounds(&slow.cluster), (Span::ZERO, Span::new(30)));
        let steady = with(&slow, &Change::DiskShortest(40)).unwrap();
        assert_eq!(steady.cluster.disk, Some(Latency::Fixed(Span::new(40))));
        let none = with(&steady, &Change::DiskLongest(0)).unwrap();
        assert_eq!(none.cluster.disk, None);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_does() {
        let scenario = first_scenario();
        for (change, says) in [
            (Change::Nodes(0), "1 to 101"),
            (Change::Nodes(102), "1 to 101"),
            (Change::Loss(1001), "0 to 1000"),
            (Change::DiskLongest(60_001), "0 to 60000"),
            (Change::Parameter("heartbeat_ms", 0), "from 1"),
            (Change::Protocol("dice".into()), "no algorithm"),
        ] {
            assert!(with(&scenario, &change).unwrap_err().contains(says), "{change:?}");
        }
    }

    #[test]
    fn a_length_is_shown_as_it_is_and_read_as_it_is_shown() {
        for (ms, shown) in [
            (300, "0.3"),
            (800, "0.8"),
            (4500, "4.5"),
            (9500, "9.5"),
            (60_000, "60"),
            (100_000, "100"),
            (86_400_000, "86400"),
            (1, "0.001"),
        ] {
            let until = SimTime::from_ms(ms);
            assert_eq!(typed_length(until), shown);
            assert_eq!(length(shown), Ok(Change::Length(until)));
        }
        for text in
            ["", ".", "0", "-1", "86400.001", "1e3", "0.0001", "4,5", "99999999999999999999"]
        {
            assert!(length(text).unwrap_err().contains("from 0.001 to 86400"), "{text}");
        }
    }

    #[test]
    fn every_length_of_the_gallery_is_shown_true() {
        let gallery = crate::course::gallery();
        for scenario in gallery.systems.iter().flat_map(|row| &row.scenarios) {
            let until = scenario.scenario.until_ms;
            assert_eq!(length(&typed_length(until)), Ok(Change::Length(until)), "{until}");
        }
    }
}
