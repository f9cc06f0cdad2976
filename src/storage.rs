//! Progress on the device: one versioned entry in the browser's local storage.

use crate::progress::Progress;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

const KEY: &str = "election-lab";
const SET_ASIDE: &str = "election-lab.set-aside";
const VERSION: u32 = 1;

#[derive(Deserialize, Serialize)]
struct Kept<T> {
    version: u32,
    progress: T,
}

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

/// Reads what was kept, if this text can be used.
fn read(text: &str) -> Result<Progress, Notice> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_str(text).map_err(|_| Notice::Damaged)?;
    if version > VERSION {
        return Err(Notice::Newer);
    }
    let kept: Kept<Progress> = serde_json::from_str(text).map_err(|_| Notice::Damaged)?;
    Ok(kept.progress)
}

fn write(progress: &Progress) -> String {
    let kept = Kept { version: VERSION, progress };
    serde_json::to_string(&kept).expect("progress can always be written as JSON")
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

/// Keeps progress on this device, together with what another tab has kept meanwhile.
///
/// # Errors
/// [`Notice::NothingKept`] if the browser refuses.
pub fn save(progress: &Progress) -> Result<(), Notice> {
    let keep = || {
        let storage = web_sys::window()?.local_storage().ok()??;
        let kept = storage.get_item(KEY).ok()?.and_then(|text| read(&text).ok());
        let joined = progress.joined_with(kept.unwrap_or_default());
        storage.set_item(KEY, &write(&joined)).ok()
    };
    keep().ok_or(Notice::NothingKept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut progress = Progress::default();
        progress.drafts.insert("cluster".into(), "let a = \"ü\\n\";".into());
        progress.done.insert("quiz".into());
        assert_eq!(read(&write(&progress)), Ok(progress));
    }

    #[test]
    fn damaged_and_newer_data_are_told_apart() {
        for damaged in ["", "{", "null", "[]", "{\"version\":1}", "{\"version\":\"x\"}"] {
            assert_eq!(read(damaged), Err(Notice::Damaged), "{damaged}");
        }
        assert_eq!(read("{\"version\":1,\"progress\":{\"done\":7}}"), Err(Notice::Damaged));
        assert_eq!(read("{\"version\":99,\"progress\":{}}"), Err(Notice::Newer));
    }

    #[test]
    fn an_older_shape_keeps_what_it_has() {
        let read = read("{\"version\":1,\"progress\":{\"done\":[\"why\"]}}").unwrap();
        assert!(read.done.contains("why"));
    }
}
