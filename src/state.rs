//! What the whole page shares: the learner's progress.

use crate::progress::{Done, Progress};
use crate::storage::{self, Notice};
use yew::prelude::*;

/// Progress, and what was found when it was loaded.
#[derive(Clone, PartialEq)]
pub struct Lab {
    progress: UseReducerHandle<Progress>,
    /// What the learner should know about what is kept.
    pub notice: Option<Notice>,
}

impl Lab {
    /// What the learner has done.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Takes note of something that was done. Only the way in is captured, not the state.
    pub fn done(&self) -> Callback<Done> {
        let dispatcher = self.progress.dispatcher();
        Callback::from(move |done| dispatcher.dispatch(done))
    }
}

/// The shared state. Everything on the page is inside its provider.
#[hook]
pub fn use_lab() -> Lab {
    use_context::<Lab>().expect("the app provides the lab")
}

#[derive(Properties, PartialEq)]
pub struct LabProviderProps {
    pub children: Html,
}

/// Loads progress, shares it, and keeps every change.
#[component]
pub fn LabProvider(props: &LabProviderProps) -> Html {
    let found = use_memo((), |()| storage::load());
    let progress = {
        let found = found.clone();
        use_reducer_eq(move || found.progress.clone())
    };
    let notice = use_state_eq(|| found.notice);
    {
        let first = use_mut_ref(|| true);
        let notice = notice.setter();
        use_effect_with((*progress).clone(), move |progress| {
            // What was just loaded need not be written.
            if !first.replace(false)
                && let Err(problem) = storage::save(progress)
            {
                notice.set(Some(problem));
            }
        });
    }
    let lab = Lab { progress, notice: *notice };
    html! { <ContextProvider<Lab> context={lab}>{props.children.clone()}</ContextProvider<Lab>> }
}
