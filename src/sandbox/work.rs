//! What the page has the sandbox do: one frame for a program, two for a challenge.

use std::rc::Rc;

use election_content::{Case, Challenge};

use super::frame::Sandbox;
use super::hidden;
use super::outcome::{End, Outcome};
use super::request::Job;

/// Something to be run.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// The source, from top to bottom.
    Program(String),
    /// The source on the cases of a challenge, the hidden ones among them.
    Cases(Rc<Challenge>, String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// What was run.
    pub job: Job,
    /// The hidden cases of this run; they follow the visible ones.
    pub drawn: Vec<Case>,
    /// What the code did.
    pub outcome: Outcome,
}

impl Work {
    /// Runs it. The hidden cases are drawn, and their frame is gone, before the learner's code
    /// is sent anywhere.
    pub async fn run(self) -> Ran {
        let sandbox = Sandbox::here();
        let (challenge, source) = match self {
            Work::Program(source) => {
                let job = Job::program(&source);
                let outcome = sandbox.run(&job).await;
                return Ran { job, drawn: Vec::new(), outcome };
            }
            Work::Cases(challenge, source) => (challenge, source),
        };
        let Challenge { function, cases, .. } = &*challenge;
        // What cannot be run anyway needs no cases.
        if !Job::program(&source).fits() {
            let job = Job::tests(&source, function, cases);
            return Ran { job, drawn: Vec::new(), outcome: Outcome::of(End::TooLong) };
        }
        let drawing = sandbox.run(&hidden::job(&challenge, seed())).await;
        match hidden::cases(drawing) {
            Ok(drawn) => {
                let job = Job::tests(&source, function, &[cases.as_slice(), &drawn].concat());
                let outcome = sandbox.run(&job).await;
                Ran { job, drawn, outcome }
            }
            Err(reason) => {
                let job = Job::tests(&source, function, cases);
                Ran { job, drawn: Vec::new(), outcome: Outcome::of(End::Failure(reason)) }
            }
        }
    }
}

/// Each run draws its own cases. That they cannot be predicted matters little: whoever reads the
/// page's code can cheat, and cheats nobody else.
fn seed() -> u32 {
    (js_sys::Math::random() * 2f64.powi(32)) as u32
}
