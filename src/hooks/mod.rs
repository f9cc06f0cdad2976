//! Small bridges from the browser to components.

mod animation;
mod focus;
mod media;

pub use animation::use_animation;
pub use focus::use_focus_after;
pub use media::use_media;
