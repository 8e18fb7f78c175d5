//! The embedded DynamoDB over HTTP, for processes that know no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use local::database::Door;
use serde_json::{Value, json};

use super::gateway::program_of;
use crate::rights;

/// DynamoDB takes no larger request.
const REQUEST_BYTES: usize = 16 << 20;

/// Where it answers, whoever asks.
pub async fn serve(door: Door) -> String {
    super::listen(Router::new().fallback(answer).with_state(door)).await
}

/// What each program may ask by the template, and what was refused. A program is known by the name it signs with.
pub struct Guard {
    rights: BTreeMap<String, BTreeSet<String>>,
    refused: Mutex<Vec<String>>,
}

impl Guard {
    #[must_use]
    pub fn of(template: &Value) -> Self {
        let resources = template["Resources"].as_object().expect("resources");
        let mut rights = BTreeMap::new();
        for function in resources.values() {
            let Some(program) = program_of(function) else {
                continue;
            };
            let policy = function["Properties"]["Policies"][0].as_str();
            let policy = &resources[policy.expect("a policy")]["Properties"];
            let may = rights::on_table(&policy["PolicyDocument"]["Statement"]);
            rights.insert(program, may);
        }
        Self {
            rights,
            refused: Mutex::default(),
        }
    }

    /// What a call needs that this program may not do; `None` where it may.
    #[must_use]
    pub fn lacks(&self, program: &str, operation: &str, body: &Value) -> Option<String> {
        let may = self.rights.get(program);
        let allowed = |need: &String| may.is_some_and(|may| rights::allows(may, need));
        let needed = rights::needed(operation, body);
        needed.into_iter().find(|need| !allowed(need))
    }

    /// Who was refused what.
    pub fn refused(&self) -> Vec<String> {
        let refused = self.refused.lock();
        refused.expect("nobody panics while holding it").clone()
    }

    fn refuse(&self, said: &str) {
        let refused = self.refused.lock();
        let mut refused = refused.expect("nobody panics while holding it");
        refused.push(said.to_owned());
    }
}

/// Where it answers each program as far as it may ask.
pub async fn serve_within(door: Door, guard: Arc<Guard>) -> String {
    let router = Router::new().fallback(judge);
    super::listen(router.with_state((door, guard))).await
}

async fn judge(State((door, guard)): State<(Door, Arc<Guard>)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let text = |name: &str| {
        let value = parts.headers.get(name);
        let value = value.and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (signed, target) = (text("authorization"), text("x-amz-target"));
    let program = signed.split_once("Credential=");
    let program = program.and_then(|(_, rest)| rest.split('/').next());
    let program = program.unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(lacking) = guard.lacks(program, operation, &asked) {
        let said = format!("{program} may not {lacking}");
        guard.refuse(&said);
        let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
        let json =
            json!({ "__type": "com.amazon.coral.service#AccessDeniedException", "message": said });
        return (StatusCode::BAD_REQUEST, kind, json.to_string()).into_response();
    }
    answer(State(door), Request::from_parts(parts, Body::from(body))).await
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next());
    let Some(operation) = operation.map(str::to_owned) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(body) = to_bytes(body, REQUEST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some((status, json)) = door.answer(&operation, body.to_vec()).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    (status, kind, json).into_response()
}
