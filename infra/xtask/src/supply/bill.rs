//! A bill of materials in the form of CycloneDX 1.5, from what `cargo metadata` and npm's lock file say. The same
//! inputs give the same text: it holds no moment, and its serial number is a digest of the rest.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub struct Bill {
    /// Whose parts these are.
    whole: Value,
    parts: BTreeMap<String, Value>,
    needs: BTreeMap<String, BTreeSet<String>>,
}

/// What this package of the workspace is made from: what it needs to run and to be built, and not what only its
/// tests need. Nothing where there is no such package.
pub fn of(
    metadata: &Value,
    package: &str,
    checksums: &BTreeMap<(String, String), String>,
) -> Option<Bill> {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let ours = |package: &Value| package["source"].is_null();
    let start = packages
        .iter()
        .find(|(_, one)| one["name"] == package && ours(one))?;
    let mut bill = Bill {
        whole: part(start.1, checksums),
        parts: BTreeMap::new(),
        needs: BTreeMap::new(),
    };
    let mut waiting = vec![*start.0];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let (Some(package), true) = (packages.get(id), seen.insert(id)) else {
            continue;
        };
        let next: Vec<&str> = nodes.get(id).map(|node| needed(node)).unwrap_or_default();
        let named = |id: &&str| packages.get(id).map(|package| purl(package));
        let needs = next.iter().filter_map(named).collect();
        bill.needs.insert(purl(package), needs);
        if id != *start.0 {
            bill.parts.insert(purl(package), part(package, checksums));
        }
        waiting.extend(next);
    }
    Some(bill)
}

/// Ids that a node needs for more than its tests.
fn needed(node: &Value) -> Vec<&str> {
    let deps = node["deps"].as_array().into_iter().flatten();
    deps.filter(|dep| {
        let mut kinds = dep["dep_kinds"].as_array().into_iter().flatten();
        kinds.any(|kind| kind["kind"] != "dev")
    })
    .filter_map(|dep| dep["pkg"].as_str())
    .collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn purl(package: &Value) -> String {
    format!(
        "pkg:cargo/{}@{}",
        text(package, "name"),
        text(package, "version")
    )
}

fn part(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let mut part = json!({
        "type": "library",
        "bom-ref": purl(package),
        "purl": purl(package),
        "name": name,
        "version": version,
    });
    if let Some(licence) = package["license"].as_str() {
        // A slash is how `OR` was written once.
        let ways: Vec<&str> = licence.split('/').map(str::trim).collect();
        let licence = ways.join(" OR ");
        part["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some(sum) = checksums.get(&(name.to_owned(), version.to_owned())) {
        part["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    part
}

impl Bill {
    /// Parts, without the whole.
    pub fn count(&self) -> usize {
        self.parts.len()
    }

    /// Also what this lock file of npm names.
    pub fn add_npm(&mut self, lock: &Value) {
        let none = Map::new();
        let packages = lock["packages"].as_object().unwrap_or(&none);
        for (place, package) in packages {
            let Some((_, name)) = place.rsplit_once("node_modules/") else {
                continue;
            };
            let version = text(package, "version");
            // The scope's sign has a meaning of its own in a purl.
            let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
            let mut part = json!({
                "type": "library", "bom-ref": purl, "purl": purl, "name": name, "version": version,
            });
            if let Some(licence) = package["license"].as_str() {
                part["licenses"] = json!([{ "expression": licence }]);
            }
            if let Some(hash) = text(package, "integrity").strip_prefix("sha512-") {
                let bytes = STANDARD.decode(hash).unwrap_or_default();
                part["hashes"] = json!([{ "alg": "SHA-512", "content": hex(&bytes) }]);
            }
            let whole = text(&self.whole, "bom-ref").to_owned();
            self.needs.entry(whole).or_default().insert(purl.clone());
            self.needs.entry(purl.clone()).or_default();
            self.parts.insert(purl, part);
        }
    }

    pub fn text(&self) -> String {
        let dependencies: Vec<Value> = self
            .needs
            .iter()
            .map(|(part, needs)| json!({ "ref": part, "dependsOn": needs }))
            .collect();
        let mut whole = self.whole.clone();
        whole["type"] = json!("application");
        let mut bill = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": { "component": whole },
            "components": self.parts.values().collect::<Vec<_>>(),
            "dependencies": dependencies,
        });
        bill["serialNumber"] = json!(serial(&bill.to_string()));
        format!("{bill:#}\n")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A UUID (version 8, RFC 9562) of a text.
fn serial(text: &str) -> String {
    let digest = hex(&Sha256::digest(text));
    let part = |from: usize, to: usize| &digest[from..to];
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 15),
        part(15, 18),
        part(18, 30)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let dep = |id: &str, kind: Value| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        json!({
            "packages": [
                { "id": "a", "name": "ours", "version": "0.1.0", "source": null, "license": "MIT OR Apache-2.0" },
                { "id": "b", "name": "serde", "version": "1.0.1", "source": "registry", "license": "MIT/Apache-2.0" },
                { "id": "c", "name": "cc", "version": "1.0.0", "source": "registry", "license": "MIT" },
                { "id": "d", "name": "proptest", "version": "1.0.0", "source": "registry", "license": "MIT" },
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [dep("b", Value::Null), dep("d", json!("dev"))] },
                { "id": "b", "deps": [dep("c", json!("build"))] },
                { "id": "c", "deps": [] },
                { "id": "d", "deps": [] },
            ] },
        })
    }

    #[test]
    fn what_runs_and_builds_it_is_listed_and_what_tests_it_is_not() {
        let named = ("serde".to_owned(), "1.0.1".to_owned());
        let sums = BTreeMap::from([(named, "abc".to_owned())]);
        let mut bill = of(&metadata(), "ours", &sums).expect("it is there");
        assert_eq!(bill.count(), 2);
        bill.add_npm(&json!({ "packages": {
            "": { "name": "linli-scan" },
            "node_modules/@types/x": { "version": "1.2.3", "license": "MIT", "integrity": "sha512-AQI=" },
        } }));
        let said: Value = serde_json::from_str(&bill.text()).expect("JSON");
        assert_eq!(said["metadata"]["component"]["name"], "ours");
        let parts = said["components"].as_array().expect("parts");
        let purls: Vec<&str> = parts.iter().map(|part| text(part, "purl")).collect();
        assert_eq!(
            purls,
            [
                "pkg:cargo/cc@1.0.0",
                "pkg:cargo/serde@1.0.1",
                "pkg:npm/%40types/x@1.2.3"
            ]
        );
        assert_eq!(parts[1]["hashes"][0]["content"], "abc");
        assert_eq!(parts[1]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(parts[2]["hashes"][0]["content"], "0102");
        let needs = &said["dependencies"][1];
        assert_eq!(needs["ref"], "pkg:cargo/ours@0.1.0");
        assert_eq!(
            needs["dependsOn"],
            json!(["pkg:cargo/serde@1.0.1", "pkg:npm/%40types/x@1.2.3"])
        );
        assert_eq!(bill.text(), bill.text(), "the same inputs, the same text");
        let uuid = text(&said, "serialNumber");
        assert_eq!(uuid.len(), "urn:uuid:".len() + 36, "{uuid}");
        assert!(of(&metadata(), "theirs", &sums).is_none());
    }
}
