//! Small bridges from the browser to components.

mod address;
mod animation;
mod escape;
mod focus;
mod media;
mod turns;

pub use address::use_address_changes;
pub use animation::use_animation;
pub use escape::use_escape;
pub use focus::{use_focus_after, use_focus_kept};
pub use media::use_media;
pub use turns::{Same, use_turns};
