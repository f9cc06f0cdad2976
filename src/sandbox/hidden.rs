//! Cases that are drawn anew for every run, so that code made for the visible ones fails. A rule
//! draws arguments and says, in Rust, what the function must return for them.

mod revive_a_node;
mod three_missed;
mod validate_operation;

use election_content::{Case, Hidden};
use serde_json::Value;

/// How the hidden cases of a challenge are drawn; `rule` in its `challenge.toml` names one.
pub struct Rule {
    /// The rule's name.
    pub name: &'static str,
    draw: fn(&mut Random, usize) -> Drawn,
    /// What the function must return for these arguments.
    pub expected: fn(&[Value]) -> Value,
}

/// Arguments, and what is special about them.
struct Drawn {
    name: String,
    arguments: Vec<Value>,
}

const RULES: [Rule; 3] = [validate_operation::RULE, revive_a_node::RULE, three_missed::RULE];

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The hidden cases of one run. The same seed draws the same cases.
///
/// # Panics
/// If there is no such rule: a test holds every challenge to the rules that exist.
pub fn draw(hidden: &Hidden, seed: u64) -> Vec<Case> {
    let rule = rule(&hidden.rule)
        .unwrap_or_else(|| panic!("no rule draws hidden cases called {}", hidden.rule));
    let mut random = Random(seed);
    (0..hidden.count as usize)
        .map(|index| {
            let Drawn { name, arguments } = (rule.draw)(&mut random, index);
            let expected = (rule.expected)(&arguments);
            Case { name, arguments, expected }
        })
        .collect()
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to vary a test.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `end`, `end` excluded.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The five nodes of the two small simulations: who is up, who leads, which tokens went where.
struct Nodes {
    up: [bool; 5],
    tokens: [u64; 5],
    leader: Option<usize>,
    newest: u64,
    highest_seen: u64,
    refused: Vec<Value>,
}

impl Nodes {
    /// Node 4 leads with token 1, which the store has seen.
    fn new() -> Self {
        Self {
            up: [true; 5],
            tokens: [0, 0, 0, 0, 1],
            leader: Some(4),
            newest: 1,
            highest_seen: 1,
            refused: Vec::new(),
        }
    }

    fn highest_up(&self) -> Option<usize> {
        self.up.iter().rposition(|&up| up)
    }

    fn crown(&mut self, winner: usize) {
        self.newest += 1;
        self.tokens[winner] = self.newest;
        self.leader = Some(winner);
    }

    fn write(&mut self, node: usize) {
        if !self.up[node] {
            return;
        }
        let token = self.tokens[node];
        if token < self.highest_seen {
            self.refused.push(serde_json::json!([node, token]));
        } else {
            self.highest_seen = token;
        }
    }
}

/// Reads `[["kill", 4], …]`: the pairs of a list of actions.
fn actions(arguments: &[Value]) -> impl Iterator<Item = (&str, usize)> {
    let list = arguments.first().and_then(Value::as_array);
    list.into_iter().flatten().map(|action| {
        let name = action[0].as_str().expect("an action starts with its name");
        let number = action[1].as_u64().expect("an action ends with a number");
        (name, number as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_cases_again_and_another_one_different_ones() {
        for rule in &RULES {
            let hidden = Hidden { rule: rule.name.into(), count: 12 };
            let cases = draw(&hidden, 7);
            assert_eq!(cases.len(), 12);
            assert_eq!(cases, draw(&hidden, 7));
            assert_ne!(cases, draw(&hidden, 8), "{}", rule.name);
        }
    }

    #[test]
    fn no_answer_fits_all_drawn_cases() {
        for rule in &RULES {
            for seed in 0..50 {
                let cases = draw(&Hidden { rule: rule.name.into(), count: 12 }, seed);
                let first = &cases[0].expected;
                assert!(cases.iter().any(|case| case.expected != *first), "{} {seed}", rule.name);
            }
        }
    }
}
