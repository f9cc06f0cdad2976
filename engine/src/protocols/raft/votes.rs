//! Standing for election: asking for votes, giving one's own, counting.

use super::rules::{NEWER_TERM, PRE_VOTE, REFUSE, STAND, VOTE};
use super::{Ask, Broken, Config, Message, Phase, Raft, Standing};
use crate::elsewhere::Question;
use crate::ids::{LogEnd, NodeId};
use crate::protocol::{Context, Note};
use crate::view::NodeSet;
use serde_json::{Value, json};

/// How many terms ahead is asked for.
pub(super) const TERMS_AHEAD: u32 = 8;

/// A node is asked for its vote: all that may decide on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VoteQuestion {
    /// The node's own term.
    pub term: u32,
    /// For whom it has voted in that term.
    pub voted_for: Option<NodeId>,
    /// Where its log ends.
    pub last: LogEnd,
    /// The term of the candidate.
    pub asked_term: u32,
    /// The candidate.
    pub candidate: NodeId,
    /// Where the candidate's log ends.
    pub asked_last: LogEnd,
}

/// What a node answers, and what it writes to its disk before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteDecision {
    /// Its term from now on. A lower one than it has is ignored: the engine's terms only grow.
    pub term: u32,
    /// For whom it has voted in that term.
    pub voted_for: Option<NodeId>,
    /// Whether it gives its vote.
    pub granted: bool,
}

/// `answerRequestVote(node, request)`.
impl Question for VoteQuestion {
    type Decision = VoteDecision;

    fn arguments(&self) -> Value {
        json!([
            {
                "currentTerm": self.term,
                "votedFor": self.voted_for,
                "lastLogTerm": self.last.term,
                "lastLogIndex": self.last.index,
            },
            {
                "term": self.asked_term,
                "candidateId": self.candidate,
                "lastLogTerm": self.asked_last.term,
                "lastLogIndex": self.asked_last.index,
            },
        ])
    }

    fn hear(&self, answer: &Value) -> Option<VoteDecision> {
        let voted_for = match &answer["votedFor"] {
            Value::Null => None,
            id => Some(NodeId(u8::try_from(id.as_u64()?).ok()?)),
        };
        Some(VoteDecision {
            term: u32::try_from(answer["currentTerm"].as_u64()?).ok()?,
            voted_for,
            granted: answer["voteGranted"].as_bool()?,
        })
    }

    fn otherwise(&self) -> VoteDecision {
        VoteDecision { term: self.term, voted_for: self.voted_for, granted: false }
    }

    fn later(&self) -> Vec<VoteQuestion> {
        let later =
            |by| VoteQuestion { term: self.term + by, asked_term: self.asked_term + by, ..*self };
        (1..=TERMS_AHEAD).map(later).collect()
    }
}

impl Raft {
    /// A decision that is made elsewhere, if this one is and its answer is known.
    pub(super) fn told_how_to_vote(
        &self,
        config: &Config,
        candidate: NodeId,
        asked_term: u32,
        asked_last: LogEnd,
    ) -> Option<VoteDecision> {
        config.votes.as_ref()?.ask(VoteQuestion {
            term: self.stable.term,
            voted_for: self.stable.voted_for,
            last: self.stable.log.end(),
            asked_term,
            candidate,
            asked_last,
        })
    }

    /// Does to the letter what was decided elsewhere.
    pub(super) fn vote_as_told(
        &mut self,
        config: &Config,
        candidate: NodeId,
        decision: VoteDecision,
        cx: &mut Context<'_, Self>,
    ) {
        let VoteDecision { term, voted_for, granted } = decision;
        if term > self.stable.term {
            cx.cite(NEWER_TERM);
            self.take_term(config, term, cx);
        }
        if self.stable.voted_for != voted_for {
            self.stable.voted_for = voted_for;
            self.unsaved = true;
        }
        if granted {
            cx.cite(VOTE);
            cx.note(Note::Vote(candidate, self.number()));
            if self.phase == Phase::Follower {
                self.await_leader(config, cx);
            }
        } else {
            cx.cite(REFUSE);
            cx.note(Note::Refuse(candidate, self.number()));
        }
        self.save(config, cx);
        cx.send(candidate, self.says(Ask::Voted(granted)));
    }

