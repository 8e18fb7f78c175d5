//! What could not be settled in a pass, so that its mark says no more than is true.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use domain::Refusal;
use store::schema::Item;
use store::table::key_of;

use super::failed;
use super::turn::Turn;
use crate::error::Error;

/// How much failed in one pass, single matters and whole kinds, each of which is in the log; and whether time was too
/// short for some. All of them are nominated again the next time.
#[derive(Debug)]
pub struct Missed {
    turn: Turn,
    failed: AtomicU32,
    left: AtomicBool,
}

impl Missed {
    #[must_use]
    pub fn within(turn: Turn) -> Self {
        Self {
            turn,
            failed: AtomicU32::new(0),
            left: AtomicBool::new(false),
        }
    }

    /// Asked before each step that may be left for the next pass: its time is over.
    pub fn no_time(&self) -> bool {
        let over = self.turn.is_over();
        if over {
            self.left.store(true, Ordering::Relaxed);
        }
        over
    }

    /// There is more of one kind than one pass looks at.
    pub fn more(&self) {
        self.left.store(true, Ordering::Relaxed);
    }

    /// Everything of one kind could not even be nominated: one failure, however many they are.
    pub fn all_of(&self, subject: &str, error: &Error) {
        self.failed(subject, error);
        self.left.store(true, Ordering::Relaxed);
    }

    /// Everything that is due was looked at.
    pub fn is_whole(&self) -> bool {
        !self.left.load(Ordering::Relaxed)
    }

    pub fn failed(&self, subject: &str, error: &Error) {
        failed(subject, error);
        self.failed.fetch_add(1, Ordering::Relaxed);
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
        self.failed.load(Ordering::Relaxed)
    }
}
