//! The one list of algorithms. A new one is added here and nowhere else.

use super::electorate::Electorate;
use super::{
    bully, cassandra, chang_roberts, database_lock, etcd, hdfs, kafka_controller, kafka_partition,
    kraft, kubernetes, mongodb, paxos, raft, redlock, ring_list, sentinel, single_node, written,
    zab, zookeeper_lock,
};
use crate::checks::Check;
use crate::explore::{self, Question, Search};
use crate::protocol::{MessageKind, Protocol, Rule, TimerKind};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::swarm::Sight;
use crate::time::Span;
use crate::timeline::Timeline;
use serde::{Deserialize, Serialize};

/// What the gallery says about an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its name in scenario files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// When it was published or first shipped; nothing if nobody did, because it is what many do.
    pub year: Option<u16>,
    /// Id of its source in the course.
    pub source: &'static str,
    /// What it promises, in one line.
    pub claim: &'static str,
    /// What the promise needs.
    pub assumptions: &'static [&'static str],
    /// The checks that watch every run of it, but for those that need a flag that is not set.
    pub checks: &'static [Check],
    /// Those of them that hold whatever the network, the clocks and the schedulers do, as long
    /// as disks keep what was written and, if they are about the order of writes, the store
    /// compares their tokens ([`Check::needs_a_store_that_compares`]). The others need the
    /// assumptions.
    pub guarantees: &'static [Check],
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// The rules that can be switched off, to see what they are for.
    pub switches: &'static [Switch],
    /// What a swarm of runs of it must have come across, or it has not looked hard enough.
    pub coverage: &'static [Sight],
}

/// A rule that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its name in scenario files, as the value of `broken`.
    pub name: &'static str,
    /// What happens without it, in a sentence.
    pub text: &'static str,
}

/// What the registry asks of a protocol's configuration.
pub trait Parameters {
    /// The field of a parameter in [`Info::parameters`]; besides, where there are such flags,
    /// `writes` and `settled`.
    fn field(&mut self, name: &str) -> Option<Setting<'_>>;

    /// How long it takes at most, once everybody runs and every message arrives within
    /// `delay`, until all believe in the same leader and it leads. Where chance takes part,
    /// long enough that missing it is a finding; [`NO_BOUND`] if it may never come to that.
    fn settles_within(&self, nodes: u8, delay: Span) -> Span;

    /// Switches off a rule of [`Info::switches`]; false if there is none of that name.
    fn switch_off(&mut self, _rule: &str) -> bool {
        false
    }

    /// The flag without which a claim of [`Info::checks`] is not even made.
    fn needs(&self, _claim: Check) -> Option<&'static str> {
        None
    }

    /// Whether these parameters give up a claim of [`Info::guarantees`].
    fn waives(&self, _claim: Check) -> bool {
        false
    }

    /// Whether the number with which a node leads goes with its writes, as a token.
    fn has_tokens(&self) -> bool {
        true
    }

    /// Who decides who leads, in a cluster of so many nodes.
    fn electorate(&self, _nodes: u8) -> Electorate {
        Electorate::Everybody
    }

    /// Whether what is no [`Info::parameters`] fits a cluster of so many nodes.
    ///
    /// # Errors
    /// A sentence that says what does not.
    fn check(&self, _nodes: u8) -> Result<(), String> {
        Ok(())
    }
}

/// How long it takes where there is no bound: longer than any run.
pub const NO_BOUND: Span = Span::new(86_400_000);

/// A parameter of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its field in scenario files.
    pub field: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// `ms`, nothing for a count, or `yes/no` for a flag that is 0 or 1.
    pub unit: &'static str,
    /// The least and the most that make sense.
    pub range: (u64, u64),
}

impl Parameter {
    /// A time in milliseconds.
    pub const fn ms(field: &'static str, title: &'static str, least: u64, most: u64) -> Parameter {
        Parameter { field, title, unit: "ms", range: (least, most) }
    }

    /// A number of things.
    pub const fn count(
        field: &'static str,
        title: &'static str,
        least: u64,
        most: u64,
    ) -> Parameter {
        Parameter { field, title, unit: "", range: (least, most) }
    }

    /// Whether it is something that is done or not.
    pub fn is_flag(&self) -> bool {
        self.unit == "yes/no"
    }

