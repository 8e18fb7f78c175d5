//! How long a pass may take, on the wall: a function on AWS is ended without a word when its time is over, and what
//! it had only gathered by then would be gathered again by the next, and never done.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time of one pass.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    ends: Instant,
}

impl Turn {
    /// From now on.
    #[must_use]
    pub fn of_seconds(seconds: u64) -> Self {
        Self {
            ends: Instant::now() + Duration::from_secs(seconds),
        }
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.ends
    }
}

/// Each minute another one is the first, so that none is always the last, for which there is no time.
#[must_use]
pub fn rotated<T>(mut all: Vec<T>, at: Timestamp) -> Vec<T> {
    let minute = at.as_second().div_euclid(60);
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX).max(1);
    all.rotate_left(usize::try_from(minute.rem_euclid(count)).unwrap_or(0));
    all
}
