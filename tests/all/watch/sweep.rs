//! Silence in front of the sweeper: who is asked, when an alert is opened, and what calls it off.

use acceptance::TestApp;
use acceptance::app::join_all;
use domain::PersonId;
use domain::notice::Topic;
use domain::watch::{
    AbsenceKind, AlertState, Cause, Grade, Passage, Rules, SeenHow, Sign, Watched,
};
use service::market::sweep::run_once;
use service::watch::arrive::Arrived;
use store::notify::Message;
use store::schema;
use store::watch::{CredentialOf, WatchChange, alert_item, credential_item, watched_item};

use super::homes::{Home, LONG, hours, is_away, messages, minutes};
use crate::library::people::{WORKER, at, grown_ups, id};
use crate::market::race::nothing_is_wrong;
use crate::spoil::{lose, spoil};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_is_opened_on_the_minute_and_once_though_two_sweep() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    assert_eq!(home.passes(Passage::Entry, last).await, Arrived::Applied);
    app.advance(hours(48) - minutes(1));
    app.settle().await;
    assert!(home.alerts().await.is_empty());
    app.advance(minutes(1));
    let both = join_all([run_once(app.ctx()), run_once(app.ctx())]).await;
    for one in both {
        one.expect("the sweeper runs");
    }
    app.settle().await;
    let alerts = home.alerts().await;
    let [alert] = alerts.as_slice() else {
        panic!("{alerts:#?}");
    };
    assert_eq!(
        (alert.cause, alert.state),
        (Cause::NoExit, AlertState::Open)
    );
    assert_eq!((alert.due, alert.opened_at), (last + hours(48), app.now()));
    let watched = home.watched().await;
    assert_eq!((watched.alert, watched.armed), (Some(alert.id), None));
    assert_eq!(home.told(worker).await, [Topic::WatchAlert]);
    app.advance(hours(1));
    app.settle().await;
    assert_eq!(home.alerts().await.len(), 1, "one silence, one alert");
    let mark = app.ctx().store.sweep_mark(home.com).await;
    let mark = mark.expect("answers").expect("it passed");
    assert_eq!((mark.at, mark.failed), (app.now(), 0));
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_late_sign_moves_an_alert_where_the_silence_after_it_is_too_long_as_well() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let first = app.now();
    home.passes(Passage::Entry, first).await;
    app.advance(hours(50));
    app.settle().await;
    let opened = home.alerts().await.remove(0);
    // It came home again an hour after what was known: its silence is too long by now as well.
    let late = Sign {
        at: first + hours(1),
        seq: 9,
        passage: Passage::Entry,
    };
    assert_eq!(home.says(late).await, Arrived::Applied);
    assert_eq!(home.says(late).await, Arrived::Ignored, "known");
    let older = Sign {
        at: first - hours(1),
        ..late
    };
    assert_eq!(home.says(older).await, Arrived::Ignored, "older");
    let kept = home
        .store()
        .signs_between(home.com, home.person, first - hours(2), app.now());
    assert_eq!(kept.await.expect("answers").len(), 3, "each of them once");
    // The alert goes on about the later silence, with whoever has it.
    app.settle().await;
    let moved = home.alerts().await;
    assert_eq!(moved.len(), 1, "{moved:#?}");
    assert_eq!(
        (moved[0].id, moved[0].due, moved[0].state),
        (opened.id, first + hours(49), AlertState::Open)
    );
    let seen = moved[0].seen.map(|seen| (seen.at, seen.how));
    assert_eq!(seen, Some((late.at, SeenHow::Identified)));
    // A sign of now ends that one, and the next window begins.
    home.seq = 10;
    let now = app.now();
    assert_eq!(home.passes(Passage::Exit, now).await, Arrived::Applied);
    app.settle().await;
    let open = home.alerts().await.into_iter();
    assert_eq!(open.filter(|one| one.state == AlertState::Open).count(), 0);
    let watched = home.watched().await;
    assert!(watched.alert.is_none() && watched.armed.is_some());
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn an_absence_that_ends_in_silence_alerts_the_moment_it_ends() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let from = app.now();
    home.passes(Passage::Exit, from).await;
    is_away(&home, AbsenceKind::Family, from, from + hours(100)).await;
    app.advance(hours(75));
    app.settle().await;
    assert!(home.told(home.person).await.is_empty(), "too early");
    app.advance(hours(1));
    app.settle().await;
    app.advance(hours(24) - minutes(1));
    app.settle().await;
    assert_eq!(home.told(home.person).await, [Topic::AbsenceEnds], "once");
    assert!(home.alerts().await.is_empty());
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!(alert.cause, Cause::NoReturn);
    assert_eq!((alert.due, alert.opened_at), (from + hours(72), app.now()));
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn coming_home_ends_an_absence_and_its_row_says_when() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let from = app.now();
    home.passes(Passage::Exit, from).await;
    let absence = is_away(&home, AbsenceKind::Travel, from, from + hours(100)).await;
    app.advance(hours(10));
    let back = app.now();
    home.passes(Passage::Entry, back).await;
    let row = home.store().absence(home.com, absence).await;
    let row = row.expect("answers").expect("is there");
    assert_eq!((row.ended_at, row.ver), (Some(back), 2));
    assert!(home.watched().await.absences.is_empty());
    app.advance(hours(48));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.cause, alert.due), (Cause::NoExit, app.now()));
    assert_eq!(home.told(home.person).await, [Topic::AbsenceOver], "once");
}