    /// Something that is done or not.
    pub const fn flag(field: &'static str, title: &'static str) -> Parameter {
        Parameter { field, title, unit: "yes/no", range: (0, 1) }
    }
}

/// A field of a configuration that can be set by hand.
pub enum Setting<'a> {
    /// A time, set in milliseconds.
    Ms(&'a mut Span),
    /// A count.
    Count(&'a mut u32),
    /// A flag, 0 or 1.
    Flag(&'a mut bool),
}

impl Setting<'_> {
    /// Its value, rounded down to a whole unit.
    fn get(self) -> u64 {
        match self {
            Setting::Ms(span) => span.as_micros() / 1000,
            Setting::Count(count) => u64::from(*count),
            Setting::Flag(flag) => u64::from(*flag),
        }
    }

    fn set(self, value: u64) {
        match self {
            Setting::Ms(span) => *span = Span::new(value),
            Setting::Count(count) => *count = u32::try_from(value).unwrap_or(u32::MAX),
            Setting::Flag(flag) => *flag = value != 0,
        }
    }
}

/// Something that is done with an algorithm, whichever it is.
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<P: Protocol>(self, config: &P::Config) -> Self::Output;
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

            /// The rules of the algorithm, in the order of its source.
            pub fn rules(&self) -> &'static [Rule] {
                match self { $(ProtocolConfig::$variant(_) => $module::$process::RULES,)* }
            }

            /// The kinds of messages of the algorithm, in the order in which traces number them.
            pub fn messages(&self) -> &'static [MessageKind] {
                match self { $(ProtocolConfig::$variant(_) => $module::$process::MESSAGES,)* }
            }
        }

        impl ProtocolConfig {
            /// The value of a parameter, in its unit; 0 if there is none of that name.
            pub fn get(&self, field: &str) -> u64 {
                match self {
                    $(ProtocolConfig::$variant(config) => {
                        // Reading leaves the copy as it is.
                        config.clone().field(field).map_or(0, Setting::get)
                    })*
                }
            }

            /// Gives a parameter another value, in its unit.
            pub fn set(&mut self, field: &str, value: u64) {
                match self {
                    $(ProtocolConfig::$variant(config) => {
                        if let Some(field) = config.field(field) {
                            field.set(value);
                        }
                    })*
                }
            }
        }

        impl ProtocolConfig {
            /// An algorithm with its default parameters, by its name in scenario files.
            pub fn named(name: &str) -> Option<ProtocolConfig> {
                $(if name == $module::INFO.name {
                    return Some(ProtocolConfig::$variant(Default::default()));
                })*
                None
            }

            /// See [`Protocol::READS_CLOCK`].
            pub fn reads_clock(&self) -> bool {
                match self {
                    $(ProtocolConfig::$variant(_) => $module::$process::READS_CLOCK,)*
                }
            }

            /// The names of a node's timers.
            pub fn timers(&self) -> Vec<&'static str> {
                fn names<T: TimerKind>() -> Vec<&'static str> {
                    T::ALL.iter().map(|timer| timer.name()).collect()
                }
                match self {
                    $(ProtocolConfig::$variant(_) => {
                        names::<<$module::$process as Protocol>::Timer>()
                    })*
                }
            }

            /// Does something with the algorithm and its parameters.
            pub fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                match self {
                    $(ProtocolConfig::$variant(config) => {
                        visitor.visit::<$module::$process>(config)
                    })*
                }
            }

            /// See [`Parameters::settles_within`].
            pub fn settles_within(&self, nodes: u8, delay: Span) -> Span {
                match self {
                    $(ProtocolConfig::$variant(config) => config.settles_within(nodes, delay),)*
                }
            }

            /// See [`Parameters::switch_off`].
            pub fn switch_off(&mut self, rule: &str) -> bool {
                match self {
                    $(ProtocolConfig::$variant(config) => config.switch_off(rule),)*
                }
            }

            /// The flag without which a claim of [`Info::checks`] is not even made.
            pub fn needs(&self, claim: Check) -> Option<&'static Parameter> {
                let field = match self {
                    $(ProtocolConfig::$variant(config) => config.needs(claim),)*
                }?;
                self.info().parameters.iter().find(|parameter| parameter.field == field)
            }

            /// Whether a claim holds whatever the network, the clocks and the schedulers do.
            pub fn guarantees(&self, claim: Check) -> bool {
                let waived = match self {
                    $(ProtocolConfig::$variant(config) => config.waives(claim),)*
                };
                self.info().guarantees.contains(&claim) && self.makes(claim) && !waived
            }

            /// See [`Parameters::has_tokens`].
            pub fn has_tokens(&self) -> bool {
                match self {
                    $(ProtocolConfig::$variant(config) => config.has_tokens(),)*
                }
            }

            /// See [`Parameters::electorate`].
            pub fn electorate(&self, nodes: u8) -> Electorate {
                match self {
                    $(ProtocolConfig::$variant(config) => config.electorate(nodes),)*
                }
            }

            /// See [`Parameters::check`].
            fn check(&self, nodes: u8) -> Result<(), String> {
                match self {
                    $(ProtocolConfig::$variant(config) => config.check(nodes),)*
                }
            }
        }

        const INFOS: &[Info] = &[$($module::INFO,)*];

        /// What the gallery says about all algorithms, in the order in which they are taught.
        pub const ALL: &[Info] = INFOS.split_at(INFOS.len() - 1).0;

        /// A search for a run in which a claim falls.
        ///
        /// # Errors
        /// A sentence that says what is wrong with the question.
        pub fn search(question: Question) -> Result<Box<dyn Search>, String> {
            match question.protocol.clone() {
                $(ProtocolConfig::$variant(config) => {
                    explore::search::<$module::$process>(config, question)
                })*
            }
        }

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
    ChangRoberts chang_roberts ChangRoberts,
    RingList ring_list RingList,
    Raft raft Raft,
    Paxos paxos Paxos,
    Zab zab Zab,
    ZookeeperLock zookeeper_lock ZookeeperLock,
    Etcd etcd Etcd,
    Kubernetes kubernetes Kubernetes,
    DatabaseLock database_lock DatabaseLock,
    Sentinel sentinel Sentinel,
    Mongodb mongodb MongoDb,
    Hdfs hdfs Hdfs,
    KafkaController kafka_controller KafkaController,
    Kraft kraft KRaft,
    KafkaPartition kafka_partition KafkaPartition,
    Redlock redlock Redlock,
    Cassandra cassandra Cassandra,
    SingleNode single_node SingleNode,
    // The last one is no algorithm: it plays back what a learner's code did.
    Written written Written,
}

