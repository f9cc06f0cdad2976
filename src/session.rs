//! One run on the page, and the tour over it. Pure: a command in, a new state; nothing here
//! knows of the browser.

use election_content::{SPEEDS, Tour};
use election_engine::action::Action;
use election_engine::ids::NodeId;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use std::rc::Rc;

/// The speed at which a simulated second takes a second.
pub const REAL_TIME: u32 = 1000;

/// What can be done on a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Let it run.
    Play,
    /// Hold it.
    Pause,
    /// So much real time has passed, in microseconds.
    Tick(u64),
    /// Do the next thing that happens.
    StepForward,
    /// Undo the last thing that happened.
    StepBack,
    /// Show another instant.
    Seek(SimTime),
    /// How fast to run, in thousandths of real time.
    Speed(u32),
    /// Do something to the cluster.
    Act(Action),
    /// Look closer at a member, or at none.
    Select(Option<NodeId>),
    /// Begin again.
    Restart,
    /// Begin again with another scenario.
    Load(Box<Scenario>),
    /// Begin the tour.
    StartTour,
    /// Commit to a prediction.
    Predict(usize),
    /// On to the next beat; while one plays, to its end.
    Next,
    /// To the beat before.
    Back,
    /// Leave the tour, and keep the run where it is.
    LeaveTour,
}

/// A tour that is being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TourState {
    /// Which beat.
    pub beat: usize,
    /// What the learner is doing.
    pub phase: TourPhase,
    /// The choice at each beat that asks for one.
    pub predictions: Vec<Option<usize>>,
}

/// Where in a beat one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TourPhase {
    /// A prediction is asked for.
    Asking,
    /// The run plays on to the beat's event.
    Playing,
    /// The event has happened; the caption holds.
    Shown,
    /// The last beat was shown and the learner went on.
    Finished,
}

/// The moment right after something happened. Finer than an instant: other things may happen
/// at the same time, and have not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub time: SimTime,
    /// How many records there are by then.
    pub records: usize,
}

impl Moment {
    /// The moment that a run shows.
    pub fn of(run: &dyn Run) -> Moment {
        Moment { time: run.playhead(), records: run.records() }
    }

    /// Lets a run show it.
    pub fn show(self, run: &mut dyn Run) {
        run.seek(self.time - Span::from_micros(1));
        while run.records() < self.records && run.step_forward() {}
        if run.playhead() < self.time {
            run.seek(self.time);
            if run.records() > self.records {
                run.seek(self.time - Span::from_micros(1));
            }
        }
    }
}

/// How time passes on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Whether it passes.
    pub playing: bool,
    /// How fast, in thousandths of real time.
    pub speed: u32,
    /// Real time that was too short to move the run by a whole microsecond.
    rest: u64,
}

impl Pace {
    /// Time that stands still.
    pub fn new(speed: u32) -> Pace {
        Pace { playing: false, speed: Pace::allowed(speed), rest: 0 }
    }

    /// The speed nearest to one that can be chosen.
    pub fn allowed(speed: u32) -> u32 {
        speed.clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1])
    }

    /// How far the run goes in so much real time, in microseconds.
    pub fn advance(&mut self, passed: u64) -> Span {
        // A tab that was hidden reports all its time at once; nobody saw it, so it does not
        // count.
        const MOST: u64 = 1_000_000;
        let scaled = passed.min(MOST) * u64::from(self.speed) + self.rest;
        self.rest = scaled % 1000;
        Span::from_micros(scaled / 1000)
    }
}

/// One run on the page.
pub struct Session {
    run: Box<dyn Run>,
    pace: Pace,
    selected: Option<NodeId>,
    tour: Option<Rc<Tour>>,
    /// What the stage was made for; the tour is true of this and of nothing else.
    scenario: Scenario,
    /// The tour's own run, untouched by the learner, and the moment of each beat.
    script: Option<(Box<dyn Run>, Vec<Moment>)>,
    state: Option<TourState>,
}

impl Session {
    /// A run of a scenario at its first instant, with the tour that can be taken on it.
    pub fn new(scenario: Scenario, tour: Option<Rc<Tour>>) -> Session {
        Session {
            run: registry::open(scenario.clone()),
            scenario,
            pace: Pace::new(REAL_TIME),
            selected: None,
            tour,
            script: None,
            state: None,
        }
    }

    /// The run.
    pub fn run(&self) -> &dyn Run {
        &*self.run
    }

    /// Whether it runs.
    pub fn is_playing(&self) -> bool {
        self.pace.playing
    }

    /// How fast it runs, in thousandths of real time.
    pub fn speed(&self) -> u32 {
        self.pace.speed
    }

    /// The member that is looked at closely.
    pub fn selected(&self) -> Option<NodeId> {
        self.selected
    }

    /// The tour, while it is being taken.
    pub fn tour_state(&self) -> Option<&TourState> {
        self.state.as_ref()
    }

