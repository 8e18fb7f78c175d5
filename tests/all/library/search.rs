//! Looking for a book: however it is written, at once, and page by page.

use acceptance::{Actor, TestApp};
use domain::TitleId;
use domain::library::ItemKind;
use wire::endpoint::None_;
use wire::library::catalogue::{
    CreateTitle, CreateTitleBody, ListTitles, TitleFields, TitleRow, TitlesQuery, UpdateTitle,
    UpdateTitleBody,
};
use wire::{Code, Page, Problem};

use super::people::{LIBRARIAN, at, stock};

async fn ask(
    who: &Actor<'_>,
    q: &str,
    limit: Option<usize>,
    cursor: Option<String>,
) -> Result<Page<TitleRow>, Problem> {
    let query = TitlesQuery {
        q: Some(q.to_owned()),
        limit,
        cursor,
    };
    who.call::<ListTitles>((), query, None_ {}).await
}

async fn names(who: &Actor<'_>, q: &str) -> Vec<String> {
    let page = ask(who, q, Some(100), None).await.expect("an answer");
    page.items.into_iter().map(|row| row.name).collect()
}

fn fields(name: &str, author: &str, isbn: Option<&str>) -> TitleFields {
    TitleFields {
        name: name.into(),
        other_name: String::new(),
        authors: vec![author.into()],
        publisher: "测试·纸船出版社".into(),
        published: String::new(),
        isbn: isbn.map(str::to_owned),
        class: String::new(),
        subjects: Vec::new(),
        about: String::new(),
        kind: ItemKind::Book,
    }
}

async fn add(librarian: &Actor<'_>, fields: TitleFields) -> TitleId {
    let app = librarian.app;
    let id = TitleId::new(app.millis(), app.chance());
    let body = CreateTitleBody { id, fields };
    let made = librarian.call::<CreateTitle>((), None_ {}, body).await;
    made.expect("a title").id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_is_found_at_once_however_its_name_is_written() {
    let app = TestApp::start().await;
    let (librarian, reader) = (at(&app, LIBRARIAN).await, app.resident().await);
    assert!(names(&reader, "纸船").await.is_empty());
    let author = "测试·奥·纸船";
    let id = add(
        &librarian,
        fields("会飞的·纸船Ａ", author, Some("979-99-900000-0-8")),
    )
    .await;
    for q in [
        "纸船",
        "会飞的 纸船",
        "会飞的・纸船a",
        "飞的.纸",
        "奥•纸船",
        "奥纸船 会飞",
        "９７９９９９００００００８",
        "979 99 900000 0 8",
        "99900000",
    ] {
        assert_eq!(names(&reader, q).await, ["会飞的·纸船Ａ"], "{q}");
    }
    for q in ["纸飞机船", "·", "9799990000015"] {
        assert!(names(&reader, q).await.is_empty(), "{q}");
    }
    let body = UpdateTitleBody {
        id: app.command(),
        fields: fields("沉下去的石头", author, None),
        ver: 1,
    };
    let changed = librarian.call::<UpdateTitle>((id,), None_ {}, body).await;
    changed.expect("changed");
    assert!(names(&reader, "会飞的·纸船").await.is_empty());
    assert_eq!(names(&reader, "下去的石头").await, ["沉下去的石头"]);
    app.stop().await;
}

/// What another process wrote, straight into the table, is found a second later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_wrote_is_found_as_well() {
    let app = TestApp::start().await;
    let reader = app.resident().await;
    assert!(names(&reader, "远方").await.is_empty());
    let (before, _) = stock(&app).await.remove(0);
    let title = domain::library::Title {
        name: "从远方来的书".into(),
        changed_at: app.now(),
        ver: before.ver + 1,
        ..before
    };
    let item = store::library::title_item(&title).expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(names(&reader, "远方").await, ["从远方来的书"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_lead_through_all_that_was_found_and_a_cursor_is_its_questions_own() {
    let app = TestApp::start().await;
    let (librarian, reader) = (at(&app, LIBRARIAN).await, app.resident().await);
    for n in 0..25 {
        add(
            &librarian,
            fields(&format!("纸船{n:02}"), "测试·折纸人", None),
        )
        .await;
    }
    let (mut all, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = ask(&reader, "折纸人", Some(10), cursor)
            .await
            .expect("a page");
        all.extend(page.items.into_iter().map(|row| row.name));
        pages += 1;
        cursor = page.cursor;
        let Some(next) = &cursor else { break };
        let other = ask(&reader, "纸船", Some(10), Some(next.clone())).await;
        assert_eq!(
            other.expect_err("of another question").code,
            Code::BadCursor
        );
    }
    let wanted: Vec<String> = (0..25).map(|n| format!("纸船{n:02}")).collect();
    assert_eq!((all, pages), (wanted, 3));
    app.stop().await;
}
