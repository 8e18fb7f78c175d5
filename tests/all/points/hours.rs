//! From a published activity to service time and points: the code at the door, settling, what is
//! written down by hand, corrections.

use acceptance::{Actor, TestApp};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use wire::Moment;

use super::attendance::at_hand;

pub fn id(app: &TestApp, prefix: &str) -> String {
    let fresh = domain::CommandId::new(app.millis(), app.chance()).to_string();
    format!("{prefix}_{}", &fresh[4..])
}

pub fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    Moment::new(at, &zone).to_string()
}

pub async fn ok(who: &Actor<'_>, method: &str, path: &str, body: Value, status: u16) -> Value {
    let body = (method != "GET").then(|| body.to_string());
    let raw = who.raw(method, path, body).await;
    assert_eq!(raw.status, status, "{method} {path}: {}", raw.body);
    raw.json()
}

pub async fn refused(who: &Actor<'_>, path: &str, body: Value) -> String {
    let raw = who.raw("POST", path, Some(body.to_string())).await;
    assert!(
        (400..500).contains(&raw.status),
        "{path}: {} {}",
        raw.status,
        raw.body
    );
    raw.code()
}

/// An activity that starts in an hour and lasts two.
pub async fn publish(app: &TestApp, worker: &Actor<'_>) -> String {
    let starts = app.now() + SignedDuration::from_hours(1);
    let activity = id(app, "act");
    let body = json!({
        "id": activity, "title": "陪老人聊天", "place": "3号楼活动室", "grid": "第一网格", "skills": ["company"],
        "starts": moment(starts), "ends": moment(starts + SignedDuration::from_hours(2)), "capacity": 10,
    });
    ok(worker, "POST", "/v1/activities", body, 201).await;
    activity
}

async fn join(app: &TestApp, who: &Actor<'_>, activity: &str) -> Value {
    let path = format!("/v1/activities/{activity}/signups");
    ok(who, "POST", &path, json!({ "id": id(app, "sgn") }), 201).await
}

async fn door(worker: &Actor<'_>, activity: &str) -> String {
    let path = format!("/v1/activities/{activity}/door");
    let door = ok(worker, "GET", &path, json!({}), 200).await;
    door["code"].as_str().expect("a code").to_owned()
}

pub async fn points(who: &Actor<'_>) -> u64 {
    let account = ok(who, "GET", "/v1/points/account", json!({}), 200).await;
    account["available"].as_u64().expect("a number")
}

pub async fn sound(app: &TestApp) {
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
}

