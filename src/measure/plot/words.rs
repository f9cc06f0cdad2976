//! A picture in words, for who cannot see it; and a point in words, for everybody.

use super::scale::{said, title};
use crate::words::capital;
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
    let beyond = match mark.beyond.as_str() {
        "" => None,
        beyond => Some(beyond.to_owned()),
    };
    let parts = points(picture, mark).into_iter().chain(beyond);
    let parts: Vec<String> = parts.collect();
    match parts.is_empty() {
        true => format!("{}: nothing yet.", mark.label),
        false => format!("{}: {}.", mark.label, parts.join("; ")),
    }
}

/// What is drawn of a mark; nothing if it has no points.
fn points(picture: &Picture, mark: &Mark) -> Option<String> {
    let (first, last) = (mark.points.first()?, mark.points.last()?);
    Some(match mark.kind {
        Kind::Steps => growth(picture, mark, last),
        _ if mark.points.len() <= 12 => {
            let point = |point: &Point| match point.label.as_str() {
                "" => at(picture, point),
                label => format!(
                    "{label}: {} up, {} across",
                    said(&picture.y, point.y),
                    said(&picture.x, point.x)
                ),
            };
            let points: Vec<String> = mark.points.iter().map(point).collect();
            points.join("; ")
        }
        _ => format!("from {} to {}", at(picture, first), at(picture, last)),
    })
}

/// Of a share that grows, people want to know where it reaches half, and how far it comes.
fn growth(picture: &Picture, mark: &Mark, last: &Point) -> String {
    let by =
        |point: &Point| format!("{} by {}", said(&picture.y, point.y), said(&picture.x, point.x));
    let half =
        mark.points.iter().find(|point| point.y >= last.y / 2.0).filter(|half| *half != last);
    let label = Some(last.label.clone()).filter(|label| !label.is_empty());
    let parts: Vec<String> = half.map(by).into_iter().chain([by(last)]).chain(label).collect();
    parts.join(", ")
}

/// A point of a mark.
pub fn point(picture: &Picture, mark: &Mark, point: &Point) -> String {
    let spread = point.spread.map_or_else(String::new, |(low, high)| {
        format!(" (most between {} and {})", said(&picture.y, low), said(&picture.y, high))
    });
    match point.label.as_str() {
        "" => format!("{}: {}{spread}", mark.label, at(picture, point)),
        label if mark.kind == Kind::Steps => {
            format!("{}, {label}: {}", mark.label, at(picture, point))
        }
        // What is varied is its name, and both axes measure.
        label => {
            let (x, y) = (said(&picture.x, point.x), said(&picture.y, point.y));
            let (across, up) = (&picture.x.title, capital(&picture.y.title));
            format!("{}, {label}. {up}: {y}{spread}; {across}: {x}", mark.label)
        }
    }
}

/// A point, of which the axes have been named.
fn at(picture: &Picture, point: &Point) -> String {
    let (x, y) = (said(&picture.x, point.x), said(&picture.y, point.y));
    format!("{y} at {x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(kind: Kind, points: &[(f64, f64)]) -> Picture {
        let points = points.iter().map(|(x, y)| Point::bare(*x, *y)).collect();
        let mark = Mark::new(0, kind, "150–155 ms".to_owned(), points);
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
    fn a_share_that_does_not_reach_all_says_why_and_what_lies_beyond_is_said() {
        let mut cut = example(Kind::Steps, &[(600.0, 0.0)]);
        cut.marks[0].points[0].label = "12 of 12 not over by then".to_owned();
        let text = picture(&cut);
        assert!(text.ends_with("150–155 ms: 0 % by 600 ms, 12 of 12 not over by then."), "{text}");
        let mut far = example(Kind::Published, &[]);
        far.marks[0].beyond = "right of the end: 50 % by 41.1 s".to_owned();
        let text = picture(&far);
        assert!(text.ends_with("150–155 ms: right of the end: 50 % by 41.1 s."), "{text}");
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
        assert_eq!(
            text,
            "150–155 ms, two. Elections: 2 % (most between 1 % and 3.5 %); Time without a leader: 10 ms"
        );
    }
}
