//! The course, as the build script wrote it.

use election_content::Course;
use election_engine::scenario::Scenario;
use std::cell::OnceCell;
use std::rc::Rc;

// Postcard rather than JSON: its reader is a small fraction of the download.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course.bin"));

thread_local! {
    static COURSE: OnceCell<Rc<Course>> = const { OnceCell::new() };
}

/// Everything the page teaches. Read once.
pub fn course() -> Rc<Course> {
    COURSE.with(|cell| {
        Rc::clone(cell.get_or_init(|| {
            Rc::new(postcard::from_bytes(BYTES).expect("our own build wrote these bytes"))
        }))
    })
}

/// A scenario of the course. The build has checked that it exists.
pub fn scenario(slug: &str) -> Scenario {
    let course = course();
    let named = course.scenarios.iter().find(|named| named.slug == slug);
    named.expect("the build checks the names of scenarios").scenario.clone()
}
