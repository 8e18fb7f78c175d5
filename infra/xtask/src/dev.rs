//! `cargo xtask dev`: from a fresh checkout to a running Linli, in one process that this one becomes.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf, absolute};
use std::process::Command;

use crate::server::{self, Profile};
use crate::setup;
use crate::site::{self, DESK, RESIDENT};
use crate::steps::{Steps, spent};
use crate::stop::{About, Done, Stop};

/// Set up what is missing, build what changed and start Linli.
#[derive(clap::Args)]
pub struct Options {
    /// Where the server listens.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the server keeps its data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
    /// Leave the browser alone.
    #[arg(long)]
    no_open: bool,
}

pub fn run(root: &Path, options: &Options) -> Done {
    let data = absolute(&options.data).about(&options.data)?;
    refuse_taken(options.port, &data)?;
    let mut steps = Steps::of(setup::STEPS + site::STEPS + 1);
    let kit = setup::ready(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    let linli = steps.step("the server", || server::build(root, Profile::Dev))?;
    println!(
        "ready in {}, starting Linli on port {}",
        spent(steps.elapsed()),
        options.port
    );

    let mut serve = Command::new(linli);
    serve
        .current_dir(root)
        .arg("serve")
        .arg("--port")
        .arg(options.port.to_string())
        .arg("--data")
        .arg(data);
    serve
        .arg("--site")
        .arg(root.join(RESIDENT.dist))
        .arg("--desk")
        .arg(root.join(DESK.dist));
    if options.no_open {
        serve.arg("--no-open");
    }
    // Returns only when it could not become the server, so every signal reaches the server itself.
    let error = serve.exec();
    Err(Stop::because(format!(
        "the server could not be started: {error}"
    )))
}

/// Says at once what the server would only say after everything was built.
fn refuse_taken(port: u16, data: &Path) -> Done {
    if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        let why = match error.kind() {
            ErrorKind::AddrInUse => "another program listens there".to_owned(),
            _ => error.to_string(),
        };
        return Err(Stop::because(format!(
            "port {port} cannot be had: {why}; choose another with --port"
        )));
    }
    if data.exists() && !data.is_dir() {
        return Err(Stop::because(format!(
            "{} is not a folder; choose another with --data",
            data.display()
        )));
    }
    let lock = File::open(data.join("lock")).map(|lock| lock.try_lock());
    match lock {
        Ok(Err(TryLockError::WouldBlock)) => Err(Stop::because(format!(
            "another Linli is using the data in {}; stop it first or choose another --data",
            data.display()
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_named_before_anything_is_built() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listening.local_addr().expect("an address").port();
        let why = |port, data: &Path| refuse_taken(port, data).err().map(|stop| stop.to_string());
        let said = why(port, folder.path()).expect("taken");
        assert!(
            said.contains(&format!("port {port} cannot be had")),
            "{said}"
        );
        drop(listening);

        let file = folder.path().join("lock");
        let lock = File::create(&file).expect("made");
        assert_eq!(why(port, folder.path()), None);
        assert!(why(port, &file).expect("a file").contains("not a folder"));
        lock.lock().expect("locked");
        let said = why(port, folder.path()).expect("in use");
        assert!(said.contains("another Linli"), "{said}");
    }
}
