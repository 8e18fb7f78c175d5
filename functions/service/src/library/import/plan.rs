//! Rows into parts: each small enough for one transaction.

use domain::limits;
use store::library::{ImportRow, LibraryPart};

use super::Parsed;

/// Beside an import and its part; DynamoDB takes 100 items in a transaction.
const ITEMS: usize = 94;
/// Of a row with as many copies: its title, its number, its shelf, and of each copy its label and its
/// line of the ledger.
const COPIES: usize = 40;
/// Rows that are looked at together.
const ROWS: usize = 40;
/// An item holds 400 KB.
const BYTES: usize = 200 * 1024;

const _: () = assert!(3 + 2 * COPIES <= ITEMS, "one row fits a transaction");

/// The parts of a file, and how many of its rows say something.
pub fn parts(rows: Vec<Parsed>) -> Vec<LibraryPart> {
    let mut parts: Vec<LibraryPart> = Vec::new();
    let (mut items, mut bytes) = (ITEMS, 0);
    for row in rows.into_iter().flat_map(pieces) {
        let costs = cost(&row);
        let size = serde_json::to_vec(&row).map_or(0, |json| json.len());
        let full = parts.last().is_none_or(|part| part.rows.len() >= ROWS);
        if full || items + costs > ITEMS || bytes + size > BYTES {
            let n = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            parts.push(LibraryPart {
                n,
                rows: Vec::new(),
                ver: 1,
            });
            (items, bytes) = (0, 0);
        }
        items += costs;
        bytes += size;
        if let Some(part) = parts.last_mut() {
            part.rows.push(row);
        }
    }
    parts
}

fn cost(row: &ImportRow) -> usize {
    let Some(wish) = &row.wish else { return 0 };
    let (from, until) = wish.unlabelled;
    3 + 2 * (wish.labels.len() + (until - from) as usize)
}

fn pieces(parsed: Parsed) -> Vec<ImportRow> {
    let name: String = parsed.name.chars().take(limits::NAME_CHARS).collect();
    let row = ImportRow {
        row: parsed.row,
        name,
        goes_on: false,
        wish: None,
        outcome: None,
        code: None,
        column: None,
    };
    match parsed.wish {
        Err(flaw) => vec![ImportRow {
            code: Some(flaw.code.as_str().to_owned()),
            column: Some(flaw.column),
            ..row
        }],
        Ok(wish) => {
            let pieces = wish.pieces(COPIES).into_iter().enumerate();
            let piece = |(n, wish)| ImportRow {
                goes_on: n > 0,
                wish: Some(wish),
                ..row.clone()
            };
            pieces.map(piece).collect()
        }
    }
}
