//! A coding challenge: what is asked, an editor, a verdict, hints, a solution.

use std::collections::BTreeSet;
use std::rc::Rc;

use election_content::{BuiltHtml, Challenge, code_lines};
use serde_json::Value;
use yew::prelude::*;

use super::cluster_runs::ClusterRuns;
use super::code_runner::{RunButton, StartOver, console, forget_fault, verdict_line};
use super::editor::Editor;
use super::warm_up::{Filling, Kept, Ordering, Rung, answers_text, filled, in_order, order_text};
use crate::sandbox::kind::Kind;
use crate::sandbox::request::LONGEST_SOURCE;
use crate::sandbox::use_run::{Phase, use_run};
use crate::sandbox::verdict::{self, Row, Verdict};
use crate::sandbox::work::{Ran, Work};

/// What a [`ChallengePanel`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct ChallengePanelProps {
    /// The challenge.
    pub challenge: Rc<Challenge>,
    /// The learner's code; the starter to begin with.
    pub draft: AttrValue,
    /// Hears every edit, so that a run that takes the tab with it loses nothing.
    pub on_draft: Callback<String>,
    /// How its warm-ups were left.
    #[prop_or_default]
    pub warm_up: Kept,
    /// Hears how they are left: which part of it, and its text.
    #[prop_or_default]
    pub on_warm_up: Callback<(&'static str, String)>,
    /// Every case passed.
    #[prop_or_default]
    pub on_passed: Callback<()>,
    /// It was passed before.
    #[prop_or_default]
    pub passed: bool,
    /// Of its heading.
    #[prop_or(2)]
    pub level: u8,
    /// What follows the explanation once it is passed: the run that goes with it.
    #[prop_or_default]
    pub children: Html,
}

