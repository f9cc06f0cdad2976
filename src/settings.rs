//! How the page looks and moves, as a learner has set it.

use serde::{Deserialize, Serialize};

/// How the page looks and moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Whether things move.
    pub motion: Motion,
    /// How large code is in the editor.
    pub code: CodeSize,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Paper,
    /// Dark.
    Night,
}

/// Whether things move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// As the system has it.
    #[default]
    System,
    /// Things move.
    Full,
    /// Steps instead of movement.
    Steps,
}

/// How large code is in the editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeSize {
    /// Smaller than the text around it.
    Small,
    /// About as large.
    #[default]
    Normal,
    /// Larger.
    Large,
    /// Half as large again.
    Largest,
}

impl CodeSize {
    /// From the smallest to the largest.
    pub const ALL: [CodeSize; 4] =
        [CodeSize::Small, CodeSize::Normal, CodeSize::Large, CodeSize::Largest];

    /// Its name in what is kept and in the styles.
    pub fn name(self) -> &'static str {
        match self {
            CodeSize::Small => "small",
            CodeSize::Normal => "normal",
            CodeSize::Large => "large",
            CodeSize::Largest => "largest",
        }
    }

    /// The size of that name.
    pub fn named(name: &str) -> Option<CodeSize> {
        CodeSize::ALL.into_iter().find(|size| size.name() == name)
    }
}

impl Theme {
    /// Its name in what is kept and in the styles.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Paper => "paper",
            Theme::Night => "night",
        }
    }

    /// The theme of that name.
    pub fn named(name: &str) -> Option<Theme> {
        [Theme::System, Theme::Paper, Theme::Night].into_iter().find(|theme| theme.name() == name)
    }
}

impl Motion {
    /// Its name in what is kept and in the styles.
    pub fn name(self) -> &'static str {
        match self {
            Motion::System => "system",
            Motion::Full => "full",
            Motion::Steps => "steps",
        }
    }

    /// The motion of that name.
    pub fn named(name: &str) -> Option<Motion> {
        [Motion::System, Motion::Full, Motion::Steps]
            .into_iter()
            .find(|motion| motion.name() == name)
    }
}
