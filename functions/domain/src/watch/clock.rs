//! What the word of a device's own clock is worth: how far behind ours it is, and when something happened by ours.
//! Heartbeats tell best ([`Device::clocked`]). Some makers' say no time: then what happens live tells, and as a
//! slow line only ever adds, the shortest delay of the latest is taken.
//!
//! What is older than a week, or was kept and sent later with a time that cannot be right, proves nothing of now: an
//! event that a reader kept for eight days is no sign of life today. Only a clock that is far off by the same for an
//! hour, as one that began anew with its battery is, is taken to be wrong, rather than the event to be old.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::device::{Device, When, effective};
use crate::limits;

/// What is known of a device's clock besides its heartbeats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// How far it is behind ours, in seconds, as what happened live showed it: at most one in
    /// [`limits::SKEW_EVENT_MINUTES`], as a queue comes in at once; in the order they came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    by_events: Vec<i64>,
    /// When the last of them came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sampled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    astray: Option<Astray>,
}

/// So far off that it is no clock ([`limits::SKEW_SECONDS`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Astray {
    /// How far it is behind ours.
    offset_seconds: i64,
    /// Since when it says so.
    since: Timestamp,
}

impl Astray {
    /// After one more live word that was so far behind: forgotten where that is a clock, and begun anew where it is
    /// another one.
    fn after(before: Option<Self>, offset_seconds: i64, at: Timestamp) -> Option<Self> {
        if offset_seconds.saturating_abs() <= limits::SKEW_SECONDS {
            return None;
        }
        let since = at;
        let steady = before.filter(|one| one.is_steady(offset_seconds));
        Some(steady.unwrap_or(Self {
            offset_seconds,
            since,
        }))
    }

    fn is_steady(&self, offset_seconds: i64) -> bool {
        let moved = self.offset_seconds.saturating_sub(offset_seconds);
        moved.saturating_abs() <= limits::CLOCK_AHEAD_MINUTES * 60
    }
}

impl Clock {
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// It is known to be wrong, and by as much.
    fn is_wrong(&self, offset_seconds: i64, at: Timestamp) -> bool {
        let long = SignedDuration::from_mins(limits::ASTRAY_MINUTES);
        self.astray.is_some_and(|astray| {
            astray.is_steady(offset_seconds) && at.duration_since(astray.since) >= long
        })
    }

    fn sampled(&mut self, offset_seconds: i64, at: Timestamp) {
        let apart = SignedDuration::from_mins(limits::SKEW_EVENT_MINUTES);
        let soon = |last: Timestamp| at.duration_since(last) < apart;
        if offset_seconds.saturating_abs() > limits::SKEW_SECONDS
            || self.sampled_at.is_some_and(soon)
        {
            return;
        }
        self.sampled_at = Some(at);
        self.by_events.push(offset_seconds);
        let many = self.by_events.len().saturating_sub(limits::SKEW_HEARTBEATS);
        self.by_events.drain(..many);
    }

    /// How far behind it is by what happened; absent while too little did.
    fn skew_seconds(&self) -> Option<i64> {
        let enough = self.by_events.len() >= limits::SKEW_EVENTS;
        self.by_events.iter().copied().min().filter(|_| enough)
    }
}

/// How far behind ours, in seconds, a clock is that said this of what came in then.
fn offset(said: Timestamp, received: Timestamp) -> i64 {
    received.duration_since(said).as_secs()
}

impl Device {
    /// With one live heartbeat more, which said that moment and came in at `received`.
    #[must_use]
    pub fn beaten(mut self, said: Timestamp, received: Timestamp) -> Self {
        self.clock.astray = Astray::after(self.clock.astray, offset(said, received), received);
        self.clocked(said, received)
    }

    /// With one thing more that happened live. Moves what is known of its clock only where its heartbeats say no time.
    #[must_use]
    pub fn happened(mut self, said: Timestamp, received: Timestamp) -> Self {
        let offset = offset(said, received);
        self.clock.astray = Astray::after(self.clock.astray, offset, received);
        if self.offsets.is_empty() {
            self.clock.sampled(offset, received);
            self.skew_seconds = self.clock.skew_seconds().unwrap_or(self.skew_seconds);
        }
        self
    }

    /// When something happened that came in at `received`. `live`: it comes as it happens, as far as is known.
    /// Absent where its time cannot be right, and when it came in may not stand for it.
    #[must_use]
    pub fn moment(&self, said: Timestamp, received: Timestamp, live: bool) -> Option<When> {
        let when = effective(said, received, self.skew_seconds);
        let When::Approximately(_) = when else {
            return Some(when);
        };
        let offset = offset(said, received);
        // What lies ahead of us is a wrong clock, and no old event.
        let ahead = self.skew_seconds > offset;
        (live && (ahead || self.clock.is_wrong(offset, received))).then_some(when)
    }
}
