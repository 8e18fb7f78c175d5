//! `cargo xtask supply`: what Linli is made of besides itself. A bill of materials (CycloneDX) for each thing that is
//! shipped, the checks of cargo-deny where that is installed, and what RustSec and npm know against what it is made of,
//! where they answer.

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
    /// Stop where cargo-deny is not installed, or RustSec or npm does not answer, instead of leaving their checks out,
    /// and for whatever npm knows against what only tests use
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
/// Where packages of npm are locked, and whether they are shipped.
const LOCKED: [(&str, bool); 2] = [("frontend/scan", true), ("tests/e2e", false)];

/// Steps [`look`] takes.
pub const STEPS: usize = SHIPPED.len() + 2;

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
    steps.step("cargo deny", || deny(root, strict))?;
    steps.step("npm audit", || audit(root, strict))
}

fn audit(root: &Path, strict: bool) -> Done {
    for (folder, shipped) in LOCKED {
        match known(&asked(root, folder)) {
            Some(0) => println!("  npm knows nothing against what {folder} takes"),
            Some(count) => {
                let found = format!(
                    "npm knows {count} flaws in what {folder} takes; `npm audit` there says which"
                );
                if shipped || strict {
                    return Err(Stop::because(found));
                }
                println!("  {found}");
            }
            None => {
                let left_out = format!(
                    "npm was not there, or does not answer what is known against what {folder} takes"
                );
                if strict {
                    return Err(Stop::because(left_out));
                }
                println!("  {left_out}");
            }
        }
    }
    Ok(())
}

/// What npm says about a lock file, as JSON. It ends with another status than zero where it knows something.
fn asked(root: &Path, folder: &str) -> String {
    let Some(npm) = tool::on_path("npm") else {
        return String::new();
    };
    let said = Command::new(npm)
        .args(["audit", "--package-lock-only", "--json"])
        .args(["--fetch-retries=0", "--fetch-timeout=20000"])
        .current_dir(root.join(folder))
        .output();
    said.map_or_else(
        |_| String::new(),
        |said| String::from_utf8_lossy(&said.stdout).into_owned(),
    )
}

/// How many flaws it knows; `None` where it was not answered.
fn known(said: &str) -> Option<u64> {
    let said: Value = serde_json::from_str(said).ok()?;
    said["metadata"]["vulnerabilities"]["total"].as_u64()
}

fn deny(root: &Path, strict: bool) -> Done {
    if tool::on_path("cargo-deny").is_none() {
        let left_out = "cargo-deny is not installed (cargo install cargo-deny): RustSec was not asked; licences, sources and bans are looked at by `cargo test -p acceptance --test all dependencies`";
        if strict {
            return Err(Stop::because(left_out));
        }
        println!("  {left_out}");
        return Ok(());
    }
    let mut cargo = tool::cargo(root);
    cargo.args(["deny", "check", "bans", "licenses", "sources"]);
    tool::run(&mut cargo, "cargo deny found something to mend")?;
    advisories(root, strict)
}

/// What RustSec knows against the crates. Its database is fetched from GitHub, which not every machine reaches.
fn advisories(root: &Path, strict: bool) -> Done {
    let mut cargo = tool::cargo(root);
    cargo.args(["deny", "check", "advisories"]);
    let said = cargo.output().map_or_else(
        |_| String::new(),
        |said| String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned(),
    );
    match is_clean(&said) {
        Some(true) => println!("  RustSec knows nothing against these crates"),
        Some(false) => {
            println!("{said}");
            return Err(Stop::because("RustSec knows something against a crate"));
        }
        None => {
            let left_out = "cargo-deny could not fetch RustSec's database from GitHub: what it knows against these crates was not looked at";
            if strict {
                return Err(Stop::because(left_out));
            }
            println!("  {left_out}");
        }
    }
    Ok(())
}

/// By the line that cargo-deny ends with; `None` where it did not come so far.
fn is_clean(said: &str) -> Option<bool> {
    match (
        said.contains("advisories FAILED"),
        said.contains("advisories ok"),
    ) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
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

    #[test]
    fn what_npm_knows_is_told_from_no_answer() {
        let answered = |total: u64| {
            let counts = serde_json::json!({ "high": total, "total": total });
            serde_json::json!({ "metadata": { "vulnerabilities": counts } }).to_string()
        };
        assert_eq!(known(&answered(0)), Some(0));
        assert_eq!(known(&answered(2)), Some(2));
        for silent in [
            "",
            "npm warn",
            r#"{ "message": "405 Method Not Allowed", "error": { "summary": "" } }"#,
        ] {
            assert_eq!(known(silent), None, "{silent}");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (folder, _) in LOCKED {
            assert!(root.join(folder).join("package-lock.json").is_file());
        }
    }

    #[test]
    fn what_rustsec_knows_is_told_from_no_answer() {
        assert_eq!(is_clean("advisories ok\n"), Some(true));
        let found = "error[vulnerability]: a flaw\n\nadvisories FAILED\n";
        assert_eq!(is_clean(found), Some(false));
        for silent in [
            "",
            "2026-11-28 14:00:00 [ERROR] failed to fetch advisory database https://github.com/rustsec/advisory-db\n",
            "error: no such command: `deny`",
        ] {
            assert_eq!(is_clean(silent), None, "{silent}");
        }
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
            "const LICENCES: [&str; 11] = [",
        );
        assert_eq!(denied, tested);
    }
}
