//! Complaints and suggestions: who sees them, until when they wait, and what the writer is told.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::{FeedbackId, PersonId, limits};
use serde_json::{Value, json};
use store::identity::{Feedback, feedback_item};

const STATION: &str = "13800000221";
const WORKER: &str = "13800000201";

async fn write(who: &Actor<'_>, text: &str) -> FeedbackId {
    let id = FeedbackId::new(who.app.millis(), who.app.chance());
    let said = json!({ "id": id, "text": text, "page": "/services" }).to_string();
    let sent = who.raw("POST", "/v1/feedback", Some(said)).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(sent.json()["handled"], Value::Null);
    id
}

async fn handle(who: &Actor<'_>, id: FeedbackId, body: &Value) -> Raw {
    let path = format!("/v1/feedback/{id}/handling");
    who.raw("POST", &path, Some(body.to_string())).await
}

async fn listed(who: &Actor<'_>, path: &str) -> Vec<Value> {
    let raw = who.raw("GET", path, None).await;
    assert_eq!(raw.status, 200, "{path}: {}", raw.body);
    raw.json()["items"].as_array().expect("rows").clone()
}

fn has(rows: &[Value], id: FeedbackId) -> bool {
    rows.iter().any(|row| row["id"] == id.to_string())
}

async fn waiting(desk: &Actor<'_>) -> u64 {
    let today = desk.raw("GET", "/v1/desk/today", None).await.json();
    today["feedback"].as_u64().expect("a number")
}

#[tokio::test]
async fn it_waits_until_it_is_handled_and_its_writer_reads_the_answer() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, app.sign_in("13800000002").await);
    let (station, worker) = (app.sign_in(STATION).await, app.sign_in(WORKER).await);
    let before = waiting(&station).await;
    let (lamp, step) = (write(&wang, "灯坏了").await, write(&wang, "台阶滑").await);
    assert_eq!(waiting(&station).await, before + 2);

    let body = json!({ "id": app.command(), "answer": "周三换好了" });
    let done = handle(&station, lamp, &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["handled"]["by_name"], "测试·工作站值班");
    let again = handle(&station, lamp, &body).await;
    assert_eq!((again.status, again.json()), (200, done.json()));
    let late = json!({ "id": app.command(), "answer": "另有说法" });
    let late = handle(&worker, lamp, &late).await;
    assert_eq!((late.status, late.code()), (409, "already_handled".into()));

    assert_eq!(waiting(&station).await, before + 1);
    let open = listed(&worker, "/v1/feedback?handled=false").await;
    assert!(has(&open, step) && !has(&open, lamp), "{open:?}");
    let over = listed(&worker, "/v1/feedback?handled=true").await;
    assert!(has(&over, lamp) && !has(&over, step), "{over:?}");
    let all = listed(&worker, "/v1/feedback").await;
    assert!(has(&all, lamp) && has(&all, step), "{all:?}");

    let own = listed(&wang, "/v1/me/feedback").await;
    let of = |id: FeedbackId| own.iter().find(|row| row["id"] == id.to_string());
    assert_eq!(of(step).expect("one's own")["handled"], Value::Null);
    let handled = &of(lamp).expect("one's own")["handled"];
    assert_eq!(handled["answer"], "周三换好了");
    let theirs = listed(&other, "/v1/me/feedback").await;
    assert!(!has(&theirs, lamp) && !has(&theirs, step), "{theirs:?}");
    app.stop().await;
}

#[tokio::test]
async fn an_answer_goes_with_its_writer_and_a_name_with_who_gave_it() {
    let app = TestApp::start().await;
    let (station, worker) = (app.sign_in(STATION).await, app.sign_in(WORKER).await);
    let id = PersonId::new(app.millis(), app.chance());
    let (name, phone) = ("测试·路过的人", "13700000009");
    let body = json!({ "id": id, "name": name, "phone": phone }).to_string();
    let added = worker.raw("POST", "/v1/people", Some(body)).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let writer = app.sign_in(phone).await;
    let (told, untold) = (write(&writer, "灯坏了").await, write(&writer, "门响").await);
    let answer = json!({ "id": app.command(), "answer": format!("{name}您好") });
    assert_eq!(handle(&station, told, &answer).await.status, 200);

    let leave = json!({ "phone": phone }).to_string();
    let gone = writer.raw("POST", "/v1/me/deletion", Some(leave)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let left = worker.raw("GET", "/v1/feedback", None).await;
    assert!(!left.body.contains(name), "{}", left.body);
    let rows = listed(&worker, "/v1/feedback?handled=true").await;
    let row = rows.iter().find(|row| row["id"] == told.to_string());
    let handled = &row.expect("still handled")["handled"];
    assert_eq!(handled["answer"], "");
    assert_eq!(handled["by_name"], "测试·工作站值班");
    let open = listed(&worker, "/v1/feedback?handled=false").await;
    assert!(has(&open, untold), "what nobody saw to still waits");
    app.stop().await;
}

#[tokio::test]
async fn the_count_of_what_waits_has_an_end() {
    let app = TestApp::start().await;
    let station = app.sign_in(STATION).await;
    let community = app.home().await;
    let items = (0..=limits::PAGE_ROWS).map(|_| {
        let feedback = Feedback {
            id: FeedbackId::new(app.millis(), app.chance()),
            community,
            person: None,
            from: String::new(),
            text: "灯坏了".into(),
            page: String::new(),
            at: app.now(),
            handled: None,
        };
        feedback_item(&feedback).expect("an item")
    });
    let items = items.collect();
    app.ctx().store.put_all(items).await.expect("written");
    assert_eq!(waiting(&station).await, limits::PAGE_ROWS as u64);
    app.stop().await;
}
