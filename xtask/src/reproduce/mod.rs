//! Published results about Raft's elections, measured again with the engine's Raft row.
//!
//! The source is Ongaro's dissertation, chapter 9, whose measurements are also Figure 16 of the
//! extended Raft paper. Numbers that the text does not print are read from the figures, which are
//! drawn as steps, one a trial; they are good to about 1 %.
//!
//! **The split-vote law.** See the experiment `split-votes`. Nothing in it is a choice of ours.
//!
//! **Figure 16.** See the experiment `figure-16`, which says which choices are ours.
//!
//! **The simulated WAN.** As in the thesis's simulator: fresh timers, equal logs, messages of 30
//! to 40 ms, timeouts of 300 to 600 ms, disks that take no time. The time ends when somebody
//! leads. The text rounds what its figure shows; both are printed.

mod statistics;

use crate::console::heading;
use election_engine::experiments::{LINES, Line, PATIENCE, Plan, Setting, split_share};
use election_engine::time::Span;
use statistics::{Times, standard_error, values};

/// How many elections are held for each line of the law, unless somebody says otherwise.
pub const TRIALS: usize = 100_000;

/// How many elections the paper and the thesis held for a line.
const BENCHMARK: usize = 1000;
const BENCHMARK_WITHOUT_SPREAD: usize = 100;
const SIMULATED: usize = 10_000;

/// Prints measured beside published, at most `most` elections a line.
pub fn reproduce(most: usize) {
    law(most);
    figure_16(most);
    wan(most);
}

/// The lines of the law: nodes, how many of them are up, and latency in hundredths of the range.
const LAW: [(u8, u8, u32); 12] = [
    (5, 4, 1),
    (5, 4, 10),
    (5, 4, 20),
    (5, 5, 10),
    (5, 3, 10),
    (3, 3, 10),
    (3, 2, 5),
    (4, 3, 5),
    (7, 6, 15),
    (7, 4, 5),
    (9, 8, 20),
    (9, 5, 10),
];

/// The share of split terms that was measured, and by how many standard errors the law is missed.
fn split_votes((nodes, up, latency): (u8, u8, u32), elections: usize) -> (f64, f64) {
    let mut plan = Plan::new("split-votes").expect("there is such an experiment");
    plan.set("nodes", nodes.into()).expect("its dial goes from 3 to 9");
    let failed = usize::from(nodes - up);
    let splits = values(elections, || plan.prepare(failed, latency));
    let measured = splits.iter().filter(|split| **split > 0).count() as f64 / elections as f64;
    let expected = split_share(nodes.into(), up.into(), f64::from(latency) / 100.0);
    (measured, (measured - expected) / standard_error(expected, elections))
}

fn law(elections: usize) {
    heading(&format!("The split-vote law: {elections} elections a line"));
    println!("  nodes  up  latency/range   measured        law   standard errors");
    for line @ (nodes, up, percent) in LAW {
        let (measured, errors) = split_votes(line, elections);
        let latency = f64::from(percent) / 100.0;
        let expected = split_share(nodes.into(), up.into(), latency);
        let verdict = if errors.abs() <= 3.0 { "agrees" } else { "differs" };
        println!(
            "  {nodes:>5}  {up:>2}  {latency:>13.3}   {:>6.3} %   {:>6.3} %   {errors:>+6.2}  {verdict}",
            measured * 100.0,
            expected * 100.0
        );
    }
}

/// How long the cluster was without a leader, in microseconds, in so many trials of a line of
/// Figure 16.
fn downtimes(line: usize, elections: usize) -> Vec<u64> {
    let plan = Plan::new("figure-16").expect("there is such an experiment");
    values(elections, || plan.prepare(line, 0))
}