/// The whole challenge.
#[component]
pub fn ChallengePanel(props: &ChallengePanelProps) -> Html {
    let challenge = &props.challenge;
    let verdict = use_state(|| None::<Verdict>);
    // The code that the verdict is about.
    let judged_source = use_state(AttrValue::default);
    let rungs = Rung::of(challenge);
    // Whoever has begun to write goes on writing.
    let begun = props.passed || props.draft != challenge.starter;
    let rung = {
        let kept = props.warm_up.rung(&rungs);
        let first = if begun { Rung::Write } else { rungs[0] };
        use_state_eq(move || kept.unwrap_or(first))
    };
    let pieces = challenge.ordered.clone().unwrap_or_default();
    let order = use_state(|| props.warm_up.order(pieces.len()));
    let gaps = challenge.gaps.clone().unwrap_or_default();
    let answers = use_state(|| props.warm_up.answers(&gaps));
    let source = match *rung {
        Rung::Order => AttrValue::from(in_order(&pieces, &order)),
        Rung::Gaps => AttrValue::from(filled(&gaps, &answers)),
        Rung::Write => props.draft.clone(),
    };
    // What stands here by now, for a run that began with something else.
    let current = use_mut_ref(|| (*rung, AttrValue::default()));
    current.replace((*rung, source.clone()));
    let on_end = {
        let (current, asked) = (current.clone(), *rung);
        let (challenge, verdict) = (challenge.clone(), verdict.clone());
        let judged_source = judged_source.clone();
        let (on_passed, writes) = (props.on_passed.clone(), *rung == Rung::Write);
        Callback::from(move |Ran { job, drawn, outcome }| {
            let Challenge { function, cases, .. } = &*challenge;
            let judged = verdict::judge(outcome, &job.source, function, cases, &drawn);
            if judged.kind == Kind::Passed && writes {
                on_passed.emit(());
            }
            let source = AttrValue::from(job.source);
            let stays = *current.borrow() == (asked, source.clone());
            judged_source.set(source);
            verdict.set(Some(if stays { judged } else { judged.of_earlier() }));
        })
    };
    let (phase, start) = use_run(on_end);
    let run = {
        let challenge = challenge.clone();
        Callback::from(move |()| {
            if phase == Phase::Idle {
                start.emit(Work::Cases(challenge.clone(), source.to_string()));
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
    let works = shown.is_some_and(|verdict| verdict.kind == Kind::Passed);
    let passed = props.passed || (works && *rung == Rung::Write);
    let place = match *rung {
        Rung::Order => {
            let setter = order.setter();
            let on_order = props.on_warm_up.reform(move |next: Vec<usize>| {
                setter.set(next.clone());
                (Rung::Order.name(), order_text(&next))
            });
            html! { <Ordering {pieces} order={(*order).clone()} {on_order} /> }
        }
        Rung::Gaps => {
            let setter = answers.setter();
            let on_answers = props.on_warm_up.reform(move |next: Vec<String>| {
                setter.set(next.clone());
                (Rung::Gaps.name(), answers_text(&next))
            });
            html! { <Filling {gaps} answers={(*answers).clone()} {on_answers} /> }
        }
        Rung::Write => html! {
            <>
                <Editor
                    value={props.draft.clone()}
                    {on_change}
                    on_run={run.clone()}
                    label={format!("Your code for {}", challenge.function)}
                    name={challenge.slug.clone()}
                    words={fields(challenge)}
                    fault={shown.and_then(|verdict| verdict.fault.clone())}
                />
                <p class="par" data-testid="par">{par(&props.draft, challenge.par)}</p>
            </>
        },
    };
    html! {
        <section class="challenge" data-testid={format!("challenge-{}", challenge.slug)}>
            <@{format!("h{}", props.level)}>{&challenge.title}</@>
            { prose("challenge-statement", &challenge.statement) }
            if rungs.len() > 1 {
                { ladder(&rungs, &rung, &verdict, &props.on_warm_up) }
            }
            { place }
            <div class="code-buttons">
                <RunButton {phase} label="Run the cases" on_run={run} />
                if *rung == Rung::Write {
                    <StartOver
                        original={challenge.starter.clone()}
                        draft={props.draft.clone()}
                        on_draft={props.on_draft.clone()}
                    />
                }
            </div>
            { verdict_line(shown, phase) }
            if works && *rung != Rung::Write {
                <p data-testid="warm-up-done">{"That works. Now take the next rung: it counts once you have written it."}</p>
            }
            { case_table(shown.map_or(&[], |verdict| &verdict.rows)) }
            if challenge.part.is_some() && shown.is_some_and(|verdict| !verdict.rows.is_empty()) {
                <ClusterRuns key={judged_source.to_string()} challenge={challenge.clone()} source={(*judged_source).clone()} />
            }
            { console(shown.map(|verdict| &verdict.console)) }
            <div class="hints">
                { for challenge.hints.iter().enumerate().map(hint) }
            </div>
            <Solution code={challenge.solution.clone()} />
            if passed {
                <div class="challenge-after" data-testid="after">
                    { prose("prose", &challenge.after) }
                    { props.children.clone() }
                </div>
            }
        </section>
    }
}

/// The ways to get at the code, from the easiest on.
fn ladder(
    rungs: &[Rung],
    at: &UseStateHandle<Rung>,
    verdict: &UseStateHandle<Option<Verdict>>,
    on_warm_up: &Callback<(&'static str, String)>,
) -> Html {
    html! {
        <div class="tabs" role="group" aria-label="How to get at it">
            { for rungs.iter().map(|rung| {
                let (rung, at, verdict) = (*rung, at.clone(), verdict.clone());
                let current = (*at == rung).then_some("true");
                let onclick = on_warm_up.reform(move |_: MouseEvent| {
                    at.set(rung);
                    verdict.set(None);
                    ("rung", rung.name().to_owned())
                });
                html! {
                    <button type="button" class="chip" aria-current={current} data-testid={format!("rung-{}", rung.name())} {onclick}>
                        {rung.title()}
                    </button>
                }
            }) }
        </div>
    }
}

/// What the arguments are made of, for the editor to offer after a dot.
fn fields(challenge: &Challenge) -> AttrValue {
    let mut names = BTreeSet::new();
    let mut values: Vec<&Value> = challenge.cases.iter().flat_map(|case| &case.arguments).collect();
    while let Some(value) = values.pop() {
        match value {
            Value::Array(items) => values.extend(items),
            Value::Object(fields) => {
                names.extend(fields.keys().filter(|name| is_name(name)));
                values.extend(fields.values());
            }
            _ => {}
        }
    }
    names.iter().map(|name| format!(".{name}")).collect::<Vec<_>>().join("\n").into()
}

/// Whether it can follow a dot; the number of a node cannot.
fn is_name(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// How the code compares in size.
fn par(draft: &str, par: u32) -> String {
    // A paste of megabytes shall not hold up the page; its verdict says that it is too long.
    if draft.len() > LONGEST_SOURCE {
        return String::new();
    }
    let lines = code_lines(draft);
    let noun = if lines == 1 { "line" } else { "lines" };
    format!("{lines} {noun} of code; par is {par}.")
}

fn prose(class: &'static str, html: &BuiltHtml) -> Html {
    html! {
        <div {class}>{ Html::from_html_unchecked(AttrValue::from(html.0.clone())) }</div>
    }
}

fn hint((index, text): (usize, &BuiltHtml)) -> Html {
    html! {
        <details class="hint" data-testid={format!("hint-{}", index + 1)}>
            <summary>{format!("Hint {}", index + 1)}</summary>
            { prose("prose", text) }
        </details>
    }
}

fn case_table(rows: &[Row]) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    // Too long for a column of its own.
    let long = rows.iter().any(|row| row.input.len() > 80);
    html! {
        <div class={classes!("cases", long.then_some("long"))} role="region" aria-label="The cases" tabindex="0">
            <table data-testid="cases">
                <thead>
                    <tr>
                        <th scope="col">{"Case"}</th>
                        <th scope="col">{"Input"}</th>
                        <th scope="col">{"Expected"}</th>
                        <th scope="col">{"Got"}</th>
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(case_row) }</tbody>
            </table>
        </div>
    }
}

fn case_row(row: &Row) -> Html {
    let (class, mark, said) = if row.passed {
        ("case case-passed", "✓", "passes")
    } else {
        ("case case-failed", "✗", "fails")
    };
    html! {
        <tr {class}>
            <th scope="row">
                <span class="case-mark" aria-hidden="true">{mark}</span>
                <span class="visually-hidden">{format!("{said}: ")}</span>
                {&row.name}
                if row.drawn {
                    <small>{" (drawn for this run)"}</small>
                }
            </th>
            <td data-label="Input"><code>{&row.input}</code></td>
            <td data-label="Expected"><code>{&row.expected}</code></td>
            <td data-label="Got"><code>{&row.got}</code></td>
        </tr>
    }
}

#[derive(Properties, PartialEq)]
struct SolutionProps {
    code: AttrValue,
}

/// One way to write it, beside the learner's code and never in its place.
#[component]
fn Solution(props: &SolutionProps) -> Html {
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let label = if *open { "Hide the solution" } else { "Show a solution" };
    html! {
        <div class="solution">
            <button
                type="button"
                class="button"
                data-testid="show-solution"
                aria-expanded={open.to_string()}
                onclick={toggle}
            >
                {label}
            </button>
            if *open {
                <p>{"One way to write it. Your own code stays where it is."}</p>
                <pre data-testid="solution" tabindex="0" role="region" aria-label="A solution"><code>{&props.code}</code></pre>
            }
        </div>
    }
}
