//! What is written down by hand: when, whose, and who may know of it.

use acceptance::TestApp;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::attendance::at_hand;
use super::hours::{an_hour, id, moment, ok, publish, refused, sound};
use crate::library::people::gives_back;

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
        (
            "-009999-01-02T00:00:00Z".into(),
            "9999-12-30T22:00:00Z".into(),
            "bad_value",
        ),
        (
            "0000-01-01T00:00:00Z".into(),
            "9999-12-30T22:00:00Z".into(),
            "hours_ahead",
        ),
        ("0000-01-01T00:00:00Z".into(), at(-1), "hours_old"),
        (
            "9999-12-30T20:00:00Z".into(),
            "9999-12-30T22:00:00Z".into(),
            "hours_ahead",
        ),
    ];
    for (starts, ends, wanted) in rows {
        let body = json!({ "id": id(&app, "hrs"), "what": "送餐", "starts": starts, "ends": ends });
        let said = refused(&wang, "/v1/hours", body).await;
        assert_eq!(said, wanted, "{starts} {ends}");
    }
    let mut body = an_hour(&app, 10);
    body["what"] = json!("  ");
    assert_eq!(refused(&wang, "/v1/hours", body).await, "empty_text");
    let worker = at_hand(&app, "13800000201").await;
    let activity = publish(&app, &worker).await;
    app.advance(SignedDuration::from_hours(4));
    for (starts, ends, field) in [(-240, -120, "/starts"), (-120, -30, "/ends")] {
        let at = |minutes| moment(app.now() + SignedDuration::from_mins(minutes));
        let body = json!({ "id": id(&app, "hrs"), "activity": activity, "starts": at(starts), "ends": at(ends) });
        let raw = wang.raw("POST", "/v1/hours", Some(body.to_string())).await;
        let pointer = raw.json()["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(
            (raw.code().as_str(), pointer.as_str()),
            ("bad_value", field)
        );
    }
    for (span, wanted) in [
        ("from=9999-12-31", "span_backwards"),
        ("until=-009999-01-01", "bad_value"),
        ("from=2026-01-02&until=2026-01-01", "span_backwards"),
    ] {
        let raw = wang.raw("GET", &format!("/v1/hours?{span}"), None).await;
        assert_eq!((raw.status, raw.code().as_str()), (422, wanted), "{span}");
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
        own.map(|row| row["starts"].as_str().expect("a moment")[..13].to_owned())
            .collect::<Vec<_>>()
    };
    let (late, early) = ("2026-11-23T00", "2026-11-22T23");
    assert_eq!(listed("from=2026-11-22&until=2026-11-22").await, [early]);
    assert_eq!(listed("from=2026-11-23&until=2026-11-23").await, [late]);
    assert_eq!(
        listed("from=2026-11-22&until=2026-11-23").await,
        [late, early]
    );
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
        assert_eq!(
            refused(who, &format!("{get}/dispute"), ask).await,
            "not_found"
        );
    }
    let mut for_her = an_hour(&app, 200);
    for_her["person"] = json!(me);
    assert_eq!(refused(&other, "/v1/hours", for_her).await, "not_found");
    let yes = json!({ "id": id(&app, "cmd") });
    assert_eq!(
        refused(&elsewhere, &format!("{get}/approve"), yes).await,
        "not_found"
    );
    // The same id is nobody else's to use.
    let mut taken = an_hour(&app, 500);
    taken["id"] = json!(entry);
    assert_eq!(refused(&other, "/v1/hours", taken).await, "id_reused");

    let staff = at_hand(&app, "13800000201").await;
    ok(&staff, "GET", &list, json!({}), 200).await;
    let seen = ok(&staff, "GET", &get, json!({}), 200).await;
    assert_eq!(seen["moves"], json!(["ApproveHours", "RefuseHours"]));
    let mut theirs = an_hour(&app, 800);
    theirs["person"] = json!(me);
    ok(&staff, "POST", "/v1/hours", theirs.clone(), 201).await;
    let theirs = theirs["id"].as_str().expect("an id").to_owned();
    let station = at_hand(&app, "13800000221").await;
    let yes = json!({ "id": id(&app, "cmd") });
    let path = format!("/v1/hours/{theirs}/approve");
    ok(&station, "POST", &path, yes, 200).await;
    let fix = json!({ "id": id(&app, "hrs"), "minutes": 30, "reason": "改".repeat(120) });
    let path = format!("/v1/hours/{theirs}/correct");
    ok(&staff, "POST", &path, fix, 201).await;
    let views = wang.raw("GET", "/v1/me/views", None).await;
    for what in [
        "ListHours",
        "GetHours",
        "CreateHours",
        "ApproveHours",
        "CorrectHours",
    ] {
        assert!(
            views.body.contains(&format!("\"{what}\"")),
            "{}",
            views.body
        );
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
    assert_eq!(
        refused(&wang, "/v1/hours", again.clone()).await,
        "hours_overlap"
    );
    let path = format!("/v1/hours/{}/refuse", body["id"].as_str().expect("an id"));
    let no = json!({ "id": id(&app, "cmd"), "reason": "那天没有送餐" });
    let said = ok(&staff, "POST", &path, no.clone(), 200).await;
    assert_eq!(ok(&staff, "POST", &path, no, 200).await, said, "a repeat");
    assert_eq!(
        (&said["state"], &said["refused_reason"]),
        (&json!("refused"), &json!("那天没有送餐"))
    );
    let late = json!({ "id": id(&app, "cmd"), "reason": "再" });
    assert_eq!(refused(&staff, &path, late).await, "entry_is");
    app.settle().await;
    let inbox = wang.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(inbox.contains("\"hours_refused\""), "{inbox}");
    ok(&wang, "POST", "/v1/hours", again, 201).await;
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_child_and_who_left() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let child = people
        .iter()
        .find(|one| one.guardian_on(app.today()).is_some())
        .expect("a child");
    let guardian = people
        .iter()
        .find(|one| Some(one.id) == child.guardian)
        .expect("their guardian");
    let parent = app.as_person(guardian).await;
    let mut body = an_hour(&app, 30);
    body["person"] = json!(child.id);
    let made = ok(&parent, "POST", "/v1/hours", body.clone(), 201).await;
    assert_eq!(
        (&made["person"], &made["approvals_left"]),
        (&json!(child.id), &json!(2))
    );
    let entry = body["id"].as_str().expect("an id");
    for phone in ["13800000201", "13800000221"] {
        let staff = at_hand(&app, phone).await;
        let yes = json!({ "id": id(&app, "cmd") });
        ok(
            &staff,
            "POST",
            &format!("/v1/hours/{entry}/approve"),
            yes,
            200,
        )
        .await;
    }
    app.settle().await;
    let inbox = parent.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(
        inbox.contains("\"hours_approved\""),
        "they have no telephone: {inbox}"
    );
    let mut waiting = an_hour(&app, 300);
    waiting["person"] = json!(child.id);
    ok(&parent, "POST", "/v1/hours", waiting.clone(), 201).await;

    gives_back(&app, child.id).await;
    let gone = json!({ "name": child.name, "how": "in_person", "reason": "搬走" }).to_string();
    let left = parent
        .raw(
            "POST",
            &format!("/v1/people/{}/deletion", child.id),
            Some(gone),
        )
        .await;
    assert_eq!(left.status, 204, "{}", left.body);
    app.advance(SignedDuration::from_mins(2));
    app.settle().await;
    let store = &app.ctx().store;
    let kept = store
        .entry(child.community, entry.parse().expect("an id"))
        .await
        .expect("answers");
    let kept = kept.expect("the time stays");
    assert_eq!(
        (kept.minutes, kept.what.as_str(), kept.evidence.as_str()),
        (60, "", "")
    );
    let waits = waiting["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let over = store
        .entry(child.community, waits)
        .await
        .expect("answers")
        .expect("stays");
    assert_eq!(over.state.name().as_str(), "refused");
    let staff = at_hand(&app, "13800000201").await;
    let pending = staff
        .raw("GET", "/v1/hours/pending?limit=100", None)
        .await
        .body;
    assert!(!pending.contains(&waits.to_string()), "{pending}");
    sound(&app).await;
    app.stop().await;
}
