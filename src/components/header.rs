//! Title, progress, and how the page looks and moves.

use crate::course::lesson;
use crate::progress::{Done, Status};
use crate::settings::{Motion, Theme};
use crate::state::Lab;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The top of every page.
pub fn show(lab: &Lab) -> Html {
    let course = lesson();
    let progress = lab.progress();
    let done = progress.steps_done(&course);
    let (status, name) = match progress.status(&course) {
        Status::NotStarted => ("Not started", "not-started"),
        Status::InProgress => ("In progress", "in-progress"),
        Status::Completed => ("Completed", "completed"),
    };
    let ontheme = lab
        .done()
        .reform(|event: Event| Done::Theme(Theme::named(&chosen(&event)).unwrap_or_default()));
    let onmotion = lab
        .done()
        .reform(|event: Event| Done::Motion(Motion::named(&chosen(&event)).unwrap_or_default()));
    let settings = progress.settings;
    html! {
        <header class="top">
            <a href="#/" class="title">{"Election Lab"}</a>
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
