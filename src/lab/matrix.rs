//! The link matrix: every direction between two members, to paint by pointer or by keyboard.

use super::majority::Groups;
use crate::keys::activates;
use crate::session::Command;
use crate::stage::transport::selected_value;
use election_engine::action::{Action, Way};
use election_engine::ids::NodeId;
use election_engine::snapshot::Snapshot;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// How many members are shown whole, the store among them.
const MOST: usize = 16;

/// How many rows and columns there are at once where there are more members.
const PAGE: usize = 12;

#[derive(Properties)]
pub struct MatrixProps {
    pub snapshot: Rc<Snapshot>,
    pub groups: Rc<Groups>,
    pub dispatch: Callback<Command>,
}

/// Drawn again only when a link changes.
impl PartialEq for MatrixProps {
    fn eq(&self, other: &MatrixProps) -> bool {
        self.snapshot.cuts == other.snapshot.cuts
            && self.groups == other.groups
            && self.dispatch == other.dispatch
            && self.snapshot.nodes.len() == other.snapshot.nodes.len()
    }
}

/// Rows send, columns receive. Pressing a cell cuts or mends it; so does moving over others
/// while the pointer is down. Arrow keys walk.
#[component]
pub fn Matrix(props: &MatrixProps) -> Html {
    let painting = use_mut_ref(|| None::<Stroke>);
    let focused = use_state_eq(|| (0_usize, 1_usize));
    let walked = use_mut_ref(|| false);
    let table = use_node_ref();
    {
        let (table, walked) = (table.clone(), walked.clone());
        use_effect_with(*focused, move |(from, to)| {
            if walked.replace(false) {
                focus(&table, (*from, *to));
            }
        });
    }
    let nodes = props.snapshot.nodes.len();
    let members = nodes + 1;
    let page = if members <= MOST { MOST } else { PAGE };
    // The cluster may have shrunk.
    let entry = match *focused {
        (from, to) if from < members && to < members => (from, to),
        _ => (0, 1),
    };
    let shown = |index: usize| {
        let first = index / page * page;
        first..(first + page).min(members)
    };
    let (rows, columns) = (shown(entry.0), shown(entry.1));
    let name = |index: usize| if index == nodes { "store".to_owned() } else { index.to_string() };
    let cell = |from: usize, to: usize| {
        if from == to {
            return html! { <td key={to} class="self" aria-hidden="true" /> };
        }
        let cut = is_cut(&props.snapshot, from, to);
        let press = {
            let (painting, dispatch) = (painting.clone(), props.dispatch.clone());
            Callback::from(move |event: PointerEvent| {
                if event.button() == 0 {
                    *painting.borrow_mut() = Some(Stroke { cuts: !cut, last: Some((from, to)) });
                    // A finger would keep the pointer on the first cell.
                    if let Some(cell) =
                        event.target().and_then(|target| target.dyn_into::<Element>().ok())
                    {
                        let _ = cell.release_pointer_capture(event.pointer_id());
                    }
                    dispatch.emit(act(from, to, !cut));
                }
            })
        };
        let over = {
            let (painting, dispatch) = (painting.clone(), props.dispatch.clone());
            let snapshot = props.snapshot.clone();
            Callback::from(move |event: PointerEvent| {
                let mut painting = painting.borrow_mut();
                if event.buttons() == 0 {
                    *painting = None;
                }
                let Some(stroke) = painting.as_mut() else { return };
                let passed = stroke.to((from, to));
                let cuts = stroke.cuts;
                // Whoever takes these orders may ask for the next event at once.
                drop(painting);
                for (from, to) in passed {
                    if is_cut(&snapshot, from, to) != cuts {
                        dispatch.emit(act(from, to, cuts));
                    }
                }
            })
        };
        let onkeydown = {
            let (focused, walked) = (focused.clone(), walked.clone());
            let dispatch = props.dispatch.clone();
            Callback::from(move |event: KeyboardEvent| {
                if activates(&event) {
                    dispatch.emit(act(from, to, !cut));
                } else if let Some(next) = walk(&event.key(), (from, to), members) {
                    event.prevent_default();
                    *walked.borrow_mut() = true;
                    focused.set(next);
                }
            })
        };
        html! {
            <td key={to}>
                <button
                    type="button"
                    class="cell"
                    tabindex={ if entry == (from, to) { "0" } else { "-1" } }
                    aria-pressed={cut.to_string()}
                    aria-label={format!("{} to {}: {}", name(from), name(to), if cut { "cut" } else { "open" })}
                    data-testid={format!("cell-{}-{}", name(from), name(to))}
                    data-cell={format!("{from}-{to}")}
                    onpointerdown={press}
                    onpointerenter={over}
                    {onkeydown}
                >{ if cut { "✕" } else { "·" } }</button>
            </td>
        }
    };
    let release = {
        let painting = painting.clone();
        Callback::from(move |_: PointerEvent| *painting.borrow_mut() = None)
    };
    // Where it goes outside is nobody's cell.
    let leave = {
        let painting = painting.clone();
        Callback::from(move |_: PointerEvent| {
            if let Some(stroke) = painting.borrow_mut().as_mut() {
                stroke.last = None;
            }
        })
    };
    let turn = |label: &'static str,
                testid: &'static str,
                now: usize,
                to: fn((usize, usize), usize) -> (usize, usize)| {
        let focused = focused.clone();
        let onchange = Callback::from(move |event: Event| {
            let first = selected_value(&event).parse().unwrap_or(0);
            focused.set(off_diagonal(to(entry, first), members));
        });
        html! {
            <label>{label}
                <select data-testid={testid} {onchange}>
                    { for (0..members).step_by(page).map(|first| html! {
                        <option value={first.to_string()} selected={first == now}>{format!("{} to {}", name(first), name(shown(first).end - 1))}</option>
                    }) }
                </select>
            </label>
        }
    };
    html! {
        <fieldset class="matrix" onpointerup={release}>
            <legend>{"Links: rows send, columns receive"}</legend>
            if members > page {
                <div class="row">
                    {turn("Senders", "matrix-rows", rows.start, |(_, to), first| (first, to))}
                    {turn("Receivers", "matrix-columns", columns.start, |(from, _), first| (from, first))}
                </div>
            }
            <div class="scrolls">
                <table ref={table} onpointerleave={leave}>
                    <thead><tr><td></td>{ for columns.clone().map(|to| html! { <th key={to} scope="col">{name(to)}</th> }) }</tr></thead>
                    <tbody>
                        { for rows.map(|from| html! {
                            <tr key={from}><th scope="row">{name(from)}</th>{ for columns.clone().map(|to| cell(from, to)) }</tr>
                        }) }
                    </tbody>
                </table>
            </div>
            <p class="hint">{"Press a cell to cut or mend it, drag to paint, or walk with the arrow keys."}</p>
            <p data-testid="groups">{props.groups.listed()}</p>
        </fieldset>
    }
}

