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
    match sign {
        Sign::Pulse => html! { <circle r="6" /> },
        Sign::Request => html! { <path d="M-8-8L10 0L-8 8Z" /> },
        Sign::Yes => html! {
            <>
                <circle r="10" />
                <path class="mark" d="M-4.500 0L-1.500 3.500L5-4" />
            </>
        },
        Sign::No => html! {
            <>
                <circle r="10" />
                <path class="mark" d="M-4-4L4 4M4-4L-4 4" />
            </>
        },
        Sign::Announcement => html! { <path d="M-9 12V-12L12-5L-9 2" /> },
        Sign::Write => html! {
            <>
                <path d="M-10-13H5L10-8V13H-10Z" />
                <text dy="0.36em">{number.0}</text>
            </>
        },
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
