//! No minute counts twice, however it comes.

use acceptance::{Actor, TestApp};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::attendance::at_hand;
use super::hours::{an_hour, attended, id, moment, ok, points, refused, settled, sound};

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
    assert_eq!(
        refused(&wang, "/v1/hours", hand(ends)).await,
        "hours_overlap"
    );
    let borders = hand(ends - SignedDuration::from_mins(1));
    ok(&wang, "POST", "/v1/hours", borders, 201).await;

    // The other way round: what waits takes its time as well.
    let activity = attended(&app, &wang).await;
    ok(&wang, "POST", "/v1/hours", hand(app.now()), 201).await;
    let worker = at_hand(&app, "13800000201").await;
    assert_eq!(
        settled(&app, &worker, &activity, &me).await,
        "hours_overlap"
    );
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
    for phone in [
        "13800000201",
        "13800000202",
        "13800000203",
        "13800000221",
        "13800000211",
    ] {
        hands.push(at_hand(&app, phone).await);
    }
    let (app_, path_) = (&app, &path);
    let calls = hands
        .iter()
        .flat_map(|who| [who, who])
        .map(|who| async move {
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
