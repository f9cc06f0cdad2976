//! A line that a pointer draws across links, and that cuts them when it is let go.

use super::geometry::{Layout, Point, point_behind};
use crate::hooks::use_escape;
use election_engine::action::Way;
use election_engine::ids::NodeId;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// What the picture does with a pointer, and what it shows meanwhile.
pub struct CutLine {
    /// The picture itself.
    pub svg: NodeRef,
    /// A pointer goes down.
    pub press: Callback<PointerEvent>,
    /// It moves.
    pub move_on: Callback<PointerEvent>,
    /// It comes up: the links are cut.
    pub release: Callback<PointerEvent>,
    /// It is taken away by something else.
    pub abandon: Callback<PointerEvent>,
    /// The line so far, and the links that it would cut.
    pub preview: Html,
}

/// Lets a pointer draw a line on empty ground. A finger scrolls the page there, so it draws only
/// while the line is `armed`. Escape lets go of the line.
#[hook]
pub fn use_cut_line(layout: Layout, armed: bool, on_cut: &Option<Callback<Vec<Way>>>) -> CutLine {
    let svg = use_node_ref();
    let line = use_state_eq(|| None::<(Point, Point)>);
    let forget = {
        let line = line.setter();
        Callback::from(move |()| line.set(None))
    };
    use_escape(line.is_some(), forget.clone());
    let at = {
        let svg = svg.clone();
        move |event: &PointerEvent| {
            let rect = svg.cast::<Element>()?.get_bounding_client_rect();
            let (width, height) = (rect.width(), rect.height());
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            Some(point_behind(layout.size(), (width, height), (x - rect.left(), y - rect.top())))
        }
    };
    let enabled = on_cut.is_some();
    let press = {
        let (line, at, svg) = (line.setter(), at.clone(), svg.clone());
        Callback::from(move |event: PointerEvent| {
            let touches = event.pointer_type() == "touch";
            if enabled && event.button() == 0 && (armed || !touches) && !on_member(&event) {
                if let Some(svg) = svg.cast::<Element>() {
                    let _ = svg.set_pointer_capture(event.pointer_id());
                }
                line.set(at(&event).map(|point| (point, point)));
            }
        })
    };
    let move_on = {
        let line = line.clone();
        Callback::from(move |event: PointerEvent| {
            if let (Some((from, _)), Some(to)) = (*line, at(&event)) {
                line.set(Some((from, to)));
            }
        })
    };
    let release = {
        let (line, on_cut) = (line.clone(), on_cut.clone());
        Callback::from(move |_: PointerEvent| {
            let Some((from, to)) = *line else { return };
            line.set(None);
            let pairs = layout.crossed(from, to);
            if let (Some(on_cut), false) = (&on_cut, pairs.is_empty()) {
                on_cut.emit(pairs.into_iter().flat_map(both_ways).collect());
            }
        })
    };
    CutLine {
        svg,
        press,
        move_on,
        release,
        abandon: forget.reform(|_: PointerEvent| ()),
        preview: preview(layout, *line),
    }
}

fn both_ways((a, b): (NodeId, NodeId)) -> [Way; 2] {
    [Way { from: a, to: b }, Way { from: b, to: a }]
}

fn on_member(event: &PointerEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("[role=button]").ok().flatten().is_some())
}

fn preview(layout: Layout, line: Option<(Point, Point)>) -> Html {
    let Some((from, to)) = line else { return html! {} };
    let crossed = layout.crossed(from, to);
    let links: String = crossed
        .iter()
        .map(|(a, b)| {
            let (a, b) = layout.line(*a, *b);
            format!("M{:.0} {:.0}L{:.0} {:.0}", a.x, a.y, b.x, b.y)
        })
        .collect();
    let count = match crossed.len() {
        1 => "cuts 1 link".to_owned(),
        count => format!("cuts {count} links"),
    };
    html! {
        <g class="cut-line" aria-hidden="true" data-testid="cut-line" data-links={crossed.len().to_string()}>
            <path class="crossed" d={links} />
            <path class="blade" d={format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y)} />
            <text x={format!("{:.1}", to.x)} y={format!("{:.1}", (to.y - 14.0).max(16.0))}>{count}</text>
        </g>
    }
}
