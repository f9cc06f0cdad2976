//! A learner's election on trial: many runs side by side, each step of all of them in one
//! message to the sandbox.

use std::rc::Rc;

use election_engine::protocols::registry::ProtocolConfig;
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
use election_engine::trial::live::Broke;
use election_engine::trial::words::Question;
use election_engine::trial::{Fare, Fell, Level, Live, fare, shortened, smaller};

use super::cancel::Cancel;
use super::kind::Kind;
use super::nodes::{Holding, Reply, Session};
use super::outcome::{Console, End};
use super::sentences;
use super::verdict::Fault;

/// The most rounds of making a failing run shorter; each tries all that can be left out.
const ROUNDS: usize = 40;

/// How long runs may take in all, in milliseconds: several times what they take where it is slow.
pub const LONGEST: f64 = 60_000.0;

/// How long it may take to make a failing run shorter, in milliseconds.
const LONGEST_SHRINKING: f64 = 30_000.0;

/// What is said of a node whose code had to be stopped.
pub const BUSY: &str = "was still busy after a second, so it was stopped";

/// Somebody's code, and who wants to know how far it has come.
#[derive(Clone)]
pub struct Trial {
    /// What the learner wrote.
    pub source: Rc<str>,
    /// The class of the nodes.
    pub class: Rc<str>,
    /// What must hold.
    pub level: Rc<Level>,
    /// Set by whoever has seen enough.
    pub cancel: Rc<Cancel>,
}

/// A run that has come to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// With all that the nodes did: to be played without their code.
    pub recorded: Rc<Scenario>,
    /// How it fared.
    pub fare: Fare,
}

/// What became of runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// All came to their end.
    Ended(Vec<Ran>),
    /// A node's code failed in one of them, which is recorded up to there; at this line of the
    /// source, if that is known.
    Broke(Broke, Rc<Scenario>, Option<u32>),
    /// The sandbox ended. Of a timeout it is not known whose code it was.
    Stopped(End),
    /// Somebody has seen enough.
    Cancelled,
    /// They took too long. How far they have come, in thousandths.
    Slow(u32),
}

/// What came of making a failing run shorter.
pub struct Shrunk {
    /// The shortest found that fails in the same way. Nothing if there was no time for any, or if
    /// the code, asked again, did not do the same.
    pub ran: Option<Ran>,
    /// Whether there was time for all.
    pub finished: bool,
}

impl Trial {
    /// What these seeds draw.
    pub fn scenarios(&self, seeds: &[u64]) -> Vec<Scenario> {
        let nobody = ProtocolConfig::named("written").expect("the registry has it");
        seeds.iter().map(|seed| self.level.scenario(nobody.clone(), *seed)).collect()
    }

    /// Makes these runs. `progress` hears how far they have come, in thousandths.
    pub async fn play(&self, scenarios: Vec<Scenario>, progress: impl Fn(u32)) -> (Came, Console) {
        self.play_until(js_sys::Date::now() + LONGEST, scenarios, progress).await
    }

    async fn play_until(
        &self,
        deadline: f64,
        scenarios: Vec<Scenario>,
        progress: impl Fn(u32),
    ) -> (Came, Console) {
        let first = self.attempt(&scenarios, false, deadline, &progress).await;
        if let (Came::Stopped(End::Timeout { .. }), _) = &first {
            // Once more, slowly, to see whose code it is.
            return self.attempt(&scenarios, true, deadline, &progress).await;
        }
        first
    }

    async fn attempt(
        &self,
        scenarios: &[Scenario],
        each: bool,
        deadline: f64,
        progress: &impl Fn(u32),
    ) -> (Came, Console) {
        let holding = Holding::new(&self.source, &self.class, each);
        let session = match Session::open(&holding, &self.cancel, deadline).await {
            Ok(session) => session,
            Err(_) if self.cancel.is_set() => return (Came::Cancelled, Console::default()),
            Err(end) => return (Came::Stopped(end), Console::default()),
        };
        let mut runs: Vec<Live> = scenarios.iter().cloned().map(Live::new).collect();
        let came = self.rounds(&session, &mut runs, deadline, progress).await;
        match came {
            // A sandbox that has ended has nothing more to say, and a busy one is not waited for.
            Came::Stopped(_) | Came::Cancelled | Came::Slow(_) => (came, Console::default()),
            came => (came, session.end().await),
        }
    }

