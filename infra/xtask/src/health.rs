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

fn is_well(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(
            b"GET /v1/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(String::from_utf8_lossy(&status).into_owned())
    };
    ask().is_ok_and(|status| status == "HTTP/1.1 200")
}
