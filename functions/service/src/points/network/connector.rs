//! The way to the national network and back. The network publishes no interface, so the one connector
//! there is carries files: somebody uploads them over there, and brings back what they are given.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use domain::network::compare::{Amount, Answer, Held, NoAnswer};
use domain::network::sheet::{Cell, csv, headings};
use domain::network::{Batch, Part};
use domain::{EntryId, limits};
use wire::Code;
use wire::points::network::SheetForm;

use super::xlsx;
use crate::error::Error;
use crate::http::Sheet;
use crate::market::import::columns::{Column, Columns, Flaw};
use crate::market::import::read::Row;
use crate::market::import::report::Opened;
use crate::market::import::values::whole;

/// What somebody brought back, line by line. `T`: what a line says.
pub struct Came<T> {
    pub read_as: &'static str,
    pub columns: Arc<Columns>,
    pub lines: Vec<Line<T>>,
}

pub struct Line<T> {
    /// As a spreadsheet counts.
    pub row: u32,
    /// What it is about, as far as it says so.
    pub name: String,
    pub said: Result<T, Flaw>,
}

pub type Coming<T> = Pin<Box<dyn Future<Output = Result<Came<T>, Error>> + Send>>;

pub trait Connector: Send + Sync {
    /// What is handed over: the same for the same batch, each time.
    fn hand_over(&self, batch: &Batch, parts: &[Part], form: SheetForm) -> Result<Sheet, Error>;
    /// What the network answers to single records.
    fn answers(&self, came: Bytes) -> Coming<(EntryId, Answer)>;
    /// What the network has.
    fn holdings(&self, came: Bytes) -> Coming<Held>;
}

/// The connector in use.
#[must_use]
pub fn connector() -> &'static dyn Connector {
    &Files
}

/// Files, carried by somebody.
struct Files;

pub const RECORD: Column = Column {
    key: "record",
    zh: "记录编号",
    also: &["recordid"],
    units: &[],
    required: false,
};
pub const EXTERNAL: Column = Column {
    key: "external",
    zh: "外部编号",
    also: &["externalid", "externalref", "志愿服务网编号"],
    units: &[],
    required: false,
};
const REASON: Column = Column {
    key: "reason",
    zh: "退回原因",
    also: &["原因", "rejectreason"],
    units: &[],
    required: false,
};
const MINUTES: Column = Column {
    key: "minutes",
    zh: "服务分钟",
    also: &["分钟"],
    units: &[],
    required: false,
};
const HOURS: Column = Column {
    key: "hours",
    zh: "服务时间",
    also: &["服务时长", "时长"],
    units: &["小时", "hours", "h"],
    required: false,
};
static ANSWERS: &[&Column] = &[
    &Column {
        required: true,
        ..RECORD
    },
    &EXTERNAL,
    &REASON,
];
static HOLDINGS: &[&Column] = &[&RECORD, &EXTERNAL, &MINUTES, &HOURS];

impl Connector for Files {
    fn hand_over(&self, batch: &Batch, parts: &[Part], form: SheetForm) -> Result<Sheet, Error> {
        let rows = parts.iter().flat_map(|part| &part.rows);
        let rows: Vec<Vec<Cell>> = rows.map(|row| row.cells(batch)).collect();
        let heading = headings(batch.layout);
        let (bytes, content_type, ending) = match form {
            SheetForm::Csv => {
                let lines = rows.iter().map(|row| row.iter().map(Cell::said).collect());
                let text = csv(std::iter::once(heading.to_vec()).chain(lines));
                (text.into_bytes(), "text/csv; charset=utf-8", "csv")
            }
            SheetForm::Xlsx => (xlsx::workbook(heading, &rows)?, xlsx::CONTENT_TYPE, "xlsx"),
        };
        Ok(Sheet {
            name: format!("{}.{ending}", batch.id),
            content_type,
            bytes: bytes.into(),
        })
    }

    fn answers(&self, came: Bytes) -> Coming<(EntryId, Answer)> {
        Box::pin(read(came, ANSWERS, answer))
    }

    fn holdings(&self, came: Bytes) -> Coming<Held> {
        Box::pin(read(came, HOLDINGS, held))
    }
}

async fn read<T>(
    came: Bytes,
    known: &'static [&'static Column],
    says: fn(&Columns, &Row) -> Result<T, Flaw>,
) -> Result<Came<T>, Error> {
    let file = Opened::of(came, known).await?;
    let columns = &file.columns;
    let line = |row: &Row| {
        let name = match columns.cell(row, &RECORD) {
            "" => columns.cell(row, &EXTERNAL),
            id => id,
        };
        Line {
            row: row.number,
            name: name.chars().take(limits::NAME_CHARS).collect(),
            said: says(columns, row),
        }
    };
    Ok(Came {
        read_as: file.read_as,
        columns: Arc::clone(columns),
        lines: file.rows.iter().map(line).collect(),
    })
}

/// A number of the network's: in one piece.
fn number(columns: &Columns, row: &Row) -> Result<String, Flaw> {
    let number = columns.note(row, &EXTERNAL, limits::NETWORK_EXTERNAL_CHARS)?;
    match number.contains(char::is_whitespace) {
        true => Err(columns.flaw(&EXTERNAL, Code::BadValue)),
        false => Ok(number),
    }
}

fn answer(columns: &Columns, row: &Row) -> Result<(EntryId, Answer), Flaw> {
    let id = columns.said(row, &RECORD, |text| text.parse().ok())?;
    let id = id.ok_or_else(|| columns.flaw(&RECORD, Code::EmptyText))?;
    let external = number(columns, row)?;
    let reason = columns.note(row, &REASON, limits::LINE_CHARS)?;
    let answer = Answer::of(&external, &reason).map_err(|no| match no {
        NoAnswer::Silent => columns.flaw(&EXTERNAL, Code::EmptyText),
        NoAnswer::Both => columns.flaw(&REASON, Code::BadValue),
    })?;
    Ok((id, answer))
}

fn held(columns: &Columns, row: &Row) -> Result<Held, Flaw> {
    let record = columns.said(row, &RECORD, |text| text.parse().ok())?;
    let external = Some(number(columns, row)?).filter(|text| !text.is_empty());
    if record.is_none() && external.is_none() {
        return Err(columns.flaw(&RECORD, Code::EmptyText));
    }
    let minutes = columns.said(row, &MINUTES, |text| whole(text).map(Amount::Minutes))?;
    let amount = match minutes {
        Some(minutes) => Some(minutes),
        None => columns.said(row, &HOURS, Amount::hours)?,
    };
    Ok(Held {
        row: row.number,
        record,
        external,
        amount: amount.ok_or_else(|| columns.flaw(&MINUTES, Code::EmptyText))?,
    })
}
