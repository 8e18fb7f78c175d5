//! Messages that could not be delivered: somebody sees them, has them tried again, or lets them go.

use acceptance::{Actor, TestApp};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::Role;
use domain::{MessageId, limits};
use serde_json::{Value, json};
use service::notify::relay;

use super::LONGEST;
use super::channel::{Wire, leave, reachable, through};
use crate::coverage::with_role;

const ADMIN: &str = "13800000211";
const SOCIAL_WORKER: &str = "13800000201";

/// A message that was tried as often as it may be.
async fn stick(app: &TestApp, wire: &std::sync::Arc<Wire>, who: &Actor<'_>) -> MessageId {
    wire.refuse(true);
    let id = leave(app, &[who.id.expect("signed in")]).await;
    let ctx = through(app, wire);
    for _ in 0..limits::MESSAGE_ATTEMPTS {
        relay::run_once(&ctx).await.expect("runs");
        app.advance(LONGEST);
    }
    wire.refuse(false);
    id
}

async fn list(who: &Actor<'_>) -> Vec<Value> {
    let raw = who.raw("GET", "/v1/stuck", None).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    raw.json()["items"].as_array().cloned().expect("rows")
}

async fn handle(who: &Actor<'_>, id: MessageId, how: &str, command: &str) -> (u16, String) {
    let body = json!({ "id": command }).to_string();
    let raw = who
        .raw("POST", &format!("/v1/stuck/{id}/{how}"), Some(body))
        .await;
    (raw.status, raw.code())
}

#[tokio::test]
async fn the_station_sees_it_and_has_it_tried_again() {
    let app = TestApp::start().await;
    let wang = reachable(&app).await;
    let wire = Wire::new();
    let id = stick(&app, &wire, &wang).await;
    let worker = app.sign_in(SOCIAL_WORKER).await;
    let today = worker.raw("GET", "/v1/desk/today", None).await.json();
    assert_eq!(today["undelivered"], 1);
    let rows = list(&worker).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["id"], id.to_string());
    assert_eq!(rows[0]["topic"], "booking_made");
    assert_eq!(rows[0]["attempts"], limits::MESSAGE_ATTEMPTS);
    assert_eq!(rows[0]["reason"], "the number is switched off");
    assert_eq!(
        rows[0]["to"].as_array().map(Vec::len),
        Some(1),
        "{}",
        rows[0]
    );
    assert!(!rows[0].to_string().contains("13800000001"), "no numbers");

    let command = app.command().to_string();
    let done = (204, String::new());
    assert_eq!(handle(&worker, id, "retry", &command).await, done);
    assert_eq!(
        handle(&worker, id, "retry", &command).await,
        done,
        "pressed twice"
    );
    assert!(list(&worker).await.is_empty());
    let other = app.command().to_string();
    assert_eq!(
        handle(&worker, id, "retry", &other).await,
        (404, "not_found".into())
    );
    relay::run_once(&through(&app, &wire)).await.expect("runs");
    assert_eq!(wire.ids(), [id.to_string()], "it left, once");
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test]
async fn tried_anew_it_has_its_attempts_anew_and_then_waits_again() {
    let app = TestApp::start().await;
    let wang = reachable(&app).await;
    let wire = Wire::new();
    let id = stick(&app, &wire, &wang).await;
    // Nobody signs in here with a code: that would ring the relay, which has another way out.
    let worker = with_role(&app, Role::SocialWorker).await;
    handle(&worker, id, "retry", &app.command().to_string()).await;
    wire.refuse(true);
    let ctx = through(&app, &wire);
    for _ in 1..limits::MESSAGE_ATTEMPTS {
        relay::run_once(&ctx).await.expect("runs");
        app.advance(LONGEST);
    }
    let worker = with_role(&app, Role::SocialWorker).await;
    assert!(list(&worker).await.is_empty(), "seven attempts");
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(
        list(&worker).await[0]["attempts"],
        2 * limits::MESSAGE_ATTEMPTS
    );
    app.stop().await;
}

#[tokio::test]
async fn it_can_be_let_go() {
    let app = TestApp::start().await;
    let wang = reachable(&app).await;
    let wire = Wire::new();
    let id = stick(&app, &wire, &wang).await;
    let worker = app.sign_in(SOCIAL_WORKER).await;
    let command = app.command().to_string();
    for _ in 0..2 {
        assert_eq!(handle(&worker, id, "dismiss", &command).await.0, 204);
    }
    let retry = handle(&worker, id, "retry", &command).await;
    assert_eq!(retry, (422, "id_reused".into()), "that id let it go");
    assert!(list(&worker).await.is_empty());
    app.settle().await;
    assert_eq!(wire.ids(), Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn only_those_who_handle_messages_see_or_touch_them() {
    let app = TestApp::start().await;
    let wang = reachable(&app).await;
    let wire = Wire::new();
    let id = stick(&app, &wire, &wang).await;
    let elsewhere = app.sign_in("13800009211").await;
    assert!(list(&elsewhere).await.is_empty(), "another community's");
    for how in ["retry", "dismiss"] {
        let command = app.command().to_string();
        assert_eq!(handle(&elsewhere, id, how, &command).await.0, 404);
        assert_eq!(
            handle(&wang, id, how, &command).await,
            (403, "not_allowed".into())
        );
    }
    let librarian = with_role(&app, Role::Librarian).await;
    let today = librarian.raw("GET", "/v1/desk/today", None).await.json();
    assert_eq!(today["undelivered"], 0, "not even the count");
    assert_eq!(librarian.raw("GET", "/v1/stuck", None).await.status, 403);
    let admin = app.sign_in(ADMIN).await;
    assert_eq!(list(&admin).await.len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn one_that_cannot_be_read_is_listed_and_can_be_let_go() {
    let app = TestApp::start().await;
    let wang = reachable(&app).await;
    let wire = Wire::new();
    let id = leave(&app, &[wang.id.expect("signed in")]).await;
    let store = &app.ctx().store;
    let key = store::schema::outbox(app.home().await, id);
    let mut item = store
        .get_many(&[key])
        .await
        .expect("answers")
        .remove(0)
        .expect("a row");
    item.insert("notice".into(), AttributeValue::S("?".into()));
    store.put_all(vec![item]).await.expect("written");
    relay::run_once(&through(&app, &wire)).await.expect("runs");
    let worker = app.sign_in(SOCIAL_WORKER).await;
    let rows = list(&worker).await;
    assert_eq!((rows.len(), &rows[0]["topic"]), (1, &Value::Null));
    let retry = handle(&worker, id, "retry", &app.command().to_string()).await;
    assert_eq!(retry.0, 204);
    app.settle().await;
    assert_eq!(list(&worker).await.len(), 1, "it comes back");
    let gone = handle(&worker, id, "dismiss", &app.command().to_string()).await;
    assert_eq!(gone.0, 204);
    assert!(list(&worker).await.is_empty());
    app.stop().await;
}
