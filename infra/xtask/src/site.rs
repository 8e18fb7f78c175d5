//! The two wasm apps: built by Trunk when something changed, then compressed, then measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::fingerprint;
use crate::parts;
use crate::press;
use crate::scan;
use crate::setup::{Kit, cargo_tools, npm};
use crate::sheets;
use crate::shell;
use crate::steps::Steps;
use crate::stop::{About, Done, Stop};
use crate::tool;

/// Steps [`build`] takes.
pub const STEPS: usize = 3;

/// One wasm app and what its first screen may cost.
pub struct App {
    pub name: &'static str,
    pub dist: &'static str,
    config: &'static str,
    /// The part that has to be there without a network.
    offline: [&'static str; 2],
    /// First-screen bytes after brotli that a slow phone may have to wait for.
    pub bytes_max: usize,
}

pub const RESIDENT: App = App {
    name: "resident",
    dist: "target/site",
    config: "Trunk.toml",
    offline: ["resident_library", "resident_kept"],
    bytes_max: 250_000,
};
pub const DESK: App = App {
    name: "desk",
    dist: "target/site-desk",
    config: "frontend/Trunk.desk.toml",
    offline: ["desk_lending", "desk_kept"],
    bytes_max: 400_000,
};
pub const APPS: [App; 2] = [RESIDENT, DESK];

/// Everything the apps are made of.
const INPUTS: [&str; 9] = [
    "frontend",
    "functions/domain/Cargo.toml",
    "functions/domain/src",
    "functions/wire/Cargo.toml",
    "functions/wire/src",
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
];
/// The wasm build has its own, as it may come from another compiler than the native one.
const COMPILED: &str = "target/wasm";
const BUILT_FROM: &str = "target/site.fingerprint";

/// Brings both apps up to date in their dist folders.
pub fn build(root: &Path, kit: &Kit, steps: &mut Steps) -> Done {
    let current = fingerprint::of(root, &INPUTS, &makers(kit))?;
    let fresh = is_built_from(root, &current);
    if !fresh {
        tool::remove(&root.join(BUILT_FROM))?;
    }
    for app in &APPS {
        let note = if fresh { " (unchanged)" } else { "" };
        steps.step(&format!("the {} app{note}", app.name), || {
            if fresh {
                return Ok(());
            }
            trunk(root, kit, app)?;
            cut(root, kit, app)?;
            let dist = root.join(app.dist);
            sheets::join(&dist)?;
            scan::lay(root, &dist.join(scan::FOLDER))?;
            let mut parts = Vec::new();
            for part in app.offline {
                parts.extend(part_files(root, app, part)?);
            }
            parts.sort();
            parts.dedup();
            shell::lay(root, &dist, &parts)
        })?;
    }
    steps.step("compress both for the browser", || compress(root))?;
    let record = root.join(BUILT_FROM);
    fs::write(&record, current).about(&record)
}

/// What a browser loads before it shows the first screen, to somebody who is signed in and to
/// somebody who is not, against the app's limit. Every figure is printed.
pub fn weigh(root: &Path) -> Done {
    let mut over = Vec::new();
    for app in &APPS {
        let dist = root.join(app.dist);
        let sign_in = part_files(root, app, &format!("{}_sign_in", app.name))?;
        for (who, also) in [("signed in", Vec::new()), ("at the sign-in page", sign_in)] {
            let files = press::first_screen(&dist, &also)?;
            let total: usize = files.iter().map(|file| file.bytes).sum();
            println!(
                "  {}, {who}: {total} bytes after brotli (no more than {})",
                app.name, app.bytes_max
            );
            for file in files {
                println!("    {:>8}  {}", file.bytes, file.name);
            }
            if total > app.bytes_max {
                over.push(format!(
                    "the {} app's first screen {who} is {} bytes over its limit",
                    app.name,
                    total - app.bytes_max
                ));
            }
        }
    }
    if over.is_empty() {
        Ok(())
    } else {
        Err(Stop::because(over.join(", and ")))
    }
}

/// Drops compiled code that a replaced standard library no longer fits.
pub fn forget_compiled(root: &Path) -> Done {
    tool::remove(&root.join(BUILT_FROM))?;
    tool::remove(&root.join(COMPILED))
}

/// Both at once, as this is the one step that would leave a core idle.
fn compress(root: &Path) -> Done {
    let cache = root.join("target/brotli");
    thread::scope(|scope| {
        let resident = scope.spawn(|| press::folder(&root.join(RESIDENT.dist), &cache));
        press::folder(&root.join(DESK.dist), &cache)?;
        resident
            .join()
            .unwrap_or_else(|_| Err(Stop::because("the resident app could not be compressed")))
    })
}

fn trunk(root: &Path, kit: &Kit, app: &App) -> Done {
    let mut trunk = tool::of_toolchain(&kit.trunk, kit.toolchain);
    trunk
        .current_dir(root)
        .env("PATH", &kit.path)
        .env("CARGO_TARGET_DIR", root.join(COMPILED))
        // Trunk reads this variable as a flag and refuses its usual value.
        .env_remove("NO_COLOR")
        .args(["build", "--offline", "--release", "--config", app.config]);
    tool::run(
        &mut trunk,
        &format!("trunk could not build the {} app", app.name),
    )
}

/// Cuts the app into parts, and writes down which files each is made of, one line per part.
fn cut(root: &Path, kit: &Kit, app: &App) -> Done {
    let compiled = root.join(COMPILED);
    let module = compiled
        .join("wasm32-unknown-unknown/wasm-release")
        .join(format!("{}.wasm", app.name));
    let work = compiled.join("parts").join(app.name);
    let made = parts::cut(kit, &module, &root.join(app.dist), &work)?;
    let lines: Vec<String> = made
        .iter()
        .map(|(part, files)| {
            let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
            format!("{part} {}", files.join(" "))
        })
        .collect();
    let record = parts_record(root, app);
    fs::write(&record, lines.join("\n")).about(&record)
}

/// The files that the part of this name is made of.
fn part_files(root: &Path, app: &App, part: &str) -> Done<Vec<PathBuf>> {
    let record = parts_record(root, app);
    let lines = fs::read_to_string(&record).about(&record)?;
    lines
        .lines()
        .find_map(|line| line.strip_prefix(part)?.strip_prefix(' '))
        .map(|files| files.split(' ').map(PathBuf::from).collect())
        .ok_or_else(|| Stop::because(format!("the {} app has no part {part}", app.name)))
}

fn parts_record(root: &Path, app: &App) -> PathBuf {
    root.join(COMPILED).join(format!("{}.parts", app.name))
}

fn is_built_from(root: &Path, current: &str) -> bool {
    fs::read_to_string(root.join(BUILT_FROM)).is_ok_and(|seen| seen == current)
        && APPS
            .iter()
            .all(|app| index(root, app).exists() && parts_record(root, app).exists())
}

fn index(root: &Path, app: &App) -> PathBuf {
    root.join(app.dist).join("index.html")
}

/// The programs whose output the apps are; another version makes another app.
fn makers(kit: &Kit) -> String {
    let mut rustc: Command = tool::of_toolchain("rustc", kit.toolchain);
    let compiler = tool::answer(rustc.arg("-vV")).unwrap_or_default();
    format!(
        "{compiler}\ntrunk {}\nbinaryen {}",
        cargo_tools::TRUNK,
        npm::BINARYEN
    )
}
