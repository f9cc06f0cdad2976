//! The workbench on the page.

use super::author_view::AuthorPanel;
use super::bench::Bench;
use super::branches::BranchList;
use super::breaking::Breaking;
use super::browser::{self, asked};
use super::embed;
use super::events::Events;
use super::inspector::Inspector;
use super::kept;
use super::link;
use super::mail::Mail;
use super::matrix::Matrix;
use super::order::{Order, Side};
use super::past::Mark;
use super::race_view::RacePanel;
use super::send::{Send, copy_link};
use super::setup::SetUp;
use super::shortcuts;
use super::spacetime::SpaceTime;
use super::time::TimePanel;
use super::view::{Haste, View};
use super::watch::Watch;
use crate::diagram::Diagram;
use crate::diagram::geometry::{MOST_ON_RING, Shape};
use crate::hooks::{use_focus_kept, use_media};
use crate::session::{Command, REAL_TIME};
use crate::stage::beliefs::Beliefs;
use crate::stage::controls::{self, Controls};
use crate::stage::election::Election;
use crate::stage::live::LiveRegion;
use crate::stage::passing::use_passing_time;
use crate::stage::transport::Transport;
use election_engine::action::Action;
use election_engine::protocols::registry::{ALL, ProtocolConfig};
use election_engine::scenario::{Cluster, Scenario, VERSION};
use election_engine::time::SimTime;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// The longest run whose hash is computed at every pause, in records: about a millisecond.
const HASHED: usize = 20_000;

/// For how long nothing must be asked for until what lags behind catches up, in milliseconds.
const SETTLES_MS: u32 = 100;

/// A bench that several parts of the page look at.
pub type Shared = Rc<RefCell<Bench>>;

/// What the tools below the picture are called.
const TOOLS: [(&str, &str); 7] = [
    ("setup", "Set up"),
    ("break", "Break"),
    ("time", "Time and branches"),
    ("inspect", "Inspect"),
    ("send", "Send"),
    ("race", "Race"),
    ("author", "Author"),
];

/// The set-up that the workbench begins with.
pub fn first_scenario() -> Scenario {
    let protocol = ["raft", ALL[0].name].iter().find_map(|name| ProtocolConfig::named(name));
    Scenario {
        version: VERSION,
        title: "Workbench".to_owned(),
        protocol: protocol.expect("the registry names an algorithm"),
        cluster: Cluster::default(),
        script: Vec::new(),
        until_ms: SimTime::from_ms(60_000),
        expect: Vec::new(),
    }
}

/// What the address asks for, or else an ordinary run, and what to say about it.
fn begin() -> (Bench, Option<String>) {
    let Some(text) = asked("s") else { return (Bench::new(first_scenario(), REAL_TIME), None) };
    match link::read(&text) {
        Ok(opened) => {
            let speed = if opened.speed == 0 { REAL_TIME } else { opened.speed };
            let mut bench = Bench::of(opened.branch, speed);
            let select = Order::Stage(Command::Select(opened.selected));
            bench.apply(select).expect("a member can always be chosen");
            (bench, opened.notice)
        }
        Err(sentence) => (Bench::new(first_scenario(), REAL_TIME), Some(sentence)),
    }
}

/// The bench to show first, and what to say about it. Who comes back finds what was left, held,
/// since nothing starts by itself; a link that was followed replaces it.
fn open() -> (Shared, Option<String>) {
    let comes_back = browser::is_marked() || asked("s").is_none();
    browser::mark_place();
    match kept::bench() {
        Some(bench) if comes_back => {
            let held = bench.borrow_mut().apply(Order::Stage(Command::Pause));
            held.expect("a run can always be held");
            (bench, None)
        }
        Some(bench) => {
            let (begun, problem) = begin();
            bench.borrow_mut().replace(begun);
            (bench, problem)
        }
        None => {
            let (begun, problem) = begin();
            let bench = Rc::new(RefCell::new(begun));
            kept::keep_bench(&bench);
            (bench, problem)
        }
    }
}

