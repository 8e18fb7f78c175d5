//! Titles and copies from files. Read [`sheet`] and [`marc`] (a file into rows), [`draft`] (what a row
//! says, tidied), [`plan`] (rows into parts), [`take`] (a part into the table), then [`calls`].
//!
//! A row is taken whole or not at all. What a title is the same by (its number, or else its name,
//! authors and publisher) makes its id, so the same file twice changes nothing; a copy is the same by
//! its label. Absent on purpose: changing what is there.

mod calls;
mod draft;
mod form;
mod iso2709;
mod marc;
mod plan;
mod sheet;
mod take;
#[cfg(test)]
mod tests;

use domain::library::Wish;
use wire::Problem;

use crate::market::import::columns::Flaw;

pub use calls::{cancel, get, list, rows, start};
pub use take::resume;

/// A row or record that says something.
#[derive(Debug, PartialEq)]
pub struct Parsed {
    pub row: u32,
    pub name: String,
    pub wish: Result<Wish, Flaw>,
}

/// A file that was read.
#[derive(Debug)]
pub struct Read {
    pub rows: Vec<Parsed>,
    pub read_as: &'static str,
}

/// Refuses `bad_file`, `missing_field`.
pub fn read(bytes: &[u8]) -> Result<Read, Problem> {
    const ZIP: &[u8] = b"PK\x03\x04";
    match !bytes.starts_with(ZIP) && iso2709::is_marc(bytes) {
        true => marc::read(bytes),
        false => sheet::read(bytes),
    }
}
