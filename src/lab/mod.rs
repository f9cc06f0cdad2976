//! The workbench: any algorithm, any cluster, any fault, any moment, and a link to it.

mod author;
mod author_view;
mod bench;
mod branch;
mod branches;
mod breaking;
pub mod browser;
mod chart;
mod clocks;
mod compare;
mod deeds;
mod draft;
mod embed;
mod events;
mod export;
mod inspector;
mod link;
mod mail;
mod majority;
mod matrix;
mod past;
mod picture;
mod race;
mod race_view;
mod search;
mod send;
mod setup;
mod shortcuts;
mod spacetime;
mod time;
mod view;
mod warnings;
mod watch;
mod workbench;

pub use send::link_to;
pub use workbench::Workbench;
