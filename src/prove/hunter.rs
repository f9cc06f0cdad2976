//! The worker's side of a hunt, which says how far it is a few times a second.

use crate::worker::PATIENCE;
use election_engine::scenario::Scenario;
use election_engine::swarm::hunt::{Hunt, Hunter};
use serde::{Deserialize, Serialize};

/// What a hunt says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// How many runs were looked at.
    pub tried: u32,
    /// How long it has taken, in milliseconds.
    pub took: f64,
    /// How far it is, or what came of it.
    pub sentence: String,
    /// It is over.
    pub is_over: bool,
    /// The run that was found.
    pub caught: Option<Scenario>,
}

/// A hunt in a worker.
pub struct Hunting {
    hunter: Hunter,
    begun: f64,
}

impl Hunting {
    /// Begins a hunt.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn new(hunt: Hunt) -> Result<Hunting, String> {
        Ok(Hunting { hunter: Hunter::new(hunt)?, begun: js_sys::Date::now() })
    }

    /// Hunts for a moment, and says how far it is.
    pub fn go_on(&mut self) -> Said {
        let until = js_sys::Date::now() + PATIENCE;
        while self.hunter.advance() && js_sys::Date::now() < until {}
        Said {
            tried: self.hunter.tried(),
            took: js_sys::Date::now() - self.begun,
            sentence: self.hunter.sentence(),
            is_over: !self.is_running(),
            caught: self.hunter.caught().cloned(),
        }
    }

    /// Whether there is more to look at.
    pub fn is_running(&self) -> bool {
        self.hunter.is_running()
    }
}
