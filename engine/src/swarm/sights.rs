//! What a swarm must have come across: a check that never saw a split vote proves little about
//! split votes.

use crate::ids::{NodeId, Token};
use crate::protocol::{Protocol, RuleId};
use crate::protocols::registry::Visitor;
use crate::simulation::Names;
use crate::trace::{EventKind, Record};
use crate::view::NodeSet;

/// Something to come across.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// What it is, in a few words.
    pub name: &'static str,
    seen: Seen,
}

/// How to know it in a trace.
#[derive(Clone, Copy, Debug)]
enum Seen {
    /// Several nodes stood with one number, and none of them ever led with it.
    SplitVote,
    /// A node began to lead while another still led with another number.
    TwoLeaders,
    /// Two nodes outbid each other twice, and nobody led in between.
    Duel,
    /// A record of this kind, by this rule if one is named, about a message or timer of this
    /// name if one is given.
    Record { kind: EventKind, rule: &'static str, name: &'static str },
}

impl Sight {
    /// Several nodes stand with one number, and none of them ever leads with it.
    pub const SPLIT_VOTE: Sight = Sight { name: "a split vote", seen: Seen::SplitVote };
    /// Two nodes lead at once with two numbers, as a paused leader and its successor do.
    pub const TWO_LEADERS: Sight = Sight { name: "two leaders at once", seen: Seen::TwoLeaders };
    /// Two nodes outbid each other twice, and nobody leads in between.
    pub const DUEL: Sight = Sight { name: "a duel", seen: Seen::Duel };
    /// The store refuses a write.
    pub const STORE_REFUSAL: Sight =
        Sight::record("a refusal by the store", EventKind::WriteRefused);

    /// Something of this kind happens.
    pub const fn record(name: &'static str, kind: EventKind) -> Sight {
        Sight { name, seen: Seen::Record { kind, rule: "", name: "" } }
    }

    /// ... by this rule.
    pub const fn by(self, rule: &'static str) -> Sight {
        match self.seen {
            Seen::Record { kind, name, .. } => {
                Sight { seen: Seen::Record { kind, rule, name }, ..self }
            }
            _ => self,
        }
    }

    /// ... to a message or timer of this name.
    pub const fn of(self, name: &'static str) -> Sight {
        match self.seen {
            Seen::Record { kind, rule, .. } => {
                Sight { seen: Seen::Record { kind, rule, name }, ..self }
            }
            _ => self,
        }
    }
}

/// Looks for the sights of one algorithm.
#[derive(Clone, Debug)]
pub struct Lookout {
    patterns: Vec<Pattern>,
    /// What is watched for only if somebody wants to know.
    split_vote: Option<usize>,
    two_leaders: Option<usize>,
    duel: Option<usize>,
    leading: Vec<(NodeId, Token)>,
    candidacies: Vec<Candidacy>,
    /// Who stood, in order, since somebody last led; runs of one node count once.
    bids: Vec<NodeId>,
}

/// A record to come across, with the names turned into numbers.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    sight: usize,
    kind: EventKind,
    rule: Option<RuleId>,
    name: Option<u8>,
}

/// Who stood with a number, and whether one of them led.
#[derive(Clone, Copy, Debug)]
struct Candidacy {
    number: Token,
    by: NodeSet,
    won: bool,
}

/// Makes the lookout of an algorithm.
pub struct Prepare(pub &'static [Sight]);

impl Visitor for Prepare {
    type Output = Lookout;

    fn visit<P: Protocol>(self, _: &P::Config) -> Lookout {
        let mut lookout = Lookout {
            patterns: Vec::new(),
            split_vote: None,
            two_leaders: None,
            duel: None,
            leading: Vec::new(),
            candidacies: Vec::new(),
            bids: Vec::new(),
        };
        for (sight, Sight { seen, .. }) in self.0.iter().enumerate() {
            match *seen {
                Seen::SplitVote => lookout.split_vote = Some(sight),
                Seen::TwoLeaders => lookout.two_leaders = Some(sight),
                Seen::Duel => lookout.duel = Some(sight),
                Seen::Record { kind, rule, name } => lookout.patterns.push(Pattern {
                    sight,
                    kind,
                    rule: rule_named::<P>(rule),
                    name: name_named::<P>(name),
                }),
            }
        }
        lookout
    }
}

fn rule_named<P: Protocol>(id: &str) -> Option<RuleId> {
    let index = P::RULES.iter().position(|rule| rule.id == id);
    assert!(id.is_empty() || index.is_some(), "there is no rule {id} to come across");
    index.map(|index| RuleId(index as u8))
}

fn name_named<P: Protocol>(name: &str) -> Option<u8> {
    let index = (0..=u8::MAX).find(|index| !name.is_empty() && Names::<P>::message(*index) == name);
    assert!(name.is_empty() || index.is_some(), "there is no message {name} to come across");
    index
}

impl Lookout {
    /// Which of the sights, by their place in the list, a run shows: a bit each.
    pub fn look(&mut self, records: &[Record]) -> u64 {
        self.leading.clear();
        self.candidacies.clear();
        self.bids.clear();
        let mut seen = 0;
        for record in records {
            for Pattern { sight, kind, rule, name } in &self.patterns {
                if record.kind == *kind
                    && rule.is_none_or(|rule| rule == record.rule)
                    && name.is_none_or(|name| name == record.name)
                {
                    seen |= 1 << sight;
                }
            }
            match record.kind {
                EventKind::Candidate => seen |= self.stands(record),
                EventKind::Lead => seen |= self.leads(record),
                EventKind::StepDown | EventKind::Crash => {
                    self.leading.retain(|(leader, _)| *leader != record.node);
                }
                _ => {}
            }
        }
        let split = self.candidacies.iter().any(|stood| stood.by.len() > 1 && !stood.won);
        seen | bit(self.split_vote.filter(|_| split))
    }

    fn stands(&mut self, record: &Record) -> u64 {
        let candidacy = self.candidacy(record.number);
        candidacy.by.insert(record.node);
        if self.bids.last() != Some(&record.node) {
            self.bids.push(record.node);
        }
        let duel = match self.bids[..] {
            [.., a, b, c, d] => a == c && b == d,
            _ => false,
        };
        bit(self.duel.filter(|_| duel))
    }

    fn leads(&mut self, record: &Record) -> u64 {
        self.bids.clear();
        self.candidacy(record.number).won = true;
        let Record { node, number, .. } = *record;
        self.leading.retain(|(leader, _)| *leader != node);
        let two = self.leading.iter().any(|(_, other)| *other != number);
        self.leading.push((node, number));
        bit(self.two_leaders.filter(|_| two))
    }

    fn candidacy(&mut self, number: Token) -> &mut Candidacy {
        // The latest are at the end.
        let known = self.candidacies.iter().rposition(|stood| stood.number == number);
        let index = known.unwrap_or_else(|| {
            self.candidacies.push(Candidacy { number, by: NodeSet::EMPTY, won: false });
            self.candidacies.len() - 1
        });
        &mut self.candidacies[index]
    }
}

fn bit(sight: Option<usize>) -> u64 {
    sight.map_or(0, |sight| 1 << sight)
}
