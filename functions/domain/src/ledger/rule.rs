//! How points are earned.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{PersonId, limits};

/// How points are earned. Changed by writing the next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// 0: the one every community begins with.
    pub ver: u32,
    pub points_per_hour: u32,
    pub cap_per_activity: u32,
    pub cap_per_day: u32,
    /// Points are good to the end of the month so many months after they were earned; absent: for good.
    pub expire_months: Option<u32>,
    pub since: Timestamp,
    pub by: Option<PersonId>,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            ver: 0,
            points_per_hour: 10,
            cap_per_activity: 60,
            cap_per_day: 80,
            expire_months: None,
            since: Timestamp::UNIX_EPOCH,
            by: None,
        }
    }
}

/// A number of a rule that is outside of its limits: which, and the largest it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleFlaw {
    pub field: &'static str,
    pub max: u32,
}

impl Rule {
    /// The first number that is outside of its limits.
    #[must_use]
    pub fn flaw(&self) -> Option<RuleFlaw> {
        let months = self.expire_months.unwrap_or(1);
        let (hour, day) = (limits::POINTS_PER_HOUR, limits::POINTS_PER_DAY);
        [
            ("points_per_hour", self.points_per_hour, 0, hour),
            ("cap_per_activity", self.cap_per_activity, 0, day),
            ("cap_per_day", self.cap_per_day, 0, day),
            ("expire_months", months, 1, limits::POINTS_EXPIRE_MONTHS),
        ]
        .into_iter()
        .find(|(_, value, least, most)| !(least..=most).contains(&value))
        .map(|(field, _, _, max)| RuleFlaw { field, max })
    }

    /// What so many minutes are worth, whole points, before the cap of the day.
    #[must_use]
    pub fn worth(&self, minutes: u32) -> u32 {
        let exact = u64::from(minutes) * u64::from(self.points_per_hour) / 60;
        let exact = u32::try_from(exact).unwrap_or(u32::MAX);
        exact.min(self.cap_per_activity)
    }

    /// The last day of points earned on that local day: the end of a month.
    #[must_use]
    pub fn last_day(&self, today: Date) -> Option<Date> {
        let months = self.expire_months?.min(limits::POINTS_EXPIRE_MONTHS);
        let months = Span::new().months(i64::from(months));
        Some(today.saturating_add(months).last_of_month())
    }
}
