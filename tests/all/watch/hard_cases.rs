//! Where others' alarms fail, by name: a mute that ends while the condition holds, a sensor that was never
//! seen, an acknowledgement that stops nothing, a false alarm that is lost, an absence taken for a fault.
//! Silences themselves are in [`super::sweep`], broken machines in [`super::disturbances`].

use acceptance::TestApp;
use domain::notice::Topic;
use domain::watch::{AbsenceKind, AlertReason, AlertState, DoorSense, Grade, Passage, Rules};
use store::watch::WatchChange;
use wire::endpoint::None_;
use wire::watch::{
    AlertView, AlertsQuery, CloseAlert, CloseAlertBody, GetWatchHealth, ListAlerts, ListDevices,
};

use super::homes::{Home, LONG, alerts_told, all_alerts, blind, hours, is_away, minutes};
use super::people::{ADMIN, CARD, WORKER, at, door, fields, grown_ups, id, watch_over};
use super::sweep::never_seen;
use crate::market::race::nothing_is_wrong;

#[tokio::test]
async fn a_mute_that_ends_while_the_condition_holds_alerts_within_one_pass() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    is_away(
        &home,
        AbsenceKind::Hospital,
        last + hours(10),
        last + hours(60),
    )
    .await;
    // It was looked at while the mute held, when the window was over, and right before its end.
    for until in [hours(48), hours(60) - minutes(1)] {
        app.advance((last + until).duration_since(app.now()));
        app.settle().await;
        assert!(home.alerts().await.is_empty());
    }
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.due, alert.opened_at), (last + hours(48), app.now()));
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_forgotten_silence_is_told_of_before_its_end_and_alerts_at_it() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Exit, last).await;
    is_away(&home, AbsenceKind::Hospital, last, last + hours(5 * 24)).await;
    for on in [hours(4 * 24), hours(24) - minutes(1)] {
        app.advance(on);
        app.settle().await;
        assert_eq!(home.told(home.person).await, [Topic::AbsenceEnds], "once");
        assert!(home.alerts().await.is_empty());
    }
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.due, alert.opened_at), (last + hours(72), app.now()));
    assert_eq!(alerts_told(&home, worker).await, 1);
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sensor_that_was_never_seen_is_on_the_desks_list_and_no_alert() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let never = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&never, &[CARD])).await;
    app.advance(hours(24) + minutes(1));
    app.settle().await;
    let desk = at(&app, WORKER).await;
    assert!(blind(&app).await.iter().any(|one| one.person == id(&who)));
    let health = desk.call::<GetWatchHealth>((), None_ {}, None_ {}).await;
    assert!(health.expect("a view").never_seen >= 1, "the board says so");
    let doors = desk.call::<ListDevices>((), None_ {}, None_ {}).await;
    let mut doors = doors.expect("a list").items.into_iter();
    let never = doors.find(|one| one.id == never.id);
    assert_eq!(never.map(|one| (one.heard_at, one.people)), Some((None, 1)));
    assert!(
        all_alerts(&app)
            .await
            .iter()
            .all(|one| one.person != id(&who))
    );
    app.stop().await;
}

async fn listed(app: &TestApp, all: bool) -> Vec<AlertView> {
    let query = AlertsQuery {
        all: Some(all),
        cursor: None,
        limit: Some(100),
    };
    let desk = at(app, WORKER).await;
    let list = desk.call::<ListAlerts>((), query, None_ {}).await;
    list.expect("a list").items
}

#[tokio::test]
async fn what_is_acknowledged_tells_nobody_more_and_nothing_comes_weeks_later() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48));
    app.settle().await;
    assert_eq!(alerts_told(&home, worker).await, 1);
    let alert = home.alerts().await.remove(0);
    let taken = alert.acknowledge(worker, &Rules::default(), app.now());
    let change = WatchChange {
        alert: Some(taken.expect("nobody has it")),
        ..WatchChange::default()
    };
    home.write(&change).await;
    for _ in 0..2 {
        app.advance(minutes(14));
        app.settle().await;
        assert_eq!(alerts_told(&home, worker).await, 1);
    }
    // A sign of life: its lease has nothing to lapse any more.
    let now = app.now();
    home.passes(Passage::Exit, now).await;
    for n in 0..12 {
        app.advance(hours(44));
        app.settle().await;
        assert_eq!(alerts_told(&home, worker).await, 1, "{n}");
        let passage = if n % 2 == 0 {
            Passage::Entry
        } else {
            Passage::Exit
        };
        let now = app.now();
        home.passes(passage, now).await;
    }
    let alerts = home.alerts().await;
    let states: Vec<_> = alerts.iter().map(|one| one.state).collect();
    assert_eq!(states, [AlertState::Withdrawn]);
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_false_alarm_is_kept_with_its_reason() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48));
    app.settle().await;
    let alert = home.alerts().await.remove(0).id;
    let body = CloseAlertBody {
        id: app.command(),
        reason: AlertReason::OpenDoor,
        comment: "门没关".into(),
        seen_at: None,
    };
    let desk = at(&app, WORKER).await;
    let closed = desk.call::<CloseAlert>((alert,), None_ {}, body).await;
    closed.expect("closed");
    app.advance(hours(24));
    app.settle().await;
    assert!(listed(&app, false).await.iter().all(|one| one.id != alert));
    let all = listed(&app, true).await;
    let kept = all.iter().find(|one| one.id == alert).expect("is kept");
    assert_eq!(
        (kept.state, kept.reason),
        (AlertState::Closed, Some(AlertReason::OpenDoor))
    );
    app.stop().await;
}

#[tokio::test]
async fn being_away_is_no_fault_and_no_silence() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AskFirst, LONG).await;
    let last = app.now();
    home.passes(Passage::Exit, last).await;
    is_away(&home, AbsenceKind::Hospital, last, last + hours(9 * 24)).await;
    for _ in 0..8 {
        app.advance(hours(24));
        app.settle().await;
    }
    assert!(home.alerts().await.is_empty());
    assert!(home.told(worker).await.is_empty(), "no door, no silence");
    assert_eq!(home.told(home.person).await, [Topic::AbsenceEnds]);
    nothing_is_wrong(&app).await;
}

/// The same of somebody whom no door has seen yet: nothing is wrong with a door that nobody passes.
#[tokio::test]
async fn whoever_is_away_before_any_door_saw_them_is_no_fault_of_a_door() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let home = Home::new(&app, Grade::AtOnce, LONG).await;
    let since = app.now();
    let back = since + hours(5 * 24);
    is_away(&home, AbsenceKind::Hospital, since, back).await;
    for day in 1..5 {
        app.advance(hours(24));
        app.settle().await;
        assert_eq!(never_seen(&home, worker).await, 0, "day {day}");
    }
    assert_eq!(home.watched().await.armed, Some(back));
    app.advance(hours(24));
    app.settle().await;
    assert_eq!(never_seen(&home, worker).await, 1, "once they are back");
    assert!(home.alerts().await.is_empty());
    nothing_is_wrong(&app).await;
}
