//! Where code is edited: a CodeMirror once it has been loaded, a plain text field until then and
//! on phones, where the browser's own field is the better editor.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{HtmlScriptElement, KeyboardEvent};
use yew::prelude::*;

use crate::progress::Done;
use crate::sandbox::verdict::Fault;
use crate::settings::CodeSize;
use crate::state::use_lab;

/// The module that defines `<code-editor>`, relative to the page.
const MODULE: &str = "editor.js";
/// Where the plain field is kept.
const PHONE: &str = "(pointer: coarse) and (max-width: 48rem)";

/// The most characters that the editor holds: more than can be run, so that the verdict can say
/// so, and few enough that no paste holds up the page.
const MOST: &str = "100000";

/// What an [`Editor`] shows and whom it tells.
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The code.
    pub value: AttrValue,
    /// Hears every edit.
    pub on_change: Callback<String>,
    /// Ctrl+Enter, or Cmd+Enter on a Mac, was pressed.
    pub on_run: Callback<()>,
    /// What a screen reader calls the field.
    pub label: AttrValue,
    /// For tests.
    #[prop_or(AttrValue::Static("editor"))]
    pub testid: AttrValue,
    /// A line to mark.
    #[prop_or_default]
    pub fault: Option<Fault>,
    /// What is offered while typing, one a line: `this.send(to, message)`, or `.token` after any dot.
    #[prop_or_default]
    pub words: Option<AttrValue>,
    /// What is edited. Whoever comes back to it can undo what was done before.
    pub name: AttrValue,
}

/// The editor. The value is the caller's: it shows `value` and reports edits.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let host = use_node_ref();
    use_effect_with((), |()| load());
    {
        let host = host.clone();
        use_effect_with(props.value.clone(), move |code| show(&host, code));
    }
    let on_input = {
        let on_change = props.on_change.clone();
        let shown = props.value.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(code) = value_of(&event).filter(|code| *code != *shown) {
                on_change.emit(code);
            }
        })
    };
    let on_key = {
        let on_run = props.on_run.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                on_run.emit(());
            }
        })
    };
    let fault = props.fault.as_ref();
    let lab = use_lab();
    let size = lab.progress().settings.code;
    let rows = props.value.lines().count().clamp(10, 24).to_string();
    html! {
        <div class="editor" data-size={size.name()} onkeydown={on_key}>
            { sizes(size, &lab.done()) }
            <@{"code-editor"}
                name={props.name.clone()}
                ref={host}
                data-testid={props.testid.clone()}
                label={props.label.clone()}
                maxlength={MOST}
                fault-line={fault.map(|fault| fault.line.to_string())}
                fault-message={fault.map(|fault| fault.message.clone())}
                words={props.words.clone()}
                oninput={on_input}
            >
                <textarea
                    aria-label={props.label.clone()}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    maxlength={MOST}
                    {rows}
                    value={props.value.clone()}
                />
            </@>
            <p class="editor-keys">
                <kbd>{"Ctrl"}</kbd>{"+"}<kbd>{"Enter"}</kbd>{" runs the code. "}
                <kbd>{"Tab"}</kbd>{" moves on, "}<kbd>{"Ctrl"}</kbd>{"+"}<kbd>{"]"}</kbd>{" indents."}
            </p>
        </div>
    }
}

/// Two buttons, from the smallest size to the largest.
fn sizes(at: CodeSize, done: &Callback<Done>) -> Html {
    let index = CodeSize::ALL.iter().position(|size| *size == at).unwrap_or_default();
    let button = |label: &'static str, testid: &'static str, to: Option<&CodeSize>| {
        let to = to.copied();
        let done = done.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(size) = to {
                done.emit(Done::CodeSize(size));
            }
        });
        let disabled = to.is_none().then_some("true");
        html! {
            <button type="button" class="chip" aria-disabled={disabled} data-testid={testid} {onclick}>{label}</button>
        }
    };
    let smaller = index.checked_sub(1).and_then(|index| CodeSize::ALL.get(index));
    html! {
        <div class="code-size" role="group" aria-label="Size of the code">
            { button("Smaller", "code-smaller", smaller) }
            { button("Larger", "code-larger", CodeSize::ALL.get(index + 1)) }
        </div>
    }
}

/// Sets the property, which for `<code-editor>` is not an attribute.
fn show(host: &NodeRef, code: &str) {
    if let Some(host) = host.get() {
        // A plain element takes any property; one that is not a <code-editor> yet finds it later.
        let _ = Reflect::set(&host, &"value".into(), &code.into());
    }
}

/// Of the text field or the `<code-editor>` that sent the event; both have the property.
fn value_of(event: &InputEvent) -> Option<String> {
    let target = event.target()?;
    Reflect::get(&target, &"value".into()).ok()?.as_string()
}

/// Adds the module to the page, once. The browser then turns the element into the editor; if the
/// module cannot be had, the text field stays.
fn load() {
    let Some(window) = web_sys::window() else { return };
    let phone = window.match_media(PHONE).ok().flatten();
    let Some((document, head)) =
        window.document().and_then(|document| document.head().map(|head| (document, head)))
    else {
        return;
    };
    let wanted = format!("script[src='{MODULE}']");
    let present = head.query_selector(&wanted).ok().flatten().is_some();
    if present || phone.is_some_and(|query| query.matches()) {
        return;
    }
    if let Ok(script) = document.create_element("script") {
        let script: HtmlScriptElement = script.unchecked_into();
        script.set_type("module");
        script.set_src(MODULE);
        let _ = head.append_child(&script);
    }
}
