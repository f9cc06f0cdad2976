//! How series are told apart: by the shape of their points and the dashes of their lines first,
//! and by colour second.

use yew::prelude::*;

/// How many colours, dashes and shapes there are. That their numbers have no common divisor
/// makes the pairs differ for many series.
const COLOURS: usize = 5;
const DASHES: usize = 4;
const SHAPES: usize = 6;

/// The classes of a series; the styles know them.
pub fn classes_of(series: usize) -> Classes {
    classes!(format!("c{}", series % COLOURS), format!("d{}", series % DASHES))
}

/// The path of a series' sign around a place: circle, square, triangle, diamond, cross, plus.
pub fn shape(series: usize, x: f64, y: f64) -> String {
    match series % SHAPES {
        0 => format!("M{:.1} {y:.1}a3 3 0 1 0 6 0a3 3 0 1 0-6 0Z", x - 3.0),
        1 => format!("M{:.1} {:.1}h5.6v5.6h-5.6Z", x - 2.8, y - 2.8),
        2 => format!("M{x:.1} {:.1}l3.6 6h-7.2Z", y - 3.6),
        3 => format!("M{x:.1} {:.1}l3.8 3.8l-3.8 3.8l-3.8-3.8Z", y - 3.8),
        4 => format!("M{:.1} {:.1}l6 6m0-6l-6 6", x - 3.0, y - 3.0),
        _ => format!("M{:.1} {y:.1}h7m-3.5-3.5v7", x - 3.5),
    }
}

/// A piece of a series' line with its sign, for the legend.
pub fn sample(series: usize, curve: bool) -> Html {
    html! {
        <svg class={classes!("sample", classes_of(series), curve.then_some("curve"))} viewBox="0 0 36 12" aria-hidden="true">
            <path class="line" d="M1 6H35" />
            if !curve {
                <path class="dots" d={shape(series, 18.0, 6.0)} />
            }
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_dozen_series_differ_in_print_and_without_colour() {
        let looks = (0..12).map(|series| (series % DASHES, series % SHAPES));
        assert_eq!(looks.collect::<BTreeSet<_>>().len(), 12);
    }
}
