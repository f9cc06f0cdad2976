//! Figure 16 of the extended Raft paper: the time without a leader after a crash, for different
//! ranges of the election timeout.
//!
//! The measurements are those of Ongaro's dissertation, chapter 9. Numbers that the text does not
//! print are read from the figure, which is drawn as steps, one a trial; they are good to about
//! 1 %.
//!
//! As there: the leader of five servers crashes at a uniformly random moment of a heartbeat
//! interval, which is half of the shortest timeout, and a heartbeat has synchronised the others
//! before; and the logs have different lengths, so that two of the four servers that are left
//! cannot win. Ours: a message takes 1 to 5 ms, a write to a disk 4 to 5 ms, both uniform, so that
//! asking for a vote and getting it takes 10.5 ms on average (the paper's broadcast time is
//! "roughly 15 ms"); timers start exactly together; a candidate writes its own vote while it asks
//! for the others', as the thesis says that it can; the time ends when the first of the others
//! hears the new leader (the last hears it some 3 ms later); and nobody waits for longer than 10 s.
//! The results for timeouts that hardly differ depend on how messages and writes jitter, of which
//! nothing is published, so that the line of 150–151 ms cannot be expected to agree. Without any
//! spread the row never elects a leader, because its clocks have no jitter at all.

use super::batch::batch;
use super::draw::shares;
use super::elections::{Election, End, Setting};
use super::numbers::{Distribution, percent, time};
use super::picture::{Axis, Kind, Mark, Picture, Point};
use super::{Experiment, Fact, GRAIN, Plan, Quantity, Results, Series, Trial, Trials};
use crate::rng::{Rng, Stream};
use crate::scenario::Scenario;
use crate::time::{SimTime, Span};

/// A line of the figure: which half of it, the shortest and the longest timeout in milliseconds,
/// and what was published.
pub struct Line {
    half: &'static str,
    /// The shortest and the longest timeout, in milliseconds.
    pub timeout: (u64, u64),
    /// Published: median, mean, 95 % and worst, in milliseconds.
    pub published: [u64; 4],
    /// Which of these the text prints, as §9.3 of the paper does; the others are read off the
    /// figure.
    pub printed: [bool; 4],
}

const fn line(half: &'static str, min: u64, max: u64, published: [u64; 4]) -> Line {
    Line { half, timeout: (min, max), published, printed: [false; 4] }
}

/// The lines, from top to bottom of the figure's legends.
pub const LINES: [Line; 11] = [
    line("above", 150, 150, [41_111, 54_562, 121_449, 528_086]),
    line("above", 150, 151, [1199, 1537, 4007, 8232]),
    Line { printed: [true, false, false, false], ..line("above", 150, 155, [287, 345, 764, 2143]) },
    line("above", 150, 175, [141, 164, 314, 610]),
    Line { printed: [false, false, false, true], ..line("above", 150, 200, [147, 156, 296, 513]) },
    line("above", 150, 300, [171, 181, 265, 603]),
    Line { printed: [false, true, false, true], ..line("below", 12, 24, [30, 35, 67, 152]) },
    line("below", 25, 50, [43, 48, 83, 276]),
    line("below", 50, 100, [67, 71, 120, 253]),
    line("below", 100, 200, [120, 125, 183, 335]),
    line("below", 150, 300, [171, 181, 265, 603]),
];

/// The longest that a trial waits.
pub const PATIENCE: Span = Span::new(10_000);

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "figure-16",
    dials: &[],
    quantities: &[Quantity::of("time without a leader", "ms").until(PATIENCE)],
    facts: &[
        "over-10s",
        "median-150-155",
        "median-150-300",
        "worst-150-200",
        "mean-12-24",
        "worst-12-24",
    ],
    trials: Trials { page: 1000, headless: 1000 },
    series,
    published: Some(published),
    picture,
    tell,
};

fn series(_: &Plan) -> Vec<Series> {
    let label = |Line { half, timeout: (min, max), .. }: &Line| format!("{min}–{max} ms, {half}");
    LINES.iter().map(|line| Series::plain(label(line))).collect()
}

/// The trials at a place of a series.
pub fn prepare(_: &Plan, series: usize, _: u32) -> Box<dyn Trial> {
    let (min, max) = LINES[series].timeout;
    let setting = Setting {
        nodes: 5,
        up: 4,
        timeout: (Span::new(min), Span::new(max)),
        latency: (Span::new(1), Span::new(5)),
        disk: Some((Span::new(4), Span::new(5))),
        ranked_logs: true,
    };
    let scenario = setting.scenario("The leader of five servers crashes", PATIENCE);
    let draw = move |trial, scenario: &mut Scenario| {
        // Until then the leader has nothing to do, since it has just sent its heartbeats.
        let crash = SimTime(Rng::new(trial, Stream::Setup).below(min * 500));
        scenario.script[0].at_ms = crash;
        scenario.until_ms = crash + PATIENCE;
    };
    batch(scenario, Election::until(End::Heard), draw, |election, scenario, measured| {
        let crash = scenario.script[0].at_ms;
        let end = election.heard.unwrap_or(scenario.until_ms);
        measured(0, end.since(crash).as_micros() / GRAIN * GRAIN);
    })
}

/// Mean, median, 95 %, 99 % and worst.
fn published(series: usize) -> [String; 5] {
    let Line { published, printed, .. } = &LINES[series];
    let number = |place: usize| match printed[place] {
        true => published[place].to_string(),
        false => format!("≈ {}", published[place]),
    };
    [number(1), number(0), number(2), String::new(), number(3)]
}

fn picture(results: &Results) -> Picture {
    let mut picture = shares(results, 0, Axis::log("time without a leader", "ms"));
    for (series, line) in LINES.iter().enumerate() {
        let (min, max) = line.timeout;
        let [median, _, most, worst] = line.published;
        let points = [(median, 50.0), (most, 95.0), (worst, 100.0)];
        // Nobody here waits as long as the paper did without any spread.
        let (within, beyond): (Vec<_>, Vec<_>) =
            points.into_iter().partition(|(ms, _)| Span::new(*ms) < PATIENCE);
        let point = |(ms, share): &(u64, f64)| Point::bare(*ms as f64, *share);
        let points = within.iter().map(point).collect();
        let label = format!("published: {min}–{max} ms");
        let mark = Mark::new(series, Kind::Published, label, points);
        let beyond = if beyond.is_empty() { String::new() } else { far(&beyond) };
        picture.marks.push(Mark { beyond, ..mark });
    }
    picture
}

/// The published points that lie right of the picture.
fn far(points: &[(u64, f64)]) -> String {
    let share = |(ms, share): &(u64, f64)| format!("{share} % by {}", time(ms * 1000));
    let shares: Vec<_> = points.iter().map(share).collect();
    format!("right of the end of the axis, read off the figure: {}", shares.join(", "))
}

fn tell(results: &Results) -> Vec<Fact> {
    let values = |min, max| {
        let place = LINES.iter().position(|line| line.timeout == (min, max));
        Distribution::of(results, place.expect("a line of the figure"), 0, 0)
    };
    let endless = values(150, 150);
    let over = endless.at_least(PATIENCE.as_micros());
    let mut facts = vec![("over-10s", percent(over, endless.total(), 0))];
    let mut tell = |name, value: Option<u64>| facts.extend(value.map(|value| (name, time(value))));
    tell("median-150-155", values(150, 155).median());
    tell("median-150-300", values(150, 300).median());
    tell("worst-150-200", values(150, 200).worst());
    tell("mean-12-24", values(12, 24).mean());
    tell("worst-12-24", values(12, 24).worst());
    facts
}
