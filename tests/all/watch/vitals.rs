//! Readings out of bounds, the button, and readings that do not come: who is told, once, and what ends it.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::AlertId;
use domain::care::CauseSeen;
use domain::limits;
use domain::notice::Topic;
use domain::watch::{Alert, AlertReason, AlertState, Cause, DoorSense, Measure, Metric};
use jiff::SignedDuration;
use serde_json::json;
use service::market::sweep::run_once;
use wire::endpoint::None_;
use wire::identity::{DeletePerson, DeletePersonBody};
use wire::watch::{
    AcknowledgeAlert, AcknowledgeBody, AlertView, AlertsQuery, CloseAlert, CloseAlertBody,
    GetAlert, ListAlerts,
};
use wire::{Code, Problem};

use super::absences::end;
use super::health::{Worn, measure, measures, put};
use super::homes::minutes;
use super::people::{
    ADMIN, CARD, WORKER, at, away, code, door, event, fields, id, leave, say, watch_over,
};
use crate::market::race::nothing_is_wrong;

async fn close(worn: &Worn<'_>, alert: AlertId) -> Result<AlertView, Problem> {
    let body = CloseAlertBody {
        id: worn.app.command(),
        reason: AlertReason::TrueAlarm,
        comment: "去看过了".into(),
        seen_at: None,
    };
    let closed = worn.desk.call::<CloseAlert>((alert,), None_ {}, body);
    closed.await
}

