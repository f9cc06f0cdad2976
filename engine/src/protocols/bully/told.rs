//! What a node sends, if that is decided elsewhere.

use super::{Bully, Config, ELECTION, Message, Phase};
use crate::elsewhere::Question;
use crate::ids::NodeId;
use crate::protocol::Context;
use serde::Deserialize;
use serde_json::{Value, json};

/// Something happens to a node: all that may decide on what it sends. A sitting leader that is
/// asked tells who leads, and is no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happens {
    /// The node.
    pub me: NodeId,
    /// How many nodes there are.
    pub nodes: u8,
    /// What the node is doing.
    pub phase: Phase,
    /// What happens.
    pub what: What,
}

/// What happens to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// This node asks.
    Election(NodeId),
    /// This node answers.
    Ok(NodeId),
    /// This node leads.
    Coordinator(NodeId),
    /// What it waits for does not come.
    Timeout,
}

/// A message that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Say {
    /// To whom.
    pub to: NodeId,
    /// What.
    pub kind: Kind,
}

/// What a node can be told to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// Does anybody higher live?
    Election,
    /// I do.
    Ok,
    /// I lead.
    Coordinator,
}

/// `messages(node, event)`.
impl Question for Happens {
    type Decision = Vec<Say>;

    const OTHERWISE: &'static str = "nothing is sent";

    fn arguments(&self) -> Value {
        let state = match self.phase {
            Phase::Normal => "idle",
            Phase::AwaitingAnswer => "asking",
            Phase::AwaitingCoordinator => "waiting",
        };
        let (kind, from) = match self.what {
            What::Election(from) => ("ELECTION", Some(from)),
            What::Ok(from) => ("OK", Some(from)),
            What::Coordinator(from) => ("COORDINATOR", Some(from)),
            What::Timeout => ("timeout", None),
        };
        let nodes: Vec<NodeId> = NodeId::all(self.nodes).collect();
        json!([
            { "id": self.me, "nodes": nodes, "state": state },
            { "kind": kind, "from": from },
        ])
    }

    fn hear(&self, answer: &Value) -> Option<Vec<Say>> {
        let says = Vec::<Say>::deserialize(answer).ok()?;
        says.iter().all(|say| say.to.0 < self.nodes && say.to != self.me).then_some(says)
    }

    fn otherwise(&self) -> Vec<Say> {
        Vec::new()
    }
}

impl Bully {
    /// What was decided elsewhere, if this is and the answer is known.
    pub(super) fn told(&self, what: What, config: &Config) -> Option<Vec<Say>> {
        let asked = config.messages.as_ref()?;
        asked.ask(Happens { me: self.me, nodes: self.nodes, phase: self.phase, what })
    }

    /// Does what was decided elsewhere; false if nothing was.
    pub(super) fn is_told(
        &mut self,
        what: What,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) -> bool {
        let told = self.told(what, config);
        let is_told = told.is_some();
        self.say_as_told(told.unwrap_or_default(), config, cx);
        is_told
    }

    /// Sends to the letter. Who announces itself leads; who asks waits for answers.
    pub(super) fn say_as_told(
        &mut self,
        says: Vec<Say>,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let to = |kind| says.iter().filter(move |say| say.kind == kind).map(|say| say.to);
        for asker in to(Kind::Ok) {
            cx.send(asker, Message::Ok);
        }
        let announces = to(Kind::Coordinator).next().is_some();
        let asks = to(Kind::Election).next().is_some();
        if !announces && !asks {
            return;
        }
        // Who has asked and was not answered wins the election under way.
        if !announces || self.phase != Phase::AwaitingAnswer {
            cx.cite(ELECTION);
        }
        self.stop_leading(cx);
        if announces {
            self.lead_and_tell(config, cx, |number, cx| {
                to(Kind::Coordinator)
                    .for_each(|other| cx.send(other, Message::Coordinator(number)));
                to(Kind::Election).for_each(|other| cx.send(other, Message::Election));
            });
        } else {
            self.ask(to(Kind::Election), config, cx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let phase = Phase::AwaitingAnswer;
        let happens = Happens { me: NodeId(1), nodes: 3, phase, what: What::Ok(NodeId(2)) };
        let node = json!({"id": 1, "nodes": [0, 1, 2], "state": "asking"});
        assert_eq!(happens.arguments(), json!([node, {"kind": "OK", "from": 2}]));
        let timeout = Happens { what: What::Timeout, ..happens };
        assert_eq!(timeout.arguments()[1], json!({"kind": "timeout", "from": null}));
        let say = Say { to: NodeId(2), kind: Kind::Election };
        assert_eq!(happens.hear(&json!([{"to": 2, "kind": "ELECTION"}])), Some(vec![say]));
        for useless in [
            json!(null),
            json!({"to": 2, "kind": "OK"}),
            json!([{"to": 2, "kind": "ok"}]),
            json!([{"to": 1, "kind": "OK"}]),
            json!([{"to": 3, "kind": "OK"}]),
        ] {
            assert_eq!(happens.hear(&useless), None, "{useless}");
        }
    }
}
