//! The frame around every page.

use crate::components::{glossary, header, rail};
use crate::pages;
use crate::routes::use_route;
use crate::settings::Settings;
use crate::state::{LabProvider, use_lab};
use yew::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    html! {
        <LabProvider>
            <Frame />
        </LabProvider>
    }
}

#[component]
fn Frame() -> Html {
    let lab = use_lab();
    let route = use_route();
    use_effect_with(lab.progress().settings, |settings| show_settings(*settings));
    {
        let first = use_mut_ref(|| true);
        use_effect_with(route.clone(), move |route| {
            pages::arrive(route, first.replace(false));
        });
    }
    html! {
        <>
            <a class="skip" href="#main" onclick={|event: MouseEvent| { event.prevent_default(); pages::focus_heading(); }}>{"Skip to the text"}</a>
            {header::show(&lab)}
            if let Some(notice) = lab.notice {
                <p class="notice" role="status" data-testid="storage-notice">{notice.sentence()}</p>
            }
            <div class="page">
                {rail::show(&lab, &route)}
                <main id="main">{pages::show(&lab, &route)}</main>
            </div>
            {glossary::popovers()}
        </>
    }
}

/// The choices stand on the root element, where the styles look for them, and `page/boot.js`
/// puts them there before the page is shown.
fn show_settings(settings: Settings) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", settings.theme.name());
        let _ = root.set_attribute("data-motion", settings.motion.name());
    }
}
