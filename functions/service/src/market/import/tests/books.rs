//! Workbooks: values as people see them, and archives that are not what they say.

use super::super::read::sheet;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::workbook::{archive, parts};

fn what(bytes: &[u8]) -> String {
    let problem = sheet(bytes).expect_err("it cannot be read");
    assert_eq!(problem.code, wire::Code::BadFile);
    problem.data["what"].as_str().expect("a word").to_owned()
}

const ROWS: &str = r#"
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>有效期</t></is></c></row>
    <row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><v>1.3800000001E10</v></c><c r="C3" s="1"><v>46752</v></c></row>
    <row r="4"><c r="B4"><v>30.099999999999998</v></c><c r="C4" t="b"><v>1</v></c></row>
    <row r="5"><c r="A5" s="1"/></row>
    <row r="6"><c r="A6" t="str"><f>1+1</f><v>=HYPERLINK("x")</v></c><c r="B6"><v>1.005</v></c><c r="C6" t="e"><v>#N/A</v></c></row>"#;

fn book() -> Vec<u8> {
    archive(&parts(ROWS, &["姓名", "电话", "  李师傅 "]))
}

#[test]
fn values_are_read_as_people_see_them() {
    let sheet = sheet(&book()).expect("a sheet");
    assert_eq!(sheet.read_as, "xlsx");
    let rows: Vec<(u32, String)> = sheet
        .rows
        .iter()
        .map(|row| (row.number, row.cells.join("|")))
        .collect();
    let want = [
        (1, "姓名|电话|有效期"),
        (3, "李师傅|13800000001|2027-12-31"),
        (4, "|30.1|TRUE"),
        (6, "=HYPERLINK(\"x\")|1.005|#N/A"),
    ];
    assert_eq!(rows, want.map(|(number, text)| (number, text.to_owned())));
}

#[test]
fn damaged_archives_are_refused() {
    let whole = book();
    for end in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert_eq!(what(&whole[..end]), "damaged", "cut at {end}");
    }
    for at in (0..whole.len()).step_by(7).skip(1) {
        let mut bent = whole.clone();
        bent[at] ^= 0x41;
        // Off the test's own thread, as in a call, where a panic of the reader is `damaged` too.
        let _ = std::thread::spawn(move || sheet(&bent).map(|s| s.rows.len())).join();
    }
    assert_eq!(what(&archive(&[])), "damaged");
    assert_eq!(what(b"\xD0\xCF\x11\xE0 an old workbook"), "old_excel");
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_not_unpacked() {
    let mut vast = parts(ROWS, &["姓名", "电话", "x"]);
    vast[4].claims = Some(40 * 1024 * 1024);
    assert_eq!(what(&archive(&vast)), "too_large");
    // Many sizes that only together are too much.
    let mut many = parts(ROWS, &["姓名", "电话", "x"]);
    for part in &mut many {
        part.claims = Some(8 * 1024 * 1024);
    }
    assert_eq!(what(&archive(&many)), "too_large");
    // One that claims less than it holds is caught by the reader.
    let mut liar = parts(ROWS, &["姓名", "电话", "x"]);
    liar[5].claims = Some(10);
    assert_eq!(what(&archive(&liar)), "damaged");
}

/// What the directory says of a part that was packed counts while it is unpacked, too.
#[test]
fn a_part_that_unpacks_to_more_than_it_says_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts(ROWS, &["姓名", "电话", "x"]) {
        let mut content = part.content;
        if part.name == "xl/sharedStrings.xml" {
            content.resize(content.len() + 40 * 1024 * 1024, b' ');
        }
        let started = writer.start_file(part.name, SimpleFileOptions::default());
        started.expect("a part");
        writer.write_all(&content).expect("written");
    }
    let mut bytes = writer.finish().expect("an archive").into_inner();
    assert!(bytes.len() < domain::limits::IMPORT_BYTES);
    assert_eq!(what(&bytes), "too_large");
    let names: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(b"xl/sharedStrings.xml"))
        .collect();
    let [local, entry] = names[..] else {
        panic!("named at {names:?}");
    };
    for size in [local - 8, entry - 22] {
        bytes[size..size + 4].copy_from_slice(&300u32.to_le_bytes());
    }
    assert_eq!(what(&bytes), "damaged");
}

