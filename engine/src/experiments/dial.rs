//! What can be set before an experiment is run.

/// Something that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dial {
    /// Its name in addresses and files.
    pub field: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// `ms`, `%`, what is counted, or `yes/no` for a flag that is 0 or 1.
    pub unit: &'static str,
    /// Its value if nobody sets it.
    pub default: u64,
    /// The least and the most that it may be.
    pub range: (u64, u64),
    /// How far apart its values are.
    pub step: u64,
}

impl Dial {
    /// Whether it may be set to this.
    ///
    /// # Errors
    /// A sentence that says what it may be set to.
    pub fn check(&self, value: u64) -> Result<(), String> {
        let Dial { field, unit, range: (least, most), step, .. } = *self;
        if (least..=most).contains(&value) && (value - least).is_multiple_of(step) {
            return Ok(());
        }
        let steps = if step == 1 { String::new() } else { format!(" in steps of {step}") };
        let message = format!("\"{field}\" is {value}: expected {least} to {most} {unit}");
        Err(message.trim_end().to_owned() + &steps)
    }
}
