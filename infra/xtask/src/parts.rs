//! Cuts an app that Trunk has built into its first screen and the parts that are fetched later.
//!
//! Trunk binds the wasm module as one. This does it over again: the module is split at the functions
//! marked `wasm_split`, its first part is bound, all are optimised, and they take the place of
//! Trunk's files. The parts stand in a folder of their own, named by what they are made of.

use std::cmp::Reverse;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use wasm_split_cli_support::{Options, transform};

use crate::fingerprint;
use crate::setup::Kit;
use crate::stop::{About, Done, Stop};
use crate::tool;

/// The script that fetches the parts.
pub const LINK: &str = "link.js";

/// `dist`: what Trunk made from `module`. `work`: a folder for what comes in between.
/// Returns the files, below `dist`, that each part is made of.
pub fn cut(
    kit: &Kit,
    module: &Path,
    dist: &Path,
    work: &Path,
) -> Done<Vec<(String, Vec<PathBuf>)>> {
    let input = fs::read(module).about(module)?;
    let stem = bound_name(dist)?;
    let folder = format!("parts-{}", fingerprint::of_bytes(&input));
    let parts = dist.join(&folder);
    for fresh in [work, &parts] {
        tool::remove(fresh)?;
        fs::create_dir_all(fresh).about(fresh)?;
    }

    let whole = work.join("first.wasm");
    let main_module = format!("../{stem}.js");
    let link = format!("./{LINK}");
    let mut options = Options::new(&input);
    options.output_dir = &parts;
    options.main_out_path = &whole;
    options.link_name = &link;
    options.main_module = &main_module;
    let split = transform(options)
        .map_err(|why| Stop::because(format!("the app could not be cut into parts: {why:#}")))?;

    tool::run(
        Command::new("wasm-bindgen")
            .env("PATH", &kit.path)
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
            .args(["--remove-name-section", "--remove-producers-section"])
            .args(["--out-name", &stem, "--out-dir"])
            .arg(work)
            .arg(&whole),
        "wasm-bindgen could not bind the first part",
    )?;
    let bound = work.join(format!("{stem}.js"));
    let script = fs::read_to_string(&bound).about(&bound)?;
    let linked = script.replace(
        &format!("from \"{link}\""),
        &format!("from \"./{folder}/{LINK}\""),
    );
    let target = dist.join(format!("{stem}.js"));
    fs::write(&target, terse(&linked)).about(&target)?;
    let links = parts.join(LINK);
    let script = fs::read_to_string(&links).about(&links)?;
    fs::write(&links, terse(&script)).about(&links)?;

    let wasm = format!("{stem}_bg.wasm");
    let (from, to) = (work.join(&wasm), dist.join(&wasm));
    fs::copy(&from, &to).about(&from)?;
    let mut modules = split.split_modules;
    modules.push(to);
    optimise(kit, modules)?;
    let mut made: Vec<_> = split
        .prefetch_map
        .into_iter()
        .map(|(name, files)| {
            let file = |stem: String| Path::new(&folder).join(stem).with_extension("wasm");
            (name, files.into_iter().map(file).collect())
        })
        .collect();
    made.sort();
    Ok(made)
}

/// `resident-0a1b2c3d4e5f6789`, as Trunk has named the script that starts the module.
fn bound_name(dist: &Path) -> Done<String> {
    for entry in fs::read_dir(dist).about(dist)? {
        let name = entry
            .about(dist)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if let Some(stem) = name.strip_suffix("_bg.wasm") {
            return Ok(stem.to_owned());
        }
    }
    Err(Stop::because(format!(
        "Trunk left no wasm module in {}",
        dist.display()
    )))
}

/// In as many processes as there are cores. Each has some of the large ones.
fn optimise(kit: &Kit, mut modules: Vec<PathBuf>) -> Done {
    let bytes = |file: &PathBuf| fs::metadata(file).map_or(0, |known| known.len());
    modules.sort_by_cached_key(|file| (Reverse(bytes(file)), file.clone()));
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut shares = vec![Vec::new(); cores];
    for (n, module) in modules.into_iter().enumerate() {
        shares[n % cores].push(module);
    }
    let work = |share: Vec<PathBuf>| -> Done {
        let mut node = Command::new("node");
        node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/optimise.mjs"))
            .arg(&kit.binaryen)
            .args(share);
        tool::run(&mut node, "Binaryen could not optimise the app")
    };
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || work(share)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            let done = worker.join();
            done.unwrap_or_else(|_| Err(Stop::because("the app could not be optimised")))
        })
    })
}

/// A generated script without its comments and the room before its lines.
fn terse(script: &str) -> String {
    let (mut kept, mut in_comment) = (String::with_capacity(script.len()), false);
    for line in script.lines().map(str::trim) {
        let is_comment = in_comment || line.starts_with("/*");
        if is_comment {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_keeps_its_code_and_nothing_else() {
        let script = "import * as a from \"./a.js\"\n\n/**\n * Says it.\n * @returns {number}\n */\nexport function say() {\n    // Now.\n    return 2\n        * 3; // six\n}\n/* One line. */\nsay();\n";
        let kept = "import * as a from \"./a.js\"\nexport function say() {\nreturn 2\n* 3; // six\n}\nsay();\n";
        assert_eq!(terse(script), kept);
    }
}