fn figure_16(most: usize) {
    heading("Figure 16: the time without a leader, in ms; measured/published");
    println!("  timeouts           median            mean            95 %           worst");
    for (index, Line { timeout: (min, max), published, .. }) in LINES.iter().enumerate() {
        let spread = if min == max { BENCHMARK_WITHOUT_SPREAD } else { BENCHMARK };
        let elections = most.min(spread);
        let times = downtimes(index, elections);
        let endless = times.iter().filter(|micros| **micros >= PATIENCE.as_micros()).count();
        print!("  {:<11}", format!("{min}-{max}"));
        if endless * 2 > elections {
            println!(
                "{endless} of {elections} took over 10 s; published: all over 10 s, median {:.0} s  agrees, but see the experiment",
                published[0] as f64 / 1000.0
            );
            continue;
        }
        let published = published.map(|ms| ms as f64);
        let times = Times::new(&times);
        let measured = [times.quantile(0.5), times.mean(), times.quantile(0.95), times.worst()];
        for (measured, published) in measured.into_iter().zip(published) {
            print!(" {:>15}", format!("{measured:.0}/{published:.0}"));
        }
        println!("  {}", verdict(&measured[..2], &published[..2], 0.1));
    }
    println!("  The median and the mean are compared, to 10 %; the worst of 1000 is chance.");
}

/// A line of the simulated WAN: how many servers have failed, and what was published: the mean
/// in the text and in the figure, and 99.9 % in the figure.
const WAN: [(u8, Option<f64>, [f64; 2]); 3] = [
    (0, None, [430.0, 985.0]),
    (1, Some(475.0), [469.0, 1385.0]),
    (2, Some(650.0), [632.0, 2853.0]),
];

fn wan(most: usize) {
    let elections = most.min(SIMULATED);
    heading(&format!("The simulated WAN: {elections} elections a line, in ms"));
    println!("  failed   mean measured/figure/text    99.9 % measured/figure");
    for (failed, text, published) in WAN {
        let setting = Setting {
            nodes: 5,
            up: 5 - failed,
            timeout: (Span::new(300), Span::new(600)),
            latency: (Span::new(30), Span::new(40)),
            disk: None,
            ranked_logs: false,
        };
        let times = Times::new(&values(elections, || setting.trials(Span::new(86_400_000))));
        let measured = [times.mean(), times.quantile(0.999)];
        let text = text.map_or("-".to_owned(), |text| format!("about {text:.0}"));
        println!(
            "  {failed:>6}   {:>25}    {:>22}  {}",
            format!("{:.0}/{:.0}/{text}", measured[0], published[0]),
            format!("{:.0}/{:.0}", measured[1], published[1]),
            verdict(&measured[..1], &published[..1], 0.03)
        );
    }
    println!("  The mean is compared with the figure's, to 3 %.");
}

/// Whether all figures agree with what was published, up to a share of it.
fn verdict(measured: &[f64], published: &[f64], tolerance: f64) -> String {
    let off =
        measured.iter().zip(published).map(|(measured, published)| measured / published - 1.0);
    let worst = off.max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0);
    match worst.abs() <= tolerance {
        true => "agrees".to_owned(),
        false => format!("differs by {:+.0} %", worst * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_elections_follow_the_law() {
        let (measured, errors) = split_votes((5, 4, 20), 2000);
        assert!(measured > 0.0 && errors.abs() <= 4.0, "{measured}, {errors} standard errors");
    }

    #[test]
    fn without_spread_nobody_is_elected_and_with_some_most_are_at_once() {
        let endless = PATIENCE.as_micros();
        assert_eq!(downtimes(0, 2), [endless; 2]);
        let times = Times::new(&downtimes(5, 200));
        // Half a heartbeat interval may have passed before the crash.
        assert!(times.quantile(0.0) >= 75.0);
        let median = times.quantile(0.5);
        assert!((160.0..195.0).contains(&median), "{median}");
    }

    #[test]
    fn a_verdict_names_the_figure_that_is_farthest_off() {
        assert_eq!(verdict(&[104.0, 97.0], &[100.0, 100.0], 0.1), "agrees");
        assert_eq!(verdict(&[104.0, 80.0], &[100.0, 100.0], 0.1), "differs by -20 %");
    }
}
