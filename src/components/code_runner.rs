//! An example to run and change.

use std::rc::Rc;

use election_content::CodeExample;
use yew::prelude::*;

use super::editor::Editor;
use crate::course::workshop;
use crate::hooks::use_focus_after;
use crate::progress::Done;
use crate::sandbox::kind::Kind;
use crate::sandbox::outcome::Console;
use crate::sandbox::use_run::{Phase, use_run};
use crate::sandbox::verdict::{self, Verdict};
use crate::sandbox::work::{Ran, Work};
use crate::state::use_lab;

#[derive(Properties, PartialEq)]
pub struct CodeBySlugProps {
    pub slug: AttrValue,
}

/// An example of the course with the learner's draft of it.
#[component]
pub fn CodeBySlug(props: &CodeBySlugProps) -> Html {
    let lab = use_lab();
    let example = use_memo(props.slug.clone(), |slug| {
        let workshop = workshop();
        let mut examples = workshop.examples.iter();
        examples.find(|example| example.slug == slug.as_str()).cloned().map(Rc::new)
    });
    let Some(example) = (*example).clone() else { return html! {} };
    let slug = example.slug.clone();
    let draft = lab.progress().drafts.get(&slug).unwrap_or(&example.source).clone();
    let changed = draft.trim() != example.source.trim();
    let on_draft = {
        let slug = slug.clone();
        lab.done().reform(move |text| Done::Drafted(slug.clone(), text))
    };
    let on_ran = {
        let done = lab.done();
        Callback::from(move |()| {
            if changed {
                done.emit(Done::RanChanged(slug.clone()));
            }
        })
    };
    html! { <CodeRunner {example} {draft} {on_draft} {on_ran} /> }
}

/// What a [`CodeRunner`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct CodeRunnerProps {
    /// The example as we wrote it.
    pub example: Rc<CodeExample>,
    /// The learner's version; the example's source to begin with.
    pub draft: AttrValue,
    /// Hears every edit, so that a run that takes the tab with it loses nothing.
    pub on_draft: Callback<String>,
    /// The code ran to its end.
    #[prop_or_default]
    pub on_ran: Callback<()>,
}

/// An editor, a run button and what the code prints.
#[component]
pub fn CodeRunner(props: &CodeRunnerProps) -> Html {
    let verdict = use_state(|| None::<Verdict>);
    // What stands in the editor by now, for a run that began with something else.
    let current = use_mut_ref(AttrValue::default);
    current.replace(props.draft.clone());
    let on_end = {
        let (verdict, current) = (verdict.clone(), current.clone());
        let on_ran = props.on_ran.clone();
        Callback::from(move |Ran { job, outcome, .. }: Ran| {
            let judged = verdict::judge_program(outcome, &job.source);
            if judged.kind == Kind::Ran {
                on_ran.emit(());
            }
            let stays = current.borrow().as_str() == job.source;
            verdict.set(Some(if stays { judged } else { judged.of_earlier() }));
        })
    };
    let (phase, start) = use_run(on_end);
    let run = {
        let draft = props.draft.clone();
        Callback::from(move |()| {
            if phase == Phase::Idle {
                start.emit(Work::Program(draft.to_string()));
            }
        })
    };
    let on_change = {
        let verdict = verdict.clone();
        props.on_draft.reform(move |code| {
            forget_fault(&verdict);
            code
        })
    };
    let shown = verdict.as_ref();
    html! {
        <section class="code-runner">
            <h2>{&props.example.title}</h2>
            <Editor
                value={props.draft.clone()}
                {on_change}
                on_run={run.clone()}
                label={format!("Code: {}", props.example.title)}
                name={props.example.slug.clone()}
                fault={shown.and_then(|verdict| verdict.fault.clone())}
            />
            <div class="code-buttons">
                <RunButton {phase} label="Run" on_run={run} />
                <StartOver
                    original={props.example.source.clone()}
                    draft={props.draft.clone()}
                    on_draft={props.on_draft.clone()}
                />
            </div>
            { verdict_line(shown, phase) }
            { console(shown.map(|verdict| &verdict.console)) }
        </section>
    }
}

/// The mark belongs to the code that was run; the next edit takes it away.
pub(super) fn forget_fault(verdict: &UseStateHandle<Option<Verdict>>) {
    if let Some(judged) = verdict.as_ref().filter(|judged| judged.fault.is_some()) {
        let fault = None;
        verdict.set(Some(Verdict { fault, ..judged.clone() }));
    }
}

