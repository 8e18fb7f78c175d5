//! `cargo xtask e2e`: the browser tests in `tests/e2e`, against a server they start themselves.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{self, Profile};
use crate::setup::{self, browser, npm};
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::Done;
use crate::tool;

/// Steps [`set_up`] takes.
pub const SET_UP_STEPS: usize = 2;
/// Steps [`play`] takes.
pub const PLAY_STEPS: usize = 2;
/// What has to pass before a change is kept: all but the screenshots.
pub const JOURNEYS: &[&str] = &[
    "market/",
    "identity/",
    "desk/",
    "notify/",
    "time/",
    "access/",
];

/// Build what is needed and run the browser tests.
#[derive(clap::Args)]
pub struct Options {
    /// Only the tests of this context, such as `market`.
    context: Option<String>,
}

pub fn run(root: &Path, options: &Options) -> Done {
    let mut steps = Steps::of(setup::STEPS + SET_UP_STEPS + site::STEPS + PLAY_STEPS);
    let kit = setup::ready(root, &mut steps)?;
    let chromium = set_up(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    play(root, &chromium, options.context.as_slice(), &mut steps)?;
    println!("browser tests passed in {}", spent(steps.elapsed()));
    Ok(())
}

/// Finds or installs Chromium and Playwright.
pub fn set_up(root: &Path, steps: &mut Steps) -> Done<PathBuf> {
    let chromium = steps.step("Chromium and a Chinese font", browser::chromium)?;
    steps.step("Playwright", || npm::packages(&folder(root)))?;
    Ok(chromium)
}

/// Builds the server and lets Playwright drive it. `contexts` narrow the tests to theirs.
pub fn play<S: AsRef<OsStr>>(
    root: &Path,
    chromium: &Path,
    contexts: &[S],
    steps: &mut Steps,
) -> Done {
    let linli = steps.step("the server", || server::build(root, Profile::Dev))?;
    steps.step("browser tests", || {
        let mut npx = Command::new("npx");
        npx.current_dir(folder(root))
            .envs(server::variables(root, &linli))
            .env("CHROMIUM", chromium)
            .args(["--no", "playwright", "test"])
            .args(contexts);
        tool::run(&mut npx, "the browser tests failed")
    })
}

fn folder(root: &Path) -> PathBuf {
    root.join("tests/e2e")
}
