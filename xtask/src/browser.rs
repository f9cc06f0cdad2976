//! The real browser of the browser tests.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::failure::Failure;
use crate::{console, process};

const NAMES: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

const MAC_PATHS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The path of Chromium; on Debian as root it is installed when it is missing.
pub fn ready() -> Result<PathBuf, Failure> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let system = system_id();
    if system == "debian" && process::output_of("id", &["-u"]).as_deref() == Some("0") {
        install_on_debian()?;
        if let Some(found) = find() {
            return Ok(found);
        }
    }
    Err(Failure::new(format!(
        "The browser tests need Chromium. Install it by `{}`, or set CHROMIUM to the path of a Chromium or Chrome, or leave them out by `cargo xtask test --quick`.",
        install_command(&system)
    )))
}

fn find() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("CHROMIUM") {
        return Some(chosen.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path =
        NAMES.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    on_path.chain(MAC_PATHS.iter().map(PathBuf::from)).find(|candidate| candidate.is_file())
}

fn install_on_debian() -> Result<(), Failure> {
    console::heading("Set-up: Chromium by apt-get (a download of about 100 MB)");
    let apt = |args: &[&str]| {
        let mut apt = process::command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        process::succeeds(&mut apt)
    };
    let install =
        ["install", "--yes", "--quiet", "--no-install-recommends", "chromium", "chromium-driver"];
    if apt(&["update", "--quiet"])? && apt(&install)? {
        return Ok(());
    }
    Err(Failure::new(
        "apt-get could not install chromium and chromium-driver; it says why above. Check the connection and run this again.",
    ))
}

/// The `ID` of /etc/os-release, or what Rust calls the system.
fn system_id() -> String {
    let release = fs::read_to_string(Path::new("/etc/os-release")).unwrap_or_default();
    release
        .lines()
        .find_map(|line| line.strip_prefix("ID="))
        .map_or(env::consts::OS.into(), |id| id.trim_matches('"').into())
}

fn install_command(system: &str) -> &'static str {
    match system {
        "ubuntu" => "sudo snap install chromium",
        "fedora" => "sudo dnf install chromium",
        "arch" => "sudo pacman -S chromium",
        "alpine" => "sudo apk add chromium",
        "macos" => "brew install --cask chromium",
        "windows" => "winget install Google.Chrome",
        _ => "sudo apt-get install chromium chromium-driver",
    }
}
