use std::path::PathBuf;

use lexopt::Arg::{Long, Short, Value};
use lexopt::{Parser, ValueExt};

use crate::claims::Limits;
use crate::explore;
use crate::failure::Failure;
use crate::reproduce;
use crate::swarm;
use crate::sweep;

/// What `cargo xtask help` prints.
pub const HELP: &str = "\
The Election Lab's commands

  cargo xtask serve [--port N] [--release]   build the lab and open it at http://127.0.0.1:8080/
  cargo xtask test [--quick]                 check everything; --quick leaves out the browser
  cargo xtask build [--runner ADDRESS]       write dist/, which any static host can serve; with
                                             learners' code run at another site's runner.html
  cargo xtask run SCENARIO.json              run a scenario without a page; the trace as NDJSON
  cargo xtask swarm [--protocol P] [--seeds N] [--from S] [--broken RULE]
                                             seeds x fault programs that hunt for violations
  cargo xtask explore --protocol P [--nodes N] [--claim C] [--broken RULE] [--prompt] [--unchecked]
                      [--crash N] [--restart N] [--wipe N] [--drop N] [--duplicate N] [--pause N]
                      [--partition N] [--depth N] [--states N] [--memory-mb N] [--number N]
                      [--in-flight N] [--out FILE]
                                             every order of events, up to a bound: can it ever?
  cargo xtask sweep EXPERIMENT [--dial NAME=VALUE]... [--trials N] [--shard I/K] [--out FILE]
                                             many trials of an experiment, or one of K parts of them
  cargo xtask merge FILE... [--out FILE]     join parts to the same numbers as one run
  cargo xtask claims [--seconds N] [--memory-mb N]
                                             search for every claim with every rule on
  cargo xtask bench                          measure the engine and the animation
  cargo xtask reproduce [--trials N]         measure published results again, and compare
  cargo xtask help                           this list
";

/// What was asked for.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print the list of commands.
    Help,
    /// Build, serve and rebuild on change.
    Serve { port: u16, release: bool },
    /// Write the release page to `dist/`.
    Build { runner: Option<String> },
    /// Check everything.
    Test { quick: bool },
    /// Run one scenario headless.
    Run { scenario: PathBuf },
    /// Hunt for violations.
    Swarm(swarm::Options),
    /// Look through every order of events.
    Explore(explore::Options),
    /// Run an experiment's trials.
    Sweep(sweep::Options),
    /// Join parts of a sweep.
    Merge { parts: Vec<PathBuf>, out: Option<PathBuf> },
    /// Search for every claim, each as far as this.
    Claims(Limits),
    /// Measure the engine.
    Bench,
    /// Measure published results again.
    Reproduce { trials: usize },
    /// Called by trunk: prepare the files that the page is made of. Not listed in the help.
    PageAssets,
    /// Called by trunk: finish what it has staged. Not listed in the help.
    PageFinish,
}

/// Reads the command line.
pub fn parse(mut words: Parser) -> Result<Command, Failure> {
    read(&mut words).map_err(|error| {
        Failure::input(format!(
            "I do not understand this: {error}. `cargo xtask help` lists the commands."
        ))
    })
}

