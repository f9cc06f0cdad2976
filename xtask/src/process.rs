use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::paths;

/// A child process in the workspace's folder that reads nothing from the keyboard.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root()).stdin(Stdio::null());
    // Trunk takes only true or false here, while https://no-color.org/ allows any value.
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        command.env("NO_COLOR", "true");
    }
    command
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or("cargo".into()))
}

/// Runs the command again with these words, built for speed. `cargo xtask` itself is built for
/// debugging.
pub fn again_optimised(words: &[&str]) -> Result<(), Failure> {
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--profile", "bench", "--package", "xtask", "--"]).args(words);
    if succeeds(&mut cargo)? { Ok(()) } else { Err(Failure::told()) }
}

/// A program that npm installed, as it is called on this system.
pub fn script_name(name: &str) -> String {
    if cfg!(windows) { format!("{name}.cmd") } else { name.into() }
}

/// Runs to the end, showing what the child prints. True when it succeeded.
pub fn succeeds(command: &mut Command) -> Result<bool, Failure> {
    match command.status() {
        Ok(status) => Ok(status.success()),
        Err(error) => Err(not_started(command, &error)),
    }
}

/// Runs to the end, showing each line of standard output and handing it to `each`. True when the
/// child succeeded.
pub fn succeeds_by_line(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<bool, Failure> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    Ok(status.success())
}

/// What a program prints, or nothing when it is missing or fails.
pub fn output_of(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = command(program).args(args).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// PATH with these folders in front.
pub fn path_with(folders: &[std::path::PathBuf]) -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&old));
    std::env::join_paths(all).unwrap_or(old)
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let name = command.get_program().to_string_lossy();
    Failure::new(match error.kind() {
        ErrorKind::NotFound => {
            format!("{name} is not installed, or not on PATH. Install it and try again.")
        }
        _ => format!("{name} could not be started: {error}."),
    })
}
