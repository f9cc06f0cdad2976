//! The engine's tests. The same ones run natively and in WebAssembly; since both compare
//! against the same recorded hashes, equal runs on both follow.

mod bully_paper;
mod cassandra;
mod chang_roberts;
mod checks;
mod cluster;
mod damaged_scenarios;
mod database_lock;
mod disk;
mod elsewhere;
mod etcd;
mod experiments;
mod explore;
mod faults;
mod fences;
mod hdfs;
mod kafka_controller;
mod kafka_partition;
mod kraft;
mod kubernetes;
mod measured;
mod message_counts;
mod messages_in_flight;
mod mongodb;
mod mongodb_members;
mod mutants;
#[cfg(not(target_arch = "wasm32"))]
mod mutants_table;
mod ndjson;
mod paxos;
mod predicates;
mod raft;
mod raft_faults;
mod raft_leader;
mod redlock;
mod ring_list;
mod scenario_errors;
mod sentinel;
mod sentinel_tilt;
mod shown;
mod single_node;
mod store_in_a_run;
// Long; that WebAssembly runs the same follows from the others.
#[cfg(not(target_arch = "wasm32"))]
mod swarm;
mod timeline;
mod transcripts;
mod trial;
mod zab;
mod zab_activation;
mod zab_faults;
mod zookeeper_lock;
