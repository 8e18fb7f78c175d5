//! The standard library of a target, as a toolchain has it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::tool;

pub fn is_there(rustc: Command, target: &str) -> bool {
    folder(rustc, target)
        .and_then(|library| fs::read_dir(library).ok())
        .is_some_and(|files| {
            files
                .flatten()
                .any(|file| is_std(&file.file_name().to_string_lossy()))
        })
}

/// Where it lies, or would.
pub fn folder(mut rustc: Command, target: &str) -> Option<PathBuf> {
    tool::answer(rustc.args(["--print", "target-libdir", "--target", target])).map(PathBuf::from)
}

pub fn is_std(file: &str) -> bool {
    file.starts_with("libstd-") && file.ends_with(".rlib")
}

/// Asks rustup for it; whether it is there now.
pub fn added_by_rustup(target: &str) -> bool {
    println!("  rustup target add {target}");
    tool::run(
        Command::new("rustup")
            .env("RUST_BACKTRACE", "0")
            .args(["target", "add", target]),
        "rustup could not add the target",
    )
    .is_ok()
        && is_there(tool::of_toolchain("rustc", None), target)
}
