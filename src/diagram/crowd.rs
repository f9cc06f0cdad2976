//! Many messages at once. Hundreds of parts that move at every frame are more than a browser
//! can lay out in time, so all messages of one shape are one part then. It is filled and has no
//! line around it: drawing the line of so many costs twice as much as all the rest.

use super::geometry::{Layout, share};
use super::signs;
use election_engine::protocol::Sign;
use election_engine::snapshot::Flight;
use election_engine::time::SimTime;
use std::fmt::Write;
use yew::prelude::*;

/// How many messages make a crowd.
pub const CROWD: usize = 60;

/// The shapes that are drawn so: those that carry no number.
const SHAPES: [Sign; 5] = [Sign::Pulse, Sign::Request, Sign::Yes, Sign::No, Sign::Announcement];

/// Whether a message is drawn with the others of its shape.
pub fn is_one_of_many(flight: &Flight) -> bool {
    SHAPES.contains(&flight.sign) && flight.refused_for.is_none()
}

/// Those of `flights` that are one of many, a part for each shape.
pub fn crowd(layout: Layout, flights: &[Flight], now: SimTime) -> Html {
    let scale = layout.message_scale();
    let shape = |sign: Sign| {
        let (mut outlines, mut marks) = (String::new(), String::new());
        for flight in flights.iter().filter(|flight| flight.sign == sign && is_one_of_many(flight))
        {
            let arc = layout.arc(flight.from, flight.to);
            let (point, angle) = arc.at(share(now, flight.sent, flight.due));
            let place = format!("M{:.1} {:.1}", point.x / scale, point.y / scale);
            outlines += &place;
            match signs::points_ahead(sign) {
                true => outlines += &turned(angle),
                false => outlines += solid(sign),
            }
            if let Some(mark) = signs::mark(sign) {
                marks += &place;
                marks += mark;
            }
        }
        html! {
            <g key={signs::class(sign)} class={classes!("flight", signs::class(sign))}>
                <path d={outlines} />
                if !marks.is_empty() { <path class="mark" d={marks} /> }
            </g>
        }
    };
    html! {
        <g class="crowd" transform={format!("scale({scale:.5})")}>{ for SHAPES.map(shape) }</g>
    }
}

/// What a message covers with the line around it, as the end of a path that has come to its
/// middle. The circle in a ring goes the other way round, so that it stays empty.
fn solid(sign: Sign) -> &'static str {
    match sign {
        Sign::Pulse => "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z",
        Sign::Yes | Sign::No => {
            "m-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0zm2 0a9 9 0 1 1 18 0a9 9 0 1 1-18 0z"
        }
        Sign::Announcement => "m-10 13v-26.300l24.400 8.300l-22.400 7.500v10.500z",
        Sign::Request | Sign::Write => signs::outline(sign),
    }
}

/// The shape of what points ahead, in a direction in degrees.
fn turned(angle: f64) -> String {
    /// How much larger it is with the line around it.
    const LINE: f64 = 1.15;
    let (sin, cos) = angle.to_radians().sin_cos();
    let mut path = String::new();
    for ((x, y), letter) in signs::AHEAD.into_iter().zip(["m", "l", "l"]) {
        let (x, y) = (LINE * (x * cos - y * sin), LINE * (x * sin + y * cos));
        write!(path, "{letter}{x:.1} {y:.1}").expect("a text takes what is written");
    }
    path + "z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_ahead_turns_with_its_way() {
        assert_eq!(turned(0.0), "m-9.2 -9.2l20.7 9.2l-20.7 9.2z");
        assert_eq!(turned(90.0), "m9.2 -9.2l-9.2 20.7l-9.2 -20.7z");
    }
}
