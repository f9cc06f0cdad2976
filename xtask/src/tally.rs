use std::fmt::{Display, Formatter, Result};
use std::ops::AddAssign;

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// They hold.
    pub passed: u32,
    /// They do not.
    pub failed: u32,
    /// They were left out.
    pub skipped: u32,
}

impl Tally {
    /// One check that holds.
    pub const PASSED: Self = Self::of(1, 0, 0);
    /// One check that does not.
    pub const FAILED: Self = Self::of(0, 1, 0);
    /// One check that was left out.
    pub const SKIPPED: Self = Self::of(0, 0, 1);

    const fn of(passed: u32, failed: u32, skipped: u32) -> Self {
        Self { passed, failed, skipped }
    }

    /// Adds up a line of `cargo test`: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub fn read_cargo(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        let words: Vec<&str> = counts.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Adds up a line of Node's `spec` reporter: `ℹ pass 3`.
    pub fn read_node(&mut self, line: &str) {
        let Some((kind, number)) =
            line.strip_prefix("ℹ ").and_then(|summary| summary.split_once(' '))
        else {
            return;
        };
        let Ok(number) = number.trim().parse::<u32>() else {
            return;
        };
        match kind {
            "pass" => self.passed += number,
            "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_summaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            "a line of a test that says 7 passed; 7 failed",
        ] {
            tally.read_cargo(line);
        }
        assert_eq!(tally, Tally::of(4, 2, 1));
    }

    #[test]
    fn node_summaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "ℹ tests 6",
            "ℹ suites 1",
            "ℹ pass 3",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "ℹ skipped 1",
            "ℹ todo 0",
            "ℹ duration_ms 61.2",
            "✔ pass 9",
        ] {
            tally.read_node(line);
        }
        assert_eq!(tally, Tally::of(3, 2, 1));
    }

    #[test]
    fn the_total_is_one_line_that_names_skips_only_if_there_are_any() {
        assert_eq!(Tally::of(3, 0, 0).to_string(), "3 passed, 0 failed");
        assert_eq!(Tally::of(3, 1, 2).to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
