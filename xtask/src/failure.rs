/// Why a command stops: one sentence for the person who typed it, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// What happened and what to do about it.
    pub sentence: String,
    /// 1 when something failed, 2 when what was typed or handed in is wrong.
    pub code: u8,
}

impl Failure {
    /// Something failed: exit code 1.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 1 }
    }

    /// The input is wrong: exit code 2.
    pub fn input(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 2 }
    }

    /// Something failed and everything about it has been printed: exit code 1.
    pub fn told() -> Self {
        Self::new("")
    }
}
