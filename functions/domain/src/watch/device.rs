//! How far a door can be trusted: what it can tell, whether it is heard from, and how its clock goes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::deadline::Outage;
use super::ways::Ways;
use super::window;
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
        /// No door at all: what is worn, or the gateway it speaks through. Says something of a body.
        Health = "health",
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
    /// How far its clock is behind ours, in seconds: the median of `offsets`.
    pub skew_seconds: i64,
    /// The same as its latest heartbeats showed it, in the order they came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<i64>,
    /// The largest number of its own counting, of what the newest version of its key signed.
    pub seq: u64,
    /// The same of the version before.
    #[serde(default)]
    pub seq_before: u64,
    /// Which numbers below `seq` never came ([`window`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<u64>,
    /// Which of the version before never came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps_before: Vec<u64>,
    /// The newest version of its key; the one before is good, too.
    pub key_ver: u32,
    /// When somebody last passed here who was not identified.
    pub unidentified_at: Option<Timestamp>,
    /// When somebody last passed here, whoever it was, as far as its days are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<Timestamp>,
    /// When it was not heard from, in order; the last one lasts while it is dead. What ended long ago is
    /// forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<Outage>,
    #[serde(default, skip_serializing_if = "Clock::is_unknown")]
    pub clock: Clock,
    /// Which way somebody goes who is recognised there, where it does not say so itself.
    #[serde(default, skip_serializing_if = "Ways::is_unsaid")]
    pub ways: Ways,
    /// When somebody was last identified here, whoever it was: the latest of them, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identified: Vec<Timestamp>,
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

    /// Heard from at that moment, by our clock: whatever outage lasted is over, and a silence that nobody
    /// looked at meanwhile was one. Of the time before its first word nothing is known, and nothing noted.
    /// The version is the caller's to count.
    #[must_use]
    pub fn heard(mut self, at: Timestamp) -> Self {
        if self.heard_at.is_some() {
            self.outages = self.outages(at);
        }
        if let Some(last) = self.outages.last_mut()
            && last.to.is_none()
            && last.from < at
        {
            last.to = Some(at);
        }
        let oldest = at.checked_sub(SignedDuration::from_hours(24 * limits::OUTAGE_DAYS));
        let oldest = oldest.unwrap_or(Timestamp::MIN);
        self.outages
            .retain(|outage| outage.to.is_none_or(|to| to > oldest));
        let many = self.outages.len().saturating_sub(limits::OUTAGES);
        self.outages.drain(..many);
        self.heard_at = self.heard_at.max(Some(at));
        self
    }

    /// Dead at that moment, and not yet known to be. Absent where it is heard from, never was, or is known
    /// to be dead.
    #[must_use]
    pub fn fell_silent(mut self, at: Timestamp) -> Option<Self> {
        let known = self.known_dead();
        match self.liveness(at) {
            Liveness::Dead { .. } if self.heard_at.is_some() && !known => {
                self.outages = self.outages(at);
                self.ver += 1;
                Some(self)
            }
            Liveness::Dead { .. } | Liveness::Late | Liveness::Alive => None,
        }
    }

    /// An outage that lasted until it was heard from again is over, whoever wrote that it was heard from.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if let (Some(last), Some(heard)) = (self.outages.last_mut(), self.heard_at)
            && last.to.is_none()
            && last.from < heard
        {
            last.to = Some(heard);
        }
        self
    }

    /// An outage is noted that lasts since it was last heard from.
    #[must_use]
    pub fn known_dead(&self) -> bool {
        let last = self.outages.last();
        last.is_some_and(|last| last.to.is_none() && Some(last.from) == self.heard_at)
    }

    /// When it was not heard from, up to that moment, in order: those that are noted, and the one that
    /// lasts. A door that was never heard from never saw anybody.
    #[must_use]
    pub fn outages(&self, at: Timestamp) -> Vec<Outage> {
        let mut outages = self.clone().settled().outages;
        let lasts = outages.last().is_some_and(|last| last.to.is_none());
        if let Liveness::Dead { since } = self.liveness(at)
            && !lasts
        {
            outages.push(Outage {
                from: since,
                to: None,
            });
        }
        outages
    }

    /// The largest number that this version of its key signed; absent where the version is not good. The
    /// newest is, and the one before.
    #[must_use]
    pub fn count(&self, key_ver: u32) -> Option<u64> {
        self.numbers(key_ver).map(|(largest, _)| largest)
    }

    fn numbers(&self, key_ver: u32) -> Option<(u64, &[u64])> {
        match key_ver {
            0 => None,
            ver if ver == self.key_ver => Some((self.seq, self.gaps.as_slice())),
            ver if Some(ver) == self.key_ver.checked_sub(1) => {
                Some((self.seq_before, self.gaps_before.as_slice()))
            }
            _ => None,
        }
    }

    /// Whether a number that this version of its key signed may be taken: it never was, and is not so far
    /// behind the largest that nobody could tell.
    #[must_use]
    pub fn takes(&self, key_ver: u32, seq: u64) -> bool {
        self.numbers(key_ver)
            .is_some_and(|(largest, gaps)| window::is_new(largest, gaps, seq))
    }

    /// With a number taken that that version of its key signed. The largest never goes back. The version of
    /// the item is the caller's to count.
    #[must_use]
    pub fn counted(mut self, key_ver: u32, seq: u64) -> Self {
        if key_ver == self.key_ver {
            (self.seq, self.gaps) = window::taken(self.seq, &self.gaps, seq);
        } else if Some(key_ver) == self.key_ver.checked_sub(1) {
            (self.seq_before, self.gaps_before) =
                window::taken(self.seq_before, &self.gaps_before, seq);
        }
        self
    }

    /// With one version of its key more. Numbers begin anew with it, so that a reader that forgot its count
    /// is heard again; what older versions signed is never taken a second time. The version of the item is
    /// the caller's to count.
    #[must_use]
    pub fn rekeyed(self) -> Self {
        Self {
            seq: 0,
            seq_before: self.seq,
            gaps: Vec::new(),
            gaps_before: self.gaps,
            key_ver: self.key_ver.saturating_add(1),
            ..self
        }
    }

    /// With one heartbeat more, which said that moment and came in at `received`: one that a slow line held
    /// up moves nothing. What is far off is no clock, and leaves it as it is.
    #[must_use]
    pub fn clocked(mut self, said: Timestamp, received: Timestamp) -> Self {
        let offset = received.duration_since(said).as_secs();
        if offset.abs() > limits::SKEW_SECONDS {
            return self;
        }
        self.offsets.push(offset);
        let many = self.offsets.len().saturating_sub(limits::SKEW_HEARTBEATS);
        self.offsets.drain(..many);
        let mut sorted = self.offsets.clone();
        sorted.sort_unstable();
        // Of an even number the smaller: a line only ever adds.
        let middle = (sorted.len() - 1) / 2;
        self.skew_seconds = sorted.get(middle).copied().unwrap_or(self.skew_seconds);
        self
    }

    /// Of these moments at which somebody passed, those that are to be counted: none that is not after all
    /// that were counted before, so that nothing counts twice. The door of one home is not counted: its
    /// days would tell of one person after what is known of them is gone.
    #[must_use]
    pub fn uncounted(&self, mut passed: Vec<Timestamp>) -> Vec<Timestamp> {
        let counts = matches!(self.sense, DoorSense::BothWays | DoorSense::EntryOnly);
        passed.retain(|at| counts && Some(*at) > self.passed_at);
        passed
    }

    /// With somebody who was identified here then, whoever it was. The latest are remembered, in whatever order they
    /// come in.
    #[must_use]
    pub fn identified_at(mut self, at: Timestamp) -> Self {
        if let Err(place) = self.identified.binary_search(&at) {
            self.identified.insert(place, at);
        }
        let many = self.identified.len().saturating_sub(limits::IDENTIFIED);
        self.identified.drain(..many);
        self
    }

    /// Opened by whoever was identified here right before, rather than by somebody unknown.
    #[must_use]
    pub fn opened_for_whoever_was_identified(&self, opened: Timestamp) -> bool {
        let soon = SignedDuration::from_secs(limits::OPENED_AFTER_SECONDS);
        self.identified.iter().any(|at| {
            let after = opened.duration_since(*at);
            SignedDuration::ZERO <= after && after <= soon
        })
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
/// deadline off. What is further ahead, or older than a week, cannot be right; whether it is taken as of now is
/// [`Device::moment`]'s to say.
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
