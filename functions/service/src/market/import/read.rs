//! A file as rows of text: what a spreadsheet shows, with the row numbers it counts by.

use domain::limits;
use wire::{Code, Problem};

use super::{text, xlsx};

/// Columns looked at; those further right are left alone.
pub const COLUMNS: usize = 60;
/// Text of all cells together. Below the limit of the file it only binds what a file unpacks to.
pub const TEXT_BYTES: usize = 8 * 1024 * 1024;
/// Longest text any column takes; one more character is kept so that it still reads as too long.
const CELL_CHARS: usize = limits::STORY_CHARS + 1;

/// The rows of a file that say something; the first is the heading.
#[derive(Debug)]
pub struct Sheet {
    pub rows: Vec<Row>,
    pub read_as: &'static str,
}

#[derive(Debug, PartialEq)]
pub struct Row {
    /// As a spreadsheet counts, from 1, empty rows included.
    pub number: u32,
    /// Trimmed; absent on the right where empty.
    pub cells: Vec<String>,
}

/// A file that cannot be read. `what` stands in the data.
pub fn bad_file(what: &'static str) -> Problem {
    Problem::new(Code::BadFile).with("what", what)
}

/// Refuses `bad_file` with what is wrong: `empty`, `damaged`, `encoding`, `old_excel`, `open_quote`,
/// `too_large` or `too_many_rows`.
pub fn sheet(bytes: &[u8]) -> Result<Sheet, Problem> {
    sheet_within(bytes, limits::IMPORT_ROWS)
}

/// The same with as many rows below the heading.
pub fn sheet_within(bytes: &[u8], rows_max: usize) -> Result<Sheet, Problem> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
    let (rows, read_as) = if bytes.starts_with(ZIP) {
        (xlsx::rows(bytes, rows_max)?, "xlsx")
    } else if bytes.starts_with(OLE) {
        return Err(bad_file("old_excel"));
    } else {
        let (text, read_as) = text::decoded(bytes)?;
        (text::rows(&text, rows_max)?, read_as)
    };
    if rows.is_empty() {
        return Err(bad_file("empty"));
    }
    Ok(Sheet { rows, read_as })
}

/// What is kept of a file while it is read, within the limits.
pub struct Kept {
    rows: Vec<Row>,
    rows_max: usize,
    bytes: usize,
}

impl Kept {
    #[must_use]
    pub fn within(rows_max: usize) -> Self {
        Self {
            rows: Vec::new(),
            rows_max,
            bytes: 0,
        }
    }

    /// Takes a row unless it is empty.
    pub fn row(&mut self, number: u32, mut cells: Vec<String>) -> Result<(), Problem> {
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        if self.rows.len() > self.rows_max {
            return Err(bad_file("too_many_rows").with("max", self.rows_max));
        }
        self.bytes += cells.iter().map(String::len).sum::<usize>();
        if self.bytes > TEXT_BYTES {
            return Err(bad_file("too_large"));
        }
        self.rows.push(Row { number, cells });
        Ok(())
    }

    #[must_use]
    pub fn rows(self) -> Vec<Row> {
        self.rows
    }
}

/// A cell's text, trimmed and cut where it is too long for any column.
pub fn cell(raw: &str) -> String {
    let text = raw.trim();
    match text.char_indices().nth(CELL_CHARS) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}
