//! All routes in one router, and what every answer carries.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, header};
use wire::{Code, Problem};

use crate::ctx::Ctx;
use crate::http::problem;
use crate::in_time::in_time;
use crate::request_id::numbered;
use crate::{care, identity, library, market, notify, panics, points, watch};

/// What mounts the endpoints of one context.
pub type Routes = fn(Router<Ctx>) -> Router<Ctx>;

/// What each function for AWS serves of the API, by the name of its program. A program names its own alone: what the
/// others serve is not in it, and it starts the sooner.
pub const PARTS: [(&str, &[Routes]); 7] = [
    ("identity", IDENTITY),
    ("market", MARKET),
    ("activities", ACTIVITIES),
    ("points", POINTS),
    ("library", LIBRARY),
    ("watch", WATCH),
    ("care", CARE),
];
pub const IDENTITY: &[Routes] = &[identity::routes];
pub const MARKET: &[Routes] = &[market::routes, notify::routes];
pub const ACTIVITIES: &[Routes] = &[points::of_activities, described];
pub const POINTS: &[Routes] = &[points::of_points];
pub const LIBRARY: &[Routes] = &[library::routes];
pub const WATCH: &[Routes] = &[watch::routes];
pub const CARE: &[Routes] = &[care::routes];

/// Every endpoint of the contract.
pub fn api(ctx: Ctx) -> Router {
    part(ctx, &PARTS.map(|(_, contexts)| contexts).concat())
}

/// The endpoints of these contexts, with refusals in one form for what is in none of them.
pub fn part(ctx: Ctx, contexts: &[Routes]) -> Router {
    let router = contexts
        .iter()
        .fold(Router::new(), |router, routes| routes(router))
        .fallback(async || problem(&Problem::new(Code::NotFound)))
        .method_not_allowed_fallback(async || problem(&Problem::new(Code::MethodNotAllowed)));
    dressed(router).with_state(ctx)
}

/// What the API says of itself.
fn described(router: Router<Ctx>) -> Router<Ctx> {
    router.route("/v1/openapi.json", get(describe))
}

/// The description of the API, made when somebody first asks for it.
async fn describe() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| wire::openapi::document().to_string());
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, DOCUMENT.as_str())
}

/// With an answer in any case, and on each what every answer carries.
fn dressed<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let router = panics::answered(router).layer(from_fn(in_time));
    router.layer(from_fn(headers)).layer(from_fn(numbered))
}

/// Nothing the API says is to be kept, guessed at, or framed.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use axum::body::{Body, to_bytes};
    use domain::limits;
    use tower::ServiceExt;

    use super::*;
    use crate::in_time::AnswerBy;
    use crate::request_id::HEADER;

    #[tokio::test]
    async fn a_panic_is_answered_like_any_failure() {
        let broken = get(async || -> &'static str { panic!("the second line of a name") });
        let router = dressed(Router::new().route("/", broken)).with_state(());
        let call = Request::get("/").body(Body::empty()).expect("a request");
        let answer = router.oneshot(call).await.expect("an answer");
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let policy = &answer.headers()["content-security-policy"];
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
        let number = answer.headers()[HEADER].to_str().expect("text").to_owned();
        let body = to_bytes(answer.into_body(), limits::BODY_BYTES).await;
        let said: Problem = serde_json::from_slice(&body.expect("a body")).expect("a problem");
        assert_eq!(said, Problem::new(Code::Failed).of_request(number));
    }

    #[tokio::test]
    async fn what_is_about_to_be_ended_is_busy() {
        let never = get(async || std::future::pending::<&'static str>().await);
        let router = dressed(Router::new().route("/", never)).with_state(());
        let mut call = Request::get("/").body(Body::empty()).expect("a request");
        let by = AnswerBy::before(SystemTime::now());
        call.extensions_mut().insert(by);
        let answer = router.oneshot(call).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let number = answer.headers()[HEADER].to_str().expect("text").to_owned();
        let body = to_bytes(answer.into_body(), limits::BODY_BYTES).await;
        let said: Problem = serde_json::from_slice(&body.expect("a body")).expect("a problem");
        assert_eq!(said, Problem::new(Code::Busy).of_request(number));
    }
}
