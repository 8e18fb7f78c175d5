//! Decided on what was read; where somebody else was faster, again.

use domain::Refusal;
use store::Failure;

use crate::error::Error;

/// It met somebody else's change: to be decided again.
pub(crate) fn is_stale<T>(done: &Result<T, Error>) -> bool {
    matches!(done, Err(Error::Refused(Refusal::Stale)))
}

/// It met somebody else's change on every try: the caller may come back.
pub(crate) fn busy() -> Error {
    Error::Failed(Failure {
        retryable: true,
        context: "what it was decided on changed on every try".into(),
    })
}

/// Decides and writes, and does so again for as long as others are faster, up to a limit.
macro_rules! until_settled {
    ($try:expr) => {{
        let mut done = $try.await;
        let mut attempt = 0;
        while $crate::points::tries::is_stale(&done) && attempt < domain::limits::POINT_TRIES {
            store::points::ledger::breathe(attempt).await;
            attempt += 1;
            done = $try.await;
        }
        match $crate::points::tries::is_stale(&done) {
            true => Err($crate::points::tries::busy()),
            false => done,
        }
    }};
}
pub(crate) use until_settled;
