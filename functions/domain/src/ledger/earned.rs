//! What a day's service brought, so that the caps are exact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Account, Rule, Served};
use crate::{ActivityId, limits};

/// What somebody earned by the service of one local day; keeps the caps of the day and of each
/// activity exact, however many entries there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub day: Date,
    pub points: u32,
    /// How many of them by which activity; the rest by none.
    pub by: BTreeMap<ActivityId, u32>,
    /// 0: not stored yet.
    pub ver: u64,
}

impl Earned {
    #[must_use]
    pub fn none(day: Date) -> Self {
        Self {
            day,
            points: 0,
            by: BTreeMap::new(),
            ver: 0,
        }
    }

    /// What an entry is worth beside what its day and its activity brought otherwise; never more than
    /// an account holds. `before`: what the entry brought whose place it takes.
    pub(super) fn worth(
        &self,
        rule: &Rule,
        served: &Served,
        before: u32,
        account: &Account,
    ) -> u32 {
        let left = |cap: u32, had: u32| cap.saturating_sub(had.saturating_sub(before));
        let activity = served.activity.map_or(before, |id| self.of(id));
        let held = account.available.saturating_add(account.reserved);
        let room = limits::ACCOUNT_POINTS.saturating_sub(held.saturating_sub(before));
        rule.worth(served.minutes)
            .min(left(rule.cap_per_activity, activity))
            .min(left(rule.cap_per_day, self.points))
            .min(room)
    }

    fn of(&self, activity: ActivityId) -> u32 {
        self.by.get(&activity).copied().unwrap_or(0)
    }

    /// After an entry brought `points`, in place of one that brought `before`.
    pub(super) fn with(mut self, served: &Served, before: u32, points: u32) -> Self {
        let instead = |had: u32| had.saturating_sub(before).saturating_add(points);
        self.points = instead(self.points);
        if let Some(id) = served.activity {
            let sum = instead(self.of(id));
            self.by.insert(id, sum);
            self.by.retain(|_, sum| *sum > 0);
        }
        self.ver += 1;
        self
    }
}
