//! Amounts as people write them: `287 ms`, `13.2 s`, `5.2 %`, `20`.

/// A number with its unit, so that amounts of one sort can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    sort: Sort,
    number: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Seconds,
    PerCent,
    Count,
}

impl Amount {
    /// Reads an amount; `None` if the text is none. What stands behind a number that is neither a
    /// time nor a share is what was counted.
    pub fn parse(text: &str) -> Option<Amount> {
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
        let number: f64 = digits.parse().ok()?;
        let (sort, factor) = match unit.trim() {
            "µs" => (Sort::Seconds, 1e-6),
            "ms" => (Sort::Seconds, 1e-3),
            "s" => (Sort::Seconds, 1.0),
            "min" => (Sort::Seconds, 60.0),
            "h" => (Sort::Seconds, 3600.0),
            "%" => (Sort::PerCent, 1.0),
            _ => (Sort::Count, 1.0),
        };
        Some(Amount { sort, number: number * factor })
    }

    /// Whether it is less than another; `None` if the two are not of one sort.
    pub fn is_below(self, other: Amount) -> Option<bool> {
        (self.sort == other.sort).then_some(self.number < other.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(one: &str, other: &str) -> Option<bool> {
        Amount::parse(one)?.is_below(Amount::parse(other)?)
    }

    #[test]
    fn amounts_of_one_sort_are_compared_whatever_their_unit() {
        assert_eq!(below("287 ms", "13.2 s"), Some(true));
        assert_eq!(below("1 s", "1000 ms"), Some(false));
        assert_eq!(below("61 s", "1 min"), Some(false));
        assert_eq!(below("5.2 %", "18.1 %"), Some(true));
        assert_eq!(below("19 messages", "20"), Some(true));
    }

    #[test]
    fn times_shares_and_counts_are_not_compared() {
        assert_eq!(below("5 s", "6 %"), None);
        assert_eq!(below("5", "6 ms"), None);
    }

    #[test]
    fn what_is_not_known_yet_is_no_amount() {
        assert_eq!(Amount::parse("–"), None);
        assert_eq!(Amount::parse("soon"), None);
    }
}
