//! The set-up form: everything that can be chosen before a run.

use super::draft::{self, Change};
use super::plan::Plan;
use super::warnings::warnings;
use super::workbench::Bound;
use crate::course::{gallery, workshop};
use crate::hooks::use_focus_kept;
use crate::session::Command;
use crate::stage::controls::{checks, chosen};
use crate::stage::transport::selected_value;
use crate::words::whole;
use election_engine::protocols::registry::{ALL, Parameter};
use election_engine::scenario::Scenario;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SetUpProps {
    pub bench: Bound,
    pub dispatch: Callback<Command>,
}

/// The form. Nothing runs anew until it is told to.
#[component]
pub fn SetUp(props: &SetUpProps) -> Html {
    let plan = use_state(|| Plan::of(props.bench.0.borrow().run()));
    // The entry of the list that the set-up began with, as long as it is of that algorithm.
    let loaded = use_state_eq(String::new);
    let list = use_loaded(&loaded);
    // Drawn again each time, so that the same wrong number is put back as often as it is typed.
    let problem = use_state(|| None::<String>);
    let take = {
        let (plan, problem) = (plan.setter(), problem.setter());
        Callback::from(move |next: Result<Plan, String>| {
            problem.set(next.as_ref().err().cloned());
            if let Ok(next) = next {
                plan.set(next);
            }
        })
    };
    let change = {
        let (plan, loaded) = (plan.clone(), loaded.setter());
        take.reform(move |change: Result<Change, String>| {
            let change = change?;
            let next = plan.with(&change)?;
            if matches!(change, Change::Protocol(_)) {
                loaded.set(String::new());
            }
            Ok(next)
        })
    };
    let onload = {
        let (take, loaded) = (take.clone(), loaded.setter());
        Callback::from(move |event: Event| {
            let name = selected_value(&event);
            if let Some(found) = found(&name) {
                loaded.set(name);
                take.emit(Ok(Plan::new(found)));
            }
        })
    };
    let onrun = {
        let plan = plan.clone();
        props.dispatch.reform(move |_: MouseEvent| Command::Load(Box::new(plan.ready())))
    };
    let draft = plan.scenario();
    let found_warnings = warnings(draft);
    let info = draft.protocol.info();
    let network = &draft.cluster.network;
    let (shortest, longest) = network.latency.bounds();
    let (quickest, slowest) = draft::disk_bounds(&draft.cluster);
    let ms = |span: election_engine::time::Span| span.as_micros() / 1000;
    let onprotocol = change.reform(|event: Event| Ok(Change::Protocol(selected_value(&event))));
    let onstore = change.reform(|event: Event| Ok(Change::StoreCheck(chosen(&event))));
    let onlength = change.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        draft::length(&input.value())
    });
    let onbroken = change.reform(|event: Event| Ok(Change::Broken(selected_value(&event))));
    let number = |testid: &'static str,
                  label: &'static str,
                  note: &'static str,
                  range: (u64, u64),
                  value: u64,
                  make: fn(u64) -> Change| {
        let onchange = change.reform(move |event: Event| typed(&event).map(make));
        field(testid, label, note, range, value, onchange)
    };
    html! {
        <div class="set-up">
            <div class="parameters">
                <label>{"load a scenario"}
                    <select ref={list} data-testid="load" onchange={onload}>
                        <option value="" selected={true}>{"choose one"}</option>
                        { for gallery().systems.iter().map(|row| html! {
                            <optgroup label={title(&row.name)}>
                                { for row.scenarios.iter().map(|scenario| html! {
                                    <option value={format!("{}/{}", row.name, scenario.slug)}>{scenario.title.clone()}</option>
                                }) }
                            </optgroup>
                        }) }
                        <optgroup label="From the lesson">
                            { for workshop().scenarios.iter().map(|named| html! {
                                <option value={format!("/{}", named.slug)}>{ if named.scenario.title.is_empty() { &named.slug } else { &named.scenario.title } }</option>
                            }) }
                        </optgroup>
                    </select>
                </label>
                <label>{"algorithm"}
                    <select data-testid="algorithm" onchange={onprotocol}>
                        { for ALL.iter().map(|other| html! {
                            <option value={other.name} selected={other.name == info.name}>{other.title}</option>
                        }) }
                        if ALL.iter().all(|other| other.name != info.name) {
                            <option value={info.name} selected={true}>{info.title}</option>
                        }
                    </select>
                </label>
                {number("nodes", "nodes", "1 to 101; compact beyond 15", (1, 101), u64::from(draft.cluster.nodes), Change::Nodes)}
                {number("lab-seed", "seed", "decides every chance", (0, u64::MAX), draft.cluster.seed, Change::Seed)}
                {number("shortest", "shortest journey", "ms, 0 to 60000", (0, 60_000), ms(shortest), Change::Shortest)}
                {number("longest", "longest journey", "ms, 0 to 60000", (0, 60_000), ms(longest), Change::Longest)}
                {number("loss", "lost messages", "of 1000", (0, 1000), u64::from(network.loss_permille), Change::Loss)}
                {number("duplicate", "doubled messages", "of 1000", (0, 1000), u64::from(network.duplicate_permille), Change::Duplicate)}
                {number("reorder", "messages that may overtake", "of 1000", (0, 1000), u64::from(network.reorder_permille), Change::Reorder)}
                {number("disk-shortest", "shortest write to a disk", "ms, 0 to 60000", (0, 60_000), ms(quickest), Change::DiskShortest)}
                {number("disk-longest", "longest write to a disk", "ms, 0 to 60000; 0: none", (0, 60_000), ms(slowest), Change::DiskLongest)}
                <label>{"the store's check"}
                    <select data-testid="set-store-check" onchange={onstore}>{checks(draft.cluster.store.check)}</select>
                </label>
                {number("register-delay", "the store learns of a leader after", "ms, 0 to 60000; if it compares", (0, 60_000), ms(draft.cluster.store.register_delay_ms), Change::RegisterDelay)}
                <label>
                    {"length of the run"}
                    <span class="unit">{"s, 0.001 to 86400"}</span>
                    <input type="number" min="0.001" max="86400" step="any" data-testid="length" value={draft::typed_length(draft.until_ms)} onchange={onlength} />
                </label>
            </div>
            <fieldset>
                <legend>{format!("Parameters of {}", info.title)}</legend>
                <div class="parameters">
                    { for info.parameters.iter().map(|parameter| parameter_field(draft, parameter, &change)) }
                    if !info.switches.is_empty() {
                        <label>{"a rule switched off"}
                            <select data-testid="broken" onchange={onbroken}>
                                <option value="" selected={!info.switches.iter().any(|switch| is_off(draft, switch.name))}>{"none"}</option>
                                { for info.switches.iter().map(|switch| html! {
                                    <option value={switch.name} selected={is_off(draft, switch.name)}>{switch.name}</option>
                                }) }
                            </select>
                        </label>
                    }
                </div>
            </fieldset>
            <Script plan={(*plan).clone()} bench={props.bench.clone()} {take} />
            <div aria-live="polite" data-testid="warnings" data-count={found_warnings.len().to_string()}>
                if let Some(problem) = &*problem {
                    <p class="notice">{problem.clone()}</p>
                }
                { for found_warnings.iter().map(|warning| html! { <p class="notice warning">{warning.clone()}</p> }) }
            </div>
            <button type="button" class="button primary" data-testid="run-set-up" onclick={onrun}>{"Run this set-up"}</button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ScriptProps {
    plan: Plan,
    bench: Bound,
    take: Callback<Result<Plan, String>>,
}

/// What the set-up does to the cluster by itself.
#[component]
fn Script(props: &ScriptProps) -> Html {
    let count = props.plan.scenario().script.len();
    let onclear = {
        let plan = props.plan.clone();
        props.take.reform(move |_: MouseEvent| Ok(plan.without_script()))
    };
    let onadd = {
        let (plan, bench) = (props.plan.clone(), props.bench.clone());
        props.take.reform(move |_: MouseEvent| plan.with_done_by_hand(bench.0.borrow().run()))
    };
    // The first button goes away with the faults.
    let (place, onfocusin) = use_focus_kept();
    html! {
        <div ref={place} {onfocusin} tabindex="-1" class="row">
            <p data-testid="script" data-count={count.to_string()} aria-live="polite">
                { match count {
                    0 => "Its script does nothing to the cluster.".to_owned(),
                    1 => "Its script does one thing to the cluster.".to_owned(),
                    many => format!("Its script does {many} things to the cluster."),
                } }
                { match props.plan.left_out() {
                    0 => String::new(),
                    left_out => format!(" {left_out} of them {} not fit it as it is now, and will be left out when it runs.", if left_out == 1 { "does" } else { "do" }),
                } }
            </p>
            if count > 0 {
                <button type="button" class="button" data-testid="clear-script" onclick={onclear}>{"Without its faults"}</button>
            }
            <button type="button" class="button" data-testid="add-by-hand" onclick={onadd}>{"With what was done by hand"}</button>
        </div>
    }
}

/// The list of scenarios, which shows the loaded one. A list that somebody chose from follows no
/// attribute any more.
#[hook]
fn use_loaded(loaded: &UseStateHandle<String>) -> NodeRef {
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with((**loaded).clone(), move |loaded| {
            if let Some(list) = list.cast::<HtmlSelectElement>() {
                list.set_value(loaded);
            }
        });
    }
    list
}