/// What a [`RunButton`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct RunButtonProps {
    /// Whether it can be pressed.
    pub phase: Phase,
    /// What it says when it can.
    pub label: AttrValue,
    /// It was pressed. While a run is on, pressing it does nothing.
    pub on_run: Callback<()>,
}

/// Runs the code. It keeps the focus and its place while it cannot be used.
#[component]
pub fn RunButton(props: &RunButtonProps) -> Html {
    let idle = props.phase == Phase::Idle;
    let label = match props.phase {
        Phase::Idle => props.label.to_string(),
        Phase::Running => "Running…".into(),
        Phase::Resting(seconds) => format!("Ready again in {seconds} s"),
    };
    let onclick = props.on_run.reform(|_| ());
    html! {
        <button
            type="button"
            class="button primary run"
            data-testid="run"
            aria-disabled={(!idle).then_some("true")}
            aria-busy={(props.phase == Phase::Running).then_some("true")}
            {onclick}
        >
            {label}
        </button>
    }
}

/// What a [`StartOver`] needs.
#[derive(Properties, PartialEq)]
pub struct StartOverProps {
    /// What to start over from.
    pub original: AttrValue,
    /// What is in the editor.
    pub draft: AttrValue,
    /// Hears what shall be in the editor.
    pub on_draft: Callback<String>,
}

/// Puts the original back once the learner has said yes, and the learner's code too if that was
/// not meant.
#[component]
pub fn StartOver(props: &StartOverProps) -> Html {
    let set_aside = use_state(|| None::<AttrValue>);
    let asking = use_state_eq(|| false);
    // The button that was pressed is gone, so the focus goes to what can be done next.
    let next = use_focus_after((*asking, set_aside.is_some()));
    let ask = {
        let asking = asking.clone();
        move |yes: bool| {
            let asking = asking.clone();
            Callback::from(move |_: MouseEvent| asking.set(yes))
        }
    };
    let start_over = {
        let (set_aside, draft, asking) = (set_aside.clone(), props.draft.clone(), asking.clone());
        let (original, on_draft) = (props.original.clone(), props.on_draft.clone());
        Callback::from(move |_: MouseEvent| {
            asking.set(false);
            set_aside.set(Some(draft.clone()));
            on_draft.emit(original.to_string());
        })
    };
    let undo = {
        let (set_aside, on_draft) = (set_aside.clone(), props.on_draft.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(draft) = &*set_aside {
                on_draft.emit(draft.to_string());
                set_aside.set(None);
            }
        })
    };
    let button = |label: &'static str, testid: &'static str, node: NodeRef, onclick| {
        html! {
            <button type="button" class="button" data-testid={testid} ref={node} {onclick}>{label}</button>
        }
    };
    let original = props.draft == props.original;
    html! {
        if *asking && !original {
            <span role="group" aria-label="Start over" class="start-over">
                {"Give up your code and start over? "}
                { button("Keep my code", "keep-code", next, ask(false)) }
                { button("Start over", "confirm-start-over", NodeRef::default(), start_over) }
            </span>
        } else {
            if !original {
                { button("Start over", "start-over", if set_aside.is_none() { next.clone() } else { NodeRef::default() }, ask(true)) }
            }
            if set_aside.is_some() {
                { button("Bring my code back", "undo-start-over", next, undo) }
            }
        }
    }
}

/// The live region that says what a run came to. It is always there, or a screen reader would
/// miss its first words.
pub(super) fn verdict_line(verdict: Option<&Verdict>, phase: Phase) -> Html {
    let name = match (phase, verdict) {
        (Phase::Running, _) => "running",
        (_, Some(verdict)) => verdict.kind.name(),
        (_, None) => "none",
    };
    let shown = verdict.filter(|_| phase != Phase::Running);
    html! {
        <div class="verdict" data-testid="verdict" data-verdict={name} role="status" aria-live="polite">
            if let Some(verdict) = shown {
                <p><strong>{verdict.kind.title()}{". "}</strong>{&verdict.sentence}</p>
            }
        </div>
    }
}

/// What the code printed, as text and nothing else.
pub(super) fn console(console: Option<&Console>) -> Html {
    let Some(Console { lines, cut }) = console else {
        return Html::default();
    };
    if lines.is_empty() {
        return Html::default();
    }
    html! {
        <figure class="console">
            <figcaption>{"Printed"}</figcaption>
            <pre data-testid="console" tabindex="0" role="region" aria-label="What the code printed">
                { lines.join("\n") }
            </pre>
            if *cut {
                <p class="console-cut">{"There was more: only the first 100 lines or 20 kB are kept."}</p>
            }
        </figure>
    }
}
