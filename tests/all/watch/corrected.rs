//! Readings that their device takes back or corrects, and what is not read at all.

use acceptance::TestApp;
use domain::watch::AlertState;
use jiff::SignedDuration;
use serde_json::{Value, json};
use wire::endpoint::None_;
use wire::watch::GetMyVitals;

use super::health::{PATH, Worn};
use super::observations::kept;
use super::people::Letter;
use crate::market::race::nothing_is_wrong;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_final_is_corrected_or_taken_back_by_its_device() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let now = app.now();
    let said = |status: &str, value: i64| {
        let mut said = worn.fhir("8867-4", value, "/min", now);
        said["status"] = json!(status);
        said
    };
    let last = async || worn.alerts().await.remove(0).state;
    assert_eq!(worn.send(&said("final", 200)).await, ["applied"]);
    assert_eq!(last().await, AlertState::Open);
    // It still is beyond its bound; and a repeat moves nothing.
    for want in ["applied", "ignored"] {
        assert_eq!(worn.send(&said("corrected", 190)).await, [want]);
        assert_eq!(last().await, AlertState::Open);
        assert_eq!(kept(&worn).await, ["heart_rate 190"]);
    }
    assert_eq!(worn.send(&said("amended", 80)).await, ["applied"]);
    assert_eq!(last().await, AlertState::Withdrawn);
    assert_eq!(kept(&worn).await, ["heart_rate 80"]);
    // A correction alerts nobody.
    assert_eq!(worn.send(&said("corrected", 200)).await, ["applied"]);
    assert_eq!(worn.alerts().await.len(), 1);
    // What is said to be an error says nothing else any more, and stays one.
    let mut wrong = said("entered-in-error", 200);
    wrong["valueQuantity"] = Value::Null;
    for want in ["applied", "ignored"] {
        assert_eq!(worn.send(&wrong).await, [want]);
    }
    for status in ["final", "corrected"] {
        assert_eq!(worn.send(&said(status, 200)).await, ["ignored"]);
    }
    let own = worn.who.call::<GetMyVitals>((), None_ {}, None_ {}).await;
    assert!(own.expect("one's own").readings.is_empty());
    assert_eq!(worn.alerts().await.len(), 1);
    // The next one that is final does.
    app.advance(SignedDuration::from_mins(1));
    let next = worn.fhir("8867-4", 200, "/min", app.now());
    assert_eq!(worn.send(&next).await, ["applied"]);
    assert_eq!(worn.alerts().await.len(), 2);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_json_is_not_read() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let body = json!({ "observations": [worn.reading("heart_rate", 80, app.now())] });
    let body = body.to_string().into_bytes();
    for (kind, status) in [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/fhir+xml", 415),
        ("application/json; charset=utf-8", 200),
        ("application/fhir+json", 200),
    ] {
        let letter = Letter::to(PATH, &app, &worn.device, body.clone(), app.now());
        let headers = [
            ("content-type", kind),
            ("x-device", letter.device.as_str()),
            ("x-key", letter.key_ver.as_str()),
            ("x-timestamp", letter.timestamp.as_str()),
            ("x-nonce", letter.nonce.as_str()),
            ("x-signature", letter.signature.as_str()),
        ];
        let stranger = app.stranger();
        let raw = stranger
            .raw_with("POST", PATH, &headers, body.clone())
            .await;
        assert_eq!(raw.status, status, "{kind}: {}", raw.body);
    }
    app.stop().await;
}
