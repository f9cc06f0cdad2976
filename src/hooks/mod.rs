//! Small bridges from the browser to components.

mod animation;
mod media;

pub use animation::use_animation;
pub use media::use_media;
