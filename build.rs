//! Compiles the course into `$OUT_DIR/course.bin`, which the page embeds, and its gallery of
//! algorithms into `$OUT_DIR/gallery.bin`. A mistake in the course fails the build with the
//! file and the line.

use std::path::Path;
use std::{env, fs};

use election_content::compile;
use serde::Serialize;

fn main() {
    println!("cargo::rerun-if-changed=course");
    println!("cargo::rerun-if-changed=challenges");
    match compile::all(Path::new(".")) {
        Ok((course, gallery)) => {
            write("course.bin", &course);
            write("gallery.bin", &gallery);
        }
        // One of these is enough for cargo to stop the build once this script has ended.
        Err(problems) => problems.iter().for_each(|problem| println!("cargo::error={problem}")),
    }
}

fn write<T: Serialize>(file: &str, value: &T) {
    let folder = env::var("OUT_DIR").expect("cargo says where to write");
    let bytes = postcard::to_allocvec(value).expect("every shape of the course has a fixed form");
    fs::write(Path::new(&folder).join(file), bytes).expect("cargo's folder is writable");
}
