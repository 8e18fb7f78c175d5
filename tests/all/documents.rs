//! The documents say only what is so: every path, crate, command, endpoint and test they name exists.
//!
//! What counts as named: words in backticks, words in fenced blocks, and the targets of links. A path
//! is known by its first part, so `frontend/locales/{zh,en}` is looked up and `target/debug` is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use wire::endpoints;

const FOLDERS: [&str; 6] = [".cargo", ".ci", "frontend", "functions", "infra", "tests"];
const FILES: [&str; 4] = ["Cargo.lock", "Cargo.toml", "README.md", "Trunk.toml"];
const GUARANTEES: &str = "infra/docs/GUARANTEES.md";

struct Document {
    /// From the root of the repository.
    name: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the repository")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names in a folder, in order; none where there is no such folder.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn documents() -> Vec<Document> {
    let mut names = vec!["README.md".to_owned()];
    for folder in ["infra/docs", "infra/adr"] {
        let found = names_in(&root().join(folder))
            .into_iter()
            .filter(|name| name.ends_with(".md"));
        names.extend(found.map(|name| format!("{folder}/{name}")));
    }
    names
        .into_iter()
        .map(|name| Document {
            text: read(&name),
            name,
        })
        .collect()
}

impl Document {
    /// What stands in backticks, and each line of a fenced block.
    fn spans(&self) -> Vec<&str> {
        let mut spans = Vec::new();
        let mut fenced = false;
        for line in self.text.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if fenced {
                spans.push(line.trim());
            } else {
                spans.extend(line.split('`').skip(1).step_by(2));
            }
        }
        assert!(!fenced, "{}: a fenced block has no end", self.name);
        spans
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let ends = ['"', '\'', '(', ')', ',', ';', ':'];
        self.spans()
            .into_iter()
            .flat_map(str::split_whitespace)
            .map(move |word| word.trim_matches(ends))
    }

    /// Targets of links to files, as paths from the root.
    fn links(&self) -> Vec<PathBuf> {
        let folder = Path::new(&self.name)
            .parent()
            .expect("a file lies somewhere");
        let targets = self
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let local = targets.filter(|target| !target.contains("://"));
        local
            .map(|target| folder.join(target.split('#').next().unwrap_or_default()))
            .collect()
    }
}

fn is_path(word: &str) -> bool {
    match word.split_once('/') {
        Some((first, _)) => FOLDERS.contains(&first),
        None => FILES.contains(&word),
    }
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let parts = path
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    let Some((before, (choices, after))) = parts else {
        return vec![path.to_owned()];
    };
    choices
        .split(',')
        .flat_map(|choice| expanded(&format!("{before}{choice}{after}")))
        .collect()
}

fn package_of(manifest: &str) -> String {
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \""));
    name.and_then(|rest| rest.strip_suffix('"'))
        .expect("a package has a name")
        .to_owned()
}

/// Folders of the packages in this workspace.
fn members() -> Vec<String> {
    let manifest = read("Cargo.toml");
    let line = manifest
        .lines()
        .find(|line| line.starts_with("members = ["))
        .expect("a workspace has members");
    line.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn packages() -> Vec<String> {
    members()
        .iter()
        .map(|folder| package_of(&read(&format!("{folder}/Cargo.toml"))))
        .collect()
}

/// Crates of this workspace, and those any of them depends on.
fn crates() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = packages().into_iter().collect();
    let manifests = members()
        .into_iter()
        .map(|folder| format!("{folder}/Cargo.toml"))
        .chain(["Cargo.toml".to_owned()]);
    for manifest in manifests {
        let mut inside = false;
        for line in read(&manifest).lines() {
            if line.starts_with('[') {
                inside = line.trim_end_matches(']').ends_with("dependencies");
            } else if inside {
                found.extend(
                    line.split(['.', ' ', '='])
                        .next()
                        .filter(|name| !name.is_empty())
                        .map(str::to_owned),
                );
            }
        }
    }
    found
}

/// Variants of the enum that a command line is read into, as they are typed.
fn verbs(source: &str, name: &str) -> Vec<String> {
    let body = source
        .split(&format!("enum {name} {{"))
        .nth(1)
        .and_then(|rest| rest.split("\n}").next())
        .expect("an enum of that name");
    let variants = body
        .lines()
        .filter_map(|line| line.trim().split_once('('))
        .map(|(variant, _)| variant);
    variants
        .filter(|variant| variant.starts_with(char::is_uppercase))
        .map(hyphened)
        .collect()
}

/// `ScanRate` as it is typed: `scan-rate`.
fn hyphened(variant: &str) -> String {
    let mut typed = String::new();
    for letter in variant.chars() {
        if letter.is_uppercase() && !typed.is_empty() {
            typed.push('-');
        }
        typed.extend(letter.to_lowercase());
    }
    typed
}

