//! What somebody has, and what can still be used of it.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{CommunityId, PersonId, limits};

/// Points that are good to the end of the same local day; without a day, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    pub expires_on: Option<Date>,
    pub points: u32,
}

/// A person's points. Made with the first transfer; `ver` 0 is one that is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub community: CommunityId,
    pub person: PersonId,
    pub available: u32,
    /// Kept for vouchers that are not handed over yet.
    pub reserved: u32,
    /// What corrections took and was not there any more; whatever comes next pays it first.
    pub owed: u32,
    /// `available` by last day, earliest first, those without one at the end.
    pub lots: Vec<Lot>,
    /// The moment of the last transfer.
    pub last: Timestamp,
    /// The last day of points that the person was already warned about.
    pub warned: Option<Date>,
    pub ver: u64,
}

impl Account {
    #[must_use]
    pub fn new(community: CommunityId, person: PersonId) -> Self {
        Self {
            community,
            person,
            available: 0,
            reserved: 0,
            owed: 0,
            lots: Vec::new(),
            last: Timestamp::UNIX_EPOCH,
            warned: None,
            ver: 0,
        }
    }

    /// What can be used on that local day: without what is over, whether or not it was taken yet.
    #[must_use]
    pub fn usable(&self, today: Date) -> u32 {
        let good = self.lots.iter().filter(|lot| !lot.is_over(today));
        good.map(|lot| lot.points).sum()
    }

    /// The first last day of any of its points.
    #[must_use]
    pub fn first_last_day(&self) -> Option<Date> {
        self.lots.iter().find_map(|lot| lot.expires_on)
    }

    /// The local day on which it is to be looked at: to warn, or to take what is over.
    #[must_use]
    pub fn due_on(&self) -> Option<Date> {
        let over = self.first_last_day()?.saturating_add(Span::new().days(1));
        let warn = self.unwarned().map(|(last, _)| warned_from(last));
        Some(warn.map_or(over, |warn| warn.min(over)))
    }

    /// Points about to end that the person was not told of yet, to warn.
    #[must_use]
    pub fn to_warn(&self, today: Date) -> Option<(Date, Lot)> {
        let (last, lot) = self.unwarned()?;
        (warned_from(last) <= today && !lot.is_over(today)).then_some((last, lot))
    }

    /// The first points with a last day that the person was not told of.
    fn unwarned(&self) -> Option<(Date, Lot)> {
        let told = self.warned.unwrap_or(Date::MIN);
        let dated = |lot: &Lot| Some((lot.expires_on?, *lot));
        let mut dated = self.lots.iter().filter_map(dated);
        dated.find(|(last, _)| *last > told)
    }

    /// The person is told now about points that end on that day.
    #[must_use]
    pub fn warned_of(self, last: Date) -> Self {
        Self {
            warned: Some(last),
            ver: self.ver + 1,
            ..self
        }
    }
}

fn warned_from(last: Date) -> Date {
    last.saturating_sub(Span::new().days(limits::POINTS_WARNED_DAYS))
}

impl Lot {
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.expires_on.is_some_and(|last| last < today)
    }

    /// In the order of lots: those without a last day come at the end.
    pub(super) fn place(&self) -> (bool, Option<Date>) {
        (self.expires_on.is_none(), self.expires_on)
    }
}
