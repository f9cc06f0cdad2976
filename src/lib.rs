//! The Election Lab's page, which is three programs.
//!
//! The *page* shows what is read and answered, and keeps the learner's progress. The *workshop*
//! runs clusters and code; it is loaded when the page first shows a `<lab-part>`, the element in
//! `page/boot.js` that stands between them: progress goes in, what was done comes out. What runs in
//! the *background*, in a worker, searches and measures: see [`worker`].
//!
//! One way through the workshop: a pointer or a key becomes a [`session::Command`]; the session
//! moves the engine's run; the run gives a snapshot; components draw it. No arrow goes back.

mod app;
mod components;
mod course;
mod diagram;
mod hooks;
mod html;
mod keys;
mod lab;
mod measure;
mod pages;
mod panic;
mod progress;
mod prove;
mod routes;
mod sandbox;
mod session;
mod settings;
mod stage;
mod state;
mod storage;
mod systems;
mod words;
pub mod worker;
pub mod workshop;

/// Shows the page in `#app`.
///
/// # Panics
/// If index.html has no `#app`.
pub fn show_page() {
    panic::show_a_panel();
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html has #app");
    root.set_inner_html("");
    yew::Renderer::<app::App>::with_root(root).render();
}
