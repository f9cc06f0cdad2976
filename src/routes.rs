//! Where one can be in the lab. Behind a `#`, so that any static host will do.

use yew_router::Routable;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// The way in.
    #[at("/")]
    Home,
    /// One of the nine steps.
    #[at("/step/:slug")]
    Step {
        /// Which.
        slug: String,
    },
    /// Where the facts come from.
    #[at("/sources")]
    Sources,
    /// One of the sources, in the list of all.
    #[at("/sources/:id")]
    Source {
        /// Which.
        id: String,
    },
    /// A place that does not exist.
    #[not_found]
    #[at("/not-found")]
    NotFound,
}