fn is_cut(snapshot: &Snapshot, from: usize, to: usize) -> bool {
    snapshot.cuts.contains(&(NodeId::from_index(from), NodeId::from_index(to)))
}

fn act(from: usize, to: usize, cut: bool) -> Command {
    let way = Way { from: NodeId::from_index(from), to: NodeId::from_index(to) };
    Command::Act(if cut { Action::Cut(way) } else { Action::Mend(way) })
}

/// A pointer that is down.
struct Stroke {
    /// Whether it cuts or mends.
    cuts: bool,
    /// The cell where it was last.
    last: Option<(usize, usize)>,
}

impl Stroke {
    /// The cells that it comes over on its way to another one. A quick hand is seen in few of
    /// them only.
    fn to(&mut self, cell: (usize, usize)) -> Vec<(usize, usize)> {
        let (from, to) = (self.last.replace(cell).unwrap_or(cell), cell);
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let part = |a: usize, b: usize, step: usize| {
            (a * (steps - step) * 2 + b * step * 2 + steps) / (2 * steps)
        };
        (1..=steps)
            .map(|step| (part(from.0, to.0, step), part(from.1, to.1, step)))
            .filter(|(row, column)| row != column)
            .collect()
    }
}

/// The next cell that is no member's own.
fn walk(key: &str, (from, to): (usize, usize), members: usize) -> Option<(usize, usize)> {
    let (down, right) = match key {
        "ArrowUp" => (-1, 0),
        "ArrowDown" => (1, 0),
        "ArrowLeft" => (0, -1),
        "ArrowRight" => (0, 1),
        _ => return None,
    };
    let moved = |at: (usize, usize)| {
        let next = (at.0.checked_add_signed(down)?, at.1.checked_add_signed(right)?);
        (next.0 < members && next.1 < members).then_some(next)
    };
    let next = moved((from, to))?;
    if next.0 == next.1 { moved(next) } else { Some(next) }
}

/// The cell itself, or the next one if that is a member's own.
fn off_diagonal((from, to): (usize, usize), members: usize) -> (usize, usize) {
    match from == to {
        true if to + 1 < members => (from, to + 1),
        true => (from, to - 1),
        false => (from, to),
    }
}

fn focus(table: &NodeRef, (from, to): (usize, usize)) -> Option<()> {
    let cell = table.cast::<Element>()?.query_selector(&format!("[data-cell='{from}-{to}']"));
    cell.ok()??.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walking_skips_the_diagonal_and_stays_inside() {
        assert_eq!(walk("ArrowRight", (0, 1), 4), Some((0, 2)));
        assert_eq!(walk("ArrowDown", (0, 1), 4), Some((2, 1)));
        assert_eq!(walk("ArrowLeft", (0, 1), 4), None);
        assert_eq!(walk("ArrowUp", (1, 0), 4), None);
        assert_eq!(walk("ArrowRight", (3, 2), 4), None);
        assert_eq!(walk("a", (1, 0), 4), None);
        assert_eq!(off_diagonal((3, 3), 4), (3, 2));
        assert_eq!(off_diagonal((1, 1), 4), (1, 2));
        assert_eq!(off_diagonal((1, 0), 4), (1, 0));
    }

    #[test]
    fn a_quick_stroke_paints_all_cells_on_its_way() {
        let stroke = |last, to| Stroke { cuts: true, last }.to(to);
        assert_eq!(stroke(Some((1, 0)), (1, 5)), [(1, 2), (1, 3), (1, 4), (1, 5)]);
        assert_eq!(stroke(Some((4, 3)), (0, 3)), [(2, 3), (1, 3), (0, 3)]);
        assert_eq!(stroke(Some((0, 1)), (2, 5)), [(1, 2), (1, 3), (2, 4), (2, 5)]);
        assert_eq!(stroke(Some((3, 0)), (3, 1)), [(3, 1)]);
        // From outside, there is no way to speak of.
        assert_eq!(stroke(None, (2, 5)), [(2, 5)]);
        let mut going = Stroke { cuts: true, last: Some((0, 1)) };
        assert_eq!(going.to((0, 3)), [(0, 2), (0, 3)]);
        assert_eq!(going.to((0, 5)), [(0, 4), (0, 5)]);
    }
}
