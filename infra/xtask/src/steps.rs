//! Numbered steps with elapsed time, and a sign of life during long ones.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::stop::Done;

/// A step silent for this long says that it is still at work.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Counts the steps of one task.
pub struct Steps {
    number: usize,
    total: usize,
    begun: Instant,
}

impl Steps {
    pub fn of(total: usize) -> Steps {
        Steps {
            number: 0,
            total,
            begun: Instant::now(),
        }
    }

    /// Announces a step, does it, and says how long it took.
    pub fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Done<T>) -> Done<T> {
        self.number += 1;
        println!("step {} of {}: {what}", self.number, self.total);
        let begun = Instant::now();
        let result = with_sign_of_life(what, work);
        let verdict = if result.is_ok() { "done" } else { "stopped" };
        println!(
            "  {verdict} in {} ({} in all)",
            spent(begun.elapsed()),
            spent(self.elapsed())
        );
        result
    }

    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

fn with_sign_of_life<T>(what: &str, work: impl FnOnce() -> Done<T>) -> Done<T> {
    let (finished, watch) = mpsc::channel::<()>();
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = watch.recv_timeout(SIGN_OF_LIFE) {
                println!("  … {what}: {} so far", spent(begun.elapsed()));
            }
        });
        let result = work();
        drop(finished);
        result
    })
}

/// A duration as a person would say it: `0.4 s`, `42 s`, `3 min 05 s`.
pub fn spent(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(spent(Duration::from_millis(420)), "0.4 s");
        assert_eq!(spent(Duration::from_secs(42)), "42 s");
        assert_eq!(spent(Duration::from_secs(185)), "3 min 05 s");
    }
}
