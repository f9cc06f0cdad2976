//! What came of a search, or how far it is.

use super::searcher::Said;
use crate::lab::link_to;
use crate::stage::Stage;
use crate::words::grouped;
use crate::worker::Heard;
use election_engine::explore::{Answer, Finding, Progress, Question, plural, sentence};
use election_engine::time::SimTime;
use std::rc::Rc;
use yew::prelude::*;

/// A search as it is shown.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// What was asked.
    pub question: Rc<Question>,
    progress: Progress,
    /// How long it has taken, in milliseconds.
    took: f64,
    /// Where it stands.
    pub phase: Phase,
}

/// Where a search stands.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// It goes on.
    Running,
    /// It goes on if its worker is still there, which has said nothing for long.
    Silent,
    /// It has ended: what came of it in words, and the run if there is one.
    Over(String, Option<Rc<Finding>>),
    /// It ended without an answer, for this reason.
    Stopped(String),
}

impl Shown {
    /// A search that begins.
    pub fn begun(question: &Rc<Question>) -> Shown {
        let progress = Progress::default();
        Shown { question: question.clone(), progress, took: 0.0, phase: Phase::Running }
    }

    /// The same search, when its worker has said this.
    pub fn after(self, heard: Heard<Said>) -> Shown {
        let begun = Shown::begun(&self.question);
        match heard {
            Heard::Said(Said::Running(progress, took)) => Shown { progress, took, ..begun },
            Heard::Said(Said::Over(progress, took, answer)) => {
                let text = sentence(&self.question, &answer, &progress);
                let finding = match answer {
                    Answer::Found(finding) => Some(Rc::new(*finding)),
                    Answer::None(_) => None,
                };
                Shown { progress, took, phase: Phase::Over(text, finding), ..begun }
            }
            Heard::Refused(why) => Shown { phase: Phase::Stopped(why), ..begun },
            Heard::Silent => Shown { phase: Phase::Silent, ..self },
            Heard::Died(why) => {
                let text = format!(
                    "The search ended by itself: {why}. {} The next search starts a new worker; with less memory it may come to its end.",
                    self.known()
                );
                Shown { phase: Phase::Stopped(text), ..self }
            }
        }
    }

    /// Whether there is something to cancel.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Silent)
    }

    /// The same, ended by hand.
    pub fn cancelled(self) -> Shown {
        if !self.is_running() {
            return self;
        }
        let text = format!("Cancelled. {}", self.known());
        Shown { phase: Phase::Stopped(text), ..self }
    }

    /// What a search knows that has found nothing yet.
    fn known(&self) -> String {
        let (claim, depth) = (self.question.claim.name(), self.progress.depth);
        let s = plural(depth.into());
        format!("{claim}: none in runs of up to {depth} event{s}, within the other bounds.")
    }
}

#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// The search.
    pub shown: Shown,
}

/// The result, the figures, and the run.
#[component]
pub fn Verdict(props: &VerdictProps) -> Html {
    let Shown { question, progress, took, phase } = &props.shown;
    let (state, text, finding) = match phase {
        Phase::Running => ("running", "Searching …".to_owned(), None),
        Phase::Silent => {
            let known = props.shown.known();
            let text = format!(
                "The search no longer answers; its worker may have been ended. {known} The next search starts a new worker."
            );
            ("silent", text, None)
        }
        Phase::Over(text, None) => ("none", text.clone(), None),
        Phase::Over(text, Some(finding)) => ("found", text.clone(), Some(finding)),
        Phase::Stopped(text) => ("stopped", text.clone(), None),
    };
    html! {
        <div class="search-result" data-state={state} data-testid="search-result">
            <p class="verdict" role="status" data-testid="verdict">{text}</p>
            <p class="hint">{question.claim.text()}</p>
            <p class="figures" data-testid="search-figures">{figures(progress, *took)}</p>
            if let Some(finding) = finding {
                {run(finding)}
            }
        </div>
    }
}

fn figures(progress: &Progress, took: f64) -> String {
    let Progress { states, depth, bytes, .. } = *progress;
    let rate = match took >= 1.0 {
        true => {
            format!(", {} states a second", grouped((f64::from(states) / took * 1000.0) as u64))
        }
        false => String::new(),
    };
    format!(
        "{} state{}, depth {depth}{rate}, {:.1} MB, {took:.0} ms.",
        grouped(u64::from(states)),
        plural(states.into()),
        bytes as f64 / 1e6
    )
}

fn run(finding: &Rc<Finding>) -> Html {
    let scenario = Rc::new(finding.scenario.clone());
    // A run is known by what happens in it: another one gets another stage.
    let key = finding.events.iter().map(|event| event.what.as_str()).collect::<String>();
    html! {
        <>
            <h2>{"The shortest run"}</h2>
            <ol class="shortest" start="0" data-testid="shortest-run">
                { for finding.events.iter().map(|event| html! {
                    <li>
                        <span>{&event.what}</span>
                        if !event.then.is_empty() { <small>{event.then.join(" ")}</small> }
                    </li>
                }) }
            </ol>
            <p class="prose shows">
                {"The same run, played: each message and each timer takes as long as it needs for its turn. "}
                <a href={link_to(finding.scenario.clone(), SimTime::ZERO)} target="_blank" rel="noopener" data-testid="finding-link">{"Open it on the workbench"}</a>
                {", in a tab of its own; the address is a link to send."}
            </p>
            <Stage {key} {scenario} />
        </>
    }
}
