//! The protected store, with the highest seal that it has seen.

use super::geometry::{Layout, STORE};
use super::signs;
use crate::keys::activates;
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::store::{Store, TokenCheck};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StoreMarkProps {
    pub layout: Layout,
    pub store: Store,
    /// Old writes got in.
    pub damaged: bool,
    pub status: Status,
    pub selected: bool,
    pub on_select: Callback<()>,
}

/// A rounded square.
#[component]
pub fn StoreMark(props: &StoreMarkProps) -> Html {
    let StoreMarkProps { layout, store, status, selected, .. } = props;
    let place = layout.place(NodeId(u8::MAX));
    let onclick = props.on_select.reform(|_: MouseEvent| ());
    let onkeydown = {
        let on_select = props.on_select.clone();
        Callback::from(move |event: KeyboardEvent| {
            if activates(&event) {
                on_select.emit(());
            }
        })
    };
    let class = classes!(
        "store",
        status.name(),
        selected.then_some("selected"),
        props.damaged.then_some("damaged"),
        (store.check == TokenCheck::Off).then_some("unchecked"),
    );
    let side = (2.0 * STORE).to_string();
    let corner = (-STORE).to_string();
    html! {
        <g
            {class}
            transform={format!("translate({:.1} {:.1})", place.x, place.y)}
        >
            <g
                role="button"
                tabindex="0"
                aria-pressed={selected.to_string()}
                aria-label={describe(store, *status)}
                data-testid="store-mark"
                {onclick}
                {onkeydown}
            >
                <rect class="halo" x={(-STORE - 8.0).to_string()} y={(-STORE - 8.0).to_string()} width={(2.0 * STORE + 16.0).to_string()} height={(2.0 * STORE + 16.0).to_string()} rx="22" />
                <rect class="body" x={corner.clone()} y={corner} width={side.clone()} height={side} rx="16" />
            </g>
            // What the label of the button says in words.
            <g class="face" aria-hidden="true">
                <text class="name" y="-25">{"store"}</text>
                <text class="content" y="36">
                    { match store.content {
                        Some((writer, _)) => format!("from {writer}"),
                        None => "empty".to_owned(),
                    } }
                </text>
                {signs::seal(0.0, -1.0, store.highest)}
                if *status == Status::Crashed {
                    <path class="struck" d="M-34 34L34-34" />
                }
                if *status == Status::Paused {
                    {signs::hourglass(-36.0, -36.0)}
                }
            </g>
        </g>
    }
}

/// The store in words.
pub fn describe(store: &Store, status: Status) -> String {
    let state = match status {
        Status::Running => String::new(),
        other => format!(", {}", other.name()),
    };
    let check = match store.check {
        TokenCheck::Highest => "",
        TokenCheck::Equal => ", compares for equality",
        TokenCheck::Off => ", check switched off",
    };
    format!(
        "The store{state}{check}: highest token seen {}, {} writes applied, {} refused",
        store.highest, store.accepted, store.refused
    )
}