fn read(words: &mut Parser) -> Result<Command, lexopt::Error> {
    let name = match words.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    let mut command = match name.as_str() {
        "help" => Command::Help,
        "serve" => Command::Serve { port: 8080, release: false },
        "build" => Command::Build { runner: None },
        "test" => Command::Test { quick: false },
        "run" => Command::Run { scenario: PathBuf::new() },
        "swarm" => Command::Swarm(swarm::Options {
            protocol: "all".into(),
            seeds: 10_000,
            from: 1,
            broken: None,
        }),
        "explore" => Command::Explore(explore::Options::default()),
        "sweep" => Command::Sweep(sweep::Options::default()),
        "merge" => Command::Merge { parts: Vec::new(), out: None },
        "claims" => Command::Claims(Limits::default()),
        "bench" => Command::Bench,
        "reproduce" => Command::Reproduce { trials: reproduce::TRIALS },
        "page-assets" => Command::PageAssets,
        "page-finish" => Command::PageFinish,
        other => return Err(format!("there is no command {other:?}").into()),
    };
    while let Some(word) = words.next()? {
        match (&mut command, word) {
            (_, Short('h') | Long("help")) => return Ok(Command::Help),
            (Command::Serve { port, .. }, Long("port")) => {
                *port = words.value()?.parse_with(port_number)?;
            }
            (Command::Serve { release, .. }, Long("release")) => *release = true,
            (Command::Build { runner }, Long("runner")) => {
                *runner = Some(words.value()?.string()?);
            }
            (Command::Test { quick }, Long("quick")) => *quick = true,
            (Command::Reproduce { trials }, Long("trials")) => {
                *trials = words.value()?.parse_with(number_of_trials)?;
            }
            (Command::Run { scenario }, Value(path)) if scenario.as_os_str().is_empty() => {
                *scenario = path.into();
            }
            (Command::Swarm(swarm), Long("protocol")) => {
                swarm.protocol = words.value()?.string()?;
            }
            (Command::Swarm(swarm), Long("seeds")) => swarm.seeds = words.value()?.parse()?,
            (Command::Swarm(swarm), Long("from")) => swarm.from = words.value()?.parse()?,
            (Command::Swarm(swarm), Long("broken")) => {
                swarm.broken = Some(words.value()?.string()?);
            }
            (Command::Sweep(options), Value(slug)) if options.experiment.is_empty() => {
                options.experiment = slug.string()?;
            }
            (Command::Sweep(options), Long(name)) => {
                let name = name.to_owned();
                read_sweep(options, &name, words)?;
            }
            (Command::Merge { parts, .. }, Value(part)) => parts.push(part.into()),
            (Command::Merge { out, .. }, Long("out")) => *out = Some(words.value()?.into()),
            (Command::Claims(limits), Long("seconds")) => {
                limits.seconds = words.value()?.parse()?;
            }
            (Command::Claims(limits), Long("memory-mb")) => {
                limits.memory_mb = words.value()?.parse()?;
            }
            (Command::Explore(options), Long(name)) => {
                let name = name.to_owned();
                read_explore(options, name, words)?;
            }
            (_, other) => return Err(other.unexpected()),
        }
    }
    match &command {
        Command::Explore(options) if options.protocol.is_empty() => {
            Err("`explore` needs --protocol".into())
        }
        Command::Sweep(options) if options.experiment.is_empty() => {
            Err("`sweep` needs the name of an experiment".into())
        }
        Command::Merge { parts, .. } if parts.is_empty() => {
            Err("`merge` needs the paths of the parts".into())
        }
        Command::Run { scenario } if scenario.as_os_str().is_empty() => {
            Err("`run` needs the path of a scenario file".into())
        }
        _ => Ok(command),
    }
}

fn read_explore(
    options: &mut explore::Options,
    name: String,
    words: &mut Parser,
) -> Result<(), lexopt::Error> {
    match name.as_str() {
        "protocol" => options.protocol = words.value()?.string()?,
        "nodes" => options.nodes = Some(words.value()?.parse()?),
        "claim" => options.claim = Some(words.value()?.string()?),
        "broken" => options.broken = Some(words.value()?.string()?),
        "prompt" => options.prompt = true,
        "unchecked" => options.unchecked = true,
        "out" => options.out = Some(words.value()?.into()),
        known if explore::NUMBERS.contains(&known) => {
            options.numbers.push((name, words.value()?.parse()?));
        }
        _ => return Err(Long(&name).unexpected()),
    }
    Ok(())
}

fn read_sweep(
    options: &mut sweep::Options,
    name: &str,
    words: &mut Parser,
) -> Result<(), lexopt::Error> {
    match name {
        "dial" => options.dials.push(words.value()?.parse_with(sweep::dial)?),
        "trials" => options.trials = Some(words.value()?.parse_with(number_of_trials)? as u64),
        "shard" => options.shard = words.value()?.parse_with(sweep::shard)?,
        "out" => options.out = Some(words.value()?.into()),
        _ => return Err(Long(name).unexpected()),
    }
    Ok(())
}

