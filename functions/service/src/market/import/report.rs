//! From rows to a report: each is judged on its own, and taken on its own.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use domain::limits;
use wire::market::{ImportOutcome, ImportReport, ImportRow};

use super::columns::{Column, Columns, Flaw};
use super::read::{self, Row, bad_file};
use crate::error::Error;

/// Rows that are written at the same time.
const AT_ONCE: usize = 8;

/// A file whose heading is understood.
pub struct Opened {
    pub columns: Arc<Columns>,
    pub rows: Vec<Row>,
    pub read_as: &'static str,
}

/// What becomes of a row. `T`: what is written for it.
#[derive(Debug, PartialEq)]
pub enum Verdict<T> {
    Take(T),
    Known,
    Refused(Flaw),
}

pub struct Judged<T> {
    pub row: u32,
    pub name: String,
    pub verdict: Verdict<T>,
}

impl Opened {
    /// Refuses `bad_file`, `missing_field`.
    pub async fn of(file: Bytes, known: &'static [&'static Column]) -> Result<Self, Error> {
        // Off the async threads; a panic of the workbook's reader is a damaged file, too.
        let sheet = tokio::task::spawn_blocking(move || read::sheet(&file)).await;
        let mut sheet = sheet.map_err(|_| bad_file("damaged"))??;
        let heading = sheet.rows.remove(0);
        Ok(Self {
            columns: Arc::new(Columns::of(&heading, known)?),
            rows: sheet.rows,
            read_as: sheet.read_as,
        })
    }

    /// Whom or what a row is about, as far as it says so.
    #[must_use]
    pub fn named<T>(&self, row: &Row, column: &Column, verdict: Verdict<T>) -> Judged<T> {
        let name = self.columns.cell(row, column);
        Judged {
            row: row.number,
            name: name.chars().take(limits::NAME_CHARS).collect(),
            verdict,
        }
    }
}

/// Only says what would happen.
#[must_use]
pub fn checked<T>(rows: Vec<Judged<T>>) -> Vec<Judged<()>> {
    let would = |judged: Judged<T>| Judged {
        row: judged.row,
        name: judged.name,
        verdict: match judged.verdict {
            Verdict::Take(_) => Verdict::Take(()),
            Verdict::Known => Verdict::Known,
            Verdict::Refused(flaw) => Verdict::Refused(flaw),
        },
    };
    rows.into_iter().map(would).collect()
}

/// Writes what is to be taken, a few rows at a time. Where a machine fails, the rows before stand,
/// and are known the next time.
pub async fn taken<T, F>(
    rows: Vec<Judged<T>>,
    take: impl Fn(T) -> F,
) -> Result<Vec<Judged<()>>, Error>
where
    F: Future<Output = Result<Verdict<()>, Error>> + Send + 'static,
{
    let mut done = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut running = Vec::with_capacity(AT_ONCE);
        for Judged { row, name, verdict } in rows.by_ref().take(AT_ONCE) {
            running.push(match verdict {
                Verdict::Take(what) => (row, name, Ok(tokio::spawn(take(what)))),
                Verdict::Known => (row, name, Err(Verdict::Known)),
                Verdict::Refused(flaw) => (row, name, Err(Verdict::Refused(flaw))),
            });
        }
        for (row, name, running) in running {
            let verdict = match running {
                Ok(task) => task.await.map_err(store::Error::broken)??,
                Err(verdict) => verdict,
            };
            done.push(Judged { row, name, verdict });
        }
    }
    Ok(done)
}

#[must_use]
pub fn report(read_as: &str, rows: Vec<Judged<()>>) -> ImportReport {
    let rows: Vec<ImportRow> = rows.into_iter().map(line).collect();
    let count = |outcome| {
        rows.iter()
            .filter(|r| r.outcome == outcome)
            .map(|_| 1)
            .sum()
    };
    ImportReport {
        taken: count(ImportOutcome::Taken),
        refused: count(ImportOutcome::Refused),
        known: count(ImportOutcome::Known),
        read_as: read_as.to_owned(),
        rows,
    }
}

fn line(judged: Judged<()>) -> ImportRow {
    let (outcome, flaw) = match judged.verdict {
        Verdict::Take(()) => (ImportOutcome::Taken, None),
        Verdict::Known => (ImportOutcome::Known, None),
        Verdict::Refused(flaw) => (ImportOutcome::Refused, Some(flaw)),
    };
    let (code, column) = flaw.map(|flaw| (flaw.code, flaw.column)).unzip();
    ImportRow {
        row: judged.row,
        name: judged.name,
        outcome,
        code,
        column,
    }
}
