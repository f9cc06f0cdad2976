//! Trials of one scenario, one after another in the memory of one simulation.

use super::{Measured, Trial};
use crate::protocol::Protocol;
use crate::protocols::registry::Visitor;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::trace::Tracer;

/// Makes a scenario into that of a trial, watches its run, and says what it measured.
pub trait Watch: Tracer + 'static {
    /// Draws what chance decides in a trial: writes the seed, and whatever else differs from
    /// trial to trial, into the scenario. Forgets the trial before.
    fn draw(&mut self, trial: u64, scenario: &mut Scenario);

    /// Whether all has been seen, so that the run need not go on to its end.
    fn is_over(&self) -> bool;

    /// Says what was measured, at the end of the run.
    fn measure(&self, scenario: &Scenario, measured: Measured<'_>);
}

/// The trials.
struct Batch<P: Protocol, W> {
    scenario: Scenario,
    simulation: Simulation<P>,
    watch: W,
}

/// The trials of a scenario as a watch draws and measures them.
pub fn batch(scenario: Scenario, watch: impl Watch) -> Box<dyn Trial> {
    scenario.protocol.clone().visit(Make { scenario, watch })
}

struct Make<W> {
    scenario: Scenario,
    watch: W,
}

impl<W: Watch> Visitor for Make<W> {
    type Output = Box<dyn Trial>;

    fn visit<P: Protocol>(self, config: &P::Config) -> Box<dyn Trial> {
        let Make { scenario, watch } = self;
        let simulation = Simulation::<P>::new(config.clone(), &scenario.cluster, &[]);
        Box::new(Batch { scenario, simulation, watch })
    }
}

impl<P: Protocol, W: Watch> Trial for Batch<P, W> {
    fn scenario(&mut self, trial: u64) -> &Scenario {
        self.watch.draw(trial, &mut self.scenario);
        &self.scenario
    }

    fn run(&mut self, trial: u64, measured: Measured<'_>) {
        let Batch { scenario, simulation, watch } = self;
        watch.draw(trial, scenario);
        simulation.begin_again(&scenario.cluster, &scenario.script);
        while !watch.is_over() && simulation.step(scenario.until_ms, watch) {}
        watch.measure(scenario, measured);
    }
}
