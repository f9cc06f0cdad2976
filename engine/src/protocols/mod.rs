//! The algorithms, one file each, and the list of them.

pub mod bully;
pub mod chang_roberts;
pub mod database_lock;
mod declare;
pub mod epoch_log;
pub mod etcd;
pub mod kafka_partition;
pub mod kubernetes;
pub mod mongodb;
pub mod paxos;
pub mod raft;
pub mod registry;
pub mod ring_list;
pub mod sentinel;
pub mod written;
pub mod zab;
pub mod zookeeper_lock;