/// Commands that begin with `program` in any document: their verb and their flags.
fn commands(document: &Document, program: &str) -> Vec<(String, Vec<String>)> {
    let lines = document
        .spans()
        .into_iter()
        .map(|span| span.split(" #").next().unwrap_or_default().trim());
    let calls = lines.filter_map(|line| line.strip_prefix(program)?.strip_prefix(' '));
    calls
        .map(|rest| {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let flags = words
                .iter()
                .filter(|word| word.starts_with("--"))
                .map(|&word| word.to_owned());
            (
                words.first().copied().unwrap_or_default().to_owned(),
                flags.collect(),
            )
        })
        .collect()
}

fn takes(source: &str, flag: &str) -> bool {
    source.contains(&format!(
        "{}:",
        flag.trim_start_matches('-').replace('-', "_")
    ))
}

/// Is there a test of this name in that source: a function, or in the browser tests a title?
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let function = format!("fn {name}(");
    let is_marked = |line: &&str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    let place = lines.iter().position(|line| line.contains(&function));
    let in_rust = place.is_some_and(|i| lines[..i].iter().rev().take(5).any(is_marked));
    in_rust
        || ["'", "`"]
            .iter()
            .any(|q| source.contains(&format!("test({q}{name}{q}")))
}

/// The beginning of the command that runs the tests of the package this file belongs to.
fn of_package(path: &str) -> String {
    let member = members()
        .into_iter()
        .find(|folder| path.starts_with(&format!("{folder}/")))
        .expect("a package has that file");
    let package = package_of(&read(&format!("{member}/Cargo.toml")));
    format!("`cargo test -p {package} ")
}

#[test]
fn every_path_exists() {
    let mut seen = 0;
    for document in documents() {
        for word in document.words().filter(|word| is_path(word)) {
            for path in expanded(word.trim_end_matches('.')) {
                assert!(
                    root().join(&path).exists(),
                    "{}: there is no {path}",
                    document.name
                );
                seen += 1;
            }
        }
        for link in document.links() {
            assert!(
                root().join(&link).exists(),
                "{}: the link to {} leads nowhere",
                document.name,
                link.display()
            );
        }
    }
    assert!(seen > 100, "only {seen} paths were found");
}

#[test]
fn every_crate_exists_and_is_on_the_map() {
    let crates = crates();
    for document in documents() {
        let words: Vec<&str> = document.words().collect();
        for pair in words
            .windows(2)
            .filter(|pair| matches!(pair[0], "-p" | "--package"))
        {
            assert!(
                packages().iter().any(|package| package == pair[1]),
                "{}: there is no package {}",
                document.name,
                pair[1]
            );
        }
        for part in document
            .text
            .split("crate `")
            .skip(1)
            .chain(document.text.split("crates `").skip(1))
        {
            let name = part.split('`').next().unwrap_or_default();
            assert!(
                crates.contains(name),
                "{}: there is no crate {name}",
                document.name
            );
        }
    }
    let architecture = read("infra/docs/ARCHITECTURE.md");
    let map: Vec<&str> = architecture
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for (package, folder) in packages().iter().zip(members()) {
        let row = format!("| `{package}` | `{folder}` |");
        assert!(
            map.iter().any(|line| line.starts_with(&row)),
            "the map of crates has no row {row}"
        );
    }
    let named = map.iter().filter_map(|line| line.split('`').nth(1));
    for name in named {
        assert!(
            crates.contains(name),
            "the map of crates names {name}, which there is not"
        );
    }
}

#[test]
fn every_command_exists() {
    let (xtask, linli) = (
        read("infra/xtask/src/main.rs"),
        read("functions/local/src/commands.rs"),
    );
    let (xtask_verbs, linli_verbs) = (verbs(&xtask, "Verb"), verbs(&linli, "Command"));
    let mut seen = BTreeSet::new();
    for document in documents() {
        for (verb, flags) in commands(&document, "cargo xtask") {
            assert!(
                xtask_verbs.contains(&verb),
                "{}: there is no `cargo xtask {verb}`",
                document.name
            );
            let source = read(&format!("infra/xtask/src/{}.rs", verb.replace('-', "_")));
            for flag in flags {
                assert!(
                    takes(&source, &flag),
                    "{}: `cargo xtask {verb}` takes no {flag}",
                    document.name
                );
            }
            seen.insert(verb);
        }
        for (verb, flags) in commands(&document, "linli") {
            assert!(
                linli_verbs.contains(&verb),
                "{}: there is no `linli {verb}`",
                document.name
            );
            // A long command stands in a file of its own.
            let own = root().join(format!("functions/local/src/{}.rs", verb.replace('-', "_")));
            let own = std::fs::read_to_string(own).unwrap_or_default();
            assert!(
                flags
                    .iter()
                    .all(|flag| takes(&linli, flag) || takes(&own, flag)),
                "{}: `linli {verb}` takes not all of {flags:?}",
                document.name
            );
            seen.insert(verb);
        }
    }
    let missing: Vec<&String> = xtask_verbs
        .iter()
        .chain(&linli_verbs)
        .filter(|verb| !seen.contains(*verb))
        .collect();
    assert!(missing.is_empty(), "no document names {missing:?}");
}

