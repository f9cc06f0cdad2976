//! What can be said of a set-up before it runs: whether its timeouts can settle.

use super::draft::disk_bounds;
use election_engine::protocols::registry::{Parameter, ProtocolConfig};
use election_engine::scenario::Scenario;
use election_engine::time::Span;

/// The times of a set-up, in milliseconds.
struct Times {
    /// A round trip at its quickest and at its longest.
    round_trip: (u64, u64),
    /// A write to a disk at its quickest and at its longest.
    disk: (u64, u64),
    /// The difference that chance makes to a one-way journey.
    swing: u64,
}

impl Times {
    fn of(scenario: &Scenario) -> Times {
        let (shortest, longest) = scenario.cluster.network.latency.bounds();
        let (quickest, slowest) = disk_bounds(&scenario.cluster);
        Times {
            round_trip: (ms(shortest.times(2)), ms(longest.times(2))),
            disk: (ms(quickest), ms(slowest)),
            swing: ms(longest).saturating_sub(ms(shortest)),
        }
    }

    /// How long asking for votes takes, at its quickest and at its longest, where a candidate
    /// writes down that it stands and a voter writes down its vote.
    fn ballot(&self, writes: u64) -> (u64, u64) {
        (self.round_trip.0 + writes * self.disk.0, self.round_trip.1 + writes * self.disk.1)
    }
}

fn ms(span: Span) -> u64 {
    span.as_micros().div_ceil(1000)
}

/// Sentences about what will not work, and why. Empty if nothing speaks against it.
///
/// Works on the names of parameters, which every algorithm of the registry gives in the same
/// way: a heartbeat, a silence that is waited for, a shortest and a longest.
pub fn warnings(scenario: &Scenario) -> Vec<String> {
    let times = Times::of(scenario);
    let mut found = Vec::new();
    found.extend(silence(scenario, &times));
    found.extend(votes(scenario, &times).or_else(|| spread(scenario, &times)));
    found.extend(answers(scenario, &times));
    found.extend(disks(scenario, &times));
    found.extend(size(scenario));
    found.extend(masters(scenario));
    found.extend(length(scenario));
    found
}

fn value(scenario: &Scenario, field: &str) -> Option<(u64, &'static Parameter)> {
    let parameter = scenario.protocol.info().parameters.iter().find(|p| p.field == field)?;
    Some((scenario.protocol.get(field), parameter))
}

/// What keeps nodes from hearing a leader that is well.
fn silence(scenario: &Scenario, times: &Times) -> Option<String> {
    let loss = scenario.cluster.network.loss_permille;
    if loss >= 1000 && scenario.cluster.nodes > 1 {
        return Some(
            "Every message is lost: no node hears of another, so nobody can be elected and every leader looks dead."
                .to_owned(),
        );
    }
    let patience = Patience::of(scenario)?;
    patience.heartbeat(times).or_else(|| patience.lost(loss, times))
}

/// How long a silence makes a node suspect its leader.
struct Patience {
    /// The time between two heartbeats, in milliseconds.
    beat: u64,
    /// The whole silence, in milliseconds.
    wait: u64,
    /// What the set-up calls it.
    name: String,
}

impl Patience {
    fn of(scenario: &Scenario) -> Option<Patience> {
        let (beat, _) = value(scenario, "heartbeat_ms").or_else(|| value(scenario, "tick_ms"))?;
        if let Some((wait, parameter)) = value(scenario, "election_min_ms") {
            return Some(Patience { beat, wait, name: format!("the {}", parameter.title) });
        }
        // One silence after another, until so many were counted.
        let (each, _) = value(scenario, "expect_ms")?;
        let missed = value(scenario, "missed").map_or(1, |(missed, _)| missed);
        let name = match missed {
            1 => "the wait until one is counted as missed".to_owned(),
            many => format!("the wait until {many} are counted as missed"),
        };
        Some(Patience { beat, wait: each * missed, name })
    }

    /// It must be longer than the time between two heartbeats and a journey's swing.
    fn heartbeat(&self, times: &Times) -> Option<String> {
        let Patience { beat, wait, name } = self;
        if *wait <= beat + times.swing {
            let may = if wait <= beat { "will" } else { "may" };
            return Some(format!(
                "Healthy leaders {may} be suspected: a heartbeat comes every {beat} ms and may be {} ms late, but {name} is {wait} ms. Make the heartbeat shorter or the wait longer.",
                times.swing
            ));
        }
        (*wait < 2 * beat).then(|| {
            format!(
                "One lost heartbeat is enough to suspect a healthy leader: it comes every {beat} ms, and {name} is {wait} ms. Two or three heartbeats should fit into the wait."
            )
        })
    }

