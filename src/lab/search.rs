//! Finding an event by a few words: "first time node 2 voted".

use election_engine::ids::NodeId;
use election_engine::run::{Entry, Run};
use election_engine::trace::{EventKind, RecordId};

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    kinds: Vec<EventKind>,
    members: Vec<NodeId>,
    /// Words that the name of the message or the rule must hold.
    names: Vec<String>,
    which: Which,
}

/// Which of those that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    First,
    Last,
    Next,
    Previous,
}

/// Words that mean a kind of event, by how they begin.
const STEMS: [(&str, &[EventKind]); 20] = [
    ("vote", &[EventKind::Vote]),
    ("voting", &[EventKind::Vote]),
    ("refus", &[EventKind::Refuse, EventKind::WriteRefused]),
    ("lead", &[EventKind::Lead]),
    ("elected", &[EventKind::Lead]),
    ("step", &[EventKind::StepDown]),
    ("suspect", &[EventKind::Suspect]),
    ("candida", &[EventKind::Candidate]),
    ("stand", &[EventKind::Candidate]),
    ("stood", &[EventKind::Candidate]),
    ("believ", &[EventKind::Believe]),
    ("follow", &[EventKind::Believe]),
    ("crash", &[EventKind::Crash]),
    ("restart", &[EventKind::Restart]),
    ("pause", &[EventKind::Pause]),
    ("cut", &[EventKind::Cut]),
    ("lost", &[EventKind::Lost]),
    ("accept", &[EventKind::WriteAccepted]),
    ("timer", &[EventKind::Timer]),
    ("persist", &[EventKind::Persist]),
];

/// Words that say nothing.
const FILLERS: [&str; 14] = [
    "time", "when", "the", "a", "of", "event", "to", "for", "was", "is", "did", "does", "that",
    "by",
];

impl Query {
    /// Reads words. `store` is the id that the store has.
    ///
    /// # Errors
    /// A sentence that says what can be asked.
    pub fn parse(text: &str, store: NodeId) -> Result<Query, String> {
        let mut query = Query { kinds: vec![], members: vec![], names: vec![], which: Which::Next };
        let lower = text.to_lowercase();
        for word in lower.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '/')) {
            query.take(word, store)?;
        }
        if query.kinds.is_empty() && query.members.is_empty() && query.names.is_empty() {
            return Err("Say what to look for, such as \"first time node 2 voted\", \"next crash\" or \"last lost\".".to_owned());
        }
        Ok(query)
    }

    fn take(&mut self, word: &str, store: NodeId) -> Result<(), String> {
        if let Ok(number) = word.parse::<u8>() {
            if number >= store.0 {
                return Err(format!("There is no node {number}: the last one is {}.", store.0 - 1));
            }
            self.members.push(NodeId(number));
            return Ok(());
        }
        match word {
            "first" => self.which = Which::First,
            "last" => self.which = Which::Last,
            "next" => self.which = Which::Next,
            "previous" | "before" => self.which = Which::Previous,
            "store" => self.members.push(store),
            "" | "node" | "nodes" => {}
            filler if FILLERS.contains(&filler) => {}
            word => match STEMS.iter().find(|(stem, _)| word.starts_with(stem)) {
                Some((_, kinds)) => self.kinds.extend(*kinds),
                None => self.names.push(word.to_owned()),
            },
        }
        Ok(())
    }

    fn fits(&self, entry: &Entry) -> bool {
        let named = |name: &String| {
            entry.kind.name().contains(name.as_str())
                || entry.name.to_lowercase().contains(name)
                || entry.rule.is_some_and(|rule| rule.id.contains(name.as_str()))
        };
        let involved = |(i, member): (usize, &NodeId)| match i {
            0 => entry.node == *member || self.kinds.is_empty() && entry.peer == Some(*member),
            _ => entry.peer == Some(*member),
        };
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.members.iter().enumerate().all(involved)
            && self.names.iter().all(named)
    }

    /// The record that is meant, among all that are known; `now` is how many are in the past.
    pub fn find(&self, run: &dyn Run, now: usize) -> Option<RecordId> {
        let fits = |index: &usize| {
            run.entry(RecordId(*index as u32)).is_some_and(|entry| self.fits(&entry))
        };
        let all = 0..run.known();
        let found = match self.which {
            Which::First => all.into_iter().find(fits),
            Which::Last => all.rev().find(fits),
            Which::Next => (now..all.end).find(fits),
            Which::Previous => (0..now.saturating_sub(1)).rev().find(fits),
        };
        found.map(|index| RecordId(index as u32))
    }

    /// Whether what is not known yet may be meant, so that playing on is worth it.
    pub fn looks_ahead(&self) -> bool {
        matches!(self.which, Which::Next | Which::First)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::protocols::registry;
    use election_engine::scenario::Scenario;
    use election_engine::time::SimTime;

    fn ask(text: &str) -> Option<Entry> {
        let scenario = r#"{"version": 1, "protocol": {"raft": {}}, "script": [{"at_ms": 3000, "do": {"crash": 4}}], "until_ms": 6000}"#;
        let mut run = registry::open(Scenario::parse(scenario).unwrap());
        run.seek(SimTime::from_ms(6000));
        let id = Query::parse(text, NodeId(5)).unwrap().find(&*run, 0)?;
        run.entry(id)
    }

    #[test]
    fn the_first_time_that_a_node_voted() {
        let found = ask("first time node 2 voted").unwrap();
        assert_eq!((found.kind, found.node), (EventKind::Vote, NodeId(2)));
    }

    #[test]
    fn kinds_members_and_names_narrow_it() {
        assert_eq!(ask("crash").unwrap().node, NodeId(4));
        assert_eq!(ask("node 2 crashed"), None);
        let last = ask("last RequestVote").unwrap();
        let first = ask("first RequestVote").unwrap();
        assert!(
            last.time > first.time && last.name.to_lowercase().contains("requestvote"),
            "{last:?}"
        );
    }

    #[test]
    fn nonsense_is_answered_with_what_can_be_asked() {
        assert!(Query::parse("the time", NodeId(5)).unwrap_err().contains("node 2 voted"));
        assert!(Query::parse("node 7", NodeId(5)).unwrap_err().contains("no node 7"));
    }
}
