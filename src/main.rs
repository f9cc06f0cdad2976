//! The Election Lab's page.
//!
//! One way through: a pointer, a key or an address becomes a [`session::Command`]; the session
//! moves the engine's run; the run gives a snapshot; components draw it. No arrow goes back.

mod app;
mod components;
mod course;
mod diagram;
mod hooks;
mod html;
mod keys;
mod pages;
mod panic;
mod progress;
mod routes;
mod sandbox;
mod session;
mod stage;
mod state;
mod storage;
mod words;

fn main() {
    panic::show_a_panel();
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html has #app");
    root.set_inner_html("");
    yew::Renderer::<app::App>::with_root(root).render();
}
