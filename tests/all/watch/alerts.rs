//! Silences that somebody looks after: one of two, for as long as they do something, until it is over; and
//! nobody is unwatched afterwards.

use acceptance::app::join_all;
use acceptance::{Actor, TestApp};
use domain::AlertId;
use domain::notice::Topic;
use domain::watch::{AlertReason, AlertState, DoorSense, SeenHow};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wire::endpoint::None_;
use wire::watch::{
    AcknowledgeAlert, AcknowledgeBody, AlertView, AlertsQuery, CloseAlert, CloseAlertBody,
    GetAlert, ListAlerts, SayWell, SayWellBody, WatchedView,
};
use wire::{Code, Problem};

use super::homes::messages;
use super::people::{
    ADMIN, CARD, Door, WORKER, alert, at, code, door, event, fields, grown_ups, id, looks, mine,
    say, stored, watch_over,
};

async fn main_door(app: &TestApp) -> Door {
    let admin = at(app, ADMIN).await;
    door(&admin, DoorSense::BothWays, None).await
}

async fn take_on(desk: &Actor<'_>, alert: AlertId) -> Result<AlertView, Problem> {
    let body = AcknowledgeBody {
        id: desk.app.command(),
    };
    desk.call::<AcknowledgeAlert>((alert,), None_ {}, body)
        .await
}

async fn close(
    desk: &Actor<'_>,
    alert: AlertId,
    seen_at: Option<Timestamp>,
) -> Result<AlertView, Problem> {
    let body = CloseAlertBody {
        id: desk.app.command(),
        reason: AlertReason::Away,
        comment: "在女儿家".into(),
        seen_at,
    };
    desk.call::<CloseAlert>((alert,), None_ {}, body).await
}

async fn well(who: &Actor<'_>) -> Result<WatchedView, Problem> {
    let body = SayWellBody {
        id: who.app.command(),
    };
    who.call::<SayWell>((), None_ {}, body).await
}

