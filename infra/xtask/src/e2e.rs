//! `cargo xtask e2e`: the browser tests in `tests/e2e`, against a server they start themselves.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{self, Profile};
use crate::setup::{self, browser, npm};
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::{About, Done, Stop};
use crate::tool;

/// Steps [`set_up`] takes.
pub const SET_UP_STEPS: usize = 2;
/// Steps [`play`] takes.
pub const PLAY_STEPS: usize = 2;
/// What has to pass before a change is kept: all but the screenshots and what is only measured.
pub const JOURNEYS: &[&str] = &[
    "market/",
    "points/",
    "library/",
    "identity/",
    "desk/",
    "notify/",
    "time/",
    "watch/",
    "care/",
    "access/",
];

/// On which sizes of screen the tests are played.
#[derive(Clone, Copy)]
pub enum Sizes {
    /// Each at the one it is usually made at.
    Usual,
    Both,
}

impl Sizes {
    fn name(self) -> &'static str {
        match self {
            Sizes::Usual => "usual",
            Sizes::Both => "both",
        }
    }
}

/// Build what is needed and run the browser tests.
#[derive(clap::Args)]
pub struct Options {
    /// Only the tests of this context, such as `market`, or of files with this in their path.
    context: Option<String>,
    /// Each test on a phone and on a desktop, and not only at the size it is usually made at.
    #[arg(long)]
    both_sizes: bool,
}

pub fn run(root: &Path, options: &Options) -> Done {
    if let Some(context) = &options.context {
        refuse_unknown(&folder(root), context)?;
    }
    let mut steps = Steps::of(setup::STEPS + SET_UP_STEPS + site::STEPS + PLAY_STEPS);
    let kit = setup::ready(root, &mut steps)?;
    let chromium = set_up(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    let sizes = if options.both_sizes {
        Sizes::Both
    } else {
        Sizes::Usual
    };
    play(
        root,
        &chromium,
        options.context.as_slice(),
        sizes,
        &mut steps,
    )?;
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
    sizes: Sizes,
    steps: &mut Steps,
) -> Done {
    let linli = steps.step("the server", || server::build(root, Profile::Dev))?;
    steps.step("browser tests", || {
        let mut npx = Command::new("npx");
        npx.current_dir(folder(root))
            .envs(server::variables(root, &linli))
            .env("CHROMIUM", chromium)
            .env("E2E_SIZES", sizes.name())
            .args(["--no", "playwright", "test"])
            .args(contexts);
        tool::run(&mut npx, "the browser tests failed")
    })
}

/// Says which contexts there are where no test has that name.
fn refuse_unknown(folder: &Path, context: &str) -> Done {
    let mut contexts = Vec::new();
    for entry in fs::read_dir(folder).about(folder)? {
        let path = entry.about(folder)?.path();
        let specs = specs(&path);
        if specs.iter().any(|spec| spec.contains(context)) {
            return Ok(());
        }
        let name = path.file_name().unwrap_or_default();
        if !specs.is_empty() {
            contexts.push(name.to_string_lossy().into_owned());
        }
    }
    contexts.sort();
    Err(Stop::because(format!(
        "there are no browser tests named {context}; there are: {}",
        contexts.join(", ")
    )))
}

/// `context/name.spec.ts` of each file of tests in one folder.
fn specs(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let name = |file: fs::DirEntry| {
        let file = file.file_name().to_string_lossy().into_owned();
        let context = folder.file_name()?.to_string_lossy();
        file.ends_with(".spec.ts")
            .then(|| format!("{context}/{file}"))
    };
    files.filter_map(name).collect()
}

fn folder(root: &Path) -> PathBuf {
    root.join("tests/e2e")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_no_test_has_is_answered_with_those_there_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for file in [
            "market/book.spec.ts",
            "desk/import.spec.ts",
            "support/run.ts",
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "").expect("written");
        }
        for known in ["market", "market/", "import"] {
            assert!(refuse_unknown(folder.path(), known).is_ok(), "{known}");
        }
        let said = refuse_unknown(folder.path(), "markets").err();
        let said = said.expect("refused").to_string();
        assert!(said.ends_with("there are: desk, market"), "{said}");
    }
}
