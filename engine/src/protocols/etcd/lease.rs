//! What etcd keeps: leases and their keys, in line.

use super::config::{Broken, Config};
use crate::ids::NodeId;
use crate::time::SimTime;

/// The id of a lease. A key's name is made from it.
pub type LeaseId = u64;

/// etcd's counter of changes.
pub type Revision = u64;

/// A lease as etcd keeps it, with its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// Whose session it is.
    pub node: NodeId,
    /// The create revision of its key, if it has one.
    pub key: Option<Revision>,
    /// When it runs out, by etcd's count of time. Not on disk: see rule 9.
    pub expires: SimTime,
}

/// What survives a crash, at etcd.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// How many leases it has granted.
    pub granted: u64,
    /// The revision of its latest change.
    pub revision: Revision,
    /// The leases that live.
    pub leases: Vec<Lease>,
}

impl Stable {
    /// The state of a run that begins with everybody in line, in the order of ids.
    pub(super) fn settled(nodes: u8) -> Stable {
        let mut stable = Stable { revision: 1, ..Stable::default() };
        for node in NodeId::all(nodes - 1) {
            let id = stable.next_lease(node);
            stable.revision += 1;
            let key = Some(stable.revision);
            stable.leases.push(Lease { id, node, key, expires: SimTime::ZERO });
        }
        stable
    }

    /// The id of the next lease: a number of the member that the client talks to, and a count.
    pub(super) fn next_lease(&mut self, node: NodeId) -> LeaseId {
        self.granted += 1;
        let member = u64::from(2 - node.0 % 3);
        member << 32 | self.granted
    }

    /// The lease with this id.
    fn at(&self, id: LeaseId) -> Option<&Lease> {
        self.leases.iter().find(|lease| lease.id == id)
    }

    /// Whether the key of this lease is still the one that was created at this revision.
    pub(super) fn has_key(&self, id: LeaseId, revision: Revision) -> bool {
        self.at(id).is_some_and(|lease| lease.key == Some(revision))
    }

    /// The owner of the first key in line, and the key's create revision.
    pub(super) fn first(&self, config: &Config) -> Option<(NodeId, Revision)> {
        let keys = self.leases.iter().filter_map(|lease| Some((place(lease, config)?, lease)));
        let (_, first) = keys.min_by_key(|(place, _)| *place)?;
        Some((first.node, first.key?))
    }

    /// The key to wait for if one's own was created at this revision and with this lease; none if
    /// one is to lead. Whose own key is gone is not told so: the source does not look.
    pub(super) fn before(&self, id: LeaseId, key: Revision, config: &Config) -> Option<Revision> {
        let mine = if config.keeps(Broken::ComparesKeys) { key } else { id };
        let keys = self.leases.iter().filter_map(|lease| Some((place(lease, config)?, lease.key)));
        let older = keys.filter(|(place, _)| *place < mine);
        let (_, key) = match config.keeps(Broken::Herd) {
            true => older.max_by_key(|(place, _)| *place)?,
            false => older.min_by_key(|(place, _)| *place)?,
        };
        key
    }
}

/// The place in line of a lease's key, if it has one.
fn place(lease: &Lease, config: &Config) -> Option<u64> {
    match config.keeps(Broken::ComparesKeys) {
        true => lease.key,
        false => lease.key.map(|_| lease.id),
    }
}