impl ProtocolConfig {
    /// The same algorithm with its default parameters.
    pub fn defaults(&self) -> ProtocolConfig {
        ProtocolConfig::named(self.info().name).expect("the name is the registry's own")
    }

    /// Whether it makes this claim, with these parameters.
    pub fn makes(&self, claim: Check) -> bool {
        let set = self.needs(claim).is_none_or(|flag| self.get(flag.field) != 0);
        self.info().checks.contains(&claim) && set
    }

    /// Names of the claims that it makes, with whatever parameters.
    pub fn checks(&self) -> Vec<&'static str> {
        self.info().checks.iter().map(|check| check.name()).collect()
    }

    /// Whether somebody may ask if this claim falls: one of its own, or that there is one leader
    /// at a time, which few claim and many believe.
    ///
    /// # Errors
    /// A sentence that lists the claims.
    pub fn may_be_asked(&self, claim: Check) -> Result<(), String> {
        let (checks, at_once) = (self.checks(), Check::OneLeaderAtATime);
        if claim == at_once || checks.contains(&claim.name()) {
            return Ok(());
        }
        Err(format!(
            "{} makes no claim \"{}\": expected one of {}, {}",
            self.info().title,
            claim.name(),
            checks.join(", "),
            at_once.name(),
        ))
    }

    /// Checks every parameter against its range, and the rest against the cluster.
    ///
    /// # Errors
    /// A sentence that names the parameter and its range.
    pub fn validate(&self, nodes: u8) -> Result<(), String> {
        for parameter in self.info().parameters {
            let Parameter { field, unit, range: (least, most), .. } = parameter;
            let given = self.get(field);
            if !(*least..=*most).contains(&given) {
                let message = format!("\"{field}\" is {given}: expected {least} to {most} {unit}");
                return Err(message.trim_end().to_owned());
            }
        }
        self.check(nodes)
    }
}
