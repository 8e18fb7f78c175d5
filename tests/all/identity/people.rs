//! Roles, consent, households, and the log of who looked.

use acceptance::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_view_is_shown_to_the_person_looked_at() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let worker = app.sign_in("13800000201").await;
    let id = wang.id.expect("signed in");
    let file = worker
        .raw(
            "GET",
            &format!("/v1/people/{id}?reason=%E7%94%B5%E8%AF%9D%E5%9B%9E%E8%AE%BF"),
            None,
        )
        .await;
    assert_eq!(file.status, 200, "{}", file.body);
    let bare = worker.raw("GET", &format!("/v1/people/{id}"), None).await;
    let said = (bare.status, bare.json()["pointer"].clone());
    assert_eq!(said, (422, json!("?reason")), "{}", bare.body);
    let views = wang.raw("GET", "/v1/me/views", None).await.json();
    assert_eq!(views["items"][0]["what"], "GetPerson");
    assert_eq!(views["items"][0]["reason"], "电话回访");
    app.stop().await;
}

#[tokio::test]
async fn lists_mask_numbers_and_pages_follow_their_cursor() {
    let app = TestApp::start().await;
    let worker = app.sign_in("13800000201").await;
    let (mut seen, mut path) = (0, "/v1/people?limit=50".to_owned());
    loop {
        let page = worker.raw("GET", &path, None).await.json();
        let items = page["items"].as_array().expect("rows").clone();
        assert!(items.len() <= 50);
        for item in &items {
            if let Some(phone) = item["phone"].as_str() {
                assert_eq!(&phone[3..7], "****");
            }
        }
        seen += items.len();
        match page["cursor"].as_str() {
            Some(cursor) => path = format!("/v1/people?limit=50&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, app.people().await.len());
    for (query, pointer) in [
        ("limit=101", "?limit"),
        ("limit=0", "?limit"),
        ("cursor=nonsense", "?cursor"),
        ("colour=red", "?colour"),
    ] {
        let raw = worker
            .raw("GET", &format!("/v1/people?{query}"), None)
            .await;
        assert_eq!(
            (raw.status, raw.json()["pointer"].as_str()),
            (422, Some(pointer)),
            "{query}: {}",
            raw.body
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_and_the_last_admin_stays() {
    let app = TestApp::start().await;
    let admin = app.sign_in("13800000211").await;
    let wang = app.resident().await;
    let id = wang.id.expect("signed in");
    assert_eq!(wang.raw("GET", "/v1/people", None).await.status, 403);
    let set = async |who: domain::PersonId, roles: serde_json::Value| {
        let ver = admin
            .raw("GET", &format!("/v1/people/{who}?reason=x"), None)
            .await
            .json()["ver"]
            .clone();
        let body = json!({ "id": app.command(), "roles": roles, "ver": ver });
        admin
            .raw(
                "PUT",
                &format!("/v1/people/{who}/roles"),
                Some(body.to_string()),
            )
            .await
    };
    assert_eq!(set(id, json!(["desk_helper"])).await.status, 200);
    assert_eq!(wang.raw("GET", "/v1/people", None).await.status, 200);
    assert_eq!(set(id, json!([])).await.status, 200);
    assert_eq!(wang.raw("GET", "/v1/people", None).await.status, 403);
    let stale = json!({ "id": app.command(), "roles": ["volunteer"], "ver": 1 });
    let stale = admin
        .raw(
            "PUT",
            &format!("/v1/people/{id}/roles"),
            Some(stale.to_string()),
        )
        .await;
    assert_eq!(stale.code(), "stale");
    let mut last = None;
    for person in app
        .people()
        .await
        .iter()
        .filter(|p| p.roles.contains(&domain::access::Role::Admin))
    {
        if Some(person.id) != admin.id {
            assert_eq!(set(person.id, json!(["resident"])).await.status, 200);
        }
        last = admin.id;
    }
    let refused = set(last.expect("an admin"), json!(["resident"])).await;
    assert_eq!(refused.code(), "last_admin", "{}", refused.body);
    app.stop().await;
}

#[tokio::test]
async fn consent_is_to_a_version_and_can_be_withdrawn() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let set = async |given: bool, version: u32| {
        let body = json!({ "id": app.command(), "given": given, "version": version });
        wang.raw("PUT", "/v1/me/consents/sms_notices", Some(body.to_string()))
            .await
    };
    assert_eq!(set(true, 9).await.code(), "consent_stale");
    assert_eq!(set(true, 1).await.json()["given"], true);
    app.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(set(false, 1).await.json()["given"], false);
    let listed = wang.raw("GET", "/v1/me/consents", None).await.json();
    let sms = listed["items"]
        .as_array()
        .expect("rows")
        .iter()
        .find(|c| c["purpose"] == "sms_notices")
        .expect("listed")
        .clone();
    assert_eq!(
        (sms["given"].as_bool(), sms["version"].as_u64()),
        (Some(false), Some(1))
    );
    app.stop().await;
}
