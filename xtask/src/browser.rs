//! The real browsers of the browser tests.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::failure::Failure;
use crate::{console, process};

/// A browser that the tests drive.
pub struct Browser {
    /// What people call it.
    pub name: &'static str,
    /// The variable that names its path, here and to the tests.
    pub variable: &'static str,
    /// What it may be called on the PATH, the likeliest first.
    commands: &'static [&'static str],
    /// Where else it may lie, on a Mac.
    elsewhere: &'static [&'static str],
    /// What Debian calls it, and what comes with it.
    packages: &'static [&'static str],
    /// How other systems install it, by their `ID`.
    installed_by: &'static [(&'static str, &'static str)],
}

/// Runs all the browser tests.
pub const CHROMIUM: Browser = Browser {
    name: "Chromium",
    variable: "CHROMIUM",
    commands: &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"],
    elsewhere: &[
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    packages: &["chromium", "chromium-driver"],
    installed_by: &[
        ("ubuntu", "sudo snap install chromium"),
        ("fedora", "sudo dnf install chromium"),
        ("arch", "sudo pacman -S chromium"),
        ("alpine", "sudo apk add chromium"),
        ("macos", "brew install --cask chromium"),
        ("windows", "winget install Google.Chrome"),
    ],
};

/// Runs those tests whose outcome is the browser's: the sandbox's, and a walk through the page.
pub const FIREFOX: Browser = Browser {
    name: "Firefox",
    variable: "FIREFOX",
    commands: &["firefox-esr", "firefox"],
    elsewhere: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    packages: &["firefox-esr"],
    installed_by: &[
        ("ubuntu", "sudo snap install firefox"),
        ("fedora", "sudo dnf install firefox"),
        ("arch", "sudo pacman -S firefox"),
        ("alpine", "sudo apk add firefox-esr"),
        ("macos", "brew install --cask firefox"),
        ("windows", "winget install Mozilla.Firefox"),
    ],
};

impl Browser {
    /// Its path; on Debian as root it is installed when it is missing.
    pub fn ready(&self) -> Result<PathBuf, Failure> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let system = system_id();
        if system == "debian" && process::output_of("id", &["-u"]).as_deref() == Some("0") {
            self.install_on_debian()?;
            if let Some(found) = self.find() {
                return Ok(found);
            }
        }
        let Browser { name, variable, .. } = self;
        Err(Failure::new(format!(
            "The browser tests need {name}. Install it by `{}`, or set {variable} to its path, or leave them out by `cargo xtask test --quick`.",
            self.install_command(&system)
        )))
    }

    fn find(&self) -> Option<PathBuf> {
        if let Some(chosen) = env::var_os(self.variable) {
            return Some(chosen.into());
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = self
            .commands
            .iter()
            .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
        let elsewhere = self.elsewhere.iter().map(PathBuf::from);
        on_path.chain(elsewhere).find(|candidate| candidate.is_file())
    }

    fn install_on_debian(&self) -> Result<(), Failure> {
        let Browser { name, packages, .. } = self;
        console::heading(&format!("Set-up: {name} by apt-get (a download of about 100 MB)"));
        let apt = |args: &[&str]| {
            let mut apt = process::command("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive").args(args);
            process::succeeds(&mut apt)
        };
        let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
        if apt(&["update", "--quiet"])? && apt(&[&install, *packages].concat())? {
            return Ok(());
        }
        Err(Failure::new(format!(
            "apt-get could not install {}; it says why above. Check the connection and run this again.",
            packages.join(" and ")
        )))
    }

    fn install_command(&self, system: &str) -> String {
        let known = self.installed_by.iter().find(|(id, _)| *id == system);
        known.map_or_else(
            || format!("sudo apt-get install {}", self.packages.join(" ")),
            |(_, command)| (*command).into(),
        )
    }
}

/// The `ID` of /etc/os-release, or what Rust calls the system.
fn system_id() -> String {
    let release = fs::read_to_string(Path::new("/etc/os-release")).unwrap_or_default();
    release
        .lines()
        .find_map(|line| line.strip_prefix("ID="))
        .map_or(env::consts::OS.into(), |id| id.trim_matches('"').into())
}
