//! Whom a Sentinel suspects, if that is decided elsewhere.
//!
//! By the rule it suspects a master that is silent for `down_after_ms`. Whoever decides in its
//! place is asked whenever a server answers, and when that time is over. With 1 ms more than three
//! times [`PING`], the third answer that does not come makes the suspicion in both.

use super::config::Config;
use super::watcher::Watcher;
use super::{PING, Sentinel, Timer};
use crate::elsewhere::Question;
use crate::ids::NodeId;
use crate::protocol::Context;
use crate::time::Span;
use serde::Deserialize;
use serde_json::{Value, json};

/// How many answers of a server it remembers: enough to tell the latest from the others.
const REMEMBERED: usize = 6;

/// Who was heard, and when: all that may decide on whom to suspect. Times are whole milliseconds
/// since the Sentinel was started.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Silence {
    /// The servers.
    pub peers: Vec<NodeId>,
    /// Their answers, the latest first.
    pub heartbeats: Vec<Heartbeat>,
    /// How often they are asked to answer.
    pub period: Span,
    /// The present.
    pub now: u64,
}

/// An answer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Heartbeat {
    /// Whose.
    pub from: NodeId,
    /// When it came.
    pub at: u64,
}

/// `suspects(peers, heartbeats, period, now)`.
impl Question for Silence {
    type Decision = Vec<NodeId>;

    const OTHERWISE: &'static str = "nobody is suspected";

    fn arguments(&self) -> Value {
        let heard = |heard: &Heartbeat| json!({ "from": heard.from, "at": heard.at });
        let heartbeats: Vec<Value> = self.heartbeats.iter().map(heard).collect();
        json!([self.peers, heartbeats, self.period, self.now])
    }

    fn hear(&self, answer: &Value) -> Option<Vec<NodeId>> {
        let suspects = Vec::<NodeId>::deserialize(answer).ok()?;
        suspects.iter().all(|suspect| self.peers.contains(suspect)).then_some(suspects)
    }

    fn otherwise(&self) -> Vec<NodeId> {
        Vec::new()
    }
}

impl Watcher {
    /// A server has answered. Whether the master is suspected, if that is decided elsewhere and
    /// the answer is known.
    pub(super) fn told_after(
        &mut self,
        from: NodeId,
        config: &Config,
        cx: &Context<'_, Sentinel>,
    ) -> Option<bool> {
        config.suspects.as_ref()?;
        let at = self.uptime(cx);
        self.heartbeats.insert(0, Heartbeat { from, at });
        let of_it = |heard: &Heartbeat| heard.from == from;
        if self.heartbeats.iter().filter(|heard| of_it(heard)).count() > REMEMBERED
            && let Some(oldest) = self.heartbeats.iter().rposition(of_it)
        {
            self.heartbeats.remove(oldest);
        }
        self.told_of_silence(config, cx)
    }

    /// Whether the master is suspected now.
    pub(super) fn told_of_silence(
        &self,
        config: &Config,
        cx: &Context<'_, Sentinel>,
    ) -> Option<bool> {
        let asked = config.suspects.as_ref()?;
        let suspects = asked.ask(Silence {
            peers: config.servers(cx.nodes()).collect(),
            heartbeats: self.heartbeats.clone(),
            period: PING,
            now: self.uptime(cx),
        })?;
        Some(suspects.contains(&self.opinion.master))
    }

    fn uptime(&self, cx: &Context<'_, Sentinel>) -> u64 {
        cx.clock().since(self.booted).as_micros() / 1000
    }

    /// Takes the master for down, or no longer.
    pub(super) fn suspect_as_told(
        &mut self,
        suspects: bool,
        config: &Config,
        cx: &mut Context<'_, Sentinel>,
    ) {
        if !suspects {
            self.is_down = false;
            cx.cancel_timer(Timer::Ask);
        } else if !self.is_down {
            self.silence(config, cx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let heartbeat = Heartbeat { from: NodeId(4), at: 900 };
        let silence = Silence {
            peers: vec![NodeId(3), NodeId(4)],
            heartbeats: vec![heartbeat],
            period: PING,
            now: 1200,
        };
        assert_eq!(silence.arguments(), json!([[3, 4], [{"from": 4, "at": 900}], 1000, 1200]));
        assert_eq!(silence.hear(&json!([4])), Some(vec![NodeId(4)]));
        for useless in [json!(null), json!([5]), json!(["4"]), json!({"4": true})] {
            assert_eq!(silence.hear(&useless), None, "{useless}");
        }
    }
}
