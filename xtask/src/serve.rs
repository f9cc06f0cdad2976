use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::failure::Failure;
use crate::{console, page, paths, tools};

/// Builds the page, serves it on this machine only, and rebuilds it when a source changes.
pub fn serve(port: u16, release: bool) -> Result<(), Failure> {
    check_port(port)?;
    let tools = tools::ready()?;
    console::heading("Building the page (the first time takes a minute or two)");
    let mut trunk = page::trunk(&tools, "serve");
    trunk.args(["--address", "127.0.0.1", "--port", &port.to_string()]);
    // dist/ stays what `cargo xtask build` wrote.
    trunk.args(["--dist", "target/serve"]);
    // Without an old page to show, nothing answers until this one is built.
    let _ = fs::remove_dir_all(paths::in_root("target/serve"));
    if release {
        trunk.arg("--release");
    }
    let child = trunk
        .spawn()
        .map_err(|error| Failure::new(format!("trunk could not be started: {error}.")))?;
    watch_over(child, port)
}

fn check_port(port: u16) -> Result<(), Failure> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Failure::new(format!(
            "Port {port} is busy: another program serves there. Stop it, or choose another port, for instance `cargo xtask serve --port {}`.",
            if port < u16::MAX { port + 1 } else { 8080 }
        ))),
        Err(error) => Err(Failure::new(format!(
            "Port {port} cannot be used: {error}. Choose another by --port."
        ))),
    }
}

/// Says where the page is once it really answers, and ends together with trunk.
fn watch_over(mut child: Child, port: u16) -> Result<(), Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::new(format!("Ctrl+C cannot be caught: {error}.")))?;
    let mut announced = false;
    loop {
        if stop.load(Ordering::Relaxed) {
            // It may have gone by itself: Ctrl+C reaches the children of a terminal too.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(());
        }
        if let Ok(Some(_)) = child.try_wait() {
            return Err(Failure::new("The page could not be served; the reason stands above."));
        }
        if !announced && answers(port) {
            announced = true;
            println!("\nElection Lab is at http://127.0.0.1:{port}/");
            println!("It is rebuilt when a source changes; reload to see it. Ctrl+C ends it.");
        }
        sleep(Duration::from_millis(100));
    }
}

fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let wait = Duration::from_secs(1);
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_named_together_with_the_way_out() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let sentence = check_port(port).unwrap_err().sentence;
        assert!(sentence.contains(&format!("Port {port} is busy")), "{sentence}");
        assert!(sentence.contains("--port"), "{sentence}");
        drop(taken);
        assert!(check_port(port).is_ok());
    }
}
