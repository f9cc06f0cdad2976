//! What is computed from counts, and how numbers read.
//!
//! Everything but the points of pictures is computed in integers, so that it is the same on
//! every machine.

use super::{Cell, Count, Results};

/// How often each value was measured, in the order of the values.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    values: Vec<(u64, Count)>,
    total: u64,
    /// How many of the last of them stand for trials that were not over.
    cut_off: u64,
}

impl Distribution {
    /// What was measured in a cell.
    pub fn of(results: &Results, series: usize, x: u32, quantity: u8) -> Distribution {
        let values: Vec<_> = results.values(series, Cell { x, quantity }).collect();
        let total = values.iter().map(|(_, count)| count.times).sum();
        let measured = &results.plan().experiment().quantities[usize::from(quantity)];
        let over = values.partition_point(|(value, _)| !measured.is_cut_off(*value));
        let cut_off = values[over..].iter().map(|(_, count)| count.times).sum();
        Distribution { values, total, cut_off }
    }

    /// In how many trials nobody waited for the end, so that only a least value is known.
    pub fn cut_off(&self) -> u64 {
        self.cut_off
    }

    /// The same in words; empty if all were over.
    pub fn not_over(&self) -> String {
        match self.cut_off {
            0 => String::new(),
            trials => format!("{trials} of {} not over by then", self.total),
        }
    }

    /// In how many trials something was measured.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The values with their counts.
    pub fn values(&self) -> &[(u64, Count)] {
        &self.values
    }

    /// The average, rounded; nothing if nothing was measured.
    pub fn mean(&self) -> Option<u64> {
        self.mean_times(1)
    }

    /// So many times the average, rounded: for more digits.
    pub fn mean_times(&self, times: u64) -> Option<u64> {
        let products = self.values.iter().map(|(v, c)| u128::from(*v) * u128::from(c.times));
        let sum = products.sum::<u128>() * u128::from(times);
        let total = u128::from(self.total);
        (sum + total / 2).checked_div(total).map(|mean| mean as u64)
    }

    /// The value that so many of 1000 trials do not exceed, and the first trial that had it.
    pub fn quantile(&self, permille: u64) -> Option<(u64, u64)> {
        let place = (u128::from(self.total) * u128::from(permille)).div_ceil(1000).max(1);
        let mut seen = 0;
        let reaches = |(_, count): &&(u64, Count)| {
            seen += u128::from(count.times);
            seen >= place
        };
        self.values.iter().find(reaches).map(|(value, count)| (*value, count.first))
    }

    /// The value in the middle.
    pub fn median(&self) -> Option<u64> {
        self.quantile(500).map(|(value, _)| value)
    }

    /// The greatest value.
    pub fn worst(&self) -> Option<u64> {
        self.values.last().map(|(value, _)| *value)
    }

    /// How many trials had at least this value.
    pub fn at_least(&self, least: u64) -> u64 {
        let reaching = self.values.iter().filter(|(value, _)| *value >= least);
        reaching.map(|(_, count)| count.times).sum()
    }
}

/// Microseconds as people read them: `9.4 ms`, `287 ms`, `13.2 s`.
pub fn time(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{} ms", decimal(micros, 1000, 1)),
        10_000..10_000_000 => format!("{} ms", decimal(micros, 1000, 0)),
        _ => format!("{} s", decimal(micros, 1_000_000, 1)),
    }
}

/// A share in per cent, with so many digits after the point.
pub fn percent(part: u64, whole: u64, digits: u32) -> String {
    match whole {
        0 => "–".to_owned(),
        _ => format!("{} %", decimal(part * 100, whole, digits)),
    }
}

/// A quotient with so many digits after the point, rounded.
pub fn decimal(value: u64, per: u64, digits: u32) -> String {
    let scale = 10_u128.pow(digits);
    let scaled = (u128::from(value) * scale + u128::from(per) / 2) / u128::from(per.max(1));
    match digits {
        0 => scaled.to_string(),
        _ => format!("{}.{:0>width$}", scaled / scale, scaled % scale, width = digits as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(u64, u64)]) -> Distribution {
        let values: Vec<_> = values
            .iter()
            .map(|(value, times)| (*value, Count { times: *times, first: 7 }))
            .collect();
        let total = values.iter().map(|(_, count)| count.times).sum();
        Distribution { values, total, cut_off: 0 }
    }

    #[test]
    fn quantiles_are_trials() {
        let values: Vec<_> = (1..=1000).map(|value| (value, 1)).collect();
        let times = of(&values);
        assert_eq!(
            [500, 950, 999].map(|p| times.quantile(p)),
            [500, 950, 999].map(|v| Some((v, 7)))
        );
        assert_eq!((times.mean_times(10), times.worst()), (Some(5005), Some(1000)));
        assert_eq!((of(&[]).mean(), of(&[]).median()), (None, None));
        assert_eq!(of(&[(1, 2), (9, 3)]).at_least(2), 3);
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([time(9_440), time(287_400), time(13_250_000)], ["9.4 ms", "287 ms", "13.3 s"]);
        assert_eq!([percent(1, 3, 1), percent(0, 0, 0)], ["33.3 %", "–"]);
        assert_eq!(decimal(5, 100, 2), "0.05");
    }
}
