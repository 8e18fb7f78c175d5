//! How often a process tries again while the store is overloaded. Trying everything eight times would be eight
//! times the load just where it is too much; so second tries are paid from what first ones put aside.
//! Conflicts are not paid for: there others made progress.

use std::sync::atomic::{AtomicI64, Ordering};

use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use domain::limits::{RETRY_RESERVE, RETRY_TENTHS, SDK_RETRY_TOKENS};

const WHOLE: i64 = 10;

/// In tenths of a try.
#[derive(Debug)]
pub(crate) struct Budget(AtomicI64);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicI64::new(RETRY_RESERVE * WHOLE))
    }
}

impl Budget {
    /// Something is tried for the first time.
    pub fn first(&self) {
        let more = |left: i64| Some((left + RETRY_TENTHS).min(RETRY_RESERVE * WHOLE));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// May it be tried again?
    pub fn again(&self) -> bool {
        let less = |left: i64| (left >= WHOLE).then_some(left - WHOLE);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.is_ok()
    }
}

/// What the SDK's own second tries are paid from, of one client: they come on top of those of transactions.
#[must_use]
pub fn sdk_retries(client: &'static str) -> RetryPartition {
    RetryPartition::custom(client)
        .token_bucket(TokenBucket::new(SDK_RETRY_TOKENS))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_storm_no_more_than_three_tenths_are_tried_again() {
        let budget = Budget::default();
        let (calls, mut again) = (10_000, 0);
        for _ in 0..calls {
            budget.first();
            // Nothing ever comes through.
            while budget.again() {
                again += 1;
            }
        }
        let most = RETRY_RESERVE + calls * RETRY_TENTHS / WHOLE;
        assert!((most - 1..=most).contains(&again), "{again} of {most}");
    }

    #[test]
    fn a_single_hiccup_is_tried_as_often_as_there_is_reserve() {
        let budget = Budget::default();
        let again = std::iter::from_fn(|| budget.again().then_some(())).count();
        assert_eq!(i64::try_from(again).expect("a count"), RETRY_RESERVE);
        for _ in 0..WHOLE {
            budget.first();
        }
        let again = std::iter::from_fn(|| budget.again().then_some(())).count();
        assert_eq!(i64::try_from(again).expect("a count"), RETRY_TENTHS);
    }
}
