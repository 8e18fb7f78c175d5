//! The template for AWS is held against the code: what functions may do ([`rights`]), what comes up, runs and stays
//! ([`stack`]), what somebody is told of ([`alarms`]), and what whoever runs it reads of all that ([`documents`]).

mod alarms;
mod documents;
mod rights;
mod stack;

use std::fs;
use std::path::PathBuf;

use acceptance::template::{read, root};

/// All Rust files below a folder, as one text without spaces.
fn sources(folder: &str) -> String {
    let mut waiting: Vec<PathBuf> = vec![root().join(folder)];
    let mut said = String::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder").flatten();
            waiting.extend(entries.map(|entry| entry.path()));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            said.extend(read(&path).split_whitespace());
        }
    }
    assert!(said.len() > 1_000, "{folder} has sources");
    said
}
