//! A log of door events as somebody else wrote it down: CSV with the columns person, device, direction and
//! time, in any order of columns and of lines, or an object with these names on each line.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use domain::AbsenceId;
use domain::watch::replay::Logged;
use domain::watch::{Absence, AbsenceKind, Passage, Sign};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Characters of one field.
const FIELD_CHARS: usize = 120;

/// What is read of a door event, and without which of it there is none.
const COLUMNS: [&str; 4] = ["person", "device", "direction", "time"];
const NEEDED: [&str; 3] = ["person", "direction", "time"];

/// Names, each with the number that a replay sorts and compares.
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
    /// Nothing in it.
    Missing,
    /// The table has no column of this name.
    NoColumn(&'static str),
    /// Not RFC 3339, nor a local time without an offset.
    NoTime,
    /// Neither in, out, opened nor closed.
    NoDirection,
    TooLong,
    /// An absence that ends before it begins.
    Backwards,
    /// Neither a line of a table nor an object of texts.
    Unreadable,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, why } = self;
        write!(f, "line {line}: ")?;
        match why {
            Why::Missing => write!(f, "{column} is missing"),
            Why::NoColumn(name) => write!(f, "there is no column {name}"),
            Why::NoTime => write!(f, "{column} is no time"),
            Why::NoDirection => write!(f, "{column} is neither in, out, opened nor closed"),
            Why::TooLong => write!(f, "{column} has more than {FIELD_CHARS} characters"),
            Why::Backwards => write!(f, "{column} is not after the beginning"),
            Why::Unreadable => f.write_str("neither a line of the table nor an object of texts"),
        }
    }
}

/// What a log says, and what of it could not be taken.
#[derive(Default)]
pub struct Log {
    pub lines: Vec<Logged<u32>>,
    pub absences: BTreeMap<u32, Vec<Absence>>,
    pub flaws: Vec<Flaw>,
    /// Lines that name nobody, or a door that closed: true, and of no use here.
    pub passed_over: u64,
}

impl Log {
    /// Takes door events. `zone`: of times that name no offset.
    pub fn events(&mut self, text: &str, names: &mut Names, zone: &TimeZone) {
        each_line(text, COLUMNS, &NEEDED, |line, fields| {
            let fields = match fields {
                Ok(fields) => fields,
                Err(why) => return self.flaw(line, "", why),
            };
            let [person, device, direction, time] = fields;
            match event((person, device), direction, time, zone) {
                Ok(Some(sign)) => self.lines.push(Logged {
                    person: names.number(person),
                    sign,
                }),
                Ok(None) => self.passed_over += 1,
                Err((column, why)) => self.flaw(line, COLUMNS[column], why),
            }
        });
    }

    /// Takes absences that were said beforehand: person, from, to.
    pub fn absences(&mut self, text: &str, names: &mut Names, zone: &TimeZone) {
        const COLUMNS: [&str; 3] = ["person", "from", "to"];
        each_line(text, COLUMNS, &COLUMNS, |line, fields| {
            let fields = match fields {
                Ok(fields) => fields,
                Err(why) => return self.flaw(line, "", why),
            };
            let [person, from, to] = fields;
            match span(person, from, to, zone) {
                Ok((from, until)) => {
                    let absence = Absence {
                        id: AbsenceId::from_bits(u128::from(line)),
                        kind: AbsenceKind::Other,
                        from,
                        until,
                    };
                    let person = names.number(person);
                    self.absences.entry(person).or_default().push(absence);
                }
                Err((column, why)) => self.flaw(line, COLUMNS[column], why),
            }
        });
    }

    fn flaw(&mut self, line: u64, column: &'static str, why: Why) {
        self.flaws.push(Flaw { line, column, why });
    }
}

/// One line by itself, for whoever asks who it is about and which door it was.
pub struct Row {
    pub line: u64,
    pub person: String,
    pub device: String,
    /// Absent where it names nobody, or a door that closed. Refused with the column, and how.
    pub sign: Result<Option<Sign>, (&'static str, Why)>,
}

/// Door events line by line. `zone`: of times that name no offset. Refuses a table without one of its columns.
pub fn rows(text: &str, zone: &TimeZone) -> Result<Vec<Row>, Flaw> {
    let (mut rows, mut whole) = (Vec::new(), None);
    each_line(text, COLUMNS, &NEEDED, |line, fields| {
        let row = match fields {
            Ok([person, device, direction, time]) => Row {
                line,
                person: person.to_owned(),
                device: device.to_owned(),
                sign: event((person, device), direction, time, zone)
                    .map_err(|(column, why)| (COLUMNS[column], why)),
            },
            Err(why @ Why::NoColumn(column)) => {
                whole = Some(Flaw { line, column, why });
                return;
            }
            Err(why) => Row {
                line,
                person: String::new(),
                device: String::new(),
                sign: Err(("", why)),
            },
        };
        rows.push(row);
    });
    match whole {
        Some(flaw) => Err(flaw),
        None => Ok(rows),
    }
}

/// A value of an object: a text, or a number as a text would say it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Text(String),
    Number(serde_json::Number),
    Nothing(()),
    Other(serde::de::IgnoredAny),
}

