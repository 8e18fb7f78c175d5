//! Which column is which: by its heading, in Chinese or English, in any order.

use std::collections::BTreeMap;

pub use domain::text::narrow;
use domain::text::{self, BadText};
use wire::{Code, Problem};

use super::read::{Row, bad_file};

/// A column a file may have.
pub struct Column {
    /// Its name in English.
    pub key: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Other headings it goes by, in their plain form.
    pub also: &'static [&'static str],
    /// Units its heading may name in brackets. Another unit makes it another column.
    pub units: &'static [&'static str],
    pub required: bool,
}

/// Why a row is not taken. `column`: the heading as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    pub code: Code,
    pub column: String,
}

/// Where the columns of one file are. Columns nobody knows are left alone.
pub struct Columns {
    found: BTreeMap<&'static str, (usize, String)>,
}

impl Columns {
    /// Refuses `missing_field` with the column's name, `bad_file` where two columns are the same.
    pub fn of(heading: &Row, known: &[&'static Column]) -> Result<Self, Problem> {
        let mut found = BTreeMap::new();
        for (i, raw) in heading.cells.iter().enumerate() {
            let Some(column) = known.iter().find(|column| column.is(raw)) else {
                continue;
            };
            if found.insert(column.key, (i, raw.clone())).is_some() {
                return Err(bad_file("column_twice").with("column", raw.as_str()));
            }
        }
        let missing = |column: &&&Column| column.required && !found.contains_key(column.key);
        match known.iter().find(missing) {
            Some(column) => Err(Problem::new(Code::MissingField)
                .with("column", column.zh)
                .with("key", column.key)),
            None => Ok(Self { found }),
        }
    }

    /// A cell's text, empty where there is no such column.
    #[must_use]
    pub fn cell<'r>(&self, row: &'r Row, column: &Column) -> &'r str {
        let found = self.found.get(column.key);
        found
            .and_then(|(i, _)| row.cells.get(*i))
            .map_or("", String::as_str)
    }

    #[must_use]
    pub fn flaw(&self, column: &Column, code: Code) -> Flaw {
        let heading = self.found.get(column.key).map(|(_, raw)| raw.clone());
        Flaw {
            code,
            column: heading.unwrap_or_else(|| column.zh.to_owned()),
        }
    }

    /// A text that must say something.
    pub fn line(&self, row: &Row, column: &Column, chars_max: usize) -> Result<String, Flaw> {
        let text = self.note(row, column, chars_max)?;
        if text.is_empty() {
            return Err(self.flaw(column, Code::EmptyText));
        }
        Ok(text)
    }

    /// A text that may be empty.
    pub fn note(&self, row: &Row, column: &Column, chars_max: usize) -> Result<String, Flaw> {
        text::optional(self.cell(row, column), chars_max).map_err(|bad| {
            let code = match bad {
                BadText::Empty => Code::EmptyText,
                BadText::TooLong { .. } => Code::TooLong,
                BadText::Control => Code::BadValue,
            };
            self.flaw(column, code)
        })
    }

    /// What a cell says, read by `parse`; `None` where it is empty.
    pub fn said<T>(
        &self,
        row: &Row,
        column: &Column,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Flaw> {
        match self.cell(row, column) {
            "" => Ok(None),
            text => match parse(text) {
                Some(value) => Ok(Some(value)),
                None => Err(self.flaw(column, Code::BadValue)),
            },
        }
    }
}

impl Column {
    fn is(&self, heading: &str) -> bool {
        let plain = plain(heading);
        let bracketed = plain
            .strip_suffix(')')
            .and_then(|rest| rest.split_once('('));
        let name = match bracketed {
            Some((name, unit)) if self.units.contains(&unit) => name,
            _ => plain.as_str(),
        };
        [&self.key, &self.zh]
            .into_iter()
            .chain(self.also)
            .any(|known| *known == name)
    }
}

/// A heading or a choice as it is compared: lower case, half width, without spaces, `_`, `-`, `*`.
#[must_use]
pub fn plain(raw: &str) -> String {
    narrow(raw)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '*'))
        .flat_map(char::to_lowercase)
        .collect()
}
