//! Whom no door can see. Who and what was registered and never seen: a mistyped card, a door nobody is led to, a
//! reader that was never wired. None of these is a silence of somebody; each is told as a matter of devices, after
//! [`limits::NEVER_HEARD_HOURS`]. And who is silent for as long as was agreed behind a dead door: nothing is
//! claimed, and somebody is told to call them, again every [`limits::UNSEEN_TOLD_HOURS`]. A door that comes and goes
//! is told of every [`limits::DOOR_TOLD_HOURS`] at most.
//!
//! Source: the case study's step between enrolling somebody and watching over them, in which their card is tried
//! at their door; the hours are ours.

use jiff::{SignedDuration, Timestamp};

use super::deadline::Outage;
use super::{Device, Watched};
use crate::limits;

fn a_day_after(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(limits::NEVER_HEARD_HOURS))
        .unwrap_or(at)
}

impl Watched {
    /// No door has seen them since it was agreed, a day or longer ago.
    #[must_use]
    pub fn is_never_seen(&self, at: Timestamp) -> bool {
        self.presence.sign.is_none() && a_day_after(self.since) <= at
    }

    /// Somebody was told that no door can see them, and they gave no sign since.
    #[must_use]
    pub fn is_unseen_told(&self) -> bool {
        let sign = self.presence.sign.map(|sign| sign.at);
        self.unseen_told_at.is_some() && self.unseen_told_at > sign
    }

    /// When somebody is to be told that no door can see them: at once, or again some hours after the last time.
    #[must_use]
    pub fn tells_unseen_at(&self, at: Timestamp) -> Timestamp {
        let told = self.unseen_told_at.filter(|_| self.is_unseen_told());
        let again = SignedDuration::from_hours(limits::UNSEEN_TOLD_HOURS);
        told.map_or(at, |told| told.checked_add(again).unwrap_or(told))
    }
}

impl Device {
    /// When somebody is told that it never spoke: a day after it was registered, which its id says. Absent where
    /// it did, and where that was told.
    #[must_use]
    pub fn unheard_at(&self) -> Option<Timestamp> {
        let waits = self.heard_at.is_none() && self.outages.is_empty();
        // The upper 48 bits of an id are milliseconds.
        let millis = i64::try_from(self.id.bits() >> 80).unwrap_or(0);
        let registered = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
        waits.then(|| a_day_after(registered))
    }

    /// Not before then is it told that it is dead: some hours after the last time, however often it came back in
    /// between. Absent where it never was dead for long enough to be told.
    ///
    /// Nothing is stored of what was told: an outage was if it lasted until the sweeper found it, and no other was
    /// told within these hours.
    #[must_use]
    pub fn tells_dead_from(&self) -> Option<Timestamp> {
        let patience = i64::from(self.heartbeat_minutes) * i64::from(limits::HEARTBEATS_MISSED);
        let patience = SignedDuration::from_mins(patience);
        let pause = SignedDuration::from_hours(limits::DOOR_TOLD_HOURS);
        self.outages
            .iter()
            .fold(None, |next: Option<Timestamp>, outage| {
                let found = outage.from.checked_add(patience).ok()?;
                let told = next.map_or(found, |next| next.max(found));
                match outage.to {
                    Some(to) if told < to => told.checked_add(pause).ok(),
                    Some(_) | None => next,
                }
            })
    }

    /// It never spoke, and that is told now: an outage from the beginning, which its first word ends. Absent where
    /// there is nothing to tell, or it is too early.
    #[must_use]
    pub fn never_heard(mut self, at: Timestamp) -> Option<Self> {
        if self.unheard_at()? > at {
            return None;
        }
        self.outages.push(Outage {
            from: Timestamp::UNIX_EPOCH,
            to: None,
        });
        self.ver += 1;
        Some(self)
    }
}
