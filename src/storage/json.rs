//! Progress as JSON, read and written by the browser. A reader in Rust would be a tenth of all
//! that the page loads at first.
//!
//! The shape is that of [`Progress`], in `{"version": 1, "progress": {…}}`. A field that is not
//! there is empty; one of another type means that the text is damaged.

use super::Notice;
use crate::progress::{Answer, Progress};
use crate::settings::{CodeSize, Motion, Settings, Theme};
use js_sys::{Array, JSON, Object, Reflect};
use std::collections::{BTreeMap, BTreeSet};
use wasm_bindgen::{JsCast, JsValue};

const VERSION: u32 = 1;

/// What is kept, or handed to the workshop.
pub fn write(progress: &Progress) -> String {
    let answers = progress.answers.iter().map(|(id, answer)| {
        let fields = [
            ("choice", number(answer.choice)),
            ("right", answer.right.into()),
            ("tries", answer.tries.into()),
        ];
        (id.as_str(), object(fields))
    });
    let drafts = progress.drafts.iter().map(|(id, text)| (id.as_str(), text.as_str().into()));
    let settings = [
        ("theme", progress.settings.theme.name().into()),
        ("motion", progress.settings.motion.name().into()),
        ("code", progress.settings.code.name().into()),
    ];
    let fields = [
        ("opened", list(&progress.opened)),
        ("done", list(&progress.done)),
        ("answers", object(answers)),
        ("recalled", list(&progress.recalled)),
        ("goals", list(&progress.goals)),
        ("drafts", object(drafts)),
        ("passed", list(&progress.passed)),
        ("settings", object(settings)),
    ];
    let kept = object([("version", VERSION.into()), ("progress", object(fields))]);
    JSON::stringify(&kept).map(String::from).expect("strings and numbers have a JSON form")
}

/// Reads what was kept, if this text can be used.
pub fn read(text: &str) -> Result<Progress, Notice> {
    let kept = JSON::parse(text).map_err(|_| Notice::Damaged)?;
    let version = field(&kept, "version").as_f64().ok_or(Notice::Damaged)?;
    if version > f64::from(VERSION) {
        return Err(Notice::Newer);
    }
    progress(&field(&kept, "progress")).ok_or(Notice::Damaged)
}

/// Progress, if every field has its type.
fn progress(kept: &JsValue) -> Option<Progress> {
    kept.is_object().then_some(())?;
    let set = |name| strings(&field(kept, name));
    let settings = field(kept, "settings");
    Some(Progress {
        opened: set("opened")?,
        done: set("done")?,
        answers: map(&field(kept, "answers"), answer)?,
        recalled: set("recalled")?,
        goals: set("goals")?,
        drafts: map(&field(kept, "drafts"), JsValue::as_string)?,
        passed: set("passed")?,
        settings: Settings {
            theme: setting(&settings, "theme", Theme::named)?,
            motion: setting(&settings, "motion", Motion::named)?,
            code: setting(&settings, "code", CodeSize::named)?,
        },
    })
}

fn answer(kept: &JsValue) -> Option<Answer> {
    Some(Answer {
        choice: field(kept, "choice").as_f64()? as usize,
        right: field(kept, "right").as_bool()?,
        tries: field(kept, "tries").as_f64()? as u32,
    })
}

fn setting<T: Default>(kept: &JsValue, name: &str, named: fn(&str) -> Option<T>) -> Option<T> {
    let value = field(kept, name);
    if value.is_undefined() { Some(T::default()) } else { named(&value.as_string()?) }
}

fn strings(kept: &JsValue) -> Option<BTreeSet<String>> {
    if kept.is_undefined() {
        return Some(BTreeSet::new());
    }
    let mut strings = BTreeSet::new();
    // One by one: collecting would sort first, and three sorts more are five kilobytes.
    for value in kept.dyn_ref::<Array>()?.iter() {
        strings.insert(value.as_string()?);
    }
    Some(strings)
}

fn map<T>(kept: &JsValue, read: impl Fn(&JsValue) -> Option<T>) -> Option<BTreeMap<String, T>> {
    if kept.is_undefined() {
        return Some(BTreeMap::new());
    }
    (kept.is_object() && !Array::is_array(kept)).then_some(())?;
    let mut map = BTreeMap::new();
    for key in Object::keys(kept.unchecked_ref::<Object>()).iter() {
        map.insert(key.as_string()?, read(&Reflect::get(kept, &key).ok()?)?);
    }
    Some(map)
}

/// A field of an object; undefined if there is none, or no object.
fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn list(strings: &BTreeSet<String>) -> JsValue {
    strings.iter().map(|text| JsValue::from(text.as_str())).collect::<Array>().into()
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, JsValue)>) -> JsValue {
    let pairs: Array =
        fields.into_iter().map(|(name, value)| Array::of2(&name.into(), &value)).collect();
    Object::from_entries(&pairs).map(JsValue::from).expect("pairs of a name and a value")
}

fn number(index: usize) -> JsValue {
    JsValue::from(index as u32)
}
