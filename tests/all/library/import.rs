//! Files of titles: taken once, reported row by row, stopped in the middle.

use std::fmt::Write;
use std::time::Duration;

use acceptance::slow::Slow;
use acceptance::{Actor, TestApp, length};
use domain::library::{CopyState, ImportState, RowOutcome};
use domain::{LibraryImportId, TitleId};
use wire::endpoint::None_;
use wire::library::catalogue::{ListTitles, TitlesQuery};
use wire::library::import::{
    CancelImportBody, CancelLibraryImport, GetLibraryImport, LibraryImportRow,
    LibraryImportRowsQuery, LibraryImportView, LibraryImportsQuery, ListLibraryImportRows,
    ListLibraryImports,
};
use wire::{Code, Problem};

use super::people::{LIBRARIAN, at, grown_ups, reserve, stock};
use crate::market::race::nothing_is_wrong;

/// A transaction of a part: fifty of them are more than a first answer waits for.
const A_WHILE: Duration = Duration::from_millis(50);

async fn send(
    who: &Actor<'_>,
    id: LibraryImportId,
    file: impl Into<Vec<u8>>,
) -> Result<LibraryImportView, Problem> {
    let path = format!("/v1/library/import?id={id}");
    let headers = [("content-type", "text/csv")];
    let raw = who.raw_with("POST", &path, &headers, file.into()).await;
    match raw.status {
        202 => Ok(serde_json::from_str(&raw.body).expect("the reply of the contract")),
        _ => Err(serde_json::from_str(&raw.body).expect("a problem")),
    }
}

fn fresh(app: &TestApp) -> LibraryImportId {
    LibraryImportId::new(app.millis(), app.chance())
}

async fn state(who: &Actor<'_>, id: LibraryImportId) -> LibraryImportView {
    let view = who
        .call::<GetLibraryImport>((id,), None_ {}, None_ {})
        .await;
    view.expect("an import")
}

async fn rows(who: &Actor<'_>, id: LibraryImportId, all: bool) -> Vec<LibraryImportRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let query = LibraryImportRowsQuery {
            all: Some(all),
            cursor,
            limit: Some(7),
        };
        let page = who
            .call::<ListLibraryImportRows>((id,), query, None_ {})
            .await;
        let page = page.expect("rows");
        assert!(page.items.len() <= 7);
        rows.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

fn counts(view: &LibraryImportView) -> (u32, u32, u32, u32) {
    (view.taken, view.known, view.refused, view.copies)
}

