//! Where learners' code runs, if not beside the page: on another site it cannot take the tab
//! down with it.

use std::fs;

use crate::failure::Failure;
use crate::paths;

/// Stands in the page's policy for frames from its own origin alone.
const OWN: &str = "frame-src 'self'";
const HEAD: &str = "<meta name=\"referrer\"";

/// Makes the built page ask for its runner at `address`, and its policy allow that.
pub fn move_to(address: &str) -> Result<(), Failure> {
    let path = paths::in_root("dist/index.html");
    let changed = fs::read_to_string(&path)
        .map_err(|error| format!("dist/index.html cannot be read: {error}."))
        .and_then(|html| moved(&html, address))
        .and_then(|html| {
            fs::write(&path, html).map_err(|error| format!("it cannot be written: {error}."))
        });
    changed.map_err(Failure::new)?;
    println!("The runner is expected at {address}: put dist/runner.html there.");
    Ok(())
}

/// The page's document with another address for the runner.
fn moved(html: &str, address: &str) -> Result<String, String> {
    let origin = origin(address).ok_or_else(|| {
        format!("{address} cannot be the runner's address: write https://host/path/runner.html.")
    })?;
    if html.matches(OWN).count() != 1 || html.matches(HEAD).count() != 1 {
        return Err("dist/index.html is not as `cargo xtask build` writes it.".into());
    }
    let meta = format!("<meta name=\"runner\" content=\"{address}\">\n{HEAD}");
    Ok(html.replace(OWN, &format!("frame-src {origin}")).replace(HEAD, &meta))
}

/// `https://host:port` of an address that is safe inside an attribute and a policy. Plain http
/// is good enough for this machine alone.
fn origin(address: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%".contains(c);
    let local = ["http://localhost", "http://127.0.0.1"]
        .iter()
        .any(|start| address.strip_prefix(start).is_some_and(|rest| rest.starts_with([':', '/'])));
    if !address.chars().all(plain) || !(address.starts_with("https://") || local) {
        return None;
    }
    let host_at = address.find("//")? + 2;
    let path_at = host_at + address[host_at..].find('/')?;
    (path_at > host_at).then(|| &address[..path_at])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<meta content=\"connect-src 'self'; frame-src 'self'; worker-src 'self'\">\n<meta name=\"referrer\" content=\"no-referrer\">";

    #[test]
    fn the_policy_allows_the_runner_and_nothing_more() {
        let html = moved(PAGE, "https://run.example.org:8443/lab/runner.html").unwrap();
        assert!(html.contains("frame-src https://run.example.org:8443; worker-src"), "{html}");
        assert!(html.contains(
            "<meta name=\"runner\" content=\"https://run.example.org:8443/lab/runner.html\">"
        ));
        assert!(html.contains("connect-src 'self';"));
        assert!(moved(PAGE, "http://localhost:9000/runner.html").is_ok());
    }

    #[test]
    fn an_address_that_would_open_the_policy_is_refused() {
        for address in [
            "runner.html",
            "http://example.org/runner.html",
            "http://localhost.example.org/runner.html",
            "https:///runner.html",
            "https://example.org",
            "https://a/runner.html; script-src *",
            "https://a/\"><script>",
            "https://*/runner.html",
        ] {
            assert!(moved(PAGE, address).is_err(), "{address}");
        }
        assert!(moved("<meta>", "https://a/runner.html").is_err());
    }
}
