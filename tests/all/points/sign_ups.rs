//! Places: never given twice, and given on by themselves.

use acceptance::app::join_all;
use acceptance::{Actor, TestApp};
use domain::activity::SignUpState;
use domain::notice::Topic;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use wire::{Code, Moment};

use super::activities as typed;
use super::activities::{WORKER, plan, seen, told};

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
    let raw = worker
        .raw("POST", "/v1/activities", Some(body.to_string()))
        .await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    let first = raw.json();
    let again = worker
        .raw("POST", "/v1/activities", Some(body.to_string()))
        .await;
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
async fn a_hundred_at_seven_places_and_those_who_wait_move_up_once() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let activity = publish(&app, &worker, 7, Value::Null).await;
    let activity = activity["id"].as_str().expect("an id").to_owned();
    let people = app.people().await;
    let people: Vec<_> = people
        .iter()
        .filter(|one| one.phone.is_some())
        .take(100)
        .collect();
    assert_eq!(people.len(), 100);
    let people = join_all(people.iter().map(|one| app.as_person(one))).await;
    let answers = join_all(people.iter().map(|who| join(&app, who, &activity))).await;
    let states = |state: &str| {
        let of = |(_, said): &&(u16, Value)| said["state"] == state;
        answers.iter().filter(of).count()
    };
    assert!(
        answers.iter().all(|(status, _)| *status == 201),
        "{answers:?}"
    );
    assert_eq!((states("going"), states("waiting")), (7, 93));

    // Three leave at once: three of those who wait have their places.
    let going = answers.iter().zip(&people);
    let going = going.filter(|((_, said), _)| said["state"] == "going");
    let going: Vec<_> = going.map(|(_, who)| who).take(3).collect();
    let left = join_all(
        going
            .iter()
            .map(|who| act(&app, who, &activity, "withdraw")),
    )
    .await;
    assert!(left.iter().all(|(status, _)| *status == 200), "{left:?}");
    let seen = worker
        .raw("GET", &format!("/v1/activities/{activity}"), None)
        .await
        .json();
    assert_eq!((&seen["going"], &seen["waiting"]), (&json!(7), &json!(90)));
    let rows = worker
        .raw("GET", &format!("/v1/activities/{activity}/signups"), None)
        .await
        .json();
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
    let (one, two) = (
        one["id"].as_str().expect("an id"),
        two["id"].as_str().expect("an id"),
    );
    assert_eq!(join(&app, &wang, one).await.0, 201);
    let (status, said) = join(&app, &wang, one).await;
    assert_eq!((status, &said["code"]), (409, &json!("already_signed_up")));
    let (status, said) = join(&app, &wang, two).await;
    assert_eq!((status, &said["code"]), (409, &json!("sign_up_overlaps")));
    assert_eq!(
        act(&app, &wang, one, "cancel").await.0,
        404,
        "not theirs to call off"
    );
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
        let list = worker
            .raw(
                "GET",
                &format!("/v1/activities?days=31&limit=100{from}"),
                None,
            )
            .await;
        let rows = list.json()["items"].as_array().expect("rows").clone();
        seen.extend(
            rows.into_iter()
                .filter(|row| row["series"] == first["series"]),
        );
    }
    seen.dedup_by_key(|row| row["id"].clone());
    assert_eq!(seen.len(), 4, "{seen:?}");
    // Where the third is somebody else's already, there is none of them.
    let taken = typed::publish(&worker, plan(&app, 24, 3)).await;
    let first = domain::ActivityId::from_bits(taken.id.bits() - 2);
    let series = wire::points::activities::CreateActivityBody {
        id: first,
        repeat: Some(wire::points::activities::Repeat {
            every: domain::activity::Every::Week,
            times: 4,
        }),
        ..plan(&app, 24, 3)
    };
    let path = "/v1/activities";
    let body = serde_json::to_string(&series).expect("json");
    assert_eq!(
        worker.raw("POST", path, Some(body)).await.code(),
        "id_reused"
    );
    let path = format!("{path}/{first}");
    assert_eq!(worker.raw("GET", &path, None).await.status, 404);
    let wang = app.resident().await;
    let body = json!({ "id": id(&app, "act") }).to_string();
    let raw = wang.raw("POST", "/v1/activities", Some(body)).await;
    assert_eq!(raw.code(), "not_allowed");
    app.stop().await;
}

/// What one person sent at once; only one of two that overlap can be theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_at_once_everywhere_gets_one_place_and_their_time_back_with_it() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in(WORKER).await, app.resident().await);
    let mut activities = Vec::new();
    for _ in 0..6 {
        activities.push(typed::publish(&worker, plan(&app, 24, 3)).await.id);
    }
    let answers = join_all(activities.iter().map(|id| join_patiently(&app, &wang, *id))).await;
    let goes = answers.iter().filter(|(status, _)| *status == 201).count();
    let overlaps = answers
        .iter()
        .filter(|(_, code)| code == "sign_up_overlaps")
        .count();
    assert_eq!((goes, overlaps), (1, 5), "{answers:?}");
    let at = answers
        .iter()
        .position(|(status, _)| *status == 201)
        .expect("one");
    typed::withdraw(&wang, activities[at])
        .await
        .expect("given back");
    let other = activities[(at + 1) % activities.len()];
    typed::join(&wang, other)
        .await
        .expect("their time is free again");
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
    app.stop().await;
}

