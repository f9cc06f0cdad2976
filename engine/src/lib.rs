//! A deterministic simulator for leader election.
//!
//! ```text
//!   Scenario ──► Simulation ──── wakes ────► Protocol (a process)
//!                 │  ▲  clock, queue,           │ event in,
//!     records     │  │  network, store          │ effects out
//!                 ▼  └──────── commits ◄────────┘
//!               Trace ──► checks, predicates, NDJSON
//!                 │
//!   Timeline: checkpoints, seek, step back, fork ──► Snapshot ──► views
//! ```
//!
//! The same scenario gives the same trace, byte for byte, on every machine: no hash map is
//! iterated, no float takes part, randomness comes from seeded streams, and ties are broken by
//! the order in which things were asked for. The crate knows nothing of the web, of threads or
//! of the time of day; its list of dependencies proves it.

pub mod action;
pub mod checks;
pub mod elsewhere;
pub mod experiments;
pub mod explore;
pub mod ids;
pub mod ndjson;
pub mod predicate;
pub mod protocol;
pub mod protocols;
pub mod rng;
pub mod run;
pub mod scenario;
pub mod simulation;
pub mod snapshot;
pub mod store;
pub mod swarm;
pub mod time;
pub mod timeline;
pub mod trace;
pub mod trial;
pub mod view;
mod window;
