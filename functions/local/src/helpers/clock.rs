//! Reading the clock, and moving it forward.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, SpanRelativeTo};
use serde::{Deserialize, Serialize};
use service::Error;
use service::ctx::Clock;
use wire::{Code, Problem};

use super::Helpers;

#[derive(Serialize)]
struct Reading {
    now: jiff::Timestamp,
    offset_ms: i64,
}

/// `advance`: an ISO 8601 duration such as `PT1H` or `P2D`, days of 24 hours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance: String,
}

pub async fn read(State(helpers): State<Helpers>) -> Response {
    let offset_ms = i64::try_from(helpers.clock.moved().as_millis()).unwrap_or(i64::MAX);
    let now = helpers.clock.now();
    Json(Reading { now, offset_ms }).into_response()
}

/// Moves the clock, then lets the sweeper and the relay do what has fallen due.
pub async fn advance(State(helpers): State<Helpers>, body: Bytes) -> Response {
    match moved(&helpers, &body).await {
        Ok(()) => read(State(helpers)).await,
        Err(error) => error.into_response(),
    }
}

async fn moved(helpers: &Helpers, body: &[u8]) -> Result<(), Error> {
    let asked: Advance = service::parse::json(body)?;
    let refused = || Error::from(Problem::new(Code::BadValue).at("/advance"));
    let by = duration(&asked.advance).ok_or_else(refused)?;
    match helpers.clock.advance(by) {
        Ok(Some(_)) => {}
        Ok(None) => return Err(refused()),
        Err(stop) => {
            tracing::error!("The clock could not be kept: {stop}");
            return Err(Problem::new(Code::Failed).into());
        }
    }
    helpers.loops.sweep().await?;
    helpers.loops.relay().await
}

fn duration(raw: &str) -> Option<SignedDuration> {
    let span: jiff::Span = raw.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("PT1H"), Some(SignedDuration::from_hours(1)));
        assert_eq!(
            duration("P2DT30M"),
            Some(SignedDuration::from_mins(2 * 1440 + 30))
        );
        assert_eq!(duration("-PT1S"), Some(SignedDuration::from_secs(-1)));
        for bad in ["", "1 parsec", "P1M"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
