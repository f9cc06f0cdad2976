//! What every algorithm declares: its timers, its rules, and the rules that can be switched off.
//! Each list is written once, and what has to agree with it is made from it.

use crate::protocol::Rule;

/// Makes the enum `Timer` of an algorithm. The order of the variants is the order in which the
/// trace numbers them; two may share a name. `suspicion` is the one whose running out means that
/// somebody is suspected.
macro_rules! timers {
    (
        $(#[doc = $about:literal])+
        suspicion: $suspicion:ident,
        $($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)*
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Timer {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl $crate::protocol::TimerKind for Timer {
            const ALL: &'static [Timer] = &[$(Timer::$variant,)*];

            fn index(self) -> usize {
                self as usize
            }

            fn name(self) -> &'static str {
                match self {
                    $(Timer::$variant => $name,)*
                }
            }

            fn is_suspicion(self) -> bool {
                self == Timer::$suspicion
            }
        }
    };
}
pub(crate) use timers;

/// Makes `RULES`, and for each rule the constant by which it is cited.
macro_rules! rules {
    ($($vis:vis $name:ident = $rule:expr,)*) => {
        // Named like the constants that they number.
        #[allow(clippy::upper_case_acronyms, non_camel_case_types)]
        enum Place { $($name,)* }

        $($vis const $name: $crate::protocol::RuleId =
            $crate::protocol::RuleId(Place::$name as u8);)*

        /// The rules, in the order of the source.
        pub(super) const RULES: &[$crate::protocol::Rule] = &[$($rule,)*];
    };
}
pub(crate) use rules;

/// Makes the enum `Broken` of an algorithm and its `SWITCHES`.
macro_rules! switches {
    ($($(#[doc = $text:literal])+ $variant:ident = $name:literal,)*) => {
        /// A rule of the algorithm that is switched off.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum Broken {
            $($(#[doc = $text])+ #[serde(rename = $name)] $variant,)*
        }

        /// The rules that can be switched off.
        pub const SWITCHES: &[$crate::protocols::registry::Switch] = &[
            $($crate::protocols::registry::Switch {
                name: $name,
                text: concat!($($text),+).trim_ascii_start(),
            },)*
        ];

        impl Broken {
            /// The switch of that name.
            pub fn named(name: &str) -> Option<Broken> {
                match name {
                    $($name => Some(Broken::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use switches;

/// A rule that no source has.
pub(crate) const fn ours(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "" }
}