/// Causes and states, the latest first.
fn states(alerts: &[Alert]) -> Vec<(Cause, AlertState)> {
    alerts.iter().map(|one| (one.cause, one.state)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_beyond_its_bound_alerts_once_until_it_is_well_behind_it() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let (high, low) = (Cause::VitalHigh, Cause::VitalLow);
    let (open, over) = (AlertState::Open, AlertState::Withdrawn);
    let rows: [(i64, &[(Cause, AlertState)]); 9] = [
        (119, &[]),
        (120, &[(high, open)]),
        (140, &[(high, open)]),
        (116, &[(high, open)]),
        (121, &[(high, open)]),
        (114, &[(high, over)]),
        (119, &[(high, over)]),
        (125, &[(high, open), (high, over)]),
        (50, &[(low, open), (high, over), (high, over)]),
    ];
    for (value, want) in rows {
        app.advance(minutes(1));
        assert_eq!(worn.beats(value).await, "applied");
        assert_eq!(states(&worn.alerts().await), want, "{value}");
        app.settle().await;
    }
    // Told at once, and of each once.
    assert_eq!(worn.told().await, [Topic::VitalAlert; 3]);
    let alert = worn.alerts().await.remove(0);
    assert_eq!(
        (alert.metric, alert.due, alert.opened_at),
        (Some(Metric::HeartRate), app.now(), app.now())
    );
    let view = worn.desk.call::<GetAlert>((alert.id,), None_ {}, None_ {});
    let view = view.await.expect("a view");
    assert_eq!(
        (view.cause, view.metric),
        (CauseSeen::VitalLow, Some(Metric::HeartRate))
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeats_and_late_ones_and_any_order_alert_nobody_again() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    app.advance(minutes(60));
    let now = app.now();
    let batch = [
        worn.reading("heart_rate", 80, now),
        worn.reading("heart_rate", 130, now - minutes(10)),
        worn.reading("heart_rate", 90, now - minutes(30)),
        worn.reading("heart_rate", 130, now - minutes(20)),
    ];
    let body = json!({ "observations": batch }).to_string().into_bytes();
    let first = worn.post(body.clone()).await;
    assert_eq!(super::people::outcomes(&first), ["applied"; 4]);
    let once = [(Cause::VitalHigh, AlertState::Withdrawn)];
    assert_eq!(
        states(&worn.alerts().await),
        once,
        "what was first counts first"
    );
    for _ in 0..3 {
        let again = worn.post(body.clone()).await;
        assert_eq!(super::people::outcomes(&again), ["ignored"; 4]);
    }
    // Older than what is known: kept, and moves nothing.
    let late = worn.reading("heart_rate", 150, now - minutes(5));
    assert_eq!(worn.say(&[late]).await, ["ignored"]);
    assert_eq!(worn.readings().await.len(), 5);
    assert_eq!(states(&worn.alerts().await), once);
    // The same from several at once is one.
    app.advance(minutes(1));
    let high = [worn.reading("heart_rate", 150, app.now())];
    let all = join_all((0..8).map(|_| worn.say(&high))).await;
    let applied = all.iter().filter(|one| one[0] == "applied").count();
    assert_eq!((applied, worn.alerts().await.len()), (1, 2));
    // What was over before anybody could be told tells nobody.
    assert_eq!(worn.told().await, [Topic::VitalAlert]);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_button_is_red_at_once_and_once() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let press = worn.press(app.now());
    assert_eq!(worn.say(std::slice::from_ref(&press)).await, ["applied"]);
    let open = (Cause::Sos, AlertState::Open);
    assert_eq!(states(&worn.alerts().await), [open]);
    assert_eq!(worn.told().await, [Topic::SosAlert]);
    // Before those that have waited for longer.
    let query = AlertsQuery {
        all: None,
        cursor: None,
        limit: None,
    };
    let list = worn.desk.call::<ListAlerts>((), query, None_ {}).await;
    let list = list.expect("a list").items;
    let first = (list.len() > 1, list[0].cause, list[0].person);
    assert_eq!(first, (true, CauseSeen::Sos, worn.person));
    assert_eq!(worn.say(&[press]).await, ["ignored"], "a repeat");
    app.advance(minutes(1));
    let more = worn.press(app.now());
    assert_eq!(worn.say(&[more]).await, ["applied"]);
    assert_eq!(worn.beats(80).await, "applied");
    assert_eq!(
        states(&worn.alerts().await),
        [open],
        "a good heart ends no call"
    );
    assert_eq!(worn.told().await, [Topic::SosAlert]);
    let id = worn.alerts().await[0].id;
    let body = AcknowledgeBody { id: app.command() };
    let taken = worn.desk.call::<AcknowledgeAlert>((id,), None_ {}, body);
    assert_eq!(taken.await.expect("taken").state, AlertState::Acknowledged);
    app.advance(minutes(5));
    assert_eq!(
        close(&worn, id).await.expect("closed").state,
        AlertState::Closed
    );
    assert_eq!(code(close(&worn, id).await), Code::AlertIs);
    // Its clock is slow, or it was long on its way: nobody can tell, so somebody looks.
    let late = worn.press(app.now() - minutes(2));
    assert_eq!(worn.say(&[late]).await, ["applied"]);
    let want = [open, (Cause::Sos, AlertState::Closed)];
    assert_eq!(states(&worn.alerts().await), want);
    // By FHIR as well, under a code of our own.
    app.advance(minutes(1));
    let other = Worn::new(&app).await;
    let mut press = other.fhir("8867-4", 0, "/min", app.now());
    press["code"] = json!({ "coding": [{ "system": "urn:linli:metric", "code": "sos" }] });
    press["valueQuantity"] = json!(null);
    assert_eq!(other.send(&press).await, ["applied"]);
    assert_eq!(states(&other.alerts().await), [open]);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_ahead_hides_no_later_press() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let ahead = worn.press(app.now() + minutes(1));
    assert_eq!(worn.say(&[ahead]).await, ["applied"]);
    let first = worn.alerts().await[0].id;
    close(&worn, first).await.expect("closed");
    app.advance(SignedDuration::from_secs(30));
    let next = worn.press(app.now());
    assert_eq!(worn.say(&[next]).await, ["applied"]);
    let want = [
        (Cause::Sos, AlertState::Open),
        (Cause::Sos, AlertState::Closed),
    ];
    assert_eq!(states(&worn.alerts().await), want);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_cannot_be_right_hides_no_press() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let now = app.now();
    let wrong = [
        "1970-01-01T00:00:00Z".parse().expect("a moment"),
        now - minutes(400 * 24 * 60),
        now + minutes(3 * 24 * 60),
    ];
    for (n, said) in wrong.into_iter().enumerate() {
        let press = worn.press(said);
        assert_eq!(worn.say(std::slice::from_ref(&press)).await, ["applied"]);
        let alert = worn.alerts().await.remove(0);
        assert_eq!((worn.alerts().await.len(), alert.due), (n + 1, app.now()));
        close(&worn, alert.id).await.expect("closed");
        app.advance(minutes(1));
        // Its answer was lost.
        assert_eq!(worn.say(&[press]).await, ["ignored"]);
        assert_eq!(worn.alerts().await.len(), n + 1);
    }
    // A reading of so long ago says nothing of now.
    let old = worn.reading("heart_rate", 150, now - minutes(8 * 24 * 60));
    assert_eq!(worn.say(&[old]).await, ["ignored"]);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_closes_an_alert_is_told_of_the_next_value_beyond() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    assert_eq!(worn.beats(130).await, "applied");
    let id = worn.alerts().await[0].id;
    close(&worn, id).await.expect("closed");
    app.advance(minutes(1));
    assert_eq!(worn.beats(117).await, "applied");
    assert_eq!(worn.alerts().await.len(), 1);
    app.advance(minutes(1));
    assert_eq!(worn.beats(131).await, "applied");
    let want = [
        (Cause::VitalHigh, AlertState::Open),
        (Cause::VitalHigh, AlertState::Closed),
    ];
    assert_eq!(states(&worn.alerts().await), want);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Waited for by the hour.
fn hourly() -> Vec<Measure> {
    vec![Measure {
        window_minutes: Some(60),
        ..measure(Metric::HeartRate, "50", "120", "5")
    }]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_for_as_long_as_the_window_is_told_on_the_minute_and_once() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let ver = worn.vitals().await.expect("is looked at").ver;
    let devices = [worn.device.id];
    let put = put(&worn.desk, worn.person, (ver, &devices[..]), hourly()).await;
    put.expect("waited for");
    assert_eq!(worn.beats(80).await, "applied");
    let last = app.now();
    app.advance(minutes(59));
    app.settle().await;
    assert!(worn.alerts().await.is_empty());
    // What is not plausible is no reading.
    assert_eq!(worn.beats(0).await, "ignored");
    app.advance(minutes(1));
    for one in join_all([run_once(app.ctx()), run_once(app.ctx())]).await {
        one.expect("the sweeper runs");
    }
    app.settle().await;
    let alert = worn.alerts().await.remove(0);
    assert_eq!(
        (alert.cause, alert.state, alert.due),
        (Cause::NoReading, AlertState::Open, last + minutes(60))
    );
    assert_eq!(worn.told().await, [Topic::VitalAlert]);
    app.advance(minutes(600));
    app.settle().await;
    assert_eq!(worn.alerts().await.len(), 1);
    // It speaks again, and falls silent again.
    assert_eq!(worn.beats(80).await, "applied");
    assert_eq!(worn.alert(alert.id).await.state, AlertState::Withdrawn);
    app.advance(minutes(60));
    app.settle().await;
    let again = worn.alerts().await.remove(0);
    assert_eq!(again.state, AlertState::Open);
    // Whoever closes it gives the device a whole window more. Their session is over by now.
    let worn = Worn {
        desk: at(&app, WORKER).await,
        ..worn
    };
    close(&worn, again.id).await.expect("closed");
    app.advance(minutes(59));
    app.settle().await;
    assert_eq!(worn.alerts().await.len(), 2);
    app.advance(minutes(1));
    app.settle().await;
    assert_eq!(worn.alerts().await.len(), 3);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_waited_for_while_they_are_away() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let admin = at(&app, ADMIN).await;
    let home = door(&admin, DoorSense::BothWays, None).await;
    watch_over(&worn.desk, &worn.who, fields(&home, &[])).await;
    let ver = worn.vitals().await.expect("is looked at").ver;
    let devices = [worn.device.id];
    let put = put(&worn.desk, worn.person, (ver, &devices[..]), hourly()).await;
    put.expect("waited for");
    leave(&worn.who, away(&app, None, 48))
        .await
        .expect("reported");
    for _ in 0..12 {
        app.advance(minutes(4 * 60 - 1));
        app.settle().await;
        assert!(worn.alerts().await.is_empty());
    }
    app.advance(minutes(13));
    app.settle().await;
    let told = worn.alerts().await;
    let about: Vec<Cause> = told.iter().map(|one| one.cause).collect();
    assert_eq!(about, [Cause::NoReading]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_back_earlier_than_was_said_is_waited_for_at_once() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let admin = at(&app, ADMIN).await;
    let home = door(&admin, DoorSense::BothWays, None).await;
    watch_over(&worn.desk, &worn.who, fields(&home, &[CARD])).await;
    let ver = worn.vitals().await.expect("is looked at").ver;
    let devices = [worn.device.id];
    let put = put(&worn.desk, worn.person, (ver, &devices[..]), hourly()).await;
    put.expect("waited for");
    let left = leave(&worn.who, away(&app, None, 48)).await;
    left.expect("reported");
    app.advance(minutes(5 * 60));
    app.settle().await;
    assert!(worn.alerts().await.is_empty(), "away");
    // Their door says so.
    say(&app, &home, &[event(1, app.now(), "entry", Some(CARD))]).await;
    app.settle().await;
    let alert = worn.alerts().await.remove(0);
    assert_eq!(
        (alert.cause, alert.opened_at),
        (Cause::NoReading, app.now())
    );
    assert_eq!(worn.beats(80).await, "applied");
    assert_eq!(worn.alert(alert.id).await.state, AlertState::Withdrawn);
    // They say so themselves.
    let left = leave(&worn.who, away(&app, None, 48)).await;
    let absence = left.expect("reported").id;
    app.advance(minutes(5 * 60));
    app.settle().await;
    assert_eq!(worn.alerts().await.len(), 1, "away");
    end(&worn.who, absence).await.expect("ended");
    app.settle().await;
    let again = worn.alerts().await;
    assert_eq!((again.len(), again[0].opened_at), (2, app.now()));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_agreed_has_to_be_in_order() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let ver = worn.vitals().await.expect("is looked at").ver;
    let admin = at(&app, ADMIN).await;
    let home = door(&admin, DoorSense::BothWays, None).await;
    let (own, none) = (worn.device.id, domain::DeviceId::new(1, 1));
    let heart = measure(Metric::HeartRate, "50", "120", "5");
    let narrow = measure(Metric::HeartRate, "50", "55", "5");
    let short = Measure {
        window_minutes: Some(limits::NO_READING_MINUTES_LEAST - 1),
        ..measure(Metric::Glucose, "4", "12", "0.5")
    };
    let rows = [
        (vec![own], vec![heart, heart], Code::BadValue, "/measures/1"),
        (vec![own], vec![narrow], Code::BadValue, "/measures/0"),
        (vec![own], vec![heart, short], Code::BadValue, "/measures/1"),
        (vec![own], vec![heart; 8], Code::TooMany, "/measures"),
        (vec![own; 9], vec![heart], Code::TooMany, "/devices"),
        (vec![own, none], vec![heart], Code::NotFound, ""),
        (vec![home.id], vec![heart], Code::BadValue, "/devices"),
    ];
    for (devices, measures, code, pointer) in rows {
        let refused = put(&worn.desk, worn.person, (ver, &devices[..]), measures).await;
        let refused = refused.expect_err("it is refused");
        let told = (refused.code, refused.pointer.unwrap_or_default());
        assert_eq!(told, (code, pointer.to_owned()));
    }
    let now = worn.vitals().await.expect("is looked at");
    assert_eq!((now.ver, now.measures), (ver, measures()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_takes_their_readings_along() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    assert_eq!(worn.beats(130).await, "applied");
    let press = worn.press(app.now());
    assert_eq!(worn.say(&[press]).await, ["applied"]);
    let people = app.people().await;
    let name = people.iter().find(|one| one.id == id(&worn.who));
    let body = DeletePersonBody {
        name: name.expect("is there").name.clone(),
        how: Some(domain::consent::How::InPerson),
        reason: "搬走了".into(),
    };
    let admin = at(&app, ADMIN).await;
    let gone = admin.call::<DeletePerson>((worn.person,), None_ {}, body);
    gone.await.expect("deleted");
    app.settle().await;
    assert_eq!(
        (worn.vitals().await, worn.readings().await.len()),
        (None, 0)
    );
    for alert in worn.alerts().await {
        assert_eq!((alert.state, alert.metric), (AlertState::Withdrawn, None));
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}
