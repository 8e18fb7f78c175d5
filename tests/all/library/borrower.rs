//! Somebody with a telephone: scan, borrow, keep longer, bring back.

use acceptance::TestApp;
use domain::library::{CopyState, LoanState};
use wire::Code;
use wire::endpoint::None_;
use wire::library::Typed;
use wire::library::catalogue::GetCopy;
use wire::library::loans::{LoanView, RenewLoan, RenewLoanBody, ReturnCopy, ReturnCopyBody};

use super::people::{
    LIBRARIAN, at, borrow, bring, code, days, free_labels, free_title, grown_ups, lend, loans,
    order, stock, told,
};
use crate::market::race::nothing_is_wrong;

fn typed(raw: &str) -> (Typed,) {
    (raw.parse().expect("anything can be typed"),)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_borrower_scans_borrows_keeps_longer_and_brings_back() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let (title, labels) = free_title(&app, 1).await;
    let scan = async || {
        let found = who.call::<GetCopy>(typed(&labels[0]), None_ {}, None_ {});
        found.await.expect("a copy")
    };
    let found = scan().await;
    let copy = found.copy.expect("the one");
    assert_eq!(
        (copy.state, found.title.id),
        (CopyState::Available, title.id)
    );

    let body = order(&who, &labels[0]);
    let lent = lend(&who, body.clone()).await.expect("borrowed");
    assert_eq!(
        (lent.state, lent.renewals, lent.late),
        (LoanState::Open, 0, false)
    );
    // Three weeks later, a Tuesday, on which it is open.
    assert_eq!(lent.due.to_string(), "2026-12-15");
    let again = lend(&who, body.clone()).await.expect("the same");
    assert_eq!(again, lent);
    let other = wire::library::loans::CreateLoanBody {
        copy: free_labels(&app, 1).await.remove(0),
        ..body
    };
    assert_eq!(code(lend(&who, other).await), Code::IdReused);
    let copy = scan().await.copy.expect("the one");
    assert_eq!((copy.state, copy.loan), (CopyState::OnLoan, Some(lent.id)));

    let renew = async |command| -> Result<LoanView, wire::Problem> {
        let body = RenewLoanBody { id: command };
        who.call::<RenewLoan>((lent.id,), None_ {}, body).await
    };
    assert_eq!(code(renew(app.command()).await), Code::RenewsNothing);
    days(&app, 6).await;
    let command = app.command();
    let kept = renew(command).await.expect("kept longer");
    // Three weeks from a Monday is a Monday, on which it is closed.
    assert_eq!(
        (kept.due.to_string().as_str(), kept.renewals),
        ("2026-12-22", 1)
    );
    assert_eq!(renew(command).await.expect("the same"), kept);
    days(&app, 2).await;
    assert_eq!(renew(app.command()).await.expect("once more").renewals, 2);
    days(&app, 2).await;
    assert_eq!(code(renew(app.command()).await), Code::NoMoreRenewals);
    let open = loans(&who, None, false).await.items;
    assert_eq!(open.len(), 1);
    let why_not = open[0].not_renewable.as_ref().expect("twice is enough");
    assert_eq!(
        (why_not.code, &why_not.data["max"]),
        (Code::NoMoreRenewals, &serde_json::json!(2))
    );

    let back = ReturnCopyBody {
        id: app.command(),
        copy: labels[0].clone(),
    };
    for _ in 0..2 {
        let said = who.call::<ReturnCopy>((), None_ {}, back.clone()).await;
        let said = said.expect("taken back, and so once more");
        assert_eq!(said.barcode, labels[0]);
        assert_eq!(said.loan, Some(lent.id));
    }
    assert_eq!(code(bring(&who, &labels[0]).await), Code::NotFound);
    assert_eq!(loans(&who, None, false).await.items, []);
    let past = loans(&who, None, true).await.items;
    assert_eq!(past.len(), 1);
    assert_eq!((past[0].id, past[0].state), (lent.id, LoanState::Returned));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Only the label says which copy is in somebody's hand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_isbn_does_where_it_has_one_copy_and_asks_where_it_has_several() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let (one, _) = free_title(&app, 1).await;
    let (two, labels) = free_title(&app, 2).await;
    let isbn = |title: &domain::library::Title| title.isbn.clone().expect("has one");
    let lent = borrow(&who, &isbn(&one)).await.expect("the only copy");
    assert_eq!(lent.title, one.id);

    let found = who.call::<GetCopy>(typed(&isbn(&two)), None_ {}, None_ {});
    let found = found.await.expect("a title");
    assert_eq!((found.copy, found.choices.len()), (None, 2));
    let asked = borrow(&who, &isbn(&two)).await.expect_err("which one?");
    assert_eq!(asked.code, Code::WhichCopy);
    assert_eq!(asked.pointer.as_deref(), Some("/copy"));
    // Also where only one of them stands there: the other may be the one in hand.
    borrow(&who, &labels[0]).await.expect("by its label");
    let other = grown_ups(&app, 1).await.remove(0);
    assert_eq!(code(borrow(&other, &isbn(&two)).await), Code::WhichCopy);
    borrow(&other, &labels[1]).await.expect("by its label");
    // One's own is known: each has one of the two.
    let back = bring(&who, &isbn(&two)).await.expect("brought back");
    assert_eq!(back.barcode, labels[0]);

    // And where one of two is lost: it may be the one that turned up.
    let (lost, labels) = free_title(&app, 2).await;
    let librarian = at(&app, LIBRARIAN).await;
    let path = format!("/v1/library/copies/{}/mark", labels[0]);
    let body = serde_json::json!({ "id": app.command(), "mark": "lost" });
    let marked = librarian.raw("POST", &path, Some(body.to_string())).await;
    assert_eq!(marked.status, 200);
    assert_eq!(code(borrow(&who, &isbn(&lost)).await), Code::WhichCopy);
    assert_eq!(code(borrow(&who, &labels[0]).await), Code::CopyIs);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A slip, a number that is none, and a book from elsewhere are three different things.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_no_book() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let label = free_labels(&app, 1).await.remove(0);
    // One digit wrong: its check digit does not fit any more.
    let digit = label.chars().nth(3).expect("long enough");
    let wrong = if digit == '9' { '8' } else { '9' };
    let slip: String = label
        .chars()
        .enumerate()
        .map(|(n, c)| if n == 3 { wrong } else { c })
        .collect();
    for raw in [&*slip, "", "4006381333931", "9787302378391"] {
        let refused = borrow(&who, raw).await.expect_err("no book");
        assert!(
            matches!(refused.code, Code::BadValue | Code::NotFound),
            "{raw}: {refused:?}"
        );
    }
    // In order, and nowhere here.
    assert_eq!(code(borrow(&who, "9787302378396").await), Code::NotFound);
    for raw in [
        label.to_lowercase(),
        format!("https://linli.example/#/b/{label}"),
    ] {
        let lent = borrow(&who, &raw).await.expect("the same label");
        assert_eq!(lent.barcode, label, "{raw}");
        bring(&who, &raw).await.expect("back");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_reasons_against_a_loan_the_most_basic_is_said() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 2).await;
    let (who, other) = (&people[0], &people[1]);
    let labels = free_labels(&app, 8).await;
    for label in &labels[..5] {
        borrow(who, label).await.expect("five may be had");
    }
    assert_eq!(code(borrow(who, &labels[5]).await), Code::LoanLimit);
    borrow(other, &labels[6]).await.expect("another's");
    assert_eq!(code(borrow(who, &labels[6]).await), Code::OnLoan);
    days(&app, 25).await;
    let late = borrow(who, &labels[5]).await.expect_err("late");
    assert_eq!(
        (late.code, &late.data["count"]),
        (Code::ReaderLate, &5.into())
    );
    let stock = stock(&app).await;
    let spot = stock
        .iter()
        .find(|(title, _)| title.kind == domain::library::ItemKind::Reference);
    let spot = &spot.expect("the demo has one").1.copies[0].barcode;
    assert_eq!(code(borrow(who, spot).await), Code::NotLent);
    let librarian = at(&app, LIBRARIAN).await;
    let path = format!("/v1/library/copies/{spot}/mark");
    let body = format!(r#"{{"id":"{}","mark":"lost"}}"#, app.command());
    assert_eq!(librarian.raw("POST", &path, Some(body)).await.status, 200);
    let gone = borrow(who, spot).await.expect_err("gone");
    assert_eq!(
        (gone.code, &gone.data["state"]),
        (Code::CopyIs, &"lost".into())
    );
    for label in &labels[..5] {
        bring(who, label).await.expect("brought back");
    }
    borrow(who, &labels[5])
        .await
        .expect("nothing is held against them");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reminders_come_the_day_before_and_weekly_until_it_is_back() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let (title, labels) = free_title(&app, 1).await;
    let lent = borrow(&who, &labels[0]).await.expect("borrowed");
    assert_eq!(lent.due.to_string(), "2026-12-15");
    days(&app, 19).await;
    assert_eq!(told(&who, &title.name).await, [""; 0], "too early");
    days(&app, 1).await;
    assert_eq!(told(&who, &title.name).await, ["loan_due"]);
    app.settle().await;
    days(&app, 1).await;
    assert_eq!(told(&who, &title.name).await, ["loan_due"], "once");
    days(&app, 1).await;
    assert_eq!(told(&who, &title.name).await, ["loan_due", "loan_late"]);
    days(&app, 6).await;
    assert_eq!(told(&who, &title.name).await.len(), 2, "not before a week");
    days(&app, 1).await;
    assert_eq!(told(&who, &title.name).await.len(), 3, "a week later");
    bring(&who, &labels[0]).await.expect("back at last");
    days(&app, 21).await;
    assert_eq!(told(&who, &title.name).await.len(), 3, "no more");
    nothing_is_wrong(&app).await;
    app.stop().await;
}
