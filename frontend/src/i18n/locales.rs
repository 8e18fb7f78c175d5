//! What holds for the texts as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::consent::Purpose;
use domain::limits;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Text, find, texts};

/// Words of offices, which nobody says at home.
const OFFICIALESE: [&str; 3] = ["赋能", "闭环", "中枢"];
/// A longer label does not fit beside another in the largest text.
const BUTTON_CHARS: usize = 15;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text of a language by its key, `home.greet.title`.
fn all(language: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let folder = root().join("locales").join(language);
    for entry in fs::read_dir(folder).expect("the locales are there") {
        let path = entry.expect("an entry").path();
        let context = path.file_stem().and_then(|stem| stem.to_str());
        let texts = serde_json::from_str(&read(&path)).expect("JSON");
        collect(context.expect("a name"), &texts, &mut found);
    }
    found
}

fn collect(key: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            found.insert(key.to_owned(), text.clone());
        }
        Value::Object(parts) => {
            for (name, part) in parts {
                collect(&format!("{key}.{name}"), part, found);
            }
        }
        other => panic!("{key} is no text: {other}"),
    }
}

/// Every text in which somebody is asked to agree to a purpose.
fn asked(purpose: Purpose) -> Vec<Text> {
    let named = |all| find(all, purpose.as_str()).expect("each purpose has its texts");
    let mut asked = vec![
        named(texts::me::consent::ALL),
        named(texts::me::consent_text::ALL),
        named(texts::desk_people::purpose::ALL),
    ];
    match purpose {
        Purpose::SmsNotices => asked.push(texts::me::ward::sms),
        Purpose::ShareContact => asked.extend([
            texts::me::ward::share,
            texts::confirm::form::consent,
            texts::confirm::form::consent_note,
            texts::confirm::form::sees_all,
        ]),
        Purpose::BorrowBooks => asked.push(texts::me::ward::borrow),
        Purpose::WatchDoors => asked.push(texts::me::ward::watch),
        Purpose::WatchHealth => asked.push(texts::me::ward::health),
    }
    asked
}

/// The first 8 bytes, in hexadecimal, of both languages' texts.
fn digest(purpose: Purpose) -> String {
    let mut hash = Sha256::new();
    for Text(zh, en) in asked(purpose) {
        hash.update(zh);
        hash.update([0]);
        hash.update(en);
        hash.update([0]);
    }
    hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whoever changes such a text raises the purpose's version, so that everybody is asked anew, and
/// then writes the new digest here.
#[test]
fn a_consents_text_changes_only_with_its_version() {
    let in_force = Purpose::ALL
        .iter()
        .map(|purpose| (purpose.as_str(), purpose.version(), digest(*purpose)));
    let held = [
        ("sms_notices", 1, "7dbd781e9aabde3b"),
        ("share_contact", 2, "fec1f4505b892980"),
        ("borrow_books", 1, "518050ab8d328327"),
        ("watch_doors", 2, "d5f3e88eb5b94fc1"),
        ("watch_health", 1, "3c37fe76f4ec4e6d"),
    ];
    let held = held.map(|(purpose, version, digest)| (purpose, version, digest.to_owned()));
    assert_eq!(in_force.collect::<Vec<_>>(), held);
}

#[test]
fn contact_is_shared_for_the_two_days_the_texts_speak_of() {
    assert_eq!(limits::REACH_HOURS, 48);
    for Text(zh, en) in [
        texts::me::consent_text::share_contact,
        texts::confirm::form::consent_note,
        texts::confirm::form::sees_all,
    ] {
        assert!(zh.contains("两天") && en.contains("two days"), "{zh} {en}");
    }
}

#[test]
fn what_is_noted_is_kept_for_the_days_the_text_speaks_of() {
    assert_eq!(limits::EVENT_DAYS, 90);
    for Text(zh, en) in [
        texts::me::consent_text::watch_doors,
        texts::me::consent_text::watch_health,
    ] {
        assert!(zh.contains("90 天") && en.contains("90 days"), "{zh} {en}");
    }
}

#[test]
fn no_word_that_residents_do_not_use() {
    let texts = all("zh");
    assert!(texts.contains_key("home.greet.title"), "the files are read");
    let shells =
        ["index.html", "desk.html"].map(|name| (name.to_owned(), read(&root().join(name))));
    for (place, text) in texts.into_iter().chain(shells) {
        for word in OFFICIALESE {
            assert!(!text.contains(word), "{place}: {word}");
        }
    }
}

/// The apps' sources without white space, so that no line break hides a key.
fn sources() -> String {
    fn add(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                add(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with(file!()) {
                out.extend(read(&path).split_whitespace());
            }
        }
    }
    let mut out = String::new();
    add(&root().join("src"), &mut out);
    out
}

/// Without its placeholders.
fn bare(text: &str) -> String {
    text.split("{{")
        .map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest))
        .collect()
}

#[test]
fn labels_of_buttons_are_short() {
    let sources = sources();
    let labels: Vec<(String, String)> = all("zh")
        .into_iter()
        .filter(|(key, _)| {
            let text = format!("t!({key}");
            let drawn = ["Buttonlabel=", "yes="].map(|before| format!("{before}{text}"));
            let inside = format!("{{{text})}}</button>");
            let named = |place: &String| {
                let mut after = sources.split(place.as_str()).skip(1);
                after.any(|rest| rest.starts_with([')', ',']))
            };
            drawn.iter().any(named) || sources.contains(&inside)
        })
        .collect();
    assert!(labels.len() > 80, "only {} are found", labels.len());
    for (key, text) in labels {
        let chars = bare(&text).chars().count();
        assert!(chars <= BUTTON_CHARS, "{key} has {chars}: {text}");
    }
}

/// A text found by a name known only at run time is used with its whole part: `texts::…::ALL`.
#[test]
fn every_text_is_used() {
    let sources = sources();
    let unused: Vec<String> = all("zh")
        .into_keys()
        .filter(|key| {
            let part = key.rsplit_once('.').map_or("", |(part, _)| part);
            let by_name = format!("texts::{}::ALL", part.replace('.', "::"));
            let written = [format!("t!({key})"), format!("t!({key},")];
            !sources.contains(&by_name) && !written.iter().any(|text| sources.contains(text))
        })
        .collect();
    assert_eq!(unused, Vec::<String>::new(), "nobody reads these");
}

/// One app is built for every community: whose station it is, is not known before it is loaded.
#[test]
fn no_shell_has_a_telephone_number() {
    for name in ["index.html", "desk.html"] {
        let shell = read(&root().join(name));
        let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
        let shown = shell.split("<body").nth(1).expect("a body");
        let numbers = shown.split_whitespace().filter(|word| digits(word) > 6);
        assert_eq!(numbers.collect::<Vec<_>>(), Vec::<&str>::new(), "{name}");
        assert!(!shown.contains("tel:"), "{name}");
    }
}
