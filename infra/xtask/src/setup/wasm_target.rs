//! The wasm32 standard library, by the first of three ways that works:
//! it is there already; rustup brings it; Debian's second toolchain is given one built from its own source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::std_of::{self, is_std};
use crate::stop::{About, Done, Stop};
use crate::tool;

const TARGET: &str = "wasm32-unknown-unknown";
const LINKED: &str = "wasm";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_SYSROOT: &str = "/usr";
const DEBIAN_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];

/// The rustup toolchain that can build for wasm32; `None` is the default one.
pub type Toolchain = Option<&'static str>;

/// Finds or makes a toolchain for wasm32. `fresh_std` is called when a new standard library was laid down.
pub fn ready(fresh_std: impl FnOnce() -> Done) -> Done<Toolchain> {
    if std_of::is_there(tool::of_toolchain("rustc", None), TARGET) {
        return Ok(None);
    }
    if debian_has_std() && is_linked() {
        return Ok(Some(LINKED));
    }
    tool::demand("rustup", "it adds the wasm32 target to the toolchain")?;
    if !debian_has_std() && std_of::added_by_rustup(TARGET) {
        return Ok(None);
    }
    if !debian_has_std() {
        build_debian_std()?;
        fresh_std()?;
    }
    tool::run(
        Command::new("rustup").args(["toolchain", "link", LINKED, DEBIAN_SYSROOT]),
        "rustup could not link Debian's toolchain",
    )?;
    Ok(Some(LINKED))
}

fn build_debian_std() -> Done {
    if !tool::can_apt_install() {
        return Err(Stop::because(format!(
            "the {TARGET} target is missing and rustup cannot reach its server: \
             run `rustup target add {TARGET}` where it can, or run this as root on Debian"
        )));
    }
    println!(
        "  rustup cannot reach its server, so Debian's second toolchain builds the standard library (once per machine)"
    );
    tool::apt_install(&DEBIAN_PACKAGES)?;
    let library =
        std_of::folder(tool::of_toolchain(DEBIAN_RUSTC, None), TARGET).ok_or_else(|| {
            Stop::because(format!(
                "{DEBIAN_RUSTC} does not say where {TARGET} belongs"
            ))
        })?;
    let built = compile_std(&tool::cache().join("wasm-std"))?;
    lay_rlibs(&built, &library)
}

/// Compiles the standard library as a dependency of an empty crate, away from this workspace and its configuration.
fn compile_std(seed: &Path) -> Done<PathBuf> {
    let source = seed.join("src");
    fs::create_dir_all(&source).about(&source)?;
    let manifest = seed.join("Cargo.toml");
    let lib = source.join("lib.rs");
    fs::write(
        &manifest,
        "[package]\nname = \"seed\"\nedition = \"2024\"\n[workspace]\n",
    )
    .about(&manifest)?;
    fs::write(&lib, "#![no_std]\n").about(&lib)?;
    let target = seed.join("target");
    tool::run(
        tool::of_toolchain(DEBIAN_CARGO, None)
            .current_dir(seed)
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_TARGET_DIR", &target)
            .args([
                "build",
                "--release",
                "--target",
                TARGET,
                "-Z",
                "build-std=std,panic_abort",
            ]),
        "the standard library did not compile",
    )?;
    Ok(target.join(TARGET).join("release/deps"))
}

fn lay_rlibs(built: &Path, library: &Path) -> Done {
    fs::create_dir_all(library).about(library)?;
    let mut names: Vec<String> = fs::read_dir(built)
        .about(built)?
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name.ends_with(".rlib") && !name.starts_with("libseed-"));
    // The one whose presence means "complete" goes last.
    names.sort_by_key(|name| is_std(name));
    for name in names {
        fs::copy(built.join(&name), library.join(&name)).about(&built.join(&name))?;
    }
    Ok(())
}

fn debian_has_std() -> bool {
    Path::new(DEBIAN_RUSTC).exists()
        && std_of::is_there(tool::of_toolchain(DEBIAN_RUSTC, None), TARGET)
}

fn is_linked() -> bool {
    tool::answer(Command::new("rustup").args(["toolchain", "list"])).is_some_and(|list| {
        list.lines()
            .any(|line| line.split_whitespace().next() == Some(LINKED))
    })
}
