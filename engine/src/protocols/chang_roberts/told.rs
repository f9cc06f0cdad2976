//! What goes on to the neighbour, if that is decided elsewhere.

use super::{ChangRoberts, Config, DONE, EXTINGUISH, FOLLOW, Message, PASS, REPLACE, Timer, WIN};
use crate::elsewhere::Question;
use crate::ids::NodeId;
use crate::protocol::{Context, Note};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A message comes by: all that may decide on what goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComesBy {
    /// The node.
    pub me: NodeId,
    /// Whether it takes part in an election.
    pub participant: bool,
    /// What comes by.
    pub news: News,
    /// How many nodes there are; the node itself does not know.
    pub nodes: u8,
}

/// An ELECTION or ELECTED, and the id that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct News {
    /// Which of the two.
    pub kind: Kind,
    /// The id.
    pub id: NodeId,
}

/// The two messages of an election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// This is the highest id so far.
    Election,
    /// This node leads.
    Elected,
}

/// What a node does with a message that comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Onward {
    /// What it sends to its neighbour.
    pub send: Option<News>,
    /// Whether it takes part afterwards.
    pub participant: bool,
}

/// `pass(me, participant, message)`.
impl Question for ComesBy {
    type Decision = Onward;

    const OTHERWISE: &'static str = "nothing is sent";

    fn arguments(&self) -> Value {
        json!([self.me, self.participant, self.news])
    }

    fn hear(&self, answer: &Value) -> Option<Onward> {
        let onward = Onward::deserialize(answer).ok()?;
        onward.send.is_none_or(|news| news.id.0 < self.nodes).then_some(onward)
    }

    fn otherwise(&self) -> Onward {
        Onward { send: None, participant: self.participant }
    }
}

impl ChangRoberts {
    /// Does what was decided elsewhere on a message; false if nothing was.
    pub(super) fn is_told(
        &mut self,
        message: Message,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) -> bool {
        let Some(asked) = &config.onward else { return false };
        let news = match message {
            Message::Election(id) => News { kind: Kind::Election, id },
            Message::Elected(id, _) => News { kind: Kind::Elected, id },
            Message::Heartbeat(..) => return false,
        };
        let (me, participant, nodes) = (self.me, self.participant, cx.nodes());
        let told = asked.ask(ComesBy { me, participant, news, nodes });
        if let Some(onward) = told {
            self.pass_as_told(message, news, onward, config, cx);
        }
        told.is_some()
    }

    /// Sends to the letter. Who sends its own id stands, and who says that it is elected leads.
    fn pass_as_told(
        &mut self,
        message: Message,
        news: News,
        Onward { send, participant }: Onward,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let me = self.me;
        let own = |kind| send == Some(News { kind, id: me });
        if let Message::Elected(leader, number) = message {
            if leader == me {
                cx.cite(DONE);
            } else {
                cx.cite(FOLLOW);
                self.follow(leader, number, config, cx);
            }
        }
        if send == Some(news) {
            if news.kind == Kind::Election {
                cx.cite(PASS);
                if participant {
                    self.take_part(config, cx);
                }
            }
            self.pass(message, cx);
        } else if own(Kind::Elected) {
            cx.cite(WIN);
            self.lead(config, cx);
        } else if own(Kind::Election) {
            cx.cite(REPLACE);
            cx.note(Note::Refuse(news.id, self.stable.highest));
            self.stand(config, cx);
        } else if let Some(other) = send {
            self.pass(other.with(self.stable.highest), cx);
        } else if news.kind == Kind::Election {
            cx.cite(EXTINGUISH);
            cx.note(Note::Refuse(news.id, self.stable.highest));
        }
        self.participant = participant;
        if !participant {
            cx.cancel_timer(Timer::Retry);
        }
    }
}

impl News {
    fn with(self, number: crate::ids::Token) -> Message {
        match self.kind {
            Kind::Election => Message::Election(self.id),
            Kind::Elected => Message::Elected(self.id, number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let news = News { kind: Kind::Election, id: NodeId(4) };
        let question = ComesBy { me: NodeId(2), participant: false, news, nodes: 5 };
        assert_eq!(question.arguments(), json!([2, false, {"kind": "ELECTION", "id": 4}]));
        let onward = Onward { send: Some(news), participant: true };
        let answer = json!({"send": {"kind": "ELECTION", "id": 4}, "participant": true});
        assert_eq!(question.hear(&answer), Some(onward));
        let nothing = json!({"send": null, "participant": false});
        assert_eq!(question.hear(&nothing), Some(question.otherwise()));
        for useless in [
            json!(null),
            json!({"send": null}),
            json!({"send": {"kind": "ELECTION", "id": 5}, "participant": true}),
            json!({"send": {"kind": "OK", "id": 4}, "participant": true}),
        ] {
            assert_eq!(question.hear(&useless), None, "{useless}");
        }
    }
}
