//! The stage: a run in the picture, with everything to watch it and to break it.

pub mod beliefs;
pub mod controls;
pub mod election;
pub mod frame;
pub mod live;
mod log;
pub mod passing;
pub mod settings;
mod tape;
mod tour;
pub mod transport;

use crate::diagram::Diagram;
use crate::diagram::geometry::Shape;
use crate::hooks::use_media;
use crate::session::{Command, REAL_TIME, Session, TourPhase};
use beliefs::Beliefs;
use controls::Controls;
use election::Election;
use election_content::{Experiment, Tour};
use election_engine::scenario::Scenario;
use frame::Frame;
use live::LiveRegion;
use log::EventLog;
use passing::use_passing_time;
use settings::RunSettings;
use std::rc::Rc;
use tour::TourPanel;
use transport::Transport;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// What is run.
    pub scenario: Rc<Scenario>,
    /// How fast it runs at first, in thousandths of real time.
    #[prop_or(REAL_TIME)]
    pub speed: u32,
    /// The tour that can be taken.
    #[prop_or_default]
    pub tour: Option<Rc<Tour>>,
    /// The experiment whose goals are watched for.
    #[prop_or_default]
    pub experiment: Option<Rc<Experiment>>,
    /// The tour was finished.
    #[prop_or_default]
    pub on_toured: Callback<()>,
    /// A goal was reached, by its name.
    #[prop_or_default]
    pub on_goal: Callback<String>,
}

/// A run and all that goes with it.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let session = {
        let (scenario, tour, speed) = (props.scenario.clone(), props.tour.clone(), props.speed);
        use_mut_ref(move || {
            let mut session = Session::new((*scenario).clone(), tour);
            session.apply(Command::Speed(speed)).expect("a speed is always right");
            session
        })
    };
    let commands = use_mut_ref(|| 0_u32);
    let frame = {
        let session = session.clone();
        use_state(move || Frame::of(&session.borrow(), 0, None, None))
    };
    let latest = use_mut_ref(|| (*frame).clone());
    let reached = use_mut_ref(std::collections::BTreeSet::<String>::new);

    let dispatch = {
        let (session, setter) = (session.clone(), frame.setter());
        let (experiment, on_goal) = (props.experiment.clone(), props.on_goal.clone());
        use_callback((experiment, on_goal), move |command: Command, (experiment, on_goal)| {
            let mut session = session.borrow_mut();
            if !matches!(command, Command::Tick(_)) {
                *commands.borrow_mut() += 1;
            }
            let error = session.apply(command).err();
            let next = {
                let before = latest.borrow();
                Frame::of(&session, *commands.borrow(), Some(&before), error)
            };
            let past_changed = next.history != latest.borrow().history;
            *latest.borrow_mut() = next.clone();
            setter.set(next);
            if let (Some(experiment), true) = (experiment, past_changed) {
                for (index, goal) in experiment.goals.iter().enumerate() {
                    let id = experiment.goal_id(index);
                    if !reached.borrow().contains(&id) && goal.is_reached(session.run()) {
                        reached.borrow_mut().insert(id.clone());
                        on_goal.emit(id);
                    }
                }
            }
        })
    };

    let narrow = use_media("(max-width: 640px)");
    let still = use_passing_time(frame.playing, dispatch.reform(Command::Tick));
    {
        let on_toured = props.on_toured.clone();
        let finished = frame.tour.as_ref().is_some_and(|tour| tour.phase == TourPhase::Finished);
        use_effect_with(finished, move |finished| {
            if *finished {
                on_toured.emit(());
            }
        });
    }

    let snapshot = &frame.snapshot;
    let shape = if narrow { Shape::Tall } else { Shape::Wide };
    let onkeydown = {
        let (dispatch, touring) = (dispatch.clone(), frame.tour.is_some());
        Callback::from(move |event: KeyboardEvent| {
            if touring && event.key() == "Escape" {
                dispatch.emit(Command::LeaveTour);
            }
        })
    };
    let select = use_callback(dispatch.clone(), |member, dispatch: &Callback<Command>| {
        dispatch.emit(Command::Select(Some(member)));
    });
    html! {
        <section class={classes!("stage", props.tour.is_some().then_some("guided"), frame.playing.then_some("passing"), frame.tour.is_some().then_some("touring"))} aria-label={props.scenario.title.clone()} {onkeydown}>
            <div class="stage-picture">
                <Diagram snapshot={snapshot.clone()} {shape} {still} selected={frame.selected} on_select={select} />
                <Beliefs snapshot={snapshot.clone()} />
            </div>
            if let Some(tour) = &props.tour {
                <TourPanel tour={tour.clone()} state={frame.tour.clone()} dispatch={&dispatch} />
            }
            <Transport
                playhead={snapshot.at}
                end={frame.end}
                playing={frame.playing}
                speed={frame.speed}
                history={frame.history.clone()}
                dispatch={&dispatch}
            />
            if props.tour.is_none() {
                <Election history={frame.history.clone()} dispatch={&dispatch} />
            }
            if let Some(error) = &frame.error {
                <p class="notice" role="alert">{error.clone()}</p>
            }
            <div aria-live="polite">
                if let Some(violation) = &frame.violation {
                    <p class="violation" data-testid="violation">
                        <svg class="octagon" viewBox="-12 -12 24 24" aria-hidden="true"><path d="M-5-11H5L11-5V5L5 11H-5L-11 5V-5Z" /></svg>
                        {violation.clone()}
                    </p>
                }
            </div>
            <div class="stage-panels">
                <Controls
                    statuses={snapshot.nodes.iter().map(|node| node.status).chain([snapshot.store_status]).collect::<Vec<_>>()}
                    cuts={snapshot.cuts.clone()}
                    check={snapshot.store.check}
                    selected={frame.selected}
                    about={controls::about(snapshot, frame.selected)}
                    dispatch={&dispatch}
                />
                <EventLog history={frame.history.clone()} />
            </div>
            <RunSettings scenario={props.scenario.clone()} dispatch={&dispatch} />
            <LiveRegion history={frame.history.clone()} />
        </section>
    }
}
