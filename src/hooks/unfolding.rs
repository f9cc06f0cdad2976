//! Building something large piece by piece, so that the page never stops for it.

use super::use_animation;
use yew::prelude::*;

/// How many of `pieces` are to be shown: one at first, and one more with each frame.
#[hook]
pub fn use_unfolding(pieces: usize) -> usize {
    let shown = use_state_eq(|| 1);
    let on_frame = {
        let shown = shown.clone();
        Callback::from(move |_| shown.set(*shown + 1))
    };
    use_animation(*shown < pieces, on_frame);
    (*shown).min(pieces)
}
