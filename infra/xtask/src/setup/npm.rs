//! What comes from npm: Binaryen for the wasm build, what the scanner reads with, Playwright for the browser tests,
//! DynamoDB Local for a second engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{About, Done};
use crate::tool;

/// Debian's binaryen is too old for what today's rustc emits.
pub const BINARYEN: &str = "132.0.0";

/// The package that holds DynamoDB Local 1.25.1.
pub const SIMULATOR: &str = "2.9.30";

/// The optimiser of wasm, kept in our cache.
pub fn binaryen() -> Done<PathBuf> {
    cached("binaryen", BINARYEN, "node_modules/binaryen/index.js")
}

/// The folder DynamoDB Local is started in.
pub fn dynamodb_local() -> Done<PathBuf> {
    let emulator = "node_modules/amplify-dynamodb-simulator/emulator";
    cached("amplify-dynamodb-simulator", SIMULATOR, emulator)
}

/// What lies at `place` once a package is in our cache. Nothing that comes with it is run.
fn cached(package: &str, version: &str, place: &str) -> Done<PathBuf> {
    let folder = tool::cache().join(format!("{package}-{version}"));
    let wanted = folder.join(place);
    if !wanted.exists() {
        println!("  installing {package} {version}; this happens once");
        fs::create_dir_all(&folder).about(&folder)?;
        let mut npm = npm()?;
        npm.args(["install", "--ignore-scripts", "--prefix"])
            .arg(&folder)
            .arg(format!("{package}@{version}"));
        tool::run(&mut npm, &format!("npm could not install {package}"))?;
    }
    Ok(wanted)
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
