//! What is asked of a node's code, and what it answers.

use crate::ids::NodeId;
use crate::time::SimTime;
use serde::Deserialize;
use std::rc::Rc;

/// A question to the code of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Whose code.
    pub node: NodeId,
    /// How many nodes the cluster is configured with.
    pub nodes: u8,
    /// What that node's clock shows.
    pub clock: SimTime,
    /// What happens to it.
    pub asked: Asked,
}

/// What happens to a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// It starts, with this on its disk; empty if nothing was written.
    Boot(String),
    /// A message arrives: from whom, and its text.
    Message(NodeId, Rc<str>),
    /// A timer runs out, by its name.
    Timer(&'static str),
    /// The store refused its write, because it had seen this number.
    Refused(u64),
}

/// Something that a node's code wishes. Nothing in it is trusted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// To whom, the text, the word for its kind, the number that it carries.
    Send(u64, String, String, u64),
    /// A timer's name, the certain part and the most that chance may add, in milliseconds.
    Timer(String, f64, f64),
    /// A timer's name.
    Cancel(String),
    /// What is written to the disk.
    Disk(String),
    /// It holds an election with this number.
    Stand(u64),
    /// It leads with this number.
    Lead(u64),
    /// It no longer leads.
    StepDown,
    /// It follows a node, or nobody, with this number.
    Follow(Option<u64>, u64),
}
