//! What a request must look like: origin, content type, size, JSON; and what every answer carries.

use acceptance::TestApp;
use serde_json::json;

#[tokio::test]
async fn only_our_own_pages_may_change_anything() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let host = app.url().trim_start_matches("http://").to_owned();
    let own = format!("http://{host}");
    let rows = [
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "same-origin")], 200),
        (vec![("origin", own.as_str())], 200),
        (vec![], 200),
    ];
    for (headers, status) in rows {
        let headers: Vec<_> = headers
            .into_iter()
            .chain([("content-type", "application/json")])
            .collect();
        let raw = wang
            .raw_with(
                "PATCH",
                "/v1/me",
                &headers,
                b"{\"language\":\"zh\"}".to_vec(),
            )
            .await;
        assert_eq!(raw.status, status, "{headers:?}: {}", raw.body);
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let raw = wang
            .raw_with("PATCH", "/v1/me", &[("content-type", kind)], b"{}".to_vec())
            .await;
        assert_eq!(
            (raw.status, raw.code()),
            (415, "wrong_content_type".into()),
            "{kind}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn a_body_is_refused_with_the_place_of_the_flaw() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let rows = [
        (
            json!({ "phone": "13800000001", "colour": "red" }),
            "unknown_field",
            "/colour",
        ),
        (
            json!({ "phone": 13_800_000_001_u64 }),
            "wrong_type",
            "/phone",
        ),
        (json!({}), "missing_field", "/phone"),
        (json!(["13800000001"]), "wrong_type", ""),
        (json!({ "phone": "12" }), "bad_value", "/phone"),
    ];
    for (body, code, pointer) in rows {
        let raw = stranger
            .raw("POST", "/v1/auth/codes", Some(body.to_string()))
            .await;
        let seen = (
            raw.status,
            raw.code(),
            raw.json()["pointer"].as_str().map(str::to_owned),
        );
        assert_eq!(
            seen,
            (422, code.into(), Some(pointer.into())),
            "{body}: {}",
            raw.body
        );
        assert_eq!(raw.headers["content-type"], "application/problem+json");
    }
    let wang = app.resident().await;
    let deep = json!({ "calendar": { "weekly": [{ "day": "mon", "from": "25:00", "to": "26:00" }], "breaks": [], "exceptions": [], "blocked": [] }, "ver": 1 });
    let raw = wang
        .raw(
            "PUT",
            "/v1/providers/prv_01JZ4T0Q8M6W3V9K2B7D5F1H0C/calendar",
            Some(deep.to_string()),
        )
        .await;
    assert_eq!(
        raw.json()["pointer"],
        "/calendar/weekly/0/from",
        "{}",
        raw.body
    );
    let large = stranger
        .raw(
            "POST",
            "/v1/auth/codes",
            Some(format!("{{\"phone\":\"{}\"}}", "1".repeat(64 * 1024))),
        )
        .await;
    assert_eq!((large.status, large.code()), (413, "body_too_large".into()));
    for (method, path, status) in [
        ("GET", "/v1/nowhere", 404),
        ("POST", "/v1/me", 405),
        ("GET", "/v1/bookings/nonsense", 404),
    ] {
        let raw = wang
            .raw(method, path, (method == "POST").then(|| "{}".into()))
            .await;
        assert_eq!(
            (raw.status, raw.headers["content-type"].to_str().ok()),
            (status, Some("application/problem+json")),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = TestApp::start().await;
    for path in [
        "/v1/health",
        "/v1/me",
        "/v1/nowhere",
        "/v1/openapi.json",
        "/",
        "/desk/",
    ] {
        let raw = app.stranger().raw("GET", path, None).await;
        for (name, value) in service::router::SECURITY_HEADERS {
            assert_eq!(
                raw.headers.get(*name).and_then(|v| v.to_str().ok()),
                Some(*value),
                "{name} on {path}"
            );
        }
        assert!(raw.headers.contains_key("cache-control"), "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn json_that_is_none_is_refused_and_none_breaks_the_server() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/fixtures/security/JSONTestSuite/test_parsing");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no JSONTestSuite beside the checkout");
        return;
    };
    let app = TestApp::start().await;
    let mut tried = 0;
    for file in files {
        let path = file.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        let bytes = std::fs::read(&path).expect("readable");
        let raw = app
            .stranger()
            .raw_with(
                "POST",
                "/v1/auth/codes",
                &[("content-type", "application/json")],
                bytes.clone(),
            )
            .await;
        assert!(raw.status < 500, "{name}: {}", raw.body);
        if name.starts_with("n_") && !bytes.trim_ascii().is_empty() {
            assert!(
                raw.status == 400 || raw.status == 413,
                "{name}: {} {}",
                raw.status,
                raw.body
            );
        }
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    app.stop().await;
}
