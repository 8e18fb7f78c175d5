//! `cargo xtask build`: everything as it is shipped.

use std::path::Path;

use crate::server::{self, Profile};
use crate::setup;
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::Done;

/// Build both wasm apps and the server for release.
#[derive(clap::Args)]
pub struct Options {
    /// Only the apps, and what their first screens weigh
    #[arg(long)]
    apps: bool,
}

pub fn run(root: &Path, options: &Options) -> Done {
    let mut steps = Steps::of(setup::STEPS + site::STEPS + 1);
    let kit = setup::ready(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    if options.apps {
        return steps.step("what the first screens weigh", || site::weigh(root));
    }
    let linli = steps.step("the server, for release", || {
        server::build(root, Profile::Release)
    })?;
    for app in &site::APPS {
        println!("{} app: {}", app.name, app.dist);
    }
    println!(
        "server: {}",
        linli.strip_prefix(root).unwrap_or(&linli).display()
    );
    println!("built in {}", spent(steps.elapsed()));
    Ok(())
}
