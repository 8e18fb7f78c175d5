//! What could not be settled in a pass, so that its mark says no more than is true.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::Refusal;
use store::schema::Item;
use store::table::key_of;

use super::failed;
use crate::error::Error;

/// How many single matters failed in one pass. Each is in the log, and nominated again the next time.
#[derive(Debug, Default)]
pub struct Missed(AtomicU32);

impl Missed {
    pub fn failed(&self, subject: &str, error: &Error) {
        failed(subject, error);
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether something was done. Somebody else was faster: not ours to do any more.
    pub fn settled(&self, subject: &Item, done: Result<bool, Error>) -> bool {
        match done {
            Ok(done) => done,
            Err(Error::Refused(Refusal::Stale)) => false,
            Err(error) => {
                let key = key_of(subject);
                self.failed(&format!("{} {}", key.pk, key.sk), &error);
                false
            }
        }
    }

    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}
