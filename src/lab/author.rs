//! A demonstration that is being written: beats, captions, and what they claim. A caption that
//! its run does not show is refused.

use super::export;
use crate::session::Moment;
use crate::words::seconds;
use election_engine::predicate::{EventPattern, Predicate};
use election_engine::protocols::registry;
use election_engine::run::{Entry, Run};
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
use serde::Serialize;

/// A beat as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Plain text.
    pub title: String,
    /// Markdown within a paragraph.
    pub caption: String,
    /// The event that it waits for.
    pub until: EventPattern,
    /// What the caption says.
    pub shows: Vec<Predicate>,
}

/// A demonstration that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Plain text.
    pub title: String,
    /// In their order.
    pub beats: Vec<Beat>,
}

/// A pattern that fits an event, as narrow as an author would write it.
pub fn pattern_of(entry: &Entry) -> EventPattern {
    EventPattern {
        kind: entry.kind,
        node: Some(entry.node),
        peer: entry.peer,
        message: (entry.message.is_some() && !entry.name.is_empty()).then(|| entry.name.to_owned()),
        number: None,
        rule: None,
    }
}

/// What is true of a run now and may be claimed: of leaders, of members that are down, of what
/// the others believe, of the store.
pub fn true_now(run: &dyn Run) -> Vec<(String, Predicate)> {
    let snapshot = run.snapshot();
    let count = snapshot.leaders().count();
    let mut found = vec![match count {
        0 => ("nobody leads".to_owned(), Predicate::Leaders { count }),
        1 => ("exactly one node leads".to_owned(), Predicate::Leaders { count }),
        _ => (format!("{count} nodes believe that they lead"), Predicate::Leaders { count }),
    }];
    for node in &snapshot.nodes {
        let id = node.id;
        if node.leads() {
            found.push((format!("node {id} leads"), Predicate::Leader { node: id }));
        }
        match node.status.name() {
            "crashed" => {
                found.push((format!("node {id} is down"), Predicate::Crashed { node: id }))
            }
            "paused" => {
                found.push((format!("node {id} is paused"), Predicate::Paused { node: id }))
            }
            _ => {}
        }
        if let Some(leader) = node.view.as_ref().and_then(|view| view.believes)
            && leader != id
        {
            found.push((
                format!("node {id} believes in node {leader}"),
                Predicate::Believes { node: id, leader },
            ));
        }
    }
    let store = &snapshot.store;
    found.push((
        format!("the highest token at the store is {}", store.highest),
        Predicate::StoreHighest { token: store.highest },
    ));
    if store.refused > 0 {
        found.push((
            format!("the store has refused at least {} writes", store.refused),
            Predicate::StoreRefused { count: store.refused },
        ));
    }
    found
}

/// Reads a claim as the course writes it, in JSON: `{"leader": {"node": 3}}`.
///
/// # Errors
/// A sentence that says what was expected.
pub fn claim(text: &str) -> Result<Predicate, String> {
    serde_json::from_str(text).map_err(|error| {
        format!("This is no claim ({error}). One looks like {{\"leader\": {{\"node\": 3}}}} or {{\"leaders\": {{\"count\": 0}}}}.")
    })
}

impl Draft {
    /// Adds a beat, if the run shows what it says: its event comes after the beat before, and
    /// its claims hold then. The instant of that event.
    ///
    /// # Errors
    /// A sentence that names the instant at which it failed.
    pub fn add(&mut self, scenario: &Scenario, beat: Beat) -> Result<SimTime, String> {
        let mut next = self.clone();
        next.beats.push(beat);
        let moments = next.check(scenario)?;
        *self = next;
        Ok(moments.last().map_or(SimTime::ZERO, |moment| moment.time))
    }

