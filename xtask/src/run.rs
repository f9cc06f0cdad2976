//! Runs a scenario without a page and prints what happened as NDJSON.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use election_engine::checks::unmet;
use election_engine::ndjson;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::Scenario;

use crate::failure::Failure;

/// Prints one line a record and a summary with the trace's hash. Fails if a claim is violated
/// that the scenario does not expect to be, or the other way round.
pub fn run(path: &Path) -> Result<(), Failure> {
    let scenario = read(path)?;
    let mut run = registry::open(scenario);
    run.seek(run.end());
    print(run.as_ref(), &mut BufWriter::new(io::stdout().lock()))?;
    judge(&unmet(run.as_ref()))
}

fn read(path: &Path) -> Result<Scenario, Failure> {
    let name = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("{name} cannot be read: {error}.")))?;
    Scenario::parse(&text)
        .map_err(|error| Failure::input(format!("{name}:{}: {}", error.line, error.message)))
}

fn print(run: &dyn Run, out: &mut impl Write) -> Result<(), Failure> {
    let written = run
        .entries()
        .try_for_each(|entry| writeln!(out, "{}", ndjson::line(&entry)))
        .and_then(|()| writeln!(out, "{}", ndjson::summary(run)))
        .and_then(|()| out.flush());
    match written {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("The trace cannot be written: {error}."))),
        Ok(()) => Ok(()),
    }
}

/// Fails with what the scenario says about violations and the run does not bear out.
fn judge(unmet: &[String]) -> Result<(), Failure> {
    match unmet {
        [] => Ok(()),
        unmet => Err(Failure::new(unmet.join("\n"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_borne_out_fails_with_all_its_sentences() {
        assert!(judge(&[]).is_ok());
        let failure = judge(&["one.".into(), "two.".into()]).unwrap_err();
        assert_eq!(failure.sentence, "one.\ntwo.");
    }

    #[test]
    fn a_file_that_is_no_scenario_is_named_with_its_line() {
        let file = std::env::temp_dir().join(format!("scenario-{}.json", std::process::id()));
        fs::write(
            &file,
            "{\n  \"version\": 1,\n  \"protocol\": { \"bully\": {} },\n  \"sed\": 4\n}",
        )
        .unwrap();
        let failure = read(&file).unwrap_err();
        fs::remove_file(&file).unwrap();
        assert_eq!(failure.code, 2);
        let place = format!("{}:4: ", file.display());
        assert!(failure.sentence.starts_with(&place), "{}", failure.sentence);
        assert!(failure.sentence.contains("sed"), "{}", failure.sentence);
        assert_eq!(read(Path::new("no/such.json")).unwrap_err().code, 2);
    }
}
