//! The numbers behind a picture, for reading and for spreadsheets.

use super::numbers::{Distribution, decimal};
use super::{Quantity, Results, Series};
use crate::time::Span;

/// A table: every row has as many cells as there are columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// The shares of trials, in thousandths, whose greatest value has a column.
const SHARES: [(u64, &str); 3] = [(500, "median"), (950, "95 %"), (990, "99 %")];

impl Table {
    /// As comma-separated values (RFC 4180).
    pub fn csv(&self) -> String {
        let cell = |text: &String| match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.clone(),
        };
        let line = |cells: &Vec<String>| {
            let cells: Vec<_> = cells.iter().map(cell).collect();
            cells.join(",") + "\r\n"
        };
        line(&self.columns) + &self.rows.iter().map(line).collect::<String>()
    }
}

/// A row for each quantity at each place of each series.
pub(super) fn of(results: &Results) -> Table {
    let plan = results.plan();
    let all = plan.series();
    let has_axis = all.iter().any(|series| series.xs != [0]);
    let mut columns = vec!["series"];
    columns.extend(has_axis.then_some("x"));
    columns.extend(["measured", "unit", "trials", "mean"]);
    columns.extend(SHARES.map(|(_, name)| name));
    columns.push("worst");
    let mut rows = Vec::new();
    for (index, series) in all.iter().enumerate() {
        for x in &series.xs {
            for (number, quantity) in (0..).zip(plan.experiment().quantities) {
                let values = Distribution::of(results, index, *x, number);
                if values.total() > 0 {
                    let mut row = vec![series.label.clone()];
                    row.extend(has_axis.then(|| x.to_string()));
                    row.extend(cells(quantity, &values));
                    rows.push(row);
                }
            }
        }
        if let Some(others) = plan.experiment().published.filter(|_| results.trials(index) > 0) {
            rows.push(published(series, &plan.experiment().quantities[0], others(index)));
        }
    }
    Table { columns: columns.into_iter().map(str::to_owned).collect(), rows }
}

fn cells(quantity: &Quantity, values: &Distribution) -> Vec<String> {
    // Of a trial that was not over all that is known is that it took longer.
    let number = |value: Option<u64>| {
        let value = value.unwrap_or(0);
        greater(quantity.is_cut_off(value), &quantity.number(value))
    };
    let mean = decimal(values.mean_times(1000).unwrap_or(0), 1000 * quantity.scale(), 2);
    let mut cells = vec![quantity.name.to_owned(), quantity.unit.to_owned()];
    cells.extend([values.total().to_string(), greater(values.cut_off() > 0, &mean)]);
    cells.extend(SHARES.map(|(share, _)| number(values.quantile(share).map(|(value, _)| value))));
    cells.push(number(values.worst()));
    cells
}

fn greater(is_greater: bool, number: &str) -> String {
    if is_greater { format!("> {number}") } else { number.to_owned() }
}

/// What others published about the first quantity of a series: its mean, its [`SHARES`] and its
/// worst value, as they are to be read.
pub(super) type Published = [String; 5];

fn published(series: &Series, quantity: &Quantity, published: Published) -> Vec<String> {
    let name = format!("published {} (≈ is read off a figure)", quantity.name);
    let mut row = vec![series.label.clone(), name, quantity.unit.to_owned(), String::new()];
    row.extend(published);
    row
}

impl Quantity {
    /// A quantity that is measured to the end.
    pub(super) const fn of(name: &'static str, unit: &'static str) -> Quantity {
        Quantity { name, unit, limit: None }
    }

    /// A time for which nobody waits longer than this.
    pub(super) const fn until(self, patience: Span) -> Quantity {
        Quantity { limit: Some(patience.as_micros()), ..self }
    }

    /// Whether this is the value of a trial that was not over.
    pub fn is_cut_off(&self, value: u64) -> bool {
        self.limit.is_some_and(|limit| value >= limit)
    }

    /// How many of its values make one of its unit.
    pub fn scale(&self) -> u64 {
        match self.unit {
            "ms" => 1000,
            "%" => 10,
            _ => 1,
        }
    }

    /// What one trial measured, in words. What is a share of many trials happens in one or not.
    pub(super) fn told(&self, value: u64) -> String {
        let number = greater(self.is_cut_off(value), &self.number(value));
        match (self.unit, value) {
            ("%", 0) => "no".to_owned(),
            ("%", 1000) => "yes".to_owned(),
            ("%" | "ms", _) => format!("{number} {}", self.unit),
            _ => number,
        }
    }

    /// A value in its unit.
    fn number(&self, value: u64) -> String {
        match self.scale() {
            1 => value.to_string(),
            scale => decimal(value, scale, 1),
        }
    }
}
