//! The one list of algorithms. A new one is added here and nowhere else.

use super::bully;
use crate::checks::Check;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::timeline::Timeline;
use serde::{Deserialize, Serialize};

/// What the gallery says about an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its name in scenario files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// When it was published.
    pub year: u16,
    /// Id of its source in the course.
    pub source: &'static str,
    /// What it promises, in one line.
    pub claim: &'static str,
    /// What the promise needs.
    pub assumptions: &'static [&'static str],
    /// The checks that watch every run of it.
    pub checks: &'static [Check],
    /// What can be set.
    pub parameters: &'static [Parameter],
}

/// A parameter of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its field in scenario files.
    pub field: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// `ms`, or nothing for a count.
    pub unit: &'static str,
    /// What it is if nobody says otherwise.
    pub default: u64,
    /// The least and the most that make sense.
    pub range: (u64, u64),
}

impl Parameter {
    /// A time in milliseconds.
    pub const fn ms(
        field: &'static str,
        title: &'static str,
        default: u64,
        least: u64,
        most: u64,
    ) -> Parameter {
        Parameter { field, title, unit: "ms", default, range: (least, most) }
    }

    /// A number of things.
    pub const fn count(
        field: &'static str,
        title: &'static str,
        default: u64,
        least: u64,
        most: u64,
    ) -> Parameter {
        Parameter { field, title, unit: "", default, range: (least, most) }
    }
}

macro_rules! protocols {
    ($($variant:ident $module:ident $process:ident,)*) => {
        /// The algorithm of a scenario, with its parameters.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum ProtocolConfig {
            $(
                #[doc = concat!("See [`", stringify!($module), "`].")]
                $variant($module::Config),
            )*
        }

        impl ProtocolConfig {
            /// What the gallery says about the algorithm.
            pub fn info(&self) -> &'static Info {
                match self { $(ProtocolConfig::$variant(_) => &$module::INFO,)* }
            }
        }

        /// What the gallery says about all algorithms, in the order in which they are taught.
        pub const ALL: &[Info] = &[$($module::INFO,)*];

        /// A run of a scenario, at its first instant.
        pub fn open(scenario: Scenario) -> Box<dyn Run> {
            match scenario.protocol.clone() {
                $(ProtocolConfig::$variant(config) => {
                    Box::new(Timeline::<$module::$process>::new(config, scenario))
                })*
            }
        }
    };
}

protocols! {
    Bully bully Bully,
}

impl ProtocolConfig {
    /// Names of the checks that watch every run.
    pub fn checks(&self) -> Vec<&'static str> {
        self.info().checks.iter().map(|check| check.name()).collect()
    }

    /// Checks every parameter against its range.
    ///
    /// # Errors
    /// A sentence that names the parameter and its range.
    pub fn validate(&self, _nodes: u8) -> Result<(), String> {
        let value = serde_json::to_value(self).unwrap_or_default();
        let fields = &value[self.info().name];
        for parameter in self.info().parameters {
            let (least, most) = parameter.range;
            let given = fields[parameter.field].as_f64().unwrap_or_default();
            if given < least as f64 || given > most as f64 {
                let Parameter { field, unit, .. } = parameter;
                let message = format!("\"{field}\" is {given}: expected {least} to {most} {unit}");
                return Err(message.trim_end().to_owned());
            }
        }
        Ok(())
    }
}
