//! The picture language: one sign for each idea, told apart by shape first.

use election_engine::ids::Token;
use election_engine::protocol::Sign;
use yew::prelude::*;

/// What the other signs are filled with.
#[component]
pub fn Patterns() -> Html {
    html! {
        <defs>
            <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <line class="hatch" x1="0" y1="0" x2="0" y2="7" />
            </pattern>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                <path class="arrow-head" d="M0 0L8 4L0 8Z" />
            </marker>
        </defs>
    }
}

/// A wax seal with a number: a leader's token, or the highest that the store has seen.
pub fn seal(x: f64, y: f64, number: Token) -> Html {
    html! {
        <g class="seal" transform={format!("translate({x:.1} {y:.1})")}>
            <path d={SEAL} />
            <text dy="0.36em">{number.0}</text>
        </g>
    }
}

/// A disc with a waved edge.
const SEAL: &str = "M0-16Q5-19 8-14Q14-14 14-8Q19-5 16 0Q19 5 14 8Q14 14 8 14Q5 19 0 16Q-5 19-8 14Q-14 14-14 8Q-19 5-16 0Q-19-5-14-8Q-14-14-8-14Q-5-19 0-16Z";

/// An hourglass: paused.
pub fn hourglass(x: f64, y: f64) -> Html {
    html! {
        <path
            class="hourglass"
            transform={format!("translate({x:.1} {y:.1})")}
            d="M-7-10H7M-7 10H7M-6-10C-6-3-1-3-1 0C-1 3-6 3-6 10M6-10C6-3 1-3 1 0C1 3 6 3 6 10M-3 8Q0 3 3 8Z"
        />
    }
}

/// A message, drawn around the origin and looking to the right.
pub fn message(sign: Sign, number: Token) -> Html {
    html! {
        <>
            <path d={format!("M0 0{}", outline(sign))} />
            if let Some(mark) = mark(sign) { <path class="mark" d={format!("M0 0{mark}")} /> }
            if sign == Sign::Write { <text dy="0.36em">{number.0}</text> }
        </>
    }
}

/// The corners of what points ahead, each from the one before; the first from the middle.
pub const AHEAD: [(f64, f64); 3] = [(-8.0, -8.0), (18.0, 8.0), (-18.0, 8.0)];

/// The outline of a message, as the end of a path that has come to its middle.
pub fn outline(sign: Sign) -> &'static str {
    match sign {
        Sign::Pulse => "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
        Sign::Request => "m-8-8l18 8l-18 8z",
        Sign::Yes | Sign::No => "m-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0z",
        Sign::Announcement => "m-9 12v-24l21 7l-21 7",
        Sign::Write => "m-10-13h15l5 5v21h-20z",
    }
}

/// The tick or the cross inside, in the same form.
pub fn mark(sign: Sign) -> Option<&'static str> {
    match sign {
        Sign::Yes => Some("m-4.500 0l3 3.500l6.500-7.500"),
        Sign::No => Some("m-4-4l8 8m0-8l-8 8"),
        _ => None,
    }
}

/// Whether a sign is turned towards where it goes.
pub fn points_ahead(sign: Sign) -> bool {
    sign == Sign::Request
}

/// The name of a sign, for styles.
pub fn class(sign: Sign) -> &'static str {
    match sign {
        Sign::Pulse => "pulse",
        Sign::Request => "request",
        Sign::Yes => "yes",
        Sign::No => "no",
        Sign::Announcement => "announcement",
        Sign::Write => "write",
    }
}
