//! What is computed from many trials, and from the law that they should follow.

use std::thread;

/// Runs trials 0, 1, … in as many threads as the machine has, and returns their results in that
/// order, which does not depend on the threads.
pub fn trials<T: Send>(count: usize, trial: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
    let share = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let trial = &trial;
        let runs: Vec<_> = (0..count)
            .step_by(share)
            .map(|first| {
                let last = (first + share).min(count);
                scope.spawn(move || (first..last).map(|i| trial(i as u64)).collect::<Vec<_>>())
            })
            .collect();
        runs.into_iter().flat_map(|run| run.join().expect("a trial does not panic")).collect()
    })
}

/// Times of many trials in milliseconds, in order of size.
pub struct Times(Vec<f64>);

impl Times {
    /// Sorts them. There must be at least one.
    pub fn new(mut millis: Vec<f64>) -> Times {
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

/// The thesis's law for the share of terms whose votes are split, in a cluster of `nodes` of
/// which `up` answer, when a message takes the share `latency` of the range of the timeouts.
pub fn split_share(nodes: u32, up: u32, latency: f64) -> f64 {
    // So many candidates within one journey leave no majority to any of them.
    let candidates = up - nodes / 2 + 1;
    (candidates - 1..=up)
        .map(|k| {
            let within = latency.powi(k as i32) * (1.0 - latency).powi((up - k) as i32);
            choose(up, k) * within
        })
        .sum()
}

fn choose(of: u32, k: u32) -> f64 {
    (0..k).map(|i| f64::from(of - i) / f64::from(i + 1)).product()
}

/// The standard error of a share that is `expected`, measured in so many trials.
pub fn standard_error(expected: f64, trials: usize) -> f64 {
    (expected * (1.0 - expected) / trials as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_gives_the_shares_that_the_thesis_prints() {
        let percent = |n, s, l| (split_share(n, s, l) * 1e4).round() / 1e2;
        assert_eq!([0.01, 0.1, 0.2].map(|l| percent(5, 4, l)), [0.06, 5.23, 18.08]);
        assert_eq!(percent(9, 5, 0.1), 40.95);
    }

    #[test]
    fn quantiles_are_trials() {
        let times = Times::new((1..=1000).rev().map(f64::from).collect());
        assert_eq!([0.5, 0.95, 0.999].map(|share| times.quantile(share)), [500.0, 950.0, 999.0]);
        assert_eq!((times.mean(), times.worst()), (500.5, 1000.0));
    }

    #[test]
    fn trials_come_in_their_order() {
        assert_eq!(trials(100, |i| i), (0..100).collect::<Vec<_>>());
        assert!(trials(0, |i| i).is_empty());
    }
}
