//! Which experiment, and how its dials are set.

use super::{Experiment, Results, Trial};
use crate::scenario::Scenario;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// An experiment with its dials. Equal plans give equal results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
pub struct Plan {
    experiment: &'static str,
    /// The value of every dial, in the order of their names.
    dials: BTreeMap<&'static str, u64>,
}

/// A line of the picture: what is varied besides x.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name for people.
    pub label: String,
    /// Where on the x-axis it is measured; `[0]` if there is no such axis.
    pub xs: Vec<u32>,
}

impl Series {
    /// A series with an x-axis.
    pub fn over(label: impl Into<String>, xs: impl IntoIterator<Item = u32>) -> Series {
        Series { label: label.into(), xs: xs.into_iter().collect() }
    }

    /// A series without one.
    pub fn plain(label: impl Into<String>) -> Series {
        Series::over(label, [0])
    }
}

/// One trial, to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// The number of its series.
    pub series: usize,
    /// Its place on the x-axis of the series.
    pub x: u32,
    /// Its number there.
    pub trial: u64,
}

/// A plan in a file. Dials that are left out have their defaults.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    experiment: String,
    #[serde(default)]
    dials: BTreeMap<String, u64>,
}

impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Plan, D::Error> {
        let written = Written::deserialize(from)?;
        let mut plan = Plan::new(&written.experiment).map_err(D::Error::custom)?;
        for (field, value) in &written.dials {
            plan.set(field, *value).map_err(D::Error::custom)?;
        }
        Ok(plan)
    }
}

impl From<Plan> for Written {
    fn from(plan: Plan) -> Written {
        let dials = plan.dials.into_iter().map(|(field, value)| (field.to_owned(), value));
        Written { experiment: plan.experiment.to_owned(), dials: dials.collect() }
    }
}

impl Plan {
    /// An experiment with its dials as they are at first.
    ///
    /// # Errors
    /// A sentence that names the experiments, if there is none of this name.
    pub fn new(slug: &str) -> Result<Plan, String> {
        let experiment = Experiment::named(slug).ok_or_else(|| {
            let known: Vec<_> = super::ALL.iter().map(|experiment| experiment.slug).collect();
            format!("There is no experiment {slug:?}. Name one of {}.", known.join(", "))
        })?;
        let dials = experiment.dials.iter().map(|dial| (dial.field, dial.default));
        Ok(Plan { experiment: experiment.slug, dials: dials.collect() })
    }

    /// Sets a dial.
    ///
    /// # Errors
    /// A sentence that says which dials there are, or what this one may be set to.
    pub fn set(&mut self, field: &str, value: u64) -> Result<(), String> {
        let dials = self.experiment().dials;
        let Some(dial) = dials.iter().find(|dial| dial.field == field) else {
            let known: Vec<_> = dials.iter().map(|dial| dial.field).collect();
            let known = match known.is_empty() {
                true => "It has none.".to_owned(),
                false => format!("Name one of {}.", known.join(", ")),
            };
            return Err(format!("{} has no dial {field:?}. {known}", self.experiment));
        };
        dial.check(value)?;
        self.dials.insert(dial.field, value);
        Ok(())
    }

    /// The experiment.
    pub fn experiment(&self) -> &'static Experiment {
        Experiment::named(self.experiment).expect("plans name experiments that exist")
    }

    /// The value of a dial; 0 if there is none of this name.
    pub fn get(&self, field: &str) -> u64 {
        self.dials.get(field).copied().unwrap_or(0)
    }

    /// The lines of the picture.
    pub fn series(&self) -> Vec<Series> {
        (self.experiment().series)(self)
    }

    /// The trials at a place of a series.
    pub fn prepare(&self, series: usize, x: u32) -> Box<dyn Trial> {
        super::prepare(self, series, x)
    }

    /// The run of a trial, which the simulator plays.
    pub fn scenario(&self, replay: Replay) -> Scenario {
        self.prepare(replay.series, replay.x).scenario(replay.trial).clone()
    }

    /// No results yet.
    pub fn results(&self) -> Results {
        Results::new(self.clone())
    }
}
