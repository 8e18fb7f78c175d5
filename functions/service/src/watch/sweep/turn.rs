//! How long a pass may take, on the wall: a function on AWS is ended without a word when its time is over, and what
//! it had only gathered by then would be gathered again by the next, and never done.

use std::time::{Duration, Instant};

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
