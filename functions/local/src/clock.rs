//! A clock that demonstrations and tests can move forward, never back.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use service::ctx::Clock;

use crate::stop::{About, Stop};

/// Where a clock begins.
#[derive(Clone, Copy, Debug, Default)]
pub enum Begin {
    /// With the operating system's time.
    #[default]
    Now,
    /// At a moment, and running from there.
    From(Timestamp),
    /// At a moment, and standing still until it is moved.
    StandingAt(Timestamp),
}

/// The operating system's time or a standing one, plus what it was moved by.
pub struct LocalClock {
    standing: Option<Timestamp>,
    moved: Mutex<SignedDuration>,
    /// Where the distance is kept over a restart, in whole milliseconds.
    file: Option<PathBuf>,
}

impl LocalClock {
    /// A clock of its own, for an in-memory store.
    #[must_use]
    pub fn begin(begin: Begin) -> Self {
        let (standing, moved) = match begin {
            Begin::Now => (None, SignedDuration::ZERO),
            Begin::From(at) => (None, at.duration_since(Timestamp::now())),
            Begin::StandingAt(at) => (Some(at), SignedDuration::ZERO),
        };
        Self {
            standing,
            moved: Mutex::new(moved),
            file: None,
        }
    }

    /// A clock that goes on where `file` says it was left, or else begins.
    pub fn kept_in(file: PathBuf, begin: Begin) -> Result<Self, Stop> {
        let fresh = Self::begin(begin);
        let moved = match fs::read_to_string(&file) {
            Ok(text) => {
                let millis = text.trim().parse().map_err(|_| {
                    Stop::because(format!(
                        "{} is damaged: it should hold a number",
                        file.display()
                    ))
                })?;
                Mutex::new(SignedDuration::from_millis(millis))
            }
            Err(_) => fresh.moved,
        };
        Ok(Self {
            moved,
            file: Some(file),
            ..fresh
        })
    }

    /// How far it is ahead of the time it counts from.
    pub fn moved(&self) -> SignedDuration {
        *self.moved.lock().expect("nobody panics while holding it")
    }

    /// Moves it forward. `None` when `by` is not forward, or leads out of the years there are.
    pub fn advance(&self, by: SignedDuration) -> Result<Option<Timestamp>, Stop> {
        let mut moved = self.moved.lock().expect("nobody panics while holding it");
        let Some(sum) = moved.checked_add(by) else {
            return Ok(None);
        };
        let now = self.base().checked_add(sum);
        let (Ok(now), true) = (now, by > SignedDuration::ZERO) else {
            return Ok(None);
        };
        if let Some(file) = &self.file {
            fs::write(file, sum.as_millis().to_string()).about(file)?;
        }
        *moved = sum;
        Ok(Some(now))
    }

    fn base(&self) -> Timestamp {
        self.standing.unwrap_or_else(Timestamp::now)
    }
}

impl Clock for LocalClock {
    fn now(&self) -> Timestamp {
        self.base()
            .checked_add(self.moved())
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_forward_only_and_remembers() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let file = temporary.path().join("clock");
        let at: Timestamp = "2026-11-24T01:00:00Z".parse().expect("a time");
        let open = || LocalClock::kept_in(file.clone(), Begin::StandingAt(at)).expect("opens");
        let clock = open();
        let hour = SignedDuration::from_hours(1);
        assert_eq!(clock.advance(hour).expect("kept"), Some(at + hour));
        assert_eq!(clock.advance(-hour).expect("kept"), None);
        assert_eq!(clock.advance(SignedDuration::MAX).expect("kept"), None);
        assert_eq!(open().now(), at + hour);
    }
}
