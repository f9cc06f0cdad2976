//! The capstone: write a whole election, and let level after level of faults have a go at it.

mod runs;
mod scores;

use std::rc::Rc;

use election_content::{BuiltHtml, Capstone, CapstoneExample, CapstoneLevel};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::code_runner::{StartOver, console, verdict_line};
use super::editor::Editor;
use crate::course::workshop;
use crate::html::built;
use crate::lab::link_to;
use crate::progress::{Done, Progress};
use crate::sandbox::cancel::Cancel;
use crate::sandbox::kind::Kind;
use crate::sandbox::trial::Trial;
use crate::sandbox::use_run::Phase;
use crate::stage::Stage;
use crate::state::use_lab;
use runs::{Ended, Progressing, RUNS, Watched, make};
use scores::Scores;

/// For how long the machine rests after code that had to be stopped, in seconds.
const REST: u32 = 2;

#[derive(Clone, PartialEq)]
enum State {
    Idle,
    Running(Progressing),
    Resting,
}

/// What the editor offers after `this.`.
fn offered(words: &str) -> AttrValue {
    words.lines().map(|word| format!("this.{word}")).collect::<Vec<_>>().join("\n").into()
}

/// The capstone with the learner's draft.
#[component]
pub fn CapstonePage() -> Html {
    let lab = use_lab();
    let capstone = use_memo((), |()| workshop().capstone.clone());
    let state = use_state_eq(|| State::Idle);
    let ended = use_state(|| None::<Rc<Ended>>);
    let cancelled = use_mut_ref(Rc::<Cancel>::default);
    // What is in the editor by now, for runs that began with something else.
    let current = use_mut_ref(String::new);
    let Some(capstone) = (*capstone).clone().map(Rc::new) else { return html! {} };
    let progress = lab.progress();
    let first_open = capstone.levels.iter().position(|level| !passed(&capstone, level, progress));
    let open = use_state_eq(|| first_open.unwrap_or(0));
    {
        // Who leaves the page has seen enough.
        let cancelled = cancelled.clone();
        use_effect_with((), move |()| move || cancelled.borrow().set());
    }
    let draft = progress.drafts.get(&capstone.slug).unwrap_or(&capstone.starter).clone();
    current.replace(draft.clone());
    let on_draft = {
        let (slug, ended) = (capstone.slug.clone(), ended.clone());
        lab.done().reform(move |text| {
            // The mark belongs to the code that was run.
            if let Some(marked) = ended.as_ref().filter(|ended| ended.verdict.fault.is_some()) {
                let mut unmarked = (**marked).clone();
                unmarked.verdict.fault = None;
                ended.set(Some(Rc::new(unmarked)));
            }
            Done::Drafted(slug.clone(), text)
        })
    };
    let start = {
        let (state, ended, open) = (state.clone(), ended.clone(), *open);
        let (capstone, draft, done) = (capstone.clone(), draft.clone(), lab.done());
        let progress = progress.clone();
        let (cancelled, current) = (cancelled.clone(), current.clone());
        Callback::from(move |count: usize| {
            if *state != State::Idle {
                return;
            }
            let cancel = Rc::<Cancel>::default();
            cancelled.replace(cancel.clone());
            let level = capstone.levels[open].clone();
            let trial = Trial {
                source: draft.as_str().into(),
                class: capstone.class.as_str().into(),
                level: Rc::new(level.trial.clone()),
                cancel,
            };
            let last = ended.as_ref().filter(|ended| ended.level == open);
            let seeds = seeds(count, last.and_then(|ended| ended.failed));
            state.set(State::Running(Progressing::default()));
            let (state, ended, done) = (state.clone(), ended.clone(), done.clone());
            let (capstone, progress) = (capstone.clone(), progress.clone());
            let current = current.clone();
            spawn_local(async move {
                let tell = |what: String, done| {
                    state.set(State::Running(Progressing { what: what.into(), done }));
                };
                let came = make(&trial, &level, open, seeds, &tell).await;
                let kind = came.as_ref().map(|ended| ended.verdict.kind);
                if kind == Some(Kind::Passed) {
                    pass(&capstone, &level, &progress, &done);
                }
                let changed = *current.borrow() != *trial.source;
                ended.set(
                    came.map(|ended| Rc::new(if changed { ended.of_earlier() } else { ended })),
                );
                if kind == Some(Kind::Timeout) {
                    state.set(State::Resting);
                    TimeoutFuture::new(REST * 1000).await;
                }
                state.set(State::Idle);
            });
        })
    };
    let cancel = {
        let cancelled = cancelled.clone();
        Callback::from(move |_: MouseEvent| cancelled.borrow().set())
    };
    let shown = ended.as_ref().filter(|ended| ended.level == *open).cloned();
    let all_passed = capstone.levels.iter().all(|level| passed(&capstone, level, progress));
    let level = &capstone.levels[*open];
    html! {
        <section class="challenge capstone" data-testid={format!("challenge-{}", capstone.slug)}>
            <h2>{&capstone.title}</h2>
            <div class="challenge-statement">{built(&capstone.statement)}</div>
            <details class="hint api" data-testid="api">
                <summary>{"What a node is told, and what it can do"}</summary>
                <div class="prose">{built(&capstone.api)}</div>
            </details>
            { levels(&capstone, progress, &open) }
            <p class="claim" data-testid="claim">{built(&level.claim)}</p>
            <Editor
                value={draft.clone()}
                on_change={on_draft.clone()}
                on_run={start.reform(|()| RUNS)}
                label={format!("Your code for class {}", capstone.class)}
                name={capstone.slug.clone()}
                words={offered(&capstone.words)}
                fault={shown.as_ref().and_then(|ended| ended.verdict.fault.clone())}
            />
            <div class="code-buttons">
                { buttons(&state, level, &start, cancel) }
                <StartOver original={capstone.starter.clone()} draft={draft} {on_draft} />
            </div>
            { progress_bar(&state) }
            { verdict_line(shown.as_ref().map(|ended| &ended.verdict), phase(&state)) }
            if let (Some(ended), State::Idle) = (&shown, &*state) {
                { result(&capstone, ended) }
            }
            { console(shown.as_ref().map(|ended| &ended.verdict.console)) }
            <div class="hints">
                { for capstone.hints.iter().enumerate().map(hint) }
                { for capstone.examples.iter().map(|each| example(&capstone, each)) }
            </div>
            if all_passed {
                <div class="challenge-after prose" data-testid="after">{built(&capstone.after)}</div>
            }
        </section>
    }
}