impl Said {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Nothing(()) | Self::Other(_) => String::new(),
        }
    }

    fn is_other(&self) -> bool {
        matches!(self, Self::Other(_))
    }
}

/// Reads the columns of these names from each line.
fn each_line<const N: usize>(
    text: &str,
    columns: [&'static str; N],
    needed: &[&'static str],
    mut take: impl FnMut(u64, Result<[&str; N], Why>),
) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        for (n, raw) in (1..).zip(text.lines()) {
            if raw.trim().is_empty() {
                continue;
            }
            match serde_json::from_str::<BTreeMap<String, Said>>(raw) {
                Ok(said)
                    if columns
                        .iter()
                        .all(|name| !said.get(*name).is_some_and(Said::is_other)) =>
                {
                    let fields =
                        columns.map(|name| said.get(name).map(Said::text).unwrap_or_default());
                    take(n, Ok(fields.each_ref().map(|field| field.trim())));
                }
                Ok(_) | Err(_) => take(n, Err(Why::Unreadable)),
            }
        }
        return;
    }
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let heading = table.headers().cloned().unwrap_or_default();
    let place = |name: &str| {
        heading
            .iter()
            .position(|found| found.eq_ignore_ascii_case(name))
    };
    let places = columns.map(place);
    // Without these every line would say less than it does.
    let wanting = needed.iter().find(|name| place(name).is_none());
    if let Some(name) = wanting {
        return take(1, Err(Why::NoColumn(name)));
    }
    let mut record = csv::StringRecord::new();
    loop {
        match table.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let field = |place: Option<usize>| place.and_then(|at| record.get(at));
                take(line, Ok(places.map(|place| field(place).unwrap_or(""))));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                take(line, Err(Why::Unreadable));
                if error.is_io_error() {
                    return;
                }
            }
        }
    }
}

/// Which column is wrong, and how.
type Wrong = (usize, Why);

/// What one line says of somebody; nothing, where it names nobody or a door that closed.
fn event(
    (person, device): (&str, &str),
    direction: &str,
    time: &str,
    zone: &TimeZone,
) -> Result<Option<Sign>, Wrong> {
    for (column, field) in [person, device, direction, time].into_iter().enumerate() {
        if field.chars().count() > FIELD_CHARS {
            return Err((column, Why::TooLong));
        }
    }
    let passage = passage(direction).ok_or((2, Why::NoDirection))?;
    let at = moment(time, zone).map_err(|why| (3, why))?;
    Ok(passage.filter(|_| !person.is_empty()).map(|passage| Sign {
        at,
        seq: 0,
        passage,
    }))
}

/// How somebody passed, as terminals and people write it; inner `None`: a door that closed.
fn passage(direction: &str) -> Option<Option<Passage>> {
    let said = direction.to_lowercase();
    Some(Some(match said.as_str() {
        "in" | "entry" | "enter" | "return" | "进" | "进门" | "入" | "回家" => Passage::Entry,
        "out" | "exit" | "leave" | "出" | "出门" | "离开" => Passage::Exit,
        "" | "open" | "opened" | "unknown" | "开" | "开门" => Passage::Opened,
        "unidentified" | "button" => Passage::Unidentified,
        "close" | "closed" | "关" | "关门" => return Some(None),
        _ => return None,
    }))
}

fn span(
    person: &str,
    from: &str,
    to: &str,
    zone: &TimeZone,
) -> Result<(Timestamp, Timestamp), Wrong> {
    if person.is_empty() {
        return Err((0, Why::Missing));
    }
    if person.chars().count() > FIELD_CHARS {
        return Err((0, Why::TooLong));
    }
    let from = moment(from, zone).map_err(|why| (1, why))?;
    let until = moment(to, zone).map_err(|why| (2, why))?;
    if until <= from {
        return Err((2, Why::Backwards));
    }
    Ok((from, until))
}

/// RFC 3339, or a local time; of one that came twice, as clocks went back, the first.
pub fn moment(raw: &str, zone: &TimeZone) -> Result<Timestamp, Why> {
    if raw.is_empty() {
        return Err(Why::Missing);
    }
    if let Ok(at) = raw.parse::<Timestamp>() {
        return Ok(at);
    }
    let local: DateTime = raw.parse().map_err(|_| Why::NoTime)?;
    let zoned = zone.to_zoned(local).map_err(|_| Why::NoTime)?;
    Ok(zoned.timestamp())
}

#[cfg(test)]
mod tests;
