//! The domain stays pure: few dependencies, no clock, no chance, no I/O, no waiting, and no move of
//! a booking decided by default.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What the rules may be built from. A new name here is a decision: the apps carry all of it.
const DEPENDENCIES: [&str; 5] = ["jiff", "schemars", "serde", "thiserror", "ulid"];

/// Words that have no place in a rule, and what to write instead.
const BANS: [(&str, &str); 15] = [
    ("async", "return a value; waiting is for the service"),
    (".await", "return a value; waiting is for the service"),
    ("SystemTime", "take `at: Timestamp`"),
    ("Instant::now", "take `at: Timestamp`"),
    ("Zoned::now", "take `at: Timestamp` and the zone"),
    ("Timestamp::now", "take `at: Timestamp`"),
    ("TimeZone::system", "take the community's zone"),
    ("Ulid::new", "take a ready-made id"),
    ("std::fs", "take what was read"),
    ("std::io", "take what was read"),
    ("std::net", "take what was read"),
    ("std::env", "take it as an argument"),
    ("std::process", "answer with a value"),
    ("std::thread", "answer with a value"),
    ("static mut", "take the value and answer with a new one"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    entries
        .map(|entry| entry.expect("a readable entry").path())
        .collect()
}

/// Source files with their text, comments taken out.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut paths = parts(&root().join("src"));
    let mut looked = 0;
    while let Some(path) = paths.get(looked).cloned() {
        if path.is_dir() {
            let whole = path.with_extension("rs");
            assert!(whole.is_file(), "{}: a part of what?", path.display());
            paths.swap_remove(looked);
            paths.extend(parts(&path));
        } else {
            looked += 1;
        }
    }
    assert!(
        paths
            .iter()
            .all(|path| path.extension().is_some_and(|end| end == "rs")),
        "one file per word, or its parts in a folder of its name"
    );
    paths
        .into_iter()
        .map(|path| (path.clone(), code(&read(&path))))
        .collect()
}

fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Does the word stand in the code by itself, not as a part of a longer one?
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(i, _)| {
        let before = word.starts_with(part) && code[..i].ends_with(part);
        let after = code[i + word.len()..].starts_with(part);
        !before && !after
    })
}

#[test]
fn dependencies_are_few_and_known() {
    let manifest = read(&root().join("Cargo.toml"));
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line.starts_with('[') {
            section = line;
            let known = !section.contains("dependencies")
                || matches!(section, "[dependencies]" | "[dev-dependencies]");
            assert!(
                known,
                "{section}: list it under [dependencies], where this test looks"
            );
        } else if section == "[dependencies]" {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            assert!(
                name != "schemars" || line.contains("optional = true"),
                "schemars stays out of the apps"
            );
            found.push(name);
        }
    }
    found.sort_unstable();
    assert_eq!(found, DEPENDENCIES);
    assert!(
        !root().join("build.rs").exists(),
        "nothing is computed while building"
    );
}

#[test]
fn rules_neither_wait_nor_look_around() {
    for (path, code) in sources() {
        for (word, instead) in BANS {
            assert!(
                !has_word(&code, word),
                "`{word}` in {}: {instead}",
                path.display()
            );
        }
    }
}

#[test]
fn no_move_of_a_booking_is_decided_by_default() {
    let code = code(&read(&root().join("src/booking.rs")));
    let apply = code
        .split("pub fn apply(")
        .nth(1)
        .and_then(|rest| rest.split("\n    }\n").next())
        .expect("`apply` stands in booking.rs");
    assert!(
        has_word(apply, "NoShow") && apply.contains("match (self.state, event)"),
        "all of `apply` was found"
    );
    assert!(!has_word(apply, "_"), "list the pairs a `_` stands for");
}

#[test]
fn the_bans_find_what_they_ban() {
    assert!(has_word("pub async fn", "async") && !has_word("asynchronous", "async"));
    assert!(has_word("jiff::Timestamp::now()", "Timestamp::now") && has_word("x.await?", ".await"));
    assert!(
        has_word("_ => x", "_")
            && has_word("(State::Held { .. }, _)", "_")
            && !has_word("no_show", "_")
    );
    assert_eq!(code("let at = 1; // not async"), "let at = 1; ");
}
