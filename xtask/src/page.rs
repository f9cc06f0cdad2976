//! Builds the page with trunk.

use std::process::Command;
use std::time::Instant;

use crate::failure::Failure;
use crate::tools::Toolbox;
use crate::{console, process, runner, size, tools};

/// Sets up what is missing and writes the release page to `dist/`.
pub fn build_dist(runner: Option<&str>) -> Result<(), Failure> {
    let tools = tools::ready()?;
    let start = Instant::now();
    release(&tools)?;
    if let Some(address) = runner {
        runner::move_to(address)?;
    }
    size::measure()?.print();
    println!(
        "The page is in dist/ after {}. Copy it to any static host, under any path.",
        console::spoken(start.elapsed())
    );
    Ok(())
}

/// Writes the release page to `dist/`.
pub fn release(tools: &Toolbox) -> Result<(), Failure> {
    let mut trunk = trunk(tools, "build");
    trunk.args(["--release", "--dist", "dist"]);
    if process::succeeds(&mut trunk)? {
        return Ok(());
    }
    Err(Failure::new("The page could not be built; the reason stands above."))
}

/// Trunk with its tools on PATH, saying no more than cargo does.
pub fn trunk(tools: &Toolbox, subcommand: &str) -> Command {
    let mut trunk = process::command("trunk");
    // A plain name is looked up in the PATH that the child is given.
    trunk
        .env("PATH", &tools.path)
        .env("RUST_LOG", "warn")
        // Where trunk noticed an error says nothing about the page.
        .env("RUST_BACKTRACE", "0")
        .args([subcommand, "--skip-version-check"]);
    trunk
}
