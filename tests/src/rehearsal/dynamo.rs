//! The embedded DynamoDB over HTTP, for processes that know no other.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use local::database::Door;

/// DynamoDB takes no larger request.
const REQUEST_BYTES: usize = 16 << 20;

/// Where it answers.
pub async fn serve(door: Door) -> String {
    super::listen(Router::new().fallback(answer).with_state(door)).await
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
