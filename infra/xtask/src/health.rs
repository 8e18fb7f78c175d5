//! Waiting until a started server answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use crate::stop::{Done, Stop};

const PATIENCE: Duration = Duration::from_secs(60 * 60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Returns when `/v1/health` on this port answers 200, or stops when the process ends first.
pub fn answers(port: u16, process: &mut Child) -> Done {
    let begun = Instant::now();
    while !is_well(port) {
        if process.try_wait().is_ok_and(|ended| ended.is_some()) {
            return Err(Stop::because("the server ended before it answered"));
        }
        if begun.elapsed() > PATIENCE {
            return Err(Stop::because("the server did not answer within an hour"));
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(())
}

/// A port nobody listens on just now.
pub fn free_port() -> Done<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Stop::because(format!("no free port: {error}")))
}

/// Returns when the first page and the app it names have arrived, or stops where one does not.
pub fn shows(port: u16) -> Done {
    let page = get(port, "/").ok_or_else(|| Stop::because("the server gave no first page"))?;
    let app = app_of(&page).ok_or_else(|| Stop::because("the first page names no app"))?;
    match get(port, app) {
        Some(_) => Ok(()),
        None => Err(Stop::because(format!("the server did not give {app}"))),
    }
}

/// The path of the WebAssembly that a page names.
fn app_of(page: &str) -> Option<&str> {
    page.split(['"', '\''])
        .find(|text| text.starts_with('/') && text.ends_with(".wasm"))
}

fn is_well(port: u16) -> bool {
    get(port, "/v1/health").is_some()
}

/// What is answered with 200, head and body, as far as it is text.
fn get(port: u16, path: &str) -> Option<String> {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().ok()?;
    answer
        .starts_with(b"HTTP/1.1 200")
        .then(|| String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_app() {
        let page =
            r#"<link rel="preload" href="/resident-1_bg.wasm" as="fetch"><script>import "/a.js""#;
        assert_eq!(app_of(page), Some("/resident-1_bg.wasm"));
        assert_eq!(app_of("<p>not built"), None);
    }
}
