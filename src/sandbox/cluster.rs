//! A learner's function as a part of a cluster: the engine plays rounds and says what to ask (see
//! its `elsewhere`), the sandbox answers.

use election_content::Challenge;
use election_engine::elsewhere::rounds::{Next, Played, Rounds};
use serde_json::Value;

use super::frame::Sandbox;
use super::outcome::{Answer, End};
use super::request::{BUDGET, Job};
use super::sentences::stopped;

/// Plays every run of the challenge with `source` in it.
///
/// # Errors
/// What became of the code, in a sentence, if it could not be asked.
pub async fn play(challenge: &Challenge, source: &str) -> Result<Vec<Played>, String> {
    let mut played = Vec::new();
    for scenario in &challenge.runs {
        // The build has seen to it that every run has the part.
        let rounds = challenge.part.and_then(|part| Rounds::new(part, scenario));
        if let Some(rounds) = rounds {
            played.push(settle(challenge, source, rounds).await?);
        }
    }
    Ok(played)
}

async fn settle(challenge: &Challenge, source: &str, mut rounds: Rounds) -> Result<Played, String> {
    loop {
        let calls = match rounds.play() {
            Next::Settled(played) => return Ok(played),
            Next::Ask(calls) => calls,
        };
        let job = Job {
            source: source.into(),
            function: Some(challenge.function.clone()),
            calls: calls.iter().map(Value::to_string).collect(),
            budget: BUDGET,
        };
        match Sandbox::here().run(&job).await.end {
            End::Ran(answers) => {
                let answers: Vec<_> = answers.into_iter().map(plain).collect();
                rounds.learn(&answers);
            }
            end => return Err(stopped(&end, source, Some(&challenge.function), None).1),
        }
    }
}

fn plain(answer: Answer) -> Option<Value> {
    match answer {
        Answer::Returned(value) => value.into_json(),
        Answer::Thrown(_) | Answer::Refused { .. } => None,
    }
}
