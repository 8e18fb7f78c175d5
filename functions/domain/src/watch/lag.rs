//! Whether what doors say comes in at all. A queue that is held up, or a line that is cut, looks like silence of
//! everybody at once: then an alert is held for a while, and opened as unconfirmed.
//!
//! A door is heard from when the queue took its word, however long that waited there; so a queue that is held up is
//! seen by how few doors were heard from in the last minutes. Source of the ten minutes, the fifth and the two hours:
//! the research behind the watch, on silences that were the telemetry's own.

use jiff::{SignedDuration, Timestamp};

use super::{Device, DoorSense};
use crate::limits;

/// Fewer doors were heard from in the last minutes than a fifth of those that should have been. False where so few
/// should have been that it says nothing. A door that was dead for long is not waited for.
#[must_use]
pub fn is_lagging(doors: &[Device], at: Timestamp) -> bool {
    let lately = SignedDuration::from_mins(limits::LAG_MINUTES);
    let (mut expected, mut heard) = (0, 0);
    for door in doors.iter().filter(|door| counts(door, at)) {
        let beat = i64::from(door.heartbeat_minutes).max(1);
        // In thousandths of a word.
        expected += 1_000 * limits::LAG_MINUTES.min(beat) / beat;
        let silent = door.heard_at.map(|heard| at.duration_since(heard));
        heard += i64::from(silent.is_some_and(|silent| silent <= lately));
    }
    expected >= 1_000 * limits::LAG_WORDS_LEAST
        && 100 * 1_000 * heard < expected * limits::LAG_PER_CENT
}

fn counts(door: &Device, at: Timestamp) -> bool {
    let held = SignedDuration::from_mins(limits::LAG_HELD_MINUTES);
    let dead = door.dead_at().and_then(|dead| dead.checked_add(held).ok());
    door.sense != DoorSense::Health && dead.is_some_and(|dead| at <= dead)
}

/// Until when an alert is held that could be opened since `reached`, while little comes in: looked at again within a
/// minute. Absent once it was held for long enough.
#[must_use]
pub fn held_until(reached: Timestamp, at: Timestamp) -> Option<Timestamp> {
    let longest = SignedDuration::from_mins(limits::LAG_HELD_MINUTES);
    let ends = reached.checked_add(longest).unwrap_or(reached);
    let again = at.checked_add(SignedDuration::from_mins(1)).unwrap_or(at);
    (at < ends).then(|| again.min(ends))
}
