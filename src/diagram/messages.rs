//! Messages on their way, and those that broke a moment ago.

use super::crowd::{CROWD, crowd, is_one_of_many};
use super::geometry::{Layout, Point, share};
use super::signs;
use election_engine::ids::Token;
use election_engine::protocol::Sign;
use election_engine::snapshot::{BROKEN_SHOWN, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MessagesProps {
    pub layout: Layout,
    pub snapshot: Rc<Snapshot>,
    pub still: bool,
}

/// All of them.
#[component]
pub fn Messages(props: &MessagesProps) -> Html {
    let MessagesProps { layout, snapshot, still } = props;
    let now = snapshot.at;
    let shrunk = match layout.message_scale() {
        1.0 => String::new(),
        scale => format!(" scale({scale:.2})"),
    };
    let crowded = !still && snapshot.flights.len() > CROWD;
    let alone = snapshot.flights.iter().filter(|flight| !(crowded && is_one_of_many(flight)));
    // Without keys: a part that shows one message now may show another next, which is much less to
    // do than a new part for each. What waits for a paused node lies at its rim.
    let flights = alone.map(|flight| {
        let arc = layout.arc(flight.from, flight.to);
        let done = if *still { 0.55 } else { share(now, flight.sent, flight.due) };
        let (point, angle) = arc.at(done);
        html! {
            <g
                class={classes!("flight", signs::class(flight.sign))}
                transform={turned(point.x, point.y, angle, flight.sign) + &shrunk}
            >
                {signs::message(flight.sign, flight.number)}
                {verdict(flight.number, flight.refused_for)}
            </g>
        }
    });
    let ways = snapshot.flights.iter().filter(|_| *still).map(|flight| {
        html! { <path class="way" d={layout.arc(flight.from, flight.to).path()} marker-end="url(#arrow)" /> }
    });
    let broken = snapshot.broken.iter().map(|broken| {
        let arc = layout.arc(broken.from, broken.to);
        let (point, angle) = arc.at(share(broken.at, broken.sent, broken.due));
        let age = now.since(broken.at).as_micros() as f64 / BROKEN_SHOWN.as_micros() as f64;
        html! { <path class="flight broken" opacity={format!("{:.2}", 1.0 - age)} d={shards(point, angle, age)} /> }
    });
    html! {
        <g class="messages" aria-hidden="true" data-count={snapshot.flights.len().to_string()}>
            if crowded { {crowd(*layout, &snapshot.flights, now)} }
            <g>{ for ways }</g>
            <g>{ for flights }</g>
            <g>{ for broken }</g>
        </g>
    }
}

/// The two halves of what broke, further apart with every instant. In one outline: a run that is
/// scrubbed shows others at every instant.
fn shards(middle: Point, angle: f64, age: f64) -> String {
    let apart = 5.0 + 12.0 * age;
    let (sine, cosine) = angle.to_radians().sin_cos();
    let at = |x: f64, y: f64| {
        format!("{:.1} {:.1}", middle.x + x * cosine - y * sine, middle.y + x * sine + y * cosine)
    };
    let half = |x: f64| format!("M{}L{}L{}", at(x, -7.0), at(x + 5.0, -2.0), at(x, 7.0));
    half(-apart) + &half(apart)
}

/// Signs stand upright unless they point somewhere.
fn turned(x: f64, y: f64, angle: f64, sign: Sign) -> String {
    match signs::points_ahead(sign) {
        true => format!("translate({x:.1} {y:.1}) rotate({angle:.1})"),
        false => format!("translate({x:.1} {y:.1})"),
    }
}

/// A refused write bounces off with the two numbers that were compared.
fn verdict(number: Token, refused_for: Option<Token>) -> Html {
    let text = match refused_for {
        None => return html! {},
        Some(highest) if number < highest => format!("{number} < {highest}"),
        Some(_) => format!("{number} refused"),
    };
    html! { <text class="verdict-text" y="-18">{text}</text> }
}
