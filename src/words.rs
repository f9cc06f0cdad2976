//! Sentences about what happens in a run, for the event log and for those who listen.

use election_engine::ids::{LogEnd, NodeId};
use election_engine::protocol::Sign;
use election_engine::run::Entry;
use election_engine::time::SimTime;
use election_engine::trace::EventKind;
use std::str::FromStr;

/// How much a record matters to somebody who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Routine: heartbeats, answers to writes, timers.
    Routine,
    /// Part of an election.
    Notable,
    /// Worth saying aloud.
    Loud,
}

/// How much a record matters.
pub fn weight(entry: &Entry) -> Weight {
    match entry.kind {
        EventKind::Suspect
        | EventKind::Lead
        | EventKind::WriteRefused
        | EventKind::Crash
        | EventKind::Restart
        | EventKind::Pause
        | EventKind::Resume
        | EventKind::Cut
        | EventKind::Heal
        | EventKind::Network
        | EventKind::StoreCheck => Weight::Loud,
        EventKind::Send if is_routine(entry) => Weight::Routine,
        EventKind::Send
        | EventKind::Lost
        | EventKind::Duplicate
        | EventKind::Candidate
        | EventKind::Vote
        | EventKind::Refuse
        | EventKind::StepDown
        | EventKind::Believe
        | EventKind::Link
        | EventKind::Clock
        | EventKind::Command
        | EventKind::Register => Weight::Notable,
        EventKind::Deliver
        | EventKind::Timer
        | EventKind::Persist
        | EventKind::WriteAccepted
        | EventKind::Boot
        | EventKind::Log => Weight::Routine,
    }
}

fn is_routine(sent: &Entry) -> bool {
    matches!(sent.sign, Some(Sign::Pulse | Sign::Write)) || sent.name == "ACCEPTED"
}

/// Members in their order, with long stretches cut short: `0, 2–14, 20`.
pub fn ranges(ids: &[NodeId]) -> String {
    let mut parts: Vec<(u8, u8)> = Vec::new();
    for id in ids {
        match parts.last_mut() {
            Some((_, last)) if id.0 == *last + 1 => *last = id.0,
            _ => parts.push((id.0, id.0)),
        }
    }
    let part = |(first, last): &(u8, u8)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ if ids.len() <= 9 => {
            (*first..=*last).map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
        }
        _ => format!("{first}–{last}"),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// What happened, in a sentence. `store` is the id that the store has.
pub fn sentence(entry: &Entry, store: NodeId) -> String {
    let name = |id: NodeId| if id == store { "the store".to_owned() } else { format!("node {id}") };
    let node = capital(&name(entry.node));
    let peer = entry.peer.map_or_else(|| "nobody".to_owned(), name);
    let message = entry.name;
    let number = entry.number;
    let with = match number.0 {
        0 => String::new(),
        number => format!(" {number}"),
    };
    match entry.kind {
        EventKind::Send => format!("{node} sends {message}{with} to {peer}."),
        EventKind::Deliver => format!("{message}{with} from {peer} reaches {}.", name(entry.node)),
        EventKind::Lost => format!("{message}{with} from {peer} to {} is lost.", name(entry.node)),
        EventKind::Duplicate => format!("{message}{with} from {node} to {peer} is doubled."),
        EventKind::Timer if message == "silence" => format!("{node} misses a heartbeat."),
        EventKind::Timer => format!("{node}: the {message} timer runs out."),
        EventKind::Suspect => format!("{node} suspects {peer}."),
        EventKind::Candidate => format!("{node} stands for election."),
        EventKind::Vote => format!("{node} votes for {peer} in {number}."),
        EventKind::Refuse => format!("{node} refuses {peer} its vote in {number}."),
        EventKind::Lead if entry.has_tokens => format!("{node} leads with token {number}."),
        EventKind::Lead => format!("{node} leads, without a token."),
        EventKind::StepDown if entry.has_tokens => {
            format!("{node} no longer leads with token {number}.")
        }
        EventKind::StepDown => format!("{node} no longer leads."),
        EventKind::Believe if entry.peer.is_none() => format!("{node} knows of no leader."),
        EventKind::Believe if entry.peer == Some(entry.node) => {
            format!("{node} believes that it leads.")
        }
        EventKind::Believe => format!("{node} believes that {peer} leads."),
        EventKind::Persist => format!("{node} writes to its disk."),
        EventKind::WriteAccepted if number.0 == 0 => {
            format!("The store accepts a write of {peer} without a token.")
        }
        EventKind::WriteAccepted => format!("The store accepts token {number} of {peer}."),
        EventKind::WriteRefused => format!("The store refuses token {number} of {peer}."),
        EventKind::Crash => format!("{node} crashes."),
        EventKind::Restart => format!("{node} starts again."),
        EventKind::Pause => format!("{node} is paused, and does not know it."),
        EventKind::Resume => format!("{node} goes on as if no time had passed."),
        EventKind::Cut => format!("The link from {} to {peer} is cut.", name(entry.node)),
        EventKind::Heal => format!("The link from {} to {peer} works again.", name(entry.node)),
        EventKind::Link => format!("The link from {} to {peer} changes.", name(entry.node)),
        EventKind::Network => "The network treats messages differently now.".to_owned(),
        EventKind::Clock => format!("The clock of {} changes.", name(entry.node)),
        EventKind::StoreCheck => "The store's check is changed.".to_owned(),
        EventKind::Command => format!("{node} is asked to act."),
        EventKind::Register => format!("The store is told that token {number} is current."),
        EventKind::Boot => format!("{node} starts."),
        EventKind::Log => {
            format!("The log of {} now has {}.", name(entry.node), LogEnd::unpacked(number))
        }
    }
}

/// A text that begins a line.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// An instant as it is shown: seconds with three digits.
pub fn seconds(time: SimTime) -> String {
    format!("{}.{:03} s", time.as_ms() / 1000, time.as_ms() % 1000)
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// The whole number that a text is.
///
/// # Errors
/// A sentence, if it is none.
pub fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    let text = text.trim();
    match text.is_empty() {
        true => Err("Type a whole number.".to_owned()),
        false => text.parse().map_err(|_| format!("\"{text}\" is not a whole number.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::protocols::registry;
    use election_engine::scenario::Scenario;

    #[test]
    fn who_leads_without_a_token_is_not_said_to_have_one() {
        for (name, leads) in [
            ("bully", "Node 4 leads with token 1."),
            ("database-lock", "Node 3 leads, without a token."),
        ] {
            let text = format!(r#"{{"version": 1, "protocol": {{"{name}": {{}}}}}}"#);
            let run = registry::open(Scenario::parse(&text).unwrap());
            let lead = run.entries().find(|entry| entry.kind == EventKind::Lead).unwrap();
            assert_eq!(sentence(&lead, NodeId(5)), leads);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        let plain = |number| grouped(number).replace('\u{202f}', " ");
        assert_eq!([plain(7), plain(1000), plain(1_234_567)], ["7", "1 000", "1 234 567"]);
    }
}