/// Fresh seeds, after the one that has failed before.
fn seeds(count: usize, failed: Option<u64>) -> Vec<u64> {
    let first = (js_sys::Math::random() * 1e6) as u64;
    failed.into_iter().chain(first..).take(count).collect()
}

/// The name under which a level is kept as passed.
fn name(capstone: &Capstone, level: &CapstoneLevel) -> String {
    format!("{}/{}", capstone.slug, level.id)
}

fn passed(capstone: &Capstone, level: &CapstoneLevel, progress: &Progress) -> bool {
    progress.passed.contains(&name(capstone, level))
}

/// Keeps that a level was passed, and with the last one the whole.
fn pass(capstone: &Capstone, level: &CapstoneLevel, before: &Progress, done: &Callback<Done>) {
    done.emit(Done::Passed(name(capstone, level)));
    let others = capstone.levels.iter().filter(|other| other.id != level.id);
    if others.into_iter().all(|other| passed(capstone, other, before)) {
        done.emit(Done::Passed(capstone.slug.clone()));
    }
}

fn phase(state: &State) -> Phase {
    match state {
        State::Idle => Phase::Idle,
        State::Running(_) => Phase::Running,
        State::Resting => Phase::Resting(REST),
    }
}

fn levels(capstone: &Capstone, progress: &Progress, open: &UseStateHandle<usize>) -> Html {
    html! {
        <div class="tabs" role="group" aria-label="Levels">
            { for capstone.levels.iter().enumerate().map(|(place, level)| {
                let open = open.clone();
                let passed = passed(capstone, level, progress);
                html! {
                    <button
                        key={place}
                        type="button"
                        class={classes!("chip", passed.then_some("right"))}
                        aria-current={(place == *open).then_some("true")}
                        data-testid={format!("level-{}", level.id)}
                        data-state={if passed { "passed" } else { "open" }}
                        onclick={move |_| open.set(place)}
                    >
                        {format!("{}. {}", place + 1, level.title)}
                        if passed { <span aria-label="passed">{" ✓"}</span> }
                    </button>
                }
            }) }
        </div>
    }
}

