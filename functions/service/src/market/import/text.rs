//! Separated text: UTF-8 or GBK; fields apart by `,` `;` tab or `，`.
//!
//! Read here and not by the `csv` crate, which separates by one byte (`，` has three), skips empty
//! lines (a spreadsheet counts them) and takes a quote that is never closed for the rest of the file.

use encoding_rs::GBK;
use wire::Problem;

use super::read::{COLUMNS, Kept, Row, bad_file, cell};

/// Separators in the order in which one is preferred to another found equally often.
const SEPARATORS: [char; 4] = [',', '\t', ';', '，'];

/// The text with line ends as `\n`, and how it was written.
pub fn decoded(bytes: &[u8]) -> Result<(String, &'static str), Problem> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (text, read_as) = match std::str::from_utf8(bare) {
        Ok(text) => (text.into(), "utf-8"),
        Err(_) => {
            let text = GBK.decode_without_bom_handling_and_without_replacement(bare);
            (text.ok_or_else(|| bad_file("encoding"))?, "gbk")
        }
    };
    if text.contains('\0') {
        return Err(bad_file("damaged"));
    }
    Ok((text.replace("\r\n", "\n").replace('\r', "\n"), read_as))
}

/// The separator found most often in the first line that says something, outside of quotes.
fn separator(text: &str) -> char {
    let mut counts = [0usize; SEPARATORS.len()];
    let mut quoted = false;
    for c in text.trim_start_matches('\n').chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = SEPARATORS.iter().position(|s| *s == c) {
                    counts[i] += 1;
                }
            }
        }
    }
    let mut best = 0;
    for i in 1..counts.len() {
        if counts[i] > counts[best] {
            best = i;
        }
    }
    SEPARATORS[best]
}

/// Where in a field the reader stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    Bare,
    Quoted,
    /// After a quote inside of quotes: the end, or the first of two that mean one.
    Quote,
}

/// Rows of fields. A field in quotes may hold separators, line breaks and doubled quotes.
pub fn rows(text: &str, rows_max: usize) -> Result<Vec<Row>, Problem> {
    let separator = separator(text);
    let mut kept = Kept::within(rows_max);
    let (mut number, mut cells, mut field, mut place) =
        (1, Vec::new(), String::new(), Place::Start);
    let end = |cells: &mut Vec<String>, field: &mut String| {
        if cells.len() < COLUMNS {
            cells.push(cell(field));
        }
        field.clear();
    };
    for c in text.chars() {
        place = match place {
            Place::Quoted if c == '"' => Place::Quote,
            Place::Quote if c == '"' => {
                field.push(c);
                Place::Quoted
            }
            Place::Quoted => {
                field.push(c);
                Place::Quoted
            }
            Place::Start | Place::Bare | Place::Quote if c == separator => {
                end(&mut cells, &mut field);
                Place::Start
            }
            Place::Start | Place::Bare | Place::Quote if c == '\n' => {
                end(&mut cells, &mut field);
                kept.row(number, std::mem::take(&mut cells))?;
                number += 1;
                Place::Start
            }
            Place::Start if c == '"' => Place::Quoted,
            Place::Start if c.is_whitespace() => Place::Start,
            Place::Start | Place::Bare | Place::Quote => {
                field.push(c);
                Place::Bare
            }
        };
    }
    if place == Place::Quoted {
        return Err(bad_file("open_quote"));
    }
    end(&mut cells, &mut field);
    kept.row(number, cells)?;
    Ok(kept.rows())
}
