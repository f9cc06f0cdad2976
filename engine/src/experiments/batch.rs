//! Trials of one scenario, one after another in the memory of one simulation.

use super::{Measured, Trial};
use crate::action::Action;
use crate::protocol::Protocol;
use crate::protocols::registry::Visitor;
use crate::scenario::{Scenario, Scripted};
use crate::simulation::Simulation;
use crate::time::SimTime;
use crate::trace::Tracer;

/// Looks at a run until it has seen enough.
pub trait Watch: Tracer + 'static {
    /// Forgets the run before: this one comes next.
    fn begin(&mut self, scenario: &Scenario);

    /// Whether enough has been seen, so that the run need not go on to its end.
    fn is_over(&self) -> bool;
}

/// The trials of a scenario. `draw` writes into it what chance decides in a trial besides the
/// seed, which is the number of the trial; `measure` says what the watch has seen.
pub fn batch<W: Watch>(
    scenario: Scenario,
    watch: W,
    draw: impl Fn(u64, &mut Scenario) + 'static,
    measure: impl Fn(&W, &Scenario, Measured<'_>) + 'static,
) -> Box<dyn Trial> {
    scenario.protocol.clone().visit(Make { scenario, watch, draw, measure })
}

/// The trials, and the same before the algorithm is known.
struct Batch<P: Protocol, W, D, M> {
    simulation: Simulation<P>,
    parts: Make<W, D, M>,
}

struct Make<W, D, M> {
    scenario: Scenario,
    watch: W,
    draw: D,
    measure: M,
}

impl<W, D, M> Visitor for Make<W, D, M>
where
    W: Watch,
    D: Fn(u64, &mut Scenario) + 'static,
    M: Fn(&W, &Scenario, Measured<'_>) + 'static,
{
    type Output = Box<dyn Trial>;

    fn visit<P: Protocol>(self, config: &P::Config) -> Box<dyn Trial> {
        let simulation = Simulation::<P>::new(config.clone(), &self.scenario.cluster, &[]);
        Box::new(Batch { simulation, parts: self })
    }
}

impl<P, W, D, M> Trial for Batch<P, W, D, M>
where
    P: Protocol,
    W: Watch,
    D: Fn(u64, &mut Scenario),
    M: Fn(&W, &Scenario, Measured<'_>),
{
    fn scenario(&mut self, trial: u64) -> &Scenario {
        let Make { scenario, draw, .. } = &mut self.parts;
        scenario.cluster.seed = trial;
        draw(trial, scenario);
        scenario
    }

    fn run(&mut self, trial: u64, measured: Measured<'_>) {
        self.scenario(trial);
        let Batch { simulation, parts: Make { scenario, watch, measure, .. } } = self;
        watch.begin(scenario);
        simulation.begin_again(&scenario.cluster, &scenario.script);
        while !watch.is_over() && simulation.step(scenario.until_ms, watch) {}
        measure(watch, scenario, measured);
    }
}

/// Adds something to be done to a scenario.
pub fn add(scenario: &mut Scenario, at_ms: SimTime, action: Action) {
    scenario.script.push(Scripted { at_ms, action });
}

/// Trials that differ in their algorithm's parameters, so that each is set up from nothing.
pub fn anew(make: impl Fn(u64) -> Box<dyn Trial> + 'static) -> Box<dyn Trial> {
    Box::new(Anew { made: make(0), make })
}

struct Anew<F> {
    make: F,
    made: Box<dyn Trial>,
}

impl<F: Fn(u64) -> Box<dyn Trial>> Trial for Anew<F> {
    fn scenario(&mut self, trial: u64) -> &Scenario {
        self.made = (self.make)(trial);
        self.made.scenario(trial)
    }

    fn run(&mut self, trial: u64, measured: Measured<'_>) {
        self.made = (self.make)(trial);
        self.made.run(trial, measured);
    }
}
