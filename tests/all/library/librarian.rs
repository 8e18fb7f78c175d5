//! The librarian: take books in, say how they are, keep rules and hours.

use acceptance::TestApp;
use domain::library::{CopyState, ItemKind, LoanRule, LoanState, Mark, ReaderKind};
use domain::{CommandId, TitleId};
use serde_json::{Value, json};
use wire::Code;
use wire::endpoint::None_;
use wire::library::catalogue::{
    CreateCopies, CreateCopiesBody, CreateTitle, CreateTitleBody, IntakeView, LabelsQuery,
    ListLabels, MarkCopy, MarkCopyBody, TitleFields, UpdateTitle, UpdateTitleBody,
};
use wire::library::loans::GetLoan;
use wire::library::settings::{GetLibrary, PutLibrary, PutLibraryBody};

use super::people::{
    LIBRARIAN, at, borrow, code, free_labels, free_title, grown_ups, loans, reserve,
};
use crate::market::race::nothing_is_wrong;

/// Made up, with a right check digit; its group of numbers is given to nobody.
const ISBN: &str = "979-99-900000-0-8";

fn fields(name: &str) -> TitleFields {
    TitleFields {
        name: name.into(),
        other_name: String::new(),
        authors: vec!["测试·新作者".into()],
        publisher: "测试·新出版社".into(),
        published: "2026".into(),
        isbn: None,
        class: "I287".into(),
        subjects: Vec::new(),
        about: String::new(),
        kind: ItemKind::Book,
    }
}

