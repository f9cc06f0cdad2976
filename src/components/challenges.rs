//! The list of challenges, and a page for each.

use super::capstone::CapstonePage;
use super::experiments::ChallengeBySlug;
use super::warm_up::Kept;
use crate::course::workshop;
use crate::progress::Progress;
use crate::state::use_lab;
use election_content::{Capstone, Challenge};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ChallengesProps {
    /// Which one is open; empty for the list.
    pub slug: AttrValue,
}

/// The list, or one of it with the way to its neighbours.
#[component]
pub fn Challenges(props: &ChallengesProps) -> Html {
    let lab = use_lab();
    let workshop = workshop();
    let all = &workshop.challenges;
    if props.slug.is_empty() {
        return list(all, workshop.capstone.as_ref(), lab.progress());
    }
    if workshop.capstone.as_ref().is_some_and(|capstone| capstone.slug == props.slug.as_str()) {
        return html! {
            <>
                <p class="crumbs"><a href="#/challenges">{"All challenges"}</a>{format!(" · {0} of {0}", all.len() + 1)}</p>
                <CapstonePage />
            </>
        };
    }
    let Some(at) = all.iter().position(|challenge| challenge.slug == props.slug.as_str()) else {
        return html! {
            <p class="notice">{format!("There is no challenge called \"{}\" here. ", props.slug)}<a href="#/challenges">{"See all of them."}</a></p>
        };
    };
    let last = workshop.capstone.as_ref().map(|capstone| (&capstone.slug, &capstone.title));
    let next = all.get(at + 1).map(|next| (&next.slug, &next.title)).or(last);
    html! {
        <>
            <p class="crumbs"><a href="#/challenges">{"All challenges"}</a>{format!(" · {} of {}", at + 1, all.len() + workshop.capstone.iter().count())}</p>
            <ChallengeBySlug slug={props.slug.clone()} />
            if let Some((slug, title)) = next {
                <p class="next-challenge">{"Next: "}<a href={format!("#/challenges/{slug}")} data-testid="next-challenge">{title}</a></p>
            }
        </>
    }
}

fn list(all: &[Challenge], capstone: Option<&Capstone>, progress: &Progress) -> Html {
    let slugs = || all.iter().map(|each| &each.slug).chain(capstone.map(|capstone| &capstone.slug));
    let passed = slugs().filter(|slug| progress.passed.contains(*slug)).count();
    html! {
        <>
            <p>{format!("{passed} of {} passed. Take them in any order; hints and a solution are always open.", slugs().count())}</p>
            <ol class="challenge-list">
                { for all.iter().map(|challenge| {
                    let Challenge { slug, title, function, starter, .. } = challenge;
                    entry(slug, title, format!("{function}()"), state(slug, starter, progress))
                }) }
                if let Some(Capstone { slug, title, class, starter, .. }) = capstone {
                    { entry(slug, title, format!("class {class}"), state(slug, starter, progress)) }
                }
            </ol>
        </>
    }
}

fn entry(slug: &str, title: &str, writes: String, state: &'static str) -> Html {
    let sign = match state {
        "passed" => "✓",
        "begun" => "…",
        _ => "",
    };
    html! {
        <li key={slug} data-testid={format!("entry-{slug}")} data-state={state}>
            <a href={format!("#/challenges/{slug}")}>{title}</a>
            <code>{writes}</code>
            <span class="state">{ if state == "open" { "" } else { state } }<span aria-hidden="true">{" "}{sign}</span></span>
        </li>
    }
}

/// How far the learner has come with it.
fn state(slug: &str, starter: &str, progress: &Progress) -> &'static str {
    let draft = progress.drafts.get(slug);
    let warm_up = Kept::read(|part| progress.drafts.get(&format!("{slug}/{part}")).cloned());
    if progress.passed.contains(slug) {
        "passed"
    } else if draft.is_some_and(|draft| draft != starter) || !warm_up.is_untouched() {
        "begun"
    } else {
        "open"
    }
}