#[tokio::test]
async fn a_dead_door_is_told_once_and_nobody_behind_it_is_alerted() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, 60).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(2));
    app.settle().await;
    assert!(home.told(worker).await.is_empty(), "it may only be late");
    app.advance(minutes(1));
    app.settle().await;
    app.advance(hours(46));
    app.settle().await;
    assert_eq!(home.told(worker).await, [Topic::DoorDead], "once");
    let outages = home.device().await.outages;
    assert_eq!(
        (outages.len(), outages[0].from, outages[0].to),
        (1, last, None)
    );
    assert!(
        home.alerts().await.is_empty(),
        "nothing was seen, nothing is claimed"
    );
    let armed = home.watched().await.armed.expect("looked at again");
    assert!(armed > app.now());
    // Heard from again: what was not seen does not count as silence.
    let now = app.now();
    let mut device = home.device().await.heard(now);
    device.heartbeat_minutes = LONG;
    device.ver += 1;
    let change = WatchChange {
        device: Some(device),
        ..WatchChange::default()
    };
    home.write(&change).await;
    app.advance(hours(47));
    app.settle().await;
    assert!(home.alerts().await.is_empty());
    app.advance(hours(1) + minutes(5));
    app.settle().await;
    assert_eq!(home.alerts().await.len(), 1, "48 hours that were seen");
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn the_person_is_asked_then_the_relative_and_silence_turns_red_on_the_minute() {
    let app = TestApp::start().await;
    let people = grown_ups(&app, 2).await;
    let (person, relative) = (id(&people[0]), id(&people[1]));
    let ask_first = (Grade::AskFirst, Some(relative));
    let mut home = Home::of(&app, person, ask_first, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(46) - minutes(1));
    app.settle().await;
    assert!(home.told(person).await.is_empty());
    app.advance(minutes(1));
    app.settle().await;
    assert_eq!(home.told(person).await, [Topic::WatchAsk]);
    assert!(home.told(relative).await.is_empty());
    app.advance(hours(1));
    app.settle().await;
    assert_eq!(home.told(person).await, [Topic::WatchAsk], "once");
    assert_eq!(home.told(relative).await, [Topic::WatchAskRelative]);
    assert_eq!(home.watched().await.asked, 2);
    app.advance(hours(1) - minutes(1));
    app.settle().await;
    assert!(home.alerts().await.is_empty());
    app.advance(minutes(1));
    app.settle().await;
    assert_eq!(home.alerts().await[0].opened_at, last + hours(48));
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_sign_after_the_question_settles_it() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AskFirst, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(46));
    app.settle().await;
    assert_eq!(home.watched().await.asked, 1);
    let now = app.now();
    home.passes(Passage::Exit, now).await;
    assert_eq!(home.watched().await.asked, 0);
    app.advance(hours(3));
    app.settle().await;
    assert!(home.alerts().await.is_empty());
}

