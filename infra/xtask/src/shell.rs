//! What keeps an app for when there is no network: its service worker, and the script that registers it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fingerprint;
use crate::press;
use crate::scan;
use crate::stop::{About, Done, Stop};

const WORKER: &str = "worker.js";
const REGISTER: &str = "register.js";
/// Where the worker is told what it keeps.
const TOLD: &str = "const BUILT = null;";

/// Lays both into the folder of a built app that its scanner was laid into. `parts`: the files, below
/// `dist`, of the part that has to be there without a network.
pub fn lay(root: &Path, dist: &Path, parts: &[PathBuf]) -> Done {
    let ours = root.join("frontend/shell");
    let from = ours.join(WORKER);
    let worker = fs::read_to_string(&from).about(&from)?;
    let page = [String::new()];
    let named = press::first_names(dist, &[])?;
    let named = named.into_iter().filter(|name| name != press::PAGE);
    let first: Vec<String> = page.into_iter().chain(named).collect();
    let parts = parts.iter().map(|file| file.to_string_lossy().into_owned());
    let later: Vec<String> = parts.chain(scan::names()).collect();
    let version = version(dist, &first, &later)?;
    let told = told(&worker, &version, &first, &later)?;
    let to = dist.join(WORKER);
    fs::write(&to, told).about(&to)?;
    let from = ours.join(REGISTER);
    fs::copy(&from, dist.join(REGISTER)).about(&from)?;
    Ok(())
}

/// Another one as soon as any of the files is another. The file without a name is the page.
fn version(dist: &Path, first: &[String], later: &[String]) -> Done<String> {
    let mut all = Vec::new();
    for name in first.iter().chain(later) {
        let file = if name.is_empty() {
            press::PAGE
        } else {
            name.as_str()
        };
        let file = dist.join(file);
        all.extend_from_slice(name.as_bytes());
        all.extend(fs::read(&file).about(&file)?);
    }
    Ok(fingerprint::of_bytes(&all))
}

/// The worker with what it keeps. The names are of letters, digits and `-_./`, which JSON writes as Rust does.
fn told(worker: &str, version: &str, first: &[String], later: &[String]) -> Done<String> {
    if !worker.contains(TOLD) {
        return Err(Stop::because(format!("{WORKER} has no line `{TOLD}`")));
    }
    let built = format!(
        "const BUILT = {{ \"version\": {version:?}, \"first\": {first:?}, \"later\": {later:?} }};"
    );
    Ok(worker.replacen(TOLD, &built, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool;

    #[test]
    fn the_worker_is_told_what_the_page_needs_and_another_version_when_a_file_changes() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let dist = tool::scratch("shell").expect("a writable temporary folder");
        for folder in ["parts-1", "scan"] {
            fs::create_dir_all(dist.join(folder)).expect("a writable folder");
        }
        let scan = scan::names();
        let files = [
            "index.html",
            "app-1.js",
            "parts-1/link.js",
            "parts-1/a.wasm",
            "parts-1/b.wasm",
        ];
        for name in files.into_iter().chain(scan.iter().map(String::as_str)) {
            let content = "<script src=/app-1.js></script>";
            fs::write(dist.join(name), content).expect("a writable file");
        }
        let laid = || {
            lay(&root, &dist, &[PathBuf::from("parts-1/a.wasm")]).expect("all is there");
            fs::read_to_string(dist.join(WORKER)).expect("it was laid")
        };
        let worker = laid();
        assert!(worker.contains("\"first\": [\"\", \"app-1.js\", \"parts-1/link.js\"]"));
        assert!(worker.contains("\"later\": [\"parts-1/a.wasm\", \"scan/camera.js\""));
        assert!(worker.contains("\"scan/zxing_reader.wasm\"] };"));
        assert!(!worker.contains("b.wasm") && !worker.contains(TOLD));
        assert_eq!(worker, laid(), "nothing changed");
        fs::write(dist.join(&scan[0]), "other").expect("a writable file");
        assert_ne!(worker, laid());
        assert!(dist.join(REGISTER).is_file());
        tool::remove(&dist).expect("removable");
    }
}
