//! The place of something that runs. The workshop fills it, see `page/boot.js`.

use crate::progress::Done;
use crate::state::use_lab;
use crate::storage;
use js_sys::{Array, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::CustomEvent;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LiveProps {
    /// Which sort of part: see `workshop::Part`.
    pub kind: &'static str,
    /// Which of them.
    #[prop_or_default]
    pub argument: AttrValue,
}

/// A live part. Progress goes in as a property, what was done comes out as events.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    let lab = use_lab();
    let part = use_node_ref();
    {
        let (part, done) = (part.clone(), lab.done());
        use_effect_with((), move |()| {
            let heard = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
                let words = Array::from(&event.detail());
                let word = |index| words.get(index).as_string().unwrap_or_default();
                if let Some(said) = Done::from_words([word(0), word(1), word(2)]) {
                    done.emit(said);
                }
            });
            let element = part.get();
            if let Some(element) = &element {
                let listener = heard.as_ref().unchecked_ref();
                let _ = element.add_event_listener_with_callback("done", listener);
            }
            // The element goes with the component, and the listener with the element.
            move || drop((element, heard))
        });
    }
    {
        let part = part.clone();
        use_effect_with(lab.progress().clone(), move |progress| {
            if let Some(part) = part.get() {
                let _ = Reflect::set(&part, &"progress".into(), &storage::write(progress).into());
            }
        });
    }
    html! {
        <@{"lab-part"} ref={part} class="live" kind={props.kind} argument={props.argument.clone()}>
            <p class="waiting" role="status">{"One moment: the cluster and the tools are loading."}</p>
        </@>
    }
}
