//! Compiles the course into `$OUT_DIR/lesson.bin`, `workshop.bin`, `gallery.bin` and
//! `measures.bin`, which the two programs of the page embed. A mistake fails the build with the file and the line.

use std::path::Path;
use std::{env, fs};

use election_content::compile::compile;
use serde::Serialize;

fn main() {
    println!("cargo::rerun-if-changed=course");
    println!("cargo::rerun-if-changed=challenges");
    match compile(Path::new(".")) {
        Ok(course) => {
            write("lesson.bin", &course.lesson);
            write("workshop.bin", &course.workshop);
            write("gallery.bin", &course.gallery);
            write("measures.bin", &course.measures);
        }
        // One of these is enough for cargo to stop the build once this script has ended.
        Err(problems) => problems.iter().for_each(|problem| println!("cargo::error={problem}")),
    }
}

fn write(name: &str, part: &impl Serialize) {
    let folder = env::var("OUT_DIR").expect("cargo says where to write");
    let bytes = postcard::to_allocvec(part).expect("every shape of the course has a fixed form");
    fs::write(Path::new(&folder).join(name), bytes).expect("cargo's folder is writable");
}
