//! People whom no door can see, and devices that never spoke: nothing is claimed, and somebody is told, again and
//! again until it is seen to.

use acceptance::TestApp;
use domain::notice::Topic;
use domain::watch::{Confidence, Device, DoorSense, Grade, Passage, Watched};
use domain::{DeviceId, PersonId};
use service::market::sweep::run_once;
use store::notify::Message;
use store::watch::WatchChange;
use wire::endpoint::None_;
use wire::watch::GetWatchHealth;

use super::homes::{Home, LONG, hours, messages, minutes};
use crate::library::people::{WORKER, at, id};
use crate::market::race::nothing_is_wrong;

/// How often somebody was told that whoever lives in one of these homes cannot be seen.
async fn told(homes: &[&Home<'_>], reader: PersonId) -> usize {
    let all = messages(homes[0].app, homes[0].com, reader)
        .await
        .into_iter();
    let about = |one: &Message| {
        let listed = one.notice.data.get("people").cloned().unwrap_or_default();
        let theirs = homes
            .iter()
            .any(|home| listed.contains(&home.person.to_string()));
        theirs && one.notice.topic == Topic::WatchUnseen
    };
    all.filter(about).count()
}

#[tokio::test]
async fn whoever_is_silent_behind_dead_doors_is_told_of_as_one_again_and_again_until_seen() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut one = Home::new(&app, Grade::AtOnce, 60).await;
    let mut other = Home::new(&app, Grade::AtOnce, 60).await;
    let last = app.now();
    one.passes(Passage::Entry, last).await;
    other.passes(Passage::Entry, last).await;
    app.advance(hours(3));
    app.settle().await;
    app.advance(hours(45) - minutes(1));
    app.settle().await;
    assert_eq!(told(&[&one, &other], worker).await, 0, "no silence yet");
    app.advance(minutes(1));
    app.settle().await;
    assert_eq!(told(&[&one, &other], worker).await, 1, "both at once");
    assert_eq!(told(&[&one], worker).await, 1);
    app.advance(hours(4) - minutes(1));
    app.settle().await;
    assert_eq!(told(&[&one, &other], worker).await, 1);
    app.advance(minutes(1));
    app.settle().await;
    assert_eq!(told(&[&one, &other], worker).await, 2, "nobody acted");
    assert!(one.alerts().await.is_empty(), "nothing is claimed");
    // Somebody was reached: of them it is told no more, of the other it is.
    let now = app.now();
    one.passes(Passage::Opened, now).await;
    app.advance(hours(4));
    app.settle().await;
    assert_eq!(told(&[&one], worker).await, 2);
    assert_eq!(told(&[&other], worker).await, 3);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn one_dead_door_among_others_hides_no_silence_and_a_call_comes_first() {
    let app = TestApp::start().await;
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let second = Device {
        id: DeviceId::new(app.millis(), app.chance()),
        heartbeat_minutes: 60,
        ..home.device().await
    };
    let watched = home.watched().await;
    let change = WatchChange {
        watched: Some(Watched {
            doors: vec![home.door, second.id],
            ver: watched.ver + 1,
            ..watched
        }),
        device: Some(second),
        ..WatchChange::default()
    };
    home.write(&change).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(3));
    app.settle().await;
    app.advance(hours(45) - minutes(1));
    app.settle().await;
    assert!(home.alerts().await.is_empty());
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.due, alert.opened_at), (last + hours(48), app.now()));
    assert_eq!(alert.confidence, Confidence::Identified);
    assert!(alert.unconfirmed, "they may have gone by the other");
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn devices_that_never_spoke_are_told_as_one_after_a_day_and_once() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let home = Home::new(&app, Grade::AtOnce, LONG).await;
    let mut devices = Vec::new();
    for sense in [DoorSense::BothWays, DoorSense::Health] {
        let device = Device {
            id: DeviceId::new(app.millis(), app.chance()),
            sense,
            heard_at: None,
            ..home.device().await
        };
        devices.push(device.id);
        let change = WatchChange {
            device: Some(device),
            ..WatchChange::default()
        };
        home.write(&change).await;
    }
    let told = async || {
        let all = messages(&app, home.com, worker).await.into_iter();
        let about = |one: &Message| {
            let named = one.notice.data.get("devices").cloned().unwrap_or_default();
            let both = devices.iter().all(|id| named.contains(&id.to_string()));
            both && one.notice.topic == Topic::DoorNeverHeard
        };
        all.filter(about).count()
    };
    app.advance(hours(24) - minutes(1));
    app.settle().await;
    assert_eq!(told().await, 0, "too early");
    for _ in 0..3 {
        app.advance(minutes(2));
        app.settle().await;
        assert_eq!(told().await, 1, "once, for both");
    }
    // Its first word ends that, and it is a door like any other.
    let device = home.store().device(home.com, devices[0]).await;
    let device = device.expect("answers").expect("is there");
    assert_eq!(device.outages(app.now()).len(), 1);
    let heard = device.heard(app.now());
    assert_eq!(heard.outages[0].to, Some(app.now()));
    nothing_is_wrong(&app).await;
}

/// Doors of which one is silent for too long when so many others are, told to the workers.
async fn doors_told(home: &Home<'_>, reader: PersonId, topic: Topic) -> usize {
    let all = messages(home.app, home.com, reader).await.into_iter();
    let about = |one: &Message| {
        let value = |name: &str| one.notice.data.get(name).cloned().unwrap_or_default();
        let listed = value("devices") + &value("device");
        listed.contains(&home.door.to_string()) && one.notice.topic == topic
    };
    all.filter(about).count()
}

