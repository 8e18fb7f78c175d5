//! From a published activity to service time and points: the code at the door, settling, what is
//! written down by hand, corrections, certificates.

use acceptance::{Actor, TestApp};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use wire::Moment;

use super::attendance::at_hand;

fn id(app: &TestApp, prefix: &str) -> String {
    let fresh = domain::CommandId::new(app.millis(), app.chance()).to_string();
    format!("{prefix}_{}", &fresh[4..])
}

fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    Moment::new(at, &zone).to_string()
}

async fn ok(who: &Actor<'_>, method: &str, path: &str, body: Value, status: u16) -> Value {
    let body = (method != "GET").then(|| body.to_string());
    let raw = who.raw(method, path, body).await;
    assert_eq!(raw.status, status, "{method} {path}: {}", raw.body);
    raw.json()
}

async fn refused(who: &Actor<'_>, path: &str, body: Value) -> String {
    let raw = who.raw("POST", path, Some(body.to_string())).await;
    assert!((400..500).contains(&raw.status), "{path}: {} {}", raw.status, raw.body);
    raw.code()
}

/// An activity that starts in an hour and lasts two.
async fn publish(app: &TestApp, worker: &Actor<'_>) -> String {
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

async fn points(who: &Actor<'_>) -> u64 {
    let account = ok(who, "GET", "/v1/points/account", json!({}), 200).await;
    account["available"].as_u64().expect("a number")
}

async fn sound(app: &TestApp) {
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
    assert_eq!(again["came_at"], seen["came_at"], "a repeat changes nothing");
    app.advance(SignedDuration::from_mins(84));
    let worker = app.sign_in("13800000201").await;
    let code = door(&worker, &activity).await;
    let left = ok(&wang, "POST", &out, body(&code), 200).await;
    assert_eq!((&left["state"], &left["minutes"]), (&json!("out"), &json!(89)));

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
    assert_eq!((&entry["minutes"], &entry["source"]), (&json!(60), &json!("attendance")));
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
    ok(&wang, "POST", &format!("/v1/activities/{activity}/checkin"), body, 200).await;
    app.advance(SignedDuration::from_hours(30));
    for _ in 0..2 {
        service::market::sweep::run_once(app.ctx()).await.expect("sweeps");
    }
    app.settle().await;
    let worker = app.sign_in("13800000201").await;
    let waiting = ok(&worker, "GET", "/v1/hours/pending?limit=100", json!({}), 200).await;
    let rows = waiting["items"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["forgotten"]["activity"] == json!(activity));
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
    let (one, two) = (app.sign_in("13800000201").await, app.sign_in("13800000221").await);
    let me = wang.id.expect("signed in").to_string();
    let before = points(&wang).await;
    let ends = app.now() - SignedDuration::from_hours(5);
    let entry = id(&app, "hrs");
    let body = json!({
        "id": entry, "person": me, "what": "雪天扫路", "starts": moment(ends - SignedDuration::from_hours(2)), "ends": moment(ends),
    });
    let made = ok(&one, "POST", "/v1/hours", body.clone(), 201).await;
    assert_eq!((&made["state"], &made["approvals_left"]), (&json!("pending"), &json!(1)));
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
    assert_eq!((&done["state"], &done["points"]), (&json!("approved"), &json!(20)));
    assert_eq!(points(&wang).await, before + 20);

    // A certificate, and then a correction that makes it outdated.
    let today = moment(app.now())[..10].to_owned();
    let from = moment(app.now() - SignedDuration::from_hours(72))[..10].to_owned();
    let wanted = json!({ "id": id(&app, "cmd"), "from": from, "until": today });
    let paper = ok(&wang, "POST", "/v1/certificates", wanted.clone(), 201).await;
    assert_eq!(ok(&wang, "POST", "/v1/certificates", wanted, 201).await, paper);
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
    assert_eq!(ok(&wang, "POST", &dispute, fix, 201).await["state"], "pending");
    let again = json!({ "id": id(&app, "hrs"), "minutes": 30, "reason": "再改" });
    assert_eq!(refused(&wang, &dispute, again).await, "correction_open");
    let approve = format!("/v1/hours/{other}/approve");
    ok(&one, "POST", &approve, yes("cmd"), 200).await;
    assert_eq!(points(&wang).await, before + 20, "not before the second");
    ok(&two, "POST", &approve, yes("cmd"), 200).await;
    assert_eq!(points(&wang).await, before + 10);
    let old = ok(&wang, "GET", &format!("/v1/hours/{entry}"), json!({}), 200).await;
    assert_eq!((&old["state"], &old["minutes"]), (&json!("superseded"), &json!(120)), "never edited");
    assert_eq!(old["superseded_by"], json!(other));
    let said = ok(&app.stranger(), "GET", &verify, json!({}), 200).await;
    assert_eq!(said["state"], "outdated");

    let revoke = format!("/v1/certificates/{number}/revoke");
    let why = json!({ "id": id(&app, "cmd"), "reason": "重开" });
    assert_eq!(refused(&wang, &revoke, why.clone()).await, "not_allowed");
    assert_eq!(ok(&one, "POST", &revoke, why, 200).await["state"], "revoked");
    sound(&app).await;
    app.stop().await;
}

/// An hour by hand that ended so many minutes ago.
fn an_hour(app: &TestApp, minutes_ago: i64) -> Value {
    let ends = app.now() - SignedDuration::from_mins(minutes_ago);
    let starts = ends - SignedDuration::from_hours(1);
    json!({ "id": id(app, "hrs"), "what": "送餐", "starts": moment(starts), "ends": moment(ends) })
}

#[tokio::test]
async fn one_admin_alone_makes_no_hours() {
    let app = TestApp::start().await;
    let admin = at_hand(&app, "13800000211").await;
    let me = admin.id.expect("signed in").to_string();
    let before = points(&admin).await;
    let own = an_hour(&app, 30);
    let made = ok(&admin, "POST", "/v1/hours", own.clone(), 201).await;
    assert_eq!((&made["approvals"], &made["approvals_left"]), (&json!([]), &json!(2)));
    assert_eq!(made["moves"], json!([]));
    let entry = own["id"].as_str().expect("an id");
    let path = |verb: &str| format!("/v1/hours/{entry}/{verb}");
    let yes = json!({ "id": id(&app, "cmd") });
    assert_eq!(refused(&admin, &path("approve"), yes).await, "own_hours");
    let no = json!({ "id": id(&app, "cmd"), "reason": "不" });
    assert_eq!(refused(&admin, &path("refuse"), no).await, "own_hours");
    let other = json!({ "id": id(&app, "hrs"), "minutes": 30, "reason": "改" });
    assert_eq!(refused(&admin, &path("correct"), other).await, "own_hours");

    // Nor does an admin for somebody else, by handing it in and approving it.
    let wang = app.resident().await;
    let mut theirs = an_hour(&app, 30);
    theirs["person"] = json!(wang.id.expect("signed in").to_string());
    ok(&admin, "POST", "/v1/hours", theirs.clone(), 201).await;
    let path = format!("/v1/hours/{}/approve", theirs["id"].as_str().expect("an id"));
    for _ in 0..3 {
        let yes = json!({ "id": id(&app, "cmd") });
        assert_eq!(refused(&admin, &path, yes).await, "same_approver");
    }
    let counted = async |who: &Actor<'_>| {
        let hours = ok(who, "GET", "/v1/hours?limit=100", json!({}), 200).await;
        let rows = hours["items"].as_array().expect("rows").clone();
        rows.iter().filter(|row| row["state"] == "approved").count()
    };
    assert_eq!((counted(&admin).await, points(&admin).await), (0, before), "{me}");
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn time_by_hand_is_refused_where_it_cannot_be() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let at = |hours: i64| moment(app.now() + SignedDuration::from_hours(hours));
    let rows = [
        (at(-1), at(1), "hours_ahead"),
        (at(2), at(3), "hours_ahead"),
        (at(-24 * 90 - 1), at(-24 * 90), "hours_old"),
        (at(-14), at(-1), "hours_long"),
        (at(-1), at(-1), "span_backwards"),
        (at(-1), at(-2), "span_backwards"),
        ("-009999-01-02T00:00:00Z".into(), "9999-12-30T22:00:00Z".into(), "bad_value"),
        ("0000-01-01T00:00:00Z".into(), "9999-12-30T22:00:00Z".into(), "hours_ahead"),
        ("0000-01-01T00:00:00Z".into(), at(-1), "hours_old"),
        ("9999-12-30T20:00:00Z".into(), "9999-12-30T22:00:00Z".into(), "hours_ahead"),
    ];
    for (starts, ends, wanted) in rows {
        let body = json!({ "id": id(&app, "hrs"), "what": "送餐", "starts": starts, "ends": ends });
        let said = refused(&wang, "/v1/hours", body).await;
        assert_eq!(said, wanted, "{starts} {ends}");
    }
    let mut body = an_hour(&app, 10);
    body["what"] = json!("  ");
    assert_eq!(refused(&wang, "/v1/hours", body).await, "empty_text");
    for span in ["from=9999-12-31", "until=-009999-01-01", "from=2026-01-02&until=2026-01-01"] {
        let raw = wang.raw("GET", &format!("/v1/hours?{span}"), None).await;
        assert!((200..500).contains(&raw.status), "{span}: {} {}", raw.status, raw.body);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_list_by_days_holds_those_days() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    // Midnight over there is 16:00 UTC: one hour on each side of it.
    let midnight: Timestamp = "2026-11-22T16:00:00Z".parse().expect("a moment");
    for hours in [-1, 0] {
        let starts = midnight + SignedDuration::from_hours(hours);
        let ends = starts + SignedDuration::from_hours(1);
        let body = json!({ "id": id(&app, "hrs"), "what": "巡夜", "starts": moment(starts), "ends": moment(ends) });
        ok(&wang, "POST", "/v1/hours", body, 201).await;
    }
    let listed = async |span: &str| {
        let page = ok(&wang, "GET", &format!("/v1/hours?{span}"), json!({}), 200).await;
        let rows = page["items"].as_array().expect("rows").clone();
        let own = rows.iter().filter(|row| row["what"] == "巡夜");
        own.map(|row| row["starts"].as_str().expect("a moment")[..13].to_owned()).collect::<Vec<_>>()
    };
    let (late, early) = ("2026-11-23T00", "2026-11-22T23");
    assert_eq!(listed("from=2026-11-22&until=2026-11-22").await, [early]);
    assert_eq!(listed("from=2026-11-23&until=2026-11-23").await, [late]);
    assert_eq!(listed("from=2026-11-22&until=2026-11-23").await, [late, early]);
    let first = ok(&wang, "GET", "/v1/hours?limit=1", json!({}), 200).await;
    let cursor = first["cursor"].as_str().expect("there is more").to_owned();
    let path = format!("/v1/hours?limit=1&cursor={cursor}");
    let second = ok(&wang, "GET", &path, json!({}), 200).await;
    assert_ne!(first["items"], second["items"]);
    app.stop().await;
}

#[tokio::test]
async fn whose_time_it_is_and_who_may_know_of_it() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    let me = wang.id.expect("signed in").to_string();
    let body = an_hour(&app, 30);
    let entry = body["id"].as_str().expect("an id").to_owned();
    ok(&wang, "POST", "/v1/hours", body.clone(), 201).await;
    let get = format!("/v1/hours/{entry}");
    let list = format!("/v1/hours?person={me}");
    let elsewhere = app.sign_in("13800009211").await;
    for who in [&other, &elsewhere] {
        for path in [&get, &list] {
            assert_eq!(who.raw("GET", path, None).await.status, 404, "{path}");
        }
        let ask = json!({ "id": id(&app, "hrs"), "minutes": 1, "reason": "改" });
        assert_eq!(refused(who, &format!("{get}/dispute"), ask).await, "not_found");
    }
    let mut for_her = an_hour(&app, 200);
    for_her["person"] = json!(me);
    assert_eq!(refused(&other, "/v1/hours", for_her).await, "not_found");
    let yes = json!({ "id": id(&app, "cmd") });
    assert_eq!(refused(&elsewhere, &format!("{get}/approve"), yes).await, "not_found");
    // The same id is nobody else's to use.
    let mut taken = an_hour(&app, 500);
    taken["id"] = json!(entry);
    assert_eq!(refused(&other, "/v1/hours", taken).await, "id_reused");

    let staff = at_hand(&app, "13800000201").await;
    ok(&staff, "GET", &list, json!({}), 200).await;
    let seen = ok(&staff, "GET", &get, json!({}), 200).await;
    assert_eq!(seen["moves"], json!(["ApproveHours", "RefuseHours"]));
    let views = wang.raw("GET", "/v1/me/views", None).await;
    for what in ["ListHours", "GetHours"] {
        assert!(views.body.contains(&format!("\"{what}\"")), "{}", views.body);
    }
    app.stop().await;
}