    /// Does it.
    ///
    /// # Errors
    /// A sentence for the learner, if an action does not fit.
    pub fn apply(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Play => {
                if self.run.playhead() >= self.run.end() {
                    self.run.seek(SimTime::ZERO);
                }
                self.pace.playing = true;
            }
            Command::Pause => self.pace.playing = false,
            Command::Tick(passed) => self.tick(passed),
            Command::StepForward => {
                self.pace.playing = false;
                self.run.step_forward();
                self.arrive();
            }
            Command::StepBack => {
                self.pace.playing = false;
                self.run.step_back();
            }
            Command::Seek(to) => self.run.seek(to),
            Command::Speed(speed) => self.pace.speed = Pace::allowed(speed),
            Command::Act(action) => self.run.act(action)?,
            Command::Select(member) => self.selected = member,
            Command::Restart => self.load(self.original()),
            Command::Load(scenario) => self.load(*scenario),
            Command::StartTour => self.start_tour(),
            Command::Predict(choice) => self.predict(choice),
            Command::Next => self.next(),
            Command::Back => self.back(),
            Command::LeaveTour => {
                self.state = None;
                self.pace.playing = false;
            }
        }
        Ok(())
    }

    fn load(&mut self, scenario: Scenario) {
        self.run = registry::open(scenario);
        self.pace.playing = false;
        self.state = None;
    }

    /// The scenario without what was done by hand.
    fn original(&self) -> Scenario {
        let mut scenario = self.run.scenario();
        let by_hand = self.run.done_by_hand().len();
        scenario.script.truncate(scenario.script.len() - by_hand);
        scenario
    }

    /// The moment that a playing beat is waiting for.
    fn awaited(&self) -> Option<Moment> {
        match (&self.state, &self.script) {
            (Some(TourState { beat, phase: TourPhase::Playing, .. }), Some((_, beats))) => {
                beats.get(*beat).copied()
            }
            _ => None,
        }
    }

    /// The instant at which playing stops.
    fn limit(&self) -> SimTime {
        self.awaited().map_or(self.run.end(), |moment| moment.time)
    }

    fn tick(&mut self, passed: u64) {
        if !self.pace.playing {
            return;
        }
        let to = self.run.playhead() + self.pace.advance(passed);
        match self.awaited() {
            Some(moment) if to >= moment.time => self.show(),
            _ => self.run.seek(to),
        }
        self.pace.playing &= to < self.limit();
    }

    /// A step by hand may be the one that a beat is waiting for.
    fn arrive(&mut self) {
        let reached = |moment: Moment| self.run.records() >= moment.records;
        if self.awaited().is_some_and(reached) {
            self.show();
        }
    }

    fn start_tour(&mut self) {
        let Some(tour) = self.tour.clone() else { return };
        let mut scout = registry::open(self.scenario.clone());
        let start = scout.fork();
        let beats = tour
            .beats
            .iter()
            .map(|beat| {
                scout.play_until(&beat.until);
                Moment { time: scout.playhead(), records: scout.records() }
            })
            .collect();
        self.run = start.fork();
        self.script = Some((start, beats));
        let predictions = vec![None; tour.beats.len()];
        self.state = Some(TourState { beat: 0, phase: TourPhase::Shown, predictions });
        self.enter(0);
    }

    /// Begins a beat at the instant where the beat before it ended.
    fn enter(&mut self, beat: usize) {
        let (Some(tour), Some((start, beats)), Some(state)) =
            (&self.tour, &self.script, &mut self.state)
        else {
            return;
        };
        state.beat = beat;
        // The learner may have changed the run; the tour goes on with its own.
        if self.run.scenario() != start.scenario() {
            self.run = start.fork();
        }
        match beat.checked_sub(1) {
            Some(before) => beats[before].show(&mut *self.run),
            None => self.run.seek(SimTime::ZERO),
        }
        let asks = tour.beats[beat].predict.is_some() && state.predictions[beat].is_none();
        state.phase = if asks { TourPhase::Asking } else { TourPhase::Playing };
        self.pace.playing = !asks;
    }

    fn predict(&mut self, choice: usize) {
        if let Some(state) = &mut self.state
            && state.phase == TourPhase::Asking
        {
            state.predictions[state.beat] = Some(choice);
            state.phase = TourPhase::Playing;
            self.pace.playing = true;
        }
    }

    fn next(&mut self) {
        let Some(state) = &mut self.state else { return };
        let beats = state.predictions.len();
        match state.phase {
            TourPhase::Asking | TourPhase::Finished => {}
            TourPhase::Playing => self.show(),
            TourPhase::Shown if state.beat + 1 < beats => {
                let beat = state.beat + 1;
                self.enter(beat);
            }
            TourPhase::Shown => state.phase = TourPhase::Finished,
        }
    }

    fn back(&mut self) {
        let Some(state) = &mut self.state else { return };
        if state.phase != TourPhase::Finished {
            let Some(before) = state.beat.checked_sub(1) else { return };
            state.beat = before;
        }
        self.show();
    }

    /// The end of the present beat, at once.
    fn show(&mut self) {
        let (Some((start, beats)), Some(state)) = (&self.script, &mut self.state) else { return };
        if self.run.scenario() != start.scenario() {
            self.run = start.fork();
        }
        beats[state.beat].show(&mut *self.run);
        state.phase = TourPhase::Shown;
        self.pace.playing = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{scenario, workshop};

    fn touring() -> (Session, Rc<Tour>) {
        let workshop = workshop();
        let tour = workshop.tours.iter().find(|tour| tour.slug == "old-leader").unwrap();
        let tour = Rc::new(tour.clone());
        let mut session = Session::new(scenario(&tour.scenario), Some(Rc::clone(&tour)));
        session.apply(Command::StartTour).unwrap();
        (session, tour)
    }

    /// Walks to the end; the captions are held against the run at every beat.
    fn walk(session: &mut Session, tour: &Tour) {
        for _ in 0..tour.beats.len() * 3 {
            let state = session.tour_state().unwrap().clone();
            match state.phase {
                TourPhase::Asking => session.apply(Command::Predict(0)).unwrap(),
                TourPhase::Shown => {
                    let beat = &tour.beats[state.beat];
                    for claim in &beat.shows {
                        assert!(claim.holds(session.run()), "{}: {claim:?}", beat.title);
                    }
                    session.apply(Command::Next).unwrap();
                }
                TourPhase::Playing => session.apply(Command::Next).unwrap(),
                TourPhase::Finished => return,
            }
        }
        panic!("the tour never ends");
    }

    #[test]
    fn a_tour_can_be_walked_to_its_end_and_every_caption_holds() {
        let (mut session, tour) = touring();
        walk(&mut session, &tour);
        let asked = tour.beats.iter().filter(|beat| beat.predict.is_some()).count();
        let state = session.tour_state().unwrap();
        assert!(asked >= 2);
        assert_eq!(state.predictions.iter().flatten().count(), asked);
    }

    #[test]
    fn playing_shows_the_beat_at_the_same_instant_as_skipping() {
        let (mut played, _) = touring();
        while played.is_playing() {
            played.apply(Command::Tick(16_667)).unwrap();
        }
        let (mut skipped, _) = touring();
        skipped.apply(Command::Next).unwrap();
        assert_eq!(played.tour_state().unwrap().phase, TourPhase::Shown);
        assert_eq!(played.run().snapshot(), skipped.run().snapshot());
    }

    #[test]
    fn a_learner_who_interferes_gets_the_tours_own_run_back() {
        let (mut session, tour) = touring();
        session.apply(Command::Next).unwrap();
        for node in [0, 1, 2, 3] {
            session.apply(Command::Act(Action::Crash(NodeId(node)))).unwrap();
        }
        session.apply(Command::Next).unwrap();
        walk(&mut session, &tour);
    }

    #[test]
    fn back_goes_back() {
        let (mut session, _) = touring();
        session.apply(Command::Next).unwrap();
        let first = session.run().snapshot();
        session.apply(Command::Next).unwrap();
        session.apply(Command::Next).unwrap();
        session.apply(Command::Back).unwrap();
        assert_eq!(session.run().snapshot(), first);
        session.apply(Command::Back).unwrap();
        assert_eq!(session.tour_state().unwrap().beat, 0);
    }

    #[test]
    fn slow_motion_loses_no_time() {
        let mut session = Session::new(scenario("five-nodes"), None);
        session.apply(Command::Speed(100)).unwrap();
        session.apply(Command::Play).unwrap();
        for _ in 0..1000 {
            session.apply(Command::Tick(16_667)).unwrap();
        }
        assert_eq!(session.run().playhead(), SimTime(1_666_700));
    }

    #[test]
    fn beginning_again_forgets_what_was_done_by_hand() {
        let mut session = Session::new(scenario("five-nodes"), None);
        let fresh = session.run().scenario();
        session.apply(Command::Act(Action::Crash(NodeId(4)))).unwrap();
        session.apply(Command::Seek(SimTime::from_ms(20_000))).unwrap();
        session.apply(Command::Restart).unwrap();
        assert_eq!(session.run().scenario(), fresh);
        assert_eq!(session.run().playhead(), SimTime::ZERO);
    }

    #[test]
    fn playing_stops_at_the_end_and_begins_again_from_there() {
        let mut session = Session::new(scenario("five-nodes"), None);
        let end = session.run().end();
        session.apply(Command::Seek(SimTime(end.0 - 1000))).unwrap();
        session.apply(Command::Play).unwrap();
        session.apply(Command::Tick(16_667)).unwrap();
        assert_eq!(session.run().playhead(), end);
        assert!(!session.is_playing());
        session.apply(Command::Play).unwrap();
        assert_eq!(session.run().playhead(), SimTime::ZERO);
        assert!(session.is_playing());
    }
}