#[tokio::test]
async fn many_doors_that_die_at_once_are_told_as_one() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let mut homes = Vec::new();
    for _ in 0..6 {
        homes.push(Home::new(&app, Grade::AtOnce, 600).await);
    }
    app.advance(hours(20) + minutes(1));
    app.settle().await;
    for home in &homes {
        assert_eq!(doors_told(home, worker, Topic::DoorsDead).await, 1);
        assert_eq!(doors_told(home, worker, Topic::DoorDead).await, 0);
        assert!(home.device().await.known_dead(), "each is noted");
    }
    let all = messages(&app, homes[0].com, worker).await;
    let as_one = all.iter().map(|one| one.notice.topic);
    assert_eq!(as_one.filter(|one| *one == Topic::DoorsDead).count(), 1);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_door_that_comes_and_goes_is_told_of_every_six_hours_at_most() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let home = Home::new(&app, Grade::AtOnce, 15).await;
    // Dead for 31 minutes, and heard from again, twelve times: it is found dead at 0:31 and not before 6:30 again.
    for n in 0..12 {
        app.advance(minutes(31));
        app.settle().await;
        assert_eq!(doors_told(&home, worker, Topic::DoorDead).await, 1, "{n}");
        let device = home.device().await.heard(app.now());
        let change = WatchChange {
            device: Some(Device {
                ver: device.ver + 1,
                ..device
            }),
            ..WatchChange::default()
        };
        home.write(&change).await;
    }
    // It stays dead: that is told as soon as these hours are over.
    app.advance(minutes(31));
    app.settle().await;
    assert_eq!(doors_told(&home, worker, Topic::DoorDead).await, 2);
    nothing_is_wrong(&app).await;
}

#[tokio::test]
async fn a_door_that_spoke_again_before_the_notice_left_is_told_to_nobody() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    let home = Home::new(&app, Grade::AtOnce, 15).await;
    app.advance(minutes(31));
    run_once(app.ctx()).await.expect("the sweeper runs");
    let device = home.device().await.heard(app.now());
    let change = WatchChange {
        device: Some(Device {
            ver: device.ver + 1,
            ..device
        }),
        ..WatchChange::default()
    };
    home.write(&change).await;
    app.settle().await;
    assert_eq!(doors_told(&home, worker, Topic::DoorDead).await, 0);
    nothing_is_wrong(&app).await;
}

/// The door is heard from now, and from now on says each hour that it is there.
async fn beats(home: &Home<'_>) {
    let device = home.device().await.heard(home.app.now());
    let change = WatchChange {
        device: Some(Device {
            heartbeat_minutes: 60,
            ver: device.ver + 1,
            ..device
        }),
        ..WatchChange::default()
    };
    home.write(&change).await;
}

#[tokio::test]
async fn a_doubt_is_over_when_the_door_speaks_and_stays_when_it_was_dead() {
    let app = TestApp::start().await;
    let mut speaks = Home::new(&app, Grade::AtOnce, LONG).await;
    let mut dies = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    speaks.passes(Passage::Entry, last).await;
    dies.passes(Passage::Entry, last).await;
    app.advance(hours(46) + minutes(55));
    beats(&speaks).await;
    beats(&dies).await;
    app.advance(hours(1) + minutes(5));
    app.settle().await;
    let known = async |home: &Home<'_>| {
        let alert = home.alerts().await.remove(0);
        (alert.unconfirmed, alert.confidence)
    };
    let (sure, inferred) = (Confidence::Identified, Confidence::Inferred);
    assert_eq!(known(&speaks).await, (true, sure), "its door may be dead");
    assert_eq!(known(&dies).await, (true, sure));
    beats(&speaks).await;
    app.advance(minutes(5));
    app.settle().await;
    assert_eq!(known(&speaks).await, (false, sure), "it was not");
    assert_eq!(known(&dies).await, (true, sure), "nobody knows yet");
    for wait in [15, 30, 30] {
        app.advance(minutes(wait));
        app.settle().await;
    }
    assert_eq!(known(&dies).await, (true, inferred), "it was");
    nothing_is_wrong(&app).await;
}

/// Many readers of a community say each ten minutes that they are there; then nothing comes in from anywhere.
#[tokio::test]
async fn while_nothing_comes_in_an_alert_is_held_for_two_hours_and_is_unconfirmed_then() {
    let app = TestApp::start().await;
    let lagging = async || {
        let desk = at(&app, WORKER).await;
        let health = desk.call::<GetWatchHealth>((), None_ {}, None_ {}).await;
        health.expect("a view").lagging
    };
    let mut home = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    home.passes(Passage::Entry, last).await;
    app.advance(hours(48) - minutes(15));
    for _ in 0..8 {
        let device = Device {
            id: DeviceId::new(app.millis(), app.chance()),
            heartbeat_minutes: 10,
            heard_at: Some(app.now()),
            ..home.device().await
        };
        let device = Device { ver: 1, ..device };
        let change = WatchChange {
            device: Some(device),
            ..WatchChange::default()
        };
        home.write(&change).await;
    }
    assert!(!lagging().await, "all of them were heard from");
    app.advance(minutes(15));
    app.settle().await;
    assert!(home.alerts().await.is_empty(), "held");
    assert!(lagging().await, "and the desk says so");
    let armed = home.watched().await.armed;
    assert_eq!(armed, Some(app.now() + minutes(1)), "and looked at again");
    app.advance(hours(2) - minutes(1));
    app.settle().await;
    assert!(home.alerts().await.is_empty(), "held still");
    app.advance(minutes(1));
    app.settle().await;
    let alert = home.alerts().await.remove(0);
    assert_eq!((alert.due, alert.unconfirmed), (last + hours(48), true));
    nothing_is_wrong(&app).await;
}