async fn open(desk: &Actor<'_>) -> Vec<AlertId> {
    let query = AlertsQuery {
        all: None,
        cursor: None,
        limit: Some(100),
    };
    let list = desk.call::<ListAlerts>((), query, None_ {}).await;
    let list = list.expect("a list").items;
    list.into_iter().map(|one| one.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_once_one_has_it_and_the_other_is_told_who() {
    let app = TestApp::start().await;
    let (desk, admin) = (at(&app, WORKER).await, at(&app, ADMIN).await);
    let door = main_door(&app).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    for _ in 0..10 {
        let open = alert(&app, id(&who)).await;
        let both = join_all([&desk, &admin].map(|one| take_on(one, open))).await;
        let (won, lost): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1));
        let won = won.into_iter().next().expect("one").expect("has it");
        let lost = lost.into_iter().next().expect("one");
        let lost = lost.expect_err("has it not");
        assert_eq!(
            (won.state, lost.code),
            (AlertState::Acknowledged, Code::AlertTaken)
        );
        let owner = won.owner.expect("somebody has it");
        assert_eq!(lost.data["owner"], json!(owner));
        assert!(!won.owner_name.is_empty());
        let other = if owner == id(&desk) { &admin } else { &desk };
        assert_eq!(code(close(other, open, None).await), Code::AlertTaken);
        app.advance(SignedDuration::from_mins(1));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_without_an_action_lapses() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let open = alert(&app, id(&who)).await;
    let taken = take_on(&desk, open).await.expect("has it");
    let until = taken.lease_until.expect("a lease").at;
    assert_eq!(until, app.now() + SignedDuration::from_mins(30));
    app.advance(SignedDuration::from_mins(29));
    let (desk, admin) = (at(&app, WORKER).await, at(&app, ADMIN).await);
    assert_eq!(code(take_on(&admin, open).await), Code::AlertTaken);
    let longer = take_on(&desk, open).await.expect("goes on");
    assert!(longer.lease_until.expect("a lease").at > until);
    app.advance(SignedDuration::from_mins(30));
    let admin = at(&app, ADMIN).await;
    let seen = admin.call::<GetAlert>((open,), None_ {}, None_ {}).await;
    assert_eq!(seen.expect("a view").owner, None);
    let taken = take_on(&admin, open).await.expect("anybody's again");
    assert_eq!(taken.owner, Some(id(&admin)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_says_why_and_the_person_is_watched_over_again() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let entry = event(1, app.now(), "entry", Some(CARD));
    say(&app, &door, &[entry]).await;
    let entered = app.now();
    app.advance(SignedDuration::from_hours(50));
    let desk = at(&app, WORKER).await;
    let found = alert(&app, id(&who)).await;
    assert!(open(&desk).await.contains(&found));
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!((watched.armed, watched.alert), (None, Some(found)));
    // Ahead of now; no later than the door saw them; so long ago that it would be too long at once.
    let hours = |hours: i64| app.now() - SignedDuration::from_hours(hours);
    for wrong in [hours(-1), entered, hours(49)] {
        let refused = close(&desk, found, Some(wrong)).await;
        let refused = refused.expect_err("it is refused");
        assert_eq!(refused.code, Code::BadValue, "{wrong}");
        assert_eq!(refused.pointer.as_deref(), Some("/seen_at"));
    }
    let body = CloseAlertBody {
        id: app.command(),
        reason: AlertReason::Away,
        comment: "在女儿家".into(),
        seen_at: Some(hours(2)),
    };
    let path = (found,);
    let closed = desk.call::<CloseAlert>(path, None_ {}, body.clone()).await;
    let closed = closed.expect("closed");
    let again = desk.call::<CloseAlert>(path, None_ {}, body).await;
    assert_eq!(again.expect("the same"), closed);
    let told = (closed.state, closed.reason, closed.comment.as_str());
    assert_eq!(
        told,
        (AlertState::Closed, Some(AlertReason::Away), "在女儿家")
    );
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!(watched.alert, None);
    let armed = watched.armed.expect("is due again");
    let due = hours(2) + SignedDuration::from_hours(48);
    assert!(app.now() < armed && armed <= due, "{armed} {due}");
    let view = mine(&who).await.expect("a view");
    assert_eq!(view.due.map(|at| at.at), Some(due));
    assert!(!open(&desk).await.contains(&found));
    assert_eq!(code(close(&desk, found, None).await), Code::AlertIs);
    assert_eq!(code(take_on(&desk, found).await), Code::AlertIs);
    let seen = looks(&who).await;
    assert!(seen.iter().any(|look| look.0 == "CloseAlert"), "{seen:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i_am_well_settles_it_and_calls_everything_off() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 2).await;
    assert_eq!(code(well(&who[1]).await), Code::NotWatched);
    let who = &who[0];
    watch_over(&desk, who, fields(&door, &[CARD])).await;
    let found = alert(&app, id(who)).await;
    take_on(&desk, found).await.expect("has it");
    app.advance(SignedDuration::from_mins(3));
    let body = SayWellBody { id: app.command() };
    let said = who.call::<SayWell>((), None_ {}, body.clone()).await;
    let said = said.expect("well");
    assert_eq!(
        (said.alert, said.seen_at.map(|at| at.at)),
        (None, Some(app.now()))
    );
    let again = who.call::<SayWell>((), None_ {}, body).await;
    assert_eq!(again.expect("the same"), said);
    let view = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
    let view = view.expect("a view");
    assert_eq!(view.state, AlertState::Withdrawn);
    assert_eq!(view.closed_at.map(|at| at.at), Some(app.now()));
    assert_eq!(code(close(&desk, found, None).await), Code::AlertIs);
    let watched = stored(&app, id(who)).await.expect("is watched over");
    assert_eq!((watched.asked, watched.alert), (0, None));
    assert!(watched.armed.is_some_and(|armed| armed > app.now()));
    // Said again in the same second it is one more sign, and no harm.
    well(who).await.expect("well");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_that_opens_withdraws_the_alert_and_a_relatives_card_does_not() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let fields = wire::watch::WatchedFields {
        relatives_credentials: vec!["77".into()],
        ..fields(&door, &[CARD])
    };
    watch_over(&desk, &who, fields).await;
    let found = alert(&app, id(&who)).await;
    let state = async || {
        let view = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
        view.expect("a view").state
    };
    let pass = |seq: u64, card: &str| event(seq, app.now(), "entry", Some(card));
    say(&app, &door, &[pass(1, "77")]).await;
    assert_eq!(state().await, AlertState::Open);
    app.advance(SignedDuration::from_mins(1));
    say(&app, &door, &[pass(2, CARD)]).await;
    assert_eq!(state().await, AlertState::Withdrawn);
    app.stop().await;
}

/// What somebody was told of this alert, the latest first.
async fn told(app: &TestApp, of: AlertId, reader: &Actor<'_>) -> Vec<Topic> {
    app.settle().await;
    let of = of.to_string();
    let messages = messages(app, app.home().await, id(reader)).await;
    let notices = messages.into_iter().map(|message| message.notice);
    let about = notices.filter(|one| {
        ["alert", "over"]
            .iter()
            .any(|name| one.data.get(*name) == Some(&of))
    });
    about.map(|one| one.topic).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_of_a_home_that_the_visitor_opens_withdraws_nothing() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let gate = main_door(&app).await;
    let home = door(&admin, DoorSense::HomeDoor, Some(id(&who))).await;
    let fields = wire::watch::WatchedFields {
        doors: vec![gate.id, home.id],
        ..fields(&gate, &[CARD])
    };
    watch_over(&desk, &who, fields).await;
    let found = alert(&app, id(&who)).await;
    let view = async || {
        let view = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
        view.expect("a view")
    };
    take_on(&desk, found).await.expect("has it");
    app.advance(SignedDuration::from_mins(3));
    let opened = event(1, app.now(), "opened", None);
    assert_eq!(say(&app, &home, &[opened]).await, ["applied"]);
    let noted = view().await;
    assert_eq!(
        (noted.state, noted.owner, noted.seen_how),
        (
            AlertState::Acknowledged,
            Some(id(&desk)),
            Some(SeenHow::HomeDoor)
        )
    );
    assert_eq!(noted.seen_at.map(|at| at.at), Some(app.now()));
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!((watched.alert, watched.armed), (Some(found), None));
    assert!(told(&app, found, &desk).await.is_empty());
    // Who is identified lives, whoever has the alert; and whoever has it learns of it.
    app.advance(SignedDuration::from_mins(1));
    say(&app, &gate, &[event(1, app.now(), "entry", Some(CARD))]).await;
    let over = view().await;
    assert_eq!(
        (over.state, over.seen_how),
        (AlertState::Withdrawn, Some(SeenHow::Identified))
    );
    assert_eq!(told(&app, found, &desk).await, [Topic::AlertOver]);
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert!(watched.alert.is_none() && watched.armed.is_some());
    // Nobody has this one: the door of the home ends it.
    let found = alert(&app, id(&who)).await;
    app.advance(SignedDuration::from_mins(1));
    say(&app, &home, &[event(2, app.now(), "opened", None)]).await;
    let state = desk.call::<GetAlert>((found,), None_ {}, None_ {}).await;
    let state = state.expect("a view");
    assert_eq!(
        (state.state, state.seen_how),
        (AlertState::Withdrawn, Some(SeenHow::HomeDoor))
    );
    app.stop().await;
}
