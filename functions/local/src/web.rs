//! Who answers which path: the API, the stream of its changes, the local helpers, and else the site.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderName, HeaderValue};
use service::http::Peer;
use service::router::{SECURITY_HEADERS, api};
use tower::ServiceExt;

use crate::alerts_stream::Streams;
use crate::helpers::{self, Helpers};
use crate::site::Site;

/// Everything this process answers.
pub fn router(helpers: Helpers, streams: Streams, site: Site) -> Router {
    let api = api(helpers.ctx.clone());
    let call = move |request: Request| {
        let api = api.clone();
        async move { api.oneshot(request).await.into_response() }
    };
    let page = move |request: Request| {
        let site = site.clone();
        async move { site.answer(request).await }
    };
    Router::new()
        .route("/v1", any(call.clone()))
        .route("/v1/", any(call.clone()))
        .route("/v1/{*rest}", any(call))
        .merge(helpers::routes(helpers))
        .merge(streams.routes())
        .fallback(page)
        .layer(from_fn(arrive))
}

/// Notes where the request came from, and puts on every answer what every answer carries.
async fn arrive(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = Peer(address.ip());
        request.extensions_mut().insert(peer);
    }
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
