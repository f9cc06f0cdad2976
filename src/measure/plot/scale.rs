//! Axes: where a value is on the picture, and which values are written beside it.

use crate::words::capital;
use election_engine::experiments::{Axis, Scale as Division};

/// A value that is written beside an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it is.
    pub at: f64,
    /// What is written.
    pub text: String,
}

/// An axis laid over a stretch of the picture.
pub struct Scale<'a> {
    axis: &'a Axis,
    /// Where it begins and ends on the picture.
    ends: (f64, f64),
}

impl<'a> Scale<'a> {
    /// Lays an axis over the stretch from one place to another.
    pub fn new(axis: &'a Axis, ends: (f64, f64)) -> Scale<'a> {
        Scale { axis, ends }
    }

    /// The place of a value; beyond the ends there is nothing.
    pub fn place(&self, value: f64) -> f64 {
        let (from, to) = (self.flat(self.axis.from), self.flat(self.axis.to));
        let share = if to > from { (self.flat(value) - from) / (to - from) } else { 0.5 };
        self.ends.0 + share.clamp(0.0, 1.0) * (self.ends.1 - self.ends.0)
    }

    /// The value on an evenly divided axis. Nothing has no logarithm, and moves to the beginning.
    fn flat(&self, value: f64) -> f64 {
        match self.axis.scale {
            Division::Linear => value,
            Division::Log => value.max(self.axis.from).max(f64::MIN_POSITIVE).log10(),
        }
    }

    /// The values to write, at most about one for each `room`.
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let axis = self.axis;
        let most = ((self.ends.1 - self.ends.0).abs() / room).max(1.0);
        if !axis.names.is_empty() {
            let tick =
                |(i, name): (usize, &String)| Tick { at: self.place(i as f64), text: name.clone() };
            return axis.names.iter().enumerate().map(tick).collect();
        }
        let values = match axis.scale {
            Division::Linear => steps(axis, most),
            Division::Log => powers(axis, most),
        };
        let tick = |value| Tick { at: self.place(value), text: bare(value) };
        values.into_iter().map(tick).collect()
    }
}

/// Round values at equal distances, a few of them.
fn steps(axis: &Axis, most: f64) -> Vec<f64> {
    let wanted = (axis.to - axis.from) / most;
    if wanted <= 0.0 || !wanted.is_finite() {
        return vec![axis.from];
    }
    let ten = 10_f64.powf(wanted.log10().floor());
    let fine = [1.0, 2.0, 5.0].into_iter().find(|step| step * ten >= wanted * 0.999);
    let step = fine.unwrap_or(10.0) * ten;
    let (first, last) = ((axis.from / step).ceil() as i64, (axis.to / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Powers of ten, with their doubles and halves if there is room.
fn powers(axis: &Axis, most: f64) -> Vec<f64> {
    let (from, to) = (axis.from.log10().floor() as i32, axis.to.log10().ceil() as i32);
    let between: &[f64] =
        if f64::from(to - from) * 3.0 <= most { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (f64::from(to - from) / most).ceil().max(1.0) as i32;
    let all = (from..=to).filter(|power| (power - from) % every == 0);
    let all = all.flat_map(|power| between.iter().map(move |digit| digit * 10_f64.powi(power)));
    all.filter(|value| *value >= axis.from * 0.999 && *value <= axis.to * 1.001).collect()
}

/// A number with as few digits as tell it, at most four that count.
pub fn bare(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 0,
        value => (3 - value.log10().floor() as i32).clamp(0, 6) as usize,
    };
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A value as it is read out: its name, or its number with the unit.
pub fn said(axis: &Axis, value: f64) -> String {
    if let Some(name) = axis.names.get(value.round() as usize) {
        return name.clone();
    }
    if axis.unit.is_empty() { bare(value) } else { format!("{} {}", bare(value), axis.unit) }
}

/// What an axis measures, with its unit.
pub fn title(axis: &Axis) -> String {
    let title = capital(&axis.title);
    if axis.unit.is_empty() { title } else { format!("{title}, {}", axis.unit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(axis: &Axis, length: f64) -> Vec<String> {
        Scale::new(axis, (0.0, length)).ticks(80.0).into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn round_numbers_stand_beside_an_axis() {
        let time = |to| Axis { to, ..Axis::linear("Time", "ms") };
        assert_eq!(written(&time(1000.0), 400.0), ["0", "200", "400", "600", "800", "1000"]);
        assert_eq!(written(&time(0.7), 400.0), ["0", "0.2", "0.4", "0.6"]);
        let far = Axis { from: 970.0, ..time(1000.0) };
        assert_eq!(written(&far, 250.0), ["970", "980", "990", "1000"]);
    }

    #[test]
    fn a_logarithmic_axis_has_powers_of_ten_and_more_where_there_is_room() {
        let time = |from, to| Axis { from, to, ..Axis::log("Time", "ms") };
        assert_eq!(written(&time(1.0, 10_000.0), 400.0), ["1", "10", "100", "1000", "10000"]);
        assert_eq!(written(&time(10.0, 100.0), 400.0), ["10", "20", "50", "100"]);
        assert_eq!(written(&time(1.0, 1e6), 160.0), ["1", "1000", "1000000"]);
        let axis = time(1.0, 10_000.0);
        let scale = Scale::new(&axis, (100.0, 500.0));
        assert_eq!(
            [0.0, 1.0, 100.0, 1e9].map(|value| scale.place(value)),
            [100.0, 100.0, 300.0, 500.0]
        );
    }

    #[test]
    fn names_stand_in_the_middle_of_their_place() {
        let axis = Axis::names("System", vec!["Raft".to_owned(), "etcd".to_owned()]);
        let ticks = Scale::new(&axis, (0.0, 200.0)).ticks(80.0);
        assert_eq!(ticks[0], Tick { at: 50.0, text: "Raft".to_owned() });
        assert_eq!(said(&axis, 1.0), "etcd");
    }

    #[test]
    fn numbers_read_with_few_digits() {
        let text = [0.0, 0.05, 1.0, 287.4, 12_345.6].map(bare);
        assert_eq!(text, ["0", "0.05", "1", "287.4", "12346"]);
        assert_eq!(said(&Axis::linear("Time", "ms"), 5.25), "5.25 ms");
    }
}
