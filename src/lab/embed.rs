//! The workbench in a frame of another page, and links that are opened while it is there.

use super::browser::{asked, asked_by, document};
use crate::hooks;
use yew::prelude::*;

/// Whether only the picture and its controls are asked for. The page around it hides then.
#[hook]
pub fn use_embedded() -> bool {
    let wanted = || asked("embed").is_some_and(|value| value != "0");
    let embedded = use_state_eq(wanted);
    {
        let embedded = embedded.setter();
        hooks::use_address_changes(Callback::from(move |_| embedded.set(wanted())));
    }
    let embedded = *embedded;
    use_effect_with(embedded, |embedded| {
        let root = document().and_then(|document| document.document_element());
        if let (Some(root), true) = (&root, *embedded) {
            let _ = root.set_attribute("data-embed", "1");
        }
        move || {
            if let Some(root) = root {
                let _ = root.remove_attribute("data-embed");
            }
        }
    });
    embedded
}

/// Tells of another link in the address bar.
#[hook]
pub fn use_link_changes(changed: Callback<()>) {
    hooks::use_address_changes(Callback::from(move |before: String| {
        let now = asked("s");
        // What else stands in the address may change without another link.
        if now.is_some() && now != asked_by(&before, "s") {
            changed.emit(());
        }
    }));
}