#[tokio::test]
async fn what_was_refused_leaves_its_time_free_and_says_why() {
    let app = TestApp::start().await;
    let (wang, staff) = (app.resident().await, at_hand(&app, "13800000201").await);
    let body = an_hour(&app, 30);
    ok(&wang, "POST", "/v1/hours", body.clone(), 201).await;
    let mut again = body.clone();
    again["id"] = json!(id(&app, "hrs"));
    assert_eq!(refused(&wang, "/v1/hours", again.clone()).await, "hours_overlap");
    let path = format!("/v1/hours/{}/refuse", body["id"].as_str().expect("an id"));
    let no = json!({ "id": id(&app, "cmd"), "reason": "那天没有送餐" });
    let said = ok(&staff, "POST", &path, no.clone(), 200).await;
    assert_eq!(ok(&staff, "POST", &path, no, 200).await, said, "a repeat");
    assert_eq!((&said["state"], &said["refused_reason"]), (&json!("refused"), &json!("那天没有送餐")));
    let late = json!({ "id": id(&app, "cmd"), "reason": "再" });
    assert_eq!(refused(&staff, &path, late).await, "entry_is");
    app.settle().await;
    let inbox = wang.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(inbox.contains("\"hours_refused\""), "{inbox}");
    ok(&wang, "POST", "/v1/hours", again, 201).await;
    sound(&app).await;
    app.stop().await;
}

