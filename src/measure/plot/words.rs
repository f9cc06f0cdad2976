//! A picture in words, for who cannot see it; and a point in words, for everybody.

use super::scale::{said, title};
use election_engine::experiments::{Axis, Kind, Mark, Picture, Point};

/// The whole picture: its axes, and each mark in a sentence.
pub fn picture(picture: &Picture) -> String {
    let marks = picture.marks.iter().map(|mark| self::mark(picture, mark));
    let marks: Vec<String> = marks.collect();
    format!("Across: {}. Up: {}. {}", axis(&picture.x), axis(&picture.y), marks.join(" "))
}

fn axis(axis: &Axis) -> String {
    if !axis.names.is_empty() {
        return format!("{}: {}", title(axis), axis.names.join(", "));
    }
    format!("{}, from {} to {}", title(axis), said(axis, axis.from), said(axis, axis.to))
}

fn mark(picture: &Picture, mark: &Mark) -> String {
    let (Some(first), Some(last)) = (mark.points.first(), mark.points.last()) else {
        return format!("{}: nothing yet.", mark.label);
    };
    match mark.kind {
        // Of a share that grows, people want to know where it reaches half.
        Kind::Steps => {
            let half = mark.points.iter().find(|point| point.y >= last.y / 2.0).unwrap_or(last);
            let x = |point: &Point| said(&picture.x, point.x);
            let (half_y, last_y) = (said(&picture.y, half.y), said(&picture.y, last.y));
            format!("{}: {half_y} by {}, {last_y} by {}.", mark.label, x(half), x(last))
        }
        _ if mark.points.len() <= 12 => {
            let point = |point: &Point| match point.label.as_str() {
                "" => at(picture, point),
                label => format!("{label}: {}", at(picture, point)),
            };
            let points: Vec<String> = mark.points.iter().map(point).collect();
            format!("{}: {}.", mark.label, points.join("; "))
        }
        _ => format!("{}: from {} to {}.", mark.label, at(picture, first), at(picture, last)),
    }
}

/// A point of a mark.
pub fn point(picture: &Picture, mark: &Mark, point: &Point) -> String {
    let spread = point.spread.map_or_else(String::new, |(low, high)| {
        format!(" (most between {} and {})", said(&picture.y, low), said(&picture.y, high))
    });
    let label = if point.label.is_empty() { String::new() } else { format!(", {}", point.label) };
    format!("{}{label}: {}{spread}", mark.label, at(picture, point))
}

fn at(picture: &Picture, point: &Point) -> String {
    let (x, y) = (said(&picture.x, point.x), said(&picture.y, point.y));
    format!("{y} at {x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(kind: Kind, points: &[(f64, f64)]) -> Picture {
        let points = points.iter().map(|(x, y)| Point::bare(*x, *y)).collect();
        let mark = Mark { series: 0, kind, label: "150–155 ms".to_owned(), points };
        let x = Axis { to: 600.0, ..Axis::linear("Time without a leader", "ms") };
        Picture { x, y: Axis::share("Elections"), marks: vec![mark] }
    }

    #[test]
    fn a_growing_share_is_said_by_its_half_and_its_end() {
        let text = picture(&example(Kind::Steps, &[(100.0, 20.0), (287.0, 50.0), (500.0, 100.0)]));
        assert_eq!(
            text,
            "Across: Time without a leader, ms, from 0 ms to 600 ms. Up: Elections, %, from 0 % to 100 %. \
             150–155 ms: 50 % by 287 ms, 100 % by 500 ms."
        );
    }

    #[test]
    fn a_few_points_are_said_one_by_one() {
        let text = picture(&example(Kind::Dots, &[(1.0, 2.0), (3.0, 4.0)]));
        assert!(text.ends_with("150–155 ms: 2 % at 1 ms; 4 % at 3 ms."), "{text}");
        let nothing = picture(&example(Kind::Dots, &[]));
        assert!(nothing.ends_with("150–155 ms: nothing yet."), "{nothing}");
    }

    #[test]
    fn a_point_has_its_spread() {
        let example = example(Kind::Dots, &[]);
        let label = "two".to_owned();
        let one = Point { spread: Some((1.0, 3.5)), label, ..Point::bare(10.0, 2.0) };
        let text = point(&example, &example.marks[0], &one);
        assert_eq!(text, "150–155 ms, two: 2 % at 10 ms (most between 1 % and 3.5 %)");
    }
}
