//! Node.js and the npm packages that the lock file names.

use std::fs;

use crate::failure::Failure;
use crate::{paths, process};

/// The oldest Node.js whose test runner knows all options that we use.
const OLDEST: (u32, u32) = (20, 11);

/// A sentence if Node.js is missing or too old.
pub fn check() -> Result<(), Failure> {
    let advice = format!(
        "Install Node.js {}.{} or newer, with npm, from https://nodejs.org/ or your system's packages, then run this again.",
        OLDEST.0, OLDEST.1
    );
    let Some(found) = process::output_of("node", &["--version"]) else {
        return Err(Failure::new(format!("Node.js was not found. {advice}")));
    };
    if version(&found).is_none_or(|version| version < OLDEST) {
        return Err(Failure::new(format!("Node.js {found} is too old. {advice}")));
    }
    if process::output_of(process::script_name("npm"), &["--version"]).is_none() {
        return Err(Failure::new(format!("npm was not found. {advice}")));
    }
    Ok(())
}

/// Whether `node_modules` holds what package-lock.json asks for.
pub fn packages_are_current() -> bool {
    let lock = fs::read(paths::in_root("package-lock.json"));
    let installed = fs::read(stamp());
    matches!((lock, installed), (Ok(lock), Ok(installed)) if lock == installed)
}

/// Installs the packages of package-lock.json.
pub fn install_packages() -> Result<(), Failure> {
    let mut npm = process::command(process::script_name("npm"));
    npm.args(["ci", "--prefer-offline", "--no-progress"]);
    if !process::succeeds(&mut npm)? {
        return Err(Failure::new(
            "`npm ci` failed. It needs the network this once: check the connection, or the proxy and registry that npm is set to, and run this again.",
        ));
    }
    fs::copy(paths::in_root("package-lock.json"), stamp())
        .map(drop)
        .map_err(|error| Failure::new(format!("node_modules could not be written to: {error}.")))
}

/// A copy of the lock file that the packages were installed from.
fn stamp() -> std::path::PathBuf {
    paths::in_root("node_modules/.installed-lock.json")
}

/// Major and minor of a line such as `v20.11.1`.
fn version(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare() {
        assert!(version("v20.11.0").unwrap() >= OLDEST);
        assert!(version("v24.1.0\n").unwrap() >= OLDEST);
        assert!(version("v20.10.2").unwrap() < OLDEST);
        assert!(version("v9.11.2").unwrap() < OLDEST);
        assert_eq!(version("nonsense"), None);
    }
}
