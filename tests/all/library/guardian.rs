//! Children borrow with a card; their guardian agrees, sees and keeps longer. Nobody else learns what a
//! child reads, but the library's staff, who say why.

use acceptance::TestApp;
use domain::access::Role;
use domain::consent::Purpose;
use domain::library::ReaderKind;
use serde_json::json;
use wire::Code;
use wire::endpoint::None_;
use wire::library::desk::{GetHistory, GetReader, HistoryQuery};
use wire::library::loans::{CreateHold, CreateHoldBody, GetLoan, RenewLoan, RenewLoanBody};

use super::people::{
    ADMIN, HELPER, LIBRARIAN, WORKER, at, borrow, bring, child_of_the_demo, code, days,
    free_labels, free_title, grown_ups, lend_to, loans, looks, stock, told,
};
use crate::coverage::with_role;
use crate::market::race::nothing_is_wrong;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_borrows_once_its_guardian_has_agreed() {
    let app = TestApp::start().await;
    let (child, guardian) = child_of_the_demo(&app, false).await;
    let (guardian, desk) = (app.as_person(&guardian).await, at(&app, HELPER).await);
    let (title, labels) = free_title(&app, 1).await;
    let refused = lend_to(&desk, child.id, &labels[0]).await;
    assert_eq!(code(refused), Code::LoanConsent);
    let reserved = CreateHoldBody {
        id: domain::HoldId::new(app.millis(), app.chance()),
        title: title.id,
        reader: Some(child.id),
    };
    let reserved = guardian.call::<CreateHold>((), None_ {}, reserved).await;
    assert_eq!(code(reserved), Code::LoanConsent);

    let agree = async |given: bool| {
        app.advance(jiff::SignedDuration::from_secs(1));
        let version = Purpose::BorrowBooks.version();
        let body = json!({ "id": app.command(), "given": given, "version": version });
        let path = format!("/v1/people/{}/consents/borrow_books", child.id);
        guardian.raw("PUT", &path, Some(body.to_string())).await
    };
    assert_eq!(agree(true).await.status, 200);
    let lent = lend_to(&desk, child.id, &labels[0]).await.expect("agreed");
    let file = desk
        .call::<GetReader>((child.id,), None_ {}, None_ {})
        .await;
    let file = file.expect("a reader");
    assert_eq!(
        (file.kind, file.left),
        (ReaderKind::Child, 5),
        "six for a child"
    );
    assert_eq!(file.guardian_name, Some(guardian_name(&app, &child).await));
    // Taken back: what is out stays out, and nothing more is lent.
    assert_eq!(agree(false).await.status, 200);
    let more = free_labels(&app, 1).await.remove(0);
    assert_eq!(
        code(lend_to(&desk, child.id, &more).await),
        Code::LoanConsent
    );
    let back = bring(&guardian, &labels[0]).await.expect("by the guardian");
    assert_eq!(back.loan, Some(lent.id));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

async fn guardian_name(app: &TestApp, child: &domain::person::Person) -> String {
    let people = app.people().await;
    let guardian = people.iter().find(|one| Some(one.id) == child.guardian);
    guardian.expect("is there").name.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_sees_and_keeps_longer_and_a_neighbour_learns_nothing() {
    let app = TestApp::start().await;
    let (child, guardian) = child_of_the_demo(&app, true).await;
    let guardian = app.as_person(&guardian).await;
    let before = loans(&guardian, None, false).await.items.len();
    let label = free_labels(&app, 1).await.remove(0);
    let lent = lend_to(&guardian, child.id, &label)
        .await
        .expect("for a child");
    app.settle().await;
    let own = loans(&guardian, None, false).await.items;
    assert_eq!(own.len(), before + 1);
    assert!(
        own.iter()
            .any(|loan| loan.reader_name == child.name && loan.id == lent.id)
    );
    days(&app, 7).await;
    let body = RenewLoanBody { id: app.command() };
    let kept = guardian
        .call::<RenewLoan>((lent.id,), None_ {}, body.clone())
        .await;
    assert_eq!(kept.expect("kept longer").renewals, 1);

    let neighbour = grown_ups(&app, 1).await.remove(0);
    let seen = neighbour
        .call::<GetLoan>((lent.id,), None_ {}, None_ {})
        .await;
    assert_eq!(code(seen), Code::NotFound);
    let renewed = neighbour
        .call::<RenewLoan>((lent.id,), None_ {}, body)
        .await;
    assert_eq!(code(renewed), Code::NotFound);
    assert_eq!(code(bring(&neighbour, &label).await), Code::NotFound);
    let person = child.id;
    for path in [
        format!("/v1/library/loans?person={person}"),
        format!("/v1/library/loans?person={person}&past=true"),
        format!("/v1/library/holds?person={person}"),
        format!("/v1/library/card?person={person}"),
        format!("/v1/people/{person}/data"),
    ] {
        let raw = neighbour.raw("GET", &path, None).await;
        assert_eq!(
            (raw.status, raw.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
    // A copy's page shows when it is due, and to nobody else who has it.
    let copy = neighbour
        .raw("GET", &format!("/v1/library/copies/{label}"), None)
        .await;
    assert!(copy.json()["copy"]["due"].is_string() && copy.json()["copy"]["loan"].is_null());
    assert!(!copy.body.contains(&child.id.to_string()) && !copy.body.contains(&child.name));
    app.stop().await;
}

/// Every role asks for what a child read in every way there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_child_read_only_the_library_sees_and_says_why() {
    let app = TestApp::start().await;
    let (child, guardian) = child_of_the_demo(&app, true).await;
    let guardian = app.as_person(&guardian).await;
    let (title, labels) = free_title(&app, 1).await;
    let lent = lend_to(&guardian, child.id, &labels[0])
        .await
        .expect("lent");
    bring(&guardian, &labels[0]).await.expect("back");
    let past = loans(&guardian, Some(child.id), true).await.items;
    assert!(
        past.iter().any(|loan| loan.id == lent.id),
        "the guardian sees it"
    );

    let (person, id) = (child.id, lent.id.to_string());
    let places = [
        format!("/v1/library/loans?person={person}"),
        format!("/v1/library/loans?person={person}&past=true&limit=100"),
        format!("/v1/library/loans/{id}"),
        format!("/v1/library/readers/{person}"),
        format!("/v1/library/readers/{person}/history?limit=100"),
        format!("/v1/library/copies/{}", labels[0]),
        format!("/v1/library/titles/{}", title.id),
        "/v1/library/lent?limit=100".into(),
        "/v1/library/tasks?settled=true".into(),
        "/v1/library/ledger?month=2026-11".into(),
        format!("/v1/people/{person}/data?reason=x"),
    ];
    for role in Role::ALL {
        let who = with_role(&app, *role).await;
        for place in &places {
            let raw = who.raw("GET", place, None).await;
            let data_of_admin = *role == Role::Admin && place.contains("/data");
            let told = raw.body.contains(&id) && !raw.body.contains("not_found");
            assert!(!told || data_of_admin, "{role} {place}: {}", raw.body);
        }
    }
    let history = async |phone: &str, reason: &str| {
        let query = HistoryQuery {
            reason: reason.into(),
            cursor: None,
            limit: Some(100),
        };
        let who = at(&app, phone).await;
        who.call::<GetHistory>((child.id,), query, None_ {}).await
    };
    assert_eq!(code(history(WORKER, "好奇").await), Code::NotAllowed);
    assert_eq!(code(history(HELPER, "好奇").await), Code::NotAllowed);
    for phone in [LIBRARIAN, ADMIN] {
        let silent = history(phone, "  ").await.expect_err("say why");
        assert_eq!(
            (silent.code, silent.pointer.as_deref()),
            (Code::EmptyText, Some("?reason"))
        );
        let seen = history(phone, "推荐读物")
            .await
            .expect("with a reason")
            .items;
        assert!(seen.iter().any(|loan| loan.id == lent.id));
    }
    let data = guardian
        .raw("GET", &format!("/v1/people/{person}/data"), None)
        .await;
    let views = data.json()["records"]["View"].clone();
    let said = |view: &&serde_json::Value| view["reason"] == "推荐读物";
    let views = views.as_array().cloned().unwrap_or_default();
    assert_eq!(
        views.iter().filter(said).count(),
        2,
        "both are written down"
    );
    assert!(data.body.contains(&id), "the guardian takes it along");
    assert!(
        !looks(&guardian)
            .await
            .iter()
            .any(|look| look.0 == "GetHistory")
    );
    app.stop().await;
}

/// One book is out and one is kept for a child: whoever is not the library's learns of neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_child_has_and_waits_for_only_the_library_sees() {
    let app = TestApp::start().await;
    let (child, guardian) = child_of_the_demo(&app, true).await;
    let guardian = app.as_person(&guardian).await;
    let other = grown_ups(&app, 1).await.remove(0);
    let (out, labels) = free_title(&app, 1).await;
    let lent = lend_to(&guardian, child.id, &labels[0])
        .await
        .expect("lent");
    let (kept, kept_labels) = free_title(&app, 1).await;
    borrow(&other, &kept_labels[0]).await.expect("borrowed");
    let body = CreateHoldBody {
        id: domain::HoldId::new(app.millis(), app.chance()),
        title: kept.id,
        reader: Some(child.id),
    };
    let hold = guardian.call::<CreateHold>((), None_ {}, body).await;
    let hold = hold.expect("reserved").id;
    bring(&other, &kept_labels[0]).await.expect("back");
    app.settle().await;

    let person = child.id;
    let card = guardian
        .raw("GET", &format!("/v1/library/card?person={person}"), None)
        .await;
    let card = card.json()["card"].as_str().expect("a card").to_owned();
    let loan = format!("/v1/library/loans/{}", lent.id);
    let theirs = [
        format!("/v1/library/loans?person={person}"),
        format!("/v1/library/holds?person={person}"),
        loan.clone(),
    ];
    let desk = [
        format!("/v1/library/readers/{person}"),
        format!("/v1/library/cards/{card}"),
        "/v1/library/lent?limit=100".into(),
        "/v1/library/pick-ups".into(),
        "/v1/library/tasks?settled=true".into(),
    ];
    let books = [
        format!("/v1/library/copies/{}", labels[0]),
        format!("/v1/library/copies/{}", kept_labels[0]),
        format!("/v1/library/titles/{}", out.id),
        format!("/v1/library/titles/{}", kept.id),
    ];
    let (lent, hold, reader) = (lent.id.to_string(), hold.to_string(), person.to_string());
    let said = [&out.name, &kept.name, &labels[0], &kept_labels[0]];
    let whose = [&child.name, &reader, &lent, &hold];
    for role in Role::ALL {
        let who = with_role(&app, *role).await;
        let library = matches!(role, Role::DeskHelper | Role::Librarian | Role::Admin);
        for place in theirs.iter().chain(&desk) {
            let raw = who.raw("GET", place, None).await;
            if library {
                assert_eq!(raw.status, 200, "{role} {place}: {}", raw.body);
                continue;
            }
            let refused = matches!(raw.code().as_str(), "not_found" | "not_allowed");
            let told = said.iter().any(|words| raw.body.contains(*words));
            assert!(refused && !told, "{role} {place}: {}", raw.body);
        }
        if library {
            continue;
        }
        for place in &books {
            let raw = who.raw("GET", place, None).await;
            let told = whose.iter().any(|words| raw.body.contains(*words));
            assert!(raw.status == 200 && !told, "{role} {place}: {}", raw.body);
        }
        let body = json!({ "id": app.command() }).to_string();
        let path = format!("{loan}/renew");
        let renewed = who.raw("POST", &path, Some(body)).await;
        assert_eq!(renewed.code(), "not_found", "{role}");
        assert_eq!(
            code(bring(&who, &labels[0]).await),
            Code::NotFound,
            "{role}"
        );
        let taken = borrow(&who, &kept_labels[0]).await;
        assert_eq!(code(taken), Code::KeptForOther, "{role}");
    }
    for (place, words) in theirs.iter().zip([&out.name, &kept.name, &out.name]) {
        let raw = guardian.raw("GET", place, None).await;
        assert!(raw.body.contains(words), "{place}: {}", raw.body);
    }
    let helper = at(&app, HELPER).await;
    let file = helper.raw("GET", &desk[0], None).await.body;
    assert!(file.contains(&out.name) && file.contains(&kept.name));
    app.stop().await;
}

/// A child of the demo has no telephone: whoever decides for them is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_is_told_what_is_kept_for_a_child_and_what_is_due() {
    let app = TestApp::start().await;
    let (child, guardian) = child_of_the_demo(&app, true).await;
    let guardian = app.as_person(&guardian).await;
    let other = grown_ups(&app, 1).await.remove(0);
    let stock = stock(&app).await;
    let spot = stock
        .iter()
        .find(|(title, _)| title.kind == domain::library::ItemKind::Reference);
    let spot = &spot.expect("the demo has one").1.copies[0].barcode;
    let refused = lend_to(&guardian, child.id, spot).await;
    assert_eq!(code(refused), Code::NotLent, "for reading on the spot");

    let (title, labels) = free_title(&app, 1).await;
    borrow(&other, &labels[0]).await.expect("borrowed");
    let body = CreateHoldBody {
        id: domain::HoldId::new(app.millis(), app.chance()),
        title: title.id,
        reader: Some(child.id),
    };
    let held = guardian.call::<CreateHold>((), None_ {}, body).await;
    held.expect("reserved");
    bring(&other, &labels[0]).await.expect("back");
    app.settle().await;
    assert_eq!(told(&guardian, &title.name).await, ["hold_ready"]);
    assert_eq!(told(&other, &title.name).await, [""; 0]);
    lend_to(&guardian, child.id, &labels[0])
        .await
        .expect("fetched");
    days(&app, 20).await;
    let told = told(&guardian, &title.name).await;
    assert!(told.iter().any(|topic| topic == "loan_due"), "{told:?}");
    nothing_is_wrong(&app).await;
    app.stop().await;
}