#[test]
fn every_endpoint_exists() {
    let helpers = read("functions/local/src/helpers/mod.rs");
    for document in documents() {
        for word in document.words() {
            let address = word.split('?').next().unwrap_or_default();
            if address.starts_with("/v1/") && !address.ends_with("openapi.json") {
                let lists = endpoints().any(|endpoint| endpoint.path == address);
                assert!(lists, "{}: there is no endpoint {address}", document.name);
            }
            let helper = address
                .strip_prefix("/_local/")
                .filter(|name| !name.is_empty());
            if let Some(name) = helper {
                assert!(
                    helpers.contains(&format!("\"/_local/{name}\"")),
                    "{}: there is no {address}",
                    document.name
                );
            }
        }
    }
}

#[test]
fn every_guarantee_names_a_test() {
    let text = read(GUARANTEES);
    let (mut seen, mut measured) = (0, 0);
    let mut has_figures = false;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        if row.starts_with("| promise") {
            has_figures = row == "| promise | how it is shown | figure | command |";
            continue;
        }
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [promise, second, third, run] = cells[..] else {
            panic!("four columns in {row}")
        };
        // Where there are figures, what shows a promise stands before them.
        let shown = if has_figures { second } else { third };
        let names: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        let (path, tests) = names.split_first().expect("a file");
        let source = read(path);
        if has_figures {
            assert!(
                !third.is_empty(),
                "{promise}: a figure, or that there is none"
            );
            measured += 1;
        }
        if path.starts_with("tests/bench/") {
            assert!(
                has_figures,
                "{promise}: only a figure is shown by a benchmark"
            );
            assert!(run.contains("`cargo xtask bench "), "{promise}: {run}");
            continue;
        }
        assert!(!tests.is_empty(), "{promise}: no test is named");
        for test in tests {
            assert!(
                has_test(&source, test),
                "{promise}: there is no test {test} in {path}"
            );
            seen += 1;
        }
        let runs = match path.starts_with("tests/e2e/") {
            true => run.contains("`cargo xtask e2e"),
            false => run.contains("`cargo test --workspace ") || run.contains(&of_package(path)),
        };
        assert!(runs, "{promise}: {run} does not run {path}");
    }
    assert!(seen > 30, "only {seen} tests were found");
    for n in 1..=15 {
        let numbered = format!("\n| T{n}: ");
        assert!(text.contains(&numbered), "T{n} has no row");
    }
    assert!(measured >= 15, "only {measured} rows have figures");
}

#[test]
fn decisions_are_numbered_and_listed() {
    let architecture = read("infra/docs/ARCHITECTURE.md");
    for (i, name) in names_in(&root().join("infra/adr")).iter().enumerate() {
        let number = format!("{:04}", i + 1);
        let text = read(&format!("infra/adr/{name}"));
        assert!(
            name.starts_with(&format!("{number}-")),
            "{name} should be number {number}"
        );
        assert!(
            text.starts_with(&format!("# {number} ")),
            "{name} says another number"
        );
        for part in ["\n## Context\n", "\n## Decision\n", "\n## Consequences\n"] {
            assert!(text.contains(part), "{name} has no {}", part.trim());
        }
        assert!(
            architecture.contains(&format!("- [{number}](../adr/{name}) ")),
            "ARCHITECTURE does not list {name}"
        );
    }
}

#[test]
fn the_reader_finds_what_it_looks_for() {
    let text = "See `infra/adr` and [this](../adr/0001.md#why), `target/debug`.\n```\nfrontend/   `x`\ncargo xtask test --only fmt   # one\n```\n";
    let document = Document {
        name: "infra/docs/x.md".into(),
        text: text.into(),
    };
    let paths: Vec<&str> = document.words().filter(|word| is_path(word)).collect();
    assert_eq!(paths, ["infra/adr", "frontend/"]);
    assert_eq!(
        document.links(),
        [PathBuf::from("infra/docs/../adr/0001.md")]
    );
    assert_eq!(
        commands(&document, "cargo xtask"),
        [("test".to_owned(), vec!["--only".to_owned()])]
    );
    assert_eq!(
        expanded("a/{b,c}/{d,e}"),
        ["a/b/d", "a/b/e", "a/c/d", "a/c/e"]
    );
    assert_eq!(
        verbs(
            "enum Verb {\n    Dev(dev::Options),\n    /// Doc (s)\n    E2e(x),\n    ScanRate(y),\n}",
            "Verb"
        ),
        ["dev", "e2e", "scan-rate"]
    );
    let source =
        "#[test]\nfn one() {}\nfn two() {}\n#[tokio::test(flavor = \"x\")]\nasync fn three() {}\n";
    assert!(has_test(source, "one") && has_test(source, "three") && !has_test(source, "four"));
}
