//! The page: see the library.

fn main() {
    election_lab::show_page();
}
