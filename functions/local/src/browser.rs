//! Opening the person's browser, where there is one.

use std::env;
use std::process::{Command, Stdio};

/// Asks the desktop to show an address. Without a desktop, or without a browser, nothing happens.
pub fn show(url: &str) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some());
    if !desktop {
        return;
    }
    let asked = Command::new("xdg-open")
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Ok(mut child) = asked {
        std::thread::spawn(move || child.wait());
    }
}
