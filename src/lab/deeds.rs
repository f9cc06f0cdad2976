//! What a hand does to a cluster, in words.

use crate::words::seconds;
use election_engine::action::Action;
use election_engine::ids::{MessageId, NodeId};
use election_engine::snapshot::Snapshot;
use election_engine::store::TokenCheck;

/// What an action does at the instant of a snapshot, as a clause without a full stop.
fn describe(action: &Action, snapshot: &Snapshot) -> String {
    let store = snapshot.store_id();
    let name = |id: &NodeId| if *id == store { "store".to_owned() } else { format!("node {id}") };
    let message = |id: MessageId| match snapshot.flights.iter().find(|flight| flight.id == id) {
        Some(flight) => {
            format!("{} from {} to {}", flight.name, name(&flight.from), name(&flight.to))
        }
        None => format!("message {id}"),
    };
    match action {
        Action::Crash(node) => format!("{} crashes", name(node)),
        Action::Restart(node) => format!("{} starts again", name(node)),
        Action::RestartWithoutDisk(node) => format!("{} starts again without its disk", name(node)),
        Action::Pause(node) => format!("{} is paused", name(node)),
        Action::Resume(node) => format!("{} goes on", name(node)),
        Action::Cut(way) => format!("{} → {} is cut", name(&way.from), name(&way.to)),
        Action::CutAll(ways) => format!("{} directions are cut by a line", ways.len()),
        Action::Mend(way) => format!("{} → {} is mended", name(&way.from), name(&way.to)),
        Action::Partition(groups) => {
            let group = |members: &Vec<NodeId>| {
                members.iter().map(NodeId::to_string).collect::<Vec<_>>().join(" ")
            };
            format!("cut into {}", groups.iter().map(group).collect::<Vec<_>>().join(" | "))
        }
        Action::Heal => "all links are mended".to_owned(),
        Action::Link(change) => format!(
            "{} → {} takes {} longer and loses {} of 1000",
            name(&change.from),
            name(&change.to),
            change.delay_ms,
            change.loss_permille
        ),
        Action::Network(network) => format!(
            "every link loses {} and doubles {} of 1000",
            network.loss_permille, network.duplicate_permille
        ),
        Action::Clock(change) => format!(
            "the clock of {} is {} ms ahead and gains {} ppm",
            name(&change.node),
            change.skew_ms,
            change.drift_ppm
        ),
        Action::StoreCheck(TokenCheck::Highest) => "the store checks tokens".to_owned(),
        Action::StoreCheck(TokenCheck::Equal) => "the store compares for equality".to_owned(),
        Action::StoreCheck(TokenCheck::Off) => "the store's check is off".to_owned(),
        Action::Campaign(node) => format!("{} is asked to hold an election", name(node)),
        Action::Transfer(way) => {
            format!("{} is to hand over to {}", name(&way.from), name(&way.to))
        }
        Action::Timer(change) => {
            format!(
                "the {} timer of {} runs out in {}",
                change.timer,
                name(&change.node),
                change.in_ms
            )
        }
        Action::Drop(id) => format!("{} is lost", message(*id)),
        Action::Deliver(id) => format!("{} arrives at once", message(*id)),
        Action::Duplicate(id) => format!("{} is doubled", message(*id)),
        Action::Delay(delay) => format!("{} comes {} later", message(delay.message), delay.by_ms),
    }
}

/// The name of a branch: its number, when it begins and by what.
pub fn name(number: usize, action: &Action, snapshot: &Snapshot) -> String {
    format!("{}: {} at {}", number + 1, describe(action, snapshot), seconds(snapshot.at))
}
