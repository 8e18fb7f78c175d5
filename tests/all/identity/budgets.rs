//! What one person may ask for: far more than anybody does, and no more than that.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::{PersonId, Refusal, ServiceId, limits};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::identity::Rate;

use crate::coverage::with_role;

/// Asks this often, each time with this status.
async fn ask(who: &Actor<'_>, times: u32, status: u16, call: (&str, &str, Option<Value>)) {
    let (method, path, body) = call;
    for nth in 0..times {
        let body = body.as_ref().map(Value::to_string);
        let raw = who.raw(method, path, body).await;
        assert_eq!(raw.status, status, "{path}, number {nth}: {}", raw.body);
    }
}

fn assert_spent(raw: &Raw, wait_s: i64) {
    let told = (raw.status, raw.code(), raw.json()["retryable"].clone());
    assert_eq!(told, (429, "too_many_calls".to_owned(), json!(true)));
    assert_eq!(raw.json()["data"]["retry_after_s"], wait_s);
    assert_eq!(raw.headers["retry-after"], wait_s.to_string());
}

#[tokio::test]
async fn changes_are_counted_for_each_person_and_minute() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, with_role(&app, Role::Resident).await);
    let change = || ("PATCH", "/v1/me", Some(json!({ "language": "zh" })));
    ask(&wang, limits::WRITES_PER_MINUTE_PERSON, 200, change()).await;
    let (method, path, body) = change();
    let refused = wang
        .raw(method, path, body.map(|body| body.to_string()))
        .await;
    assert_spent(&refused, 60);
    ask(&other, 1, 200, change()).await;
    ask(&wang, 1, 200, ("GET", "/v1/bookings", None)).await;
    app.advance(SignedDuration::from_mins(1));
    ask(&wang, 1, 200, change()).await;
    for _ in 1..limits::WRITES_PER_MINUTE_PERSON {
        wang.raw("POST", "/v1/feedback", Some("{}".into())).await;
    }
    assert_spent(
        &wang.raw("POST", "/v1/feedback", Some("{}".into())).await,
        60,
    );
    ask(&wang, 1, 204, ("DELETE", "/v1/auth/session", None)).await;
    app.stop().await;
}

#[tokio::test]
async fn searches_and_copies_of_ones_data_are_counted() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let nothing = ServiceId::new(1, 1);
    let slots = format!("/v1/services/{nothing}/slots?from=2026-11-25");
    let searches = limits::SEARCHES_PER_MINUTE_PERSON;
    ask(&wang, searches, 404, ("GET", &slots, None)).await;
    assert_spent(&wang.raw("GET", &slots, None).await, 60);
    let copies = limits::COPIES_PER_HOUR_PERSON;
    ask(&wang, copies, 200, ("GET", "/v1/me/data", None)).await;
    assert_spent(&wang.raw("GET", "/v1/me/data", None).await, 3_600);
    app.advance(SignedDuration::from_hours(1));
    ask(&wang, 1, 200, ("GET", "/v1/me/data", None)).await;
    app.stop().await;
}

#[tokio::test]
async fn numbers_asked_about_are_counted_whichever_way() {
    let app = TestApp::start().await;
    let station = with_role(&app, Role::Station).await;
    let id = PersonId::new(app.millis(), app.chance());
    let person = json!({ "id": id, "name": "测试·新人", "phone": "19900000001" });
    let numbers = limits::NUMBERS_PER_HOUR_PERSON;
    ask(
        &station,
        numbers,
        201,
        ("POST", "/v1/people", Some(person.clone())),
    )
    .await;
    let again = station
        .raw("POST", "/v1/people", Some(person.to_string()))
        .await;
    assert_spent(&again, 3_600);

    let path = format!("/v1/people/{id}");
    let correct = |phone: &str| json!({ "id": app.command(), "name": "测试·改名", "reason": "更正", "ver": 1, "phone": phone });
    let moved = correct("19900000002").to_string();
    assert_spent(&station.raw("PUT", &path, Some(moved)).await, 3_600);
    ask(
        &station,
        1,
        200,
        ("PUT", &path, Some(correct("19900000001"))),
    )
    .await;
    let without = json!({ "id": PersonId::new(app.millis(), app.chance()), "name": "测试·邻居" });
    ask(&station, 1, 201, ("POST", "/v1/people", Some(without))).await;
    app.stop().await;
}

#[tokio::test]
async fn numbers_of_imported_files_are_counted() {
    let app = TestApp::start().await;
    let worker = with_role(&app, Role::SocialWorker).await;
    let left = 3;
    let spent = Rate {
        digest: worker.id.expect("signed in").to_string(),
        window: "imported",
        seconds: 24 * 3_600,
        max: limits::IMPORTED_NUMBERS_PER_DAY_PERSON,
        times: limits::IMPORTED_NUMBERS_PER_DAY_PERSON - left,
    };
    let store = &app.ctx().store;
    let done = store.spend(&[spent], app.now(), Refusal::Stale).await;
    done.expect("the first of the day");
    let sheet = "姓名,电话\n测试·甲,19900000001\n测试·乙,19900000002\n";
    let check = async || {
        let kind = [("content-type", "text/csv")];
        let file = sheet.as_bytes().to_vec();
        worker
            .raw_with("POST", "/v1/imports/providers?mode=check", &kind, file)
            .await
    };
    assert_eq!(check().await.status, 200);
    let hours_left = 23;
    assert_spent(&check().await, hours_left * 3_600);
    app.stop().await;
}
