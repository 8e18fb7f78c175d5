//! How often somebody passed a door: what is left when comings and goings are gone.

use std::time::Duration;

use acceptance::{Actor, TestApp};
use domain::watch::DoorSense;
use jiff::Timestamp;
use serde_json::json;
use service::watch::queue::{Attributes, Batch, Message, take_all};
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::watch::ListDoorDays;

use super::people::{
    ADMIN, CARD, Door, WORKER, at, door, event, fields, grown_ups, id, say, watch_over,
};

async fn days(desk: &Actor<'_>, door: &Door) -> Vec<(String, u32)> {
    let query = PageQuery {
        cursor: None,
        limit: None,
    };
    let page = desk.call::<ListDoorDays>((door.id,), query, None_ {}).await;
    let days = page.expect("days").items.into_iter();
    days.map(|one| (one.day.to_string(), one.passages))
        .collect()
}

fn row(day: &str, passages: u32) -> (String, u32) {
    (day.to_owned(), passages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passages_are_counted_by_the_local_day_once_each_and_never_at_the_door_of_one_home() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let main = door(&admin, DoorSense::BothWays, None).await;
    let home = door(&admin, DoorSense::HomeDoor, Some(id(&who))).await;
    let agreed = wire::watch::WatchedFields {
        doors: vec![main.id, home.id],
        ..fields(&main, &[CARD])
    };
    watch_over(&desk, &who, agreed).await;
    assert!(days(&desk, &main).await.is_empty());
    // Theirs, of nobody who is known, and by the button; the others are no passages.
    let now = app.now();
    let sent = [
        event(1, now, "entry", Some(CARD)),
        event(2, now, "entry", Some("999")),
        event(3, now, "exit_button", None),
        event(4, now, "closed", None),
        event(5, now, "denied", Some(CARD)),
        event(6, now, "heartbeat", None),
    ];
    say(&app, &main, &sent).await;
    assert_eq!(days(&desk, &main).await, [row("2026-11-24", 3)]);
    // The same once more, numbered or not.
    say(&app, &main, &sent).await;
    let again = Message {
        message_id: "m".into(),
        body: json!({ "device": main.id, "events": sent }).to_string(),
        attributes: Attributes::default(),
    };
    let records = vec![again];
    take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await;
    assert_eq!(days(&desk, &main).await, [row("2026-11-24", 3)]);
    // Midnight is the community's.
    let late: Timestamp = "2026-11-24T15:59:30Z".parse().expect("a moment");
    app.advance(late.duration_since(app.now()));
    let passed = event(7, app.now(), "exit", Some(CARD));
    say(&app, &main, &[passed]).await;
    app.advance(jiff::SignedDuration::from_mins(1));
    let passed = event(8, app.now(), "entry", Some(CARD));
    say(&app, &main, &[passed]).await;
    let desk = at(&app, WORKER).await;
    let expected = [row("2026-11-25", 1), row("2026-11-24", 4)];
    assert_eq!(days(&desk, &main).await, expected);
    // What would tell of one person for ever is not counted.
    app.advance(jiff::SignedDuration::from_mins(1));
    let opened = event(1, app.now(), "opened", None);
    assert_eq!(say(&app, &home, &[opened]).await, ["applied"]);
    assert!(days(&desk, &home).await.is_empty());
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("the audit runs"), []);
    app.stop().await;
}
