//! Separated text: how it is written, what separates it, which row is which.

use domain::limits;
use encoding_rs::GBK;

use super::super::read::{Sheet, sheet};

fn what(bytes: &[u8]) -> String {
    let problem = sheet(bytes).expect_err("it cannot be read");
    assert_eq!(problem.code, wire::Code::BadFile);
    problem.data["what"].as_str().expect("a word").to_owned()
}

fn rows(sheet: &Sheet) -> Vec<(u32, Vec<&str>)> {
    let cells = sheet
        .rows
        .iter()
        .map(|row| row.cells.iter().map(String::as_str).collect());
    sheet.rows.iter().map(|row| row.number).zip(cells).collect()
}

fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = GBK.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

#[test]
fn utf_8_and_gbk_with_any_separator_say_the_same() {
    for separator in [",", ";", "\t", "，"] {
        let text = format!("姓名{separator}电话\r\n王阿姨{separator} 13800000001 \r\n");
        let want = [
            (1, vec!["姓名", "电话"]),
            (2, vec!["王阿姨", "13800000001"]),
        ];
        let marked = format!("\u{feff}{text}");
        for (bytes, read_as) in [
            (text.as_bytes().to_vec(), "utf-8"),
            (marked.into_bytes(), "utf-8"),
            (gbk(&text), "gbk"),
        ] {
            let sheet = sheet(&bytes).expect("a sheet");
            assert_eq!(sheet.read_as, read_as);
            assert_eq!(rows(&sheet), want, "{separator:?} {read_as}");
        }
    }
}

#[test]
fn quotes_hold_separators_line_breaks_and_quotes() {
    let text = "\n姓名,简介,x\n\"张, 三\",\"一行\n二行 \"\"快\"\"\",5\" 管\n\n , ,\n李,  \"四\" ,";
    let sheet = sheet(text.as_bytes()).expect("a sheet");
    let want = [
        (2, vec!["姓名", "简介", "x"]),
        (3, vec!["张, 三", "一行\n二行 \"快\"", "5\" 管"]),
        (6, vec!["李", "四"]),
    ];
    assert_eq!(rows(&sheet), want);
    assert_eq!(what("姓名,简介\n张,\"一直\n李,二".as_bytes()), "open_quote");
}

#[test]
fn what_is_no_table_is_refused() {
    assert_eq!(what(b""), "empty");
    assert_eq!(what(b"\xEF\xBB\xBF \r\n ,, \n"), "empty");
    assert_eq!(what(b"\xFF\xFE\x00\x59\x0D\x54"), "encoding");
    assert_eq!(
        what(&[gbk("姓名"), b"\xFF\xFF".to_vec()].concat()),
        "encoding"
    );
    assert_eq!(what(b"a,b\0c\n"), "damaged");
}

#[test]
fn rows_are_counted_and_cells_are_cut() {
    let full = |rows: usize| format!("姓名\n{}", "王\n".repeat(rows));
    let most = sheet(full(limits::IMPORT_ROWS).as_bytes()).expect("the most there may be");
    assert_eq!(most.rows.len(), limits::IMPORT_ROWS + 1);
    assert_eq!(
        what(full(limits::IMPORT_ROWS + 1).as_bytes()),
        "too_many_rows"
    );
    let long = format!("姓名\n{}", "长".repeat(limits::STORY_CHARS + 9));
    let long = sheet(long.as_bytes()).expect("a sheet");
    assert_eq!(
        long.rows[1].cells[0].chars().count(),
        limits::STORY_CHARS + 1
    );
    let wide = ",".repeat(5_000) + "x";
    assert_eq!(
        what(wide.as_bytes()),
        "empty",
        "columns far to the right are left alone"
    );
}

/// Every text of up to five of these signs is read or refused, in rows that rise.
#[test]
fn no_text_is_too_odd() {
    const SIGNS: [&str; 7] = ["\"", ",", "\n", "，", "a", " ", "\r"];
    for n in 0..7usize.pow(5) {
        let text: String = (0..5).map(|i| SIGNS[n / 7usize.pow(i) % 7]).collect();
        if let Ok(sheet) = sheet(text.as_bytes()) {
            assert!(
                sheet.rows.is_sorted_by(|a, b| a.number < b.number),
                "{text:?}"
            );
        }
    }
}

/// Real files from elsewhere, where `LINLI_CORPORA` leads to them.
#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn real_files_are_survived() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("library");
    for (name, rows, read_as) in [
        ("other_21.csv", Some(22), "utf-8"),
        ("goodbooks_400.csv", Some(401), "utf-8"),
        ("sample_export.xlsx", None, "xlsx"),
    ] {
        let bytes = std::fs::read(folder.join(name)).expect(name);
        let sheet = sheet(&bytes).expect(name);
        assert_eq!(sheet.read_as, read_as, "{name}");
        assert!(rows.is_none_or(|rows| sheet.rows.len() == rows), "{name}");
    }
}
