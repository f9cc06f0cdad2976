//! What a candidate is, if its votes are counted elsewhere.

use super::rules::{COUNT, NEWER_TERM};
use super::votes::TERMS_AHEAD;
use super::{Config, Phase, Raft};
use crate::elsewhere::Question;
use crate::ids::NodeId;
use crate::protocol::Context;
use serde::Deserialize;
use serde_json::{Value, json};

/// An answer to a RequestVote, as the network delivered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reply {
    /// Who answers.
    pub from: NodeId,
    /// Its term.
    pub term: u32,
    /// Whether it gives its vote.
    pub granted: bool,
}

/// A candidate and all that it was answered since it stands: all that may decide on what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// The candidate.
    pub me: NodeId,
    /// How many nodes there are.
    pub nodes: u8,
    /// The term in which it stands.
    pub term: u32,
    /// The answers, the earliest first.
    pub replies: Vec<Reply>,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// No candidate any more.
    Follower,
    /// Elected.
    Leader,
    /// Not elected yet.
    Candidate,
}

/// `countVotes(candidate, replies)`.
impl Question for Tally {
    type Decision = Standing;

    const OTHERWISE: &'static str = "that counts as \"candidate\"";

    fn arguments(&self) -> Value {
        let members: Vec<NodeId> = NodeId::all(self.nodes).collect();
        let reply = |reply: &Reply| json!({ "from": reply.from, "term": reply.term, "voteGranted": reply.granted });
        let replies: Vec<Value> = self.replies.iter().map(reply).collect();
        json!([{ "id": self.me, "term": self.term, "members": members }, replies])
    }

    fn hear(&self, answer: &Value) -> Option<Standing> {
        Standing::deserialize(answer).ok()
    }

    fn otherwise(&self) -> Standing {
        Standing::Candidate
    }

    fn later(&self) -> Vec<Tally> {
        let later = |by| {
            let mut later = self.clone();
            later.term += by;
            later.replies.iter_mut().for_each(|reply| reply.term += by);
            later
        };
        (1..=TERMS_AHEAD).map(later).collect()
    }
}

impl Raft {
    /// What a candidate was told that it is, if that is decided elsewhere and the answer is
    /// known.
    pub(super) fn told_its_standing(&self, config: &Config) -> Option<Standing> {
        let asked = config.tally.as_ref()?;
        let (term, replies) = (self.stable.term, self.replies.clone());
        asked.ask(Tally { me: self.me, nodes: self.nodes, term, replies })
    }

    /// Takes an answer to a candidate, if the votes are counted elsewhere; false if they are not.
    pub(super) fn is_told_its_standing(
        &mut self,
        config: &Config,
        reply: Reply,
        cx: &mut Context<'_, Self>,
    ) -> bool {
        if self.phase != Phase::Candidate || config.tally.is_none() {
            return false;
        }
        self.replies.push(reply);
        let Some(standing) = self.told_its_standing(config) else { return false };
        if standing == Standing::Follower {
            self.give_up(config, reply.term, cx);
            return true;
        }
        if reply.term == self.stable.term {
            cx.cite(COUNT);
            match reply.granted {
                true => self.count(config, reply.from),
                false => _ = self.no.insert(reply.from),
            }
        }
        if standing == Standing::Leader {
            cx.cite(COUNT);
            self.lead(config, cx);
        }
        true
    }

    fn give_up(&mut self, config: &Config, term: u32, cx: &mut Context<'_, Self>) {
        if term > self.stable.term {
            cx.cite(NEWER_TERM);
            self.take_term(config, term, cx);
        } else {
            self.phase = Phase::Follower;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let reply = Reply { from: NodeId(0), term: 4, granted: true };
        let tally = Tally { me: NodeId(2), nodes: 3, term: 5, replies: vec![reply] };
        assert_eq!(
            tally.arguments(),
            json!([
                {"id": 2, "term": 5, "members": [0, 1, 2]},
                [{"from": 0, "term": 4, "voteGranted": true}],
            ])
        );
        assert_eq!(tally.hear(&json!("leader")), Some(Standing::Leader));
        for useless in [json!(null), json!("Leader"), json!(true)] {
            assert_eq!(tally.hear(&useless), None, "{useless}");
        }
        let later = tally.later();
        assert_eq!((later[0].term, later[0].replies[0].term), (6, 5));
    }
}