#[tokio::test]
async fn from_the_door_to_points_and_the_statement() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in("13800000201").await, app.resident().await);
    let me = wang.id.expect("signed in").to_string();
    let before = points(&wang).await;
    let activity = publish(&app, &worker).await;
    let signed = join(&app, &wang, &activity).await;
    assert_eq!(signed["state"], "going");
    let (into, out) = (
        format!("/v1/activities/{activity}/checkin"),
        format!("/v1/activities/{activity}/checkout"),
    );

    // Too early; then on time, but not by the code of a minute ago.
    let code = door(&worker, &activity).await;
    let body = |code: &str| json!({ "id": id(&app, "cmd"), "code": code });
    assert_eq!(refused(&wang, &into, body(&code)).await, "too_early");
    app.advance(SignedDuration::from_mins(60));
    let worker = app.sign_in("13800000201").await;
    let old = door(&worker, &activity).await;
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(refused(&wang, &into, body(&old)).await, "code_stale");
    let code = door(&worker, &activity).await;
    let there = json!({ "id": id(&app, "cmd"), "code": code });
    let seen = ok(&wang, "POST", &into, there.clone(), 200).await;
    assert_eq!(seen["state"], "in");
    app.advance(SignedDuration::from_mins(5));
    let again = ok(&wang, "POST", &into, there, 200).await;
    assert_eq!(
        again["came_at"], seen["came_at"],
        "a repeat changes nothing"
    );
    app.advance(SignedDuration::from_mins(84));
    let worker = app.sign_in("13800000201").await;
    let code = door(&worker, &activity).await;
    let left = ok(&wang, "POST", &out, body(&code), 200).await;
    assert_eq!(
        (&left["state"], &left["minutes"]),
        (&json!("out"), &json!(89))
    );

    // Nobody settles their own, nor more than was attended; a repeat counts once.
    let settle = format!("/v1/activities/{activity}/settle");
    let rows = |minutes: u32| json!([{ "person": me, "minutes": minutes }]);
    let body = json!({ "id": id(&app, "cmd"), "rows": rows(90) });
    let answer = ok(&worker, "POST", &settle, body, 200).await;
    assert_eq!(answer["rows"][0]["refused"]["code"], "minutes_above");
    let body = json!({ "id": id(&app, "cmd"), "rows": rows(60) });
    let first = ok(&worker, "POST", &settle, body.clone(), 200).await;
    assert_eq!(first["rows"][0]["points"], 10, "{first}");
    assert_eq!(ok(&worker, "POST", &settle, body, 200).await, first);
    let body = json!({ "id": id(&app, "cmd"), "rows": rows(60) });
    let answer = ok(&worker, "POST", &settle, body, 200).await;
    assert_eq!(answer["rows"][0]["refused"]["code"], "already_settled");
    assert_eq!(points(&wang).await, before + 10);

    let hours = ok(&wang, "GET", "/v1/hours", json!({}), 200).await;
    let entry = &hours["items"][0];
    assert_eq!(
        (&entry["minutes"], &entry["source"]),
        (&json!(60), &json!("attendance"))
    );
    let statement = ok(&wang, "GET", "/v1/points/entries", json!({}), 200).await;
    assert!(statement["items"][0].to_string().contains("陪老人聊天"));
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_forgotten_check_out_ends_as_planned_and_both_sides_are_asked_next_day() {
    let app = TestApp::start().await;
    let (worker, wang) = (app.sign_in("13800000201").await, app.resident().await);
    let activity = publish(&app, &worker).await;
    join(&app, &wang, &activity).await;
    app.advance(SignedDuration::from_mins(60));
    let worker = app.sign_in("13800000201").await;
    let code = door(&worker, &activity).await;
    let body = json!({ "id": id(&app, "cmd"), "code": code });
    ok(
        &wang,
        "POST",
        &format!("/v1/activities/{activity}/checkin"),
        body,
        200,
    )
    .await;
    app.advance(SignedDuration::from_hours(30));
    for _ in 0..2 {
        service::market::sweep::run_once(app.ctx())
            .await
            .expect("sweeps");
    }
    app.settle().await;
    let worker = app.sign_in("13800000201").await;
    let waiting = ok(
        &worker,
        "GET",
        "/v1/hours/pending?limit=100",
        json!({}),
        200,
    )
    .await;
    let rows = waiting["items"].as_array().expect("rows");
    let row = rows
        .iter()
        .find(|row| row["forgotten"]["activity"] == json!(activity));
    assert_eq!(row.expect("it waits")["forgotten"]["minutes"], 120);
    for (who, topic) in [(&wang, "hours_forgotten"), (&worker, "hours_forgotten_by")] {
        let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await.body;
        assert!(inbox.contains(&format!("\"{topic}\"")), "{topic}: {inbox}");
    }
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn time_written_down_by_hand_takes_two_others_and_a_correction_takes_its_place() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (one, two) = (
        app.sign_in("13800000201").await,
        app.sign_in("13800000221").await,
    );
    let me = wang.id.expect("signed in").to_string();
    let before = points(&wang).await;
    let ends = app.now() - SignedDuration::from_hours(5);
    let entry = id(&app, "hrs");
    let body = json!({
        "id": entry, "person": me, "what": "雪天扫路", "starts": moment(ends - SignedDuration::from_hours(2)), "ends": moment(ends),
    });
    let made = ok(&one, "POST", "/v1/hours", body.clone(), 201).await;
    assert_eq!(
        (&made["state"], &made["approvals_left"]),
        (&json!("pending"), &json!(1))
    );
    assert_eq!(ok(&one, "POST", "/v1/hours", body, 201).await, made);
    let approve = format!("/v1/hours/{entry}/approve");
    let yes = |prefix| json!({ "id": id(&app, prefix) });
    assert_eq!(refused(&one, &approve, yes("cmd")).await, "same_approver");
    assert_eq!(refused(&wang, &approve, yes("cmd")).await, "not_allowed");
    assert_eq!(points(&wang).await, before, "one alone makes nothing");

    // The same time by hand again.
    let twice = json!({
        "id": id(&app, "hrs"), "what": "又一次", "starts": moment(ends - SignedDuration::from_hours(1)), "ends": moment(ends),
    });
    assert_eq!(refused(&wang, "/v1/hours", twice).await, "hours_overlap");
    let done = ok(&two, "POST", &approve, yes("cmd"), 200).await;
    assert_eq!(
        (&done["state"], &done["points"]),
        (&json!("approved"), &json!(20))
    );
    assert_eq!(points(&wang).await, before + 20);

    // A certificate, and then a correction that makes it outdated.
    let today = moment(app.now())[..10].to_owned();
    let from = moment(app.now() - SignedDuration::from_hours(72))[..10].to_owned();
    let wanted = json!({ "id": id(&app, "cmd"), "from": from, "until": today });
    let paper = ok(&wang, "POST", "/v1/certificates", wanted.clone(), 201).await;
    assert_eq!(
        ok(&wang, "POST", "/v1/certificates", wanted, 201).await,
        paper
    );
    assert!(paper["manual_minutes"].as_u64().expect("a number") >= 120);
    let number = paper["number"].as_str().expect("a number").to_owned();
    let verify = format!("/v1/certificates/{number}/verify");
    let said = ok(&app.stranger(), "GET", &verify, json!({}), 200).await;
    let mut names: Vec<_> = said.as_object().expect("fields").keys().cloned().collect();
    names.retain(|name| name != "issuer_en");
    assert_eq!(names, ["issuer", "minutes", "number", "state"]);
    assert_eq!(said["state"], "valid");

    let other = id(&app, "hrs");
    let fix = json!({ "id": other, "minutes": 60, "reason": "只来了一个小时" });
    let dispute = format!("/v1/hours/{entry}/dispute");
    let waiting =
        async || ok(&one, "GET", "/v1/desk/today", json!({}), 200).await["hours"].as_u64();
    let waited = waiting().await.expect("a count");
    assert_eq!(
        ok(&wang, "POST", &dispute, fix, 201).await["state"],
        "pending"
    );
    assert_eq!(
        waiting().await,
        Some(waited + 1),
        "on the desk's first page"
    );
    let again = json!({ "id": id(&app, "hrs"), "minutes": 30, "reason": "再改" });
    assert_eq!(refused(&wang, &dispute, again).await, "correction_open");
    let approve = format!("/v1/hours/{other}/approve");
    ok(&one, "POST", &approve, yes("cmd"), 200).await;
    assert_eq!(points(&wang).await, before + 20, "not before the second");
    ok(&two, "POST", &approve, yes("cmd"), 200).await;
    assert_eq!(waiting().await, Some(waited));
    assert_eq!(points(&wang).await, before + 10);
    let old = ok(&wang, "GET", &format!("/v1/hours/{entry}"), json!({}), 200).await;
    assert_eq!(
        (&old["state"], &old["minutes"]),
        (&json!("superseded"), &json!(120)),
        "never edited"
    );
    assert_eq!(old["superseded_by"], json!(other));
    let said = ok(&app.stranger(), "GET", &verify, json!({}), 200).await;
    assert_eq!(said["state"], "outdated");

    let revoke = format!("/v1/certificates/{number}/revoke");
    let why = json!({ "id": id(&app, "cmd"), "reason": "重开" });
    assert_eq!(refused(&wang, &revoke, why.clone()).await, "not_allowed");
    assert_eq!(
        ok(&one, "POST", &revoke, why, 200).await["state"],
        "revoked"
    );
    sound(&app).await;
    app.stop().await;
}

