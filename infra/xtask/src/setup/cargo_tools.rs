//! Trunk and wasm-bindgen: programs Cargo builds, once per person.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{Done, Stop};
use crate::tool;

/// Later ones want a newer compiler than `rust-version` names.
pub const TRUNK: &str = "0.21.14";

/// A tool need not be optimised: this takes half the time.
const QUICK: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

pub fn trunk() -> Done<PathBuf> {
    found_or_built("trunk", "trunk", TRUNK)
}

/// Exactly the version of the crate that Cargo.lock names, or the two do not understand each other.
pub fn wasm_bindgen(lock: &str) -> Done<PathBuf> {
    let version = locked_version(lock, "wasm-bindgen")
        .ok_or_else(|| Stop::because("Cargo.lock names no version of wasm-bindgen"))?;
    found_or_built("wasm-bindgen", "wasm-bindgen-cli", version)
}

/// Finds a program of this version, or builds it: into Cargo's usual place when that is free,
/// else into our cache, so that a version somebody else relies on stays where it is.
fn found_or_built(program: &str, package: &str, version: &str) -> Done<PathBuf> {
    let usual = tool::cargo_bin().join(program);
    let root = tool::cache().join(format!("{package}-{version}"));
    let ours = root.join("bin").join(program);
    let candidates = [
        Some(usual.clone()),
        tool::on_path(program),
        Some(ours.clone()),
    ];
    if let Some(found) = candidates
        .into_iter()
        .flatten()
        .find(|file| is_version(file, version))
    {
        return Ok(found);
    }
    let taken = usual.exists();
    println!("  building {package} {version}; this happens once and takes some minutes");
    let install = |locked: &[&str]| {
        let mut cargo = tool::of_toolchain("cargo", None);
        cargo
            .args(["install", package, "--version", version])
            .args(locked)
            .envs(QUICK);
        if taken {
            cargo.arg("--root").arg(&root);
        }
        tool::run(
            &mut cargo,
            &format!("cargo could not install {package} {version}"),
        )
    };
    // The lock file inside the package may name crates newer than a lagging registry mirror has.
    install(&["--locked"]).or_else(|_| {
        println!("  once more, without the lock file inside {package}");
        install(&[])
    })?;
    Ok(if taken { ours } else { usual })
}

fn is_version(program: &Path, version: &str) -> bool {
    program.exists()
        && tool::answer(Command::new(program).arg("--version"))
            .is_some_and(|said| said.split_whitespace().any(|word| word == version))
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";

    #[test]
    fn the_lock_file_names_one_version_per_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }
}
