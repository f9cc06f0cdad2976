//! Which loop a timeout is probably about. A guess for people, made without running anything.

use super::code_only::{code_only, is_word};

/// A loop in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Counted from 1.
    pub line: u32,
    /// Its first line, shortened: `while (i > 0) {`.
    pub text: String,
}

/// How likely it is that a loop never ends, the least likely first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Suspicion {
    /// It takes what is in a list, one after another.
    TakesAList,
    /// It counts up to something or down to it.
    Counts,
    /// Something in it may end it.
    Unclear,
    /// Nothing in it changes what it goes on by, or it makes the list longer that it takes.
    NothingChanges,
    /// By its own words it never ends: `while (true)`, `for (;;)`.
    SaysSo,
}

/// The loops to look at first, in their order; several if they are equally likely. None if there
/// is no loop, as in a runaway regular expression.
pub fn likely_endless(source: &str) -> Vec<Loop> {
    let code = code_only(source);
    let loops = loops_in(&code);
    let worst = loops.iter().map(Found::suspicion).max();
    let likely = loops.iter().filter(|each| Some(each.suspicion()) == worst);
    let mut lines: Vec<usize> =
        likely.map(|each| source[..each.at].matches('\n').count()).collect();
    lines.sort_unstable();
    lines.dedup();
    let named = |line: usize| {
        let text = shorten(source.lines().nth(line)?.trim());
        Some(Loop { line: line as u32 + 1, text })
    };
    lines.into_iter().filter_map(named).collect()
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A loop: where its word is, what is in its parentheses, and what it repeats.
struct Found<'a> {
    at: usize,
    is_for: bool,
    head: &'a str,
    body: &'a str,
}

fn loops_in(code: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    // The `while` at the end of a `do` is no loop of its own.
    let mut tails = Vec::new();
    for (at, word) in words(code) {
        let after = at + word.len();
        let open = after + code[after..].len() - code[after..].trim_start().len();
        let starts = code[open..].starts_with('(') && !tails.contains(&at);
        match word {
            "for" | "while" if starts => {
                let close = closing(code, open);
                let body = statement(code, (close + 1).min(code.len()));
                let head = &code[open + 1..close];
                found.push(Found { at, is_for: word == "for", head, body });
            }
            "do" if !code[open..].starts_with([':', ',', ')', '=', '.']) => {
                let whole = match code[open..].starts_with('{') {
                    true => (closing(code, open) + 1).min(code.len()),
                    false => open,
                };
                let Some((tail, _)) = words(&code[whole..]).find(|(_, word)| *word == "while")
                else {
                    continue;
                };
                let tail = whole + tail;
                let Some(open_tail) = code[tail..].find('(').map(|paren| tail + paren) else {
                    continue;
                };
                tails.push(tail);
                let head = &code[open_tail + 1..closing(code, open_tail)];
                found.push(Found { at, is_for: false, head, body: &code[open..tail] });
            }
            _ => {}
        }
    }
    found
}

/// All names and keywords that do not follow a dot.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = code.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += bytes[at..].iter().position(|byte| is_word(*byte))?;
            let begin = at;
            at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
            let property = code[..begin].ends_with('.') && !code[..begin].ends_with("..");
            if !property && !bytes[begin].is_ascii_digit() {
                return Some((begin, &code[begin..at]));
            }
        }
    })
}

/// Where the bracket at `open` is closed; the end if it is not.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// The statement that begins here: a block, or up to a semicolon.
fn statement(code: &str, from: usize) -> &str {
    let rest = code[from..].trim_start();
    if rest.starts_with('{') {
        return &rest[..(closing(rest, 0) + 1).min(rest.len())];
    }
    let mut depth = 0;
    let end = rest.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && byte == b';')
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// Methods that change what they are called on, or what they give the next time.
const CHANGING: [&str; 13] = [
    "push", "pop", "shift", "unshift", "splice", "add", "set", "delete", "clear", "next", "exec",
    "fill", "reverse",
];

