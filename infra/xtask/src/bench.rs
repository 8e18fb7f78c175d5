//! `cargo xtask bench`: where the README's figures come from.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::health;
use crate::server::{self, Profile};
use crate::setup;
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::{Done, Stop};
use crate::tool;

/// Measure the release server, the first screens and the way to a running Linli.
#[derive(clap::Args)]
pub struct Options {
    /// Only the benchmarks of this context, such as `market`.
    context: Option<String>,
    /// Also time `cargo xtask dev` in a fresh clone with nothing compiled.
    #[arg(long)]
    cold: bool,
}

pub fn run(root: &Path, options: &Options) -> Done {
    let mut steps = Steps::of(setup::STEPS + site::STEPS + 4 + usize::from(options.cold));
    let kit = setup::ready(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    let linli = steps.step("the server, for release", || {
        server::build(root, Profile::Release)
    })?;
    steps.step("benchmarks", || {
        let mut cargo = tool::cargo(root);
        cargo
            .args(["bench", "-p", "acceptance", "--"])
            .args(&options.context)
            .envs(server::variables(root, &linli));
        tool::run(&mut cargo, "a benchmark failed")
    })?;
    steps.step("size of the first screens", || site::weigh(root))?;
    let warm = steps.step("warm start: `cargo xtask dev` with nothing changed", || {
        server::build(root, Profile::Dev)?;
        time_to_health(&mut tool::cargo(root))
    })?;
    let cold = if options.cold {
        Some(
            steps.step("cold start: `cargo xtask dev` in a fresh clone", || {
                in_fresh_clone(root)
            })?,
        )
    } else {
        None
    };
    println!("warm start to /v1/health: {}", spent(warm));
    if let Some(cold) = cold {
        println!("cold start to /v1/health, tools installed: {}", spent(cold));
    }
    Ok(())
}

/// Clones the committed state and starts it there.
fn in_fresh_clone(root: &Path) -> Done<Duration> {
    let clone = tool::scratch("cold")?;
    let timed = tool::run(
        Command::new("git")
            .args(["clone", "--quiet"])
            .arg(root)
            .arg(&clone),
        "git could not clone this checkout",
    )
    .and_then(|()| {
        time_to_health(tool::cargo(&clone).env("CARGO_TARGET_DIR", clone.join("target")))
    });
    tool::remove(&clone)?;
    timed
}

/// From typing `cargo xtask dev` until the server answers; then ends it.
fn time_to_health(cargo: &mut Command) -> Done<Duration> {
    let data = tool::scratch("bench-data")?;
    let port = health::free_port()?;
    let begun = Instant::now();
    let mut process = cargo
        .args([
            "xtask",
            "dev",
            "--no-open",
            "--port",
            &port.to_string(),
            "--data",
        ])
        .arg(&data)
        .spawn()
        .map_err(|error| Stop::because(format!("cargo could not be started: {error}")))?;
    let timed = health::answers(port, &mut process).map(|()| begun.elapsed());
    let ended = process.kill().and_then(|()| process.wait());
    tool::remove(&data)?;
    ended.map_err(|error| Stop::because(format!("the server could not be ended: {error}")))?;
    timed
}
