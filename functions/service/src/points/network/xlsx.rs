//! A workbook, the same bytes for the same cells: no dates in its archive, and its parts
//! stored as they are, so that no version of a compressor is in it. Texts are texts, whatever they
//! begin with. Written here: a crate for it would bring fonts, charts and formulas along.

use std::io::{Cursor, Write};

use domain::network::sheet::Cell;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::Error;

pub const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// One sheet of a workbook.
pub struct Tab<'a> {
    pub name: &'a str,
    pub heading: &'a [&'a str],
    pub rows: &'a [Vec<Cell>],
}

pub fn workbook(heading: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>, Error> {
    book_of(&[Tab {
        name: "志愿服务记录",
        heading,
        rows,
    }])
}

/// The same of several sheets, in their order.
pub fn book_of(tabs: &[Tab<'_>]) -> Result<Vec<u8>, Error> {
    let place = |n: usize| format!("worksheets/sheet{n}.xml");
    let places: Vec<String> = (1..=tabs.len()).map(place).collect();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), types(&places)),
        (
            "_rels/.rels".to_owned(),
            relations("officeDocument", &["xl/workbook.xml".to_owned()]),
        ),
        ("xl/workbook.xml".to_owned(), book(tabs)),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            relations("worksheet", &places),
        ),
    ];
    let sheets = tabs.iter().zip(&places);
    parts.extend(sheets.map(|(tab, place)| (format!("xl/{place}"), sheet(tab.heading, tab.rows))));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, options).map_err(broken)?;
        writer.write_all(content.as_bytes()).map_err(broken)?;
    }
    Ok(writer.finish().map_err(broken)?.into_inner())
}

fn broken(error: impl std::fmt::Display) -> Error {
    store::Error::broken(error).into()
}

fn types(places: &[String]) -> String {
    let sheet = |place: &String| {
        format!("<Override PartName=\"/xl/{place}\" ContentType=\"{KIND}.worksheet+xml\"/>")
    };
    let sheets: String = places.iter().map(sheet).collect();
    format!(
        "{XML}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>{sheets}</Types>"
    )
}

fn relations(kind: &str, targets: &[String]) -> String {
    let one = |(target, n): (&String, usize)| {
        format!("<Relationship Id=\"r{n}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let all: String = targets.iter().zip(1..).map(one).collect();
    format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
}

fn book(tabs: &[Tab<'_>]) -> String {
    let one = |(tab, n): (&Tab<'_>, usize)| {
        let name = escaped(tab.name);
        format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>")
    };
    let all: String = tabs.iter().zip(1..).map(one).collect();
    format!(
        "{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{all}</sheets></workbook>"
    )
}

fn sheet(heading: &[&str], rows: &[Vec<Cell>]) -> String {
    let mut text = format!("{XML}<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\">");
    for (i, said) in heading.iter().enumerate() {
        write_text(&mut text, &place(i, 1), said);
    }
    text.push_str("</row>");
    for (row, number) in rows.iter().zip(2_usize..) {
        text.push_str(&format!("<row r=\"{number}\">"));
        for (i, cell) in row.iter().enumerate() {
            let place = place(i, number);
            match cell {
                Cell::Text(said) if said.is_empty() => {}
                Cell::Text(said) => write_text(&mut text, &place, said),
                Cell::Number(said) => {
                    text.push_str(&format!("<c r=\"{place}\"><v>{said}</v></c>"));
                }
            }
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

fn write_text(text: &mut String, place: &str, said: &str) {
    let said = escaped(said);
    text.push_str(&format!(
        "<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{said}</t></is></c>"
    ));
}

/// What XML cannot hold is left out.
fn escaped(said: &str) -> String {
    let mut text = String::with_capacity(said.len());
    for c in said.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\t' | '\n' | '\r' => text.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => text.push(c),
        }
    }
    text
}

/// `A1`, `B1`, … `Z1`, `AA1`, ….
fn place(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(
            b'A' + u8::try_from(rest % 26).unwrap_or_default(),
        ));
        rest /= 26;
    }
    letters.reverse();
    format!("{}{row}", letters.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::import::read;

    #[test]
    fn a_workbook_reads_back_as_what_was_written() {
        let text = |said: &str| Cell::Text(said.to_owned());
        let rows = vec![
            vec![text("=1+1"), Cell::Number("1.5".into()), text("")],
            vec![
                text("<b> & \u{1}\"王\"\n阿姨"),
                Cell::Number("90".into()),
                text("x"),
            ],
        ];
        let book = workbook(&["甲", "乙", "丙"], &rows).expect("a workbook");
        assert_eq!(workbook(&["甲", "乙", "丙"], &rows).expect("again"), book);
        let sheet = read::sheet(&book).expect("it reads back");
        let rows: Vec<(u32, String)> = sheet
            .rows
            .iter()
            .map(|row| (row.number, row.cells.join("|")))
            .collect();
        let want = [
            (1, "甲|乙|丙"),
            (2, "=1+1|1.5"),
            (3, "<b> & \"王\" 阿姨|90|x"),
        ];
        assert_eq!(rows, want.map(|(number, text)| (number, text.to_owned())));
    }

    #[test]
    fn cells_are_named_as_spreadsheets_do() {
        let names = [
            (0, "A1"),
            (25, "Z1"),
            (26, "AA1"),
            (27, "AB1"),
            (701, "ZZ1"),
            (702, "AAA1"),
        ];
        for (column, name) in names {
            assert_eq!(place(column, 1), name);
        }
    }
}
