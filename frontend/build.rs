//! Turns `locales/{zh,en}/<context>.json` into Rust constants, so that a missing or misspelt text
//! does not compile. Refuses to build when the two languages differ in keys or placeholders.
//!
//! `home.json` `{"greet": {"title": "你好"}}` becomes `texts::home::greet::title`; a text with
//! `{{ name }}` becomes a struct with the field `name`. Every part also gets `ALL`, for texts that
//! are found by a name known only at run time (`problem::ALL`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

type Texts = BTreeMap<String, (String, String)>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        // The app is cut into its parts by the relocations.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let zh = Path::new(&root).join("locales/zh");
    let en = Path::new(&root).join("locales/en");
    let mut out = String::new();
    let mut names: Vec<String> = fs::read_dir(&zh)
        .expect("locales/zh is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    for name in names {
        let (zh, en) = (read(&zh.join(&name)), read(&en.join(&name)));
        let context = name.trim_end_matches(".json");
        let _ = writeln!(out, "pub mod {context} {{");
        part(&mut out, context, &zh, &en);
        out.push_str("}\n");
    }
    let target = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&target).join("texts.rs"), out).expect("the build folder can be written");
}

fn read(path: &Path) -> serde_json::Map<String, Value> {
    let raw = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    match serde_json::from_str(&raw) {
        Ok(Value::Object(map)) => map,
        Ok(_) => panic!("{}: expected an object", path.display()),
        Err(e) => panic!("{}: {e}", path.display()),
    }
}

fn part(
    out: &mut String,
    at: &str,
    zh: &serde_json::Map<String, Value>,
    en: &serde_json::Map<String, Value>,
) {
    let keys: BTreeSet<&String> = zh.keys().chain(en.keys()).collect();
    let mut texts = Texts::new();
    for key in keys {
        let place = format!("{at}.{key}");
        match (zh.get(key), en.get(key)) {
            (Some(Value::Object(zh)), Some(Value::Object(en))) => {
                let _ = writeln!(out, "pub mod {key} {{");
                part(out, &place, zh, en);
                out.push_str("}\n");
            }
            (Some(Value::String(zh)), Some(Value::String(en))) => {
                assert_eq!(
                    names(zh),
                    names(en),
                    "{place}: the two languages name different placeholders"
                );
                texts.insert(key.clone(), (zh.clone(), en.clone()));
            }
            _ => panic!("{place}: must be in both languages, in the same shape"),
        }
    }
    if texts.is_empty() {
        return;
    }
    out.push_str("use crate::i18n::Text;\n");
    for (key, (zh, en)) in &texts {
        let text = format!("Text({zh:?}, {en:?})");
        let fields = names(zh);
        if fields.is_empty() {
            let _ = writeln!(out, "pub const {key}: Text = {text};");
            continue;
        }
        let declared: String = fields
            .iter()
            .map(|f| format!("pub {f}: &'a dyn std::fmt::Display, "))
            .collect();
        let filled: String = fields
            .iter()
            .map(|f| format!("({f:?}, self.{f}), "))
            .collect();
        let _ = writeln!(
            out,
            "pub struct {key}<'a> {{ {declared} }}\nimpl {key}<'_> {{ pub fn now(&self) -> String {{ {text}.filled(&[{filled}]) }} }}"
        );
    }
    out.push_str("pub static ALL: &[(&str, Text)] = &[");
    for (key, (zh, en)) in &texts {
        let _ = write!(out, "({key:?}, Text({zh:?}, {en:?})), ");
    }
    out.push_str("];\n");
}

/// The names in `{{ … }}`.
fn names(text: &str) -> BTreeSet<String> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}
