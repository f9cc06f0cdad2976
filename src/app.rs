//! The frame around every page.

use crate::components::glossary::Popovers;
use crate::components::header::Header;
use crate::components::rail::Rail;
use crate::pages;
use crate::progress::Theme;
use crate::routes::Route;
use crate::state::{LabProvider, use_lab};
use yew::prelude::*;
use yew_router::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    html! {
        <LabProvider>
            <HashRouter>
                <Frame />
            </HashRouter>
        </LabProvider>
    }
}

#[component]
fn Frame() -> Html {
    let lab = use_lab();
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    let theme = lab.progress().settings.theme;
    use_effect_with(theme, |theme| set_theme(*theme));
    {
        let first = use_mut_ref(|| true);
        use_effect_with(route.clone(), move |route| {
            pages::arrive(route, first.replace(false));
        });
    }
    html! {
        <>
            <a class="skip" href="#main" onclick={|event: MouseEvent| { event.prevent_default(); pages::focus_heading(); }}>{"Skip to the text"}</a>
            <Header />
            if let Some(notice) = lab.notice {
                <p class="notice" role="status" data-testid="storage-notice">{notice.sentence()}</p>
            }
            <div class="page">
                <Rail route={route.clone()} />
                <main id="main">{pages::show(&route)}</main>
            </div>
            <Popovers />
        </>
    }
}

/// The choice stands on the root element, where the styles look for it.
fn set_theme(theme: Theme) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        let name = match theme {
            Theme::System => "system",
            Theme::Paper => "paper",
            Theme::Night => "night",
        };
        let _ = root.set_attribute("data-theme", name);
    }
}
