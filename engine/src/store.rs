//! The protected store: the resource that a leader writes to, and the only place where an old
//! leader can be stopped.

use crate::elsewhere::{Elsewhere, Question};
use crate::ids::{NodeId, Token};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the store does with the token of a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenCheck {
    /// Remember the highest token seen; refuse anything smaller, accept an equal one
    /// (Kleppmann 2016).
    #[default]
    Highest,
    /// Accept only the token that was last registered as the current one.
    Equal,
    /// Accept everything.
    Off,
}

/// A write arrives: all that may decide on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WriteQuestion {
    /// What the store remembers; 0 if it has seen no write.
    pub highest: Token,
    /// The token of the write.
    pub token: Token,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteDecision {
    /// Whether it was applied.
    pub accepted: bool,
    /// What the store remembers from now on.
    pub highest: Token,
}

/// What the store is written to, in the words of the challenge.
const RESOURCE: &str = "orders";

/// `receive(disk, write)`.
impl Question for WriteQuestion {
    type Decision = WriteDecision;

    fn arguments(&self) -> Value {
        let disk = match self.highest {
            Token(0) => json!({}),
            Token(highest) => json!({ RESOURCE: highest }),
        };
        json!([disk, { "resource": RESOURCE, "token": self.token.0 }])
    }

    fn hear(&self, answer: &Value) -> Option<WriteDecision> {
        let highest = match &answer["disk"][RESOURCE] {
            Value::Null => 0,
            highest => highest.as_u64()?,
        };
        Some(WriteDecision { accepted: answer["accepted"].as_bool()?, highest: Token(highest) })
    }

    fn otherwise(&self) -> WriteDecision {
        WriteDecision { accepted: false, highest: self.highest }
    }
}

/// The durable state of the store, and its last answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// Which check it makes.
    pub check: TokenCheck,
    /// Who decides in its place.
    pub elsewhere: Option<Elsewhere<WriteQuestion>>,
    /// The highest token that it has seen. It remembers this over a restart.
    pub highest: Token,
    /// The token that was last registered as current, for [`TokenCheck::Equal`].
    pub registered: Token,
    /// How many writes it applied.
    pub accepted: u32,
    /// How many writes it refused.
    pub refused: u32,
    /// The write that it holds now: who wrote it, with which token.
    pub content: Option<(NodeId, Token)>,
}

impl Store {
    /// A write arrives. True if it was applied.
    pub fn write(&mut self, from: NodeId, token: Token) -> bool {
        let WriteDecision { accepted, highest } = self.decide(token);
        self.highest = highest;
        if accepted {
            self.accepted += 1;
            self.content = Some((from, token));
        } else {
            self.refused += 1;
        }
        accepted
    }

    fn decide(&self, token: Token) -> WriteDecision {
        let question = WriteQuestion { highest: self.highest, token };
        if let Some(decision) = self.elsewhere.as_ref().and_then(|asked| asked.ask(question)) {
            return decision;
        }
        let accepted = match self.check {
            TokenCheck::Highest => token >= self.highest,
            TokenCheck::Equal => token == self.registered,
            TokenCheck::Off => true,
        };
        let highest = if accepted { self.highest.max(token) } else { self.highest };
        WriteDecision { accepted, highest }
    }

    /// It loses its disk. What has been counted about it stays known to whoever watches.
    pub fn forget(&mut self) {
        (self.highest, self.registered, self.content) = (Token(0), Token(0), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(check: TokenCheck, registered: u64, tokens: &[u64]) -> Vec<bool> {
        let mut store = Store { check, registered: Token(registered), ..Store::default() };
        tokens.iter().map(|token| store.write(NodeId(0), Token(*token))).collect()
    }

    #[test]
    fn a_write_is_asked_and_answered_in_the_words_of_the_challenge() {
        let first = WriteQuestion { highest: Token(0), token: Token(1) };
        assert_eq!(first.arguments(), json!([{}, {"resource": "orders", "token": 1}]));
        let later = WriteQuestion { highest: Token(7), token: Token(6) };
        assert_eq!(later.arguments()[0], json!({"orders": 7}));
        let decision = WriteDecision { accepted: true, highest: Token(8) };
        let answer = json!({"accepted": true, "disk": {"orders": 8}});
        assert_eq!(later.hear(&answer), Some(decision));
        for useless in [json!(true), json!({"accepted": 1, "disk": {}}), json!({"disk": {}})] {
            assert_eq!(later.hear(&useless), None, "{useless}");
        }
    }

    #[test]
    fn a_smaller_token_is_refused_only_after_a_greater_one_arrived() {
        assert_eq!(answers(TokenCheck::Highest, 0, &[34, 33]), [true, false]);
        assert_eq!(answers(TokenCheck::Highest, 0, &[33, 34]), [true, true]);
    }

    #[test]
    fn an_equal_token_passes() {
        assert_eq!(answers(TokenCheck::Highest, 0, &[7, 7, 7]), [true, true, true]);
    }

    #[test]
    fn equality_refuses_a_new_leader_of_whom_the_store_has_not_heard() {
        assert_eq!(answers(TokenCheck::Equal, 1, &[2, 1]), [false, true]);
    }

    #[test]
    fn without_a_check_an_old_write_lands_on_top() {
        let mut store = Store { check: TokenCheck::Off, ..Store::default() };
        store.write(NodeId(3), Token(2));
        store.write(NodeId(4), Token(1));
        assert_eq!((store.accepted, store.refused), (2, 0));
        assert_eq!(store.content, Some((NodeId(4), Token(1))));
    }
}
