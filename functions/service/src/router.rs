//! All routes in one router, and what every answer carries.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use wire::{Code, Problem};

use crate::ctx::Ctx;
use crate::http::problem;
use crate::{identity, market, notify};

/// Every endpoint of the contract, with refusals in one form for what is not in it.
pub fn api(ctx: Ctx) -> Router {
    let router = notify::routes(market::routes(identity::routes(Router::new())));
    router
        .fallback(async || problem(&Problem::new(Code::NotFound)))
        .method_not_allowed_fallback(async || problem(&Problem::new(Code::MethodNotAllowed)))
        .layer(from_fn(headers))
        .with_state(ctx)
}

/// Nothing the API says is to be kept, guessed at, or framed.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in SECURITY_HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// On every answer, pages included (OWASP ASVS 5.0, 3.4).
pub const SECURITY_HEADERS: &[(&str, &str)] = &[
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(self), microphone=(), geolocation=()",
    ),
];
