//! The algorithms, one file each, and the list of them.

pub mod bully;
pub mod raft;
pub mod registry;