async fn take_in(
    who: &acceptance::Actor<'_>,
    change: impl FnOnce(&mut CreateCopiesBody),
) -> Result<IntakeView, wire::Problem> {
    let mut body = CreateCopiesBody {
        id: who.app.command(),
        isbn: None,
        title: None,
        fields: None,
        count: 1,
    };
    change(&mut body);
    who.call::<CreateCopies>((), None_ {}, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn books_are_taken_in_by_number_by_title_or_by_what_they_say() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let missing = take_in(&librarian, |body| body.isbn = Some(ISBN.into())).await;
    let missing = missing.expect_err("nobody knows this book");
    assert_eq!(
        (missing.code, missing.pointer.as_deref()),
        (Code::MissingField, Some("/fields"))
    );
    let command: CommandId = app.command();
    let mut first = None;
    for _ in 0..2 {
        let made = take_in(&librarian, |body| {
            body.id = command;
            body.isbn = Some(ISBN.into());
            body.fields = Some(fields("新来的书"));
            body.count = 2;
        });
        let made = made.await.expect("taken in");
        assert!(made.new_title && made.labels.len() == 2 && made.title.free == 2);
        assert_eq!(*first.get_or_insert(made.clone()), made, "and so once more");
    }
    let made = first.expect("taken in");
    assert_eq!(made.title.isbn.as_deref(), Some("9799990000008"));
    // Scan, scan, scan: the title is known now.
    let more = take_in(&librarian, |body| body.isbn = Some(ISBN.into())).await;
    let more = more.expect("one more");
    assert_eq!((more.new_title, more.title.copies.len()), (false, 3));
    let more = take_in(&librarian, |body| body.title = Some(made.title.id)).await;
    assert_eq!(more.expect("and one more").title.copies.len(), 4);
    for (count, pointer) in [(0, "/count"), (21, "/count")] {
        let many = take_in(&librarian, |body| body.count = count).await;
        assert_eq!(many.expect_err("so many").pointer.as_deref(), Some(pointer));
    }
    let wrong = take_in(&librarian, |body| body.isbn = Some("9787302378390".into())).await;
    let wrong = wrong.expect_err("its check digit is wrong");
    assert_eq!(wrong.pointer.as_deref(), Some("/isbn"));

    let label = &made.labels[0].barcode;
    let query = LabelsQuery {
        barcodes: Some(format!("{label},{}", made.labels[1].barcode)),
        cursor: None,
        limit: None,
    };
    let labels = librarian.call::<ListLabels>((), query, None_ {}).await;
    assert_eq!(labels.expect("to print").items, made.labels);
    let reader = grown_ups(&app, 1).await.remove(0);
    borrow(&reader, label).await.expect("it can be borrowed");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Each of the new copies goes to whoever waited longest, and the desk is told. The answer to a repeat is
/// about the copies that came with the first call, whatever came since.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_names_its_own_copies_and_for_whom_they_are() {
    let app = TestApp::start().await;
    let (people, librarian) = (grown_ups(&app, 3).await, at(&app, LIBRARIAN).await);
    let (title, labels) = free_title(&app, 1).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    for reader in &people[1..] {
        reserve(reader, title.id).await.expect("reserved");
    }
    let command: CommandId = app.command();
    let two = async |id: CommandId| {
        let made = take_in(&librarian, |body| {
            body.id = id;
            body.title = Some(title.id);
            body.count = 2;
        });
        made.await.expect("taken in")
    };
    let first = two(command).await;
    let codes = |made: &IntakeView| -> Vec<String> {
        let labels = made.labels.iter();
        labels.map(|label| label.barcode.clone()).collect()
    };
    let kept: Vec<_> = first
        .pick_up
        .iter()
        .map(|one| (one.barcode.clone(), one.next.reader_name.as_str()))
        .collect();
    let names = ["测试·读者1", "测试·读者2"];
    let wanted: Vec<_> = codes(&first).into_iter().zip(names).collect();
    assert_eq!(kept, wanted);
    let other = two(app.command()).await;
    assert_eq!(other.pick_up, []);
    assert!(codes(&other).iter().all(|one| !codes(&first).contains(one)));
    let again = two(command).await;
    assert_eq!(again.labels, first.labels);
    assert_eq!(again.pick_up, first.pick_up);
    assert_eq!((again.title.copies.len(), again.title.free), (5, 2));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Every label there is, a page at a time, in their order, each once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_labels_lead_through_all_of_them() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let query = LabelsQuery {
            barcodes: None,
            cursor,
            limit: Some(30),
        };
        let page = librarian.call::<ListLabels>((), query, None_ {}).await;
        let page = page.expect("labels");
        all.extend(page.items.into_iter().map(|label| label.barcode));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(all.len(), 200);
    assert!(all.is_sorted() && all.windows(2).all(|two| two[0] != two[1]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_has_its_number_alone_and_is_changed_on_what_was_read() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let make = async |name: &str, isbn: Option<&str>| {
        let body = CreateTitleBody {
            id: TitleId::new(app.millis(), app.chance()),
            fields: TitleFields {
                isbn: isbn.map(str::to_owned),
                ..fields(name)
            },
        };
        librarian.call::<CreateTitle>((), None_ {}, body).await
    };
    let one = make("第一本", Some(ISBN)).await.expect("a title");
    let taken = make("第二本", Some(ISBN)).await.expect_err("taken");
    assert_eq!(
        (taken.code, taken.pointer.as_deref()),
        (Code::IsbnTaken, Some("/fields/isbn"))
    );
    let two = make("第二本", None).await.expect("without a number");
    let change = async |id: TitleId, ver: u64, isbn: Option<&str>| {
        let body = UpdateTitleBody {
            id: app.command(),
            fields: TitleFields {
                isbn: isbn.map(str::to_owned),
                ..fields("改了名")
            },
            ver,
        };
        librarian.call::<UpdateTitle>((id,), None_ {}, body).await
    };
    assert_eq!(code(change(two.id, 7, None).await), Code::Stale);
    assert_eq!(
        code(change(two.id, two.ver, Some(ISBN)).await),
        Code::IsbnTaken
    );
    change(one.id, one.ver, None)
        .await
        .expect("it gives its number up");
    let two = change(two.id, two.ver, Some(ISBN))
        .await
        .expect("and another has it");
    assert_eq!((two.name.as_str(), two.ver), ("改了名", 2));
    let found = librarian
        .raw("GET", "/v1/library/copies/9799990000008", None)
        .await;
    assert_eq!(found.json()["title"]["id"], json!(two.id));
    let raw = json!({ "id": TitleId::new(app.millis(), app.chance()),
        "fields": { "name": "x", "authors": vec!["a"; 11] } });
    let raw = librarian
        .raw("POST", "/v1/library/titles", Some(raw.to_string()))
        .await;
    let said = (raw.code(), raw.json()["pointer"].clone());
    assert_eq!(said, ("too_many".to_owned(), json!("/fields/authors")));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Lost while it is out: the loan ends, nobody owes anything, and whoever waits keeps their place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_that_is_lost_ends_its_loan_and_may_turn_up_again() {
    let app = TestApp::start().await;
    let (people, librarian) = (grown_ups(&app, 2).await, at(&app, LIBRARIAN).await);
    let (title, labels) = free_title(&app, 1).await;
    let lent = borrow(&people[0], &labels[0]).await.expect("borrowed");
    reserve(&people[1], title.id).await.expect("reserved");
    let mark = async |mark| {
        let body = MarkCopyBody {
            id: app.command(),
            mark,
        };
        let path = (labels[0].parse().expect("a label"),);
        librarian.call::<MarkCopy>(path, None_ {}, body).await
    };
    assert_eq!(code(mark(Mark::Withdraw).await), Code::CopyIs, "it is out");
    assert_eq!(mark(Mark::Lost).await.expect("lost").state, CopyState::Lost);
    assert_eq!(code(mark(Mark::Lost).await), Code::CopyIs);
    let over = people[0]
        .call::<GetLoan>((lent.id,), None_ {}, None_ {})
        .await;
    assert_eq!(over.expect("theirs").state, LoanState::Lost);
    assert_eq!(loans(&people[0], None, false).await.items, []);
    let command: CommandId = app.command();
    for _ in 0..2 {
        let body = MarkCopyBody {
            id: command,
            mark: Mark::Found,
        };
        let path = (labels[0].parse().expect("a label"),);
        let found = librarian.call::<MarkCopy>(path, None_ {}, body).await;
        let found = found.expect("found again");
        assert_eq!(found.state, CopyState::OnHold, "somebody waits for it");
        let kept = found.pick_up.expect("the desk is told");
        assert_eq!(
            (kept.barcode.as_str(), kept.next.reader_name.as_str()),
            (labels[0].as_str(), "测试·读者1")
        );
    }
    let repair = mark(Mark::Repair).await.expect("it is torn");
    assert_eq!(repair.pick_up, None, "no other copy to keep");
    let mended = mark(Mark::Repaired).await.expect("mended");
    assert!(mended.pick_up.is_some_and(|one| one.barcode == labels[0]));
    let elsewhere = librarian
        .raw(
            "POST",
            "/v1/library/copies/Y99999999/mark",
            Some(json!({ "id": app.command(), "mark": "lost" }).to_string()),
        )
        .await;
    assert_eq!(elsewhere.status, 404);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

fn all_day(day: &str) -> Value {
    json!({ "day": day, "from": "09:00", "to": "17:00" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_and_hours_hold_from_now_on_and_what_is_due_is_due_on_an_open_day() {
    let app = TestApp::start().await;
    let (who, librarian) = (
        grown_ups(&app, 1).await.remove(0),
        at(&app, LIBRARIAN).await,
    );
    let labels = free_labels(&app, 4).await;
    let before = borrow(&who, &labels[0]).await.expect("by the rules before");
    let now = librarian.call::<GetLibrary>((), None_ {}, None_ {}).await;
    let now = now.expect("the rules");
    assert!(now.open_today && now.ver == 1);
    let rule = |reader, item, days, loans| LoanRule {
        reader,
        item,
        days,
        loans,
        renewals: 0,
    };
    let put = async |ver: u32, body: Value| {
        let mut whole = json!({ "id": app.command(), "ver": ver, "pick_up_days": 2,
            "rules": [rule(None, None, 7, 2), rule(Some(ReaderKind::Adult), Some(ItemKind::Book), 10, 3)],
            "hours": [all_day("sat")], "closed": [{ "day": "2026-12-05", "reason": "盘点" }] });
        for (name, value) in body.as_object().expect("fields") {
            whole[name] = value.clone();
        }
        librarian
            .raw("PUT", "/v1/library", Some(whole.to_string()))
            .await
    };
    let rows = [
        (
            json!({ "rules": [rule(None, None, 366, 1)] }),
            "bad_value",
            "/rules/0/days",
        ),
        (
            json!({ "rules": [rule(None, None, 1, 51)] }),
            "bad_value",
            "/rules/0/loans",
        ),
        (
            json!({ "rules": vec![rule(None, None, 1, 1); 2] }),
            "bad_value",
            "/rules/1",
        ),
        (
            json!({ "rules": vec![rule(None, None, 1, 1); 31] }),
            "too_many",
            "/rules",
        ),
        (json!({ "pick_up_days": 0 }), "bad_value", "/pick_up_days"),
        (
            json!({ "hours": [{ "day": "mon", "from": "10:00", "to": "09:00" }] }),
            "span_backwards",
            "/hours/0/to",
        ),
        (
            json!({ "closed": [{ "day": "2026-12-05", "reason": "长".repeat(121) }] }),
            "too_long",
            "/closed/0/reason",
        ),
        (json!({ "ver": 0 }), "stale", "/ver"),
    ];
    for (body, code, pointer) in rows {
        let raw = put(1, body).await;
        let said = (raw.code(), raw.json()["pointer"].clone());
        assert_eq!(said, (code.to_owned(), json!(pointer)));
    }
    let done = put(1, json!({})).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (&done.json()["ver"], &done.json()["open_today"]),
        (&json!(2), &json!(false))
    );
    let command: CommandId = app.command();
    let body = PutLibraryBody {
        id: command,
        rules: vec![rule(None, None, 10, 3)],
        hours: now.hours,
        closed: now.closed,
        pick_up_days: 3,
        ver: 1,
    };
    let late = librarian.call::<PutLibrary>((), None_ {}, body).await;
    assert_eq!(code(late), Code::Stale);
    // Ten days from Tuesday is a Friday; open on Saturdays, and not on that one.
    let lent = borrow(&who, &labels[1]).await.expect("by the rules now");
    assert_eq!(lent.due.to_string(), "2026-12-12");
    borrow(&who, &labels[2]).await.expect("the third");
    let refused = borrow(&who, &labels[3]).await.expect_err("three at once");
    assert_eq!(
        (refused.code, &refused.data["max"]),
        (Code::LoanLimit, &json!(3))
    );
    let open = loans(&who, None, false).await.items;
    let kept = open.iter().find(|loan| loan.id == before.id);
    assert_eq!(
        kept.expect("still out").due,
        before.due,
        "what was lent before stays"
    );
    let why_not = kept.and_then(|loan| loan.not_renewable.as_ref());
    assert_eq!(why_not.map(|one| one.code), Some(Code::NoMoreRenewals));
    nothing_is_wrong(&app).await;
    app.stop().await;
}