fn title(name: &str) -> &'static str {
    ALL.iter().find(|info| info.name == name).map_or("Others", |info| info.title)
}

/// The scenario behind an entry of the list: `row/slug`, or `/slug` for the lesson's.
fn found(name: &str) -> Option<Scenario> {
    let (row, slug) = name.split_once('/')?;
    if row.is_empty() {
        let workshop = workshop();
        let named = workshop.scenarios.iter().find(|named| named.slug == slug)?;
        return Some(named.scenario.clone());
    }
    let gallery = gallery();
    let row = gallery.systems.iter().find(|system| system.name == row)?;
    Some(row.scenarios.iter().find(|scenario| scenario.slug == slug)?.scenario.clone())
}

fn is_off(scenario: &Scenario, rule: &str) -> bool {
    let mut same = scenario.protocol.clone();
    same.switch_off(rule) && same == scenario.protocol
}

/// What was typed into a field.
///
/// # Errors
/// A sentence, if it is no whole number.
fn typed(event: &Event) -> Result<u64, String> {
    let input: HtmlInputElement = event.target_unchecked_into();
    whole(&input.value())
}

fn field(
    testid: &'static str,
    label: &'static str,
    note: &str,
    (least, most): (u64, u64),
    value: u64,
    onchange: Callback<Event>,
) -> Html {
    html! {
        <label key={testid}>
            {label}
            <span class="unit">{note.to_owned()}</span>
            <input type="number" min={least.to_string()} max={most.to_string()} data-testid={testid} value={value.to_string()} {onchange} />
        </label>
    }
}

fn parameter_field(
    draft: &Scenario,
    parameter: &'static Parameter,
    change: &Callback<Result<Change, String>>,
) -> Html {
    let Parameter { field: name, title, unit, range } = *parameter;
    let default = draft.protocol.defaults().get(name);
    let value = draft.protocol.get(name);
    let testid = format!("set-{name}");
    if unit == "yes/no" {
        let onchange = change.reform(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            Ok(Change::Parameter(name, u64::from(input.checked())))
        });
        return html! {
            <label key={name} class="flag"><input type="checkbox" data-testid={testid} checked={value != 0} {onchange} />{title}</label>
        };
    }
    let onchange = change
        .reform(move |event: Event| typed(&event).map(|value| Change::Parameter(name, value)));
    html! {
        <label key={name}>
            {title}
            <span class="unit">{format!("{unit} {} to {}, else {default}", range.0, range.1)}</span>
            <input type="number" min={range.0.to_string()} max={range.1.to_string()} data-testid={testid} value={value.to_string()} {onchange} />
        </label>
    }
}
