//! `cargo xtask bench`: where the published figures come from.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::health;
use crate::package;
use crate::server::{self, Profile};
use crate::setup;
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::{Done, Stop};
use crate::tool;

/// Measure the release server, the first screens and the way to a running Linli.
#[derive(clap::Args)]
pub struct Options {
    /// Only these, without the sizes and the starts; all if nothing is named.
    what: Option<Figures>,
    /// Also time `cargo xtask dev` in a fresh clone with nothing compiled.
    #[arg(long, conflicts_with = "what")]
    cold: bool,
}

/// One benchmark, or those of a context.
#[derive(Clone, Copy, ValueEnum)]
enum Figures {
    /// `booking` and `slots`.
    Market,
    /// A booking over HTTP, beside its bare transaction.
    Booking,
    /// Free times of two weeks.
    Slots,
    /// Mixed requests at a steady rate.
    Load,
    /// Kills, and what was acknowledged before them.
    Crash,
    /// `redemption`, `statement` and `spread`.
    Points,
    /// A redemption over HTTP, beside its bare transaction.
    Redemption,
    /// The first page of a long statement.
    Statement,
    /// Redemptions of different people at a steady rate, and how many got in each other's way.
    Spread,
    /// An import of 10,000 titles, and searches among them.
    LibrarySearch,
    /// Decisions, events and passes of the sweeper among many who are watched over.
    Watch,
    /// A thousand months of communities from seeds, against an oracle.
    Sim,
    /// Whom somebody looked at, of ten thousand looks.
    Looks,
    /// From the start of each function for AWS until it asks for its first event, beside one that does nothing.
    Starts,
}

impl Figures {
    /// As `tests/bench/main.rs` knows them.
    fn names(self) -> &'static [&'static str] {
        match self {
            Figures::Market => &["booking", "slots"],
            Figures::Booking => &["booking"],
            Figures::Slots => &["slots"],
            Figures::Load => &["load"],
            Figures::Crash => &["crash"],
            Figures::Points => &["redemption", "statement", "spread"],
            Figures::Redemption => &["redemption"],
            Figures::Statement => &["statement"],
            Figures::Spread => &["spread"],
            Figures::LibrarySearch => &["library-search"],
            Figures::Watch => &["watch"],
            Figures::Sim => &["sim"],
            Figures::Looks => &["looks"],
            Figures::Starts => &["starts"],
        }
    }
}

pub fn run(root: &Path, options: &Options) -> Done {
    match options.what {
        Some(what) => measure(root, what.names(), &mut Steps::of(MEASURE_STEPS)),
        None => everything(root, options.cold),
    }
}

/// Steps [`measure`] takes.
const MEASURE_STEPS: usize = 2;

/// Runs the benchmarks of these names, or all where none is named.
fn measure(root: &Path, names: &[&str], steps: &mut Steps) -> Done {
    let linli = steps.step("the server, for release", || {
        server::build(root, Profile::Release)
    })?;
    steps.step("benchmarks", || {
        let mut cargo = tool::cargo(root);
        if names.is_empty() || names.contains(&"starts") {
            let programs = package::programs(root)?;
            package::hello(root, &programs)?;
            cargo.env("LINLI_FUNCTIONS", programs);
        }
        cargo
            .args(["bench", "--workspace", "--bench", "figures", "--"])
            .args(names)
            .envs(server::variables(root, &linli));
        tool::run(&mut cargo, "a benchmark failed")
    })
}

fn everything(root: &Path, with_cold: bool) -> Done {
    let starts = 1 + usize::from(with_cold);
    let mut steps = Steps::of(setup::STEPS + site::STEPS + MEASURE_STEPS + 1 + starts);
    let kit = setup::ready(root, &mut steps)?;
    site::build(root, &kit, &mut steps)?;
    measure(root, &[], &mut steps)?;
    steps.step("size of the first screens", || site::weigh(root))?;
    let warm = steps.step("warm start: `cargo xtask dev` with nothing changed", || {
        server::build(root, Profile::Dev)?;
        time_to_page(&mut tool::cargo(root))
    })?;
    let cold = if with_cold {
        Some(
            steps.step("cold start: `cargo xtask dev` in a fresh clone", || {
                in_fresh_clone(root)
            })?,
        )
    } else {
        None
    };
    println!("warm start to the first page: {}", spent(warm));
    if let Some(cold) = cold {
        println!(
            "cold start to the first page, tools installed: {}",
            spent(cold)
        );
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
    .and_then(|()| time_to_page(tool::cargo(&clone).env("CARGO_TARGET_DIR", clone.join("target"))));
    tool::remove(&clone)?;
    timed
}

/// From typing `cargo xtask dev` until the server answers, gives the first page and its app; then
/// ends it.
fn time_to_page(cargo: &mut Command) -> Done<Duration> {
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
    let timed = health::answers(port, &mut process)
        .and_then(|()| health::shows(port))
        .map(|()| begun.elapsed());
    let ended = process.kill().and_then(|()| process.wait());
    tool::remove(&data)?;
    ended.map_err(|error| Stop::because(format!("the server could not be ended: {error}")))?;
    timed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_can_be_named_is_measured() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bench");
        for figures in Figures::value_variants() {
            assert!(!figures.names().is_empty());
            for name in figures.names() {
                let file = folder.join(format!("{}.rs", name.replace('-', "_")));
                assert!(file.is_file(), "{} is not there", file.display());
            }
        }
    }
}
