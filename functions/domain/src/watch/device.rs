//! How far a door can be trusted: what it can tell, whether it is heard from, and how its clock goes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{CommunityId, DeviceId, PersonId, limits};

named! {
    /// What a door can tell.
    DoorSense {
        /// Everybody is identified on the way in and on the way out.
        BothWays = "both_ways",
        /// Identified on the way in; out by a button, which anybody may press.
        EntryOnly = "entry_only",
        /// The door of one home: that it was opened, and not by whom.
        HomeDoor = "home_door",
    }
}

/// One reader or magnet. `key_vers`: the versions of its key that are good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: DeviceId,
    pub community: CommunityId,
    pub name: String,
    pub sense: DoorSense,
    /// Whose home, at a door of one home.
    pub home_of: Option<PersonId>,
    /// How often it says that it is there, in minutes.
    pub heartbeat_minutes: u32,
    /// The latest moment, by our clock, at which it was heard from.
    pub heard_at: Option<Timestamp>,
    /// How far its clock is behind ours, in seconds; measured on heartbeats.
    pub skew_seconds: i64,
    /// The largest number of its own counting.
    pub seq: u64,
    /// The newest version of its key; the one before is good, too.
    pub key_ver: u32,
    /// When somebody last passed here who was not identified.
    pub unidentified_at: Option<Timestamp>,
    pub ver: u64,
}

/// Whether a door is heard from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// Heard from within one heartbeat.
    Alive,
    /// One heartbeat is missing, and it is too early to call it dead.
    Late,
    /// Silent since this moment.
    Dead { since: Timestamp },
}

impl Device {
    /// By when it should have been heard from again, at the latest.
    #[must_use]
    pub fn dead_at(&self) -> Option<Timestamp> {
        let heard = self.heard_at?;
        heard
            .checked_add(self.beat() * limits::HEARTBEATS_MISSED)
            .ok()
    }

    #[must_use]
    pub fn liveness(&self, at: Timestamp) -> Liveness {
        let Some(heard) = self.heard_at else {
            return Liveness::Dead {
                since: Timestamp::UNIX_EPOCH,
            };
        };
        let silent = at.duration_since(heard);
        if silent <= self.beat() {
            Liveness::Alive
        } else if silent <= self.beat() * limits::HEARTBEATS_MISSED {
            Liveness::Late
        } else {
            Liveness::Dead { since: heard }
        }
    }

    fn beat(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.heartbeat_minutes))
    }
}

/// When something happened, by a device's own clock and by ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Corrected by what is known of the clock; never ahead of ours by more than a little.
    At(Timestamp),
    /// The device's clock cannot be right; the moment it came in stands for it.
    Approximately(Timestamp),
}

impl When {
    #[must_use]
    pub fn at(self) -> Timestamp {
        match self {
            Self::At(at) | Self::Approximately(at) => at,
        }
    }
}

/// The moment of an event. What lies ahead of us is drawn back to two minutes, so that no clock puts a
/// deadline off; what is further ahead, or older than a week, is taken as of now.
#[must_use]
pub fn effective(said: Timestamp, received: Timestamp, skew_seconds: i64) -> When {
    let corrected = said
        .checked_add(SignedDuration::from_secs(skew_seconds))
        .unwrap_or(said);
    let ahead = corrected.duration_since(received);
    if ahead > SignedDuration::from_mins(limits::CLOCK_AHEAD_MINUTES)
        || -ahead > SignedDuration::from_hours(limits::EVENT_AGE_DAYS * 24)
    {
        return When::Approximately(received);
    }
    let latest = received
        .checked_add(SignedDuration::from_mins(limits::CLOCK_CLAMP_MINUTES))
        .unwrap_or(received);
    When::At(corrected.min(latest))
}
