//! How long, and how often? Experiments: a prediction, thousands of runs in a worker, a picture.

mod address;
mod dials;
mod experiment;
pub mod measurer;
mod plot;
mod prediction;
mod result;
mod run;

use crate::course::measures;
use crate::html::built;
use experiment::Experiment;
use std::rc::Rc;
use yew::prelude::*;

/// All of them, with what each asks.
pub fn cards() -> Html {
    html! {
        <ol class="experiment-list" data-testid="experiments">
            { for measures().iter().map(|measure| html! {
                <li key={measure.slug.clone()} class="experiment-card">
                    <h2><a href={format!("#/experiments/{}", measure.slug)} data-testid={format!("measure-{}", measure.slug)}>{&measure.title}</a></h2>
                    <p class="prose">{built(&measure.question)}</p>
                </li>
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
pub struct MeasureProps {
    /// Its name in the engine.
    pub slug: AttrValue,
}

/// One experiment, and the way to its neighbours.
#[component]
pub fn Measure(props: &MeasureProps) -> Html {
    let all = measures();
    let Some(place) = all.iter().position(|measure| measure.slug == props.slug.as_str()) else {
        return html! {
            <p class="notice">{format!("There is no experiment called \"{}\" here. ", props.slug)}<a href="#/experiments">{"See all of them."}</a></p>
        };
    };
    let neighbour = |place: Option<usize>| place.and_then(|place| all.get(place));
    let link = |label: &'static str, place: Option<usize>| {
        neighbour(place).map(|measure| {
            html! { <a href={format!("#/experiments/{}", measure.slug)}>{label}{": "}{&measure.title}</a> }
        })
    };
    html! {
        <div class="measure" data-testid={format!("measure-page-{}", props.slug)}>
            <p class="crumbs"><a href="#/experiments">{"All experiments"}</a></p>
            <Experiment key={props.slug.to_string()} measure={Rc::new(all[place].clone())} />
            <p class="neighbours">
                { link("Before", place.checked_sub(1)) }
                { link("Next", Some(place + 1)) }
            </p>
        </div>
    }
}
