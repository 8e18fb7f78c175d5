//! The API behind API Gateway: who called is told by the distribution before it, each call is answered before Lambda
//! ends it, and each is counted.

use std::env;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use lambda_runtime::Context;
use service::Ctx;
use service::http::Peer;
use service::in_time::AnswerBy;
use service::request_id::RequestId;
use service::router::{Routes, part};

use crate::metrics::{count, since, tell};

/// The ARN of the stack, which strangers do not know, in a header that the distribution sends with each call.
pub const EDGE: &str = "EDGE";

/// The API of these contexts. A call that did not come through the distribution is answered as well: its caller is the
/// last hop that API Gateway names.
pub fn api(ctx: Ctx, contexts: &[Routes]) -> Router {
    let edge: Arc<str> = env::var(EDGE).unwrap_or_default().into();
    part(ctx, contexts).layer(from_fn(move |request: Request, next: Next| {
        let edge = edge.clone();
        async move { pass(&edge, request, next).await }
    }))
}

async fn pass(edge: &str, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    if let Some(viewer) = viewer(request.headers(), edge) {
        request.extensions_mut().insert(Peer(viewer));
    }
    // Lambda's own number of the call, which its log has already.
    let called = request.extensions().get::<Context>();
    let number = called.and_then(|called| RequestId::named(&called.request_id));
    let by = called.map(|called| AnswerBy::before(called.deadline()));
    if let Some(number) = number {
        request.extensions_mut().insert(number);
    }
    if let Some(by) = by {
        request.extensions_mut().insert(by);
    }
    let response = next.run(request).await;
    let status = response.status();
    let busy = status == StatusCode::SERVICE_UNAVAILABLE;
    tell(&[
        count("Calls", 1),
        count("Failures", usize::from(status.is_server_error() && !busy)),
        count("Busy", usize::from(busy)),
        since(begun),
    ]);
    response
}

/// The caller as the distribution saw them.
fn viewer(headers: &HeaderMap, edge: &str) -> Option<IpAddr> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let proved = !edge.is_empty() && text("x-edge") == Some(edge);
    text("x-viewer").filter(|_| proved)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_distribution_says_who_called() {
        let asked = |edge: Option<&str>, viewer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-viewer", viewer.parse().expect("a value"));
            if let Some(edge) = edge {
                headers.insert("x-edge", edge.parse().expect("a value"));
            }
            headers
        };
        let seen = |headers: &HeaderMap, known: &str| {
            viewer(headers, known).map(|address| address.to_string())
        };
        let near = asked(Some("known"), "203.0.113.7");
        assert_eq!(seen(&near, "known").as_deref(), Some("203.0.113.7"));
        assert_eq!(seen(&near, "other"), None);
        assert_eq!(seen(&asked(None, "203.0.113.7"), "known"), None);
        assert_eq!(seen(&asked(Some(""), "203.0.113.7"), ""), None);
        assert_eq!(seen(&asked(Some("known"), "nobody"), "known"), None);
    }
}
