//! A log of door events as somebody else wrote it down: CSV with the columns person, device, direction and
//! time, in any order of columns and lines, or a JSON object with these names on each line.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use domain::AbsenceId;
use domain::watch::replay::Logged;
use domain::watch::{Absence, AbsenceKind, Passage, Sign};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Characters of the name of a person or a device.
const NAME_CHARS: usize = 120;

/// Names, each with a number: the one a replay sorts and compares.
#[derive(Default)]
pub struct Names {
    known: HashMap<String, u32>,
    all: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.known.insert(name.to_owned(), number);
        self.all.push(name.to_owned());
        number
    }

    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", String::as_str)
    }
}

/// Why a line was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// As an editor counts; the heading of a CSV file is the first.
    pub line: u64,
    pub column: &'static str,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No such column, or nothing in it.
    Missing,
    /// Not a moment: RFC 3339, or a local time without an offset.
    NoTime,
    /// Neither in, out nor opened.
    NoDirection,
    TooLong,
    /// An absence that ends before it begins.
    Backwards,
    /// No line of a table, or no object.
    Unreadable,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, why } = self;
        match why {
            Why::Missing => write!(f, "line {line}: {column} is missing"),
            Why::NoTime => write!(f, "line {line}: {column} is no time"),
            Why::NoDirection => write!(f, "line {line}: {column} is neither in, out nor opened"),
            Why::TooLong => write!(f, "line {line}: {column} has more than {NAME_CHARS} characters"),
            Why::Backwards => write!(f, "line {line}: {column} is not after its beginning"),
            Why::Unreadable => write!(f, "line {line} cannot be read"),
        }
    }
}

/// What a log says, and what could not be taken of it.
#[derive(Default)]
pub struct Log {
    pub lines: Vec<Logged<u32>>,
    pub absences: BTreeMap<u32, Vec<Absence>>,
    pub flaws: Vec<Flaw>,
    /// Lines that name nobody, or say that a door was closed: true, and of no use.
    pub passed_over: u64,
}

#[derive(Deserialize)]
struct EventLine<'a> {
    #[serde(borrow, default)]
    person: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    device: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    direction: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    time: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct AbsenceLine<'a> {
    #[serde(borrow, default)]
    person: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    from: std::borrow::Cow<'a, str>,
    #[serde(borrow, alias = "until", default)]
    to: std::borrow::Cow<'a, str>,
}

impl Log {
    /// Takes events. `zone`: of times that name no offset.
    pub fn events(&mut self, text: &str, names: &mut Names, zone: &TimeZone) {
        let columns = ["person", "device", "direction", "time"];
        self.lines(text, columns, |log, line, json| match json {
            Some(json) => match serde_json::from_str::<EventLine<'_>>(json) {
                Ok(said) => log.event(
                    line,
                    [&said.person, &said.device, &said.direction, &said.time],
                    names,
                    zone,
                ),
                Err(_) => log.flaw(line, "", Why::Unreadable),
            },
            None => {}
        });
        let _ = columns;
    }
}