/// An hour by hand that ended so many minutes ago.
pub fn an_hour(app: &TestApp, minutes_ago: i64) -> Value {
    let ends = app.now() - SignedDuration::from_mins(minutes_ago);
    let starts = ends - SignedDuration::from_hours(1);
    json!({ "id": id(app, "hrs"), "what": "送餐", "starts": moment(starts), "ends": moment(ends) })
}

/// In and out at an activity of two hours, not settled yet.
pub async fn attended(app: &TestApp, who: &Actor<'_>) -> String {
    let worker = at_hand(app, "13800000201").await;
    let activity = publish(app, &worker).await;
    join(app, who, &activity).await;
    app.advance(SignedDuration::from_mins(60));
    let code = door(&at_hand(app, "13800000201").await, &activity).await;
    let body = json!({ "id": id(app, "cmd"), "code": code });
    ok(
        who,
        "POST",
        &format!("/v1/activities/{activity}/checkin"),
        body,
        200,
    )
    .await;
    app.advance(SignedDuration::from_mins(120));
    activity
}

pub async fn settled(app: &TestApp, worker: &Actor<'_>, activity: &str, person: &str) -> Value {
    let body = json!({ "id": id(app, "cmd"), "rows": [{ "person": person, "minutes": 120 }] });
    let path = format!("/v1/activities/{activity}/settle");
    let mut answer = ok(worker, "POST", &path, body, 200).await;
    answer["rows"][0]["refused"]["code"].take()
}

