//! Compiles the course into `$OUT_DIR/course.bin`, which the page embeds. A mistake in the
//! course fails the build with the file and the line.

use std::path::Path;
use std::{env, fs};

use election_content::Course;
use election_content::compile::compile;

fn main() {
    println!("cargo::rerun-if-changed=course");
    println!("cargo::rerun-if-changed=challenges");
    match compile(Path::new(".")) {
        Ok(course) => write(&course),
        // One of these is enough for cargo to stop the build once this script has ended.
        Err(problems) => problems.iter().for_each(|problem| println!("cargo::error={problem}")),
    }
}

fn write(course: &Course) {
    let folder = env::var("OUT_DIR").expect("cargo says where to write");
    let bytes = postcard::to_allocvec(course).expect("every shape of the course has a fixed form");
    fs::write(Path::new(&folder).join("course.bin"), bytes).expect("cargo's folder is writable");
}
