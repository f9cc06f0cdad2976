//! The project's commands. `cargo xtask help` lists them.

mod args;
mod assets;
mod bench;
mod browser;
mod claims;
mod console;
mod csp;
mod explore;
mod failure;
mod node;
mod page;
mod paths;
mod process;
mod reproduce;
mod run;
mod runner;
mod serve;
mod size;
mod swarm;
mod sweep;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use args::Command;
use failure::Failure;

fn main() -> ExitCode {
    match args::parse(lexopt::Parser::from_env()).and_then(dispatch) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.sentence.is_empty() {
                eprintln!("{}", failure.sentence);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Help => {
            print!("{}", args::HELP);
            Ok(())
        }
        Command::Serve { port, release } => serve::serve(port, release),
        Command::Build { runner } => page::build_dist(runner.as_deref()),
        Command::Test { quick } => test::test(quick),
        Command::Run { scenario } => run::run(&scenario),
        Command::Swarm(options) => swarm::swarm(&options),
        Command::Sweep(options) => sweep::sweep(&options),
        Command::Merge { parts, out } => sweep::merge(&parts, out.as_deref()),
        Command::Explore(options) => explore::explore(&options),
        Command::Claims(limits) => claims::claims(limits),
        Command::Bench => bench::bench(),
        Command::Reproduce { trials } => {
            reproduce::reproduce(trials);
            Ok(())
        }
        Command::PageAssets => assets::prepare(),
        Command::PageFinish => assets::finish_staged(),
    }
}