async fn join_patiently(app: &TestApp, who: &Actor<'_>, id: domain::ActivityId) -> (u16, String) {
    let (status, said) = join(app, who, &id.to_string()).await;
    (status, said["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_free_place_passes_over_who_is_elsewhere_by_then() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let (one, two) = (
        typed::publish(&worker, plan(&app, 24, 1)).await.id,
        typed::publish(&worker, plan(&app, 25, 9)).await.id,
    );
    let (wang, second, third) = (
        app.resident().await,
        app.sign_in("13800000002").await,
        app.sign_in("13800000003").await,
    );
    for who in [&wang, &second, &third] {
        app.advance(SignedDuration::from_secs(1));
        typed::join(who, one).await.expect("signed up");
    }
    // The first who waits finds something else meanwhile.
    typed::join(&second, two).await.expect("goes");
    typed::withdraw(&wang, one).await.expect("given back");
    let state = async |who: &Actor<'_>| seen(who, one).await.sign_up.expect("signed up").state;
    assert_eq!(state(&second).await, SignUpState::Waiting);
    assert_eq!(state(&third).await, SignUpState::Going);
    assert_eq!(told(&third, Topic::ActivityMovedUp).await.len(), 1);
    // What they found is called off: it takes nobody's time any more.
    assert_eq!(act(&app, &worker, &two.to_string(), "cancel").await.0, 200);
    typed::withdraw(&third, one).await.expect("given back");
    assert_eq!(state(&second).await, SignUpState::Going);
    let again = typed::withdraw(&third, one).await;
    assert_eq!(again.expect_err("refused").code, Code::NotSignedUp);
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
    app.stop().await;
}

#[tokio::test]
async fn a_guardian_signs_a_child_up_and_hears_what_becomes_of_it() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let people = app.people().await;
    let child = people
        .iter()
        .find(|one| one.guardian.is_some())
        .expect("a child");
    let is_guardian = |one: &&domain::person::Person| Some(one.id) == child.guardian;
    let guardian = people.iter().find(is_guardian).expect("their guardian");
    let guardian = app.as_person(guardian).await;
    let other = app.sign_in("13800000002").await;
    let id = typed::publish(&worker, plan(&app, 24, 3)).await.id;
    let refused = typed::join_for(&other, id, Some(child.id)).await;
    assert_eq!(refused.expect_err("not theirs").code, Code::NotFound);
    let made = typed::join_for(&guardian, id, Some(child.id))
        .await
        .expect("signed up");
    assert_eq!((made.person, made.state), (child.id, SignUpState::Going));
    assert_eq!(
        told(&guardian, Topic::ActivitySignedUp).await.len(),
        0,
        "who pressed knows"
    );
    assert_eq!(act(&app, &worker, &id.to_string(), "cancel").await.0, 200);
    assert_eq!(told(&guardian, Topic::ActivityCancelled).await.len(), 1);
    // The station signs an elder up who asked for it on the telephone.
    let id = typed::publish(&worker, plan(&app, 48, 3)).await.id;
    let elder = people
        .iter()
        .find(|one| one.text_size == domain::person::TextSize::Large);
    let elder = elder
        .filter(|one| one.phone.is_some())
        .expect("an elder with a telephone");
    typed::join_for(&worker, id, Some(elder.id))
        .await
        .expect("signed up");
    let elder = app.as_person(elder).await;
    assert_eq!(told(&elder, Topic::ActivitySignedUp).await.len(), 1);
    typed::withdraw(&elder, id)
        .await
        .expect("theirs to give back");
    assert_eq!(told(&elder, Topic::ActivityGivenBack).await.len(), 0);
    typed::join(&elder, id).await.expect("once more");
    let body = json!({ "id": app.command(), "person": elder.id }).to_string();
    let path = format!("/v1/activities/{id}/withdraw");
    let worker = app.sign_in(WORKER).await;
    let left = worker.raw("POST", &path, Some(body)).await;
    assert_eq!(left.status, 200, "{}", left.body);
    assert_eq!(told(&elder, Topic::ActivityGivenBack).await.len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn whoever_leaves_the_community_leaves_their_place_to_the_next() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let id = typed::publish(&worker, plan(&app, 24, 1)).await.id;
    let phone = "13800000309";
    let (leaver, next) = (app.sign_in(phone).await, app.sign_in("13800000002").await);
    typed::join(&leaver, id).await.expect("goes");
    app.advance(SignedDuration::from_secs(1));
    typed::join(&next, id).await.expect("waits");
    let gone = json!({ "phone": phone }).to_string();
    let gone = leaver.raw("POST", "/v1/me/deletion", Some(gone)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let now = seen(&next, id).await;
    assert_eq!((now.going, now.waiting), (1, 0));
    assert_eq!(now.sign_up.expect("signed up").state, SignUpState::Going);
    assert_eq!(told(&next, Topic::ActivityMovedUp).await.len(), 1);
    app.advance(SignedDuration::from_secs(61));
    app.settle().await;
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);

    // Whoever may not leave yet keeps what they have.
    let wang = app.resident().await;
    let id = typed::publish(&worker, plan(&app, 48, 1)).await.id;
    typed::join(&wang, id).await.expect("goes");
    let kept = json!({ "phone": "13800000001" }).to_string();
    let kept = wang.raw("POST", "/v1/me/deletion", Some(kept)).await;
    assert_eq!(kept.code(), "open_bookings");
    assert_eq!(seen(&wang, id).await.going, 1);
    app.stop().await;
}
