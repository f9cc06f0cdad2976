//! What a Sentinel does next about a master that is down, if that is decided elsewhere.

use super::config::Config;
use super::failover::Failover;
use super::watcher::Watcher;
use super::{COUNT, OPINION, Sentinel};
use crate::elsewhere::Question;
use crate::protocol::Context;
use crate::time::Span;
use serde::Deserialize;
use serde_json::{Value, json};

/// A Sentinel cannot reach the master: all that may decide on what it does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outlook {
    /// How many Sentinels there are.
    pub sentinels: u32,
    /// The setting.
    pub quorum: u32,
    /// How many of them take the master for down, the asker included.
    pub says_down: u32,
    /// How many votes it has, if it stands.
    pub votes: Option<u32>,
    /// How long ago it stood or voted for another, in milliseconds; nothing if it never did for
    /// this master. Redis puts a random part of a second on top of its wait; here that part is
    /// left out of the time that has passed.
    pub since_last: Option<u64>,
    /// The setting.
    pub failover_timeout: Span,
}

/// What a Sentinel does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Step {
    /// Nothing yet.
    #[serde(rename = "wait")]
    Wait,
    /// It asks for votes.
    #[serde(rename = "stand")]
    Stand,
    /// It promotes a replica.
    #[serde(rename = "fail over")]
    FailOver,
}

/// `nextStep(view)`.
impl Question for Outlook {
    type Decision = Step;

    const OTHERWISE: &'static str = "that counts as \"wait\"";

    fn arguments(&self) -> Value {
        json!([{
            "sentinels": self.sentinels,
            "quorum": self.quorum,
            "saysDown": self.says_down,
            "votes": self.votes,
            "sinceLast": self.since_last,
            "failoverTimeout": self.failover_timeout,
        }])
    }

    fn hear(&self, answer: &Value) -> Option<Step> {
        Step::deserialize(answer).ok()
    }

    fn otherwise(&self) -> Step {
        Step::Wait
    }
}

impl Watcher {
    /// What was decided elsewhere, if this is and the answer is known. Who reaches the master
    /// has nothing to ask.
    pub(super) fn told(&self, config: &Config, cx: &Context<'_, Sentinel>) -> Option<Step> {
        let asked = config.next_step.as_ref().filter(|_| self.is_down)?;
        let (now, timeout) = (cx.clock(), config.failover_timeout_ms);
        let rest = timeout.times(2).as_micros() / 1000;
        let since = self.tried.map(|tried| now.since(tried).as_micros() / 1000);
        asked.ask(Outlook {
            sentinels: config.sentinels(cx.nodes()).count() as u32,
            quorum: config.quorum,
            says_down: self.down(now).len(),
            votes: (self.failover == Failover::Electing).then(|| self.votes_for(self.me).len()),
            since_last: since.map(|since| match self.waits {
                true => since.min(rest.saturating_sub(1)),
                false => since.max(rest),
            }),
            failover_timeout: timeout,
        })
    }

    /// Begins a failover or goes on with it, to the letter.
    pub(super) fn do_as_told(
        &mut self,
        step: Step,
        config: &Config,
        cx: &mut Context<'_, Sentinel>,
    ) {
        let stands = self.failover == Failover::Electing;
        match step {
            Step::Wait if !stands => cx.cite(OPINION),
            Step::Stand if !stands => self.stand(config, cx),
            Step::Wait | Step::Stand => cx.cite(COUNT),
            Step::FailOver => {
                // A failover has an epoch, asked for or not.
                if !stands {
                    self.stand(config, cx);
                }
                if self.failover == Failover::Electing {
                    self.elected(config, cx);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let outlook = Outlook {
            sentinels: 5,
            quorum: 2,
            says_down: 3,
            votes: None,
            since_last: Some(7000),
            failover_timeout: Span::new(60_000),
        };
        assert_eq!(
            outlook.arguments(),
            json!([{
                "sentinels": 5,
                "quorum": 2,
                "saysDown": 3,
                "votes": null,
                "sinceLast": 7000,
                "failoverTimeout": 60000,
            }])
        );
        assert_eq!(outlook.hear(&json!("fail over")), Some(Step::FailOver));
        for useless in [json!(null), json!("failover"), json!(true)] {
            assert_eq!(outlook.hear(&useless), None, "{useless}");
        }
    }
}
