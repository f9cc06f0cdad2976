//! How series are told apart: by the shape of their points and the dashes of their lines first,
//! and by colour second.

use super::path::Path;
use election_engine::experiments::{Kind, Mark, Point};
use yew::prelude::*;

/// How many colours, dashes and shapes there are. No two of the first dozen series have the same
/// dashes and the same shape.
const COLOURS: usize = 5;
const DASHES: usize = 4;
const SHAPES: usize = 6;

/// The classes of a mark; the styles know them.
pub fn classes_of(mark: &Mark) -> Classes {
    let kind = match mark.kind {
        Kind::Dots => "dots",
        Kind::Line => "line",
        Kind::Steps => "steps",
        Kind::Bars => "bars",
        Kind::Curve => "curve",
        Kind::Published => "published",
    };
    classes!(kind, format!("c{}", mark.series % COLOURS), format!("d{}", mark.series % DASHES))
}

/// Adds a series' sign around a place: circle, square, triangle, diamond, cross, plus.
pub fn add_shape(path: &mut Path, series: usize, x: f64, y: f64) {
    let (x, y, rest) = match series % SHAPES {
        0 => (x - 3.0, y, "a3 3 0 1 0 6 0a3 3 0 1 0-6 0Z"),
        1 => (x - 2.8, y - 2.8, "h5.6v5.6h-5.6Z"),
        2 => (x, y - 3.6, "l3.6 6h-7.2Z"),
        3 => (x, y - 3.8, "l3.8 3.8l-3.8 3.8l-3.8-3.8Z"),
        4 => (x - 3.0, y - 3.0, "l6 6m0-6l-6 6"),
        _ => (x - 3.5, y, "h7m-3.5-3.5v7"),
    };
    path.step("M", &[x, y]).step(rest, &[]);
}

/// Which points of a mark wear its sign: all, or a few where a line says the rest.
pub fn signed(mark: &Mark) -> impl Iterator<Item = &Point> {
    let every = match mark.kind {
        Kind::Dots | Kind::Published => 1,
        Kind::Line => mark.points.len().div_ceil(24).max(1),
        Kind::Steps => mark.points.len().div_ceil(6).max(1),
        Kind::Bars | Kind::Curve => usize::MAX,
    };
    let skipped = if every == usize::MAX { every } else { every / 2 };
    mark.points.iter().skip(skipped).step_by(every)
}

/// A piece of a mark, for the legend.
pub fn sample(mark: &Mark) -> Html {
    let line = matches!(mark.kind, Kind::Line | Kind::Steps | Kind::Curve);
    let mut sign = Path::default();
    add_shape(&mut sign, mark.series, 18.0, 7.0);
    html! {
        <svg class={classes!("sample", classes_of(mark))} viewBox="0 0 36 14" aria-hidden="true">
            if line {
                <path class="stroke" d="M1 7H35" />
            }
            if mark.kind == Kind::Bars {
                <path class="bar" d="M12 13V2H24V13Z" />
            } else if mark.kind != Kind::Curve {
                <path class="sign" d={sign.text()} />
            }
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_dozen_series_differ_without_colour() {
        let looks = (0..12).map(|series| (series % DASHES, series % SHAPES));
        assert_eq!(looks.collect::<BTreeSet<_>>().len(), 12);
    }
}
