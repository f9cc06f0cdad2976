//! Finding an event by a few words: "first time node 2 voted".

use crate::words::seconds;
use election_engine::ids::NodeId;
use election_engine::run::{Entry, Run};
use election_engine::time::SimTime;
use election_engine::trace::{EventKind, RecordId};

/// What words can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Something that happened.
    Record(RecordId),
    /// An instant.
    Instant(SimTime),
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Query {
    kinds: Vec<EventKind>,
    members: Vec<(Role, NodeId)>,
    /// Words that the name of the message, the timer or the rule must hold.
    names: Vec<String>,
    /// Whether it is said to be about messages, which matters if nothing closer is said.
    messages: bool,
    which: Which,
}

/// What somebody has to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It happened to them; the second one of a question is the other one involved.
    Any,
    /// They sent, or began it.
    From,
    /// It came to them.
    To,
}

/// Which of those that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// The latest one up to now, or else the one that comes next.
    Nearest,
    First,
    Last,
    Next,
    Previous,
}

const MESSAGES: [EventKind; 3] = [EventKind::Send, EventKind::Deliver, EventKind::Lost];

/// Words that mean a kind of event, by how they begin. The first that fits counts.
const STEMS: [(&str, &[EventKind]); 45] = [
    ("vote", &[EventKind::Vote]),
    ("voting", &[EventKind::Vote]),
    ("refus", &[EventKind::Refuse, EventKind::WriteRefused]),
    ("lead", &[EventKind::Lead]),
    ("elected", &[EventKind::Lead]),
    ("election", &[EventKind::Candidate]),
    ("step", &[EventKind::StepDown]),
    ("suspect", &[EventKind::Suspect]),
    ("suspicion", &[EventKind::Suspect]),
    ("candida", &[EventKind::Candidate]),
    ("stand", &[EventKind::Candidate]),
    ("stood", &[EventKind::Candidate]),
    ("believ", &[EventKind::Believe]),
    ("follow", &[EventKind::Believe]),
    ("crash", &[EventKind::Crash]),
    ("fail", &[EventKind::Crash]),
    ("down", &[EventKind::Crash]),
    ("restart", &[EventKind::Restart]),
    ("start", &[EventKind::Restart, EventKind::Boot]),
    ("boot", &[EventKind::Boot]),
    ("pause", &[EventKind::Pause]),
    ("resum", &[EventKind::Resume]),
    ("cut", &[EventKind::Cut]),
    ("partition", &[EventKind::Cut]),
    ("heal", &[EventKind::Heal]),
    ("mend", &[EventKind::Heal]),
    ("lost", &[EventKind::Lost]),
    ("lose", &[EventKind::Lost]),
    ("drop", &[EventKind::Lost]),
    ("send", &[EventKind::Send]),
    ("sent", &[EventKind::Send]),
    ("receiv", &[EventKind::Deliver]),
    ("deliver", &[EventKind::Deliver]),
    ("arriv", &[EventKind::Deliver]),
    ("reach", &[EventKind::Deliver]),
    ("doubl", &[EventKind::Duplicate]),
    ("duplicat", &[EventKind::Duplicate]),
    ("accept", &[EventKind::WriteAccepted]),
    ("timer", &[EventKind::Timer]),
    ("timeout", &[EventKind::Timer]),
    ("clock", &[EventKind::Clock]),
    ("disk", &[EventKind::Persist]),
    ("persist", &[EventKind::Persist]),
    ("network", &[EventKind::Network]),
    ("write", &[EventKind::WriteAccepted, EventKind::WriteRefused]),
];

/// Where the first is asked for, the second is only how it is said: "refused its vote".
const SAYS_MORE: [(EventKind, EventKind); 6] = [
    (EventKind::Refuse, EventKind::Vote),
    (EventKind::Lost, EventKind::Send),
    (EventKind::StepDown, EventKind::Crash),
    (EventKind::StepDown, EventKind::Lead),
    (EventKind::Suspect, EventKind::Lead),
    (EventKind::Believe, EventKind::Lead),
];

/// Words that say nothing.
const FILLERS: [&str; 41] = [
    "time", "when", "the", "a", "an", "of", "event", "events", "for", "was", "were", "is", "are",
    "did", "does", "that", "by", "in", "at", "it", "its", "has", "had", "been", "be", "became",
    "become", "becomes", "link", "links", "again", "who", "which", "any", "change", "changes",
    "happened", "went", "goes", "got", "gets",
];

/// What can be asked.
const EXAMPLES: &str = "Ask such as \"first time node 2 voted\", \"lost message to node 4\", \"next crash\", \"last lead\" or \"2.5 s\".";

/// What a few words mean in a run of which `farthest` was played.
///
/// # Errors
/// A sentence that says what can be asked, or that nothing like that is known to happen.
pub fn search(run: &dyn Run, farthest: SimTime, text: &str) -> Result<Found, String> {
    let lower = text.to_lowercase();
    if let Some(at) = instant(&lower) {
        return match at <= run.end() {
            true => Ok(Found::Instant(at)),
            false => Err(format!("The run ends at {}.", seconds(run.end()))),
        };
    }
    let query = Query::parse(&lower, NodeId(run.scenario().cluster.nodes))?;
    if let Some(id) = query.find(run) {
        return Ok(Found::Record(id));
    }
    let all_played = farthest >= run.end();
    if let Some(name) = query.names.iter().find(|name| !is_named(run, name)) {
        let so_far = if all_played { "" } else { ", as far as it was played" };
        return Err(format!("Nothing in this branch is called \"{name}\"{so_far}. {EXAMPLES}"));
    }
    Err(match (query.which, all_played) {
        (Which::Previous, _) => "Nothing like that comes before this instant.".to_owned(),
        (Which::Next, true) => "Nothing like that comes after this instant.".to_owned(),
        (_, true) => "Nothing fits in this branch.".to_owned(),
        (which, false) => format!(
            "Not {}up to {}, as far as this branch was played. Play on and look again.",
            if which == Which::Next { "after this instant " } else { "" },
            seconds(farthest)
        ),
    })
}

