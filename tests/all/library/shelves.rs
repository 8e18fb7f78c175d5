//! Walking the shelves, and the ledger that writes itself.

use std::collections::BTreeSet;

use acceptance::{Actor, TestApp};
use domain::AuditId;
use domain::library::{CopyState, Mark};
use serde_json::json;
use wire::Code;
use wire::endpoint::None_;
use wire::library::catalogue::{MarkCopy, MarkCopyBody};
use wire::library::shelf::{
    AuditView, ConfirmAudit, ConfirmAuditBody, CreateAudit, CreateAuditBody, GetAudit,
    GetLibraryLedger, LedgerQuery, LedgerView,
};

use super::people::{
    HELPER, LIBRARIAN, at, borrow, bring, code, days, free_labels, grown_ups, reserve, stock,
};
use crate::market::race::nothing_is_wrong;

async fn mark(who: &Actor<'_>, label: &str, mark: Mark) {
    let body = MarkCopyBody {
        id: who.app.command(),
        mark,
    };
    let path = (label.parse().expect("a label"),);
    let done = who.call::<MarkCopy>(path, None_ {}, body).await;
    done.expect("it can be said of it");
}

async fn walk(
    who: &Actor<'_>,
    scanned: Vec<String>,
    class: Option<&str>,
) -> Result<AuditView, wire::Problem> {
    let body = CreateAuditBody {
        id: AuditId::new(who.app.millis(), who.app.chance()),
        scanned,
        class: class.map(str::to_owned),
        walked_for_s: None,
    };
    who.call::<CreateAudit>((), None_ {}, body).await
}

async fn state(app: &TestApp, label: &str) -> CopyState {
    let stock = stock(app).await;
    let mut copies = stock.iter().flat_map(|(_, shelf)| &shelf.copies);
    let copy = copies.find(|copy| copy.barcode == label);
    copy.expect("of the library").state
}

