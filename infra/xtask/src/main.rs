//! `cargo xtask`: sets up, builds, tests, measures, packages and starts Linli.
//!
//! Reading order: `dev` and `test` are the two ways through; `setup` brings the tools, `site` makes the wasm apps,
//! `server` the native program, `package` the functions for AWS. `tool` runs other programs, `steps` reports, `stop` is the one error.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::stop::{Done, Stop};

mod bench;
mod build;
mod cost;
mod dev;
mod e2e;
mod engine;
mod fingerprint;
mod health;
mod package;
mod parts;
mod press;
mod prove;
mod rehearse;
mod scan;
mod scan_rate;
mod server;
mod setup;
mod sheets;
mod shell;
mod site;
mod steps;
mod stop;
mod supply;
mod test;
mod tool;

/// Sets up, builds, tests, measures, packages and starts Linli.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Verb {
    Dev(dev::Options),
    Test(test::Options),
    E2e(e2e::Options),
    Bench(bench::Options),
    ScanRate(scan_rate::Options),
    Build(build::Options),
    Package(package::Options),
    Supply(supply::Options),
    Cost(cost::Options),
    Rehearse(rehearse::Options),
    Prove(prove::Options),
}

fn main() -> ExitCode {
    let verb = Verb::parse();
    match root().and_then(|root| match verb {
        Verb::Dev(options) => dev::run(&root, &options),
        Verb::Test(options) => test::run(&root, &options),
        Verb::E2e(options) => e2e::run(&root, &options),
        Verb::Bench(options) => bench::run(&root, &options),
        Verb::ScanRate(options) => scan_rate::run(&root, &options),
        Verb::Build(options) => build::run(&root, &options),
        Verb::Package(options) => package::run(&root, &options),
        Verb::Supply(options) => supply::run(&root, &options),
        Verb::Cost(options) => cost::run(&root, &options),
        Verb::Rehearse(options) => rehearse::run(&root, &options),
        Verb::Prove(options) => prove::run(&root, &options),
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("\nstopped: {stop}");
            ExitCode::FAILURE
        }
    }
}

/// The checkout this was called in.
fn root() -> Done<PathBuf> {
    let here = env::current_dir()
        .map_err(|error| Stop::because(format!("there is no current folder: {error}")))?;
    here.ancestors()
        .find(|folder| folder.join("infra/xtask/Cargo.toml").exists())
        .map(PathBuf::from)
        .ok_or_else(|| Stop::because("this is not inside a checkout of Linli"))
}
