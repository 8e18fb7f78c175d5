//! The first sheet of a workbook, every value as people see it.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use wire::Problem;

use super::archive;
use super::read::{COLUMNS, Kept, Row, TEXT_BYTES, bad_file, cell};

/// Rows of the first sheet that can be seen.
pub fn rows(bytes: &[u8], rows_max: usize) -> Result<Vec<Row>, Problem> {
    archive::check(bytes)?;
    let damaged = |_: XlsxError| bad_file("damaged");
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut sheets = book.sheets_metadata().iter();
    let first = sheets
        .find(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or_else(|| bad_file("empty"))?;
    let mut reader = book.worksheet_cells_reader(&first).map_err(damaged)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut bytes = 0;
    while let Some(found) = reader.next_cell().map_err(damaged)? {
        let ((row, column), text) = (found.get_position(), shown(found.get_value()));
        let column = column as usize;
        if text.is_empty() || column >= COLUMNS {
            continue;
        }
        bytes += text.len();
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        // Many cells may show one long text: what is kept is counted, not what was unpacked.
        if bytes > TEXT_BYTES || rows.len() > rows_max + 1 {
            break;
        }
    }
    let mut kept = Kept::within(rows_max);
    for (row, cells) in rows {
        kept.row(row + 1, cells)?;
    }
    Ok(kept.rows())
}

fn shown(value: &DataRef) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::String(text) => cell(text),
        DataRef::SharedString(text) => cell(text),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => clock(*moment),
        DataRef::DateTimeIso(text) => cell(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::DurationIso(text) => cell(text),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// The 15 digits a spreadsheet shows, never in scientific form.
fn decimal(number: f64) -> String {
    let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    shown.to_string()
}

/// A day as `YYYY-MM-DD`, a time of day as `HH:MM`, both where there are both.
fn clock(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}");
    if moment.as_f64() < 1.0 {
        time
    } else if (hour, minute) == (0, 0) {
        date
    } else {
        format!("{date} {time}")
    }
}
