//! Vector clocks, computed from what each record follows from.

use election_engine::run::Entry;
use election_engine::trace::EventKind;

/// The clocks of all members, and of every record so far, because a message carries the clock
/// of its sending.
pub struct VectorClocks {
    members: Vec<Vec<u64>>,
    records: Vec<Vec<u64>>,
}

impl VectorClocks {
    /// All at zero.
    pub fn new(members: usize) -> VectorClocks {
        VectorClocks { members: vec![vec![0; members]; members], records: Vec::new() }
    }

    /// The clock of the next record, which must come in order.
    pub fn tick(&mut self, entry: &Entry) -> &[u64] {
        let own = entry.node.index();
        // Only an arrival carries something from another member: a message that is lost, or a
        // link that is cut, tells nobody anything.
        if entry.kind == EventKind::Deliver
            && let Some(sent) = entry.cause.and_then(|id| self.records.get(id.0 as usize))
        {
            for (mine, theirs) in self.members[own].iter_mut().zip(sent) {
                *mine = (*mine).max(*theirs);
            }
        }
        self.members[own][own] += 1;
        self.records.push(self.members[own].clone());
        &self.members[own]
    }
}
