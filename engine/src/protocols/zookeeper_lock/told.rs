//! Whom a client watches, if that is decided elsewhere.
//!
//! The decision needs all children, and an answer of the ensemble carries only those that a client
//! looks at. So whoever decides is asked where the list is, and the answer carries the decision.

use super::config::Config;
use super::ensemble::Znode;
use crate::elsewhere::Question;
use crate::ids::Token;
use serde_json::{Value, json};

/// Which nodes there are: all that may decide on whom to watch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Queue {
    /// All nodes, in no particular order.
    pub children: Vec<Name>,
    /// The client's own; with czxid 0 if it has none.
    pub mine: Name,
}

/// What a node is called: a random prefix, which its session keeps, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    prefix: u16,
    /// The zxid of its creation.
    pub czxid: Token,
}

impl Name {
    /// The prefix looks random, and is the same in every run.
    pub(super) fn new(session: u32, czxid: Token) -> Name {
        Name { prefix: session.wrapping_mul(40_503) as u16, czxid }
    }

    fn text(self) -> String {
        format!("{:04x}-n_{:010}", self.prefix, self.czxid.0)
    }
}

/// What a client does when it has read the children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// It leads.
    Lead,
    /// Its node is gone: it creates another.
    Gone,
    /// It watches this node.
    Watch(Token),
}

/// `whomToWatch(children, mine)`.
impl Question for Queue {
    type Decision = Told;

    const OTHERWISE: &'static str = "that counts as watching its own node";

    fn arguments(&self) -> Value {
        let children: Vec<String> = self.children.iter().map(|name| name.text()).collect();
        json!([children, self.mine.text()])
    }

    fn hear(&self, answer: &Value) -> Option<Told> {
        match answer.as_str()? {
            "lead" => Some(Told::Lead),
            "gone" => Some(Told::Gone),
            name => {
                let watched = self.children.iter().find(|child| child.text() == name)?;
                Some(Told::Watch(watched.czxid))
            }
        }
    }

    fn otherwise(&self) -> Told {
        Told::Watch(self.mine.czxid)
    }
}

/// What was decided elsewhere for a session, if this is and the answer is known.
pub(super) fn told(config: &Config, session: u32, znodes: &[Znode]) -> Option<Told> {
    let asked = config.watch.as_ref()?;
    let name = |znode: &Znode| Name::new(znode.session, znode.czxid);
    let own = znodes.iter().find(|znode| znode.session == session);
    let mut children: Vec<Name> = znodes.iter().map(name).collect();
    // An order that is neither that of the numbers nor that of the names.
    children.sort_by_key(|name| name.prefix.swap_bytes());
    asked.ask(Queue { children, mine: own.map_or(Name::new(session, Token(0)), name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let [first, mine] = [(1, 7), (2, 12)].map(|(session, n)| Name::new(session, Token(n)));
        let queue = Queue { children: vec![mine, first], mine };
        assert_eq!(
            queue.arguments(),
            json!([["3c6e-n_0000000012", "9e37-n_0000000007"], "3c6e-n_0000000012"])
        );
        assert_eq!(queue.hear(&json!("9e37-n_0000000007")), Some(Told::Watch(Token(7))));
        assert_eq!(queue.hear(&json!("lead")), Some(Told::Lead));
        for useless in [json!(null), json!("9e37-n_0000000008"), json!(7)] {
            assert_eq!(queue.hear(&useless), None, "{useless}");
        }
    }
}
