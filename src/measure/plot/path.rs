//! Paths of SVG. Numbers are written as tenths of a unit by whole-number arithmetic, since a
//! picture has thousands of them and the formatting of floats is made for more.

/// A path that grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// One more command with its numbers.
    pub fn step(&mut self, command: &str, numbers: &[f64]) -> &mut Path {
        self.0.push_str(command);
        for (i, number) in numbers.iter().enumerate() {
            if i > 0 {
                self.0.push(' ');
            }
            write(*number, &mut self.0);
        }
        self
    }

    /// What stands in the attribute.
    pub fn text(self) -> String {
        self.0
    }
}

/// A place as it stands in an attribute.
pub fn place(at: f64) -> String {
    let mut text = String::new();
    write(at, &mut text);
    text
}

fn write(number: f64, into: &mut String) {
    let tenths = (number * 10.0).round() as i64;
    if tenths < 0 {
        into.push('-');
    }
    let tenths = tenths.unsigned_abs();
    let digit = |power: u64| char::from(b'0' + (tenths / power % 10) as u8);
    let mut power = 10;
    while tenths / power >= 10 {
        power *= 10;
    }
    while power >= 10 {
        into.push(digit(power));
        power /= 10;
    }
    into.push('.');
    into.push(digit(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_tenths() {
        for number in [0.0, 0.04, 0.3, 9.96, 10.0, 123.45001, 760.0, -0.01, -14.26, 100_000.5] {
            let plain = format!("{number:.1}").replace("-0.0", "0.0");
            assert_eq!(place(number), plain);
        }
        let mut path = Path::default();
        path.step("M", &[1.0, -2.25]).step("Z", &[]);
        assert_eq!(path.text(), "M1.0 -2.3Z");
    }
}
