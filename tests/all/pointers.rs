//! A problem points at a field of what was sent, or at nothing.

use std::sync::OnceLock;

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::limits;
use serde_json::{Value, json};
use wire::{EndpointInfo, openapi};

pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(openapi::document)
}

/// The description knows this status, this code, and whether the session's cookie is set.
pub fn assert_described(endpoint: &EndpointInfo, raw: &Raw) {
    let method = endpoint.method.as_str().to_lowercase();
    let responses = &document()["paths"][endpoint.path][&method]["responses"];
    let response = &responses[raw.status.to_string()];
    let said = format!("{}: {} {}", endpoint.name, raw.status, raw.body);
    assert!(response.is_object(), "not described: {said}");
    let cookie = response["headers"]["Set-Cookie"].is_object();
    assert_eq!(raw.headers.contains_key("set-cookie"), cookie, "{said}");
    if raw.status < 400 {
        return;
    }
    let schema = &response["content"]["application/problem+json"]["schema"];
    let codes = schema["properties"]["code"]["enum"].as_array();
    let known = codes.is_some_and(|codes| codes.contains(&json!(raw.code())));
    assert!(known, "not described: {said}");
}

/// Does the description of the call have the place that the problem points at? What was not
/// understood may point at a field there is none of: that is what it says.
pub fn assert_points_somewhere(endpoint: &EndpointInfo, raw: &Raw) {
    let problem = raw.json();
    let Some(pointer) = problem["pointer"].as_str() else {
        return;
    };
    if matches!(raw.code().as_str(), "unknown_field" | "wrong_type") {
        return;
    }
    let method = endpoint.method.as_str().to_lowercase();
    let operation = &document()["paths"][endpoint.path][&method];
    let found = match pointer.strip_prefix('?') {
        Some(name) => operation["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|p| p["name"] == name && p["in"] == "query")),
        None => {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let steps: Vec<&str> = pointer.split('/').skip(1).collect();
            leads_somewhere(body, &steps)
        }
    };
    let (name, code) = (endpoint.name, raw.code());
    assert!(
        found,
        "{name}: {code} points at {pointer}, which is not there"
    );
}

/// What a schema stands for, if it only names another.
pub fn resolved(schema: &'static Value) -> &'static Value {
    let Some(reference) = schema["$ref"].as_str() else {
        return schema;
    };
    let named = document().pointer(reference.trim_start_matches('#'));
    named.expect("a reference leads somewhere")
}

fn leads_somewhere(schema: &'static Value, steps: &[&str]) -> bool {
    let schema = resolved(schema);
    let Some((step, rest)) = steps.split_first() else {
        return !schema.is_null();
    };
    let choices = schema["anyOf"].as_array().into_iter().flatten();
    let nth = step.parse::<usize>().is_ok();
    choices.into_iter().any(|one| leads_somewhere(one, steps))
        || leads_somewhere(&schema["properties"][step], rest)
        || nth && leads_somewhere(&schema["items"], rest)
}

#[test]
fn pointers_are_followed_through_the_description() {
    let calendar = wire::endpoints().find(|e| e.name == "PutCalendar");
    let path = &document()["paths"][calendar.expect("is there").path]["put"];
    let body = &path["requestBody"]["content"]["application/json"]["schema"];
    for (pointer, known) in [
        ("ver", true),
        ("calendar/weekly/3/to", true),
        ("calendar/weekly/x/to", false),
        ("calendar/hours", false),
        ("kind", false),
    ] {
        let steps: Vec<&str> = pointer.split('/').collect();
        assert_eq!(leads_somewhere(body, &steps), known, "{pointer}");
    }
}

/// What the server says to one call: code and pointer, checked.
async fn told(who: &Actor<'_>, name: &str, path: &str, body: Value) -> (String, Option<String>) {
    let endpoint = wire::endpoints().find(|e| e.name == name);
    let endpoint = endpoint.expect("an endpoint");
    let method = endpoint.method.as_str();
    let raw = who.raw(method, path, Some(body.to_string())).await;
    assert_described(endpoint, &raw);
    assert_points_somewhere(endpoint, &raw);
    let pointer = raw.json()["pointer"].as_str().map(str::to_owned);
    (raw.code(), pointer)
}

#[tokio::test]
async fn what_is_wrong_with_a_calendar_has_its_own_name() {
    let app = TestApp::start().await;
    let provider = app.service("手机电脑教用").await.providers[0];
    let own = app.sign_in(&app.phone_of(provider).await).await;
    let path = format!("/v1/providers/{provider}/calendar");
    let ver = own.raw("GET", &path, None).await.json()["ver"].clone();
    let hours = |from: &str, to: &str| json!({ "day": "mon", "from": from, "to": to });
    let blocked = |until: &str, reason: &str| json!({ "from": "2026-12-01T00:00:00Z", "until": until, "reason": reason });
    let long = "长".repeat(limits::LINE_CHARS + 1);
    let rows = [
        (
            "weekly",
            json!(vec![hours("09:00", "10:00"); limits::WEEKLY_SPANS + 1]),
            ("too_many", "/calendar/weekly"),
        ),
        (
            "breaks",
            json!([hours("10:00", "09:00")]),
            ("span_backwards", "/calendar/breaks/0/to"),
        ),
        (
            "exceptions",
            json!(vec![json!({ "date": "2026-12-01", "hours": [] }); 2]),
            ("bad_value", "/calendar/exceptions"),
        ),
        (
            "blocked",
            json!([blocked("2026-12-02T00:00:00Z", &long)]),
            ("too_long", "/calendar/blocked/0/reason"),
        ),
        (
            "blocked",
            json!([blocked("2026-11-30T00:00:00Z", "")]),
            ("span_backwards", "/calendar/blocked/0/until"),
        ),
    ];
    for (field, entries, (code, pointer)) in rows {
        let mut calendar = json!({ "weekly": [], "breaks": [], "exceptions": [], "blocked": [] });
        calendar[field] = entries;
        let body = json!({ "calendar": calendar, "ver": ver });
        let said = told(&own, "PutCalendar", &path, body).await;
        assert_eq!(said, (code.to_owned(), Some(pointer.to_owned())));
    }
    let empty = json!({ "weekly": [], "breaks": [], "exceptions": [], "blocked": [] });
    let body = json!({ "calendar": empty, "ver": 99 });
    let said = told(&own, "PutCalendar", &path, body).await;
    assert_eq!(said, ("stale".to_owned(), Some("/ver".to_owned())));
    app.stop().await;
}

#[tokio::test]
async fn too_many_credentials_point_at_no_field() {
    let app = TestApp::start().await;
    let provider = app.service("手机电脑教用").await.providers[0];
    let worker = app.sign_in("13800000201").await;
    let path = format!("/v1/providers/{provider}");
    let mut said = None;
    for _ in 0..=limits::CREDENTIALS {
        let ver = worker.raw("GET", &path, None).await.json()["ver"].clone();
        let credential = domain::CredentialId::new(app.millis(), app.chance());
        let path = format!("{path}/credentials/{credential}");
        let body = json!({ "kind": "training", "expires": "2028-01-01", "ver": ver });
        let (code, pointer) = told(&worker, "PutCredential", &path, body).await;
        if !code.is_empty() {
            said = Some((code, pointer));
            break;
        }
    }
    assert_eq!(said, Some(("too_many".to_owned(), None)));
    app.stop().await;
}
