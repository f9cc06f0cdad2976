//! The lines `{{kind argument}}` in a step.

use super::names::Kind;
use crate::{Block, Widget};

/// What may stand between the braces: kind, widget, and what its argument names.
const WIDGETS: [(&str, Widget, Option<Kind>); 7] = [
    ("tour", Widget::Tour, Some(Kind::Tour)),
    ("experiments", Widget::Experiments, None),
    ("code", Widget::Code, Some(Kind::Code)),
    ("quiz", Widget::Quiz, None),
    ("challenge", Widget::Challenge, Some(Kind::Challenge)),
    ("glossary", Widget::Glossary, None),
    ("check", Widget::Check, Some(Kind::Check)),
];

/// Whether `line` is meant as a widget, well formed or not.
pub(super) fn is_widget(line: &str) -> bool {
    line.trim().starts_with("{{") && line.trim().ends_with("}}")
}

/// The widget of a line for which [`is_widget`] holds, and what its argument names.
pub(super) fn parse(line: &str) -> Result<(Block, Option<Kind>), String> {
    let inside = line.trim().trim_start_matches('{').trim_end_matches('}');
    let mut words = inside.split_whitespace();
    let name = words.next().unwrap_or_default();
    let arguments: Vec<&str> = words.collect();
    let Some((_, kind, names)) = WIDGETS.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = WIDGETS.iter().map(|(known, ..)| *known).collect();
        return Err(format!("there is no widget \"{name}\"; the widgets are {}", known.join(", ")));
    };
    let argument = match (arguments.as_slice(), names) {
        ([], None) => String::new(),
        ([argument], Some(_)) => (*argument).to_owned(),
        (_, None) => return Err(format!("{{{{{name}}}}} takes no argument; remove it")),
        (_, Some(_)) => {
            return Err(format!("write one id after {name}, as in {{{{{name} ID}}}}"));
        }
    };
    let block = Block::Widget { kind: *kind, argument };
    Ok((block, *names))
}