    /// Plays the run beat by beat.
    ///
    /// # Errors
    /// The first beat that the run does not show, with the instant.
    pub fn check(&self, scenario: &Scenario) -> Result<Vec<Moment>, String> {
        let mut run = registry::open(scenario.clone());
        let mut moments = Vec::new();
        for (index, beat) in self.beats.iter().enumerate() {
            let number = index + 1;
            let since = run.playhead();
            if beat.title.trim().is_empty() || beat.caption.trim().is_empty() {
                return Err(format!("Beat {number} needs a title and a caption."));
            }
            if beat.shows.is_empty() {
                return Err(format!(
                    "Beat {number} claims nothing. Tick at least one thing that it shows."
                ));
            }
            let Some(id) = run.play_until(&beat.until) else {
                return Err(format!(
                    "Beat {number} waits for \"{}\", which does not happen after {}.",
                    beat.until.kind.name(),
                    seconds(since)
                ));
            };
            if let Some(false_one) = beat.shows.iter().find(|claim| !claim.holds(&*run)) {
                return Err(format!(
                    "Beat {number} claims {}, which is not so at {}, right after \"{}\" (event {}).",
                    serde_json::to_string(false_one).unwrap_or_default(),
                    seconds(run.playhead()),
                    beat.until.kind.name(),
                    id.0
                ));
            }
            moments.push(Moment::of(&*run));
        }
        Ok(moments)
    }

    /// The tour's file. It names its scenario by `slug`, which is the name of the other file.
    pub fn tour(&self, slug: &str) -> String {
        let mut text = format!("title = {}\nscenario = {}\n", quoted(&self.title), quoted(slug));
        for beat in &self.beats {
            text.push_str(&format!(
                "\n[[beat]]\ntitle = {}\ncaption = {}\nuntil = {}\nshows = [\n",
                quoted(&beat.title),
                quoted(&markdown(&beat.caption)),
                inline(&beat.until)
            ));
            for claim in &beat.shows {
                text.push_str(&format!("  {},\n", inline(claim)));
            }
            text.push_str("]\n");
        }
        text
    }

    /// The file's name that goes with its title: lower-case words joined by hyphens.
    pub fn slug(&self) -> String {
        let letters = self.title.to_lowercase();
        let words: Vec<&str> = letters
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() { "demonstration".to_owned() } else { words.join("-") }
    }

    /// Both files, with their names.
    ///
    /// # Errors
    /// What is missing, or the first beat that the run does not show.
    pub fn files(&self, run: &dyn Run) -> Result<[(String, String); 2], String> {
        if self.beats.is_empty() {
            return Err("There is no beat yet. Press an event, then add a beat that waits for it."
                .to_owned());
        }
        if self.title.trim().is_empty() {
            return Err("The demonstration needs a title: write it above its beats.".to_owned());
        }
        self.check(&run.scenario())?;
        let slug = self.slug();
        Ok([
            (format!("{slug}.toml"), self.tour(&slug)),
            (format!("{slug}.json"), export::scenario(run)),
        ])
    }
}

