//! What the nodes of a run may do before it is stopped: neither messages nor timers may go on
//! without end, or no run would come to its own.

use crate::ids::NodeId;
use crate::time::SimTime;

/// The most messages that the nodes of a run may send, all together.
const MOST_MESSAGES: u32 = 10_000;
/// The most messages that may be on their way at once.
const MOST_UNDER_WAY: usize = 1000;
/// The most often that the nodes of a run may be woken, all together.
const MOST_TURNS: u32 = 20_000;
/// The most often that a node may be woken within a second of the run.
const MOST_IN_A_SECOND: u32 = 1000;

/// How much the nodes of a run have done.
#[derive(Clone, Debug)]
pub struct Counts {
    /// How many messages each node has sent.
    sent: Vec<u32>,
    /// How many times each was woken.
    turns: Vec<u32>,
    /// How many times each was woken within the second, counted from 0, in which it was last.
    lately: Vec<(u64, u32)>,
}

impl Counts {
    /// Of so many nodes, nothing yet.
    pub fn new(nodes: u8) -> Counts {
        let nodes = usize::from(nodes);
        Counts { sent: vec![0; nodes], turns: vec![0; nodes], lately: vec![(0, 0); nodes] }
    }

    /// A node was woken.
    pub fn woken(&mut self, node: NodeId, at: SimTime) {
        self.turns[node.index()] += 1;
        let second = at.as_ms() / 1000;
        let (last, times) = self.lately[node.index()];
        self.lately[node.index()] = (second, if last == second { times + 1 } else { 1 });
    }

    /// A node has sent a message.
    pub fn sent(&mut self, node: NodeId) {
        self.sent[node.index()] += 1;
    }

    /// Which node does too much, and what, to follow "node 3"; if one does.
    pub fn excess(&self, under_way: usize) -> Option<(NodeId, String)> {
        let (talker, sent) = busiest(&self.sent);
        if under_way > MOST_UNDER_WAY {
            let what = format!(
                "floods the network: it has sent {sent} messages, and at most {MOST_UNDER_WAY} of all nodes may be on their way at once"
            );
            return Some((talker, what));
        }
        if self.sent.iter().sum::<u32>() > MOST_MESSAGES {
            let what = format!(
                "floods the network: it has sent {sent} messages, and all nodes together may send {MOST_MESSAGES} in a run"
            );
            return Some((talker, what));
        }
        let lately: Vec<u32> = self.lately.iter().map(|(_, times)| *times).collect();
        let (hasty, times) = busiest(&lately);
        if times > MOST_IN_A_SECOND {
            let what = format!(
                "was woken {times} times within a second: a timer or an answer comes too soon"
            );
            return Some((hasty, what));
        }
        let (sleepless, turns) = busiest(&self.turns);
        (self.turns.iter().sum::<u32>() >= MOST_TURNS).then(|| {
            let what = format!(
                "was woken {turns} times in this run, and all nodes together may be woken {MOST_TURNS} times: a timer or an answer comes too soon"
            );
            (sleepless, what)
        })
    }
}

/// The first of those with the highest count, and that count.
fn busiest(counts: &[u32]) -> (NodeId, u32) {
    let most = counts.iter().copied().max().unwrap_or(0);
    let node = counts.iter().position(|count| *count == most).unwrap_or(0);
    (NodeId::from_index(node), most)
}
