//! The template for AWS, read from the repository, as is what stands there beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::yaml;

/// Of the repository.
#[must_use]
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("it lies in the repository")
}

/// A file, by its path from [`root`].
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All of the template.
#[must_use]
pub fn whole() -> Value {
    yaml::parse(&read("infra/template.yaml"))
}

/// What comes up, by the names it has there.
#[must_use]
pub fn resources() -> BTreeMap<String, Value> {
    let template = whole();
    let resources = template["Resources"].as_object().expect("resources");
    resources.clone().into_iter().collect()
}

/// Those of one kind, of which there is one at least.
#[must_use]
pub fn of_type<'r>(
    resources: &'r BTreeMap<String, Value>,
    kind: &str,
) -> Vec<(&'r str, &'r Value)> {
    let found = resources.iter().filter(|(_, one)| one["Type"] == kind);
    let found: Vec<_> = found.map(|(name, one)| (name.as_str(), one)).collect();
    assert!(!found.is_empty(), "there is no {kind}");
    found
}

/// Empty where it is none.
#[must_use]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One text, or several.
#[must_use]
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(text).collect(),
        one => vec![text(one)],
    }
}
