//! The search: breadth first, so that the first violating run that is found is a shortest one.

use super::flat::Flat;
use super::model::{Model, Outcome};
use super::question::Question;
use super::replay;
use super::states::{Full, NO_PARENT, States};
use super::steps::Step;
use super::{Answer, Bound, Finding, Progress, Search};
use crate::protocol::Protocol;

/// A search that goes on a bit at a time.
pub struct Finder<P: Protocol> {
    model: Model<P>,
    states: States,
    /// How many states' futures were looked at.
    next: u32,
    /// The place of the last of them, and how many bytes it takes.
    last: Option<(u32, usize)>,
    /// The first state that is one event further.
    layer_end: u32,
    depth: u32,
    progress: Progress,
    answer: Option<Answer>,
    // Kept for the memory that they have.
    state: Flat,
    after: Flat,
    steps: Vec<Step>,
    bytes: Vec<u8>,
}

impl<P: Protocol> Finder<P> {
    /// A search at its first state.
    pub fn new(config: P::Config, question: Question) -> Finder<P> {
        let mut model = Model::new(config, question);
        let (start, outcome) = model.start();
        let mut finder = Finder {
            model,
            states: States::default(),
            next: 0,
            last: None,
            layer_end: 1,
            depth: 0,
            progress: Progress::default(),
            answer: None,
            state: Flat::default(),
            after: Flat::default(),
            steps: Vec::new(),
            bytes: Vec::new(),
        };
        start.encode(&mut finder.bytes);
        // The first state always fits.
        let _ = finder.states.add(&finder.bytes, NO_PARENT);
        finder.limit();
        finder.see(outcome);
        if outcome.violated {
            finder.found(NO_PARENT, Step::Boot);
        }
        finder.count();
        finder
    }

    fn see(&mut self, outcome: Outcome) {
        self.progress.stood |= outcome.stood;
        self.progress.led |= outcome.led;
    }

    fn count(&mut self) {
        self.progress.states = self.states.len();
        self.progress.bytes = self.bytes_used();
        self.progress.depth = self.depth;
        self.progress.local_states = self.model.local_states() as u32;
    }

    fn bytes_used(&self) -> u64 {
        (self.states.bytes() + self.model.bytes()) as u64
    }

    /// The states may take what the rest of the search leaves of the memory.
    fn limit(&mut self) {
        let memory = usize::try_from(self.model.question().bounds.memory).unwrap_or(usize::MAX);
        self.states.limit = memory.saturating_sub(self.model.bytes());
    }

    /// Looks at all that can happen in the next state.
    fn expand(&mut self) {
        if self.next == self.layer_end {
            self.depth += 1;
            self.layer_end = self.states.len();
        }
        let bounds = self.model.question().bounds;
        if self.next == self.states.len() {
            return self.stop(None);
        }
        if self.depth >= bounds.depth {
            return self.stop(Some(Bound::Depth));
        }
        if self.states.len() >= bounds.states {
            return self.stop(Some(Bound::States));
        }
        let nodes = self.model.question().nodes;
        let place = self.last.map_or(0, |(place, length)| self.states.following(place, length));
        let length = self.state.decode(nodes, self.states.get(place));
        let mut steps = std::mem::take(&mut self.steps);
        self.model.steps(&self.state, &mut steps);
        for step in steps.drain(..) {
            let outcome = self.model.apply(&self.state, step, &mut self.after);
            self.progress.events += 1;
            self.see(outcome);
            if outcome.violated {
                return self.found(place, step);
            }
            let beyond = P::round(outcome.number) > bounds.number;
            let crowded = self.after.letters.len() > bounds.in_flight as usize;
            self.progress.beyond_number |= beyond;
            self.progress.beyond_in_flight |= crowded;
            if beyond || crowded {
                continue;
            }
            self.after.encode(&mut self.bytes);
            match self.states.add(&self.bytes, place) {
                Ok(true) if self.states.len() >= bounds.states => {
                    return self.stop(Some(Bound::States));
                }
                Ok(_) => {}
                Err(Full) => return self.stop(Some(Bound::Memory)),
            }
        }
        self.steps = steps;
        self.next += 1;
        self.last = Some((place, length));
        if self.next.is_multiple_of(1024) {
            self.limit();
            if self.bytes_used() >= bounds.memory {
                self.stop(Some(Bound::Memory));
            }
        }
    }

    fn stop(&mut self, bound: Option<Bound>) {
        self.answer = Some(Answer::None(bound));
    }

    /// The claim fell by `last`, in a state that was seen.
    fn found(&mut self, state: u32, last: Step) {
        let path = match state {
            NO_PARENT => vec![],
            state => self.states.path_to(state),
        };
        let mut steps: Vec<Step> =
            path.windows(2).map(|pair| self.step_between(pair[0], pair[1])).collect();
        if last != Step::Boot {
            steps.push(last);
        }
        self.answer = Some(Answer::Found(Box::new(replay::of(&mut self.model, &steps))));
    }

    /// The first step that leads from one state to another.
    fn step_between(&mut self, from: u32, to: u32) -> Step {
        let nodes = self.model.question().nodes;
        let read = |place| {
            let mut flat = Flat::default();
            flat.decode(nodes, self.states.get(place));
            flat
        };
        let (state, target) = (read(from), read(to));
        let mut after = Flat::default();
        let mut steps = Vec::new();
        self.model.steps(&state, &mut steps);
        steps
            .into_iter()
            .find(|step| {
                self.model.apply(&state, *step, &mut after);
                after == target
            })
            .expect("a state is one step from its parent")
    }
}

impl<P: Protocol> Search for Finder<P> {
    fn advance(&mut self, states: u32) -> bool {
        for _ in 0..states {
            if self.answer.is_some() {
                break;
            }
            self.expand();
        }
        self.count();
        self.answer.is_none()
    }

    fn progress(&self) -> Progress {
        self.progress
    }

    fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn finding(&self) -> Option<&Finding> {
        match self.answer.as_ref()? {
            Answer::Found(finding) => Some(finding),
            Answer::None(_) => None,
        }
    }
}
