//! Title, progress, and how the page looks and moves.

use crate::course::course;
use crate::progress::{Done, Motion, Status, Theme};
use crate::routes::Route;
use crate::state::use_lab;
use web_sys::HtmlSelectElement;
use yew::prelude::*;
use yew_router::prelude::*;

/// The top of every page.
#[component]
pub fn Header() -> Html {
    let lab = use_lab();
    let course = course();
    let progress = lab.progress();
    let done = progress.steps_done(&course);
    let (status, name) = match progress.status(&course) {
        Status::NotStarted => ("Not started", "not-started"),
        Status::InProgress => ("In progress", "in-progress"),
        Status::Completed => ("Completed", "completed"),
    };
    let ontheme = lab.done().reform(|event: Event| {
        Done::Theme(match chosen(&event).as_str() {
            "paper" => Theme::Paper,
            "night" => Theme::Night,
            _ => Theme::System,
        })
    });
    let onmotion = lab.done().reform(|event: Event| {
        Done::Motion(match chosen(&event).as_str() {
            "full" => Motion::Full,
            "steps" => Motion::Steps,
            _ => Motion::System,
        })
    });
    let settings = progress.settings;
    html! {
        <header class="top">
            <Link<Route> to={Route::Home} classes="title">{"Election Lab"}</Link<Route>>
            <p class="facts">
                <span class="topic">{"Distributed systems"}</span>
                <span>{"25 min"}</span>
                <span data-testid="progress" aria-label={format!("{done} of {} steps done", course.steps.len())}>{format!("{done}/{}", course.steps.len())}</span>
                <span class="status" data-testid="status" data-status={name}>{status}</span>
            </p>
            <div class="looks">
                <label>
                    <span>{"Look"}</span>
                    <select data-testid="theme" onchange={ontheme}>
                        <option value="system" selected={settings.theme == Theme::System}>{"as the system"}</option>
                        <option value="paper" selected={settings.theme == Theme::Paper}>{"paper"}</option>
                        <option value="night" selected={settings.theme == Theme::Night}>{"night"}</option>
                    </select>
                </label>
                <label>
                    <span>{"Motion"}</span>
                    <select data-testid="motion" onchange={onmotion}>
                        <option value="system" selected={settings.motion == Motion::System}>{"as the system"}</option>
                        <option value="full" selected={settings.motion == Motion::Full}>{"movement"}</option>
                        <option value="steps" selected={settings.motion == Motion::Steps}>{"steps"}</option>
                    </select>
                </label>
            </div>
        </header>
    }
}

fn chosen(event: &Event) -> String {
    let select: HtmlSelectElement = event.target_unchecked_into();
    select.value()
}
