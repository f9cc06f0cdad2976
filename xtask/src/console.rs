use std::io::{IsTerminal, stdout};
use std::time::Duration;

/// Prints a line that opens a part of the work; bold where there is somebody to see it.
pub fn heading(text: &str) {
    if is_seen() {
        println!("\n\u{1b}[1m{text}\u{1b}[0m");
    } else {
        println!("\n{text}");
    }
}

/// Whether a person sees the output, and so its colours.
pub fn is_seen() -> bool {
    stdout().is_terminal()
}

/// A duration as a person says it.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_with_units() {
        assert_eq!(spoken(Duration::from_millis(340)), "0.3 s");
        assert_eq!(spoken(Duration::from_secs(42)), "42 s");
        assert_eq!(spoken(Duration::from_secs(201)), "3 min 21 s");
    }
}
