//! Notices and the log of what became of texts do not stay for ever.

use acceptance::TestApp;
use acceptance::app::message;
use domain::{PersonId, limits};
use jiff::SignedDuration;

use crate::market::race::nothing_is_wrong;

/// Is it in the inbox, how many are unread, is it in the copy of one's data, and what does opening it
/// answer?
async fn told(app: &TestApp, who: PersonId, id: &str) -> (bool, u64, bool, u16) {
    let people = app.people().await;
    let person = people.iter().find(|person| person.id == who);
    let who = app.as_person(person.expect("of the demo")).await;
    let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await;
    let me = who.raw("GET", "/v1/me", None).await.json();
    let data = who.raw("GET", "/v1/me/data", None).await.json();
    let copied = data["records"]["Message"].to_string();
    let path = format!("/v1/inbox/{id}/read");
    let opened = who.raw("POST", &path, Some("{}".into())).await;
    (
        inbox.body.contains(id),
        me["unread"].as_u64().expect("a number"),
        copied.contains(id),
        opened.status,
    )
}

#[tokio::test]
async fn a_notice_leaves_the_inbox_after_half_a_year() {
    let app = TestApp::start().await;
    let wang = app.resident().await.id.expect("signed in");
    let id = message(&app, app.home().await, wang).await;
    nothing_is_wrong(&app).await;
    let kept = SignedDuration::from_hours(24 * limits::INBOX_DAYS);
    app.advance(kept - SignedDuration::from_secs(1));
    let (listed, unread, copied, opened) = told(&app, wang, &id).await;
    assert_eq!((listed, copied, opened), (true, true, 204));
    assert!(unread > 0);
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(told(&app, wang, &id).await, (false, 0, false, 404));
    app.stop().await;
}