#[tokio::test]
async fn a_lease_lapses_and_the_alert_is_anybodys_again() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48));
    app.settle().await;
    let rules = Rules::default();
    let taken = home.alerts().await.remove(0);
    let taken = taken.acknowledge(worker, &rules, app.now());
    let change = WatchChange {
        alert: Some(taken.expect("nobody has it")),
        ..WatchChange::default()
    };
    home.write(&change).await;
    app.advance(minutes(29));
    app.settle().await;
    assert_eq!(home.alerts().await[0].state, AlertState::Acknowledged);
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.state, alert.lease_until), (AlertState::Open, None));
    assert_eq!(home.told(worker).await, [Topic::WatchAlert; 2]);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn many_silences_at_once_are_told_as_one_and_each_is_an_alert() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut homes = Vec::new();
    for _ in 0..8 {
        homes.push(Home::new(&app, Grade::AtOnce, LONG).await);
    }
    let last = app.now();
    for home in &mut homes {
        home.passes(Passage::Entry, last).await;
    }
    app.advance(hours(48));
    app.settle().await;
    for home in &homes {
        assert_eq!(home.alerts().await.len(), 1);
        assert!(home.told(worker).await.is_empty());
    }
    let all = messages(&app, homes[0].com, worker).await;
    let area = all.iter().map(|one| one.notice.topic);
    assert_eq!(area.filter(|one| *one == Topic::WatchArea).count(), 1);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn whoever_was_never_heard_from_is_a_matter_of_their_doors() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    app.advance(hours(24) - minutes(1));
    app.settle().await;
    assert_eq!(never_seen(&home, worker).await, 0, "too early");
    app.advance(minutes(1));
    for day in 1..4 {
        app.settle().await;
        assert!(home.alerts().await.is_empty());
        assert_eq!(never_seen(&home, worker).await, day, "once each day");
        let armed = home.watched().await.armed.expect("looked at again");
        assert!(armed > app.now());
        app.advance(hours(24));
    }
    // Seen before the notice left the house: nobody is told of it any more.
    run_once(app.ctx()).await.expect("the sweeper runs");
    let now = app.now();
    home.passes(Passage::Entry, now).await;
    app.settle().await;
    app.advance(hours(24));
    app.settle().await;
    assert_eq!(never_seen(&home, worker).await, 3);
    nothing_is_wrong(&app).await;
}

/// How often somebody was told that no door ever saw whoever lives in this home.
pub async fn never_seen(home: &Home<'_>, reader: PersonId) -> usize {
    let person = home.person.to_string();
    let all = messages(home.app, home.com, reader).await.into_iter();
    let about = |one: &Message| {
        let people = one.notice.data.get("people");
        let named = people.is_some_and(|people| people.split(' ').any(|one| one == person));
        named && one.notice.topic == Topic::WatchNeverSeen
    };
    all.filter(about).count()
}

#[tokio::test]
async fn whoever_is_forgotten_leaves_no_trace_and_nothing_comes_in_any_more() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48));
    app.settle().await;
    let store = home.store();
    let forgotten = store.forget_watched(home.com, home.person);
    forgotten.await.expect("forgotten");
    assert_eq!(home.alerts().await[0].state, AlertState::Withdrawn);
    let signs = schema::signs(home.com, home.person);
    assert!(store.all(&signs).await.expect("answers").is_empty());
    let now = app.now();
    assert_eq!(home.passes(Passage::Exit, now).await, Arrived::Ignored);
    let store = home.store();
    assert!(store.all(&signs).await.expect("answers").is_empty());
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn the_audit_notices_a_person_without_deadline_an_alert_of_nobody_and_a_card_astray() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    let watched = home.watched().await;
    let unarmed = Watched {
        armed: None,
        ..watched.clone()
    };
    let rule = "whoever is watched has a deadline or an open alert";
    let item = watched_item(&unarmed).expect("an item");
    spoil(&app, item, rule).await;
    let listed = Watched {
        credentials: vec!["4711".into()],
        ..watched
    };
    let item = watched_item(&listed).expect("an item");
    spoil(&app, item, "a card that is listed leads here").await;
    let of = CredentialOf {
        person: home.person,
        own: true,
    };
    let item = credential_item(home.com, "4712", &of).expect("an item");
    spoil(&app, item, "a card leads to somebody who lists it").await;
    app.advance(hours(48));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    let item = alert_item(&alert).expect("an item");
    lose(&app, item, rule).await;
    let watched = home.watched().await;
    let away = Watched {
        alert: None,
        armed: Some(app.now()),
        ..watched
    };
    let item = watched_item(&away).expect("an item");
    spoil(&app, item, "an open alert is its person's").await;
    nothing_is_wrong(&app).await;
}
