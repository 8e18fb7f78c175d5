//! For how long, how many and how often; and when the library is open.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::reader::ReaderKind;
use super::title::ItemKind;
use crate::availability::{Day, Weekly};
use crate::limits;

/// What holds for these readers and these items; without a kind: for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LoanRule {
    #[serde(default)]
    pub reader: Option<ReaderKind>,
    #[serde(default)]
    pub item: Option<ItemKind>,
    /// 0: not lent.
    pub days: u32,
    /// At once, of what this rule is for: of its kind of items, or of all.
    pub loans: u32,
    /// How often a loan may be renewed.
    pub renewals: u32,
}

/// A day on which the library is closed although its weekday is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClosedDay {
    pub day: Date,
    #[serde(default)]
    pub reason: String,
}

/// What a community's library goes by. Written whole with each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub rules: Vec<LoanRule>,
    pub hours: Vec<Weekly>,
    pub closed: Vec<ClosedDay>,
    /// Open days a copy is kept for whoever reserved it.
    pub pick_up_days: u32,
    /// 0: those every community begins with.
    pub ver: u32,
}

impl Default for Rules {
    /// Five books for three weeks, which may be renewed twice; what is for reading on the spot is
    /// not lent. Open on any day.
    fn default() -> Self {
        let all = LoanRule {
            reader: None,
            item: None,
            days: 21,
            loans: 5,
            renewals: 2,
        };
        let on_the_spot = LoanRule {
            item: Some(ItemKind::Reference),
            days: 0,
            loans: 0,
            renewals: 0,
            ..all
        };
        Self {
            rules: vec![all, on_the_spot],
            hours: Vec::new(),
            closed: Vec::new(),
            pick_up_days: 3,
            ver: 0,
        }
    }
}

impl Rules {
    /// The most specific rule: for reader and item, then for the reader, then for the item, then for
    /// all. Among equals the first. Where none is for them, nothing is lent.
    #[must_use]
    pub fn of(&self, reader: ReaderKind, item: ItemKind) -> LoanRule {
        let fits = |rule: &&LoanRule| {
            rule.reader.is_none_or(|kind| kind == reader)
                && rule.item.is_none_or(|kind| kind == item)
        };
        let special =
            |rule: &&LoanRule| 2 * u8::from(rule.reader.is_some()) + u8::from(rule.item.is_some());
        let fitting = self.rules.iter().filter(fits).rev();
        fitting.max_by_key(special).cloned().unwrap_or(LoanRule {
            reader: None,
            item: None,
            days: 0,
            loans: 0,
            renewals: 0,
        })
    }

    /// Without any hours, every day that is not closed is open.
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        let closed = self.closed.iter().any(|closed| closed.day == day);
        let weekday = Day::from(day.weekday());
        let usual = self.hours.is_empty() || self.hours.iter().any(|hours| hours.day == weekday);
        usual && !closed
    }

    /// That day if it is open, else the next that is. Where none is for long, that day itself.
    #[must_use]
    pub fn open_from(&self, day: Date) -> Date {
        let days = (0..limits::LIBRARY_SHUT_DAYS).map(|ahead| day.saturating_add(ahead.days()));
        days.into_iter()
            .find(|day| self.is_open(*day))
            .unwrap_or(day)
    }

    /// When a loan made or renewed on that day is due.
    #[must_use]
    pub fn due(&self, rule: &LoanRule, today: Date) -> Date {
        self.open_from(today.saturating_add(i64::from(rule.days).days()))
    }

    /// The last day a copy is kept that became free on that day: so many open days, the day itself
    /// not counted.
    #[must_use]
    pub fn kept_until(&self, today: Date) -> Date {
        let mut day = today;
        for _ in 0..self.pick_up_days.max(1) {
            day = self.open_from(day.saturating_add(1.days()));
        }
        day
    }
}
