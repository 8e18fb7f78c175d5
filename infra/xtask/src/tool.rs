//! Running other programs: found on `PATH`, stopped at the first failure, their output left visible.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use crate::stop::{About, Done, Stop};

/// Runs a command with its output on screen; a non-zero end becomes the sentence `failed`.
pub fn run(command: &mut Command, failed: &str) -> Done {
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Stop::because(format!("{failed} ({status})")))
    }
}

/// What a command prints, trimmed, or nothing when it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first program of this name on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// `PATH` with the given programs' folders first, so that whoever looks there finds these.
pub fn path_with(programs: &[&Path]) -> Done<OsString> {
    let first = programs
        .iter()
        .filter_map(|program| program.parent())
        .map(Path::to_path_buf);
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.chain(env::split_paths(&inherited)))
        .map_err(|error| Stop::because(format!("PATH cannot be extended: {error}")))
}

/// A program that has to be there already; `need` says what it is for and where it comes from.
pub fn demand(name: &str, need: &str) -> Done<PathBuf> {
    on_path(name).ok_or_else(|| Stop::because(format!("`{name}` is not on PATH: {need}")))
}

/// Cargo, at work in a folder.
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = of_toolchain("cargo", None);
    cargo.current_dir(folder);
    cargo
}

/// A program of the given toolchain, free of what `cargo run` told this process about itself:
/// build scripts that watch those variables would run again on every change between the two.
pub fn of_toolchain(program: impl AsRef<OsStr>, toolchain: Option<&str>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_told_by_cargo) {
            command.env_remove(name);
        }
    }
    if let Some(toolchain) = toolchain {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    command
}

fn is_told_by_cargo(variable: &str) -> bool {
    [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "LD_LIBRARY_PATH",
        "OUT_DIR",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
    ]
    .contains(&variable)
        || variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_MANIFEST_")
}

/// Where Cargo puts the programs it installs.
pub fn cargo_bin() -> PathBuf {
    cargo_home().join("bin")
}

/// Where this project keeps what it builds once per person: `~/.cache/linli` unless the environment says otherwise.
pub fn cache() -> PathBuf {
    env::var_os("XDG_CACHE_HOME")
        .map_or_else(|| home().join(".cache"), PathBuf::from)
        .join("linli")
}

pub fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs Debian packages; only where apt-get exists and this is root.
pub fn apt_install(packages: &[&str]) -> Done {
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]);
        apt
    };
    run(apt().arg("update"), "apt-get update failed")?;
    run(
        apt()
            .args(["install", "--no-install-recommends"])
            .args(packages),
        &format!("apt-get could not install {}", packages.join(" ")),
    )
}

pub fn can_apt_install() -> bool {
    on_path("apt-get").is_some() && is_root()
}

/// Removes a file or folder; fine when it is not there.
pub fn remove(path: &Path) -> Done {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.about(path),
    }
}

/// A new empty folder for this process alone.
pub fn scratch(purpose: &str) -> Done<PathBuf> {
    let folder = env::temp_dir().join(format!("linli-{purpose}-{}", process::id()));
    remove(&folder)?;
    fs::create_dir_all(&folder).about(&folder)?;
    Ok(folder)
}

fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME").map_or_else(|| home().join(".cargo"), PathBuf::from)
}

fn home() -> PathBuf {
    env::home_dir().unwrap_or_else(env::temp_dir)
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Stop {
    let program = Path::new(command.get_program()).display();
    Stop::because(format!("`{program}` could not be started: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_programs_come_first_on_path() {
        let path = path_with(&[Path::new("/tools/bin/trunk")]).expect("no colon in the folder");
        assert_eq!(
            env::split_paths(&path).next(),
            Some(PathBuf::from("/tools/bin"))
        );
    }

    #[test]
    fn only_what_cargo_tells_about_this_package_is_forgotten() {
        assert!(is_told_by_cargo("CARGO_PKG_NAME"));
        assert!(!is_told_by_cargo("CARGO_HOME"));
        assert!(!is_told_by_cargo("CARGO_TARGET_DIR"));
    }
}
