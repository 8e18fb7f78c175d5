//! What comes from npm: wasm-opt for the wasm build, what the scanner reads with, Playwright for the browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{About, Done};
use crate::tool;

/// Debian's binaryen is too old for what today's rustc emits.
pub const BINARYEN: &str = "132.0.0";

/// wasm-opt from the package `binaryen`, kept in our cache.
pub fn wasm_opt() -> Done<PathBuf> {
    let folder = tool::cache().join(format!("binaryen-{BINARYEN}"));
    let program = folder.join("node_modules/.bin/wasm-opt");
    if !program.exists() {
        println!("  installing binaryen {BINARYEN}; this happens once");
        fs::create_dir_all(&folder).about(&folder)?;
        let mut npm = npm()?;
        npm.arg("install")
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("binaryen@{BINARYEN}"));
        tool::run(
            &mut npm,
            "npm could not install binaryen, which holds wasm-opt",
        )?;
    }
    Ok(program)
}

/// The folder's packages as its lock file names them; nothing to do while that is what was installed last.
pub fn packages(folder: &Path) -> Done {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).about(&lock)?;
    let installed = folder.join("node_modules/.installed-from.json");
    if fs::read(&installed).is_ok_and(|seen| seen == wanted) {
        return Ok(());
    }
    let mut npm = npm()?;
    npm.current_dir(folder)
        .arg("ci")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    tool::run(&mut npm, &format!("npm ci failed in {}", folder.display()))?;
    fs::write(&installed, wanted).about(&installed)
}

fn npm() -> Done<Command> {
    let program = tool::demand(
        "npm",
        "install Node.js with npm (on Debian: apt-get install nodejs npm)",
    )?;
    let mut npm = Command::new(program);
    npm.args(["--no-audit", "--no-fund"]);
    Ok(npm)
}
