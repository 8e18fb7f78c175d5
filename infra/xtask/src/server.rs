//! The native server program, `linli`.

use std::env;
use std::path::{Path, PathBuf};

use crate::site::{DESK, RESIDENT};
use crate::stop::Done;
use crate::tool;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// Compiles `linli` and says where it lies.
pub fn build(root: &Path, profile: Profile) -> Done<PathBuf> {
    let mut cargo = tool::cargo(root);
    // The whole workspace decides on features: what the tests built serves here too.
    cargo.args(["build", "--workspace", "--bin", "linli"]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    tool::run(&mut cargo, "the server did not compile")?;
    Ok(target(root).join(folder).join("linli"))
}

/// What the browser tests and benchmarks read to start a server of their own.
pub fn variables(root: &Path, linli: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("LINLI_BIN", linli.to_path_buf()),
        ("LINLI_SITE", root.join(RESIDENT.dist)),
        ("LINLI_DESK", root.join(DESK.dist)),
    ]
}

fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}
