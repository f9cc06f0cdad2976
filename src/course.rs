//! The course, as the build script wrote it.

use election_content::{Gallery, Lesson, Measure, Workshop};
use election_engine::scenario::Scenario;
use serde::de::DeserializeOwned;
use std::cell::OnceCell;
use std::rc::Rc;

thread_local! {
    static LESSON: OnceCell<Rc<Lesson>> = const { OnceCell::new() };
    static GALLERY: OnceCell<Rc<Gallery>> = const { OnceCell::new() };
    static MEASURES: OnceCell<Rc<Vec<Measure>>> = const { OnceCell::new() };
    static WORKSHOP: OnceCell<Rc<Workshop>> = const { OnceCell::new() };
}

/// What is read and answered. Read once.
pub fn lesson() -> Rc<Lesson> {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/lesson.bin"));
    LESSON.with(|cell| Rc::clone(cell.get_or_init(|| read(bytes))))
}

/// What is run. Read once; only the workshop carries it.
pub fn workshop() -> Rc<Workshop> {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/workshop.bin"));
    WORKSHOP.with(|cell| Rc::clone(cell.get_or_init(|| read(bytes))))
}

/// The algorithms. Read once; only the workshop carries it.
pub fn gallery() -> Rc<Gallery> {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/gallery.bin"));
    GALLERY.with(|cell| Rc::clone(cell.get_or_init(|| read(bytes))))
}

/// What is measured. Read once; only the workshop carries it.
pub fn measures() -> Rc<Vec<Measure>> {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/measures.bin"));
    MEASURES.with(|cell| Rc::clone(cell.get_or_init(|| read(bytes))))
}

// Postcard rather than JSON: its reader is a small fraction of the download.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Rc<T> {
    Rc::new(postcard::from_bytes(bytes).expect("our own build wrote these bytes"))
}

/// A scenario of the course. The build has checked that it exists.
pub fn scenario(slug: &str) -> Scenario {
    let workshop = workshop();
    let named = workshop.scenarios.iter().find(|named| named.slug == slug);
    named.expect("the build checks the names of scenarios").scenario.clone()
}