impl Found<'_> {
    fn suspicion(&self) -> Suspicion {
        let list = words(self.head).find(|(_, word)| matches!(*word, "of" | "in"));
        if let (true, false, Some((at, word))) = (self.is_for, self.head.contains(';'), list) {
            let list = words(&self.head[at + word.len()..]).map(|(_, name)| name).last();
            let grows = list.is_some_and(|list| {
                ["push", "unshift", "splice", "add", "set"]
                    .iter()
                    .any(|method| squeezed(self.body).contains(&format!("{list}.{method}(")))
            });
            return if grows { Suspicion::NothingChanges } else { Suspicion::TakesAList };
        }
        let mut parts = self.head.splitn(3, ';');
        let (condition, update) = match self.is_for {
            true => (parts.nth(1).unwrap_or_default(), parts.next().unwrap_or_default()),
            false => (self.head, ""),
        };
        let names = names_in(condition);
        let inside = [condition, update, self.body].map(squeezed).join(";");
        let leaves = words(self.body).any(|(_, word)| matches!(word, "break" | "return" | "throw"));
        let changes = names.iter().any(|name| is_changed(&inside, name)) || calls(&inside);
        if names.is_empty() && !leaves {
            return Suspicion::SaysSo;
        }
        if self.counts(condition, update) {
            return Suspicion::Counts;
        }
        if changes || leaves { Suspicion::Unclear } else { Suspicion::NothingChanges }
    }

    /// `i < …; i++`, and nothing else touches `i`; downwards alike.
    fn counts(&self, condition: &str, update: &str) -> bool {
        let update = squeezed(update);
        let Some((_, name)) = words(&update).next() else { return false };
        let up = update.contains("++") || update.contains("+=");
        let down = update.contains("--") || update.contains("-=");
        let (condition, body) = (squeezed(condition), squeezed(self.body));
        let bound = match (up, down) {
            (true, false) => condition.strip_prefix(&format!("{name}<")),
            (false, true) => condition.strip_prefix(&format!("{name}>")),
            _ => None,
        };
        let still = |bound: &str| !names_in(bound).iter().any(|each| is_changed(&body, each));
        bound.is_some_and(still) && !is_changed(&body, name)
    }
}

