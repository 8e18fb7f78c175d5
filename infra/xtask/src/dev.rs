//! `cargo xtask dev`: from a fresh checkout to a running Linli, in one process that this one becomes.

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
