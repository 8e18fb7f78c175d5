//! Lambda ends a call that takes too long without a word. What is not done a little before that is answered like
//! anything else that is busy. What a command writes happened whole, or not at all, and the same id again finds it; a
//! file is taken row by row, and goes on; whoever was just signing in asks for another code.

use std::time::{Duration, Instant, SystemTime};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::limits;
use wire::{Code, Problem};

use crate::http::problem;

/// Put into a request by a process whose calls are ended from outside; without it a call takes as long as it takes.
#[derive(Clone, Copy, Debug)]
pub struct AnswerBy(Instant);

impl AnswerBy {
    /// So long before the call is ended that the answer still gets out.
    #[must_use]
    pub fn before(ended: SystemTime) -> Self {
        let left = ended.duration_since(SystemTime::now()).unwrap_or_default();
        let margin = Duration::from_secs(limits::ANSWER_SECONDS);
        Self(Instant::now() + left.saturating_sub(margin))
    }
}

pub async fn in_time(request: Request, next: Next) -> Response {
    let Some(AnswerBy(until)) = request.extensions().get::<AnswerBy>().copied() else {
        return next.run(request).await;
    };
    let patience = until.saturating_duration_since(Instant::now());
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("A call was not answered in time");
            problem(&Problem::new(Code::Busy))
        }
    }
}
