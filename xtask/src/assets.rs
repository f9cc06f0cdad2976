//! What trunk's hooks call. Before each build, the parts of the page that are not Rust are put
//! together in `target/page/`, where index.html names them; after it, a release is minified.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::{csp, paths, process};

/// Prepares the styles, the editor and the sandbox's document.
pub fn prepare() -> Result<(), Failure> {
    let out = paths::page_assets();
    fs::create_dir_all(&out).map_err(|error| unusable(&out, &error))?;
    bundle_styles(&out, "styles", "styles.css")?;
    bundle_styles(&out, "styles/workshop", "workshop.css")?;
    bundle_editor(&out)?;
    sandbox_document(&out)
}

/// Minifies a release, and writes the version of what was built into its page.
pub fn finish_staged() -> Result<(), Failure> {
    let folder = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("Only trunk calls this, with TRUNK_STAGING_DIR set."))?;
    if is_release() {
        minify(&folder)?;
    }
    stamp(&folder)
}

/// Minifies scripts in place, those that wasm-bindgen wrote above all.
fn minify(folder: &Path) -> Result<(), Failure> {
    let scripts = names_in(folder, ".js")?;
    let mut esbuild = esbuild();
    esbuild
        .args(scripts.iter().map(|name| folder.join(name)))
        .arg(flag("--outdir=", folder))
        .arg("--allow-overwrite");
    finish("the page's scripts", esbuild)
}

/// Gives the page a version that differs whenever any of its files does, so that a browser never
/// mixes an old copy of one with a new copy of another.
fn stamp(folder: &Path) -> Result<(), Failure> {
    const PLACE: &str = "data-version=\"\"";
    let mut names = names_in(folder, "")?;
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        let path = folder.join(&name);
        hash.update(fs::read(&path).map_err(|error| unusable(&path, &error))?);
    }
    let version: String = hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page).map_err(|error| unusable(&page, &error))?;
    if html.matches(PLACE).count() != 1 {
        return Err(Failure::new(format!("index.html must say {PLACE} exactly once.")));
    }
    let html = html.replace(PLACE, &format!("data-version=\"{version}\""));
    fs::write(&page, html).map_err(|error| unusable(&page, &error))
}

/// All of a folder in one file: fewer requests, and it packs better than many small ones. What
/// only the workshop shows is loaded with it.
fn bundle_styles(out: &Path, folder: &str, file: &str) -> Result<(), Failure> {
    let sheets = stylesheets(folder)?;
    let entry: String = sheets.iter().map(|name| format!("@import \"./{name}\";\n")).collect();
    let list = out.join(format!("{file}.entry"));
    // The imports are relative to the folder, so the list is read from standard input.
    fs::write(&list, entry).map_err(|error| unusable(&list, &error))?;
    let input = fs::File::open(&list).map_err(|error| unusable(&list, &error))?;
    let mut esbuild = esbuild();
    esbuild
        .current_dir(paths::in_root(folder))
        .arg(flag("--outfile=", &out.join(file)))
        .args(["--loader=css", "--bundle"])
        .stdin(Stdio::from(input));
    finish(folder, esbuild)
}

/// The stylesheets in the order in which they apply: the custom properties, the elements, then
/// the components by name.
fn stylesheets(folder: &str) -> Result<Vec<String>, Failure> {
    let mut names = names_in(&paths::in_root(folder), ".css")?;
    let rank = |name: &str| match name {
        "tokens.css" => 0,
        "base.css" | "stage.css" => 1,
        "stage-layout.css" => 2,
        _ => 3,
    };
    names.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
    Ok(names)
}

/// The editor is loaded only where code is edited, so it is a module of its own.
fn bundle_editor(out: &Path) -> Result<(), Failure> {
    let mut esbuild = esbuild();
    esbuild
        .args(["editor/editor.js", "--bundle", "--format=esm"])
        .arg(flag("--outfile=", &out.join("editor.js")));
    finish("editor/editor.js", esbuild)
}

/// Where the second file of the sandbox's script goes in the first.
const PLACE_OF_NODES: &str = "  // nodes.js stands here: the build puts it in.\n";

/// The sandbox's document allows its own script by hash and nothing else, so the script is one.
fn sandbox_document(out: &Path) -> Result<(), Failure> {
    let read = |name| {
        let source = paths::in_root(name);
        fs::read_to_string(&source).map_err(|error| unusable(&source, &error))
    };
    let (text, nodes) = (read("sandbox/runner.html")?, read("sandbox/nodes.js")?);
    let Some((before, after)) = text.split_once(PLACE_OF_NODES) else {
        let message = format!("sandbox/runner.html: there is no line {PLACE_OF_NODES:?}");
        return Err(Failure::new(message));
    };
    let page = csp::allow_inline_scripts(&format!("{before}{nodes}{after}"))
        .map_err(|problem| Failure::new(format!("sandbox/runner.html: {problem}")))?;
    let target = out.join("runner.html");
    fs::write(&target, page).map_err(|error| unusable(&target, &error))
}

fn names_in(folder: &Path, ending: &str) -> Result<Vec<String>, Failure> {
    Ok(fs::read_dir(folder)
        .map_err(|error| unusable(folder, &error))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(ending))
        .collect())
}

fn is_release() -> bool {
    env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release")
}

fn esbuild() -> Command {
    let bin = paths::in_root("node_modules/.bin");
    let mut esbuild = process::command(bin.join(process::script_name("esbuild")));
    esbuild.args(["--log-level=warning", "--target=es2022"]);
    if is_release() {
        esbuild.arg("--minify");
    }
    esbuild
}

fn flag(name: &str, path: &Path) -> OsString {
    let mut flag = OsString::from(name);
    flag.push(path);
    flag
}

fn finish(what: &str, mut esbuild: Command) -> Result<(), Failure> {
    if process::succeeds(&mut esbuild)? {
        return Ok(());
    }
    Err(Failure::new(format!("esbuild could not bundle {what}; it says why above.")))
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    let path: PathBuf = path.strip_prefix(paths::root()).unwrap_or(path).into();
    Failure::new(format!("{} cannot be used: {error}.", path.display()))
}