    /// Where many messages are lost, so are all heartbeats that fit into it, now and then.
    fn lost(&self, loss: u16, times: &Times) -> Option<String> {
        let fit = self.wait.saturating_sub(times.swing) / self.beat.max(1);
        let all = (f64::from(loss) / 1000.0).powi(i32::try_from(fit).unwrap_or(i32::MAX));
        (all >= OFTEN).then(|| {
            format!(
                "Healthy leaders will be suspected: {loss} of 1000 messages are lost, {fit} heartbeats fit into {} of {} ms, and about one time in {:.0} all of them are lost.",
                self.name, self.wait, (1.0 / all).max(2.0)
            )
        })
    }
}

/// How likely a silence must be, with every heartbeat, to be told of.
const OFTEN: f64 = 0.1;

/// How a candidate asks for votes that are written down first.
struct Candidacy {
    /// It gives up after so long at its shortest and at its longest, in milliseconds.
    wait: (u64, u64),
    /// So many writes to a disk come one after the other.
    writes: u64,
}

impl Candidacy {
    fn of(scenario: &Scenario) -> Option<Candidacy> {
        let get = |field| scenario.protocol.get(field);
        let (wait, writes) = match &scenario.protocol {
            // A candidate may write and ask at the same time.
            ProtocolConfig::Raft(config) => (
                (get("election_min_ms"), get("election_max_ms")),
                if config.writes_while_asking { 1 } else { 2 },
            ),
            // As much again by chance.
            ProtocolConfig::Kraft(_) => {
                ((get("election_timeout_ms"), 2 * get("election_timeout_ms")), 2)
            }
            ProtocolConfig::Mongodb(_) => {
                ((get("election_timeout_ms"), get("election_timeout_ms")), 2)
            }
            ProtocolConfig::Paxos(_) => {
                ((get("retry_ms"), get("retry_ms") + get("back_off_ms")), 2)
            }
            _ => return None,
        };
        Some(Candidacy { wait, writes })
    }
}

/// A candidate must not give up before the votes can be there.
fn votes(scenario: &Scenario, times: &Times) -> Option<String> {
    let Candidacy { wait, writes } = Candidacy::of(scenario)?;
    let (quickest, slowest) = times.ballot(writes);
    let disks = match times.disk.1 {
        0 => "",
        _ => ", with a write to a disk at both ends",
    };
    if scenario.cluster.nodes == 1 || slowest < wait.0 {
        return None;
    }
    Some(match quickest >= wait.1 {
        true => format!(
            "No election can be won: asking for votes takes at least {quickest} ms{disks}, and a candidate tries again after {} ms at most.",
            wait.1
        ),
        false => format!(
            "Elections may fail again and again: asking for votes takes up to {slowest} ms{disks}, and a candidate may try again after {} ms.",
            wait.0
        ),
    })
}

/// Nothing is sent before what it depends on is written.
fn disks(scenario: &Scenario, times: &Times) -> Option<String> {
    let disk = times.disk.0;
    (disk > 0 && disk >= scenario.until_ms.as_ms()).then(|| {
        format!(
            "The run ends at {} before anything that must be written is: a write to a disk takes at least {disk} ms.",
            scenario.until_ms
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
    let (_, ballot) = times.ballot(Candidacy::of(scenario).map_or(0, |asks| asks.writes));
    (most - least < ballot && scenario.cluster.nodes > 1).then(|| {
        format!(
            "Elections may be split again and again: the election timeouts lie within {} ms, and asking for votes takes up to {} ms. Whoever stands first must be heard before the next one stands.",
            most - least,
            ballot
        )
    })
}

/// Every other wait is for an answer.
fn answers(scenario: &Scenario, times: &Times) -> Vec<String> {
    let waits = ["answer_ms", "coordinator_ms", "ack_ms", "retry_ms", "resend_ms"];
    let short = waits
        .iter()
        .filter_map(|field| value(scenario, field))
        .filter(|(wait, _)| *wait > 0 && *wait < times.round_trip.1);
    short
        .map(|(wait, parameter)| {
            format!(
                "Answers will come too late: \"{}\" is {wait} ms, and there and back takes up to {} ms.",
                parameter.title, times.round_trip.1
            )
        })
        .collect()
}

fn size(scenario: &Scenario) -> Option<String> {
    let nodes = scenario.cluster.nodes;
    (nodes == 2)
        .then(|| "Two nodes bear no failure: a majority of two is two. Three bear one.".to_owned())
}

/// Redlock's masters, of which small clusters have fewer than is asked for.
fn masters(scenario: &Scenario) -> Option<String> {
    let (wanted, _) = value(scenario, "masters")?;
    let (nodes, clients) = (u64::from(scenario.cluster.nodes), 2);
    let room = nodes.saturating_sub(clients);
    (wanted > room).then(|| {
        format!(
            "Masters: {room} of the {wanted} that are asked for, because {clients} nodes at least are clients. {wanted} masters take {} nodes.",
            wanted + clients
        )
    })
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
mod tests;
