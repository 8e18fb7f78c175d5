//! Everything held about somebody can be had, and can go.

use acceptance::TestApp;
use serde_json::json;

use crate::market::create_booking::{body, slots};

#[tokio::test]
async fn the_export_holds_what_is_held_and_no_secret() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let data = wang.raw("GET", "/v1/me/data", None).await;
    assert_eq!(data.status, 200, "{}", data.body);
    let records = data.json()["records"].clone();
    for kind in [
        "Person",
        "Account",
        "Session",
        "Booking",
        "Consent",
        "Household",
    ] {
        assert!(
            records[kind]
                .as_array()
                .is_some_and(|rows| !rows.is_empty()),
            "no {kind} in {records}"
        );
    }
    let secret = wang.client.cookie.clone().expect("a cookie");
    let token = secret.rsplit('.').next().expect("a token");
    assert!(!data.body.contains(token));
    assert!(
        !data
            .body
            .contains(&service::secret::digest(token.as_bytes())),
        "not even as a digest"
    );
    app.stop().await;
}

#[tokio::test]
async fn deletion_leaves_no_trace_but_the_counts() {
    let app = TestApp::start().await;
    let (name, phone) = ("测试·王阿姨", "13800000001");
    let wang = app.resident().await;
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let order = wire::market::CreateBookingBody {
        note: Some("独一无二的备注".into()),
        ..body(&wang, &service, &slot)
    };
    let made = wang
        .call::<wire::market::CreateBooking>((), wire::endpoint::None_ {}, order)
        .await
        .expect("booked");
    let delete = async |phone: &str| {
        let body = json!({ "id": app.command(), "phone": phone });
        wang.raw("POST", "/v1/me/deletion", Some(body.to_string()))
            .await
    };
    let other = delete("13800000002").await;
    assert_eq!(
        (other.status, other.json()["pointer"].as_str()),
        (422, Some("/phone"))
    );
    assert_eq!(delete(phone).await.code(), "open_bookings");
    for booking in wang.raw("GET", "/v1/bookings?open=true", None).await.json()["items"]
        .as_array()
        .expect("rows")
    {
        let id = booking["id"].as_str().expect("an id");
        let (verb, said) = match booking["state"].as_str() {
            Some("quoted") => ("approve-quote", json!({ "amount": booking["amount"] })),
            _ => ("cancel", json!({})),
        };
        let path = format!("/v1/bookings/{id}/{verb}");
        let raw = wang.raw("POST", &path, Some(said.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
    app.settle().await;
    let gone = delete(phone).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(wang.raw("GET", "/v1/me", None).await.status, 401);

    let mut all = Vec::new();
    store::audit::export(&app.ctx().store, |line| {
        all.push(line.to_owned());
        Ok(())
    })
    .await
    .expect("exported");
    let id = wang.id.expect("signed in").to_string();
    for line in all.iter().filter(|line| line.contains(&id)) {
        for trace in [name, phone, "独一无二的备注"] {
            assert!(!line.contains(trace), "{trace} stands in {line}");
        }
    }
    assert!(
        all.iter().any(|line| line.contains(&made.id.to_string())),
        "the booking still counts"
    );
    let findings = store::audit::check(&app.ctx().store, app.now())
        .await
        .expect("the audit runs");
    assert!(findings.is_empty(), "{findings:#?}");
    app.stop().await;
}
