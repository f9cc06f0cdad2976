//! Many messages at once. Hundreds of parts that move at every frame are more than a browser
//! can lay out in time, so all messages of one shape are one part then.

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
                false => outlines += signs::outline(sign),
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

/// The shape of what points ahead, in a direction in degrees.
fn turned(angle: f64) -> String {
    let (sin, cos) = angle.to_radians().sin_cos();
    let mut path = String::new();
    for ((x, y), letter) in signs::AHEAD.into_iter().zip(["m", "l", "l"]) {
        let (x, y) = (x * cos - y * sin, x * sin + y * cos);
        write!(path, "{letter}{x:.1} {y:.1}").expect("a text takes what is written");
    }
    path + "z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_ahead_turns_with_its_way() {
        assert_eq!(turned(0.0), "m-8.0 -8.0l18.0 8.0l-18.0 8.0z");
        assert_eq!(turned(90.0), "m8.0 -8.0l-8.0 18.0l-8.0 -18.0z");
    }
}