/// 200 copies, and five things that are not as they should be: one gone, one that is on loan and stands
/// there, one that was lost and stands there, one in repair that stands there, and one of nobody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_copies_with_five_planted_errors_all_five_are_found() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let who = grown_ups(&app, 1).await.remove(0);
    let stock = stock(&app).await;
    let copies: Vec<_> = stock.iter().flat_map(|(_, shelf)| &shelf.copies).collect();
    assert_eq!((stock.len(), copies.len()), (150, 200));
    let stands = |state| matches!(state, CopyState::Available | CopyState::OnHold);
    let mut scanned: Vec<String> = copies
        .iter()
        .filter(|copy| stands(copy.state))
        .map(|copy| copy.barcode.clone())
        .collect();
    let planted = free_labels(&app, 4).await;
    borrow(&who, &planted[1])
        .await
        .expect("on loan, and still there");
    mark(&librarian, &planted[2], Mark::Lost).await;
    mark(&librarian, &planted[3], Mark::Repair).await;
    scanned.retain(|label| *label != planted[0]);
    scanned.push("Y00000000".into());
    // Scanned twice is scanned.
    scanned.push(scanned[0].clone());
    let found = walk(&librarian, scanned.clone(), None)
        .await
        .expect("counted");
    let missing: Vec<&str> = found.missing.iter().map(|line| &*line.barcode).collect();
    assert_eq!(missing, [planted[0].as_str()]);
    let out: BTreeSet<(&str, CopyState)> = found
        .should_be_out
        .iter()
        .map(|line| (line.barcode.as_str(), line.state))
        .collect();
    let want = BTreeSet::from([
        (planted[1].as_str(), CopyState::OnLoan),
        (planted[2].as_str(), CopyState::Lost),
        (planted[3].as_str(), CopyState::InRepair),
    ]);
    assert_eq!(out, want);
    assert_eq!(found.unknown, ["Y00000000"]);
    let right = scanned.len() - 2 - 3;
    assert_eq!(found.found, u32::try_from(right).expect("few"));
    assert!(found.missing.iter().all(|line| !line.title_name.is_empty()));

    assert_eq!(
        state(&app, &planted[0]).await,
        CopyState::Available,
        "nothing is changed yet"
    );
    let confirm = async |command| {
        let body = ConfirmAuditBody { id: command };
        librarian
            .call::<ConfirmAudit>((found.id,), None_ {}, body)
            .await
    };
    let command = app.command();
    for _ in 0..2 {
        assert!(confirm(command).await.expect("confirmed").confirmed);
    }
    assert_eq!(code(confirm(app.command()).await), Code::AuditConfirmed);
    let now = async |n: usize| state(&app, &planted[n]).await;
    assert_eq!(now(0).await, CopyState::Missing);
    assert_eq!(
        now(1).await,
        CopyState::OnLoan,
        "it is given back by a scan"
    );
    assert_eq!(now(2).await, CopyState::Available, "found again");
    assert_eq!(now(3).await, CopyState::InRepair);

    // The next walk finds what was missing, and says so.
    app.advance(jiff::SignedDuration::from_mins(1));
    let again = walk(&librarian, vec![planted[0].clone()], None)
        .await
        .expect("counted");
    assert_eq!(again.should_be_out[0].state, CopyState::Missing);
    assert!(again.missing.len() > 100, "nothing else was scanned");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// One shelf at a time: what stands elsewhere is not missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_class_only_that_is_missed() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let stock = stock(&app).await;
    let of = |class: &str| {
        let class = class.to_owned();
        let titles = stock.iter().filter(move |(title, _)| title.class == class);
        titles.flat_map(|(_, shelf)| &shelf.copies)
    };
    let here = |copy: &&domain::library::Copy| copy.state == CopyState::Available;
    // What is kept for somebody stands by the desk, wherever it belongs.
    let alone = stock.iter().find(|(title, shelf)| {
        let free = |copy: &domain::library::Copy| copy.state == CopyState::Available;
        title.class == "N49" && matches!(&shelf.copies[..], [one] if free(one))
    });
    let (title, shelf) = alone.expect("a title of one copy");
    let kept = shelf.copies[0].barcode.clone();
    let people = grown_ups(&app, 2).await;
    borrow(&people[0], &kept).await.expect("borrowed");
    reserve(&people[1], title.id).await.expect("reserved");
    bring(&people[0], &kept).await.expect("kept for the other");
    assert_eq!(state(&app, &kept).await, CopyState::OnHold);
    let labels: Vec<String> = of("N49")
        .filter(here)
        .filter(|copy| copy.barcode != kept)
        .map(|copy| copy.barcode.clone())
        .collect();
    let all = walk(&librarian, labels.clone(), Some("N49"))
        .await
        .expect("counted");
    assert_eq!(
        (all.missing.len(), all.found),
        (0, u32::try_from(labels.len()).expect("few"))
    );
    let none = walk(&librarian, Vec::new(), Some("N49"))
        .await
        .expect("counted");
    assert_eq!(none.missing.len(), labels.len());
    assert!(none.missing.iter().all(|line| line.class == "N49"));
    let many = walk(&librarian, vec!["Y00000000".into(); 4_001], None).await;
    let many = many.expect_err("so many");
    assert_eq!(
        (many.code, many.pointer.as_deref()),
        (Code::TooMany, Some("/scanned"))
    );
    let helper = at(&app, HELPER).await;
    assert_eq!(code(walk(&helper, labels, None).await), Code::NotAllowed);
    let seen = librarian
        .call::<GetAudit>((none.id,), None_ {}, None_ {})
        .await;
    assert_eq!(seen.expect("kept"), none);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// What moved between the count and its confirmation stays as it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_moved_since_it_was_counted_is_left_alone() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let who = grown_ups(&app, 1).await.remove(0);
    let labels = free_labels(&app, 2).await;
    let counted = walk(&librarian, Vec::new(), None).await.expect("counted");
    app.advance(jiff::SignedDuration::from_mins(1));
    borrow(&who, &labels[0])
        .await
        .expect("it was there after all");
    borrow(&who, &labels[1]).await.expect("and so was this");
    bring(&who, &labels[1]).await.expect("and is back");
    let body = ConfirmAuditBody { id: app.command() };
    let done = librarian
        .call::<ConfirmAudit>((counted.id,), None_ {}, body)
        .await;
    done.expect("confirmed");
    assert_eq!(state(&app, &labels[0]).await, CopyState::OnLoan);
    assert_eq!(state(&app, &labels[1]).await, CopyState::Available);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Half an hour along the shelves: what is put back or lent behind the walker is neither missing nor in
