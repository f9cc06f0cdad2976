//! The course, as the build script wrote it.

use election_content::Course;
use election_engine::scenario::Scenario;
use std::cell::OnceCell;
use std::rc::Rc;

const JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/course.json"));

thread_local! {
    static COURSE: OnceCell<Rc<Course>> = const { OnceCell::new() };
}

/// Everything the page teaches. Read once.
pub fn course() -> Rc<Course> {
    COURSE.with(|cell| {
        Rc::clone(cell.get_or_init(|| {
            Rc::new(serde_json::from_str(JSON).expect("our own build wrote this JSON"))
        }))
    })
}

/// A scenario of the course. The build has checked that it exists.
pub fn scenario(slug: &str) -> Scenario {
    let course = course();
    let named = course.scenarios.iter().find(|named| named.slug == slug);
    named.expect("the build checks the names of scenarios").scenario.clone()
}
