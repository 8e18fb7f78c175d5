//! Staff at an activity that is not theirs: whom they see there finds them in their log of views.

use acceptance::TestApp;
use domain::PersonId;
use jiff::SignedDuration;
use store::identity::View;
use store::schema;
use wire::Code;
use wire::endpoint::None_;
use wire::points::hours::{MarkMissed, MissedBody};

use super::activities::{WORKER, join, plan, publish};
use super::attendance::{GRID_WORKER, at_hand, card, scan, settle, until};
use super::ledger::STATION;

async fn looks(app: &TestApp, person: PersonId, what: &str) -> Vec<PersonId> {
    let log = schema::of_person(app.home().await, person, "VIEW#");
    let items = app.ctx().store.all(&log).await.expect("answers");
    let views = items
        .into_iter()
        .map(|item| store::table::read::<View>(item).expect("a view"));
    let theirs = views.filter(|view| view.what == what);
    theirs.map(|view| view.viewer).collect()
}

#[tokio::test]
async fn whoever_is_scanned_missed_or_settled_by_other_staff_finds_that_in_their_log() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let (me, them) = (wang.id.expect("signed in"), other.id.expect("there"));
    let runs = at_hand(&app, WORKER).await;
    let made = publish(&runs, plan(&app, 1, 5)).await;
    for who in [&wang, &other] {
        join(who, made.id).await.expect("a place");
    }
    let card = card(&wang).await;
    until(&app, made.starts.at + SignedDuration::from_mins(20));
    let grid = at_hand(&app, GRID_WORKER).await;
    scan(&grid, made.id, &card).await.expect("in");
    assert_eq!(looks(&app, me, "ScanCard").await, [grid.id.expect("in")]);
    for phone in [WORKER, GRID_WORKER] {
        let staff = at_hand(&app, phone).await;
        let body = MissedBody {
            id: app.command(),
            person: them,
        };
        let missed = staff.call::<MarkMissed>((made.id,), None_ {}, body);
        missed.await.expect("recorded");
    }
    assert_eq!(
        looks(&app, them, "MarkMissed").await,
        [grid.id.expect("in")]
    );

    until(&app, made.ends.at);
    let runs = at_hand(&app, WORKER).await;
    scan(&runs, made.id, &card).await.expect("out");
    assert_eq!(
        looks(&app, me, "ScanCard").await.len(),
        1,
        "not the organiser"
    );
    let station = at_hand(&app, STATION).await;
    let stranger = at_hand(&app, "13800000003").await.id.expect("there");
    let refused = settle(&station, made.id, stranger, 60).await;
    assert_eq!(refused, Err(Code::NotSignedUp));
    let above = settle(&station, made.id, me, 700).await;
    assert_eq!(above, Err(Code::MinutesAbove));
    settle(&station, made.id, me, 60).await.expect("settled");
    let by = station.id.expect("signed in");
    assert_eq!(looks(&app, me, "SettleHours").await, [by, by]);
    assert_eq!(looks(&app, stranger, "SettleHours").await, []);
    app.stop().await;
}
