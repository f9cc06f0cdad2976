//! The list of challenges, and a page for each.

use super::experiments::ChallengeBySlug;
use crate::course::workshop;
use crate::progress::Progress;
use crate::state::use_lab;
use election_content::Challenge;
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
        return list(all, lab.progress());
    }
    let Some(at) = all.iter().position(|challenge| challenge.slug == props.slug.as_str()) else {
        return html! {
            <p class="notice">{format!("There is no challenge called \"{}\" here. ", props.slug)}<a href="#/challenges">{"See all of them."}</a></p>
        };
    };
    html! {
        <>
            <p class="crumbs"><a href="#/challenges">{"All challenges"}</a>{format!(" · {} of {}", at + 1, all.len())}</p>
            <ChallengeBySlug slug={props.slug.clone()} />
            if let Some(next) = all.get(at + 1) {
                <p class="next-challenge">{"Next: "}<a href={format!("#/challenges/{}", next.slug)} data-testid="next-challenge">{next.title.clone()}</a></p>
            }
        </>
    }
}

fn list(all: &[Challenge], progress: &Progress) -> Html {
    let passed = all.iter().filter(|challenge| progress.passed.contains(&challenge.slug)).count();
    html! {
        <>
            <p>{format!("{passed} of {} passed. Take them in any order; hints and a solution are always open.", all.len())}</p>
            <ol class="challenge-list">
                { for all.iter().map(|challenge| {
                    let state = state(challenge, progress);
                    let sign = match state { "passed" => "✓", "begun" => "…", _ => "" };
                    html! {
                        <li key={challenge.slug.clone()} data-testid={format!("entry-{}", challenge.slug)} data-state={state}>
                            <a href={format!("#/challenges/{}", challenge.slug)}>{challenge.title.clone()}</a>
                            <code>{format!("{}()", challenge.function)}</code>
                            <span class="state">{ if state == "open" { "" } else { state } }<span aria-hidden="true">{" "}{sign}</span></span>
                        </li>
                    }
                }) }
            </ol>
        </>
    }
}

/// How far the learner has come with it.
fn state(challenge: &Challenge, progress: &Progress) -> &'static str {
    let draft = progress.drafts.get(&challenge.slug);
    if progress.passed.contains(&challenge.slug) {
        "passed"
    } else if draft.is_some_and(|draft| *draft != challenge.starter) {
        "begun"
    } else {
        "open"
    }
}