/// The instant that a text is, such as `2.5 s` or `at 300 ms`.
fn instant(text: &str) -> Option<SimTime> {
    let text = text.trim();
    let text = text.strip_prefix("at ").unwrap_or(text);
    let (number, millis) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s')?, 1000.0),
    };
    let number: f64 = number.trim().replace(',', ".").parse().ok()?;
    // More would be no instant of any run.
    let micros = number * millis * 1000.0;
    (0.0..1e15).contains(&micros).then(|| SimTime(micros.round() as u64))
}

fn is_named(run: &dyn Run, name: &str) -> bool {
    let mut all = (0..run.known()).filter_map(|index| run.entry(RecordId(index as u32)));
    all.any(|entry| has_name(&entry, name))
}

fn has_name(entry: &Entry, name: &str) -> bool {
    entry.kind.name().contains(name)
        || entry.name.to_lowercase().contains(name)
        || entry.rule.is_some_and(|rule| rule.id.contains(name))
}

impl Query {
    /// Reads words in small letters. `store` is the id that the store has.
    fn parse(lower: &str, store: NodeId) -> Result<Query, String> {
        let mut query = Query {
            kinds: vec![],
            members: vec![],
            names: vec![],
            messages: false,
            which: Which::Nearest,
        };
        let mut role = Role::Any;
        for word in lower.split(|c: char| !(c.is_alphanumeric() || "-/.".contains(c))) {
            role = query.take(word.trim_matches('.'), role, store)?;
        }
        for (more, less) in SAYS_MORE {
            if query.kinds.contains(&more) {
                query.kinds.retain(|kind| *kind != less);
            }
        }
        if query.messages && query.kinds.is_empty() {
            query.kinds.extend(MESSAGES);
        }
        let Query { kinds, members, names, .. } = &query;
        match kinds.is_empty() && members.is_empty() && names.is_empty() {
            true => Err(EXAMPLES.to_owned()),
            false => Ok(query),
        }
    }

    /// Takes a word, and gives the role of a number that follows.
    fn take(&mut self, word: &str, role: Role, store: NodeId) -> Result<Role, String> {
        if let Ok(number) = word.parse::<i64>() {
            let known = u8::try_from(number).ok().filter(|number| *number < store.0);
            let unknown =
                || format!("There is no node {number}: they are 0 to {}. {EXAMPLES}", store.0 - 1);
            self.members.push((role, NodeId(known.ok_or_else(unknown)?)));
            return Ok(Role::Any);
        }
        match word {
            "first" => self.which = Which::First,
            "last" => self.which = Which::Last,
            "next" => self.which = Which::Next,
            "previous" | "before" => self.which = Which::Previous,
            "store" => self.members.push((role, store)),
            "from" => return Ok(Role::From),
            "to" => return Ok(Role::To),
            "message" | "messages" => self.messages = true,
            "" | "node" | "nodes" => return Ok(role),
            filler if FILLERS.contains(&filler) => return Ok(role),
            word => match STEMS.iter().find(|(stem, _)| word.starts_with(stem)) {
                Some((_, kinds)) => self.narrow(kinds),
                None => self.names.push(word.to_owned()),
            },
        }
        Ok(Role::Any)
    }

    /// Two words for the same narrow it, such as "refused write"; others are both meant.
    fn narrow(&mut self, kinds: &[EventKind]) {
        let both: Vec<EventKind> =
            self.kinds.iter().copied().filter(|kind| kinds.contains(kind)).collect();
        match both.is_empty() {
            true => self.kinds.extend(kinds),
            false => self.kinds = both,
        }
    }

    fn fits(&self, entry: &Entry) -> bool {
        let involved = |(i, (role, member)): (usize, &(Role, NodeId))| {
            let (from, to) = ends(entry);
            match (role, i) {
                (Role::From, _) => from == Some(*member),
                (Role::To, _) => to == Some(*member),
                (Role::Any, 0) => {
                    entry.node == *member || self.kinds.is_empty() && entry.peer == Some(*member)
                }
                (Role::Any, _) => entry.peer == Some(*member),
            }
        };
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.members.iter().enumerate().all(involved)
            && self.names.iter().all(|name| has_name(entry, name))
    }

    /// The record that is meant, among all that are known.
    fn find(&self, run: &dyn Run) -> Option<RecordId> {
        let fits = |index: &usize| {
            run.entry(RecordId(*index as u32)).is_some_and(|entry| self.fits(&entry))
        };
        let (now, known) = (run.records(), run.known());
        let found = match self.which {
            Which::Nearest => (0..now).rev().find(fits).or_else(|| (now..known).find(fits)),
            Which::First => (0..known).find(fits),
            Which::Last => (0..known).rev().find(fits),
            Which::Next => (now..known).find(fits),
            Which::Previous => (0..now.saturating_sub(1)).rev().find(fits),
        };
        found.map(|index| RecordId(index as u32))
    }
}

/// From whom to whom something went.
fn ends(entry: &Entry) -> (Option<NodeId>, Option<NodeId>) {
    match entry.kind {
        EventKind::Deliver
        | EventKind::Lost
        | EventKind::WriteAccepted
        | EventKind::WriteRefused => (entry.peer, Some(entry.node)),
        _ => (Some(entry.node), entry.peer),
    }
}

#[cfg(test)]
mod tests;