#[tokio::test]
async fn what_was_corrected_to_nothing_gives_back_its_points_and_its_time() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in").to_string();
    let before = points(&wang).await;
    let activity = attended(&app, &wang).await;
    let worker = at_hand(&app, "13800000201").await;
    assert_eq!(settled(&app, &worker, &activity, &me).await, Value::Null);
    assert_eq!(points(&wang).await, before + 20);
    let hours = ok(&wang, "GET", "/v1/hours", json!({}), 200).await;
    let entry = hours["items"][0]["id"].as_str().expect("an id").to_owned();
    let correct = format!("/v1/hours/{entry}/correct");
    let fix =
        |minutes: u32| json!({ "id": id(&app, "hrs"), "minutes": minutes, "reason": "认错了人" });
    assert_eq!(refused(&worker, &correct, fix(121)).await, "minutes_above");
    assert_eq!(refused(&worker, &correct, fix(120)).await, "minutes_same");
    assert_eq!(refused(&worker, &correct, fix(u32::MAX)).await, "bad_value");
    let none = fix(0);
    let made = ok(&worker, "POST", &correct, none.clone(), 201).await;
    assert_eq!(
        (&made["approvals_left"], &made["minutes_before"]),
        (&json!(1), &json!(120))
    );
    let path = format!("/v1/hours/{}/approve", none["id"].as_str().expect("an id"));
    let yes = json!({ "id": id(&app, "cmd") });
    assert_eq!(refused(&worker, &path, yes).await, "same_approver");
    let station = at_hand(&app, "13800000221").await;
    let yes = json!({ "id": id(&app, "cmd") });
    let done = ok(&station, "POST", &path, yes.clone(), 200).await;
    assert_eq!(
        ok(&station, "POST", &path, yes, 200).await,
        done,
        "a repeat"
    );
    assert_eq!(points(&wang).await, before);
    // The hour is free again, and nothing of the first entry was changed.
    ok(&wang, "POST", "/v1/hours", an_hour(&app, 10), 201).await;
    let old = ok(&wang, "GET", &format!("/v1/hours/{entry}"), json!({}), 200).await;
    assert_eq!(
        (&old["minutes"], &old["state"]),
        (&json!(120), &json!("superseded"))
    );
    assert_eq!(old["points"], 20, "what it was worth stays written");
    sound(&app).await;
    app.stop().await;
}