const SHOP: &str = "书名,作者,出版社,ISBN,册数
纸船一号,测试·折纸人,测试出版社,979-99-900000-0-8,49
纸船二号,测试·折纸人,测试出版社,97999900000,2
纸船三号,测试·折纸人,测试出版社,,1
纸船 三号,测试折纸人,测试出版社,,1
,测试·无名,,,
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_taken_once_and_what_is_wrong_is_listed() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let before = stock(&app).await.len();
    let first = fresh(&app);
    let view = send(&librarian, first, SHOP).await.expect("taken");
    assert_eq!(
        (view.state, view.rows, view.done),
        (ImportState::Done, 5, 5)
    );
    assert_eq!(
        (view.read_as.as_str(), counts(&view)),
        ("utf-8", (2, 1, 2, 50))
    );
    assert_eq!(
        send(&librarian, first, SHOP).await.expect("the same call"),
        view
    );
    let reused = send(&librarian, first, "书名\n别的\n")
        .await
        .expect_err("another file");
    assert_eq!(reused.code, Code::IdReused);

    let listed = rows(&librarian, first, false).await;
    let listed: Vec<_> = listed
        .iter()
        .map(|row| (row.row, row.code, row.column.as_deref()))
        .collect();
    assert_eq!(
        listed,
        [
            (3, Some(Code::BadIsbn), Some("ISBN")),
            (6, Some(Code::EmptyText), Some("书名")),
        ]
    );
    let all = rows(&librarian, first, true).await;
    let numbers: Vec<u32> = all.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6]);

    let titles = stock(&app).await;
    assert_eq!(titles.len(), before + 2);
    let (title, shelf) = titles
        .iter()
        .find(|(title, _)| title.name == "纸船一号")
        .expect("is there");
    assert_eq!(title.isbn.as_deref(), Some("9799990000008"));
    assert_eq!(shelf.count(CopyState::Available), 49);

    let again = send(&librarian, fresh(&app), SHOP)
        .await
        .expect("once more");
    assert_eq!(counts(&again), (0, 3, 2, 0));
    assert_eq!(stock(&app).await, titles);
    let mended = SHOP.replace("97999900000,", "979-99-900000-1-5,");
    let mended = send(&librarian, fresh(&app), mended).await.expect("mended");
    assert_eq!(counts(&mended), (1, 3, 1, 2));
    let query = LibraryImportsQuery {
        cursor: None,
        limit: None,
    };
    let list = librarian
        .call::<ListLibraryImports>((), query, None_ {})
        .await
        .expect("a list");
    assert_eq!(list.items.len(), 3);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_keep_their_labels_and_one_label_is_on_one_book() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let file = "题名,著者,馆藏条码\n纸船,折纸人,T0001\n纸船,折纸人,T0002\n纸马,折纸人,T0001\n纸马,折纸人,T0003\n";
    let view = send(&librarian, fresh(&app), file).await.expect("taken");
    assert_eq!(counts(&view), (3, 0, 1, 3));
    let more = format!("{file}纸船,折纸人,T0004\n");
    let id = fresh(&app);
    let view = send(&librarian, id, more).await.expect("once more");
    assert_eq!(counts(&view), (1, 3, 1, 1));
    let listed = rows(&librarian, id, false).await;
    assert_eq!((listed[0].row, listed[0].code), (4, Some(Code::LabelTaken)));
    let (_, shelf) = stock(&app)
        .await
        .into_iter()
        .find(|(title, _)| title.name == "纸船")
        .expect("there");
    let labels: Vec<&str> = shelf
        .copies
        .iter()
        .map(|copy| copy.barcode.as_str())
        .collect();
    assert_eq!(labels, ["T0001", "T0002", "T0004"]);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Somebody waits for a title that the file brings a copy of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_from_a_file_goes_to_whoever_waits_for_it() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let (title, shelf) = stock(&app)
        .await
        .into_iter()
        .find(|(_, shelf)| shelf.lendable() > 0 && shelf.count(CopyState::Available) == 0)
        .expect("one that is out");
    let reader = grown_ups(&app, 1).await.remove(0);
    reserve(&reader, title.id)
        .await
        .expect("a place in the queue");
    let authors = title.authors.join(";");
    let isbn = title.isbn.clone().unwrap_or_default();
    let mut file = "书名,作者,出版社,ISBN,条码\n".to_owned();
    for n in 0..=shelf.queue.len() {
        let _ = writeln!(
            file,
            "\"{}\",\"{authors}\",\"{}\",{isbn},T77{n:03}",
            title.name, title.publisher
        );
    }
    let view = send(&librarian, fresh(&app), file).await.expect("taken");
    assert_eq!(view.refused, 0);
    app.settle().await;
    let now = app
        .ctx()
        .store
        .shelf(app.home().await, title.id)
        .await
        .expect("a shelf");
    assert!(now.queue.is_empty());
    let id = reader.id.expect("signed in");
    assert!(
        now.copies
            .iter()
            .any(|copy| copy.kept.is_some_and(|kept| kept.reader == id))
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_workbooks_and_records_are_taken_as_well() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"书.csv\"\r\n\r\n{SHOP}\r\n--b--\r\n"
    );
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let raw = librarian
        .raw_with("POST", "/v1/library/import", &headers, form.into_bytes())
        .await;
    assert_eq!(raw.status, 202, "{}", raw.body);
    assert_eq!(raw.json()["taken"], 2);

    let data = "  \u{1f}a纸船四号\u{1f}f折纸人著\u{1e}";
    let head = format!("200{:04}00000\u{1e}", data.len());
    let base = 24 + head.len();
    let record = format!(
        "{:05}nam  22{base:05}   450 {head}{data}\u{1d}",
        base + data.len() + 1
    );
    let broken = record.replacen("nam", "n\u{1d}m", 1);
    let id = fresh(&app);
    let view = send(&librarian, id, format!("{broken}{record}"))
        .await
        .expect("read");
    assert_eq!(
        (view.read_as.as_str(), view.taken, view.refused),
        ("marc", 1, 2)
    );
    assert!(
        rows(&librarian, id, false)
            .await
            .iter()
            .all(|row| row.code == Some(Code::BadRecord))
    );
    let problem = send(&librarian, fresh(&app), b"PK\x03\x04nothing".to_vec()).await;
    assert_eq!(problem.expect_err("no workbook").code, Code::BadFile);
    let large = vec![b'a'; domain::limits::IMPORT_LARGE_BYTES + 1];
    let problem = send(&librarian, fresh(&app), large).await;
    assert_eq!(problem.expect_err("too large").code, Code::BodyTooLarge);
    app.stop().await;
}