    async fn rounds(
        &self,
        session: &Session,
        runs: &mut [Live],
        deadline: f64,
        progress: &impl Fn(u32),
    ) -> Came {
        for round in 0_u32.. {
            let questions: Vec<(usize, Question)> = runs
                .iter_mut()
                .enumerate()
                .filter_map(|(run, live)| Some((run, live.question()?)))
                .collect();
            if questions.is_empty() {
                break;
            }
            if round % 16 == 0 {
                progress(how_far(runs));
            }
            let replies = session.ask(&questions).await;
            if self.cancel.is_set() {
                return Came::Cancelled;
            }
            if js_sys::Date::now() >= deadline {
                return Came::Slow(how_far(runs));
            }
            match replies {
                Ok(replies) => {
                    for ((run, _), reply) in questions.iter().zip(replies) {
                        let line = line_of(&reply);
                        answer(&mut runs[*run], reply);
                        if let Some(broke) = broke(&runs[*run], line) {
                            return broke;
                        }
                    }
                }
                Err(End::Timeout { call: Some(call) }) if call < questions.len() => {
                    let live = &mut runs[questions[call].0];
                    live.fail(BUSY.into());
                    if let Some(broke) = broke(live, None) {
                        return broke;
                    }
                }
                Err(end) => return Came::Stopped(end),
            }
        }
        Came::Ended(runs.iter().map(|live| self.ran(live)).collect())
    }

    fn ran(&self, live: &Live) -> Ran {
        let fare = fare(&self.level, live.scenario(), live.records());
        Ran { recorded: Rc::new(live.recorded(live.scenario().until_ms)), fare }
    }

    /// Makes a failing run shorter, as long as the same claim falls. `progress` hears how many
    /// runs were tried.
    pub async fn shrink(
        &self,
        scenario: Scenario,
        fell: Fell,
        at: SimTime,
        progress: impl Fn(u32),
    ) -> Shrunk {
        let deadline = js_sys::Date::now() + LONGEST_SHRINKING;
        let fails = |ran: &Ran| {
            ran.fare.failure.as_ref().filter(|found| found.0 == fell).map(|found| found.1)
        };
        let mut best: Option<(Scenario, Ran)> = None;
        let mut finished = true;
        let mut candidates = vec![shortened(&scenario, fell, at)];
        let mut tried = 0;
        for _ in 0..ROUNDS {
            tried += candidates.len() as u32;
            let (came, _) = self.play_until(deadline, candidates.clone(), |_| {}).await;
            let Came::Ended(runs) = came else {
                finished = !matches!(came, Came::Cancelled | Came::Slow(_));
                break;
            };
            progress(tried);
            let found = runs.into_iter().zip(candidates).find_map(|(ran, scenario)| {
                let at = fails(&ran)?;
                Some((shortened(&scenario, fell, at), ran))
            });
            let Some((scenario, ran)) = found else { break };
            candidates = smaller(&self.level, &scenario, fell);
            best = Some((scenario, ran));
        }
        let Some((scenario, ran)) = best else { return Shrunk { ran: None, finished } };
        if !finished {
            return Shrunk { ran: Some(ran), finished };
        }
        // Once more as short as it became.
        let ran = match self.play(vec![scenario], |_| {}).await.0 {
            Came::Ended(runs) => runs.into_iter().find(|ran| fails(ran).is_some()),
            _ => None,
        };
        Shrunk { ran, finished }
    }
}

/// The line of the source at which the code threw, if it did and that is known.
fn line_of(reply: &Reply) -> Option<u32> {
    match reply {
        Reply::Thrown(thrown) => thrown.line,
        _ => None,
    }
}

fn answer(live: &mut Live, reply: Reply) {
    match reply {
        Reply::Acts(acts) => live.answer(acts),
        Reply::Thrown(thrown) => {
            let line = thrown.line.map(|line| format!(" at line {line}")).unwrap_or_default();
            live.fail(match thrown.overflow {
                true => format!("calls itself without end{line}"),
                false => format!("threw {}{line}", thrown.description),
            });
        }
        Reply::Promise => live.fail(
            "gave a promise; what a node does, it does at once: write without async and await"
                .into(),
        ),
    }
}

/// Why a node's code failed that had to be stopped, and the line to mark.
pub fn likely_cause(source: &str) -> (String, Option<Fault>) {
    sentences::likely_cause(source)
}

/// How the sandbox ended, for its author.
pub fn stopped(end: &End, source: &str, class: &str) -> (Kind, String, Option<Fault>) {
    let (kind, sentence, fault) = sentences::stopped(end, source, Some(class), None);
    match end {
        End::NoFunction => {
            let sentence = format!(
                "There is no class called {class}. Write one that starts with: class {class} extends Process {{"
            );
            (kind, sentence, fault)
        }
        _ => (kind, sentence, fault),
    }
}

fn broke(live: &Live, line: Option<u32>) -> Option<Came> {
    let broke = live.broke()?;
    Some(Came::Broke(broke.clone(), Rc::new(live.recorded(broke.at)), line))
}

/// How far runs have come, in thousandths.
fn how_far(runs: &[Live]) -> u32 {
    let far = |live: &Live| live.now().0 * 1000 / live.scenario().until_ms.0.max(1);
    (runs.iter().map(far).sum::<u64>() / runs.len().max(1) as u64) as u32
}
