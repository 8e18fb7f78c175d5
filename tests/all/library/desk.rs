//! The desk: a card and a book; a pile at once; a rule set aside by name; and everybody sees who looked.

use acceptance::TestApp;
use domain::library::{Block, Override};
use jiff::SignedDuration;
use serde_json::{Value, json};
use wire::Code;
use wire::endpoint::None_;
use wire::library::desk::{
    FindReaders, GetReaderByCard, LentQuery, ListLent, ReaderView, ReadersQuery, ReturnMany,
    ReturnManyBody,
};
use wire::library::loans::{
    CardQuery, CreateLoanBody, GetReaderCard, OverrideBody, RenewCardBody, RenewReaderCard,
};

use super::people::{
    HELPER, LIBRARIAN, at, borrow, bring, code, days, free_labels, free_title, grown_ups, id, lend,
    lend_to, looks, order, reserve, told,
};
use crate::market::race::nothing_is_wrong;

async fn card(who: &acceptance::Actor<'_>) -> String {
    let query = CardQuery { person: None };
    let card = who.call::<GetReaderCard>((), query, None_ {}).await;
    card.expect("a card").card
}

async fn by_card(desk: &acceptance::Actor<'_>, card: &str) -> Result<ReaderView, wire::Problem> {
    let card = card.parse().expect("anything can be typed");
    desk.call::<GetReaderByCard>((card,), None_ {}, None_ {})
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_scans_lend_and_the_reader_sees_who_looked() {
    let app = TestApp::start().await;
    let (who, desk) = (grown_ups(&app, 1).await.remove(0), at(&app, HELPER).await);
    let (title, labels) = free_title(&app, 1).await;
    let said = card(&who).await;
    assert_eq!(card(&who).await, said, "a card that is shown is kept");
    let reader = by_card(&desk, &said).await.expect("whose it is");
    assert_eq!(
        (reader.person, reader.blocks, reader.left),
        (id(&who), vec![], 5)
    );
    let body = CreateLoanBody {
        card: Some(said.clone()),
        ..order(&desk, &labels[0])
    };
    let lent = lend(&desk, body.clone()).await.expect("lent");
    assert_eq!(
        (lent.reader, lent.reader_name.as_str()),
        (Some(id(&who)), "测试·读者0")
    );
    assert_eq!(lend(&desk, body.clone()).await.expect("the same"), lent);
    app.settle().await;
    assert_eq!(told(&who, &title.name).await, ["loan_made"]);
    let seen: Vec<String> = looks(&who).await.into_iter().map(|look| look.0).collect();
    assert_eq!(seen, ["CreateLoan", "CreateLoan", "GetReaderByCard"]);

    // A slip is nobody's card; so is one that was replaced.
    let slip = said.replace(&said[2..3], if &said[2..3] == "7" { "8" } else { "7" });
    assert_eq!(code(by_card(&desk, &slip).await), Code::NotFound);
    let body = RenewCardBody {
        id: app.command(),
        person: None,
    };
    let newer = who
        .call::<RenewReaderCard>((), None_ {}, body.clone())
        .await;
    let newer = newer.expect("another card");
    let again = who.call::<RenewReaderCard>((), None_ {}, body).await;
    assert_eq!(again.expect("the same card"), newer);
    assert_ne!(newer.card, said);
    assert_eq!(code(by_card(&desk, &said).await), Code::NotFound);
    by_card(&desk, &newer.card).await.expect("the new one");
    // Whoever does not work there cannot use a card.
    let other = grown_ups(&app, 1).await.remove(0);
    let body = CreateLoanBody {
        card: Some(newer.card),
        ..order(&other, &free_labels(&app, 1).await[0])
    };
    assert_eq!(code(lend(&other, body).await), Code::NotAllowed);
    let label = free_labels(&app, 1).await.remove(0);
    assert_eq!(
        code(lend_to(&other, id(&who), &label).await),
        Code::NotFound
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pile_is_taken_back_book_by_book_and_says_whose_turn_it_is() {
    let app = TestApp::start().await;
    let (people, desk) = (grown_ups(&app, 3).await, at(&app, HELPER).await);
    let (title, labels) = free_title(&app, 1).await;
    let more = free_labels(&app, 4).await;
    let more: Vec<&String> = more
        .iter()
        .filter(|one| **one != labels[0])
        .take(2)
        .collect();
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    borrow(&people[1], more[0]).await.expect("borrowed");
    reserve(&people[2], title.id).await.expect("reserved");
    let body = ReturnManyBody {
        id: app.command(),
        copies: vec![
            labels[0].clone(),
            more[0].clone(),
            more[1].clone(),
            "Y00000000".into(),
        ],
    };
    let mut first = None;
    for _ in 0..2 {
        let done = desk.call::<ReturnMany>((), None_ {}, body.clone()).await;
        let rows = done.expect("a pile").rows;
        let next = rows[0].returned.as_ref().and_then(|row| row.next.as_ref());
        assert_eq!(next.expect("somebody waits").reader_name, "测试·读者2");
        assert!(
            rows[1]
                .returned
                .as_ref()
                .is_some_and(|row| row.next.is_none())
        );
        let why = |row: usize| rows[row].problem.as_ref().map(|problem| problem.code);
        assert_eq!(why(2), Some(Code::NotOnLoan));
        assert!(
            matches!(why(3), Some(Code::BadValue | Code::NotFound)),
            "{rows:?}"
        );
        assert!(
            rows[0]
                .returned
                .as_ref()
                .is_some_and(|row| row.loan.is_some())
        );
        assert_eq!(*first.get_or_insert(rows.clone()), rows, "and so once more");
    }
    let many = ReturnManyBody {
        id: app.command(),
        copies: vec![labels[0].clone(); 51],
    };
    let many = desk.call::<ReturnMany>((), None_ {}, many).await;
    assert_eq!(code(many), Code::TooMany);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_set_aside_by_name_with_a_reason_and_never_for_oneself() {
    let app = TestApp::start().await;
    let (helper, librarian) = (at(&app, HELPER).await, at(&app, LIBRARIAN).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let labels = free_labels(&app, 7).await;
    borrow(&who, &labels[0]).await.expect("borrowed");
    days(&app, 25).await;
    let asked = |desk: &acceptance::Actor<'_>, act, comment: &str| CreateLoanBody {
        reader: Some(id(&who)),
        r#override: Some(OverrideBody {
            act,
            comment: comment.into(),
        }),
        ..order(desk, &labels[1])
    };
    let (helper, librarian) = {
        // Weeks later both have to sign in again.
        let _ = (helper, librarian);
        (at(&app, HELPER).await, at(&app, LIBRARIAN).await)
    };
    let file = by_card(&librarian, &card(&who).await).await.expect("whose");
    assert_eq!(file.blocks, [Block::Late]);
    let refused = lend(&helper, asked(&helper, Override::Late, "先借")).await;
    assert_eq!(code(refused), Code::NotAllowed);
    let wrong = lend(&librarian, asked(&librarian, Override::Limit, "先借")).await;
    assert_eq!(code(wrong), Code::ReaderLate, "another rule is in the way");
    let silent = lend(&librarian, asked(&librarian, Override::Late, "  ")).await;
    let silent = silent.expect_err("say why");
    assert_eq!(silent.pointer.as_deref(), Some("/override/comment"));
    let lent = lend(
        &librarian,
        asked(&librarian, Override::Late, "书在家里，明天拿来"),
    )
    .await
    .expect("by its name");
    let words = lent.r#override.expect("kept with the loan");
    assert_eq!(
        (words.act, words.comment.as_str()),
        (Override::Late, "书在家里，明天拿来")
    );
    let own = super::people::loans(&who, None, false).await.items;
    assert!(
        own.iter().all(|loan| loan.r#override.is_none()),
        "not for the reader"
    );

    bring(&who, &labels[0]).await.expect("back");
    // What is not in the way is not set aside.
    let body = CreateLoanBody {
        copy: labels[2].clone(),
        ..asked(&librarian, Override::Late, "还了")
    };
    let plain = lend(&librarian, body).await.expect("lent");
    assert_eq!(plain.r#override, None);
    let own = CreateLoanBody {
        reader: None,
        copy: labels[3].clone(),
        ..asked(&librarian, Override::Late, "给自己")
    };
    assert_eq!(code(lend(&librarian, own).await), Code::NotAllowed);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A copy that is kept for one reader, and is lent to another although.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_it_was_kept_for_waits_again_and_is_told() {
    let app = TestApp::start().await;
    let (people, librarian) = (grown_ups(&app, 3).await, at(&app, LIBRARIAN).await);
    let (title, labels) = free_title(&app, 1).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    let hold = reserve(&people[1], title.id).await.expect("reserved");
    bring(&people[0], &labels[0]).await.expect("back");
    assert_eq!(
        code(lend_to(&librarian, id(&people[2]), &labels[0]).await),
        Code::KeptForOther
    );
    app.advance(SignedDuration::from_secs(1));
    let body = CreateLoanBody {
        reader: Some(id(&people[2])),
        r#override: Some(OverrideBody {
            act: Override::Kept,
            comment: "考试要用".into(),
        }),
        ..order(&librarian, &labels[0])
    };
    lend(&librarian, body).await.expect("although it is kept");
    app.settle().await;
    assert_eq!(
        told(&people[1], &title.name).await,
        ["hold_ready", "hold_again"]
    );
    bring(&librarian, &labels[0]).await.expect("back");
    let path = format!("/v1/library/holds?person={}", id(&people[1]));
    let list = people[1].raw("GET", &path, None).await.json();
    assert_eq!(list["items"][0]["id"], json!(hold.id));
    assert_eq!(list["items"][0]["state"], json!("ready"));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_finds_readers_and_what_is_late_and_each_can_see_that() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 2).await;
    let labels = free_labels(&app, 2).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    days(&app, 25).await;
    borrow(&people[1], &labels[1]).await.expect("borrowed");
    let desk = at(&app, HELPER).await;
    let query = ReadersQuery { q: "读者".into() };
    let found = desk.call::<FindReaders>((), query, None_ {}).await;
    let found = found.expect("readers").items;
    assert_eq!(found.len(), 2);
    let empty = desk.raw("GET", "/v1/library/readers?q=%20", None).await;
    assert_eq!(empty.code(), "empty_text");
    let lent = async |late: bool| {
        let query = LentQuery {
            late: Some(late),
            cursor: None,
            limit: Some(100),
        };
        let list = desk.call::<ListLent>((), query, None_ {}).await;
        list.expect("what is out").items
    };
    let late = lent(true).await;
    assert!(late.iter().all(|loan| loan.late));
    assert!(late.iter().any(|loan| loan.barcode == labels[0]));
    assert!(!late.iter().any(|loan| loan.barcode == labels[1]));
    let all = lent(false).await;
    assert!(all.iter().any(|loan| loan.barcode == labels[1]));
    assert!(all.is_sorted_by_key(|loan| loan.due));
    let seen: Vec<String> = looks(&people[1])
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(seen, ["FindReaders", "ListLent"]);
    assert_eq!(code(by_neighbour(&people[1]).await), Code::NotAllowed);
    app.stop().await;
}

async fn by_neighbour(who: &acceptance::Actor<'_>) -> Result<Value, wire::Problem> {
    let query = LentQuery {
        late: None,
        cursor: None,
        limit: None,
    };
    let list = who.call::<ListLent>((), query, None_ {}).await;
    list.map(|page| json!(page.items.len()))
}
