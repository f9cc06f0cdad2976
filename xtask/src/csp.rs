//! Inline scripts that a content security policy allows by hash.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Stands in a policy where the hashes of the document's inline scripts belong.
const PLACE: &str = "'inline-script-hashes'";

/// Puts the hash of every inline script where the policy says `'inline-script-hashes'`.
///
/// # Errors
/// A sentence if there is nothing to allow or no place to allow it in: either way the document
/// would not do what its author meant.
pub fn allow_inline_scripts(html: &str) -> Result<String, String> {
    let hashes: Vec<String> = inline_scripts(html)?
        .into_iter()
        .map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    if hashes.is_empty() {
        return Err("it has no inline script to allow.".into());
    }
    if html.matches(PLACE).count() != 1 {
        return Err(format!("its policy must say {PLACE} exactly once."));
    }
    Ok(html.replace(PLACE, &hashes.join(" ")))
}

/// The text of each `<script>` without `src`, byte for byte as a browser hashes it.
fn inline_scripts(html: &str) -> Result<Vec<&str>, String> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let end_of_tag = rest.find('>').ok_or("a <script> tag does not end.")? + 1;
        let (tag, after) = rest.split_at(end_of_tag);
        let length = after.find("</script").ok_or("a <script> is not closed.")?;
        if !tag.contains(" src=") {
            scripts.push(&after[..length]);
        }
        rest = &after[length..];
    }
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_the_hash_of_their_text() {
        let html = "<meta content=\"script-src 'inline-script-hashes'\"><script src=\"a.js\"></script><script type=\"module\">alert('Hello, world.');</script>";
        // The example of the Content Security Policy article on MDN.
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        let out = allow_inline_scripts(html).unwrap();
        assert!(out.contains(&format!("script-src {hash}\"")), "{out}");
    }

    #[test]
    fn a_document_that_cannot_work_is_refused() {
        let place = "<meta content=\"script-src 'inline-script-hashes'\">";
        for html in [
            "<script>1</script>".to_owned(),
            place.to_owned(),
            format!("{place}{place}<script>1</script>"),
            format!("{place}<script>1"),
        ] {
            assert!(allow_inline_scripts(&html).is_err(), "{html}");
        }
    }
}