/// In and out at an activity of two hours, not settled yet.
async fn attended(app: &TestApp, who: &Actor<'_>) -> String {
    let worker = at_hand(app, "13800000201").await;
    let activity = publish(app, &worker).await;
    join(app, who, &activity).await;
    app.advance(SignedDuration::from_mins(60));
    let code = door(&at_hand(app, "13800000201").await, &activity).await;
    let body = json!({ "id": id(app, "cmd"), "code": code });
    ok(who, "POST", &format!("/v1/activities/{activity}/checkin"), body, 200).await;
    app.advance(SignedDuration::from_mins(120));
    activity
}

async fn settled(app: &TestApp, worker: &Actor<'_>, activity: &str, person: &str) -> Value {
    let body = json!({ "id": id(app, "cmd"), "rows": [{ "person": person, "minutes": 120 }] });
    let path = format!("/v1/activities/{activity}/settle");
    let mut answer = ok(worker, "POST", &path, body, 200).await;
    answer["rows"][0]["refused"]["code"].take()
}

#[tokio::test]
async fn the_same_hour_counts_by_attendance_or_by_hand() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in").to_string();
    let activity = attended(&app, &wang).await;
    let worker = at_hand(&app, "13800000201").await;
    assert_eq!(settled(&app, &worker, &activity, &me).await, Value::Null);
    // It touches the attended time by a minute; then it only borders on it.
    let ends = app.now() - SignedDuration::from_mins(119);
    let hand = |ends: Timestamp| {
        let starts = ends - SignedDuration::from_hours(1);
        json!({ "id": id(&app, "hrs"), "what": "送餐", "starts": moment(starts), "ends": moment(ends) })
    };
    assert_eq!(refused(&wang, "/v1/hours", hand(ends)).await, "hours_overlap");
    let borders = hand(ends - SignedDuration::from_mins(1));
    ok(&wang, "POST", "/v1/hours", borders, 201).await;

    // The other way round: what waits takes its time as well.
    let activity = attended(&app, &wang).await;
    ok(&wang, "POST", "/v1/hours", hand(app.now()), 201).await;
    let worker = at_hand(&app, "13800000201").await;
    assert_eq!(settled(&app, &worker, &activity, &me).await, "hours_overlap");
    sound(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_hour_counts_once_however_it_comes_at_once() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in").to_string();
    for _ in 0..6 {
        let activity = attended(&app, &wang).await;
        let worker = at_hand(&app, "13800000201").await;
        let station = at_hand(&app, "13800000221").await;
        let hand = |who| {
            let mut body = an_hour(&app, 10);
            body["person"] = json!(me);
            let who: &Actor<'_> = who;
            async move {
                let raw = who.raw("POST", "/v1/hours", Some(body.to_string())).await;
                assert!([201, 409].contains(&raw.status), "{}", raw.body);
                usize::from(raw.status == 201)
            }
        };
        let settle = async {
            let said = settled(&app, &worker, &activity, &me).await;
            assert!(said.is_null() || said == "hours_overlap", "{said}");
            usize::from(said.is_null())
        };
        let (a, b, c, d) = tokio::join!(settle, hand(&wang), hand(&wang), hand(&station));
        assert_eq!(a + b + c + d, 1, "one of them has the hour");
        sound(&app).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn approved_by_many_at_once_it_counts_once() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let before = points(&wang).await;
    let body = an_hour(&app, 30);
    ok(&wang, "POST", "/v1/hours", body.clone(), 201).await;
    let path = format!("/v1/hours/{}/approve", body["id"].as_str().expect("an id"));
    let mut hands = Vec::new();
    for phone in ["13800000201", "13800000202", "13800000203", "13800000221", "13800000211"] {
        hands.push(at_hand(&app, phone).await);
    }
    let (app_, path_) = (&app, &path);
    let calls = hands.iter().flat_map(|who| [who, who]).map(|who| async move {
        let body = json!({ "id": id(app_, "cmd") }).to_string();
        let raw = who.raw("POST", path_, Some(body)).await;
        assert!(raw.status < 500, "{}", raw.body);
        (who.id, raw.status)
    });
    let said = acceptance::app::join_all(calls).await;
    let done: Vec<_> = said.iter().filter(|(_, status)| *status == 200).collect();
    assert_eq!(done.len(), 2);
    assert_ne!(done[0].0, done[1].0, "two people, not one twice");
    assert_eq!(points(&wang).await, before + 10);
    sound(&app).await;
    app.stop().await;
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
    let fix = |minutes: u32| json!({ "id": id(&app, "hrs"), "minutes": minutes, "reason": "认错了人" });
    assert_eq!(refused(&worker, &correct, fix(121)).await, "minutes_above");
    assert_eq!(refused(&worker, &correct, fix(120)).await, "minutes_same");
    assert_eq!(refused(&worker, &correct, fix(u32::MAX)).await, "bad_value");
    let none = fix(0);
    let made = ok(&worker, "POST", &correct, none.clone(), 201).await;
    assert_eq!((&made["approvals_left"], &made["minutes_before"]), (&json!(1), &json!(120)));
    let path = format!("/v1/hours/{}/approve", none["id"].as_str().expect("an id"));
    let yes = json!({ "id": id(&app, "cmd") });
    assert_eq!(refused(&worker, &path, yes).await, "same_approver");
    let station = at_hand(&app, "13800000221").await;
    let yes = json!({ "id": id(&app, "cmd") });
    let done = ok(&station, "POST", &path, yes.clone(), 200).await;
    assert_eq!(ok(&station, "POST", &path, yes, 200).await, done, "a repeat");
    assert_eq!(points(&wang).await, before);
    // The hour is free again, and nothing of the first entry was changed.
    ok(&wang, "POST", "/v1/hours", an_hour(&app, 10), 201).await;
    let old = ok(&wang, "GET", &format!("/v1/hours/{entry}"), json!({}), 200).await;
    assert_eq!((&old["minutes"], &old["state"]), (&json!(120), &json!("superseded")));
    assert_eq!(old["points"], 20, "what it was worth stays written");
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_child_and_who_left() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let child = people.iter().find(|one| one.guardian_on(app.today()).is_some()).expect("a child");
    let guardian = people.iter().find(|one| Some(one.id) == child.guardian).expect("their guardian");
    let parent = app.as_person(guardian).await;
    let mut body = an_hour(&app, 30);
    body["person"] = json!(child.id);
    let made = ok(&parent, "POST", "/v1/hours", body.clone(), 201).await;
    assert_eq!((&made["person"], &made["approvals_left"]), (&json!(child.id), &json!(2)));
    let entry = body["id"].as_str().expect("an id");
    for phone in ["13800000201", "13800000221"] {
        let staff = at_hand(&app, phone).await;
        let yes = json!({ "id": id(&app, "cmd") });
        ok(&staff, "POST", &format!("/v1/hours/{entry}/approve"), yes, 200).await;
    }
    app.settle().await;
    let inbox = parent.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(inbox.contains("\"hours_approved\""), "they have no telephone: {inbox}");
    let mut waiting = an_hour(&app, 300);
    waiting["person"] = json!(child.id);
    ok(&parent, "POST", "/v1/hours", waiting.clone(), 201).await;

    let gone = json!({ "name": child.name, "how": "in_person", "reason": "搬走" }).to_string();
    let left = parent.raw("POST", &format!("/v1/people/{}/deletion", child.id), Some(gone)).await;
    assert_eq!(left.status, 204, "{}", left.body);
    app.advance(SignedDuration::from_mins(2));
    app.settle().await;
    let store = &app.ctx().store;
    let kept = store.entry(child.community, entry.parse().expect("an id")).await.expect("answers");
    let kept = kept.expect("the time stays");
    assert_eq!((kept.minutes, kept.what.as_str(), kept.evidence.as_str()), (60, "", ""));
    let waits = waiting["id"].as_str().expect("an id").parse().expect("an id");
    let over = store.entry(child.community, waits).await.expect("answers").expect("stays");
    assert_eq!(over.state.name().as_str(), "refused");
    let staff = at_hand(&app, "13800000201").await;
    let pending = staff.raw("GET", "/v1/hours/pending?limit=100", None).await.body;
    assert!(!pending.contains(&waits.to_string()), "{pending}");
    sound(&app).await;
    app.stop().await;
}
