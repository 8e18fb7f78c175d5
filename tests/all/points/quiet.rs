//! What is missing on purpose: nobody is ranked, counted in a row, or called in day by day. Names of
//! the API, routes and texts of both apps are read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// In names and in English.
const WORDS: [&str; 12] = [
    "badge",
    "daily",
    "leaderboard",
    "leaderboards",
    "medal",
    "medals",
    "rank",
    "ranked",
    "ranking",
    "rankings",
    "streak",
    "streaks",
];
/// In Chinese.
const PHRASES: [&str; 9] = [
    "排行",
    "排名",
    "名次",
    "榜",
    "连续",
    "打卡",
    "勋章",
    "每日签到",
    "冠军",
];

/// What of a text ranks people or counts their days.
fn ranks(text: &str) -> Vec<String> {
    let mut apart = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            apart.push(' ');
        }
        apart.push(letter.to_ascii_lowercase());
    }
    let words: BTreeSet<&str> = apart.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let lower = text.to_lowercase();
    let plain: BTreeSet<&str> = lower.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let named = WORDS
        .iter()
        .filter(|word| words.contains(*word) || plain.contains(*word));
    let said = PHRASES.iter().filter(|phrase| text.contains(*phrase));
    named.chain(said).map(|found| (*found).to_owned()).collect()
}

/// Keys and texts of a JSON value, one by one.
fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(fields) => {
            // What explains the API may say what it is not for.
            for (name, value) in fields.iter().filter(|(name, _)| *name != "description") {
                all.push(name.clone());
                texts(value, all);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    let entries = fs::read_dir(&root).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|found| found == end));
    paths
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).expect("a text"),
            )
        })
        .collect()
}

#[test]
fn nobody_is_ranked_by_any_name_route_or_text() {
    let mut all = Vec::new();
    texts(&wire::openapi::document(), &mut all);
    assert!(all.len() > 1_000, "only {} texts of the API", all.len());
    for language in ["zh", "en"] {
        let locales = files(&format!("frontend/locales/{language}"), "json");
        assert!(
            locales.len() > 20,
            "only {} files of {language}",
            locales.len()
        );
        for (path, text) in locales {
            let value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
            texts(&value, &mut all);
        }
    }
    let routes = files("frontend/src/bin", "rs");
    assert!(!routes.is_empty(), "no routes");
    for (_, text) in routes {
        all.extend(text.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    let found: Vec<(&String, Vec<String>)> = all
        .iter()
        .map(|text| (text, ranks(text)))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_reader_finds_what_ranks() {
    for text in [
        "GetLeaderboard",
        "points_rank",
        "/v1/streaks",
        "本月排行",
        "连续签到7天",
        "Daily check-in",
    ] {
        assert!(!ranks(text).is_empty(), "{text}");
    }
    for text in [
        "cap_per_day",
        "CheckIn",
        "签到",
        "GetRedemption",
        "a frank word",
    ] {
        assert!(ranks(text).is_empty(), "{text}");
    }
}
