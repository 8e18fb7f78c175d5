//! The programs the wasm build and the browser tests need, each installed once per person or machine.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{About, Done, Stop};
use crate::tool;

/// Trunk 0.22 and later want a newer compiler than `rust-version` names.
pub const TRUNK: &str = "0.21.14";
/// Debian's binaryen is too old for what today's rustc emits.
pub const BINARYEN: &str = "132.0.0";
const NPM_NEED: &str = "install Node.js with npm (on Debian: apt-get install nodejs npm)";

/// Trunk, wherever it was found or installed.
pub fn trunk() -> Done<PathBuf> {
    // A tool need not be optimised: this takes half the time.
    let quick = [
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ];
    cargo_tool("trunk", "trunk", TRUNK, &quick)
}

/// The wasm-bindgen program of exactly the version of the crate that Cargo.lock names.
pub fn wasm_bindgen(lock: &str) -> Done<PathBuf> {
    let version = locked_version(lock, "wasm-bindgen")
        .ok_or_else(|| Stop::because("Cargo.lock names no version of wasm-bindgen"))?;
    cargo_tool(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        version,
        &[("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")],
    )
}

/// wasm-opt from the npm package `binaryen`.
pub fn wasm_opt() -> Done<PathBuf> {
    let folder = tool::cache().join(format!("binaryen-{BINARYEN}"));
    let program = folder.join("node_modules/.bin/wasm-opt");
    if !program.exists() {
        once(&format!("npm package binaryen {BINARYEN}"));
        fs::create_dir_all(&folder).about(&folder)?;
        tool::run(
            Command::new(npm()?)
                .args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(&folder)
                .arg(format!("binaryen@{BINARYEN}")),
            "npm could not install binaryen, which holds wasm-opt",
        )?;
    }
    Ok(program)
}

/// The folder's npm packages as its lock file names them; nothing to do while the lock file is the installed one.
pub fn node_modules(folder: &Path) -> Done {
    let lock = folder.join("package-lock.json");
    let installed = folder.join("node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).about(&lock)?;
    if fs::read(&installed).is_ok_and(|seen| seen == wanted) {
        return Ok(());
    }
    tool::run(
        Command::new(npm()?)
            .current_dir(folder)
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        &format!("npm ci failed in {}", folder.display()),
    )?;
    fs::write(&installed, wanted).about(&installed)
}

/// The browser the end-to-end tests drive, and a font that has Chinese.
pub fn chromium() -> Done<PathBuf> {
    let program =
        env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    let missing = [
        ("chromium", !program.exists()),
        ("fonts-noto-cjk", !has_chinese_font()),
    ];
    let missing: Vec<&str> = missing
        .into_iter()
        .filter_map(|(package, absent)| absent.then_some(package))
        .collect();
    if missing.is_empty() {
        return Ok(program);
    }
    if tool::can_apt_install() {
        tool::apt_install(&missing)?;
    }
    if program.exists() {
        Ok(program)
    } else {
        Err(Stop::because(format!(
            "the browser tests need {}: install Debian's `chromium` or name another in the variable CHROMIUM",
            program.display()
        )))
    }
}

/// `PATH` with the given programs' folders first, so that Trunk takes these and downloads none.
pub fn path_with(programs: &[&Path]) -> Done<OsString> {
    let first = programs
        .iter()
        .filter_map(|program| program.parent())
        .map(Path::to_path_buf);
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.chain(env::split_paths(&inherited)))
        .map_err(|error| Stop::because(format!("PATH cannot be extended: {error}")))
}

fn npm() -> Done<PathBuf> {
    tool::demand("npm", NPM_NEED)
}

fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || tool::answer(Command::new("fc-list").arg(":lang=zh"))
            .is_some_and(|fonts| !fonts.is_empty())
}

/// Finds a program of this version, or builds it: into Cargo's usual place when that is free, else beside another version in our cache.
fn cargo_tool(program: &str, package: &str, version: &str, env: &[(&str, &str)]) -> Done<PathBuf> {
    let usual = tool::cargo_bin().join(program);
    let ours = tool::cache().join(format!("{package}-{version}"));
    let candidates = [
        Some(usual.clone()),
        tool::on_path(program),
        Some(ours.join("bin").join(program)),
    ];
    if let Some(found) = candidates
        .into_iter()
        .flatten()
        .find(|file| is_version(file, version))
    {
        return Ok(found);
    }
    once(&format!("{package} {version}"));
    let install = |locked: &[&str]| {
        let mut cargo = tool::of_toolchain("cargo", None);
        cargo
            .args(["install", package, "--version", version])
            .args(locked)
            .envs(env.iter().copied());
        if usual.exists() {
            cargo.arg("--root").arg(&ours);
        }
        tool::run(
            &mut cargo,
            &format!("cargo could not install {package} {version}"),
        )
    };
    // The lock file inside the package may name crates newer than a lagging registry mirror has.
    install(&["--locked"]).or_else(|_| install(&[]))?;
    Ok(if is_version(&usual, version) {
        usual
    } else {
        ours.join("bin").join(program)
    })
}

fn once(what: &str) {
    println!("  installing {what}; this happens once");
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

    #[test]
    fn found_programs_come_first_on_path() {
        let path = path_with(&[Path::new("/tools/bin/trunk")]).expect("no colon in the folder");
        assert_eq!(
            env::split_paths(&path).next(),
            Some(PathBuf::from("/tools/bin"))
        );
    }
}