/// the wrong place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_moved_during_the_walk_is_not_looked_for() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let who = grown_ups(&app, 1).await.remove(0);
    let labels = free_labels(&app, 3).await;
    borrow(&who, &labels[0]).await.expect("borrowed before");
    app.advance(jiff::SignedDuration::from_mins(30));
    bring(&who, &labels[0]).await.expect("put back behind");
    borrow(&who, &labels[1]).await.expect("lent from behind");
    // Half an hour ends a session at the desk.
    let librarian = {
        let _ = librarian;
        at(&app, LIBRARIAN).await
    };
    let body = |walked_for_s| CreateAuditBody {
        id: AuditId::new(app.millis(), app.chance()),
        scanned: vec![labels[1].clone()],
        class: None,
        walked_for_s,
    };
    let listed = |view: &AuditView| {
        let lines = view.missing.iter().chain(&view.should_be_out);
        let all: Vec<&str> = lines.map(|line| line.barcode.as_str()).collect();
        labels
            .iter()
            .map(|label| all.contains(&label.as_str()))
            .collect::<Vec<bool>>()
    };
    for (walked, found) in [
        (None, [true, true, true]),
        (Some(20 * 60), [false, false, true]),
    ] {
        let counted = librarian
            .call::<CreateAudit>((), None_ {}, body(walked))
            .await;
        assert_eq!(listed(&counted.expect("counted")), found, "{walked:?}");
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn ledger(who: &Actor<'_>, month: &str) -> (LedgerView, String) {
    let query = LedgerQuery {
        month: month.parse().expect("a month"),
    };
    let view = who.call::<GetLibraryLedger>((), query, None_ {}).await;
    let raw = who
        .raw("GET", &format!("/v1/library/ledger?month={month}"), None)
        .await;
    (view.expect("a month"), raw.body)
}

async fn workbook(who: &Actor<'_>, month: &str) -> Vec<u8> {
    let url = format!("{}/v1/library/ledger/file?month={month}", who.url);
    let request = who.http.get(url);
    let request = request.header("cookie", who.cookie.clone().expect("signed in"));
    let reply = request.send().await.expect("an answer");
    assert_eq!(reply.status(), 200);
    reply.bytes().await.expect("bytes").to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_months_ledger_is_made_anew_to_the_same_bytes_and_names_nobody() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let who = grown_ups(&app, 1).await.remove(0);
    let labels = free_labels(&app, 3).await;
    let (before, _) = ledger(&librarian, "2026-11").await;
    let (october, _) = ledger(&librarian, "2026-10").await;
    borrow(&who, &labels[0]).await.expect("borrowed");
    borrow(&who, &labels[1]).await.expect("borrowed");
    bring(&who, &labels[0]).await.expect("back");
    mark(&librarian, &labels[1], Mark::Lost).await;
    mark(&librarian, &labels[2], Mark::Withdraw).await;
    let (view, text) = ledger(&librarian, "2026-11").await;
    assert_eq!(view.lent, before.lent + 2);
    assert_eq!(
        (view.returned, view.lost),
        (before.returned + 1, before.lost + 1)
    );
    assert_eq!((view.out, view.copies), (before.out, before.copies - 1));
    assert_eq!(view.rows.len(), before.rows.len() + 5);
    assert_eq!(
        view.rows[..before.rows.len()],
        before.rows[..],
        "nothing before is changed"
    );
    // What one month ends with the next begins with: copies in, less copies out.
    let stands = october.copies + i64::from(view.taken_in) - i64::from(view.withdrawn);
    assert_eq!(view.copies, stands);
    let book = workbook(&librarian, "2026-11").await;
    for person in app.people().await {
        assert!(!text.contains(&person.id.to_string()) && !text.contains(&person.name));
    }

    // A month later, and after more has happened, the month reads the same.
    days(&app, 20).await;
    let librarian = at(&app, LIBRARIAN).await;
    borrow(&who, &labels[0]).await.expect("in another month");
    assert_eq!(ledger(&librarian, "2026-11").await.1, text);
    assert_eq!(workbook(&librarian, "2026-11").await, book);
    let (december, _) = ledger(&librarian, "2026-12").await;
    assert_eq!((december.lent, december.copies), (1, view.copies));
    let (early, _) = ledger(&librarian, "2020-01").await;
    assert_eq!((early.copies, early.rows.len()), (0, 0));
    let bad = librarian
        .raw("GET", "/v1/library/ledger?month=2026-13", None)
        .await;
    assert_eq!(
        (bad.code(), &bad.json()["pointer"]),
        ("bad_value".into(), &json!("?month"))
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}
