//! `cargo xtask test`: every check, one after the other, and one total line at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::browser::{Browser, CHROMIUM, FIREFOX};
use crate::failure::Failure;
use crate::tally::Tally;
use crate::tools::Toolbox;
use crate::{console, page, paths, process, size, tools};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// A browser test that takes ten minutes hangs.
const HANGING: &str = "--test-timeout=600000";

/// Files of tests whose outcome is the browser's own: what its sandbox holds, and that the page
/// works in it. The others are about the page, and Chromium is enough for them.
const IN_EVERY_BROWSER: [&str; 2] = ["hostile", "walk"];

/// A step's counts, or why it could not give any.
type Outcome = Result<Tally, Failure>;

/// Runs every step that can run, and fails if one of them did.
pub fn test(quick: bool) -> Result<(), Failure> {
    let mut report = Report::start();
    let mut toolbox = None;
    report.step("Tools", || {
        toolbox = Some(tools::ready()?);
        Ok(Tally::PASSED)
    });
    report.step("Formatting", formatting);
    report.step("Clippy, natively", clippy_natively);
    report.step("Native tests, the course's content among them", native_tests);
    report.step("Challenges, without a browser", challenges);
    match &toolbox {
        Some(tools) => page_steps(&mut report, tools, quick),
        None => report.skip("All that needs the tools", "they could not be installed"),
    }
    report.finish()
}

fn page_steps(report: &mut Report, tools: &Toolbox, quick: bool) {
    report.step("Clippy, the page as WebAssembly", || clippy_in_wasm(tools));
    report.step("Engine tests in WebAssembly", || engine_in_wasm(tools));
    let built =
        report.step("Release build of the page", || page::release(tools).map(|()| Tally::PASSED));
    let browsers = [("Browser tests in Chromium", CHROMIUM), ("Browser tests in Firefox", FIREFOX)];
    if built {
        report.step("Size of the first load", first_load);
    } else {
        report.skip("Size of the first load", "there is no page");
    }
    for (name, browser) in browsers {
        match (built, quick) {
            (false, _) => report.skip(name, "there is no page"),
            (true, true) => report.skip(name, "--quick"),
            (true, false) => _ = report.step(name, || in_browser(tools, &browser)),
        }
    }
}

fn formatting() -> Outcome {
    let colour = if console::is_seen() { "auto" } else { "never" };
    check(process::cargo().args(["fmt", "--all", "--check", "--", "--color", colour]))
}

fn clippy_natively() -> Outcome {
    let scope = ["--workspace", "--all-targets", "--all-features"];
    check(process::cargo().arg("clippy").args(scope).args(DENY_WARNINGS))
}

fn clippy_in_wasm(tools: &Toolbox) -> Outcome {
    let mut cargo = process::cargo();
    cargo.env("PATH", &tools.path).args(["clippy", "-p", "election-lab"]);
    check(cargo.args(WASM).args(DENY_WARNINGS))
}

fn native_tests() -> Outcome {
    let scope = ["--workspace", "--all-features", "--no-fail-fast"];
    counted(process::cargo().arg("test").args(scope), Tally::read_cargo)
}

/// Unit and integration tests alone: rustdoc's examples are run natively.
fn engine_in_wasm(tools: &Toolbox) -> Outcome {
    let mut cargo = process::cargo();
    cargo.env("PATH", &tools.path).args([
        "test",
        "-p",
        "election-engine",
        "--tests",
        "--no-fail-fast",
    ]);
    counted(cargo.args(WASM), Tally::read_cargo)
}

fn first_load() -> Outcome {
    let load = size::measure()?;
    load.print();
    load.check().map(|()| Tally::PASSED)
}

/// They need no tools but the one that also runs the browser tests.
fn challenges() -> Outcome {
    let mut node = process::command("node");
    let file = paths::in_root("tests/challenges/contract.test.mjs");
    node.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    counted(node.args(["--test", "--test-reporter=spec"]).arg(file), Tally::read_node)
}

fn in_browser(tools: &Toolbox, browser: &Browser) -> Outcome {
    let mut node = process::command("node");
    node.env("PATH", &tools.path)
        .env("TEST_BROWSER", browser.variable.to_lowercase())
        .env(browser.variable, browser.ready()?)
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR")
        .args(["--test", "--test-reporter=spec", HANGING])
        .args(browser_test_files(browser)?);
    counted(&mut node, Tally::read_node)
}

fn browser_test_files(browser: &Browser) -> Result<Vec<PathBuf>, Failure> {
    let folder = paths::in_root("tests/browser");
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("tests/browser cannot be read: {error}.")))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .filter(|path| browser.name == CHROMIUM.name || everywhere(path))
        .collect();
    files.sort();
    Ok(files)
}

/// Whether a file of tests is run in every browser.
fn everywhere(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    IN_EVERY_BROWSER.contains(&name.trim_end_matches(".test.mjs"))
}

/// A command that is one check.
fn check(command: &mut Command) -> Outcome {
    let holds = process::succeeds(command)?;
    Ok(if holds { Tally::PASSED } else { Tally::FAILED })
}

/// A command whose printed summaries say how many tests it ran.
fn counted(command: &mut Command, read: fn(&mut Tally, &str)) -> Outcome {
    let mut tally = Tally::default();
    let holds = process::succeeds_by_line(command, |line| read(&mut tally, line))?;
    if holds && tally.passed == 0 {
        return Err(Failure::new("No test ran, so nothing was shown."));
    }
    if !holds && tally.failed == 0 {
        tally += Tally::FAILED;
    }
    Ok(tally)
}

/// What has been found so far.
struct Report {
    start: Instant,
    total: Tally,
    failed: Vec<&'static str>,
}

impl Report {
    fn start() -> Self {
        Self { start: Instant::now(), total: Tally::default(), failed: Vec::new() }
    }

    /// Runs one step and notes how it went. True when nothing in it failed.
    fn step(&mut self, name: &'static str, run: impl FnOnce() -> Outcome) -> bool {
        console::heading(name);
        let start = Instant::now();
        let tally = run().unwrap_or_else(|failure| {
            println!("{}", failure.sentence);
            Tally::FAILED
        });
        println!("{name}: {tally}, {}", console::spoken(start.elapsed()));
        if tally.failed > 0 {
            self.failed.push(name);
        }
        self.total += tally;
        tally.failed == 0
    }

    fn skip(&mut self, name: &str, why: &str) {
        console::heading(&format!("{name}: left out ({why})"));
        self.total += Tally::SKIPPED;
    }

    /// The total is the last line, whatever happened.
    fn finish(self) -> Result<(), Failure> {
        console::heading(&format!("Took {}.", console::spoken(self.start.elapsed())));
        for name in &self.failed {
            println!("Failed: {name}");
        }
        println!("{}", self.total);
        if self.failed.is_empty() { Ok(()) } else { Err(Failure::told()) }
    }
}
