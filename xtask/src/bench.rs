use crate::failure::Failure;
use crate::{browser, page, process, tools};

/// Measures the engine, then a frame of the animation in a real Chromium.
pub fn bench() -> Result<(), Failure> {
    let unfinished = || Failure::new("The measurement did not finish; the reason stands above.");
    let mut cargo = process::cargo();
    if !process::succeeds(cargo.args(["bench", "-p", "election-engine", "--bench", "engine"]))? {
        return Err(unfinished());
    }
    let tools = tools::ready()?;
    page::release(&tools)?;
    let mut node = process::command("node");
    node.env("PATH", &tools.path).env("CHROMIUM", browser::ready()?).arg("tests/bench/frames.mjs");
    if process::succeeds(&mut node)? { Ok(()) } else { Err(unfinished()) }
}
