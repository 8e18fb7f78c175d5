//! Whether the service is well says also whether anybody looks at what falls due.

use acceptance::TestApp;
use jiff::SignedDuration;

async fn sweeper(app: &TestApp) -> String {
    let raw = app.stranger().raw("GET", "/v1/health", None).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    let said = raw.json();
    assert_eq!(said["status"], "ok");
    said["sweeper"].as_str().expect("a word").to_owned()
}

#[tokio::test]
async fn a_sweeper_that_stands_still_is_seen_from_outside() {
    let app = TestApp::start().await;
    assert_eq!(sweeper(&app).await, "late", "it has never been by");
    app.settle().await;
    assert_eq!(sweeper(&app).await, "ok");
    app.advance(SignedDuration::from_mins(4));
    assert_eq!(sweeper(&app).await, "ok");
    app.advance(SignedDuration::from_mins(2));
    assert_eq!(sweeper(&app).await, "late");
    app.settle().await;
    assert_eq!(sweeper(&app).await, "ok");
    app.stop().await;
}
