//! The files of the scanner in both apps.

use std::fs;
use std::path::{Path, PathBuf};

use crate::setup::npm;
use crate::stop::{About, Done};

/// Where an app has them.
pub const FOLDER: &str = "scan";
/// Our own files, below `frontend/scan`.
const OURS: [&str; 3] = ["camera.js", "worker.js", "LICENSES.txt"];
/// What it reads with, in the package `zxing-wasm`, and what the worker calls it.
const ZXING: [(&str, &str); 2] = [
    ("dist/iife/reader/index.js", "zxing_reader.js"),
    ("dist/reader/zxing_reader.wasm", "zxing_reader.wasm"),
];

/// Installs what the scanner reads with, as its lock file names it.
pub fn packages(root: &Path) -> Done {
    npm::packages(&ours(root))
}

/// Lays the scanner's files into the folder `scan` of an app, or into any other.
pub fn lay(root: &Path, folder: &Path) -> Done {
    let ours = ours(root);
    let package = ours.join("node_modules/zxing-wasm");
    fs::create_dir_all(folder).about(folder)?;
    let own = OURS.map(|name| (ours.join(name), name));
    let read = ZXING.map(|(from, name)| (package.join(from), name));
    for (from, name) in own.into_iter().chain(read) {
        fs::copy(&from, folder.join(name)).about(&from)?;
    }
    Ok(())
}

/// What a camera fetches, as paths below an app; the largest last.
pub fn names() -> Vec<String> {
    let own = OURS.into_iter().filter(|name| name.ends_with(".js"));
    let read = ZXING.into_iter().map(|(_, name)| name);
    own.chain(read)
        .map(|name| format!("{FOLDER}/{name}"))
        .collect()
}

fn ours(root: &Path) -> PathBuf {
    root.join("frontend/scan")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_finds_what_is_laid_beside_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for name in OURS {
            assert!(ours(&root).join(name).is_file(), "{name} is there");
        }
        let worker = fs::read_to_string(ours(&root).join("worker.js")).expect("it is there");
        let camera = fs::read_to_string(ours(&root).join("camera.js")).expect("it is there");
        let script = ZXING[0].1;
        assert!(worker.contains(&format!("importScripts('{script}')")));
        assert!(camera.contains("new URL('worker.js', import.meta.url)"));
    }
}
