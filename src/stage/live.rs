//! What matters, said aloud, but never faster than it can be heard.

use super::frame::{History, LogLine};
use crate::words::Weight;
use election_engine::trace::EventKind;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// The shortest time between two announcements, in milliseconds.
const PAUSE_MS: u32 = 1500;

#[derive(Properties, PartialEq)]
pub struct LiveRegionProps {
    pub history: Rc<History>,
}

/// A polite live region. What happens while it is silent is said together, the latest last.
#[component]
pub fn LiveRegion(props: &LiveRegionProps) -> Html {
    let said = use_state_eq(String::new);
    let upto = use_mut_ref(|| 0_u32);
    let waiting = use_mut_ref(|| None::<Timeout>);
    let latest = use_mut_ref(|| props.history.clone());
    *latest.borrow_mut() = props.history.clone();
    let newest = loud(&props.history).last().map(|line| line.id);
    {
        let said = said.setter();
        use_effect_with(newest, move |newest| {
            // Where the run went back or began again, what happens from here on is new.
            let seen = newest.map_or(0, |id| id + 1);
            if seen < *upto.borrow() {
                *upto.borrow_mut() = seen;
            }
            if waiting.borrow().is_some() {
                return;
            }
            let clear = waiting.clone();
            *waiting.borrow_mut() = Some(Timeout::new(PAUSE_MS, move || {
                let history = latest.borrow().clone();
                let from = *upto.borrow();
                let news: Vec<&LogLine> = loud(&history).filter(|line| line.id >= from).collect();
                if let Some(last) = news.last() {
                    *upto.borrow_mut() = last.id + 1;
                    said.set(together(&news));
                }
                clear.borrow_mut().take();
            }));
        });
    }
    html! { <p class="visually-hidden" aria-live="polite" data-testid="live">{(*said).clone()}</p> }
}

fn loud(history: &History) -> impl DoubleEndedIterator<Item = &LogLine> {
    history.log.iter().filter(|line| line.weight == Weight::Loud)
}

/// The latest few sentences. Links that are cut or mended together are only counted.
fn together(news: &[&LogLine]) -> String {
    const MOST: usize = 4;
    let of = |kind: EventKind| news.iter().filter(|line| line.kind == kind).count();
    let mut texts = Vec::new();
    for (kind, what) in [(EventKind::Cut, "are cut"), (EventKind::Heal, "work again")] {
        if of(kind) > 1 {
            texts.push(format!("{} directions of links {what}.", of(kind)));
        }
    }
    let rest = news.iter().filter(|line| {
        !matches!(line.kind, EventKind::Cut | EventKind::Heal) || of(line.kind) == 1
    });
    let rest: Vec<&str> = rest.map(|line| line.text.as_str()).collect();
    texts.extend(rest[rest.len().saturating_sub(MOST)..].iter().map(|text| (*text).to_owned()));
    texts.join(" ")
}