/// Text as Markdown of one paragraph that reads as it was written: the course takes captions as
/// Markdown, without HTML and lists.
fn markdown(text: &str) -> String {
    let mut written = String::new();
    for letter in on_one_line(text).chars() {
        let is_start = written.chars().all(|before| before.is_ascii_digit());
        // A dash or a plus begins a list, and so does a number with a dot.
        let begins = match written.is_empty() {
            true => matches!(letter, '-' | '+' | '='),
            false => is_start && matches!(letter, '.' | ')'),
        };
        if begins || "\\`*_[]<>&#~|".contains(letter) {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// TOML and JSON agree on quoted strings without control characters beyond `\n` and `\t`.
fn quoted(text: &str) -> String {
    serde_json::to_string(&on_one_line(text)).expect("a string is JSON")
}

/// A value as an inline table of TOML.
fn inline(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("patterns and predicates are JSON");
    toml(&value)
}

fn toml(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            // What is left out may be anything; TOML has no word for nothing.
            let fields: Vec<String> = fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| format!("{key} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// The moment at which a claim of a new beat is looked at: right after its event.
pub fn at_event(run: &dyn Run, entry: &Entry) -> Box<dyn Run> {
    let mut run = run.fork();
    Moment { time: entry.time, records: entry.id.0 as usize + 1 }.show(&mut *run);
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::ids::NodeId;
    use election_engine::trace::EventKind;
    use serde::Deserialize;

    fn scenario() -> Scenario {
        let text = r#"{"version": 1, "protocol": {"bully": {}}, "script": [{"at_ms": 5000, "do": {"crash": 4}}], "until_ms": 30000}"#;
        Scenario::parse(text).unwrap()
    }

    fn beat(kind: EventKind, node: u8, shows: Vec<Predicate>) -> Beat {
        let node = Some(NodeId(node));
        Beat {
            title: "A \"title\"".to_owned(),
            caption: "What\nhappens.".to_owned(),
            until: EventPattern { kind, node, peer: None, message: None, number: None, rule: None },
            shows,
        }
    }

    #[test]
    fn a_caption_that_the_run_does_not_show_is_refused_with_the_instant() {
        let mut draft = Draft::default();
        let nobody = Predicate::Leaders { count: 0 };
        draft.add(&scenario(), beat(EventKind::Crash, 4, vec![nobody.clone()])).unwrap();
        let refused = draft.add(&scenario(), beat(EventKind::Lead, 3, vec![nobody.clone()]));
        let sentence = refused.unwrap_err();
        assert!(
            sentence.starts_with("Beat 2 claims") && sentence.contains("not so at 8."),
            "{sentence}"
        );
        let never = draft.add(&scenario(), beat(EventKind::Crash, 4, vec![nobody]));
        assert!(never.unwrap_err().contains("does not happen after 5.000 s"));
        assert!(
            draft
                .add(&scenario(), beat(EventKind::Lead, 3, vec![]))
                .unwrap_err()
                .contains("claims nothing")
        );
        assert_eq!(draft.beats.len(), 1);
    }

    #[test]
    fn what_is_offered_to_claim_is_true() {
        let mut run = registry::open(scenario());
        for ms in [0, 5001, 8000, 12_000] {
            run.seek(SimTime::from_ms(ms));
            let offered = true_now(&*run);
            assert!(offered.len() > 2);
            for (text, claim) in offered {
                assert!(claim.holds(&*run), "{text} at {ms}");
            }
        }
    }

    #[test]
    fn a_caption_is_saved_so_that_it_reads_as_it_was_written() {
        assert_eq!(
            markdown("1. Node <b>4</b> is [down](x)"),
            r"1\. Node \<b\>4\</b\> is \[down\](x)"
        );
        assert_eq!(markdown("- a\n\nb  4 - 5 at 2.5 s."), r"\- a b 4 - 5 at 2.5 s.");
        assert_eq!(markdown("It takes 3.\n"), "It takes 3.");
    }

    #[test]
    fn a_demonstration_without_a_title_is_not_saved() {
        let mut draft = Draft::default();
        let all = [Predicate::Leaders { count: 0 }];
        draft.add(&scenario(), beat(EventKind::Crash, 4, all.to_vec())).unwrap();
        let run = registry::open(scenario());
        assert!(draft.files(&*run).unwrap_err().contains("needs a title"));
        draft.title = "Down".to_owned();
        assert!(draft.files(&*run).is_ok());
    }

    #[test]
    fn a_saved_tour_can_be_read_and_says_the_same() {
        #[derive(Deserialize)]
        struct File {
            title: String,
            scenario: String,
            beat: Vec<Read>,
        }
        #[derive(Deserialize)]
        struct Read {
            title: String,
            until: EventPattern,
            shows: Vec<Predicate>,
        }
        let mut draft = Draft { title: "The leader goes".to_owned(), ..Draft::default() };
        let shows = vec![
            Predicate::Not { of: Box::new(Predicate::Leader { node: NodeId(4) }) },
            Predicate::Seen { event: beat(EventKind::Crash, 4, vec![]).until },
        ];
        draft.add(&scenario(), beat(EventKind::Crash, 4, shows)).unwrap();
        let run = registry::open(scenario());
        let [(name, text), (json_name, json)] = draft.files(&*run).unwrap();
        assert_eq!(
            (name.as_str(), json_name.as_str()),
            ("the-leader-goes.toml", "the-leader-goes.json")
        );
        assert_eq!(Scenario::parse(&json).unwrap(), scenario());
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(
            (file.title.as_str(), file.scenario.as_str()),
            ("The leader goes", "the-leader-goes")
        );
        assert_eq!(file.beat[0].title, draft.beats[0].title);
        assert_eq!(
            (&file.beat[0].until, &file.beat[0].shows),
            (&draft.beats[0].until, &draft.beats[0].shows)
        );
    }
}