/// The workbench.
#[component]
pub fn Workbench() -> Html {
    let notice = use_state_eq(|| None::<String>);
    let bench: Shared = {
        let notice = notice.setter();
        let begun = use_memo((), |()| {
            let (bench, problem) = open();
            notice.set(problem);
            bench
        });
        (*begun).clone()
    };
    let orders = use_mut_ref(|| 0_u32);
    let view = {
        let bench = bench.clone();
        use_state(move || View::of(&bench.borrow(), 0, None, Haste::None, None))
    };
    let latest = use_mut_ref(|| (*view).clone());
    let tool = use_state_eq(|| "setup");
    let visited = use_mut_ref(BTreeSet::new);
    let armed = use_state_eq(|| false);
    let embedded = embed::use_embedded();

    let dispatch = {
        let (bench, setter, notice) = (bench.clone(), view.setter(), notice.setter());
        use_callback((), move |order: Order, ()| {
            if !matches!(order, Order::Stage(Command::Tick(_))) {
                *orders.borrow_mut() += 1;
                // What was told before is read by now, and would hide what this order comes to.
                if order != Order::Settle {
                    notice.set(None);
                }
            }
            let haste = Haste::of(&order);
            let error = bench.borrow_mut().apply(order).err();
            let orders = *orders.borrow();
            let next = View::of(&bench.borrow(), orders, Some(&latest.borrow()), haste, error);
            *latest.borrow_mut() = next.clone();
            setter.set(next);
        })
    };
    {
        let (bench, dispatch, notice) = (bench.clone(), dispatch.clone(), notice.setter());
        embed::use_link_changes(Callback::from(move |()| {
            let (begun, problem) = begin();
            bench.borrow_mut().replace(begun);
            browser::mark_place();
            dispatch.emit(Order::Stage(Command::Pause));
            notice.set(problem);
        }));
    }

    // The same callbacks at every frame, so that what does not change is not drawn again.
    let stage = use_callback(dispatch.clone(), |command, dispatch: &Callback<Order>| {
        dispatch.emit(Order::Stage(command));
    });
    let select = use_callback(stage.clone(), |member, stage: &Callback<Command>| {
        stage.emit(Command::Select(Some(member)));
    });
    let cut = use_callback(stage.clone(), |ways, stage: &Callback<Command>| {
        stage.emit(Command::Act(Action::CutAll(ways)));
    });
    {
        let dispatch = dispatch.clone();
        let lags = view.chart_age > 0 && !view.playing;
        use_effect_with((lags, view.orders), move |(lags, _)| {
            let rest = lags.then(|| Timeout::new(SETTLES_MS, move || dispatch.emit(Order::Settle)));
            move || drop(rest)
        });
    }
    let narrow = use_media("(max-width: 640px)");
    let still = use_passing_time(view.playing, stage.reform(Command::Tick));

    // What is pressed in a tool may go away.
    let (place, onfocusin) = use_focus_kept();
    let sheet = use_node_ref();
    let onkeydown = {
        let (bench, dispatch, sheet) = (bench.clone(), dispatch.clone(), sheet.clone());
        let (playing, lens, notice) = (view.playing, view.lens.clone(), notice.setter());
        Callback::from(move |event: KeyboardEvent| {
            let Some(key) = shortcuts::meant(&event) else { return };
            event.prevent_default();
            match key {
                "p" if playing => dispatch.emit(Order::Stage(Command::Pause)),
                "p" => dispatch.emit(Order::Stage(Command::Play)),
                "." => dispatch.emit(Order::Stage(Command::StepForward)),
                "," => dispatch.emit(Order::Stage(Command::StepBack)),
                "]" => dispatch.emit(Order::Jump(Mark::Leader, Side::After)),
                "[" => dispatch.emit(Order::Jump(Mark::Leader, Side::Before)),
                "+" => dispatch.emit(Order::Look(lens.zoomed(true))),
                "-" => dispatch.emit(Order::Look(lens.zoomed(false))),
                "c" => copy_link(&bench.borrow(), notice.clone()),
                _ => shortcuts::show(&sheet),
            }
        })
    };

    let could = {
        let bench = bench.clone();
        use_callback((), move |action: Action, ()| bench.borrow().run().would_change(&action))
    };
    let snapshot = &view.snapshot;
    let shape = if narrow { Shape::Tall } else { Shape::Wide };
    let picture = html! {
        <>
            <div class="stage-picture">
                <Diagram snapshot={snapshot.clone()} {shape} {still} selected={view.selected} on_select={select} on_cut={Some(cut)} armed={*armed} />
                <Beliefs snapshot={snapshot.clone()} />
            </div>
            <Transport
                playhead={snapshot.at}
                end={view.end}
                playing={view.playing}
                speed={view.speed}
                history={view.history.clone()}
                dispatch={&stage}
            />
            <LiveRegion history={view.history.clone()} />
        </>
    };
    let told = html! {
        <div class="told" aria-live="polite" data-testid="notice">
            if let Some(text) = view.error.as_ref().or((*notice).as_ref()).or(view.said.as_ref()) {
                <p class="notice">{text.clone()}</p>
            }
            if view.has_before {
                <p class="hint">
                    {"The run that was here before is kept, with its branches. "}
                    <button type="button" class="button quiet" data-testid="take-back" onclick={dispatch.reform(|_: MouseEvent| Order::TakeBack)}>{"Back to it"}</button>
                </p>
            }
            if view.thinned {
                <p class="hint" data-testid="thinned">{"This run is long, so its oldest events are not kept, and fewer of its early states (checkpoints). You can still go anywhere: what you look at is computed again, which takes a moment."}</p>
            }
        </div>
    };
    if embedded {
        return html! {
            <section class={classes!("stage", "bench", "embedded", view.playing.then_some("passing"))} aria-label="A run" {onkeydown}>
                {picture}
                {told}
                <Watch violations={view.violations.clone()} stops={view.stops} dispatch={&dispatch} />
                {shortcuts::sheet(&sheet)}
            </section>
        };
    }
    // It takes as long as the run is; nobody reads it while the run moves on.
    let hash = (!view.playing && bench.borrow().run().records() < HASHED)
        .then(|| bench.borrow().run().hash().to_string());
    // What somebody fills in stays, hidden, while they look at another tool.
    visited.borrow_mut().insert(*tool);
    let drafts = ["setup", "race", "author"].into_iter().filter(|id| visited.borrow().contains(id));
    let stamp = {
        let bench = bench.borrow();
        (bench.loads(), bench.current(), bench.run().done_by_hand().len())
    };
    let drafts = drafts.map(|id| {
        let shown = *tool == id;
        let panel = match id {
            "setup" => html! { <SetUp key={view.loads} bench={Bound(bench.clone())} dispatch={&stage} /> },
            "race" => html! { <RacePanel bench={Bound(bench.clone())} {stamp} {shape} {shown} /> },
            _ => html! { <AuthorPanel bench={Bound(bench.clone())} picked={view.picked.clone().filter(|_| shown)} /> },
        };
        (id, panel)
    });
    let drafts: Vec<(&str, Html)> = drafts.collect();
    let crowded = snapshot.nodes.len() > usize::from(MOST_ON_RING);
    let class =
        classes!("stage", "bench", crowded.then_some("crowded"), view.playing.then_some("passing"));
    html! {
        <>
            <section {class} aria-label="The run in view" data-testid="bench" data-hash={hash} {onkeydown}>
                <h2 class="visually-hidden">{"The run in view"}</h2>
                {picture}
                <Election history={view.history.clone()} dispatch={&stage} />
                {told}
                <Watch violations={view.violations.clone()} stops={view.stops} dispatch={&dispatch} />
                <div class="stage-panels">
                    <Controls
                        statuses={snapshot.nodes.iter().map(|node| node.status).chain([snapshot.store_status]).collect::<Vec<_>>()}
                        cuts={snapshot.cuts.clone()}
                        check={snapshot.store.check}
                        selected={view.selected}
                        about={controls::about(snapshot, view.selected)}
                        dispatch={&stage}
                    />
                    <p class="majority" data-testid="majority" data-could={view.groups.majority().is_some().to_string()}>{view.groups.sentence()}</p>
                    {blade(&armed)}
                </div>
                <div class="tools" onkeydown={Callback::noop()}>
                    <div class="tabs" role="group" aria-label="Tools">
                        { for TOOLS.iter().map(|(id, name)| {
                            let tool = tool.clone();
                            html! {
                                <button
                                    key={*id}
                                    type="button"
                                    class="chip"
                                    aria-pressed={(*tool == *id).to_string()}
                                    data-testid={format!("tool-{id}")}
                                    onclick={Callback::from(move |_: MouseEvent| tool.set(id))}
                                >{*name}</button>
                            }
                        }) }
                        <button type="button" class="chip" data-testid="shortcuts" aria-label="Shortcuts" onclick={{
                            let sheet = sheet.clone();
                            Callback::from(move |_: MouseEvent| shortcuts::show(&sheet))
                        }}>{"?"}</button>
                    </div>
                    <div ref={place} {onfocusin} tabindex="-1" class="tool" data-testid={format!("panel-{}", *tool)}>
                        // A list of its own: keys only count where every part has one.
                        <>{ for drafts.iter().map(|(id, panel)| html! { <div key={*id} hidden={*tool != *id}>{panel.clone()}</div> }) }</>
                        { match *tool {
                            "break" => html! {
                                <>
                                    <Breaking snapshot={snapshot.clone()} selected={view.selected} network={bench.borrow().run().scenario().cluster.network} could={&could} dispatch={&stage} />
                                    <Matrix snapshot={snapshot.clone()} groups={view.groups.clone()} dispatch={&stage} />
                                    <Mail snapshot={snapshot.clone()} could={&could} dispatch={&stage} />
                                </>
                            },
                            "time" => html! {
                                <>
                                    <TimePanel nodes={snapshot.nodes.len() as u8} dispatch={&dispatch} />
                                    <BranchList branches={view.branches.clone()} dispatch={&dispatch} />
                                </>
                            },
                            "inspect" => html! { <Inspector snapshot={snapshot.clone()} selected={view.selected} dispatch={&stage} /> },
                            "send" => html! { <Send bench={Bound(bench.clone())} dispatch={&stage} notice={Callback::from({ let notice = notice.setter(); move |text| notice.set(text) })} /> },
                            _ => html! {},
                        } }
                    </div>
                </div>
                <SpaceTime chart={view.chart.clone()} lens={view.lens.clone()} now={snapshot.at} passing={view.playing} picked={view.picked.clone()} selected={view.selected} {shape} bench={Bound(bench.clone())} dispatch={&dispatch} />
                <Events chart={view.table.chart.clone()} present={view.table.present} passing={view.playing} picked={view.picked.clone()} bench={Bound(bench.clone())} dispatch={&dispatch} />
            </section>
            {shortcuts::sheet(&sheet)}
        </>
    }
}

/// What a line across the picture does, and a button that lets a finger draw one.
fn blade(armed: &UseStateHandle<bool>) -> Html {
    let onclick = {
        let armed = armed.clone();
        Callback::from(move |_: MouseEvent| armed.set(!*armed))
    };
    html! {
        <div class="blade row">
            <button type="button" class="button" data-testid="arm" aria-pressed={armed.to_string()} {onclick}>{"Draw a cut"}</button>
            <span class="hint">{ match **armed {
                true => "Draw a line across the links to cut. Press again to let go.",
                false => "Drag a line across links in the picture to cut them; with a finger, press this first. By keys: the link matrix under Break.",
            } }</span>
        </div>
    }
}

/// The bench as a property: always the same one, whatever is in it.
#[derive(Clone)]
pub struct Bound(pub Shared);

impl PartialEq for Bound {
    fn eq(&self, other: &Bound) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Whether an element takes letters itself.
pub fn takes_letters(element: &HtmlElement) -> bool {
    let kind = element.get_attribute("type");
    let takes_none = matches!(kind.as_deref(), Some("checkbox" | "radio" | "range"));
    matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA") && !takes_none
}
