//! The duty screen asks again and again: cheaply, without keeping a session alive for ever, and it is told when
//! nobody looks after silences.

use std::time::Duration;

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::limits;
use domain::watch::{DoorSense, Grade, Passage};
use jiff::SignedDuration;
use store::schema;
use store::watch::watched_item;
use tokio::time::timeout;
use wire::endpoint::None_;
use wire::watch::{AcknowledgeAlert, AcknowledgeBody, GetWatchHealth};

use super::homes::{Home, LONG, hours, minutes};
use super::people::{ADMIN, CARD, WORKER, alert, at, door, fields, grown_ups, id, watch_over};

const PATH: &str = "/v1/alerts?limit=20";

fn tag(raw: &Raw) -> String {
    let tag = raw.headers.get("etag").expect("it has a tag");
    tag.to_str().expect("plain").to_owned()
}

async fn ask(desk: &Actor<'_>, tag: Option<&str>) -> Raw {
    let mut headers = vec![("x-background", "1")];
    headers.extend(tag.map(|tag| ("if-none-match", tag)));
    desk.raw_with("GET", PATH, &headers, Vec::new()).await
}

/// Asks as the board does, until it is told that nothing is other. Answers the tag, and after how many answers.
async fn settled(desk: &Actor<'_>) -> (String, usize) {
    let mut known: Option<String> = None;
    for n in 0..10 {
        let raw = ask(desk, known.as_deref()).await;
        match raw.status {
            304 => {
                assert!(raw.body.is_empty(), "{}", raw.body);
                return (tag(&raw), n);
            }
            200 => known = Some(tag(&raw)),
            other => panic!("{other} {}", raw.body),
        }
    }
    panic!("always other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_twice_until_an_alert_changes() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let admin = at(&app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let (known, answers) = settled(&desk).await;
    assert_eq!(answers, 3, "until an index that is behind is believed");
    let again = ask(&desk, Some(&known)).await;
    assert_eq!((again.status, tag(&again)), (304, known.clone()));
    let open = alert(&app, id(&who)).await;
    let raw = ask(&desk, Some(&known)).await;
    assert_eq!(raw.status, 200);
    assert!(raw.body.contains(&open.to_string()), "{}", raw.body);
    let (known, _) = settled(&desk).await;
    let body = AcknowledgeBody { id: app.command() };
    let taken = desk.call::<AcknowledgeAlert>((open,), None_ {}, body).await;
    taken.expect("has it");
    let raw = ask(&desk, Some(&known)).await;
    assert_eq!(raw.status, 200, "whose it is stands on the list");
    // Another page, and all there were, have no tag.
    let all = desk.raw("GET", "/v1/alerts?all=true", None).await;
    assert!(!all.headers.contains_key("etag"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_asks_by_itself_does_not_keep_a_session_alive() {
    let app = TestApp::start().await;
    let desks = [at(&app, WORKER).await, at(&app, ADMIN).await];
    let step = SignedDuration::from_mins(limits::SESSION_TOUCH_MINUTES + 1);
    let times = (limits::STAFF_IDLE_MINUTES - 1) / (limits::SESSION_TOUCH_MINUTES + 1);
    for _ in 0..times {
        app.advance(step);
        assert_eq!(ask(&desks[0], None).await.status, 200);
        let used = desks[1].raw("GET", PATH, None).await;
        assert_eq!(used.status, 200);
    }
    app.advance(step);
    assert_eq!(ask(&desks[0], None).await.status, 401, "nobody was there");
    assert_eq!(desks[1].raw("GET", PATH, None).await.status, 200);
    // Whatever changes something is a use, whatever it says of itself.
    app.advance(step);
    let headers = [("x-background", "1"), ("content-type", "application/json")];
    let path = format!("/v1/alerts/{}/acknowledge", domain::AlertId::new(1, 1));
    let body = format!("{{\"id\":\"{}\"}}", app.command());
    let raw = desks[1]
        .raw_with("POST", &path, &headers, body.into_bytes())
        .await;
    assert_eq!(raw.status, 404, "{}", raw.body);
    app.advance(SignedDuration::from_mins(limits::STAFF_IDLE_MINUTES - 1));
    assert_eq!(ask(&desks[1], None).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweeper_that_stands_still_is_seen_on_the_desk() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let health = async || {
        let health = desk.call::<GetWatchHealth>((), None_ {}, None_ {}).await;
        health.expect("a view")
    };
    app.settle().await;
    let swept = app.now();
    let now = health().await;
    assert_eq!(
        (now.swept_at.map(|at| at.at), now.late),
        (Some(swept), false)
    );
    app.advance(SignedDuration::from_mins(limits::SWEEP_LATE_MINUTES));
    assert!(!health().await.late);
    app.advance(SignedDuration::from_secs(1));
    let late = health().await;
    assert_eq!(
        (late.swept_at.map(|at| at.at), late.late),
        (Some(swept), true)
    );
    app.settle().await;
    assert!(!health().await.late);
    let mark = schema::sweep_mark(app.home().await);
    let store = &app.ctx().store;
    store.delete_all(&[mark]).await.expect("deleted");
    let never = health().await;
    assert_eq!((never.swept_at, never.late), (None, true));
    let today = desk.raw("GET", "/v1/desk/today", None).await.json();
    assert!(
        today["open_alerts"].as_u64().is_some_and(|open| open > 0),
        "the silent one of the demo"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_says_of_how_many_it_does_not_know() {
    let app = TestApp::start().await;
    // A session at the desk is a short one.
    let failed = async || {
        let desk = at(&app, WORKER).await;
        let health = desk.call::<GetWatchHealth>((), None_ {}, None_ {}).await;
        let health = health.expect("a view");
        assert_eq!(health.swept_at.map(|at| at.at), Some(app.now()));
        assert!(!health.late, "it passed");
        health.failed
    };
    let mut spoiled = Home::new(&app, Grade::AtOnce, LONG).await;
    let mut sound = Home::new(&app, Grade::AtOnce, LONG).await;
    let last = app.now();
    spoiled.passes(Passage::Entry, last).await;
    sound.passes(Passage::Entry, last).await;
    app.settle().await;
    assert_eq!(failed().await, 0);
    app.advance(hours(48));
    let whole = watched_item(&spoiled.watched().await).expect("an item");
    let mut broken = whole.clone();
    let nothing = AttributeValue::S("{}".into());
    broken.insert(schema::DOCUMENT.to_owned(), nothing);
    let store = &app.ctx().store;
    store.put_all(vec![broken]).await.expect("written");
    for _ in 0..2 {
        app.settle().await;
        assert_eq!(failed().await, 1, "and again until it is seen to");
        assert!(spoiled.alerts().await.is_empty());
        assert_eq!(sound.alerts().await.len(), 1, "it harms nobody else");
        app.advance(minutes(1));
    }
    store.put_all(vec![whole]).await.expect("written");
    app.settle().await;
    assert_eq!(failed().await, 0);
    assert_eq!(spoiled.alerts().await.len(), 1);
    app.stop().await;
}

const STREAM: &str = "/v1/alerts/stream";

/// What is said next; empty where the stream has ended.
async fn said(stream: &mut reqwest::Response) -> String {
    let mut said = String::new();
    while !said.contains("data:") {
        let chunk = timeout(Duration::from_secs(60), stream.chunk()).await;
        let chunk = chunk.expect("something is said within a minute");
        let Some(chunk) = chunk.expect("the line holds") else {
            return String::new();
        };
        said.push_str(std::str::from_utf8(&chunk).expect("text"));
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_keeps_watch_hears_that_an_alert_changed_and_nothing_of_it() {
    let app = TestApp::start().await;
    let (desk, admin) = (at(&app, WORKER).await, at(&app, ADMIN).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    for (status, raw) in [
        (401, app.stranger().raw("GET", STREAM, None).await),
        (403, who.raw("GET", STREAM, None).await),
        (405, desk.raw("POST", STREAM, None).await),
    ] {
        assert_eq!(raw.status, status, "{}", raw.body);
    }
    let mut streams = Vec::new();
    for _ in 0..limits::STREAMS {
        let stream = desk.open(STREAM).await;
        assert_eq!(stream.status(), 200);
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        streams.push(stream);
    }
    let mut before = Vec::new();
    for stream in &mut streams {
        before.push(said(stream).await);
    }
    assert!(before.iter().all(|one| *one == before[0]), "{before:?}");
    let many = desk.raw("GET", STREAM, None).await;
    assert_eq!((many.status, many.code().as_str()), (429, "too_many_calls"));
    alert(&app, id(&who)).await;
    for stream in &mut streams {
        let now = said(stream).await;
        assert_ne!(now, before[0]);
        let quiet = |part: char| part.is_ascii_digit() || "data: \n".contains(part);
        assert!(now.chars().all(quiet), "{now}");
    }
    // Another may listen where one has ended; all end with the server.
    drop(streams.pop());
    let mut again = None;
    for _ in 0..100 {
        let stream = desk.open(STREAM).await;
        if stream.status() == 200 {
            again = Some(stream);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut again = again.expect("its place is free");
    assert!(!said(&mut again).await.is_empty());
    app.stop().await;
    assert!(said(&mut again).await.is_empty());
}
