//! The fields of questions and hunts.

use election_engine::protocols::registry::ProtocolConfig;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What was chosen from a list.
pub fn chosen(event: &Event) -> String {
    let select: HtmlSelectElement = event.target_unchecked_into();
    select.value()
}

/// A field with a list to choose from.
pub fn choice(
    name: &'static str,
    title: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    chosen: &str,
    onchange: Callback<Event>,
) -> Html {
    html! {
        <label>
            <span>{title}</span>
            <select {onchange} data-testid={format!("ask-{name}")}>
                { for choices.into_iter().map(|(value, text)| html! {
                    <option key={value} {value} selected={value == chosen}>{text}</option>
                }) }
            </select>
        </label>
    }
}

/// The rule that is switched off; empty if none is.
pub fn broken(protocol: &ProtocolConfig) -> String {
    let switches = protocol.info().switches.iter();
    let is_off = |name: &&str| {
        let mut other = protocol.clone();
        other.switch_off(name) && other == *protocol
    };
    switches.map(|switch| switch.name).find(is_off).unwrap_or_default().to_owned()
}
