//! An election of somebody's own on trial: levels of faults, each with the claims that must hold
//! in it; runs that ask the code outside between the two halves of every step; and what came of
//! them.
//!
//! Reading order: [`level`] draws the scenario of a seed. [`live`] is a run whose nodes' code is
//! asked outside, within `limits`; [`words`] is what it asks and what it takes for an answer.
//! [`fare`] says from
//! the records of a run, whoever made it, which claim fell and how it fared. [`smaller`] says
//! what to try to make a failing run shorter.

pub mod fare;
pub mod level;
mod limits;
pub mod live;
pub mod smaller;
pub mod words;

pub use fare::{Fare, Fell, fare, fare_of};
pub use level::Level;
pub use live::Live;
pub use smaller::{shortened, smaller};
