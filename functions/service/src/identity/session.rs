//! Who is asking: the session behind a cookie.

use http::HeaderMap;
use jiff::Timestamp;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;

/// Refuses: `SignedOut`.
pub async fn who(_ctx: &Ctx, _headers: &HeaderMap, _at: Timestamp) -> Result<Who, Error> {
    Err(domain::Refusal::SignedOut.into())
}
