//! `/_local/`: what a demonstration and a test need and a real deployment must not have.
//!
//! Answered only while the server listens on loopback, to a caller on loopback who names a
//! loopback host (a foreign name that resolves to 127.0.0.1 is turned away), from our own pages, and
//! not through a proxy: whoever stands behind one may be anywhere.

mod clock;
mod demo;
mod outbox;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Uri, header};
use service::Ctx;
use service::http::{Peer, problem};
use wire::{Code, Problem};

use crate::clock::LocalClock;
use crate::loops::Loops;
use crate::outbox::OutboxFile;

/// What the helpers reach into.
#[derive(Clone)]
pub struct Helpers {
    /// They answer at all.
    pub open: bool,
    pub ctx: Ctx,
    pub clock: Arc<LocalClock>,
    pub outbox: Arc<OutboxFile>,
    pub loops: Arc<Loops>,
    /// Where the server listens.
    pub address: SocketAddr,
}

pub fn routes(helpers: Helpers) -> Router {
    Router::new()
        .route("/_local/outbox", get(outbox::page))
        .route("/_local/outbox.json", get(outbox::json))
        .route("/_local/demo", get(demo::accounts))
        .route("/_local/clock", get(clock::read).post(clock::advance))
        .route(
            "/_local/{*rest}",
            get(async || problem(&Problem::new(Code::NotFound))),
        )
        .method_not_allowed_fallback(async || problem(&Problem::new(Code::MethodNotAllowed)))
        .layer(from_fn_with_state(helpers.clone(), guard))
        .with_state(helpers)
}

async fn guard(State(helpers): State<Helpers>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    if !helpers.open
        || !helpers.address.ip().is_loopback()
        || !peer.is_some_and(|peer| peer.is_loopback())
    {
        return problem(&Problem::new(Code::NotFound));
    }
    if !is_ours(request.headers(), request.uri()) {
        return problem(&Problem::new(Code::WrongOrigin));
    }
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a proxy says about whom it asks for.
const FORWARDED: [&str; 6] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

fn is_ours(headers: &HeaderMap, uri: &Uri) -> bool {
    if FORWARDED.iter().any(|name| headers.contains_key(*name)) {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host").or_else(|| uri.authority().map(|authority| authority.as_str()));
    let Some(host) = host.filter(|host| is_loopback_name(host)) else {
        return false;
    };
    let from_elsewhere = matches!(text("sec-fetch-site"), Some("cross-site" | "same-site"))
        && text("sec-fetch-mode") != Some("navigate");
    let origin_fits = text("origin").is_none_or(|origin| origin == format!("http://{host}"));
    origin_fits && !from_elsewhere
}

fn is_loopback_name(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let name = authority.host();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| {
                (
                    http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        is_ours(&headers, &Uri::from_static("/_local/demo"))
    }

    #[test]
    fn only_our_own_pages_on_a_loopback_name() {
        assert!(ours(&[("host", "127.0.0.1:8080")]));
        assert!(ours(&[("host", "localhost:8080")]));
        for name in FORWARDED {
            let passed_on = [("host", "127.0.0.1:8080"), (name, "203.0.113.7")];
            assert!(!ours(&passed_on), "{name}");
        }
        assert!(ours(&[("host", "[::1]:8080")]));
        assert!(ours(&[
            ("host", "localhost:1"),
            ("origin", "http://localhost:1")
        ]));
        assert!(!ours(&[]));
        assert!(!ours(&[("host", "evil.example:8080")]));
        assert!(!ours(&[("host", "localhost.evil.example")]));
        assert!(!ours(&[
            ("host", "localhost:1"),
            ("origin", "http://localhost:2")
        ]));
        assert!(!ours(&[("host", "localhost:1"), ("origin", "null")]));
        assert!(!ours(&[
            ("host", "localhost:1"),
            ("sec-fetch-site", "cross-site")
        ]));
    }
}
