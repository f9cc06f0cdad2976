//! Finds or installs what building the page needs: the wasm target, trunk, the wasm-bindgen CLI
//! and the npm packages. Tools live beside cargo's own, so that the next clone finds them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use crate::failure::Failure;
use crate::{console, node, paths, process};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The newest trunk that Rust 1.95 compiles.
const TRUNK_VERSION: &str = "0.21.14";

/// The tools are ready; children that use them run with this PATH.
pub struct Toolbox {
    /// PATH with the tools of the right versions in front.
    pub path: OsString,
}

/// One thing that was found to be missing.
enum Missing {
    WasmTarget,
    Crate(CrateTool),
    Packages,
}

/// A package whose programs `cargo install` builds.
struct CrateTool {
    package: &'static str,
    programs: &'static [&'static str],
    version: String,
    flags: &'static [&'static str],
    takes: &'static str,
}

/// Makes sure that everything is there, installing what is not and saying so.
pub fn ready() -> Result<Toolbox, Failure> {
    node::check()?;
    let mut folders = vec![paths::in_root("node_modules/.bin"), own_folder()?];
    let mut missing = Vec::new();
    if !wasm_target_is_there() {
        missing.push(Missing::WasmTarget);
    }
    for tool in crate_tools()? {
        if tool.is_on_path() {
            continue;
        }
        folders.push(tool.folder()?.join("bin"));
        if !tool.is_installed()? {
            missing.push(Missing::Crate(tool));
        }
    }
    if !node::packages_are_current() {
        missing.push(Missing::Packages);
    }
    install(&missing)?;
    fetch_crates()?;
    Ok(Toolbox { path: process::path_with(&folders) })
}

/// Trunk's hooks call the very xtask that is running.
fn own_folder() -> Result<PathBuf, Failure> {
    let program = env::current_exe()
        .map_err(|error| Failure::new(format!("xtask cannot tell where it is: {error}.")))?;
    Ok(program.parent().expect("a program lies in a folder").into())
}

fn install(missing: &[Missing]) -> Result<(), Failure> {
    let start = Instant::now();
    for (index, item) in missing.iter().enumerate() {
        console::heading(&format!(
            "Set-up, step {} of {}: {}",
            index + 1,
            missing.len(),
            item.what()
        ));
        item.install()?;
        println!("Done, {} since the start.", console::spoken(start.elapsed()));
    }
    if missing.iter().any(|item| matches!(item, Missing::Crate(_))) {
        drop_leftovers()?;
    }
    Ok(())
}

impl Missing {
    fn what(&self) -> String {
        match self {
            Self::WasmTarget => {
                format!("Rust's {WASM_TARGET} target (a download, usually under a minute)")
            }
            Self::Crate(tool) => format!(
                "{} {}, compiled once for this machine (about {} on two cores)",
                tool.package, tool.version, tool.takes
            ),
            Self::Packages => "the npm packages (a download, usually under a minute)".into(),
        }
    }

    fn install(&self) -> Result<(), Failure> {
        match self {
            Self::WasmTarget => install_wasm_target(),
            Self::Crate(tool) => tool.install(),
            Self::Packages => node::install_packages(),
        }
    }
}

/// Trunk calls cargo without network, so that all crates have to be here already.
fn fetch_crates() -> Result<(), Failure> {
    if process::succeeds(process::cargo().arg("fetch"))? {
        return Ok(());
    }
    Err(Failure::new(
        "The crates that the lab depends on could not be fetched; cargo says why above. Check the connection and run this again.",
    ))
}

fn wasm_target_is_there() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    process::output_of(rustc, &["--print", "target-libdir", "--target", WASM_TARGET])
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn install_wasm_target() -> Result<(), Failure> {
    if process::output_of("rustup", &["--version"]).is_none() {
        return Err(Failure::new(format!(
            "Rust's {WASM_TARGET} target is missing and rustup, which installs it, was not found. Install Rust by https://rustup.rs/, or your system's package with that target, and run this again."
        )));
    }
    let mut rustup = process::command("rustup");
    if process::succeeds(rustup.args(["target", "add", WASM_TARGET]))? {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`rustup target add {WASM_TARGET}` failed. It needs the network this once: check the connection and run this again."
    )))
}

fn crate_tools() -> Result<[CrateTool; 2], Failure> {
    let lock = fs::read_to_string(paths::in_root("Cargo.lock"))
        .map_err(|error| Failure::new(format!("Cargo.lock could not be read: {error}.")))?;
    let bindgen = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen. Restore it from git."))?;
    Ok([
        CrateTool {
            package: "trunk",
            programs: &["trunk"],
            version: TRUNK_VERSION.into(),
            flags: &["--no-default-features"],
            takes: "3 minutes",
        },
        CrateTool {
            package: "wasm-bindgen-cli",
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            version: bindgen.into(),
            flags: &[],
            takes: "1 minute",
        },
    ])
}

impl CrateTool {
    fn is_on_path(&self) -> bool {
        self.answer_in(Path::new(""))
    }

    fn is_installed(&self) -> Result<bool, Failure> {
        Ok(self.answer_in(&self.folder()?.join("bin")))
    }

    /// Whether all programs there are of the right version; the empty path stands for PATH.
    fn answer_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|program| {
            process::output_of(folder.join(program), &["--version"])
                .is_some_and(|line| line.split_whitespace().nth(1) == Some(&self.version))
        })
    }

    fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(cache()?.join(format!("{}-{}", self.package, self.version)))
    }

    /// Debug builds, without the debug information: they compile in a third of the time and build
    /// the page as well.
    fn install(&self) -> Result<(), Failure> {
        let mut cargo = process::cargo();
        cargo
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .args(["install", self.package, "--version", &self.version])
            .args(["--locked", "--debug", "--force", "--root"])
            .arg(self.folder()?)
            .arg("--target-dir")
            .arg(leftovers()?)
            .args(self.flags);
        if process::succeeds(&mut cargo)? {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} {} could not be installed; cargo says why above. It needs the network this once: check the connection and run this again.",
            self.package, self.version
        )))
    }
}

/// Where the tools are compiled, one after the other, sharing what they have in common.
fn leftovers() -> Result<PathBuf, Failure> {
    Ok(cache()?.join("target"))
}

/// Once all tools are there, this is a gigabyte that nobody needs.
fn drop_leftovers() -> Result<(), Failure> {
    let folder = leftovers()?;
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::new(format!(
            "{} cannot be removed: {error}. Remove it by hand and run this again.",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// The folder beside cargo's own that all clones on this machine share.
fn cache() -> Result<PathBuf, Failure> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .map(|cargo| cargo.join("election-lab"))
        .ok_or_else(|| Failure::new("Your home folder is unknown. Set CARGO_HOME and try again."))
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