    /// Rule 18 or 19.
    pub(super) fn hold_election(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if !config.pre_vote {
            return self.stand(config, false, cx);
        }
        cx.cite(PRE_VOTE);
        self.phase = Phase::PreCandidate;
        self.lose_leader(config, cx);
        self.forget_votes();
        self.count(config, self.me);
        self.await_leader(config, cx);
        let ask = Ask::PreVote { last: self.stable.log.end() };
        cx.broadcast(Message { term: self.stable.term + 1, ask });
        if self.has_majority(config) {
            self.stand(config, false, cx);
        }
    }

    /// Rule 19.
    pub(super) fn stand(&mut self, config: &Config, by_transfer: bool, cx: &mut Context<'_, Self>) {
        cx.cite(STAND);
        self.stable.term += 1;
        self.phase = Phase::Candidate;
        cx.note(Note::Candidate(self.number()));
        self.lose_leader(config, cx);
        self.replies.clear();
        if config.keeps(Broken::PreVotesApart) {
            self.forget_votes();
        }
        let ask = self.says(Ask::Vote { last: self.stable.log.end(), by_transfer });
        if config.writes_while_asking {
            cx.broadcast(ask);
        }
        self.vote(self.me, cx);
        self.count(config, self.me);
        self.await_leader(config, cx);
        self.save(config, cx);
        if !config.writes_while_asking {
            cx.broadcast(ask);
        }
        self.lead_if_elected(config, cx);
    }

    /// Rule 20, if enough have voted.
    pub(super) fn lead_if_elected(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let told = self.told_its_standing(config).map(|standing| standing == Standing::Leader);
        if told.unwrap_or_else(|| self.has_majority(config)) {
            self.lead(config, cx);
        }
    }

    /// §5.4.1: whether a log that ends there is at least as up to date as this node's.
    pub(super) fn is_up_to_date(&self, config: &Config, last: LogEnd) -> bool {
        let own = self.stable.log.end();
        match config.broken {
            Some(Broken::LogCompared) => true,
            Some(Broken::TermFirst) => (last.index, last.term) >= (own.index, own.term),
            _ => last >= own,
        }
    }

    pub(super) fn forget_votes(&mut self) {
        self.yes = NodeSet::EMPTY;
        self.no = NodeSet::EMPTY;
        self.counted = 0;
    }

    pub(super) fn count(&mut self, config: &Config, from: NodeId) {
        if self.yes.insert(from) || !config.keeps(Broken::DistinctVotes) {
            self.counted += 1;
        }
    }

    /// More than half of the configured cluster, whoever of it can be heard.
    pub(super) fn has_majority(&self, config: &Config) -> bool {
        let nodes = u32::from(self.nodes);
        match config.broken {
            Some(Broken::MoreThanHalf) => self.counted * 2 >= nodes,
            Some(Broken::WholeCluster) => {
                let answered = self.yes.len() + self.no.len();
                self.counted * 2 > answered.max(nodes.min(2))
            }
            _ => self.counted * 2 > nodes,
        }
    }

    pub(super) fn vote(&mut self, candidate: NodeId, cx: &mut Context<'_, Self>) {
        if self.stable.voted_for != Some(candidate) || candidate == self.me {
            self.stable.voted_for = Some(candidate);
            self.unsaved = true;
        }
        cx.note(Note::Vote(candidate, self.number()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_is_asked_and_answered_in_the_words_of_the_challenge() {
        let question = VoteQuestion {
            term: 3,
            voted_for: Some(NodeId(0)),
            last: LogEnd { term: 2, index: 5 },
            asked_term: 4,
            candidate: NodeId(1),
            asked_last: LogEnd { term: 1, index: 9 },
        };
        assert_eq!(
            question.arguments(),
            json!([
                {"currentTerm": 3, "votedFor": 0, "lastLogTerm": 2, "lastLogIndex": 5},
                {"term": 4, "candidateId": 1, "lastLogTerm": 1, "lastLogIndex": 9},
            ])
        );
        let decision = VoteDecision { term: 4, voted_for: None, granted: false };
        let answer = json!({"currentTerm": 4, "votedFor": null, "voteGranted": false});
        assert_eq!(question.hear(&answer), Some(decision));
        for useless in [
            json!(null),
            json!({"currentTerm": 4, "votedFor": 300, "voteGranted": true}),
            json!({"currentTerm": -1, "votedFor": null, "voteGranted": true}),
        ] {
            assert_eq!(question.hear(&useless), None, "{useless}");
        }
    }
}
