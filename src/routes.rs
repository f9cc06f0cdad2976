//! Where one can be in the lab. Behind a `#`, so that any static host will do.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The way in: `#/`.
    Home,
    /// One of the nine steps: `#/step/<slug>`.
    Step(String),
    /// Where the facts come from: `#/sources`, or one of them: `#/sources/<id>`.
    Sources(Option<String>),
    /// The algorithms: `#/systems`, or one of them: `#/systems/<name>`.
    Systems(Option<String>),
    /// The workbench: `#/lab`. What follows a `?` is the workbench's own affair.
    Lab,
    /// The challenges: `#/challenges`, or one of them: `#/challenges/<slug>`.
    Challenges(Option<String>),
    /// The experiments: `#/experiments`, or one of them: `#/experiments/<slug>`, with dials behind
    /// a `?`.
    Experiments(Option<String>),
    /// Exhaustive search: `#/prove`, with a question behind a `?`.
    Prove,
    /// A place that does not exist.
    Nowhere,
}

impl Route {
    /// The place that an address means, from its `#` on.
    pub fn of(hash: &str) -> Route {
        let path = hash.trim_start_matches('#').split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts[..] {
            [] => Route::Home,
            ["step", slug] => Route::Step(slug.to_owned()),
            ["sources"] => Route::Sources(None),
            ["sources", id] => Route::Sources(Some(id.to_owned())),
            ["lab"] => Route::Lab,
            ["systems"] => Route::Systems(None),
            ["systems", name] => Route::Systems(Some(name.to_owned())),
            ["challenges"] => Route::Challenges(None),
            ["challenges", slug] => Route::Challenges(Some(slug.to_owned())),
            ["experiments"] => Route::Experiments(None),
            ["experiments", slug] => Route::Experiments(Some(slug.to_owned())),
            ["prove"] => Route::Prove,
            _ => Route::Nowhere,
        }
    }
}

/// The place in the address bar, now and whenever it changes.
#[hook]
pub fn use_route() -> Route {
    let route = use_state_eq(here);
    {
        let route = route.setter();
        use_effect_with((), move |()| {
            let changed = Closure::<dyn Fn()>::new(move || route.set(here()));
            if let Some(window) = web_sys::window() {
                window.set_onhashchange(Some(changed.as_ref().unchecked_ref()));
            }
            // The page listens for as long as it is open.
            changed.forget();
        });
    }
    (*route).clone()
}

fn here() -> Route {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Route::of(&hash.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_places() {
        for start in ["", "#", "#/", "#/?from=mail"] {
            assert_eq!(Route::of(start), Route::Home, "{start}");
        }
        assert_eq!(Route::of("#/step/quiz"), Route::Step("quiz".into()));
        assert_eq!(Route::of("#/step/quiz/"), Route::Step("quiz".into()));
        assert_eq!(Route::of("#/sources"), Route::Sources(None));
        assert_eq!(Route::of("#/experiments"), Route::Experiments(None));
        let one = Route::of("#/experiments/messages?nodes=7");
        assert_eq!(one, Route::Experiments(Some("messages".into())));
        assert_eq!(Route::of("#/prove?ask=%7B%7D"), Route::Prove);
        assert_eq!(Route::of("#/sources/raft-paper"), Route::Sources(Some("raft-paper".into())));
        for bench in ["#/lab", "#/lab?s=eJw", "#/lab?embed=1"] {
            assert_eq!(Route::of(bench), Route::Lab, "{bench}");
        }
        assert_eq!(Route::of("#/systems/raft"), Route::Systems(Some("raft".into())));
        assert_eq!(Route::of("#/challenges"), Route::Challenges(None));
        assert_eq!(Route::of("#/challenges/a"), Route::Challenges(Some("a".into())));
        for nowhere in ["#/step", "#/steps/quiz", "#/step/quiz/3", "#/<script>"] {
            assert_eq!(Route::of(nowhere), Route::Nowhere, "{nowhere}");
        }
    }
}