fn number_of_trials(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a number of trials, at least 1"),
        Ok(trials) => Ok(trials),
    }
}

fn port_number(text: &str) -> Result<u16, &'static str> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a port from 1 to 65535"),
        Ok(port) => Ok(port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|failure| {
            assert_eq!(failure.code, 2);
            failure.sentence
        })
    }

    #[test]
    fn every_listed_command_is_understood() {
        let serve = |port, release| Ok(Command::Serve { port, release });
        assert_eq!(parsed(""), Ok(Command::Help));
        assert_eq!(parsed("serve --help"), Ok(Command::Help));
        assert_eq!(parsed("serve"), serve(8080, false));
        assert_eq!(parsed("serve --release --port 9000"), serve(9000, true));
        assert_eq!(parsed("serve --port=9000"), serve(9000, false));
        assert_eq!(parsed("reproduce"), Ok(Command::Reproduce { trials: 100_000 }));
        assert_eq!(parsed("reproduce --trials 50"), Ok(Command::Reproduce { trials: 50 }));
        assert_eq!(parsed("build"), Ok(Command::Build { runner: None }));
        let runner = Some("https://a/runner.html".into());
        assert_eq!(parsed("build --runner https://a/runner.html"), Ok(Command::Build { runner }));
        let limits = Limits { seconds: 5, memory_mb: 1024 };
        assert_eq!(parsed("claims --seconds 5"), Ok(Command::Claims(limits)));
        assert_eq!(parsed("test --quick"), Ok(Command::Test { quick: true }));
        let swarm = |protocol: &str, seeds, from, broken: Option<&str>| {
            let (protocol, broken) = (protocol.into(), broken.map(str::to_owned));
            Ok(Command::Swarm(swarm::Options { protocol, seeds, from, broken }))
        };
        assert_eq!(parsed("swarm"), swarm("all", 10_000, 1, None));
        assert_eq!(
            parsed("swarm --protocol raft --seeds 5 --from 7 --broken one-vote"),
            swarm("raft", 5, 7, Some("one-vote"))
        );
        let sweep = sweep::Options {
            experiment: "lease-ttl".into(),
            dials: vec![("drift".into(), 20)],
            trials: Some(50),
            shard: (1, 4),
            out: Some("a.json".into()),
        };
        let line = "sweep lease-ttl --dial drift=20 --trials 50 --shard 1/4 --out a.json";
        assert_eq!(parsed(line), Ok(Command::Sweep(sweep)));
        let merge = Command::Merge { parts: vec!["a".into(), "b".into()], out: Some("c".into()) };
        assert_eq!(parsed("merge a b --out c"), Ok(merge));
        assert_eq!(parsed("run a.json"), Ok(Command::Run { scenario: "a.json".into() }));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("swerve", "\"swerve\""),
            ("serve --prot 1", "--prot"),
            ("serve --port high", "high"),
            ("serve --port 70000", "from 1 to 65535"),
            ("serve --port 0", "from 1 to 65535"),
            ("serve --port", "--port"),
            ("reproduce --trials none", "at least 1"),
            ("test quick", "quick"),
            ("run", "path of a scenario"),
            ("run a.json b.json", "b.json"),
            ("build --quick", "--quick"),
            ("swarm --seeds many", "many"),
            ("swarm raft", "raft"),
            ("sweep", "name of an experiment"),
            ("sweep failover --shard 3/3", "0/8 to 7/8"),
            ("sweep failover --dial nodes", "name=value"),
            ("sweep failover --trials 0", "at least 1"),
            ("merge", "paths of the parts"),
        ] {
            let sentence = parsed(line).unwrap_err();
            assert!(sentence.contains(named), "{line}: {sentence}");
            assert!(sentence.contains("cargo xtask help"), "{line}: {sentence}");
        }
    }
}
