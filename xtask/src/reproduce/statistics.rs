//! What is computed from many trials.

use std::thread;

use election_engine::experiments::Trial;

/// What trials 0, 1, … measure first, in that order, in as many threads as the machine has.
/// Trials that measure nothing are left out.
pub fn values(count: usize, prepare: impl Fn() -> Box<dyn Trial> + Sync) -> Vec<u64> {
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
    let share = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let prepare = &prepare;
        let part = |first: usize| {
            let last = (first + share).min(count);
            scope.spawn(move || part_of(&mut *prepare(), first as u64..last as u64))
        };
        let parts: Vec<_> = (0..count).step_by(share).map(part).collect();
        parts.into_iter().flat_map(|part| part.join().expect("a trial does not panic")).collect()
    })
}

fn part_of(trials: &mut dyn Trial, numbers: std::ops::Range<u64>) -> Vec<u64> {
    let mut values = Vec::new();
    for trial in numbers {
        trials.run(trial, &mut |quantity, value| {
            if quantity == 0 {
                values.push(value);
            }
        });
    }
    values
}

/// Times of many trials in milliseconds, in order of size.
pub struct Times(Vec<f64>);

impl Times {
    /// Sorts times in microseconds. There must be at least one.
    pub fn new(micros: &[u64]) -> Times {
        let mut millis: Vec<_> = micros.iter().map(|micros| *micros as f64 / 1000.0).collect();
        millis.sort_by(f64::total_cmp);
        Times(millis)
    }

    /// The average.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// The time that a share of the trials does not exceed.
    pub fn quantile(&self, share: f64) -> f64 {
        let place = (share * self.0.len() as f64).ceil() as usize;
        self.0[place.clamp(1, self.0.len()) - 1]
    }

    /// The longest.
    pub fn worst(&self) -> f64 {
        self.quantile(1.0)
    }
}

/// The standard error of a share that is `expected`, measured in so many trials.
pub fn standard_error(expected: f64, trials: usize) -> f64 {
    (expected * (1.0 - expected) / trials as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_trials() {
        let micros: Vec<_> = (1..=1000).rev().map(|ms| ms * 1000).collect();
        let times = Times::new(&micros);
        assert_eq!([0.5, 0.95, 0.999].map(|share| times.quantile(share)), [500.0, 950.0, 999.0]);
        assert_eq!((times.mean(), times.worst()), (500.5, 1000.0));
    }
}
