//! What the wasm build needs beyond Cargo, found or installed. Quick when everything is there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scan;
use crate::site;
use crate::steps::Steps;
use crate::stop::{About, Done};
use crate::tool;

pub mod browser;
pub mod cargo_tools;
pub mod npm;
pub mod pypi;
pub mod std_of;
pub mod wasm_target;

/// Steps [`ready`] takes.
pub const STEPS: usize = 5;

/// Everything a wasm build is started with.
pub struct Kit {
    pub toolchain: wasm_target::Toolchain,
    pub trunk: PathBuf,
    /// The script that optimises wasm.
    pub binaryen: PathBuf,
    pub path: OsString,
}

/// Finds or installs the wasm32 target, Trunk, wasm-bindgen, Binaryen, and what the scanner reads with.
pub fn ready(root: &Path, steps: &mut Steps) -> Done<Kit> {
    let toolchain = steps.step("the wasm32 target", || {
        wasm_target::ready(|| site::forget_compiled(root))
    })?;
    let trunk = steps.step(&format!("trunk {}", cargo_tools::TRUNK), cargo_tools::trunk)?;
    let lock_file = root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock_file).about(&lock_file)?;
    let bindgen = steps.step("wasm-bindgen, as Cargo.lock names it", || {
        cargo_tools::wasm_bindgen(&lock)
    })?;
    let binaryen = steps.step(&format!("binaryen {}", npm::BINARYEN), npm::binaryen)?;
    steps.step("zxing-wasm, for the scanner", || scan::packages(root))?;
    let path = tool::path_with(&[&bindgen])?;
    Ok(Kit {
        toolchain,
        trunk,
        binaryen,
        path,
    })
}
