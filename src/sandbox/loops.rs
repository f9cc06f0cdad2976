//! Which loop a timeout is probably about. A guess for people, made without running anything.

/// A loop in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Counted from 1.
    pub line: u32,
    /// Its first line, shortened: `while (i > 0) {`.
    pub text: String,
}

/// The loop to look at first: one that by its own words never ends (`while (true)`, `for (;;)`),
/// else the first one. `None` if there is no loop, as in a runaway regular expression.
pub fn likely_endless(source: &str) -> Option<Loop> {
    let code = without_text(source);
    let loops = loops_in(&code);
    let start = loops.iter().find(|&&at| says_endless(&code[at..])).or(loops.first())?;
    let line = source[..*start].matches('\n').count();
    let text = source.lines().nth(line)?.trim();
    Some(Loop { line: line as u32 + 1, text: shorten(text) })
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Byte offsets of `for`, `while` and `do`.
fn loops_in(code: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b == b'.';
    let mut found: Vec<usize> = ["for", "while", "do"]
        .iter()
        .flat_map(|word| {
            code.match_indices(word).filter_map(|(at, word)| {
                let before = at.checked_sub(1).map(|i| bytes[i]);
                let after = bytes.get(at + word.len()).copied();
                let whole = !before.is_some_and(is_word) && !after.is_some_and(is_word);
                whole.then_some(at)
            })
        })
        .collect();
    found.sort_unstable();
    found
}

fn says_endless(code: &str) -> bool {
    let start: String = code.chars().filter(|c| !c.is_whitespace()).take(12).collect();
    ["while(true)", "while(1)", "for(;;"].iter().any(|endless| start.starts_with(endless))
}

/// The source with comments and quoted text blanked out, every byte in its place.
fn without_text(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '\'' | '`' => quoted(rest, next),
            other => {
                code.push(other);
                rest = &rest[other.len_utf8()..];
                continue;
            }
        };
        let (text, tail) = rest.split_at(length);
        code.extend(text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        rest = tail;
    }
    code
}

/// Bytes of the quoted text at the start of `text`, quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return at,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str) -> Option<u32> {
        likely_endless(source).map(|found| found.line)
    }

    #[test]
    fn the_loop_that_says_so_comes_first() {
        assert_eq!(line("for (const a of b) {}\nwhile ( true ) {}"), Some(2));
        assert_eq!(line("let x;\ndo { x = 1 } while (x)\nfor ( ;; ) {}"), Some(3));
        assert_eq!(line("for (let i = 0; i < 3;) {}\nwhile (a) {}"), Some(1));
    }

    #[test]
    fn words_in_text_comments_and_names_are_no_loops() {
        assert_eq!(line("// while (true)\n/* for\n(;;) */ 'for' + \"do\" + `while\n`"), None);
        assert_eq!(line("forEach(a.do, undo, $while)"), None);
        assert_eq!(line("'it\\'s for'; // don't\nwhile (x) {}"), Some(2));
        assert_eq!(line("'größe'; /* ü */ while (x) {}"), Some(1));
        assert_eq!(line("/(a+)+$/.test('aaaa')"), None);
    }

    #[test]
    fn the_line_is_shown_shortened() {
        let found = likely_endless(&format!("  while (x) {{ {} }}", "y".repeat(80)));
        let text = found.expect("there is a loop").text;
        assert!(text.starts_with("while (x) {") && text.ends_with('…'));
        assert_eq!(text.chars().count(), 61);
    }
}
