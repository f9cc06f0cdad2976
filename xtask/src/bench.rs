use crate::browser::CHROMIUM;
use crate::failure::Failure;
use crate::tools::Toolbox;
use crate::{page, paths, process, tools};

/// Measures the engine and its search, natively and in WebAssembly; then, in a real Chromium, a
/// frame of the animation, the workbench, and the page while a worker works.
pub fn bench() -> Result<(), Failure> {
    let unfinished = || Failure::new("The measurement did not finish; the reason stands above.");
    const BOTH: [&str; 7] =
        ["bench", "-p", "election-engine", "--bench", "engine", "--bench", "explore"];
    if !process::succeeds(process::cargo().args(BOTH))? {
        return Err(unfinished());
    }
    let tools = tools::ready()?;
    page::release(&tools)?;
    if !engine_in_wasm(&tools)? {
        return Err(unfinished());
    }
    for figures in ["tests/bench/frames.mjs", "tests/bench/lab.mjs", "tests/bench/away.mjs"] {
        let mut node = process::command("node");
        node.env("PATH", &tools.path).env("CHROMIUM", CHROMIUM.ready()?).arg(figures);
        if !process::succeeds(&mut node)? {
            return Err(unfinished());
        }
    }
    Ok(())
}

/// Measures the engine in WebAssembly and natively, in turns. The module is made as those of the
/// page are; natively it is compiled for speed throughout.
fn engine_in_wasm(tools: &Toolbox) -> Result<bool, Failure> {
    const EXAMPLE: [&str; 5] = ["build", "-p", "election-engine", "--example", "speed"];
    const WASM: &str = "wasm32-unknown-unknown";
    let target = paths::target();
    let out = target.join("bench");
    let module = target.join(WASM).join("release/examples/speed.wasm");
    let mut bindgen = process::command("wasm-bindgen");
    bindgen.env("PATH", &tools.path).arg(module).args(["--target", "web", "--out-dir"]).arg(&out);
    let packed = out.join("speed_bg.wasm");
    let mut pack = process::command("wasm-opt");
    pack.env("PATH", &tools.path).arg(&packed).arg("--output").arg(&packed).arg("-Oz");
    let mut node = process::command("node");
    node.env("PATH", &tools.path)
        .env("CHROMIUM", CHROMIUM.ready()?)
        .arg("tests/bench/engine-wasm.mjs")
        .arg(target.join("release/examples/speed"))
        .arg(&out);
    Ok(process::succeeds(process::cargo().args(EXAMPLE).arg("--profile=bench"))?
        && process::succeeds(process::cargo().args(EXAMPLE).args(["--release", "--target", WASM]))?
        && process::succeeds(&mut bindgen)?
        && process::succeeds(&mut pack)?
        && process::succeeds(&mut node)?)
}
