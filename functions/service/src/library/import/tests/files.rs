//! Spreadsheets of titles: those written here, and those nobody here wrote.

use std::path::Path;

use domain::isbn::Isbn;
use wire::Code;

use super::super::{Parsed, Read, plan, read};

fn rows(text: &str) -> Vec<Parsed> {
    read(text.as_bytes()).expect("a file").rows
}

fn verdicts(read: &Read) -> (usize, Vec<(u32, Code, String)>) {
    let refused = read.rows.iter().filter_map(|row| {
        let flaw = row.wish.as_ref().err()?;
        Some((row.row, flaw.code, flaw.column.clone()))
    });
    (
        read.rows.iter().filter(|row| row.wish.is_ok()).count(),
        refused.collect(),
    )
}

#[test]
fn a_row_says_what_it_says_in_either_language() {
    let text = "书名,副书名,作者,出版社,出版年,ISBN,分类号,主题词,简介,类型,册数\n哈利·波特与密室,魔法,J.K.罗琳;马爱新,人民文学出版社,2000.0,7-02-003344-X,I561.84,儿童;魔法,第二年,绘本,3册\n";
    let zh = rows(text).remove(0).wish.expect("a title");
    let text = "Title\tSubtitle\tAuthor\tPublisher\tYear\tISBN-13\tClass\tTags\tSummary\tKind\tCopies\n哈利·波特与密室\t魔法\tJ.K.罗琳;马爱新\t人民文学出版社\t2000\t9787020033447\tI561.84\t儿童;魔法\t第二年\tpicture book\t3\n";
    let en = rows(text).remove(0).wish.expect("a title");
    assert_eq!(zh, en);
    assert_eq!(zh.authors, ["J.K.罗琳", "马爱新"]);
    assert_eq!(zh.isbn.as_deref(), Some("9787020033447"));
    assert_eq!(zh.unlabelled, (0, 3));
    assert_eq!(zh.kind, domain::library::ItemKind::PictureBook);
}

#[test]
fn what_cannot_be_taken_is_listed_with_its_column() {
    let text = "书名,ISBN,册数,馆藏条码,类型\n好书,,,,\n,9787020033447,,,\n坏号,978702003344,,,\n太多,,61,,\n几本,,几,,\n条码,,,Y000000120,\n像书号,,,7302378398,\n书的条码,,,9787302378396,\n自己的,,,\"T001; T002;T001\",\n什么,,,,电影\n";
    let read = read(text.as_bytes()).expect("a file");
    let (taken, refused) = verdicts(&read);
    assert_eq!(taken, 3);
    let listed: Vec<_> = refused
        .iter()
        .map(|(row, code, column)| (*row, *code, column.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            (3, Code::EmptyText, "书名"),
            (4, Code::BadIsbn, "ISBN"),
            (5, Code::BadValue, "册数"),
            (6, Code::BadValue, "册数"),
            (7, Code::BadValue, "馆藏条码"),
            (8, Code::BadValue, "馆藏条码"),
            (11, Code::BadValue, "类型"),
        ]
    );
    let wish = |row: u32| {
        read.rows
            .iter()
            .find(|one| one.row == row)
            .and_then(|one| one.wish.as_ref().ok())
    };
    assert_eq!(
        wish(9).expect("a title").isbn.as_deref(),
        Some("9787302378396")
    );
    assert_eq!(wish(10).expect("a title").labels, ["T001", "T002"]);
}

#[test]
fn a_file_without_names_is_refused_whole() {
    let problem = read(b"ISBN,Author\n1,2\n").expect_err("no names");
    assert_eq!(
        (problem.code, problem.data["key"].as_str()),
        (Code::MissingField, Some("title"))
    );
}

#[test]
fn parts_fit_a_transaction_and_hold_every_row() {
    let mut text = "书名,册数,条码\n".to_owned();
    for n in 0..500 {
        let copies = n * 7 % 61;
        text.push_str(&format!("书{n},{copies},\n"));
    }
    text.push_str("条码多,,");
    text.push_str(&(0..60).map(|n| format!("T{n:04};")).collect::<String>());
    let rows = rows(&text);
    let copies: u32 = (0..500).map(|n| n * 7 % 61).sum();
    let parts = plan::parts(rows);
    let (mut names, mut drawn, mut labels) = (0, 0, 0);
    for part in &parts {
        let mut items = 2;
        for row in &part.rows {
            let wish = row.wish.as_ref().expect("all are good");
            let (from, until) = wish.unlabelled;
            drawn += until - from;
            labels += wish.labels.len();
            names += usize::from(!row.goes_on);
            items += 3 + 2 * ((until - from) as usize + wish.labels.len());
        }
        assert!(items <= 100 && !part.rows.is_empty(), "{items}");
    }
    assert_eq!((names, drawn, labels), (501, copies, 60));
    let numbers: Vec<u32> = parts.iter().map(|part| part.n).collect();
    assert_eq!(
        numbers,
        (0..u32::try_from(parts.len()).expect("few")).collect::<Vec<_>>()
    );
}

