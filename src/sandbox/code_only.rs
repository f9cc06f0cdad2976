//! JavaScript with all that is no code blanked out, every byte in its place.

/// The source without what is in comments, quotes, templates and regular expressions. Quotes stay
/// as marks, and what a template computes (`${…}`) stays as code in parentheses.
pub fn code_only(source: &str) -> String {
    let mut code = Vec::with_capacity(source.len());
    // For each template whose `${` is open, the braces that are open in it.
    let mut computed: Vec<u32> = Vec::new();
    while let Some(&next) = source.as_bytes().get(code.len()) {
        let rest = &source[code.len()..];
        match next {
            b'/' if rest.starts_with("//") => {
                blank(&mut code, rest, rest.find('\n').unwrap_or(rest.len()));
            }
            b'/' if rest.starts_with("/*") => {
                blank(&mut code, rest, rest.find("*/").map_or(rest.len(), |end| end + 2));
            }
            b'"' | b'\'' => mark(&mut code, rest, quoted(rest, next), next, next),
            b'/' if begins_an_expression(&code) && pattern(rest).is_some() => {
                mark(&mut code, rest, pattern(rest).unwrap_or(1), b'/', b'/');
            }
            b'`' => template(&mut code, rest, b'`', &mut computed),
            b'}' if computed.last() == Some(&0) => {
                computed.pop();
                template(&mut code, rest, b')', &mut computed);
            }
            _ => {
                if let Some(open) = computed.last_mut() {
                    *open += u32::from(next == b'{');
                    *open -= u32::from(next == b'}');
                }
                let letter = rest.chars().next().map_or(1, char::len_utf8);
                code.extend(&rest.as_bytes()[..letter]);
            }
        }
    }
    String::from_utf8(code).expect("whole letters are copied or blanked")
}

/// Blanks so many bytes; lines stay lines.
fn blank(code: &mut Vec<u8>, rest: &str, length: usize) {
    code.extend(rest.as_bytes()[..length].iter().map(|b| if *b == b'\n' { b'\n' } else { b' ' }));
}

/// Blanks so many bytes but for a mark at their begin and one at their end.
fn mark(code: &mut Vec<u8>, rest: &str, length: usize, first: u8, last: u8) {
    let begin = code.len();
    blank(code, rest, length);
    code[begin] = first;
    if let Some(end) = code[begin + 1..].last_mut() {
        *end = last;
    }
}

/// The text of a template up to its end, or to what it computes next.
fn template(code: &mut Vec<u8>, rest: &str, first: u8, computed: &mut Vec<u32>) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => return mark(code, rest, at + 1, first, b'`'),
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                computed.push(0);
                return mark(code, rest, at + 2, first, b'(');
            }
            _ => {}
        }
        at += 1;
    }
    mark(code, rest, bytes.len(), first, b'`');
}

/// Bytes of the quoted text at the start of `text`, quotes included.
fn quoted(text: &str, quote: u8) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Bytes of the regular expression at the start of `text`, if one ends in its line.
fn pattern(text: &str) -> Option<usize> {
    let (mut escaped, mut class) = (false, false);
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a slash that follows begins a regular expression and divides nothing.
fn begins_an_expression(code: &[u8]) -> bool {
    let before = code.trim_ascii_end();
    let Some(last) = before.last() else { return true };
    if is_word(*last) {
        let from = before.iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
        let asks: [&[u8]; 10] = [
            b"return", b"typeof", b"case", b"in", b"of", b"do", b"else", b"void", b"throw",
            b"delete",
        ];
        return asks.contains(&&before[from..]);
    }
    b"(,=:[!&|?{};+-*%<>~^".contains(last)
}

/// Whether it can be in a name.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::code_only;

    #[test]
    fn what_is_no_code_is_blanked_in_its_place() {
        for (source, code) in [
            ("a // for\nb", "a       \nb"),
            ("a /* do\n */ b", "a      \n    b"),
            (r#"f('it\'s', "for")"#, r#"f('     ', "   ")"#),
            ("`do ${f({a: `x`})} for`", "`    (f({a: ` `}))    `"),
            ("x = /[/*`]'/.test(y)", "x = /      /.test(y)"),
            ("a / b / c", "a / b / c"),
            ("return /'/g", "return / /g"),
            ("'ü' + ü", "'  ' + ü"),
            ("'open\nfor", "'   '\nfor"),
            ("`open", "`   `"),
        ] {
            assert_eq!(code_only(source), code, "{source}");
        }
    }
}