fn long(rows: usize) -> String {
    let mut file = "书名,作者,册数\n".to_owned();
    for n in 0..rows {
        let _ = writeln!(file, "长长的书单{n},测试·列单人,1");
    }
    file
}

/// Of which the first answer takes a part: it goes on by itself, and is not lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_file_shows_how_far_it_is_and_goes_on_by_itself() {
    let slow = Slow::default();
    let app = TestApp::with_faults(slow.interceptor()).await;
    let librarian = at(&app, LIBRARIAN).await;
    let (id, many) = (fresh(&app), length::of(10_000));
    let all = u32::try_from(many).expect("few");
    slow.by(A_WHILE);
    let begun = send(&librarian, id, long(many)).await.expect("begun");
    slow.by(Duration::ZERO);
    assert_eq!((begun.state, begun.rows), (ImportState::Running, all));
    assert!((1..all).contains(&begun.done), "{}", begun.done);
    let waiting = rows(&librarian, id, true).await;
    assert_eq!(waiting.len(), many);
    assert!(waiting.iter().any(|row| row.outcome.is_none()));
    app.settle().await;
    let done = state(&librarian, id).await;
    assert_eq!(
        (done.state, counts(&done)),
        (ImportState::Done, (all, 0, 0, all))
    );
    let again = send(&librarian, fresh(&app), long(many))
        .await
        .expect("once more");
    app.settle().await;
    let again = state(&librarian, again.id).await;
    assert_eq!(
        (again.state, counts(&again)),
        (ImportState::Done, (0, all, 0, 0))
    );
    let query = TitlesQuery {
        q: Some(format!("书单{}", many - 1)),
        cursor: None,
        limit: None,
    };
    let found = librarian
        .call::<ListTitles>((), query, None_ {})
        .await
        .expect("found");
    assert_eq!(found.items.len(), 1);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_stopped_in_the_middle_and_taken_up_by_the_next() {
    let slow = Slow::default();
    let app = TestApp::with_faults(slow.interceptor()).await;
    let librarian = at(&app, LIBRARIAN).await;
    let id = fresh(&app);
    let file = long(2_000);
    slow.by(A_WHILE);
    let begun = send(&librarian, id, file.clone()).await.expect("begun");
    slow.by(Duration::ZERO);
    assert_eq!(begun.state, ImportState::Running);
    let body = CancelImportBody { id: app.command() };
    let cancel = || librarian.call::<CancelLibraryImport>((id,), None_ {}, body.clone());
    let stopped = cancel().await.expect("stopped");
    assert_eq!(stopped.state, ImportState::Cancelled);
    assert_eq!(cancel().await.expect("the same call"), stopped);
    let other = CancelImportBody { id: app.command() };
    let ended = librarian
        .call::<CancelLibraryImport>((id,), None_ {}, other)
        .await;
    assert_eq!(ended.expect_err("is over").code, Code::ImportEnded);
    app.settle().await;
    assert_eq!(state(&librarian, id).await, stopped);
    let waits = rows(&librarian, id, true).await;
    let left = waits.iter().filter(|row| row.outcome.is_none()).count();
    assert_eq!(left, (stopped.rows - stopped.done) as usize);
    let next = send(&librarian, fresh(&app), file).await.expect("the next");
    app.settle().await;
    let next = state(&librarian, next.id).await;
    assert_eq!(
        (next.known, next.taken + next.known),
        (stopped.taken, 2_000)
    );
    let ids: std::collections::BTreeSet<TitleId> = stock(&app)
        .await
        .iter()
        .map(|(title, _)| title.id)
        .collect();
    assert!(ids.len() >= 2_000);
    let outcomes = rows(&librarian, next.id, true).await;
    assert!(outcomes.iter().all(
        |row| row.outcome == Some(RowOutcome::Taken) || row.outcome == Some(RowOutcome::Known)
    ));
    nothing_is_wrong(&app).await;
    app.stop().await;
}
