//! The helpers of a local Linli give away sign-in codes: no function may contain them.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const FUNCTIONS: [(&str, &str); 11] = [
    ("activities", env!("CARGO_BIN_EXE_activities")),
    ("care", env!("CARGO_BIN_EXE_care")),
    ("door_events", env!("CARGO_BIN_EXE_door_events")),
    ("found", env!("CARGO_BIN_EXE_found")),
    ("identity", env!("CARGO_BIN_EXE_identity")),
    ("library", env!("CARGO_BIN_EXE_library")),
    ("market", env!("CARGO_BIN_EXE_market")),
    ("points", env!("CARGO_BIN_EXE_points")),
    ("relay", env!("CARGO_BIN_EXE_relay")),
    ("sweeper", env!("CARGO_BIN_EXE_sweeper")),
    ("watch", env!("CARGO_BIN_EXE_watch")),
];

#[test]
fn no_function_contains_a_path_of_the_helpers() {
    for (name, path) in FUNCTIONS {
        let binary = std::fs::read(path).expect("cargo built it for this test");
        let holds = |needle: &[u8]| binary.windows(needle.len()).any(|bytes| bytes == needle);
        assert!(holds(b"AWS_LAMBDA_RUNTIME_API"), "{name} is a function");
        assert!(!holds(b"/_local"), "{name}");
    }
}

/// The platform this was compiled on.
fn host() -> String {
    let said = Command::new("rustc").arg("-vV").output();
    let said = String::from_utf8(said.expect("rustc answers").stdout).expect("text");
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("a platform").to_owned()
}

#[test]
fn the_local_crate_is_no_dependency() {
    let tree = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        // What other platforms need may never have been fetched.
        .args(["--filter-platform", &host()])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .output()
        .expect("cargo answers");
    let tree: Value = serde_json::from_slice(&tree.stdout).expect("cargo says it in JSON");
    let nodes = tree["resolve"]["nodes"].as_array().expect("nodes");
    let is = |id: &str, name: &str| id.contains(&format!("/functions/{name}#"));
    let dependencies = |id: &str| -> Vec<String> {
        let node = nodes.iter().find(|node| node["id"] == id);
        let ids = node.and_then(|node| node["dependencies"].as_array());
        let ids = ids.into_iter().flatten().filter_map(Value::as_str);
        ids.map(str::to_owned).collect()
    };
    let ids = nodes.iter().filter_map(|node| node["id"].as_str());
    let mut waiting: Vec<String> = ids
        .filter(|id| is(id, "lambda"))
        .map(str::to_owned)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id.clone()) {
            waiting.extend(dependencies(&id));
        }
    }
    assert!(seen.iter().any(|id| is(id, "service")), "the walk is true");
    assert!(!seen.iter().any(|id| is(id, "local")));
}
