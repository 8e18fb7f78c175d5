//! The number of a call: on its answer, beside each line it writes into the log, and in a problem that is a machine's
//! fault. Whoever is told of a failure can say which line it was.

use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;

use crate::ctx::{Ids, SystemIds};

/// The header every answer carries it in.
pub const HEADER: &str = "x-request-id";
/// Nobody's numbers are longer.
const LENGTH_MAX: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// Cheap to clone. Put into a request by a process that is told one from outside; else it is made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// What the platform calls this call; `None` unless it is letters, digits and hyphens.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=LENGTH_MAX).contains(&text.len()) && text.bytes().all(plain);
        fits.then(|| Self(text.into()))
    }

    fn fresh() -> Self {
        Self(format!("{:032x}", SystemIds.bits()).into())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Of the call that is being answered here.
#[must_use]
pub fn current() -> Option<String> {
    CURRENT.try_with(ToString::to_string).ok()
}

/// Gives each call its number. What a caller claims it to be is not believed.
pub async fn numbered(mut request: Request, next: Next) -> Response {
    let given = request.extensions_mut().remove::<RequestId>();
    let id = given.unwrap_or_else(RequestId::fresh);
    // As loud as the loudest line, so that none is without it.
    let span = tracing::error_span!("call", request = %id);
    let answer = CURRENT.scope(id.clone(), next.run(request));
    let mut response = answer.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static(HEADER), value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_from_outside_is_plain() {
        let uuid = "8476a536-e9f4-11e8-9739-000000000001";
        assert_eq!(
            RequestId::named(uuid).map(|id| id.to_string()),
            Some(uuid.into())
        );
        let long = "a".repeat(LENGTH_MAX + 1);
        for other in ["", "a b", "a\"", "\u{90bb}", long.as_str()] {
            assert_eq!(RequestId::named(other), None, "{other}");
        }
        assert_ne!(RequestId::fresh(), RequestId::fresh());
        assert_eq!(current(), None, "no call is being answered");
    }
}
