//! Whose hand an account may be in. Staff who give an account its number or a role, or take its second
//! factor away, may be who signs in with it afterwards. For [`limits::KEEPER_DAYS`] the two count as one
//! hand, and so do all accounts that one hand set up; where a second person is asked for, one hand is
//! not two. What somebody sets of their own makes nobody else their hand. [`crate::account`] has what
//! sets up an account; whoever is neither set up so, nor sets up anybody, is one hand with nobody.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::availability::later;
use crate::person::Person;
use crate::{PersonId, Refusal, limits};

/// Somebody may be behind an account: `by` set it up, or whom it was that did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub by: PersonId,
    pub at: Timestamp,
}

impl Kept {
    /// From then on they are two.
    #[must_use]
    pub fn until(self) -> Timestamp {
        let days = SignedDuration::from_hours(24 * limits::KEEPER_DAYS);
        later(self.at, days)
    }
}

impl Person {
    /// Set up by `staff` at that moment, and so by whoever may be behind their account as well; what is
    /// over is forgotten. Nothing changes where they set up their own.
    #[must_use]
    pub fn kept_by(mut self, staff: &Self, at: Timestamp) -> Self {
        if staff.id == self.id {
            return self;
        }
        let behind = staff.kept.iter().filter(|kept| kept.until() > at);
        let mut by: Vec<PersonId> = behind.map(|kept| kept.by).chain([staff.id]).collect();
        by.retain(|id| *id != self.id);
        self.kept
            .retain(|kept| kept.until() > at && !by.contains(&kept.by));
        self.kept.extend(by.into_iter().map(|by| Kept { by, at }));
        self
    }

    /// Whoever may sign in with this account, and until when that counts.
    fn hands(&self, at: Timestamp) -> impl Iterator<Item = (PersonId, Timestamp)> {
        let own = (self.id, Timestamp::MAX);
        let others = self.kept.iter().map(|kept| (kept.by, kept.until()));
        let others = others.filter(move |(_, until)| *until > at);
        std::iter::once(own).chain(others)
    }
}

/// Until when two accounts may be in one hand; `None` where they are in two.
#[must_use]
pub fn one_hand_until(one: &Person, other: &Person, at: Timestamp) -> Option<Timestamp> {
    let common = one.hands(at).flat_map(|(hand, until)| {
        let same = other.hands(at).filter(move |(id, _)| *id == hand);
        same.map(move |(_, end)| end.min(until))
    });
    common.max()
}

/// Those among some others who may be one hand with somebody, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared(BTreeMap<PersonId, Timestamp>);

impl Shared {
    #[must_use]
    pub fn of(one: &Person, others: &[Person], at: Timestamp) -> Self {
        let others = others.iter().filter(|other| other.id != one.id);
        let until = |other: &Person| Some((other.id, one_hand_until(one, other, at)?));
        Self(others.filter_map(until).collect())
    }

    /// Whoever is one hand with a guardian is so with whom the guardian decides for.
    #[must_use]
    pub fn also(mut self, ward: PersonId, guardian: Option<PersonId>) -> Self {
        if let Some(until) = guardian.and_then(|id| self.0.get(&id).copied()) {
            let end = self.0.entry(ward).or_insert(until);
            *end = until.max(*end);
        }
        self
    }

    /// Refuses: `OneHand`.
    pub fn refuse(&self, other: PersonId) -> Result<(), Refusal> {
        match self.0.get(&other) {
            Some(until) => Err(Refusal::OneHand { until: *until }),
            None => Ok(()),
        }
    }
}
