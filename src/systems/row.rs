//! One algorithm: its runs, what can be looked up about it, and what to take away from it.

use super::{compared, year};
use crate::course::gallery;
use crate::html::built;
use crate::stage::Stage;
use election_content::{SystemRow, SystemScenario};
use election_engine::checks::Check;
use election_engine::protocols::registry::{ALL, Info, ProtocolConfig};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SystemProps {
    /// Its name in the registry.
    pub name: AttrValue,
}

/// One algorithm, with its runs.
#[component]
pub fn System(props: &SystemProps) -> Html {
    let found = use_memo(props.name.clone(), |name| {
        let info = ALL.iter().find(|info| info.name == name.as_str())?;
        let row = gallery().systems.iter().find(|row| row.name == info.name)?.clone();
        Some((*info, Rc::new(row)))
    });
    let open = use_state_eq(|| 0_usize);
    let Some((info, row)) = (*found).clone() else {
        return html! {
            <p class="notice">{format!("There is no algorithm called \"{}\" here. ", props.name)}<a href="#/systems">{"See all of them."}</a></p>
        };
    };
    let Some(shown) = row.scenarios.get(*open) else { return html! {} };
    html! {
        <div class="system" data-testid={format!("system-page-{}", info.name)}>
            <p class="crumbs"><a href="#/systems">{"All algorithms"}</a></p>
            <h2>{info.title}{year(&info)}</h2>
            <p class="claim"><b>{"It claims: "}</b>{info.claim}</p>
            <div class="prose"><p>{built(&row.famous)}</p><p>{built(&row.fails)}</p></div>
            {assumptions(&info)}
            <div class="tabs" role="group" aria-label="Which run">
                { for row.scenarios.iter().enumerate().map(|(i, scenario)| {
                    let open = open.clone();
                    html! {
                        <button
                            key={i}
                            type="button"
                            class="chip"
                            aria-current={(i == *open).then_some("true")}
                            data-testid={format!("scenario-{}", scenario.slug)}
                            onclick={Callback::from(move |_: MouseEvent| open.set(i))}
                        >{scenario.title.clone()}</button>
                    }
                }) }
            </div>
            {run(shown)}
            {facts(&info)}
            {verdict(&row)}
        </div>
    }
}

fn run(shown: &SystemScenario) -> Html {
    html! {
        <>
            <p class="prose shows" aria-live="polite">{built(&shown.shows)}</p>
            <Stage key={shown.slug.clone()} scenario={Rc::new(shown.scenario.clone())} speed={shown.speed_permille} />
        </>
    }
}

fn assumptions(info: &Info) -> Html {
    html! {
        <div class="assumptions">
            <p>{"For that it assumes:"}</p>
            <ul>{ for info.assumptions.iter().map(|assumption| html! { <li>{*assumption}</li> }) }</ul>
        </div>
    }
}

/// What to take away.
fn verdict(row: &SystemRow) -> Html {
    let verdict = &row.verdict;
    let lines = [
        ("It promises", &verdict.promises),
        ("As long as", &verdict.needs),
        ("It does not promise", &verdict.not_promised),
        ("What to do about it", &verdict.instead),
        ("When to choose it", &verdict.choose),
    ];
    html! {
        <dl class="takeaway prose" data-testid="verdict">
            { for lines.into_iter().map(|(name, text)| html! { <><dt>{name}</dt><dd>{built(text)}</dd></> }) }
            if let Some(measured) = &row.measured {
                <dt>{"Measured"}</dt><dd>{compared::sentence(measured)}</dd>
            }
        </dl>
    }
}

/// What can be looked up: the rules with their sources, the parameters, and the claims that are
/// watched in every run.
fn facts(info: &Info) -> Html {
    let defaults = ProtocolConfig::named(info.name).expect("the name is the registry's own");
    let rules = defaults.rules();
    html! {
        <div class="facts-of-system">
            <details>
                <summary>{format!("Its {} rules", rules.len())}</summary>
                <ol>{ for rules.iter().map(|rule| html! {
                    <li><code>{rule.id}</code>{" "}{rule.text}{source(rule.source)}</li>
                }) }</ol>
            </details>
            <details>
                <summary>{"Its parameters"}</summary>
                <table>
                    <thead><tr><th scope="col">{"Parameter"}</th><th scope="col">{"Default"}</th><th scope="col">{"Range"}</th></tr></thead>
                    <tbody>{ for info.parameters.iter().map(|parameter| {
                        let (least, most) = parameter.range;
                        let default = defaults.get(parameter.field);
                        let (default, range) = match parameter.unit {
                            "yes/no" => (yes_or_no(default).to_owned(), "yes or no".to_owned()),
                            unit => (format!("{default} {unit}"), format!("{least} to {most} {unit}")),
                        };
                        html! { <tr><th scope="row">{parameter.title}</th><td>{default}</td><td>{range}</td></tr> }
                    }) }</tbody>
                </table>
            </details>
            <details>
                <summary>{"What is watched in every run"}</summary>
                <ul>{ for info.checks.iter().map(|check| html! {
                    <li>
                        {check.text()}
                        if let Some(flag) = defaults.needs(*check) {
                            <small>{format!(" Claimed only with: {}.", flag.title)}</small>
                        }
                        <small>{" "}{ if info.guarantees.contains(check) { whatever_happens(*check) } else { "Needs the assumptions." } }</small>
                    </li>
                }) }</ul>
            </details>
        </div>
    }
}

/// What even a claim needs that holds whatever the network does.
fn whatever_happens(claim: Check) -> &'static str {
    match claim.needs_a_store_that_compares() {
        true => {
            "Holds whatever the network does, as long as disks keep what was written and the store compares tokens."
        }
        false => "Holds whatever the network does, as long as disks keep what was written.",
    }
}

fn yes_or_no(flag: u64) -> &'static str {
    if flag == 0 { "no" } else { "yes" }
}

/// A rule's source is the id of an entry, and the place in it.
fn source(source: &'static str) -> Html {
    let (id, place) = source.split_once(' ').unwrap_or((source, ""));
    if id.is_empty() {
        return html! { <small>{" (ours)"}</small> };
    }
    let label = if place.is_empty() { "source" } else { place };
    html! { <small>{" ("}<a href={format!("#/sources/{id}")}>{label}</a>{")"}</small> }
}