#[test]
fn more_strings_than_there_is_room_for_are_not_made_room_for() {
    let claiming = |said: &str| {
        let mut parts = parts(ROWS, &["姓名", "电话", "x"]);
        let text = String::from_utf8(parts[4].content.clone()).expect("text");
        parts[4].content = text.replace("<sst ", &format!("<sst {said} ")).into_bytes();
        parts
    };
    for said in [
        "count=\"3\" uniqueCount=\"99999999999\"",
        "uniqueCount='99999999999'",
        "uniqueCount =\n \"0000000000099999999999\"",
        "uniqueCount=\"99999999999999999999999999\"",
        "x:uniqueCount=\"3\" uniqueCount=\"9999999999\"",
    ] {
        assert_eq!(what(&archive(&claiming(said))), "damaged", "{said}");
    }
    let elsewhere = claiming("uniqueCount=\"99999999999\"");
    let mut elsewhere: Vec<_> = elsewhere.into_iter().collect();
    elsewhere[4].name = "XL/SharedStrings.XML";
    assert_eq!(what(&archive(&elsewhere)), "damaged");
    let mut wide = claiming("uniqueCount=\"99999999999\"");
    let text = String::from_utf8(wide[4].content.clone()).expect("text");
    wide[4].content = [0xFEFF]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(what(&archive(&wide)), "damaged");

    // One text shown by many cells is counted by `count` as often, and that is in order.
    let honest = archive(&claiming("count=\"2000000\" uniqueCount=\"3\""));
    assert_eq!(sheet(&honest).expect("a sheet").rows.len(), 4);
}

#[test]
fn of_the_size_a_sheet_says_it_has_nothing_is_made() {
    for said in ["A1:XFD1048576", "A1:A4294967295", "B2:A1"] {
        let mut book = parts(ROWS, &["姓名", "电话", "x"]);
        let text = String::from_utf8(book[5].content.clone()).expect("text");
        let dimension = format!("<dimension ref=\"{said}\"/><sheetData>");
        book[5].content = text.replace("<sheetData>", &dimension).into_bytes();
        let bytes = archive(&book);
        // Off the test's own thread, as in a call, where a panic of the reader is `damaged` too.
        let read = std::thread::spawn(move || sheet(&bytes).map(|sheet| sheet.rows.len()));
        if let Ok(Ok(rows)) = read.join() {
            assert_eq!(rows, 4, "{said}");
        }
    }
}

#[test]
fn a_directory_that_could_be_read_in_two_ways_is_refused() {
    let mut commented = book();
    commented.extend(b"comment");
    let at = commented.len() - 9;
    commented[at] = 7;
    assert_eq!(what(&commented), "damaged");
    let mut trailing = book();
    trailing.push(0);
    assert_eq!(what(&trailing), "damaged");
    let mut before = b"PK\x03\x04".to_vec();
    before.extend(book());
    assert_eq!(what(&before), "damaged");
}

#[test]
fn one_long_text_shown_by_many_cells_stays_within_the_limit() {
    let long = "长".repeat(30_000);
    let row = |n: u32| {
        let cells = ('A'..='Z').map(|c| format!("<c r=\"{c}{n}\" t=\"s\"><v>0</v></c>"));
        format!("<row r=\"{n}\">{}</row>", cells.collect::<String>())
    };
    let rows: String = (1..=1_000).map(row).collect();
    assert_eq!(what(&archive(&parts(&rows, &[&long]))), "too_large");
    let few = sheet(&archive(&parts(&row(1), &[&long]))).expect("cut to size");
    assert_eq!(
        few.rows[0].cells[0].chars().count(),
        domain::limits::STORY_CHARS + 1
    );
}
