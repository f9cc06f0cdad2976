//! The algorithms, one file each, and the list of them.

pub mod bully;
pub mod cassandra;
pub mod chang_roberts;
pub mod database_lock;
mod declare;
pub mod electorate;
pub mod epoch_log;
pub mod etcd;
pub mod hdfs;
pub mod history;
pub mod kafka_controller;
pub mod kafka_partition;
pub mod kraft;
pub mod kubernetes;
pub mod mongodb;
pub mod paxos;
pub mod raft;
pub mod redlock;
pub mod registry;
pub mod ring_list;
pub mod sentinel;
pub mod single_node;
pub mod written;
pub mod zab;
pub mod zookeeper_lock;
mod zookeeper_session;
