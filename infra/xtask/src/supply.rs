//! `cargo xtask supply`: what Linli is made of besides itself. A bill of materials (CycloneDX) for each thing that is
//! shipped, and the checks of cargo-deny where that is installed.

mod bill;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::steps::{Steps, spent};
use crate::stop::{About, Done, Stop};
use crate::tool;

/// Write down what is shipped with Linli, and check licences, sources and bans.
#[derive(clap::Args)]
pub struct Options {
    /// Stop where cargo-deny is not installed, instead of leaving its checks out
    #[arg(long)]
    strict: bool,
}

/// What is shipped: its name, the package it is made from, and what it runs on.
const SHIPPED: [(&str, &str, &str); 3] = [
    ("functions", "lambda", "x86_64-unknown-linux-gnu"),
    ("linli", "local", "x86_64-unknown-linux-gnu"),
    ("apps", "frontend", "wasm32-unknown-unknown"),
];
const BILLS: &str = "target/bills";
const SCAN: &str = "frontend/scan/package-lock.json";

/// Steps [`look`] takes.
pub const STEPS: usize = SHIPPED.len() + 1;

pub fn run(root: &Path, options: &Options) -> Done {
    let mut steps = Steps::of(STEPS);
    look(root, options.strict, &mut steps)?;
    println!("looked through in {}", spent(steps.elapsed()));
    Ok(())
}

/// Writes the bills, and asks cargo-deny. `strict`: it has to be there.
pub fn look(root: &Path, strict: bool, steps: &mut Steps) -> Done {
    let file = root.join("Cargo.lock");
    let lock = fs::read_to_string(&file).about(&file)?;
    let checksums = checksums(&lock);
    let folder = root.join(BILLS);
    fs::create_dir_all(&folder).about(&folder)?;
    for (name, package, target) in SHIPPED {
        steps.step(&format!("bill of materials: {name}"), || {
            let metadata = metadata(root, target)?;
            let mut bill = bill::of(&metadata, package, &checksums)
                .ok_or_else(|| Stop::because(format!("cargo says nothing of {package}")))?;
            if name == "apps" {
                bill.add_npm(&json(&root.join(SCAN))?);
            }
            let file = folder.join(format!("{name}.cdx.json"));
            println!("  {} parts: {}", bill.count(), file.display());
            fs::write(&file, bill.text()).about(&file)
        })?;
    }
    steps.step("cargo deny", || deny(root, strict))
}

fn deny(root: &Path, strict: bool) -> Done {
    if tool::on_path("cargo-deny").is_none() {
        let left_out = "cargo-deny is not installed (cargo install cargo-deny): bans were not checked; licences and sources are, by `cargo test -p acceptance --test all dependencies`";
        if strict {
            return Err(Stop::because(left_out));
        }
        println!("  {left_out}");
        return Ok(());
    }
    let mut cargo = tool::cargo(root);
    cargo.args(["deny", "check", "bans", "licenses", "sources"]);
    tool::run(&mut cargo, "cargo deny found something to mend")
}

fn metadata(root: &Path, target: &str) -> Done<Value> {
    let mut cargo: Command = tool::cargo(root);
    cargo.args(["metadata", "--format-version=1", "--locked"]);
    cargo.args(["--filter-platform", target]);
    let said = tool::answer(&mut cargo);
    let said = said.ok_or_else(|| Stop::because("cargo metadata failed"))?;
    serde_json::from_str(&said)
        .map_err(|error| Stop::because(format!("cargo metadata said no JSON: {error}")))
}

fn json(file: &Path) -> Done<Value> {
    let text = fs::read_to_string(file).about(file)?;
    serde_json::from_str(&text)
        .map_err(|error| Stop::because(format!("{}: {error}", file.display())))
}

/// SHA-256 of each package that was downloaded, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key));
        line.map(|text| text.trim_matches('"').to_owned())
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter_map(|block| {
            let named = (value(block, "name = ")?, value(block, "version = ")?);
            Some((named, value(block, "checksum = ")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry\"\nchecksum = \"abc\"\n";
        let sums = checksums(lock);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[&("serde".to_owned(), "1.0.1".to_owned())], "abc");
    }

    /// The tests and cargo-deny go by one list.
    #[test]
    fn licences_are_the_same_in_both_places() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let list = |file: &str, from: &str| -> Vec<String> {
            let text = fs::read_to_string(root.join(file)).expect("it is there");
            let (_, rest) = text.split_once(from).expect("the list is there");
            let (list, _) = rest.split_once(']').expect("it has an end");
            let quoted = list.split('"').skip(1).step_by(2);
            quoted.map(str::to_owned).collect()
        };
        let denied = list("deny.toml", "allow = [");
        assert!(denied.len() > 5);
        let tested = list(
            "tests/all/dependencies.rs",
            "const LICENCES: [&str; 12] = [",
        );
        assert_eq!(denied, tested);
    }
}
