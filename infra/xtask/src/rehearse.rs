//! `cargo xtask rehearse`: a community served by the functions for AWS, on this machine.

use std::path::Path;

use crate::steps::{Steps, spent};
use crate::stop::Done;
use crate::tool;

/// The programs of the crate `lambda`.
const FUNCTIONS: [&str; 5] = ["door_events", "identity", "market", "relay", "sweeper"];
const PLAY: &str = "cargo test --workspace --test all rehearsal:: -- --show-output";

/// Build the functions for AWS and play sign-in, booking, redemption, loan and alert through them.
#[derive(clap::Args)]
pub struct Options {}

pub fn run(root: &Path, _: &Options) -> Done {
    let mut steps = Steps::of(2);
    steps.step("the functions", || build(root))?;
    steps.step(PLAY, || {
        let mut cargo = tool::cargo(root);
        cargo.args(PLAY.split(' ').skip(1));
        tool::run(&mut cargo, "the rehearsal failed")
    })?;
    println!("rehearsed in {}", spent(steps.elapsed()));
    Ok(())
}

fn build(root: &Path) -> Done {
    let mut cargo = tool::cargo(root);
    // The whole workspace decides on features: what the tests built serves here too.
    cargo.args(["build", "--workspace"]);
    for function in FUNCTIONS {
        cargo.args(["--bin", function]);
    }
    tool::run(&mut cargo, "the functions did not compile")
}
