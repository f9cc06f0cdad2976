//! A run for somebody else: a link, a file, a picture; and runs from somebody else.

use super::bench::Bench;
use super::order::Order;
use super::workbench::Bound;
use super::{browser, export, link, picture};
use crate::session::{Command, REAL_TIME};
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The hash that opens what a bench has in view.
fn hash(bench: &Bench) -> String {
    format!("#/lab?s={}", link::write(bench))
}

/// The hash that opens this run on the workbench, at an instant.
pub fn link_to(scenario: Scenario, at: SimTime) -> String {
    let mut bench = Bench::new(scenario, REAL_TIME);
    // Every instant of a run can be shown.
    let _ = bench.apply(Order::Stage(Command::Seek(at)));
    hash(&bench)
}

/// Puts a link to what is in view into the clipboard and into the address bar.
pub fn copy_link(bench: &Bench, notice: UseStateSetter<Option<String>>) {
    let hash = hash(bench);
    let address = browser::address(&hash);
    if address.len() > link::MOST_CHARACTERS {
        let way = match browser::asked("embed") {
            Some(_) => {
                "Open this page without embed=1: there you can save the scenario file instead."
            }
            None => {
                "Send the scenario file instead: Send, then \"Scenario\". It opens at its first instant."
            }
        };
        notice.set(Some(format!(
            "This run needs a link of {} characters, and mail and chat programs cut links after {}. {way}",
            address.len(),
            link::MOST_CHARACTERS
        )));
        return;
    }
    // In a frame of another page it stays in its frame.
    let framed = browser::asked("embed").map(|value| format!("&embed={value}"));
    browser::show_address(&(hash + &framed.unwrap_or_default()));
    spawn_local(async move {
        notice.set(Some(match browser::copy(address).await {
            Ok(()) => "The link is copied. It opens this set-up, what you did, and this instant."
                .to_owned(),
            Err(sentence) => sentence,
        }));
    });
}

#[derive(Properties, PartialEq)]
pub struct SendProps {
    pub bench: Bound,
    pub dispatch: Callback<Command>,
    pub notice: Callback<Option<String>>,
}

/// The ways out, and the way in.
#[component]
pub fn Send(props: &SendProps) -> Html {
    let shown = use_state_eq(|| None::<String>);
    let problem = use_state_eq(|| None::<String>);
    let copied = use_state_eq(|| None::<String>);
    let oncopy = {
        let (bench, setter, shown) = (props.bench.clone(), copied.setter(), shown.setter());
        Callback::from(move |_: MouseEvent| {
            let bench = bench.0.borrow();
            shown.set(Some(browser::address(&hash(&bench))));
            copy_link(&bench, setter.clone());
        })
    };
    let save = |testid: &'static str,
                label: &'static str,
                name: &'static str,
                kind: &'static str,
                write: fn(&Bench) -> String| {
        let bench = props.bench.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            let text = write(&bench.0.borrow());
            browser::download(name, &text, kind);
        });
        html! { <button type="button" class="button" data-testid={testid} {onclick}>{label}</button> }
    };
    let draw = |testid: &'static str,
                label: &'static str,
                selector: &'static str,
                name: &'static str,
                png: bool| {
        let onclick = Callback::from(move |_: MouseEvent| {
            if png {
                picture::png(selector, name);
            } else if let Some(text) = picture::svg(selector) {
                browser::download(name, &text, "image/svg+xml");
            }
        });
        html! { <button type="button" class="button" data-testid={testid} {onclick}>{label}</button> }
    };
    let onfile = {
        let (dispatch, problem) = (props.dispatch.clone(), problem.setter());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let (dispatch, problem) = (dispatch.clone(), problem.clone());
            spawn_local(async move {
                let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
                match link_or_scenario(&text.unwrap_or_default()) {
                    Ok(command) => {
                        problem.set(None);
                        dispatch.emit(command);
                    }
                    Err(sentence) => problem.set(Some(sentence)),
                }
            });
            input.set_value("");
        })
    };
    html! {
        <div class="send">
            <fieldset>
                <legend>{"A link"}</legend>
                <button type="button" class="button primary" data-testid="copy-link" onclick={oncopy}>{"Copy link"}</button>
                <p class="hint">{"It holds the set-up, what you did, the branch and the instant. Add &embed=1 for the picture alone, as for a slide."}</p>
                <div aria-live="polite" data-testid="copied">
                    if let Some(text) = &*copied { <p class="notice">{text.clone()}</p> }
                </div>
                if let Some(address) = &*shown {
                    <label>{"The address"}<input type="text" readonly=true data-testid="address" value={address.clone()} /></label>
                }
            </fieldset>
            <fieldset>
                <legend>{"Files"}</legend>
                <div class="row">
                    {save("save-scenario", "Scenario (JSON)", "scenario.json", "application/json", |bench| export::scenario(bench.run()))}
                    {save("save-trace", "Trace (NDJSON)", "trace.ndjson", "application/x-ndjson", |bench| export::trace(bench.run()))}
                    {save("save-shiviz", "Log for ShiViz", "shiviz.log", "text/plain", |bench| export::shiviz(bench.run()))}
                </div>
                <div class="row">
                    {draw("save-svg", "Cluster (SVG)", ".bench .diagram", "cluster.svg", false)}
                    {draw("save-png", "Cluster (PNG)", ".bench .diagram", "cluster.png", true)}
                    {draw("save-chart-svg", "Space-time (SVG)", ".space-time svg", "space-time.svg", false)}
                    {draw("save-chart-png", "Space-time (PNG)", ".space-time svg", "space-time.png", true)}
                </div>
                <label>{"Open a scenario file"}<input type="file" accept=".json,application/json" data-testid="open-file" onchange={onfile} /></label>
                if let Some(problem) = &*problem { <p class="notice" role="alert">{problem.clone()}</p> }
            </fieldset>
        </div>
    }
}

fn link_or_scenario(text: &str) -> Result<Command, String> {
    link::open_scenario(text).map(|scenario| Command::Load(Box::new(scenario)))
}
