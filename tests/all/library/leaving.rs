//! Whoever leaves gives their books back first; the books, the loans and the ledger stay, without them.

use acceptance::TestApp;
use domain::library::HoldState;
use serde_json::json;
use wire::endpoint::None_;
use wire::library::shelf::{GetLibraryLedger, LedgerQuery};

use super::people::{
    LIBRARIAN, WORKER, at, borrow, bring, child_of_the_demo, free_labels, free_title, grown_ups,
    id, lend_to, loans, reserve, stock,
};
use crate::market::race::nothing_is_wrong;

/// Everything the table holds, as the operator's backup has it.
async fn table(app: &TestApp) -> Vec<serde_json::Value> {
    let mut all = Vec::new();
    store::audit::export(&app.ctx().store, |line| {
        all.push(serde_json::from_str(line).expect("a line of JSON"));
        Ok(())
    })
    .await
    .expect("exported");
    all
}

async fn delete(
    who: &acceptance::Actor<'_>,
    person: domain::PersonId,
    name: &str,
) -> (u16, String) {
    let body = json!({ "name": name, "how": "in_person", "reason": "搬走" });
    let path = format!("/v1/people/{person}/deletion");
    let raw = who.raw("POST", &path, Some(body.to_string())).await;
    (raw.status, raw.code())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_gives_books_back_first_and_the_counts_stay() {
    let app = TestApp::start().await;
    let (librarian, worker) = (at(&app, LIBRARIAN).await, at(&app, WORKER).await);
    let people = grown_ups(&app, 2).await;
    let (title, labels) = free_title(&app, 1).await;
    let more = free_labels(&app, 4).await;
    let more: Vec<&String> = more.iter().filter(|one| **one != labels[0]).collect();
    let me = id(&people[0]);
    // One that came back, one that is out, one reserved behind nobody, one kept.
    borrow(&people[0], more[0]).await.expect("borrowed");
    bring(&people[0], more[0]).await.expect("back");
    borrow(&people[0], more[1]).await.expect("borrowed");
    borrow(&people[1], &labels[0]).await.expect("borrowed");
    reserve(&people[0], title.id).await.expect("reserved");
    bring(&people[1], &labels[0]).await.expect("back, and kept");
    app.advance(jiff::SignedDuration::from_secs(1));
    reserve(&people[1], title.id)
        .await
        .expect("and wanted again");
    let ledger = async || {
        let query = LedgerQuery {
            month: "2026-11".parse().expect("a month"),
        };
        let view = librarian
            .call::<GetLibraryLedger>((), query, None_ {})
            .await;
        view.expect("a month")
    };
    let said = delete(&worker, me, "测试·读者0").await;
    assert_eq!(said, (409, "open_loans".into()));
    bring(&librarian, more[1]).await.expect("back at the desk");
    let before = ledger().await;
    let said = delete(&worker, me, "测试·读者0").await;
    assert_eq!(said.0, 204, "{}", said.1);
    assert_eq!(ledger().await, before, "the books and the counts stay");
    assert_eq!(stock(&app).await.len(), 150);

    let holds = people[1].raw("GET", "/v1/library/holds", None).await.json();
    assert_eq!(
        holds["items"][0]["state"],
        json!(HoldState::Ready),
        "it went to the next"
    );
    app.advance(jiff::SignedDuration::from_mins(2));
    app.settle().await;
    let me = me.to_string();
    for line in table(&app).await {
        let kind = line["kind"].as_str().unwrap_or_default();
        let library = ["Shelf", "Reader", "Hold", "LedgerLine", "LibraryTask"];
        let text = line.to_string();
        assert!(!library.contains(&kind) || !text.contains(&me), "{text}");
        if kind == "Loan" {
            assert_ne!(line["reader"], json!(me), "{text}");
        }
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A book that will not come back does not hold a child for ever; and no deletion misses a loan.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_book_is_no_debt_and_a_loan_at_once_keeps_its_reader() {
    let app = TestApp::start().await;
    let librarian = at(&app, LIBRARIAN).await;
    let (child, guardian) = child_of_the_demo(&app, true).await;
    let guardian = app.as_person(&guardian).await;
    let label = free_labels(&app, 1).await.remove(0);
    lend_to(&librarian, child.id, &label).await.expect("lent");
    for loan in loans(&guardian, Some(child.id), false).await.items {
        let path = format!("/v1/library/copies/{}/mark", loan.barcode);
        let body = json!({ "id": app.command(), "mark": "lost" });
        assert_eq!(
            librarian
                .raw("POST", &path, Some(body.to_string()))
                .await
                .status,
            200
        );
    }
    let body = json!({ "name": child.name });
    let path = format!("/v1/people/{}/deletion", child.id);
    let gone = guardian.raw("POST", &path, Some(body.to_string())).await;
    assert_eq!(gone.status, 204, "{}", gone.body);

    let worker = at(&app, WORKER).await;
    for round in 0..12 {
        let who = grown_ups(&app, 1).await.remove(0);
        let label = free_labels(&app, 1).await.remove(0);
        let (lent, left) = tokio::join!(
            lend_to(&librarian, id(&who), &label),
            delete(&worker, id(&who), "测试·读者0")
        );
        let both = lent.is_ok() && left.0 == 204;
        assert!(!both, "round {round}: lent to somebody who left");
        assert!(
            lent.is_ok() || left.0 == 204,
            "round {round}: {lent:?} {left:?}"
        );
        if lent.is_ok() {
            bring(&librarian, &label).await.expect("back");
        }
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}
