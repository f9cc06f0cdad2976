//! The kinds of verdict.

/// What a run came to. The first case that fails decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every case passed.
    Passed,
    /// A program ran to its end; nothing was asked of it.
    Ran,
    /// A case got another value than expected.
    Wrong,
    /// A call threw.
    Thrown,
    /// A call filled the stack.
    StackOverflow,
    /// A call returned a promise.
    Promise,
    /// A call returned more than can be compared.
    TooBig,
    /// A call returned something other than plain data.
    NotPlain,
    /// The source does not parse.
    SyntaxError,
    /// The source threw while it was loaded.
    LoadFailure,
    /// The function is not there.
    NoFunction,
    /// The time was up.
    Timeout,
    /// The source is too long to be run.
    TooLong,
    /// The sandbox did not work.
    RunnerFailure,
    /// The code was changed while it ran.
    Outdated,
}

impl Kind {
    /// The value of `data-verdict`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Passed => "passed",
            Kind::Ran => "ran",
            Kind::Wrong => "wrong",
            Kind::Thrown => "thrown",
            Kind::StackOverflow => "stack-overflow",
            Kind::Promise => "promise",
            Kind::TooBig => "too-big",
            Kind::NotPlain => "not-plain",
            Kind::SyntaxError => "syntax-error",
            Kind::LoadFailure => "load-failure",
            Kind::NoFunction => "no-function",
            Kind::Timeout => "timeout",
            Kind::TooLong => "too-long",
            Kind::RunnerFailure => "runner-failure",
            Kind::Outdated => "outdated",
        }
    }

    /// In two or three words, to stand before the sentence.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Passed => "Passed",
            Kind::Ran => "Done",
            Kind::Wrong => "Not yet",
            Kind::Thrown => "An error",
            Kind::StackOverflow => "Endless recursion",
            Kind::Promise => "A promise",
            Kind::TooBig => "Too much",
            Kind::NotPlain => "Not plain data",
            Kind::SyntaxError => "Syntax error",
            Kind::LoadFailure => "Stopped early",
            Kind::NoFunction => "No function",
            Kind::Timeout => "Out of time",
            Kind::TooLong => "Too long",
            Kind::RunnerFailure => "Our fault",
            Kind::Outdated => "Changed since",
        }
    }
}
