//! An HTTP API in front of the functions, in the payload format 2.0; its routes are those of the template.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Functions;

/// An HTTP API takes no larger request.
const REQUEST_BYTES: usize = 10 << 20;

/// The path of a route as the template has it, and the program behind it.
pub type Route = (String, String);

/// What a function of the template is made from.
pub(super) fn program_of(function: &Value) -> Option<String> {
    let program = &function["Metadata"]["BuildProperties"]["Binary"];
    Some(program.as_str()?.to_owned())
}

/// The functions' programs.
pub fn programs(template: &Value) -> Vec<String> {
    let resources = template["Resources"].as_object().expect("resources");
    resources.values().filter_map(program_of).collect()
}

pub fn routes(template: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    let resources = template["Resources"].as_object().expect("resources");
    for function in resources.values() {
        let Some(program) = program_of(function) else {
            continue;
        };
        let events = function["Properties"]["Events"].as_object();
        for event in events.into_iter().flat_map(|events| events.values()) {
            if event["Type"] == "HttpApi" {
                let path = event["Properties"]["Path"].as_str().expect("a path");
                routes.push((path.to_owned(), program.clone()));
            }
        }
    }
    assert!(routes.len() > 3, "the template has routes: {routes:?}");
    routes
}

/// How well a route fits; `None` where it does not. One that names more of the path is chosen.
fn fits(route: &str, path: &str) -> Option<usize> {
    match route.split_once('{') {
        Some((begin, _)) => (path.starts_with(begin) && path != begin).then_some(begin.len()),
        None => (route == path).then_some(usize::MAX),
    }
}

/// Where a call of that path goes.
pub fn chosen<'r>(routes: &'r [Route], path: &str) -> Option<&'r Route> {
    let fitting = routes
        .iter()
        .filter_map(|route| Some((fits(&route.0, path)?, route)));
    fitting.max().map(|(_, route)| route)
}

struct Gateway {
    routes: Vec<Route>,
    functions: Functions,
}

/// Where it answers.
pub(super) async fn serve(routes: Vec<Route>, functions: Functions) -> String {
    let gateway = Arc::new(Gateway { routes, functions });
    super::listen(Router::new().fallback(pass_on).with_state(gateway)).await
}

async fn pass_on(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some((route, program)) = chosen(&gateway.routes, parts.uri.path()) else {
        return (StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#).into_response();
    };
    let function = &gateway.functions[program];
    match function.call(event(&parts, route, &body)).await {
        Ok(reply) => response(&reply),
        Err(error) => {
            eprintln!("{program} failed: {error}");
            let said = r#"{"message":"Internal Server Error"}"#;
            (StatusCode::INTERNAL_SERVER_ERROR, said).into_response()
        }
    }
}

/// What a function is called with for somebody who reads that path.
pub fn reading(path: &str) -> Value {
    let request = Request::get(path).body(()).expect("a request");
    event(&request.into_parts().0, path, &[])
}

fn event(parts: &Parts, route: &str, body: &[u8]) -> Value {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    let mut cookies = Vec::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if *name == header::COOKIE {
            cookies.extend(value.split("; ").map(str::to_owned));
            continue;
        }
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|before| *before = format!("{before},{value}"))
            .or_insert(value);
    }
    headers.insert("x-forwarded-for".into(), "127.0.0.1".into());
    headers.insert("x-forwarded-proto".into(), "https".into());
    let path = parts.uri.path();
    let route = format!("ANY {route}");
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "rehearsal",
            "domainName": "rehearsal.execute-api.local.amazonaws.com",
            "domainPrefix": "rehearsal",
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "rehearsal",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": route,
            "stage": "$default",
            "time": "24/Nov/2026:01:00:00 +0000",
            "timeEpoch": Timestamp::now().as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !body.is_empty() {
        match std::str::from_utf8(body) {
            Ok(text) => event["body"] = json!(text),
            Err(_) => {
                event["body"] = json!(STANDARD.encode(body));
                event["isBase64Encoded"] = json!(true);
            }
        }
    }
    event
}

fn response(reply: &Value) -> Response {
    let body = reply["body"].as_str().unwrap_or_default();
    let body = match reply["isBase64Encoded"] == true {
        true => STANDARD.decode(body).expect("base 64"),
        false => body.as_bytes().to_vec(),
    };
    let status = reply["statusCode"].as_u64().expect("a status");
    let status = u16::try_from(status).expect("a status");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in reply["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        // The length is of what goes out from here.
        if name == header::CONTENT_LENGTH || name == header::TRANSFER_ENCODING {
            continue;
        }
        let value = value.as_str().expect("a header's value");
        let value = HeaderValue::from_str(value).expect("a header's value");
        response.headers_mut().append(name, value);
    }
    for cookie in reply["cookies"].as_array().into_iter().flatten() {
        let cookie = cookie.as_str().expect("a cookie");
        let cookie = HeaderValue::from_str(cookie).expect("a cookie");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
