//! Pieces of the page.

pub mod blocks;
pub mod capstone;
pub mod challenge;
pub mod challenges;
pub mod cluster_runs;
pub mod code_runner;
pub mod editor;
pub mod experiments;
pub mod glossary;
pub mod header;
pub mod live;
pub mod number;
pub mod question;
pub mod quiz;
pub mod rail;
pub mod warm_up;
