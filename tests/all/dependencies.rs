//! What the code is made of besides ours: crates from crates.io alone, under licences that let us pass
//! it on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// None of them asks more than that notices are kept.
const LICENCES: [&str; 11] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("it lies in the repository")
}

#[test]
fn every_crate_comes_from_crates_io() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("it is there");
    let sources: Vec<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "))
        .map(|source| source.trim_matches('"'))
        .collect();
    assert!(sources.len() > 100, "{} sources", sources.len());
    for source in sources {
        assert_eq!(source, SOURCE);
    }
}

/// Cargo, asked about what was downloaded to build this.
fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(root())
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {words:?}: {said}");
    String::from_utf8(output.stdout).expect("it answers in UTF-8")
}

fn host() -> String {
    let about = cargo(&["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("cargo knows its host").to_owned()
}

/// What is built for that target.
fn metadata(target: &str) -> Value {
    let words = [
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        target,
    ];
    serde_json::from_str(&cargo(&words)).expect("JSON")
}

#[test]
fn every_licence_lets_us_pass_it_on() {
    let metadata = metadata(&host());
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "{} packages", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        let named = format!("{} {licence:?}", package["name"]);
        assert!(is_allowed(licence), "{named} is not in the list");
    }
}

/// Of each crate all versions but the newest are what `deny.toml` says a reason for, and it says none for others.
#[test]
fn whatever_is_there_in_two_versions_has_its_reason() {
    if !cfg!(target_os = "linux") {
        println!("skipped: deny.toml lists what is built on Linux");
        return;
    }
    let mut versions: BTreeMap<String, BTreeSet<Vec<u64>>> = BTreeMap::new();
    for package in metadata(&host())["packages"].as_array().expect("packages") {
        let text = |name: &str| package[name].as_str().expect("text").to_owned();
        let version = text("version");
        let numbers = version.split(['.', '-', '+']).take(3);
        let numbers = numbers.map(|number| number.parse().expect("a number"));
        let of = versions.entry(text("name")).or_default();
        of.insert(numbers.collect());
    }
    let mut older = BTreeSet::new();
    for (name, mut versions) in versions {
        versions.pop_last();
        older.extend(versions.iter().map(|version| {
            let version: Vec<String> = version.iter().map(u64::to_string).collect();
            format!("{name}@{}", version.join("."))
        }));
    }
    assert!(!older.is_empty(), "nothing was read");
    let file = std::fs::read_to_string(root().join("deny.toml")).expect("it is there");
    let skipped = file.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("{ crate = \"")?;
        let (named, rest) = rest.split_once('"')?;
        let reason = rest.trim().strip_prefix(", reason = \"");
        let reason = reason.and_then(|reason| reason.strip_suffix("\" },"));
        assert!(reason.is_some_and(|reason| !reason.is_empty()), "{line}");
        named.contains('@').then(|| named.to_owned())
    });
    assert_eq!(skipped.collect::<BTreeSet<_>>(), older);
}

/// Also of what is built on no machine of ours: the lock file has the crates of every platform.
#[test]
fn no_crate_that_is_banned_is_taken_in() {
    let read = |file: &str| std::fs::read_to_string(root().join(file)).expect("it is there");
    let (file, lock) = (read("deny.toml"), read("Cargo.lock"));
    let (_, bans) = file.split_once("\ndeny = [\n").expect("a list of bans");
    let (bans, _) = bans.split_once("\n]").expect("its end");
    let bans = bans.lines().map(|line| {
        let named = line.trim().strip_prefix("{ crate = \"");
        let named = named.and_then(|rest| rest.split_once("\", reason = \""));
        named.unwrap_or_else(|| panic!("{line} is no ban with its reason"))
    });
    let bans: BTreeMap<&str, &str> = bans.collect();
    assert!(bans.len() > 3, "{bans:?}");
    let taken: BTreeSet<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(taken.contains("jiff") && taken.contains("ring"));
    for (name, reason) in bans {
        assert!(!name.contains('@'), "{name}: whatever its version");
        assert!(!taken.contains(name), "{name} is taken in: {reason}");
    }
}

/// An SPDX expression that can be kept with allowed licences. A slash is how `OR` was written once.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    if let Some((left, right)) = split(expression, " OR ") {
        return is_allowed(left) || is_allowed(right);
    }
    if let Some((left, right)) = split(expression, " AND ") {
        return is_allowed(left) && is_allowed(right);
    }
    let inner = expression
        .strip_prefix('(')
        .and_then(|e| e.strip_suffix(')'));
    match inner {
        Some(inner) => is_allowed(inner),
        None => LICENCES.contains(&expression),
    }
}

/// Around the first such word that stands in no brackets.
fn split<'a>(expression: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (place, _) = expression.match_indices(word).find(|(place, _)| {
        let before = &expression[..*place];
        before.matches('(').count() == before.matches(')').count()
    })?;
    Some((&expression[..place], &expression[place + word.len()..]))
}

#[test]
fn a_licence_is_read_as_it_is_meant() {
    for (expression, allowed) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND AGPL-3.0-only", false),
        ("MIT AND (GPL-3.0-only OR ISC)", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression), allowed, "{expression}");
    }
}
