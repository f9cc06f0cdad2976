//! Small numbers as outlines. Every entry of every log shows another term when a run is scrubbed, and
//! a browser takes far longer to set thirty texts than to draw five paths.

/// Width and height of a digit.
const SIZE: (f64, f64) = (4.0, 7.0);

/// From the left of a digit to the left of the next.
const ADVANCE: f64 = 5.2;

/// The lines of each digit, as the end of a path that has come to its upper left corner.
const DIGITS: [&str; 10] = [
    "m2 0q2 0 2 3.5t-2 3.5t-2-3.5t2-3.5",
    "m.7 1.5l1.8-1.5v7",
    "m.3 1.6q.3-1.6 1.8-1.6q1.7 0 1.7 1.8q0 1.2-1.5 2.7l-2.1 2.5h3.8",
    "m.4 .9q.5-.9 1.6-.9q1.7 0 1.7 1.7q0 1.6-1.9 1.6q2.1 0 2.1 1.8q0 1.9-1.9 1.9q-1.4 0-1.8-1.2",
    "m3 7v-7l-3 4.8h4",
    "m3.6 0h-2.9l-.3 3.2q.7-.6 1.6-.6q1.9 0 1.9 2.1q0 2.3-2.1 2.3q-1.3 0-1.8-1.1",
    "m3.5 .7q-.5-.7-1.4-.7q-2 0-2 3.7q0 3.3 2 3.3q1.8 0 1.8-2.1t-1.8-2.1q-1.5 0-2 1.6",
    "m0 0h4l-2.5 7",
    "m2 0q1.7 0 1.7 1.7t-1.7 1.7t-1.7-1.7t1.7-1.7m0 3.4q2 0 2 1.8t-2 1.8t-2-1.8t2-1.8",
    "m.5 6.3q.5 .7 1.4 .7q2 0 2-3.7q0-3.3-2-3.3q-1.8 0-1.8 2.1t1.8 2.1q1.5 0 2-1.6",
];

/// The path of a number around a point.
pub fn path(number: u64, x: f64, y: f64) -> String {
    let digits = number.to_string();
    let width = ADVANCE * (digits.len() - 1) as f64 + SIZE.0;
    let (left, top) = (x - width / 2.0, y - SIZE.1 / 2.0);
    let digit = |(i, digit): (usize, u8)| {
        let outline = DIGITS[usize::from(digit - b'0')];
        format!("M{:.1} {top:.1}{outline}", left + ADVANCE * i as f64)
    };
    digits.bytes().enumerate().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_its_digits_side_by_side_around_its_middle() {
        assert_eq!(path(7, 10.0, 5.5), format!("M8.0 2.0{}", DIGITS[7]));
        let both = format!("M5.4 2.0{}M10.6 2.0{}", DIGITS[4], DIGITS[2]);
        assert_eq!(path(42, 10.0, 5.5), both);
    }
}
