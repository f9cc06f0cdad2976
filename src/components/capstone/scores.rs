//! The scoreboard: the learner's election beside built-in ones, on the same seeds.

use std::rc::Rc;

use election_engine::protocols::registry::ProtocolConfig;
use election_engine::time::Span;
use election_engine::trial::{Fare, Level, fare_of};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// For how long built-in runs may hold up the page at a stretch, in milliseconds.
const STRETCH: f64 = 30.0;

/// How one election fared over all runs.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    title: AttrValue,
    runs: usize,
    messages: u64,
    leaderless: Span,
    several: Span,
    /// In how many runs a claim about the whole history fell.
    unsafe_runs: usize,
    /// In how many nobody led in time.
    unsettled: usize,
}

impl Row {
    fn of(title: impl Into<AttrValue>, fares: &[Fare]) -> Row {
        let settled = |fare: &&Fare| matches!(fare.failure, Some((fell, ..)) if fell.in_the_end());
        let failed = fares.iter().filter(|fare| fare.failure.is_some()).count();
        let unsettled = fares.iter().filter(settled).count();
        let sum = |span: fn(&Fare) -> Span| fares.iter().map(span).fold(Span::ZERO, |a, b| a + b);
        Row {
            title: title.into(),
            runs: fares.len(),
            messages: fares.iter().map(|fare| u64::from(fare.messages)).sum(),
            leaderless: sum(|fare| fare.leaderless),
            several: sum(|fare| fare.several),
            unsafe_runs: failed - unsettled,
            unsettled,
        }
    }

    /// Seconds in a run.
    fn seconds(&self, of: Span) -> String {
        format!("{:.2} s", of.as_micros() as f64 / 1e6 / self.runs.max(1) as f64)
    }
}

#[derive(Properties, PartialEq)]
pub struct ScoresProps {
    pub level: Rc<Level>,
    /// How the learner's runs fared.
    pub fares: Rc<Vec<Fare>>,
    pub seeds: Rc<Vec<u64>>,
    /// Names of the built-in algorithms.
    pub rivals: Rc<Vec<String>>,
}

/// A button, and the table that it brings.
#[component]
pub fn Scores(props: &ScoresProps) -> Html {
    let rows = use_state(|| None::<Vec<Row>>);
    let busy = use_state_eq(|| false);
    let start = {
        let (rows, busy) = (rows.setter(), busy.clone());
        let (level, seeds, rivals) =
            (props.level.clone(), props.seeds.clone(), props.rivals.clone());
        let own = Row::of("Yours", &props.fares);
        Callback::from(move |_: MouseEvent| {
            if *busy {
                return;
            }
            busy.set(true);
            let (rows, busy, own) = (rows.clone(), busy.clone(), own.clone());
            let (level, seeds, rivals) = (level.clone(), seeds.clone(), rivals.clone());
            spawn_local(async move {
                let mut all = vec![own];
                for rival in &*rivals {
                    all.extend(row(&level, rival, &seeds).await);
                    rows.set(Some(all.clone()));
                }
                busy.set(false);
            });
        })
    };
    html! {
        <div class="scores">
            <p><button type="button" class="button" data-testid="compare-scores" aria-disabled={busy.then_some("true")} onclick={start}>
                { if *busy { "Making the same runs…" } else { "Compare with the lab's own elections" } }
            </button></p>
            if let Some(rows) = &*rows { { table(rows) } }
        </div>
    }
}

async fn row(level: &Level, name: &str, seeds: &[u64]) -> Option<Row> {
    let mut protocol = ProtocolConfig::named(name)?;
    // A learner's nodes all start at once, without a leader in office.
    protocol.set("settled", 0);
    let mut fares = Vec::new();
    let mut begun = js_sys::Date::now();
    for seed in seeds {
        fares.push(fare_of(level, &level.scenario(protocol.clone(), *seed)));
        if js_sys::Date::now() - begun > STRETCH {
            TimeoutFuture::new(0).await;
            begun = js_sys::Date::now();
        }
    }
    Some(Row::of(protocol.info().title, &fares))
}

fn table(rows: &[Row]) -> Html {
    html! {
        <div class="cases" role="region" aria-label="Scoreboard" tabindex="0">
            <table data-testid="scoreboard">
                <thead>
                    <tr>
                        <th scope="col">{"Election"}</th>
                        <th scope="col">{"Messages a run"}</th>
                        <th scope="col">{"Nobody leads"}</th>
                        <th scope="col">{"Two lead"}</th>
                        <th scope="col">{"A claim falls"}</th>
                        <th scope="col">{"No leader in time"}</th>
                    </tr>
                </thead>
                <tbody>
                    { for rows.iter().map(|row| html! {
                        <tr key={row.title.to_string()}>
                            <th scope="row">{&row.title}</th>
                            <td data-label="Messages a run">{row.messages / row.runs.max(1) as u64}</td>
                            <td data-label="Nobody leads">{row.seconds(row.leaderless)}</td>
                            <td data-label="Two lead">{row.seconds(row.several)}</td>
                            <td data-label="A claim falls">{format!("{} of {}", row.unsafe_runs, row.runs)}</td>
                            <td data-label="No leader in time">{format!("{} of {}", row.unsettled, row.runs)}</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <p class="par">{"The same clusters, faults and seeds for all; each with its own timeouts."}</p>
        </div>
    }
}