/// Without white space but between words.
fn squeezed(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for part in code.split_whitespace() {
        let joins = |text: &str, last: bool| {
            let byte = if last { text.bytes().last() } else { text.bytes().next() };
            byte.is_some_and(is_word)
        };
        if joins(&out, true) && joins(part, false) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// What a condition speaks of: variables, and the properties of `this`.
fn names_in(condition: &str) -> Vec<String> {
    let condition = squeezed(condition).replace("this.", "this ");
    let no_names = [
        "true",
        "false",
        "null",
        "undefined",
        "this",
        "typeof",
        "instanceof",
        "in",
        "NaN",
        "Infinity",
        "Math",
    ];
    let found = words(&condition).map(|(_, name)| name);
    found.filter(|name| !no_names.contains(name)).map(str::to_owned).collect()
}

/// Whether squeezed code sets this name or something of it, or calls a method that changes it.
fn is_changed(code: &str, name: &str) -> bool {
    // A list of names may be set at once: `[a, b] = [b, a]`.
    let together = ["]=", "}="]
        .iter()
        .any(|set| code.match_indices(set).any(|(at, _)| !code[at + 2..].starts_with(['=', '>'])));
    together
        || code.match_indices(name).any(|(at, _)| {
            let before = &code[..at];
            if before.bytes().last().is_some_and(is_word) {
                return false;
            }
            let mut after = &code[at + name.len()..];
            if after.bytes().next().is_some_and(is_word) {
                return false;
            }
            // What follows the last step of `a.b[c].d`.
            let mut method = "";
            loop {
                if let Some(rest) = after.strip_prefix('.') {
                    let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
                    (method, after) = rest.split_at(end);
                } else if after.starts_with('[') {
                    after = &after[(closing(after, 0) + 1).min(after.len())..];
                } else {
                    break;
                }
            }
            let stepped = ["++", "--"].iter().any(|sign| {
                after.starts_with(sign) || before.trim_end_matches("this.").ends_with(sign)
            });
            stepped || is_set(after) || (after.starts_with('(') && CHANGING.contains(&method))
        })
}

/// Whether squeezed code goes on with `=`, `+=` and the like.
fn is_set(code: &str) -> bool {
    let end = code.bytes().position(|byte| !b"+-*/%&|^?<>=!".contains(&byte));
    let sign = &code[..end.unwrap_or(code.len())];
    let compares = ["==", "<=", ">=", "!=", "=>"].iter().any(|no| sign.starts_with(no));
    sign.contains('=') && !compares
}

/// Whether squeezed code calls a function, or a method of `this`, that may change anything.
fn calls(code: &str) -> bool {
    let code = code.replace("this.", "");
    words(&code).any(|(at, word)| {
        let keyword =
            ["if", "for", "while", "switch", "catch", "function", "return", "typeof", "of", "in"];
        let known = ["Math", "Number", "String", "Boolean", "BigInt"];
        code[at + word.len()..].starts_with('(')
            && !keyword.contains(&word)
            && !known.contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [u32; 0] = [];

    fn lines(source: &str) -> Vec<u32> {
        likely_endless(source).into_iter().map(|found| found.line).collect()
    }

    #[test]
    fn the_loop_that_says_so_comes_first() {
        assert_eq!(lines("for (const a of b) {}\nwhile ( true ) {}"), [2]);
        assert_eq!(lines("let x;\ndo { x = 1 } while (x)\nfor ( ;; ) {}"), [3]);
        assert_eq!(lines("for (const a of b) f(a);\nwhile (!false) {}"), [2]);
        assert_eq!(lines("while (true) { if (a) break; }\nwhile (1);"), [2]);
    }

    #[test]
    fn then_one_that_nothing_in_it_ends() {
        let nested = "for (const peer of peers) {\n  let i = 0;\n  while (i < beats.length) {\n    // i += 1\n    out.push(beats[i]);\n  }\n}";
        assert_eq!(lines(nested), [3]);
        assert_eq!(lines("for (const a of b) { c.push(a); }\nlet i = 0;\nwhile (i < 3) {}"), [3]);
        assert_eq!(
            lines("for (let i = 0; i < n; i++) {\n  for (let j = 0; j < n; i++) {}\n}"),
            [2]
        );
        assert_eq!(
            lines("while (i > 0) i -= 1;\nwhile (this.size > 0) {\n  a = this.size;\n}"),
            [2]
        );
        assert_eq!(
            lines("for (let i = 0; i < 9; i++) {}\nfor (const a of list) list.push(a);"),
            [2]
        );
        assert_eq!(lines("while (a.length) a.pop();\ndo { x = y } while (y === 'for')"), [2]);
        assert_eq!(lines("while (a) [a, b] = [b, a];\nwhile (b) {}"), [2]);
    }

    #[test]
    fn a_loop_that_counts_or_takes_a_list_comes_last() {
        assert_eq!(lines("for (let i = 0; i < n; i += 1) {}\nwhile (x) { x = next(x); }"), [2]);
        assert_eq!(lines("for (let i = 9; i > 0; i++) {}\nfor (let i = 9; i > 0; i--) {}"), [1]);
        assert_eq!(lines("for (const a in b) {}\nfor (let i = 0; i < 9e9; i++) {}"), [2]);
        assert_eq!(
            lines("for (let i = 0; i < 9; i++) i = 0;\nfor (let i = 0; i < 9; i++) {}"),
            [1]
        );
        assert_eq!(lines("for (const a of all()) {}"), [1]);
    }

    #[test]
    fn of_equals_all_are_named() {
        assert_eq!(lines("for (let i = 0; i < 3;) {}\nwhile (a) {}"), [1, 2]);
        assert_eq!(lines("while (a) {\n while (b) { step(); }\n a = f();\n}"), [1, 2]);
        assert_eq!(lines("while (a) {} while (b) {}"), [1]);
    }

    #[test]
    fn words_in_text_comments_and_names_are_no_loops() {
        assert_eq!(lines("// while (true)\n/* for\n(;;) */ 'for' + \"do\" + `while\n`"), NONE);
        assert_eq!(lines("forEach(a.do, undo, $while, { do: 1 })"), NONE);
        assert_eq!(lines("'it\\'s for'; // don't\nwhile (x) {}"), [2]);
        assert_eq!(lines("'größe'; /* ü */ while (x) {}"), [1]);
        assert_eq!(lines("/(a+)+$/.test('aaaa')"), NONE);
    }

    #[test]
    fn code_after_patterns_and_in_templates_is_seen() {
        assert_eq!(lines("x.match(/'/); while (a) {}"), [1]);
        assert_eq!(lines("x.match(/[/*]/);\nfor (;;) {}"), [2]);
        assert_eq!(lines("x = /`/;\nfor (;;) {}"), [2]);
        assert_eq!(lines("`${(() => { for (;;) {} })()}`"), [1]);
        assert_eq!(lines("a = b / c; d = '/';\nwhile (e) {}"), [2]);
    }

    #[test]
    fn what_does_not_parse_is_looked_at_all_the_same() {
        for source in ["while (", "do", "do {", "for (;;", "do x; while", "while (a", "`${while(a)"]
        {
            likely_endless(source);
        }
    }

    #[test]
    fn the_line_is_shown_shortened() {
        let found = likely_endless(&format!("  while (x) {{ {} }}", "y".repeat(80)));
        let text = &found[0].text;
        assert!(text.starts_with("while (x) {") && text.ends_with('…'));
        assert_eq!(text.chars().count(), 61);
    }
}
