//! Where the focus goes when what had it is gone.

use web_sys::HtmlElement;
use yew::prelude::*;

/// Gives the focus to the element behind the returned reference whenever `value` changes, but
/// not when the component first appears: nobody asked for anything then.
#[hook]
pub fn use_focus_after<T: PartialEq + 'static>(value: T) -> NodeRef {
    let element = use_node_ref();
    let first = use_mut_ref(|| true);
    {
        let element = element.clone();
        use_effect_with(value, move |_| {
            if !first.replace(false)
                && let Some(element) = element.cast::<HtmlElement>()
            {
                let _ = element.focus();
            }
        });
    }
    element
}
