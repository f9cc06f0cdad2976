//! The course itself: it compiles, it is small, and what it says is true of the engine.

mod computed;
mod experiments;
mod figures;
mod measures;
mod systems;
mod tours;

use std::io::Write;
use std::path::{Path, PathBuf};

use election_content::compile::{Problem, compile};
use election_content::{Course, Gallery};
use flate2::Compression;
use flate2::write::GzEncoder;

/// What the page may spend on the lesson of the 150 kB of its first load, in bytes.
const BUDGET: usize = 50_000;

/// Where `course/` and `challenges/` are.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The real course.
fn compiled() -> Result<Course, Vec<Problem>> {
    compile(&root())
}

/// The real course, for the tests that need all of it.
fn course() -> Course {
    compiled()
        .unwrap_or_else(|_| panic!("the course has problems; the_course_has_no_problem lists them"))
}

/// The real gallery.
fn gallery() -> Gallery {
    course().gallery
}

#[test]
fn the_course_has_no_problem() {
    if let Err(problems) = compiled() {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{} problems\n{}", lines.len(), lines.join("\n"));
    }
}

#[test]
fn the_lesson_fits_the_page() {
    let json = serde_json::to_vec(&course().lesson).expect("every shape has a JSON form");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&json).expect("memory takes everything");
    let gzip = encoder.finish().expect("memory takes everything").len();
    println!("lesson: {} bytes of JSON, {gzip} gzip", json.len());
    assert!(gzip <= BUDGET, "{gzip} bytes of the lesson are more than {BUDGET}");
}
