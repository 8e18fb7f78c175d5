//! Titles in MARC records: MARC 21, and UNIMARC as Chinese libraries have it (CNMARC).

use domain::isbn::Isbn;
use domain::library::{Scanned, scanned};
use domain::limits;
use wire::{Code, Problem};

use super::draft::{Draft, Wrong, clean};
use super::iso2709::{Record, Records};
use super::{Parsed, Read};
use crate::market::import::columns::Flaw;
use crate::market::import::read::bad_file;

/// Refuses `bad_file`: `empty`, `too_many_rows`.
pub fn read(bytes: &[u8]) -> Result<Read, Problem> {
    let mut rows = Vec::new();
    for (n, record) in Records::of(bytes).enumerate() {
        if rows.len() >= limits::IMPORT_LARGE_ROWS {
            let problem = bad_file("too_many_rows");
            return Err(problem.with("max", limits::IMPORT_LARGE_ROWS));
        }
        rows.push(parsed(
            u32::try_from(n + 1).unwrap_or(u32::MAX),
            record.as_ref(),
        ));
    }
    if rows.is_empty() {
        return Err(bad_file("empty"));
    }
    Ok(Read {
        rows,
        read_as: "marc",
    })
}

fn parsed(row: u32, record: Result<&Record, &super::iso2709::Damage>) -> Parsed {
    let record = match record {
        Ok(record) => record,
        Err(damage) => {
            let column = damage.as_str().to_owned();
            let wish = Err(Flaw {
                code: Code::BadRecord,
                column,
            });
            return Parsed {
                row,
                name: String::new(),
                wish,
            };
        }
    };
    let (draft, name, isbn) = match record.has("200") && !record.has("245") {
        true => (unimarc(record), "200", "010"),
        false => (marc21(record), "245", "020"),
    };
    let flaw = |code, column: &str| Flaw {
        code,
        column: column.to_owned(),
    };
    Parsed {
        row,
        name: draft.name.clone(),
        wish: draft.wish().map_err(|wrong| match wrong {
            // A record without any name says nothing that could be mended in a cell.
            Wrong::Name(Code::EmptyText) => flaw(Code::BadRecord, name),
            Wrong::Name(code) => flaw(code, name),
            Wrong::Isbn(_) => flaw(Code::BadIsbn, isbn),
        }),
    }
}

fn marc21(record: &Record) -> Draft {
    let mut name = record.of_tag("245").into_iter().next().unwrap_or_default();
    name.retain(|(code, _)| matches!(code, 'a' | 'b' | 'n' | 'p'));
    let part = |codes: &[char]| -> String {
        let said = name.iter().filter(|(code, _)| codes.contains(code));
        let said: Vec<String> = said.map(|(_, said)| bare(said)).collect();
        said.join(". ")
    };
    let mut authors = Vec::new();
    for tag in ["100", "110", "700", "710"] {
        authors.extend(record.said(tag, 'a').iter().map(|said| bare(said)));
    }
    let published = |code| {
        let old = record.first("260", code);
        if old.is_empty() {
            record.first("264", code)
        } else {
            old
        }
    };
    Draft {
        name: part(&['a', 'n', 'p']),
        other_name: part(&['b']),
        authors,
        publisher: bare(&published('b')),
        published: year(&published('c')),
        isbns: numbers(record, "020"),
        class: first_of(
            record,
            &[("093", 'a'), ("084", 'a'), ("082", 'a'), ("050", 'a')],
        ),
        subjects: record
            .said("650", 'a')
            .iter()
            .map(|said| bare(said))
            .collect(),
        about: record.first("520", 'a'),
        labels: labels(record, "952", 'p'),
        ..Draft::default()
    }
}

fn unimarc(record: &Record) -> Draft {
    let name = record.of_tag("200").into_iter().next().unwrap_or_default();
    let joined = |codes: &[char]| -> String {
        let said = name.iter().filter(|(code, _)| codes.contains(code));
        let said: Vec<String> = said.map(|(_, said)| clean(said)).collect();
        said.join(" ")
    };
    let mut authors = Vec::new();
    for tag in ["700", "701", "702", "710", "711", "712"] {
        for field in record.of_tag(tag) {
            let part = |wanted| field.iter().find(|(code, _)| *code == wanted);
            let (name, rest) = (part('a'), part('b'));
            if let Some((_, name)) = name {
                let rest = rest.map(|(_, rest)| rest.as_str()).unwrap_or_default();
                let chinese = name.chars().any(|c| u32::from(c) >= 0x2e80);
                let rest = clean(rest);
                authors.push(match chinese || rest.is_empty() {
                    true => format!("{}{rest}", clean(name)),
                    false => format!("{}, {}", clean(name), rest.trim_start_matches([',', ' '])),
                });
            }
        }
    }
    if authors.is_empty() {
        authors.extend(record.said("200", 'f'));
    }
    Draft {
        name: joined(&['a', 'h', 'i']),
        other_name: joined(&['e']),
        authors,
        publisher: bare(&record.first("210", 'c')),
        published: year(&record.first("210", 'd')),
        isbns: numbers(record, "010"),
        class: record.first("690", 'a'),
        subjects: record.said("606", 'a'),
        about: record.first("330", 'a'),
        labels: labels(record, "905", 'b'),
        ..Draft::default()
    }
}

fn first_of(record: &Record, places: &[(&str, char)]) -> String {
    let said = places.iter().map(|(tag, code)| record.first(tag, *code));
    said.into_iter()
        .find(|said| !said.is_empty())
        .unwrap_or_default()
}

/// Of a set and one of its volumes, the volume's own comes first.
fn numbers(record: &Record, tag: &str) -> Vec<(String, String)> {
    let of_set = |said: &String| {
        let said = said.to_lowercase();
        ["(set", "全套", "套)", "(套"]
            .iter()
            .any(|word| said.contains(word))
    };
    let (sets, own): (Vec<_>, Vec<_>) = record.said(tag, 'a').into_iter().partition(of_set);
    own.into_iter()
        .chain(sets)
        .map(|said| (said, tag.to_owned()))
        .collect()
}

/// The labels of the copies that a library wrote into its record.
fn labels(record: &Record, tag: &str, code: char) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for said in record.said(tag, code) {
        let label = match scanned(&said) {
            Some(Scanned::Label(label)) => label,
            _ => continue,
        };
        if Isbn::parse(&label).is_err() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels.truncate(limits::TITLE_COPIES);
    labels
}

/// Without the signs that a catalogue puts between the parts of a title.
fn bare(said: &str) -> String {
    let text = clean(said);
    let ends = |c: char| matches!(c, '/' | ':' | ';' | ',' | '=' | ' ');
    let text = text.trim_end_matches(ends);
    // A full stop after more than an initial ends the part as well.
    let stem = text.strip_suffix('.');
    let word = stem.and_then(|stem| stem.rsplit([' ', '.']).next());
    let full = word.is_some_and(|word| word.chars().count() > 2);
    stem.filter(|_| full)
        .unwrap_or(text)
        .trim_end_matches(ends)
        .to_owned()
}

/// The first four digits in a row, or what stands there.
fn year(said: &str) -> String {
    let bytes = said.as_bytes();
    let year = bytes
        .windows(4)
        .position(|four| four.iter().all(u8::is_ascii_digit));
    match year {
        Some(at) => said[at..at + 4].to_owned(),
        None => bare(said),
    }
}
