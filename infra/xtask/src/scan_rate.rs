//! `cargo xtask scan-rate`: how many pictures the shipped scanner reads, and how fast.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::e2e;
use crate::scan;
use crate::steps::Steps;
use crate::stop::{About, Done};
use crate::tool;

/// Measure how many pictures the shipped scanner reads, and how fast.
#[derive(clap::Args)]
pub struct Options {
    /// Pictures N.png with what each says in N.txt, here or in folders; those named after ISBN or EAN
    /// are read as numbers of articles, all others as labels.
    #[arg(long)]
    dir: PathBuf,
}

pub fn run(root: &Path, options: &Options) -> Done {
    let mut steps = Steps::of(e2e::SET_UP_STEPS + 3);
    let chromium = e2e::set_up(root, &mut steps)?;
    steps.step("zxing-wasm", || scan::packages(root))?;
    let folder = root.join("target/scan");
    steps.step("the scanner's files", || scan::lay(root, &folder))?;
    let dir = options.dir.canonicalize().about(&options.dir)?;
    steps.step("the pictures", || {
        let mut node = Command::new(tool::demand("node", "install Node.js")?);
        node.current_dir(root.join("tests/e2e"))
            .env("CHROMIUM", &chromium)
            .arg("scan/rate.mjs")
            .arg(&folder)
            .arg(&dir);
        tool::run(&mut node, "the pictures could not be read")
    })
}
