//! What was measured, as counts, and how parts of a batch are merged.

use super::{Fact, Picture, Plan, Table, picture, table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// The version of the format of results.
const VERSION: u32 = 1;

/// How often what was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    plan: Plan,
    /// By number of the series.
    series: Vec<Counts>,
}

/// What was measured at one place of a series, of one quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The place on the x-axis.
    pub x: u32,
    /// The number of the quantity.
    pub quantity: u8,
}

/// How often a value was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// In so many trials.
    pub times: u64,
    /// The first of them.
    pub first: u64,
}

/// The counts of one series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// The trials that are in, as ranges that neither meet nor overlap, in order.
    done: Vec<Range<u64>>,
    cells: BTreeMap<Cell, BTreeMap<u64, Count>>,
}

/// Results in a file. A row of a cell is a value, how often it was measured, and the first trial
/// that did.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    plan: Plan,
    series: Vec<WrittenSeries>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSeries {
    trials: Vec<Range<u64>>,
    cells: Vec<WrittenCell>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCell {
    x: u32,
    quantity: u8,
    rows: Vec<(u64, u64, u64)>,
}

impl Results {
    /// Nothing measured yet.
    pub fn new(plan: Plan) -> Results {
        let series = vec![Counts::default(); plan.series().len()];
        Results { plan, series }
    }

    /// What was run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many trials of a series are in.
    pub fn trials(&self, series: usize) -> u64 {
        self.series[series].done.iter().map(|range| range.end - range.start).sum()
    }

    /// How often which value of a quantity was measured, in the order of the values.
    pub fn values(&self, series: usize, cell: Cell) -> impl Iterator<Item = (u64, Count)> + Clone {
        let values = self.series[series].cells.get(&cell).into_iter().flatten();
        values.map(|(value, count)| (*value, *count))
    }

    /// Takes note of a value.
    pub(super) fn count(&mut self, series: usize, cell: Cell, value: u64, trial: u64) {
        let cell = self.series[series].cells.entry(cell).or_default();
        let count = cell.entry(value).or_insert(Count { times: 0, first: trial });
        count.times += 1;
        count.first = count.first.min(trial);
    }

    /// Takes note that a trial of a series is over, at all of its places.
    pub(super) fn done(&mut self, series: usize, trial: u64) {
        let done = &mut self.series[series].done;
        match done.last_mut() {
            Some(last) if last.end == trial => last.end += 1,
            _ => join(done, trial..trial + 1),
        }
    }

    /// Adds another part of the same batch. The order in which parts are added makes no
    /// difference.
    ///
    /// # Errors
    /// A sentence that says why the two do not go together; then nothing was added.
    pub fn merge(&mut self, other: &Results) -> Result<(), String> {
        if self.plan != other.plan {
            return Err(format!(
                "These are results of different plans, {} and {}: merge only parts of one batch.",
                written_plan(&self.plan),
                written_plan(&other.plan)
            ));
        }
        for (own, others) in self.series.iter().zip(&other.series) {
            if let Some(twice) = overlap(&own.done, &others.done) {
                return Err(format!(
                    "Trials {} to {} are in both: merge each part only once.",
                    twice.start,
                    twice.end - 1
                ));
            }
        }
        for (own, others) in self.series.iter_mut().zip(&other.series) {
            others.done.iter().for_each(|range| join(&mut own.done, range.clone()));
            for (cell, values) in &others.cells {
                let own = own.cells.entry(*cell).or_default();
                for (value, count) in values {
                    let sum = own.entry(*value).or_insert(Count { times: 0, first: count.first });
                    sum.times += count.times;
                    sum.first = sum.first.min(count.first);
                }
            }
        }
        Ok(())
    }

    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut picture = (self.plan.experiment().picture)(self);
        picture::fit(&mut picture);
        picture
    }

    /// The numbers behind the picture.
    pub fn table(&self) -> Table {
        table::of(self)
    }

    /// The numbers of the sentence, by the names of [`super::Experiment::facts`]; those that
    /// cannot be said yet read "–".
    pub fn facts(&self) -> Vec<Fact> {
        let told = (self.plan.experiment().tell)(self);
        let text = |name| {
            let fact = told.iter().find(|(told, _)| *told == name);
            fact.map_or_else(|| "–".to_owned(), |(_, text)| text.clone())
        };
        self.plan.experiment().facts.iter().map(|name| (*name, text(*name))).collect()
    }

    /// As a file, always the same for the same results.
    pub fn to_json(&self) -> String {
        let cell = |(cell, values): (&Cell, &BTreeMap<u64, Count>)| WrittenCell {
            x: cell.x,
            quantity: cell.quantity,
            rows: values.iter().map(|(value, c)| (*value, c.times, c.first)).collect(),
        };
        let series = |counts: &Counts| WrittenSeries {
            trials: counts.done.clone(),
            cells: counts.cells.iter().map(cell).collect(),
        };
        let series = self.series.iter().map(series).collect();
        let written = Written { version: VERSION, plan: self.plan.clone(), series };
        serde_json::to_string(&written).expect("results can be written")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(json: &str) -> Result<Results, String> {
        let written: Written = serde_json::from_str(json)
            .map_err(|error| format!("These are no results of an experiment: {error}."))?;
        if written.version != VERSION {
            let version = written.version;
            return Err(format!("Results of version {version}: expected version {VERSION}."));
        }
        let mut results = Results::new(written.plan);
        if written.series.len() != results.series.len() {
            return Err("These results have another number of series than their plan.".to_owned());
        }
        for (counts, series) in results.series.iter_mut().zip(written.series) {
            for range in series.trials {
                if range.is_empty() || overlap(&counts.done, std::slice::from_ref(&range)).is_some()
                {
                    return Err("These results name trials twice, or none.".to_owned());
                }
                join(&mut counts.done, range);
            }
            for WrittenCell { x, quantity, rows } in series.cells {
                let values = counts.cells.entry(Cell { x, quantity }).or_default();
                for (value, times, first) in rows {
                    values.insert(value, Count { times, first });
                }
            }
        }
        Ok(results)
    }
}

fn written_plan(plan: &Plan) -> String {
    serde_json::to_string(plan).expect("a plan can be written")
}

/// Adds a range that none of the others overlaps.
fn join(ranges: &mut Vec<Range<u64>>, new: Range<u64>) {
    let place = ranges.partition_point(|range| range.start < new.start);
    ranges.insert(place, new);
    ranges.dedup_by(|later, earlier| {
        let meet = earlier.end == later.start;
        if meet {
            earlier.end = later.end;
        }
        meet
    });
}

/// What is in both, if anything is.
fn overlap(one: &[Range<u64>], other: &[Range<u64>]) -> Option<Range<u64>> {
    let common = |a: &Range<u64>, b: &Range<u64>| a.start.max(b.start)..a.end.min(b.end);
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| common(a, b)));
    pairs.into_iter().find(|range| !range.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_meet_become_one() {
        let mut ranges = Vec::new();
        for new in [4..6, 0..2, 8..9, 2..4] {
            join(&mut ranges, new);
        }
        assert_eq!(ranges, [0..6, 8..9]);
        assert_eq!(overlap(&ranges, &[6..8, 9..10]), None);
        assert_eq!(overlap(&ranges, &[6..8, 5..7]), Some(5..6));
    }
}
