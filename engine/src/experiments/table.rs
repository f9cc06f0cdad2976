//! The numbers behind a picture, for reading and for spreadsheets.

use super::numbers::{Distribution, decimal};
use super::{Quantity, Results};

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
    }
    Table { columns: columns.into_iter().map(str::to_owned).collect(), rows }
}

fn cells(quantity: &Quantity, values: &Distribution) -> Vec<String> {
    let number = |value: Option<u64>| quantity.number(value.unwrap_or(0));
    let mean = values.mean_times(1000).unwrap_or(0);
    let mut cells = vec![quantity.name.to_owned(), quantity.unit.to_owned()];
    cells.extend([values.total().to_string(), decimal(mean, 1000 * quantity.scale(), 2)]);
    cells.extend(SHARES.map(|(share, _)| number(values.quantile(share).map(|(value, _)| value))));
    cells.push(number(values.worst()));
    cells
}

impl Quantity {
    /// How many of its values make one of its unit.
    pub fn scale(&self) -> u64 {
        match self.unit {
            "ms" => 1000,
            "%" => 10,
            _ => 1,
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
