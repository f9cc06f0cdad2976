//! Axes: where a value is on the picture, and which values are written beside it.

use election_engine::experiments::Axis;

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

    /// The place of a value.
    pub fn place(&self, value: u64) -> f64 {
        let (from, to) = (self.share_of(self.axis.from), self.share_of(self.axis.to));
        let share = if to > from { (self.share_of(value) - from) / (to - from) } else { 0.5 };
        self.ends.0 + share * (self.ends.1 - self.ends.0)
    }

    fn share_of(&self, value: u64) -> f64 {
        let value = value as f64;
        if self.axis.log { value.max(0.5).ln() } else { value }
    }

    /// The values to write, at most about one for each `room`.
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let most = ((self.ends.1 - self.ends.0).abs() / room).max(1.0);
        let axis = self.axis;
        if !axis.names.is_empty() {
            let tick = |(value, name): &(u64, String)| Tick {
                at: self.place(*value),
                text: name.clone(),
            };
            return axis.names.iter().map(tick).collect();
        }
        let values = if axis.log { powers(axis, most) } else { steps(axis, most) };
        let tick = |value| Tick { at: self.place(value), text: bare(axis, value) };
        values.into_iter().map(tick).collect()
    }
}

/// Round values at equal distances, a few of them.
fn steps(axis: &Axis, most: f64) -> Vec<u64> {
    let per = axis.per.max(1) as f64;
    let wanted = ((axis.to - axis.from) as f64 / per / most).max(f64::MIN_POSITIVE);
    let ten = 10_f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * ten >= wanted * 0.999);
    // Nothing is finer than the axis's own unit.
    let step = ((step.unwrap_or(10.0) * ten * per).round() as u64).max(1);
    let first = axis.from.div_ceil(step) * step;
    (first..=axis.to).step_by(step as usize).collect()
}

/// Powers of ten, with their doubles and halves if there is room.
fn powers(axis: &Axis, most: f64) -> Vec<u64> {
    let from = axis.from.max(1);
    let decades = (axis.to.max(from) as f64 / from as f64).log10();
    let between: &[u64] = if decades * 3.0 <= most { &[1, 2, 5] } else { &[1] };
    let all = (0..19).flat_map(|power| between.iter().map(move |digit| digit * 10_u64.pow(power)));
    all.filter(|value| (from..=axis.to).contains(value)).collect()
}

/// A value in the axis's unit, without it: as few digits as tell it exactly.
pub fn bare(axis: &Axis, value: u64) -> String {
    let per = axis.per.max(1);
    let (whole, rest) = (value / per, value % per);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = per.ilog10() as usize;
    let text = format!("{whole}.{rest:0digits$}");
    text.trim_end_matches('0').to_owned()
}

/// A value as it is read out: its name, or its number with the unit.
pub fn said(axis: &Axis, value: u64) -> String {
    if let Some((_, name)) = axis.names.iter().find(|(named, _)| *named == value) {
        return name.clone();
    }
    if axis.unit.is_empty() { bare(axis, value) } else { format!("{} {}", bare(axis, value), axis.unit) }
}
