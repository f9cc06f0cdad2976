//! Progress on the device: one versioned entry in the browser's local storage.

mod json;

pub use json::write;

use crate::progress::Progress;
use json::read;
use web_sys::Storage;

const KEY: &str = "election-lab";
const SET_ASIDE: &str = "election-lab.set-aside";

/// What was found at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What to go on with.
    pub progress: Progress,
    /// What the learner should know.
    pub notice: Option<Notice>,
}

/// Why what was kept cannot be used, or nothing can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The browser keeps nothing for this page.
    NothingKept,
    /// What was kept could not be read.
    Damaged,
    /// What was kept was written by a newer version of the lab.
    Newer,
}

impl Notice {
    /// What happened, what it means, what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Notice::NothingKept => {
                "Your browser does not keep your progress, so it will be gone when you close this page. Everything else works; allow this page to store data if you want to keep it."
            }
            Notice::Damaged => {
                "Your saved progress could not be read. It was set aside, not deleted, and you start afresh."
            }
            Notice::Newer => {
                "Your saved progress comes from a newer version of the lab. It was set aside, not deleted, and you start afresh; reload to get the newer version."
            }
        }
    }
}

/// The browser's storage, if it lets us have it.
fn storage() -> Option<Storage> {
    let storage = web_sys::window()?.local_storage().ok()??;
    // Some browsers hand out a storage that refuses every write.
    storage.set_item("election-lab.probe", "").ok()?;
    storage.remove_item("election-lab.probe").ok()?;
    Some(storage)
}

/// What was kept on this device.
pub fn load() -> Found {
    let Some(storage) = storage() else {
        return Found { progress: Progress::default(), notice: Some(Notice::NothingKept) };
    };
    let Some(text) = storage.get_item(KEY).ok().flatten() else {
        return Found { progress: Progress::default(), notice: None };
    };
    match read(&text) {
        Ok(progress) => Found { progress, notice: None },
        Err(notice) => {
            let aside = storage.set_item(SET_ASIDE, &text);
            if aside.is_ok() {
                let _ = storage.remove_item(KEY);
            }
            Found { progress: Progress::default(), notice: Some(notice) }
        }
    }
}

/// Keeps progress on this device, together with what another tab has kept meanwhile. `before` is
/// what this tab kept last.
///
/// # Errors
/// [`Notice::NothingKept`] if the browser refuses.
pub fn save(progress: &Progress, before: &Progress) -> Result<(), Notice> {
    let keep = || {
        let storage = web_sys::window()?.local_storage().ok()??;
        let kept = storage.get_item(KEY).ok()?.and_then(|text| read(&text).ok());
        let text = match kept {
            Some(other) => write(&progress.joined_with(other, before)),
            None => write(progress),
        };
        storage.set_item(KEY, &text).ok()
    };
    keep().ok_or(Notice::NothingKept)
}
