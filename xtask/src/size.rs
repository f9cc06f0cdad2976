//! What a first visit loads, and the limit that we hold ourselves to.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::Failure;
use crate::paths;

/// What a first load may weigh: bytes after gzip, level 9.
const LIMIT: u64 = 150_000;

/// Loaded only where something runs: the workshop, the editor, the sandbox.
const LATER: [&str; 9] = [
    "workshop.js",
    "workshop_bg.wasm",
    "workshop.css",
    "editor.js",
    "runner.html",
    "offline.js",
    "worker.js",
    "background.js",
    "background_bg.wasm",
];

/// The files of a first visit with their packed sizes in bytes, the largest first.
pub struct FirstLoad {
    files: Vec<(String, u64)>,
}

impl FirstLoad {
    /// The sum in bytes.
    pub fn total(&self) -> u64 {
        self.files.iter().map(|(_, size)| size).sum()
    }

    /// One line a file, then the sum.
    pub fn print(&self) {
        println!("First load, gzip:");
        for (name, size) in &self.files {
            println!("{:>9.1} kB  {name}", kilobytes(*size));
        }
        println!("{:>9.1} kB  in all; limit {:.0} kB", kilobytes(self.total()), kilobytes(LIMIT));
    }

    /// A sentence if it is too much.
    pub fn check(&self) -> Result<(), Failure> {
        if self.total() <= LIMIT {
            return Ok(());
        }
        Err(Failure::new(format!(
            "The first load is {:.1} kB over its limit of {:.0} kB. Load something later, or make it smaller.",
            kilobytes(self.total() - LIMIT),
            kilobytes(LIMIT)
        )))
    }
}

/// Packs every page, stylesheet, script and module of `dist/` that a first visit loads.
pub fn measure() -> Result<FirstLoad, Failure> {
    let folder = paths::in_root("dist");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_counted(&name) {
            files.push((name.into_owned(), packed(&path)?));
        }
    }
    files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(FirstLoad { files })
}

fn is_counted(name: &str) -> bool {
    let kinds = ["html", "css", "js", "wasm"];
    let counted = name.rsplit_once('.').is_some_and(|(_, kind)| kinds.contains(&kind));
    counted && !LATER.contains(&name)
}

fn packed(path: &Path) -> Result<u64, Failure> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&fs::read(path).map_err(unreadable)?).map_err(unreadable)?;
    Ok(gzip.finish().map_err(unreadable)?.len() as u64)
}

fn unreadable(error: std::io::Error) -> Failure {
    Failure::new(format!("dist/ cannot be read ({error}). Build it by `cargo xtask build`."))
}

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_first_visit_loads_counts() {
        assert!(is_counted("index.html"));
        assert!(is_counted("election-lab-1f_bg.wasm"));
        assert!(is_counted("editor-1f.css"));
        assert!(!is_counted("editor.js"));
        assert!(!is_counted("workshop_bg.wasm"));
        assert!(!is_counted("runner.html"));
        assert!(!is_counted("icon.svg"));
    }

    #[test]
    fn the_limit_may_be_reached_and_not_exceeded() {
        let load = |size| FirstLoad { files: vec![("a.js".into(), size)] };
        assert!(load(LIMIT).check().is_ok());
        let sentence = load(LIMIT + 1200).check().unwrap_err().sentence;
        assert!(sentence.contains("1.2 kB over"), "{sentence}");
    }
}