fn buttons(
    state: &State,
    level: &CapstoneLevel,
    start: &Callback<usize>,
    cancel: Callback<MouseEvent>,
) -> Html {
    let idle = *state == State::Idle;
    let running = matches!(state, State::Running(_));
    let disabled = (!idle).then_some("true");
    html! {
        <>
            <button type="button" class="button primary run" data-testid="run" aria-disabled={disabled} aria-busy={running.then_some("true")} onclick={start.reform(|_| RUNS)}>
                { match state {
                    State::Idle => format!("Take “{}”: {RUNS} runs", level.title),
                    State::Running(_) => "Running…".to_owned(),
                    State::Resting => format!("Ready again in {REST} s"),
                } }
            </button>
            <button type="button" class="button" data-testid="run-one" aria-disabled={disabled} onclick={start.reform(|_| 1)}>
                {"Make one and watch"}
            </button>
            if running {
                <button type="button" class="button" data-testid="cancel" onclick={cancel}>{"Cancel"}</button>
            }
        </>
    }
}

fn progress_bar(state: &State) -> Html {
    let State::Running(Progressing { what, done }) = state else { return html! {} };
    html! {
        <p class="making">
            <progress max="1000" value={done.to_string()} aria-label={what.clone()} data-testid="making"></progress>
            <span>{format!("{what} …")}</span>
        </p>
    }
}

fn result(capstone: &Capstone, ended: &Ended) -> Html {
    let level = Rc::new(capstone.levels[ended.level].trial.clone());
    html! {
        <>
            if ended.fares.len() > 1 {
                <Scores
                    key={ended.seeds[1]}
                    {level}
                    fares={ended.fares.clone()}
                    seeds={ended.seeds.clone()}
                    rivals={Rc::new(capstone.rivals.clone())}
                />
            }
            if let Some(watched) = &ended.watched {
                { watch(watched) }
            }
        </>
    }
}

fn watch(watched: &Watched) -> Html {
    let Watched { scenario, at, about } = watched;
    html! {
        <div class="watched" data-testid="watched">
            <p>{about}{" "}<a href={link_to((**scenario).clone(), *at)} data-testid="watched-link">{"Open it on the workbench"}</a>{", at that moment; the address is a link to send."}</p>
            <p class="par">{"This is a recording: your code does not run again. If you interfere, the nodes concerned stand still."}</p>
            <Stage key={format!("{}-{}", scenario.cluster.seed, scenario.until_ms.0)} scenario={scenario.clone()} />
        </div>
    }
}

fn hint((index, text): (usize, &BuiltHtml)) -> Html {
    html! {
        <details class="hint" data-testid={format!("hint-{}", index + 1)}>
            <summary>{format!("Hint {}", index + 1)}</summary>
            <div class="prose">{built(text)}</div>
        </details>
    }
}

/// An election to read, with what becomes of it.
fn example(capstone: &Capstone, example: &CapstoneExample) -> Html {
    let titles: Vec<&str> = capstone
        .levels
        .iter()
        .filter(|level| example.passes.contains(&level.id))
        .map(|level| level.title.as_str())
        .collect();
    html! {
        <details class="hint solution" data-testid={format!("example-{}", example.slug)}>
            <summary>{format!("To read: {}", example.title)}</summary>
            <p>{built(&example.about)}</p>
            <p>{format!("It passes: {}.", titles.join(", "))}</p>
            <pre tabindex="0" role="region" aria-label={example.title.clone()}><code>{&example.source}</code></pre>
        </details>
    }
}
