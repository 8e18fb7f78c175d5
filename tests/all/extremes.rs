//! Values that are in order and far from any that is meant: the first and last days and moments, the
//! smallest and largest numbers. Every such field is found in the description of the API.

use acceptance::{Actor, TestApp};
use domain::access::Role;
use serde_json::{Value, json};
use wire::{EndpointInfo, endpoints};

use crate::coverage::{Things, path, pattern, request, sample, things, with_role};
use crate::pointers::{assert_described, document, resolved};

/// A field or a query value, and what it can hold at most and at least.
struct Place {
    endpoint: &'static EndpointInfo,
    /// JSON pointer, or `?name`.
    pointer: String,
    values: Vec<Value>,
}

fn extremes(schema: &Value) -> Vec<Value> {
    match schema["format"].as_str().unwrap_or_default() {
        "date" => vec![
            json!("-009999-01-01"),
            json!("0001-01-01"),
            json!("9999-12-31"),
        ],
        "date-time" => vec![
            json!("-009999-01-02T01:59:59Z"),
            json!("0001-01-01T00:00:00Z"),
            json!("9999-12-30T22:00:00Z"),
        ],
        "uint8" => vec![json!(0), json!(u8::MAX)],
        "uint16" => vec![json!(0), json!(u16::MAX)],
        "uint32" => vec![json!(0), json!(u32::MAX)],
        "uint64" | "uint" => vec![json!(0), json!(u64::MAX)],
        "int32" => vec![json!(i32::MIN), json!(i32::MAX)],
        "int64" => vec![json!(i64::MIN), json!(i64::MAX)],
        other => {
            assert_ne!(schema["type"], "integer", "say how large {other} can be");
            Vec::new()
        }
    }
}

/// Every place below this one that holds a number or a time; of a list, in its first entry.
fn within(schema: &'static Value, pointer: &str, found: &mut Vec<(String, Vec<Value>)>) {
    let schema = resolved(schema);
    let values = extremes(schema);
    if !values.is_empty() {
        found.push((pointer.to_owned(), values));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        within(field, &format!("{pointer}/{name}"), found);
    }
    for choice in schema["anyOf"].as_array().into_iter().flatten() {
        within(choice, pointer, found);
    }
    if schema["items"].is_object() {
        within(&schema["items"], &format!("{pointer}/0"), found);
    }
}

fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for endpoint in endpoints() {
        let method = endpoint.method.as_str().to_lowercase();
        let operation = &document()["paths"][endpoint.path][&method];
        let mut found = Vec::new();
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        // What is taken as bytes is bent where it is read.
        if endpoint.has_body() {
            within(body, "", &mut found);
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().expect("a name");
            within(&parameter["schema"], &format!("?{name}"), &mut found);
        }
        places.extend(found.into_iter().map(|(pointer, values)| Place {
            endpoint,
            pointer,
            values,
        }));
    }
    places
}

/// A body that goes as far as it can: it names what is there, as it stands.
async fn body(
    app: &TestApp,
    who: &Actor<'_>,
    endpoint: &EndpointInfo,
    things: &Things,
) -> Option<Value> {
    let mut body = sample(app, endpoint)?;
    let hours = json!({ "from": "09:00", "to": "10:00" });
    let weekly = json!({ "day": "mon", "from": "09:00", "to": "10:00" });
    match endpoint.name {
        "CreateBooking" => body["service"] = json!(things.service),
        "PutCalendar" => {
            body["calendar"] = json!({
                "weekly": [weekly],
                "breaks": [weekly],
                "exceptions": [{ "date": "2026-12-01", "hours": [hours] }],
                "blocked": [{ "from": "2026-12-01T00:00:00Z", "until": "2026-12-02T00:00:00Z" }],
            });
        }
        "SettleHours" => body["rows"] = json!([{ "person": things.person, "minutes": 60 }]),
        "CreateActivity" => body["repeat"] = json!({ "every": "week", "times": 2 }),
        _ => {}
    }
    if body["ver"].is_u64() {
        body["ver"] = version(who, endpoint, things).await;
    }
    Some(body)
}

async fn version(who: &Actor<'_>, endpoint: &EndpointInfo, things: &Things) -> Value {
    let (family, id) = match endpoint.path.split('/').nth(2) {
        Some("providers") => ("providers", &things.provider),
        Some("services") => ("services", &things.service),
        Some("people") => ("people", &things.person),
        _ => return json!(1),
    };
    let reason = if family == "people" { "?reason=x" } else { "" };
    let path = format!("/v1/{family}/{id}{reason}");
    who.raw("GET", &path, None).await.json()["ver"].clone()
}

/// The call with this value at this place.
fn with(path: &str, body: Option<Value>, pointer: &str, value: &Value) -> (String, Option<Value>) {
    if let Some(name) = pointer.strip_prefix('?') {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let others = query
            .split('&')
            .filter(|pair| !pair.starts_with(&format!("{name}=")) && !pair.is_empty());
        let said = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let pairs: Vec<String> = others
            .map(str::to_owned)
            .chain([format!("{name}={said}")])
            .collect();
        return (format!("{path}?{}", pairs.join("&")), body);
    }
    let mut body = body.expect("a field is in a body");
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no body has {pointer}"));
    parent[field] = value.clone();
    (path.to_owned(), Some(body))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_that_is_in_order_breaks_the_server() {
    let app = TestApp::start().await;
    let admin = with_role(&app, Role::Admin).await;
    let like = pattern(&app).await;
    let neighbour = with_role(&app, Role::Resident).await;
    let mut theirs = things(&app, &neighbour, &like, &admin).await;
    let places = places();
    for known in [
        ("ListSlots", "?from"),
        ("RescheduleBooking", "/start"),
        ("PutCategory", "/ver"),
        ("PutCredential", "/expires"),
        ("PutCalendar", "/calendar/blocked/0/until"),
        ("CreateService", "/terms/price_to"),
    ] {
        let is_known = |place: &Place| (place.endpoint.name, &*place.pointer) == known;
        assert!(places.iter().any(is_known), "{known:?} is not found");
    }
    for place in &places {
        for value in &place.values {
            theirs.booking = request(&app, &like, &theirs, None).await;
            let endpoint = place.endpoint;
            let body = body(&app, &admin, endpoint, &theirs).await;
            let (path, body) = with(&path(endpoint, &theirs), body, &place.pointer, value);
            let body = body.map(|body| body.to_string());
            let raw = admin.raw(endpoint.method.as_str(), &path, body).await;
            let said = format!("{} {} {value}: {}", endpoint.name, place.pointer, raw.body);
            assert!(raw.status < 500, "{said}");
            assert_described(endpoint, &raw);
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_day_at_the_end_of_time_has_no_free_times() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    for from in ["9999-12-20", "9999-12-31"] {
        let path = format!("/v1/services/{}/slots?from={from}&days=14", service.id);
        let raw = wang.raw("GET", &path, None).await;
        let told = (raw.code(), raw.json()["pointer"].clone());
        assert_eq!(told, ("bad_value".to_owned(), json!("?from")), "{from}");
    }
    app.stop().await;
}
