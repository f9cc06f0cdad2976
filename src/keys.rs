//! Keys that mean the same everywhere.

use yew::KeyboardEvent;

/// Whether a key presses what has the focus: Enter or the space bar. Keeps the page from
/// scrolling.
pub fn activates(event: &KeyboardEvent) -> bool {
    let pressed = matches!(event.key().as_str(), "Enter" | " ");
    if pressed {
        event.prevent_default();
    }
    pressed
}
