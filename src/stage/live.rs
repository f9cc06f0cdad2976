//! What matters, said aloud, but never faster than it can be heard.

use super::frame::History;
use crate::words::Weight;
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
    let newest = loud(&props.history).last().map(|(id, _)| id);
    {
        let said = said.setter();
        use_effect_with(newest, move |_| {
            if waiting.borrow().is_some() {
                return;
            }
            let clear = waiting.clone();
            *waiting.borrow_mut() = Some(Timeout::new(PAUSE_MS, move || {
                let history = latest.borrow().clone();
                let from = *upto.borrow();
                let news: Vec<(u32, String)> =
                    loud(&history).filter(|(id, _)| *id >= from).collect();
                if let Some((last, _)) = news.last() {
                    *upto.borrow_mut() = last + 1;
                    let most = news.len().saturating_sub(4);
                    let texts: Vec<String> =
                        news.into_iter().skip(most).map(|(_, text)| text).collect();
                    said.set(texts.join(" "));
                } else {
                    // The run went back; what happens again is said again.
                    *upto.borrow_mut() = loud(&history).last().map_or(0, |(id, _)| id + 1);
                }
                clear.borrow_mut().take();
            }));
        });
    }
    html! { <p class="visually-hidden" aria-live="polite" data-testid="live">{(*said).clone()}</p> }
}

fn loud(history: &History) -> impl Iterator<Item = (u32, String)> + '_ {
    history
        .log
        .iter()
        .filter(|line| line.weight == Weight::Loud)
        .map(|line| (line.id, line.text.clone()))
}
