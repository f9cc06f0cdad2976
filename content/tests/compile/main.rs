//! How files become a course, and what is said about files that are wrong.

mod fixture;
mod markdown;
mod mistakes;
