//! What every part of the page shares: the learner's progress.

use crate::progress::{Done, Progress};
use crate::storage::{self, Notice};
use std::rc::Rc;
use yew::prelude::*;

/// Progress, and the way to add to it.
#[derive(Clone, PartialEq)]
pub struct Lab {
    progress: Rc<Progress>,
    done: Callback<Done>,
    /// What the learner should know about what is kept.
    pub notice: Option<Notice>,
}

impl Lab {
    /// Progress as it is now, and who hears what is done.
    pub fn new(progress: Rc<Progress>, done: Callback<Done>) -> Lab {
        Lab { progress, done, notice: None }
    }

    /// What the learner has done.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Takes note of something that was done.
    pub fn done(&self) -> Callback<Done> {
        self.done.clone()
    }
}

/// The shared state. Everything on the page is inside a provider of it.
#[hook]
pub fn use_lab() -> Lab {
    use_context::<Lab>().expect("the page and the workshop provide the lab")
}

#[derive(Properties, PartialEq)]
pub struct LabProviderProps {
    pub children: Html,
}

/// Loads progress, shares it with the page, and keeps every change.
#[component]
pub fn LabProvider(props: &LabProviderProps) -> Html {
    let found = use_memo((), |()| storage::load());
    let progress = {
        let found = found.clone();
        use_reducer_eq(move || found.progress.clone())
    };
    let notice = use_state_eq(|| found.notice);
    {
        let kept = use_mut_ref(|| found.progress.clone());
        let notice = notice.setter();
        use_effect_with((*progress).clone(), move |progress| {
            let before = kept.replace(progress.clone());
            // What was just loaded need not be written.
            if before != *progress
                && let Err(problem) = storage::save(progress, &before)
            {
                notice.set(Some(problem));
            }
        });
    }
    // Only the way in is captured, not the state.
    let done = {
        let dispatcher = progress.dispatcher();
        use_callback((), move |done, ()| dispatcher.dispatch(done))
    };
    let lab = Lab { progress: Rc::new((*progress).clone()), done, notice: *notice };
    html! { <ContextProvider<Lab> context={lab}>{props.children.clone()}</ContextProvider<Lab>> }
}
