//! Places: never given twice, and given on by themselves.

use acceptance::app::join_all;
use acceptance::{Actor, TestApp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use wire::Moment;

fn id(app: &TestApp, prefix: &str) -> String {
    let fresh = domain::CommandId::new(app.millis(), app.chance()).to_string();
    format!("{prefix}_{}", &fresh[4..])
}

async fn publish(app: &TestApp, worker: &Actor<'_>, capacity: u16, repeat: Value) -> Value {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let starts = app.now() + SignedDuration::from_hours(24);
    let ends = starts + SignedDuration::from_hours(2);
    let mut body = json!({
        "id": id(app, "act"), "title": "给老人读报", "place": "活动室", "grid": "第一网格", "capacity": capacity,
        "starts": Moment::new(starts, &zone).to_string(), "ends": Moment::new(ends, &zone).to_string(),
    });
    if !repeat.is_null() {
        body["repeat"] = repeat;
    }
    let raw = worker.raw("POST", "/v1/activities", Some(body.to_string())).await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    let first = raw.json();
    let again = worker.raw("POST", "/v1/activities", Some(body.to_string())).await;
    assert_eq!(again.json(), first, "a repeat makes nothing new");
    first
}

async fn join(app: &TestApp, who: &Actor<'_>, activity: &str) -> (u16, Value) {
    let path = format!("/v1/activities/{activity}/signups");
    let body = json!({ "id": id(app, "sgn") }).to_string();
    loop {
        let raw = who.raw("POST", &path, Some(body.clone())).await;
        // It says so, and may be asked again as it is.
        if raw.status != 503 {
            return (raw.status, raw.json());
        }
    }
}

async fn act(app: &TestApp, who: &Actor<'_>, activity: &str, verb: &str) -> (u16, Value) {
    let path = format!("/v1/activities/{activity}/{verb}");
    let body = json!({ "id": id(app, "cmd"), "reason": "下雨" });
    let body = match verb {
        "withdraw" => json!({ "id": body["id"] }),
        _ => body,
    };
    let raw = who.raw("POST", &path, Some(body.to_string())).await;
    (raw.status, raw.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_at_seven_places_and_those_who_wait_move_up_once() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let activity = publish(&app, &worker, 7, Value::Null).await;
    let activity = activity["id"].as_str().expect("an id").to_owned();
    let people = app.people().await;
    let people: Vec<_> = people.iter().filter(|one| one.phone.is_some()).take(40).collect();
    let people = join_all(people.iter().map(|one| app.as_person(one))).await;
    let answers = join_all(people.iter().map(|who| join(&app, who, &activity))).await;
    let states = |state: &str| {
        let of = |(_, said): &&(u16, Value)| said["state"] == state;
        answers.iter().filter(of).count()
    };
    assert!(answers.iter().all(|(status, _)| *status == 201), "{answers:?}");
    assert_eq!((states("going"), states("waiting")), (7, 33));

    // Three leave at once: three of those who wait have their places.
    let going = answers.iter().zip(&people);
    let going = going.filter(|((_, said), _)| said["state"] == "going");
    let going: Vec<_> = going.map(|(_, who)| who).take(3).collect();
    let left = join_all(going.iter().map(|who| act(&app, who, &activity, "withdraw"))).await;
    assert!(left.iter().all(|(status, _)| *status == 200), "{left:?}");
    let seen = worker.raw("GET", &format!("/v1/activities/{activity}"), None).await.json();
    assert_eq!((&seen["going"], &seen["waiting"]), (&json!(7), &json!(30)));
    let rows = worker.raw("GET", &format!("/v1/activities/{activity}/signups"), None).await.json();
    let rows = rows["items"].as_array().expect("rows").clone();
    assert_eq!(rows.iter().filter(|row| row["state"] == "going").count(), 7);
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
    app.stop().await;
}

#[tokio::test]
async fn two_at_the_same_time_are_refused_unless_the_other_was_called_off() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in("13800000201").await, app.resident().await);
    let one = publish(&app, &worker, 5, Value::Null).await;
    let two = publish(&app, &worker, 5, Value::Null).await;
    let (one, two) = (one["id"].as_str().expect("an id"), two["id"].as_str().expect("an id"));
    assert_eq!(join(&app, &wang, one).await.0, 201);
    let (status, said) = join(&app, &wang, one).await;
    assert_eq!((status, &said["code"]), (409, &json!("already_signed_up")));
    let (status, said) = join(&app, &wang, two).await;
    assert_eq!((status, &said["code"]), (409, &json!("sign_up_overlaps")));
    assert_eq!(act(&app, &wang, one, "cancel").await.0, 404, "not theirs to call off");
    assert_eq!(act(&app, &worker, one, "cancel").await.0, 200);
    assert_eq!(join(&app, &wang, two).await.0, 201);
    app.settle().await;
    let inbox = wang.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(inbox.contains("\"activity_cancelled\""), "{inbox}");
    let (status, said) = join(&app, &wang, one).await;
    assert_eq!((status, &said["code"]), (409, &json!("activity_cancelled")));
    app.stop().await;
}

#[tokio::test]
async fn a_series_is_published_at_once_and_whole() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let weekly = json!({ "every": "week", "times": 4 });
    let first = publish(&app, &worker, 5, weekly).await;
    let mut seen = Vec::new();
    for from in ["", "&from=2026-12-20"] {
        let list = worker.raw("GET", &format!("/v1/activities?days=31&limit=100{from}"), None).await;
        let rows = list.json()["items"].as_array().expect("rows").clone();
        seen.extend(rows.into_iter().filter(|row| row["series"] == first["series"]));
    }
    seen.dedup_by_key(|row| row["id"].clone());
    assert!(seen.len() >= 4, "{seen:?}");
    let wang = app.resident().await;
    let body = json!({ "id": id(&app, "act") }).to_string();
    let raw = wang.raw("POST", "/v1/activities", Some(body)).await;
    assert_eq!(raw.code(), "not_allowed");
    app.stop().await;
}
