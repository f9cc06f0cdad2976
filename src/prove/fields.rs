//! The fields of questions and hunts.

use election_engine::protocols::registry::ProtocolConfig;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What a field says, or why that cannot be.
pub fn value_of(event: &Event) -> Result<String, String> {
    let target: HtmlElement = event.target_unchecked_into();
    if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        return Ok(select.value());
    }
    let input: HtmlInputElement = target.unchecked_into();
    let (value, least, most) = (input.value(), input.min(), input.max());
    match value.is_empty() || !input.check_validity() {
        true => Err(format!(
            "{value:?} cannot be searched: expected a whole number from {least} to {most}. What stood there before stands there again."
        )),
        false => Ok(value),
    }
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

/// A field for a whole number.
pub fn number(
    name: &'static str,
    title: &'static str,
    value: u64,
    (least, most): (u64, u64),
    onchange: Callback<Event>,
) -> Html {
    html! {
        <label>
            <span>{title}</span>
            <input
                type="number"
                value={value.to_string()}
                min={least.to_string()}
                max={most.to_string()}
                data-testid={format!("ask-{name}")}
                {onchange}
            />
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
