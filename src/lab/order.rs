//! What can be asked of the workbench.

use super::chart::Lens;
use super::past::Mark;
use crate::session::Command;
use election_engine::ids::NodeId;
use election_engine::predicate::EventPattern;
use election_engine::trace::RecordId;

/// What can be done on the workbench.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// What can be done on every stage.
    Stage(Command),
    /// To the next or the previous mark of a kind.
    Jump(Mark, Side),
    /// On until something happens.
    Until(Condition),
    /// Show a record: the instant right after it.
    Pick(RecordId),
    /// Another future.
    Switch(usize),
    /// Forget a future. The one in view stays.
    Delete(usize),
    /// Say in which record two futures part.
    Compare(usize, usize),
    /// Back to what was here before another set-up took its place.
    TakeBack,
    /// Whether a violation stops the run.
    StopAtViolation(bool),
    /// How the diagram of the past looks.
    Look(Lens),
    /// Nothing; what lags behind catches up.
    Settle,
}

/// Which way in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Back.
    Before,
    /// On.
    After,
}

/// What a run can be played on to.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Somebody starts to lead, or stops.
    LeaderChanges,
    /// This node leads.
    Leads(NodeId),
    /// A claim does not hold.
    Violation,
    /// Something like this happens.
    Event(EventPattern),
}
