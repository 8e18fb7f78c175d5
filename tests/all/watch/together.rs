//! Events that come together: what becomes of them and of everybody is what would become of them one by one, and it
//! takes fewer trips to the store.

use std::time::Duration;

use acceptance::capacity::Capacity;
use acceptance::{Chance, TestApp};
use domain::watch::{AlertState, DoorSense, Grade, Passage, Sign, Watched, Windows};
use domain::{AlertId, DeviceId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use service::watch::arrive::{Arrived, arrived};
use service::watch::queue::{Attributes, Batch, Message, take_all};
use service::watch::together::all_arrived;
use store::market::Beside;
use store::schema::{self, Item};
use store::watch::{SignRow, WatchChange};

use super::people::{
    ADMIN, Door, WORKER, alert, at, away, door, event, fields, grown_ups, id, leave, say, stored,
    watch_over,
};

const PEOPLE: usize = 6;
const EVENTS: u64 = 60;
/// Who has an open alert, who is away, and whose home somebody else's card opens as well.
const ALERTED: usize = 1;
const AWAY: usize = 2;
const VISITED: usize = 5;

fn card(n: usize) -> String {
    format!("770{n}")
}

struct Ground {
    door: Door,
    people: Vec<PersonId>,
    alert: AlertId,
}

async fn ground(app: &TestApp) -> Ground {
    let (admin, desk) = (at(app, ADMIN).await, at(app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let (mut people, mut open) = (Vec::new(), None);
    for (n, who) in grown_ups(app, PEOPLE).await.iter().enumerate() {
        let mut fields = fields(&door, &[&card(n)]);
        if n == VISITED {
            fields.relatives_credentials = vec![card(0)];
        }
        watch_over(&desk, who, fields).await;
        if n == ALERTED {
            open = Some(alert(app, id(who)).await);
        }
        if n == AWAY {
            leave(who, away(app, None, 24)).await.expect("written down");
        }
        people.push(id(who));
    }
    app.advance(SignedDuration::from_hours(2));
    Ground {
        door,
        people,
        alert: open.expect("one of them has it"),
    }
}

/// Entries and exits of anybody and of nobody, in any order; some numbers are used twice, some moments are the same.
fn events(seed: u64, now: Timestamp) -> Vec<Value> {
    let mut chance = Chance::new(seed);
    let mut all: Vec<Value> = Vec::new();
    for seq in 1..=EVENTS {
        if seq > 1 && chance.percent(10) {
            let before = chance.below(all.len());
            all.push(all[before].clone());
            continue;
        }
        let ago = i64::try_from(chance.below(18)).expect("few") * 10;
        let when = now - SignedDuration::from_mins(ago);
        let act = *chance.of(&["entry", "entry", "exit", "passed", "exit_button"]);
        let of = card(chance.below(PEOPLE + 1));
        all.push(event(seq, when, act, Some(&of)));
    }
    all
}

#[derive(Debug, PartialEq)]
struct Left {
    watched: Watched,
    signs: Vec<Item>,
}

/// What is there of somebody in the end, however often it was written.
async fn left(app: &TestApp, person: PersonId) -> Left {
    let (store, com) = (&app.ctx().store, app.home().await);
    let watched = stored(app, person).await.expect("is watched over");
    let signs = store.page(&schema::signs(com, person), 100, None).await;
    Left {
        watched: Watched { ver: 0, ..watched },
        signs: signs.expect("answers").0,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_together_does_what_it_does_one_by_one() {
    for seed in 1..=3 {
        let (together, apart) = (TestApp::start().await, TestApp::start().await);
        let (ours, theirs) = (ground(&together).await, ground(&apart).await);
        assert_eq!(ours.people, theirs.people, "two of one kind");
        assert_eq!(ours.door.id, theirs.door.id, "two of one kind");
        let events = events(seed, together.now());
        let outcomes = say(&together, &ours.door, &events).await;
        let mut one_by_one = Vec::new();
        for event in &events {
            one_by_one.extend(say(&apart, &theirs.door, std::slice::from_ref(event)).await);
        }
        assert_eq!(outcomes, one_by_one, "seed {seed}");
        for outcome in ["applied", "ignored", "replayed"] {
            assert!(outcomes.iter().any(|one| one == outcome), "{outcome}");
        }
        for (n, person) in ours.people.iter().enumerate() {
            let here = left(&together, *person).await;
            assert!(!here.signs.is_empty(), "seed {seed}: {n} passed");
            assert_eq!(here, left(&apart, *person).await, "seed {seed}: person {n}");
        }
        let state = async |app: &TestApp, id: AlertId| {
            let alert = app.ctx().store.alert(app.home().await, id).await;
            alert.expect("answers").map(|alert| alert.state)
        };
        let withdrawn = Some(AlertState::Withdrawn);
        assert_eq!(state(&together, ours.alert).await, withdrawn);
        assert_eq!(state(&apart, theirs.alert).await, withdrawn);
        together.stop().await;
        apart.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_one_door_take_fewer_trips_than_they_are() {
    let capacity = Capacity::default();
    let app = TestApp::with_faults(capacity.interceptor()).await;
    let door = ground(&app).await.door;
    let now = app.now();
    // Of two about whom nothing is open.
    let passed = |n: u64| {
        let minutes = i64::try_from(40 - n).expect("few");
        let act = ["exit", "entry"][usize::from(n.is_multiple_of(2))];
        let of = card(3 + usize::from(n % 4 < 2));
        event(n, now - SignedDuration::from_mins(minutes), act, Some(&of))
    };
    let events: Vec<Value> = (1..=40).map(passed).collect();
    capacity.begin();
    let outcomes = say(&app, &door, &events).await;
    let calls = capacity.end().calls;
    assert_eq!(outcomes, vec!["applied"; 40]);
    assert!(calls < 20, "{calls} calls for forty events");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_that_stands_three_times_in_a_message_is_one_sign() {
    let app = TestApp::start().await;
    let Ground { door, people, .. } = ground(&app).await;
    let home = |n: usize| event(7, app.now(), "entry", Some(&card(n)));
    let body = json!({ "device": door.id, "events": [home(3), home(3), home(4), home(3)] });
    let message = Message {
        message_id: "m".into(),
        body: body.to_string(),
        attributes: Attributes::default(),
    };
    let records = vec![message];
    let left_over = take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await;
    assert!(left_over.batch_item_failures.is_empty());
    for n in [3, 4] {
        let left = left(&app, people[n]).await;
        assert_eq!(left.signs.len(), 1);
        assert_eq!(left.watched.presence.entered_at, Some(app.now()));
    }
    app.stop().await;
}

/// How many times signs come in, hours apart.
const TIMES: usize = 6;

/// Everybody stands somehow: asked or not, by windows of their own or not.
async fn stand(app: &TestApp, people: &[PersonId], chance: &mut Chance) {
    let (store, com) = (&app.ctx().store, app.home().await);
    let rules = store.watch_rules(com).await.expect("answers");
    for person in people {
        let before = stored(app, *person).await.expect("is watched over");
        let own = Windows {
            no_exit_minutes: 24 * 60,
            no_return_minutes: 36 * 60,
        };
        let watched = Watched {
            grade: *chance.of(&[Grade::AskFirst, Grade::AtOnce]),
            own: chance.percent(50).then_some(own),
            asked: u8::try_from(chance.below(3)).expect("few"),
            ver: before.ver + 1,
            ..before
        };
        let change = WatchChange {
            watched: Some(watched.rearmed(&rules, app.now())),
            ..WatchChange::default()
        };
        let beside = Beside::default();
        let written = store.write_watch(com, &change, &beside).await;
        written.expect("written");
    }
}

/// Signs at any door and at none, ahead of us and long ago, of which some share a number, a moment or a millisecond.
fn signs(ground: &Ground, chance: &mut Chance, now: Timestamp) -> Vec<SignRow> {
    let doors = [
        ground.door.id,
        ground.door.id,
        DeviceId::from_bits(7),
        DeviceId::from_bits(0),
    ];
    let ways = [
        Passage::Entry,
        Passage::Exit,
        Passage::Opened,
        Passage::Unidentified,
    ];
    let mut all = Vec::new();
    for _ in 0..2 + chance.below(30) {
        let ago = i64::try_from(chance.below(15)).expect("few") * 20 - 2;
        let micros = i64::try_from(chance.below(3)).expect("few") * 400;
        let at = now - SignedDuration::from_mins(ago) + SignedDuration::from_micros(micros);
        all.push(SignRow {
            person: *chance.of(&ground.people),
            device: *chance.of(&doors),
            sign: Sign {
                at,
                seq: chance.draw() % 2,
                passage: *chance.of(&ways),
            },
            received_at: now,
            approximate: chance.percent(10),
        });
    }
    all
}

async fn each(app: &TestApp, rows: &[SignRow]) -> Vec<Arrived> {
    let com = app.home().await;
    let mut came = Vec::new();
    for row in rows {
        came.push(arrived(app.ctx(), com, row).await.expect("is taken"));
    }
    came
}

async fn at_once(app: &TestApp, rows: &[SignRow]) -> Vec<Arrived> {
    let came = all_arrived(app.ctx(), app.home().await, rows).await;
    let came = came.expect("all are taken").into_iter();
    came.map(|one| one.expect("is taken")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signs_at_random_do_together_what_they_do_one_by_one() {
    let mut seen = Vec::new();
    for seed in 1..=3 {
        let (together, apart) = (TestApp::start().await, TestApp::start().await);
        let (ours, theirs) = (ground(&together).await, ground(&apart).await);
        assert_eq!(ours.people, theirs.people, "two of one kind");
        assert_eq!(ours.alert, theirs.alert, "two of one kind");
        let mut chance = Chance::new(seed);
        let mut alerts = vec![ours.alert];
        for time in 1..=TIMES {
            let place = format!("seed {seed}, time {time}");
            let stands = chance.draw();
            for app in [&together, &apart] {
                stand(app, &ours.people, &mut Chance::new(stands)).await;
            }
            let rows = signs(&ours, &mut chance, together.now());
            // Some of them stand there before.
            let known: Vec<SignRow> = rows
                .iter()
                .filter(|_| chance.percent(20))
                .cloned()
                .collect();
            assert_eq!(each(&together, &known).await, each(&apart, &known).await);
            let came = at_once(&together, &rows).await;
            assert_eq!(came, each(&apart, &rows).await, "{place}");
            seen.extend(came);
            let com = apart.home().await;
            for person in &ours.people {
                let here = left(&together, *person).await;
                assert_eq!(here, left(&apart, *person).await, "{place}: {person}");
                let absences = together.ctx().store.absences(com, *person).await;
                let theirs = apart.ctx().store.absences(com, *person).await;
                assert_eq!(absences.expect("answers"), theirs.expect("answers"));
            }
            for id in &alerts {
                let here = together.ctx().store.alert(com, *id).await;
                let there = apart.ctx().store.alert(com, *id).await;
                assert_eq!(here.expect("answers"), there.expect("answers"), "{place}");
            }
            // Another alert is opened about one of whom none is.
            let one = *chance.of(&ours.people);
            let before = stored(&together, one).await.expect("is watched over");
            if before.alert.is_none() {
                let id = alert(&together, one).await;
                assert_eq!(alert(&apart, one).await, id, "two of one kind");
                alerts.push(id);
            }
            for app in [&together, &apart] {
                app.advance(SignedDuration::from_hours(5));
            }
        }
        together.stop().await;
        apart.stop().await;
    }
    for what in [Arrived::Applied, Arrived::Ignored] {
        assert!(seen.contains(&what), "{what:?} is among them");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_signs_of_one_millisecond_and_number_are_taken_with_all_the_others() {
    let app = TestApp::start().await;
    let Ground { door, people, .. } = ground(&app).await;
    let home = |n: usize, micros: i64| {
        let at = app.now() + SignedDuration::from_micros(micros);
        event(0, at, "entry", Some(&card(n)))
    };
    let body = json!({ "device": door.id, "events": [home(3, 0), home(3, 300), home(4, 0)] });
    let message = Message {
        message_id: "m".into(),
        body: body.to_string(),
        attributes: Attributes::default(),
    };
    let records = vec![message];
    let left_over = take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await;
    assert!(left_over.batch_item_failures.is_empty());
    for n in [3, 4] {
        let left = left(&app, people[n]).await;
        assert_eq!(left.signs.len(), 1);
        let at = left.watched.presence.entered_at.expect("is at home");
        assert_eq!(at.as_millisecond(), app.now().as_millisecond());
    }
    app.stop().await;
}
