//! The gallery of algorithms: what each claims, what that needs, and runs that show it.

mod compared;
mod row;

pub use row::System;

use crate::course::gallery;
use crate::html::built;
use election_content::{Family, SystemRow};
use election_engine::protocols::registry::{ALL, Info};
use yew::prelude::*;

/// All of them, a card each, and the table that compares them.
#[component]
pub fn Systems() -> Html {
    let family = use_state_eq(|| None::<Family>);
    let choose = |chosen: Option<Family>| {
        let family = family.clone();
        Callback::from(move |_: MouseEvent| family.set(chosen))
    };
    let gallery = gallery();
    let mut rows: Vec<(&Info, &SystemRow)> = ALL
        .iter()
        .filter_map(|info| Some((info, gallery.systems.iter().find(|row| row.name == info.name)?)))
        .filter(|(_, row)| family.is_none_or(|family| family == row.family))
        .collect();
    rows.sort_by_key(|(_, row)| row.family);
    html! {
        <div class="systems-page">
            <div class="chips" role="group" aria-label="Which family">
                <button type="button" class="chip" aria-pressed={family.is_none().to_string()} data-testid="family-all" onclick={choose(None)}>{"All"}</button>
                { for Family::ALL.into_iter().map(|which| html! {
                    <button type="button" class="chip" aria-pressed={(*family == Some(which)).to_string()} data-testid={format!("family-{which:?}").to_lowercase()} onclick={choose(Some(which))}>{which.title()}</button>
                }) }
            </div>
            <ul class="systems">{ for rows.iter().map(|(info, row)| card(info, row)) }</ul>
            {compared::table(&rows)}
        </div>
    }
}

/// When it came into the world, behind its title, if that can be said.
fn year(info: &Info) -> Html {
    info.year.map_or_else(Html::default, |year| html! { <small>{format!(" {year}")}</small> })
}

fn card(info: &Info, row: &SystemRow) -> Html {
    html! {
        <li key={info.name} class="system-card">
            <h2><a href={format!("#/systems/{}", info.name)} data-testid={format!("system-{}", info.name)}>{info.title}</a>{year(info)}</h2>
            <p>{info.claim}</p>
            <p class="prose">{built(&row.fails)}</p>
        </li>
    }
}