/// A file of others, below where `LINLI_CORPORA` leads to.
fn sample(name: &str) -> Vec<u8> {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    std::fs::read(Path::new(&corpora).join("library").join(name)).expect(name)
}

#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn a_shops_table_is_taken_but_for_what_is_no_book_number() {
    let bytes = sample("other_21.csv");
    let (taken, refused) = verdicts(&read(&bytes).expect("a file"));
    assert_eq!(taken, 18);
    let listed: Vec<_> = refused
        .iter()
        .map(|(_, code, column)| (*code, column.as_str()))
        .collect();
    assert_eq!(listed, vec![(Code::BadIsbn, "isbn"); 3]);
}

#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn numbers_that_a_spreadsheet_ruined_never_become_others() {
    let bytes = sample("goodbooks_400.csv");
    let read = read(&bytes).expect("a file");
    assert_eq!(read.rows.len(), 400);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (taken, refused) = verdicts(&read);
    assert!(
        taken > 0
            && refused
                .iter()
                .all(|(_, code, _)| *code == Code::BadIsbn || *code == Code::TooLong)
    );
    for row in &read.rows {
        let Some(isbn) = row.wish.as_ref().ok().and_then(|wish| wish.isbn) else {
            continue;
        };
        // The only whole number of the row is the one with ten digits.
        let line = text
            .lines()
            .nth(row.row as usize - 1)
            .expect("the line of the row");
        let ten = line.split(',').nth(5).expect("the column");
        assert_eq!((ten.len(), Isbn::parse(ten)), (10, Ok(isbn)), "{line}");
        let ruined: f64 = line
            .split(',')
            .nth(6)
            .and_then(|raw| raw.parse().ok())
            .unwrap_or(0.0);
        let whole: f64 = isbn.parse().expect("digits");
        assert!(ruined == 0.0 || (ruined - whole).abs() <= 10.0, "{line}");
    }
}

#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn a_school_librarys_export_maps_to_titles_and_their_labels() {
    let bytes = sample("sample_export.xlsx");
    let read = read(&bytes).expect("a file");
    assert_eq!((verdicts(&read).0, read.read_as), (8, "xlsx"));
    let first = read.rows[0].wish.as_ref().expect("a title");
    assert_eq!(
        first.name,
        "Der Muffin-Club. Bd. 2: Vier Freundinnen wirbeln los!"
    );
    assert_eq!(first.authors, ["Alves, Katja"]);
    assert_eq!(first.publisher, "Arena");
    assert_eq!(first.isbn.as_deref(), Some("9783401701301"));
    assert_eq!(first.labels, ["4131"]);
    assert!(
        read.rows
            .iter()
            .all(|row| row.wish.as_ref().is_ok_and(|wish| wish.labels.len() == 1))
    );
}

#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn records_of_others_are_read_and_the_damaged_ones_listed() {
    for (name, title, isbn) in [
        (
            "one.dat",
            "ActivePerl with ASP and ADO",
            Some("9780471383147"),
        ),
        ("multi_isbn.dat", "The town scold", Some("9780914378280")),
        (
            "testunimarc.dat",
            "L'altra faccia della spirale",
            Some("9788804406822"),
        ),
        ("utf8_with_leader_flag.dat", "Escape from loneliness", None),
    ] {
        let bytes = sample(name);
        let read = read(&bytes).expect("a file");
        assert_eq!((read.rows.len(), read.read_as), (1, "marc"), "{name}");
        let wish = read.rows[0].wish.as_ref().expect(name);
        assert_eq!(wish.name, title);
        assert_eq!(wish.isbn.as_deref(), isbn, "{name}");
    }
    let bytes = sample("bad_records.mrc");
    let (taken, refused) = verdicts(&read(&bytes).expect("a file"));
    assert_eq!(taken, 2);
    let rows: Vec<u32> = refused.iter().map(|(row, ..)| *row).collect();
    assert_eq!(rows, [2, 3, 4, 5, 6, 7]);
    assert!(refused.iter().all(|(_, code, _)| *code == Code::BadRecord));
}

#[test]
#[cfg_attr(
    not(library_collection),
    ignore = "LINLI_CORPORA leads to no library folder (see README, The collections of others)"
)]
fn no_file_of_others_ends_the_program_wherever_it_breaks_off() {
    for name in [
        "other_21.csv",
        "one.dat",
        "testunimarc.dat",
        "bad_records.mrc",
        "multi_isbn.dat",
    ] {
        let bytes = sample(name);
        for end in 0..bytes.len() {
            let _ = read(&bytes[..end]);
        }
    }
    let bytes = sample("sample_export.xlsx");
    for end in (0..bytes.len()).step_by(7) {
        assert!(read(&bytes[..end]).is_err(), "{end}");
    }
}
