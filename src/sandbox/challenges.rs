//! Holds the folders of `challenges/` to the rules that draw their hidden cases.

use std::fs;
use std::path::{Path, PathBuf};

use election_content::Case;

use super::hidden;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("challenges");
    let entries = fs::read_dir(root).expect("challenges/ can be read");
    entries
        .map(|entry| entry.expect("challenges/ can be listed").path())
        .filter(|path| path.is_dir())
        .collect()
}

fn read(folder: &Path, file: &str) -> String {
    let path = folder.join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_rule_of_every_challenge_exists_and_agrees_with_its_visible_cases() {
    let mut compared = 0;
    for folder in folders() {
        let settings = read(&folder, "challenge.toml");
        let Some(name) = settings.lines().find_map(|line| line.trim().strip_prefix("rule = "))
        else {
            continue;
        };
        let rule = hidden::rule(name.trim_matches('"'))
            .unwrap_or_else(|| panic!("{}: no rule {name}", folder.display()));
        let cases: Vec<Case> = serde_json::from_str(&read(&folder, "cases.json"))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for case in cases {
            let expected = (rule.expected)(&case.arguments);
            assert_eq!(expected, case.expected, "{}: {}", folder.display(), case.name);
            compared += 1;
        }
    }
    assert!(compared >= 8, "only {compared} visible cases were compared");
}
