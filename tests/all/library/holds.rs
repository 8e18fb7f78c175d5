//! Who waits: the longest waiting first, kept for some days, then passed on.

use acceptance::TestApp;
use domain::library::{HoldState, ItemKind};
use serde_json::json;
use wire::Code;
use wire::endpoint::None_;
use wire::library::catalogue::{GetTitle, TitleQuery};
use wire::library::desk::ListPickUps;
use wire::library::loans::{
    CancelHold, CancelHoldBody, HoldView, HoldsQuery, ListHolds, RenewLoan, RenewLoanBody,
};

use super::people::{
    HELPER, LIBRARIAN, at, borrow, bring, code, days, free_title, grown_ups, reserve, stock, told,
};
use crate::market::race::nothing_is_wrong;

async fn own(who: &acceptance::Actor<'_>) -> Vec<HoldView> {
    let query = HoldsQuery { person: None };
    let list = who.call::<ListHolds>((), query, None_ {}).await;
    list.expect("a list").items
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_longest_is_next_and_what_is_not_fetched_passes_on() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 4).await;
    let (title, labels) = free_title(&app, 1).await;
    let label = &labels[0];
    assert_eq!(code(reserve(&people[0], title.id).await), Code::CopiesFree);
    let lent = borrow(&people[0], label).await.expect("borrowed");
    assert_eq!(code(reserve(&people[0], title.id).await), Code::HasIt);
    for (n, who) in people[1..3].iter().enumerate() {
        app.advance(jiff::SignedDuration::from_secs(60));
        let hold = reserve(who, title.id).await.expect("reserved");
        assert_eq!(hold.before, Some(u32::try_from(n).expect("few")));
    }
    assert_eq!(
        code(reserve(&people[1], title.id).await),
        Code::AlreadyReserved
    );
    let query = TitleQuery { person: None };
    let seen = people[2]
        .call::<GetTitle>((title.id,), query, None_ {})
        .await;
    let seen = seen.expect("a title");
    assert_eq!(
        (seen.waiting, seen.free, seen.back_on),
        (2, 0, Some(lent.due))
    );
    assert_eq!(seen.hold, Some(own(&people[2]).await[0].id));

    let body = RenewLoanBody { id: app.command() };
    let renewed = people[0]
        .call::<RenewLoan>((lent.id,), None_ {}, body)
        .await;
    let refused = renewed.expect_err("others wait");
    assert_eq!(
        (refused.code, &refused.data["count"]),
        (Code::OthersWait, &json!(2))
    );

    let back = bring(&people[0], label).await.expect("brought back");
    let next = back.next.expect("somebody waits");
    assert_eq!(next.hold, own(&people[1]).await[0].id);
    assert_eq!(
        next.reader_name, "",
        "a neighbour's name is not for everybody"
    );
    // Three open days: Wednesday, Thursday, Friday.
    assert_eq!(next.until.to_string(), "2026-11-27");
    app.settle().await;
    assert_eq!(told(&people[1], &title.name).await, ["hold_ready"]);
    assert_eq!(code(borrow(&people[3], label).await), Code::KeptForOther);
    let desk = at(&app, HELPER).await;
    let shelf = desk.call::<ListPickUps>((), None_ {}, None_ {}).await;
    let kept = shelf.expect("the pick-up shelf").items;
    assert!(
        kept.iter()
            .any(|one| one.id == next.hold && one.reader_name == "测试·读者1")
    );

    days(&app, 3).await;
    assert_eq!(own(&people[1]).await.len(), 1, "the last day counts");
    days(&app, 1).await;
    assert_eq!(own(&people[1]).await, []);
    assert_eq!(
        told(&people[1], &title.name).await,
        ["hold_ready", "hold_expired"]
    );
    let second = own(&people[2]).await.remove(0);
    assert_eq!(
        (second.state, second.barcode.as_ref()),
        (HoldState::Ready, Some(label))
    );
    borrow(&people[2], label).await.expect("kept for them");
    assert_eq!(own(&people[2]).await, []);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_that_is_given_up_goes_to_the_next() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 4).await;
    let (title, labels) = free_title(&app, 1).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    let mut holds = Vec::new();
    for who in &people[1..] {
        app.advance(jiff::SignedDuration::from_secs(1));
        holds.push(reserve(who, title.id).await.expect("reserved").id);
    }
    let cancel = async |who: &acceptance::Actor<'_>, hold, command| {
        let body = CancelHoldBody { id: command };
        who.call::<CancelHold>((hold,), None_ {}, body).await
    };
    // One who still waits, and one for whom it is kept.
    assert_eq!(
        code(cancel(&people[1], holds[1], app.command()).await),
        Code::NotFound
    );
    cancel(&people[2], holds[1], app.command())
        .await
        .expect("given up");
    bring(&people[0], &labels[0]).await.expect("back");
    assert_eq!(own(&people[1]).await[0].state, HoldState::Ready);
    let command = app.command();
    for _ in 0..2 {
        let gone = cancel(&people[1], holds[0], command)
            .await
            .expect("given up");
        assert_eq!(gone.state, HoldState::Cancelled);
    }
    let refused = cancel(&people[1], holds[0], app.command()).await;
    assert_eq!(code(refused), Code::HoldIs);
    assert_eq!(own(&people[3]).await[0].state, HoldState::Ready);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// A copy that is taken away before it is fetched: its reader stands where they stood, and is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_the_copy_that_was_kept_keeps_their_place() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 3).await;
    let (title, labels) = free_title(&app, 1).await;
    borrow(&people[0], &labels[0]).await.expect("borrowed");
    for who in &people[1..] {
        app.advance(jiff::SignedDuration::from_secs(1));
        reserve(who, title.id).await.expect("reserved");
    }
    bring(&people[0], &labels[0]).await.expect("back");
    let librarian = at(&app, LIBRARIAN).await;
    let mark = async |mark: &str| {
        let path = format!("/v1/library/copies/{}/mark", labels[0]);
        let body = json!({ "id": app.command(), "mark": mark }).to_string();
        librarian.raw("POST", &path, Some(body)).await
    };
    app.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(mark("repair").await.status, 200);
    let first = own(&people[1]).await.remove(0);
    assert_eq!((first.state, first.before), (HoldState::Waiting, Some(0)));
    assert_eq!(own(&people[2]).await[0].before, Some(1));
    app.settle().await;
    assert_eq!(
        told(&people[1], &title.name).await,
        ["hold_ready", "hold_again"]
    );
    app.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(mark("withdraw").await.status, 200);
    app.settle().await;
    assert_eq!(
        told(&people[1], &title.name).await,
        ["hold_ready", "hold_again", "hold_no_copy"]
    );
    assert_eq!(told(&people[2], &title.name).await, ["hold_no_copy"]);
    assert_eq!(mark("repaired").await.code(), "copy_is");
    assert_eq!(mark("restore").await.status, 200);
    assert_eq!(own(&people[1]).await[0].state, HoldState::Ready);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Nobody waits for what would not be lent to them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_on_the_spot_is_not_reserved() {
    let app = TestApp::start().await;
    let who = grown_ups(&app, 1).await.remove(0);
    let stock = stock(&app).await;
    let kept = stock
        .iter()
        .find(|(title, _)| title.kind == ItemKind::Reference);
    let (title, _) = kept.expect("the demo has one");
    let query = TitleQuery { person: None };
    let seen = who.call::<GetTitle>((title.id,), query, None_ {}).await;
    assert!(!seen.expect("a title").lent);
    assert_eq!(code(reserve(&who, title.id).await), Code::NotLent);
    let (free, _) = free_title(&app, 1).await;
    let query = TitleQuery { person: None };
    let seen = who.call::<GetTitle>((free.id,), query, None_ {}).await;
    assert!(seen.expect("a title").lent);
    app.stop().await;
}
