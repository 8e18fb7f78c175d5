//! When a provider can be booked.
//!
//! Local opening hours minus breaks, replaced on exceptional days, minus blocked spans, minus the
//! cells other bookings claim, within lead time and horizon. The visit itself lies in open hours of
//! one local day; its buffers may lie outside of them, but not on a blocked span or another
//! booking's cells.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::provider::Terms;
use crate::units::Minute;
use crate::{Refusal, limits};

named! {
    Day { Monday = "mon", Tuesday = "tue", Wednesday = "wed", Thursday = "thu", Friday = "fri", Saturday = "sat", Sunday = "sun" }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A span of local clock time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub from: Minute,
    pub to: Minute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    pub day: Day,
    pub from: Minute,
    pub to: Minute,
}

/// A day that is not like its weekday. No hours: closed. Breaks do not apply to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub date: Date,
    pub hours: Vec<Hours>,
}

/// A stretch of time that is closed whatever the hours say, across days if need be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    pub from: Timestamp,
    pub until: Timestamp,
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub weekly: Vec<Weekly>,
    pub breaks: Vec<Weekly>,
    pub exceptions: Vec<Exception>,
    pub blocked: Vec<Blocked>,
}

fn backwards(field: &str, spans: &[Weekly]) -> Option<Flaw> {
    let place = spans.iter().position(|span| span.from >= span.to)?;
    Some(Flaw {
        at: format!("/{field}/{place}/to"),
        what: Wrong::Backwards,
    })
}

/// What is not in order in a calendar, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// JSON pointer within the calendar.
    pub at: String,
    pub what: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    TooMany {
        max: usize,
    },
    /// Ends before it begins, or at once.
    Backwards,
    /// A day has two exceptions.
    Twice,
    TooLong {
        max: usize,
    },
}

impl Calendar {
    /// The first entry that breaks a limit or runs backwards.
    #[must_use]
    pub fn flaw(&self) -> Option<Flaw> {
        let flaw = |at: String, what| Flaw { at, what };
        self.overfull()
            .or_else(|| backwards("weekly", &self.weekly))
            .or_else(|| backwards("breaks", &self.breaks))
            .or_else(|| {
                let hours = |(i, e): (usize, &Exception)| {
                    let max = limits::EXCEPTION_SPANS;
                    let many = (e.hours.len() > max).then_some(Wrong::TooMany { max });
                    let back = e.hours.iter().any(|h| h.from >= h.to);
                    let what = many.or_else(|| back.then_some(Wrong::Backwards))?;
                    Some(flaw(format!("/exceptions/{i}/hours"), what))
                };
                self.exceptions.iter().enumerate().find_map(hours)
            })
            .or_else(|| {
                let days: BTreeSet<_> = self.exceptions.iter().map(|e| e.date).collect();
                let twice = days.len() < self.exceptions.len();
                twice.then(|| flaw("/exceptions".to_owned(), Wrong::Twice))
            })
            .or_else(|| {
                let place = self.blocked.iter().position(|b| b.from >= b.until)?;
                Some(flaw(format!("/blocked/{place}/until"), Wrong::Backwards))
            })
            .or_else(|| {
                let max = limits::LINE_CHARS;
                let long = |b: &Blocked| b.reason.chars().count() > max;
                let place = self.blocked.iter().position(long)?;
                let what = Wrong::TooLong { max };
                Some(flaw(format!("/blocked/{place}/reason"), what))
            })
    }

    fn overfull(&self) -> Option<Flaw> {
        let rows = [
            ("weekly", self.weekly.len(), limits::WEEKLY_SPANS),
            ("breaks", self.breaks.len(), limits::WEEKLY_SPANS),
            ("exceptions", self.exceptions.len(), limits::EXCEPTION_DAYS),
            ("blocked", self.blocked.len(), limits::BLOCKED_SPANS),
        ];
        let (field, _, max) = rows.into_iter().find(|(_, count, max)| count > max)?;
        Some(Flaw {
            at: format!("/{field}"),
            what: Wrong::TooMany { max },
        })
    }

    /// Open spans of one local day as instants: ascending, apart, breaks taken out, blocked spans not.
    #[must_use]
    pub fn open(&self, day: Date, zone: &TimeZone) -> Vec<Span> {
        let on = |w: &&Weekly| w.day == Day::from(day.weekday());
        let exception = self.exceptions.iter().find(|e| e.date == day);
        let hours: Vec<Hours> = match exception {
            Some(exception) => exception.hours.clone(),
            None => self
                .weekly
                .iter()
                .filter(on)
                .map(|w| Hours {
                    from: w.from,
                    to: w.to,
                })
                .collect(),
        };
        let breaks: Vec<Span> = match exception {
            Some(_) => Vec::new(),
            None => self
                .breaks
                .iter()
                .filter(on)
                .filter_map(|w| Span::local(day, w.from, w.to, zone))
                .collect(),
        };
        let spans = hours
            .iter()
            .filter_map(|h| Span::local(day, h.from, h.to, zone))
            .collect();
        minus(joined(spans), &breaks)
    }
}

/// A stretch of time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Span {
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// What both cover; an empty stretch where they do not meet.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        let from = self.from.max(other.from);
        let until = self.until.min(other.until).max(from);
        Self { from, until }
    }

    /// Whole minutes, 0 where it runs backwards.
    #[must_use]
    pub fn minutes(self) -> u32 {
        let seconds = self.until.duration_since(self.from).as_secs().max(0);
        u32::try_from(seconds / 60).unwrap_or(u32::MAX)
    }

    /// A local clock span as instants. Where the clock is put forward over its end, it is shorter;
    /// where nothing of it is left, it is none.
    fn local(day: Date, from: Minute, to: Minute, zone: &TimeZone) -> Option<Self> {
        let span = Self {
            from: instant(day, from, zone)?,
            until: instant(day, to, zone)?,
        };
        (span.from < span.until).then_some(span)
    }
}

/// A local time of day as an instant: the earlier of two where the clock is put back, moved on by
/// the gap where it is put forward.
#[must_use]
pub fn instant(day: Date, minute: Minute, zone: &TimeZone) -> Option<Timestamp> {
    let (day, minute) = if minute.get() == 24 * 60 {
        (day.tomorrow().ok()?, 0)
    } else {
        (day, minute.get())
    };
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    day.at(hour, minute, 0, 0)
        .to_zoned(zone.clone())
        .ok()
        .map(|z| z.timestamp())
}

/// The local day an instant falls on.
#[must_use]
pub fn local_day(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => out.push(span),
        }
    }
    out
}

fn minus(spans: Vec<Span>, holes: &[Span]) -> Vec<Span> {
    holes.iter().fold(spans, |spans, hole| {
        spans
            .into_iter()
            .flat_map(|s| {
                [
                    Span {
                        from: s.from,
                        until: s.until.min(hole.from),
                    },
                    Span {
                        from: s.from.max(hole.until),
                        until: s.until,
                    },
                ]
            })
            .filter(|s| s.from < s.until)
            .collect()
    })
}

/// One 15-minute cell of a provider's time: quarters of an hour since 1970, UTC.
pub type Cell = i64;

/// The cell an instant falls in.
#[must_use]
pub fn cell_at(at: Timestamp) -> Cell {
    at.as_second()
        .div_euclid(i64::from(limits::CELL_MINUTES) * 60)
}

/// Where a cell begins.
#[must_use]
pub fn cell_start(cell: Cell) -> Timestamp {
    Timestamp::from_second(cell.saturating_mul(i64::from(limits::CELL_MINUTES) * 60))
        .unwrap_or(Timestamp::MAX)
}

/// That much later; where time ends before, its end.
#[must_use]
pub fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// That much earlier; where time begins after, its beginning.
#[must_use]
pub fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// The visit itself.
#[must_use]
pub fn visit(terms: &Terms, start: Timestamp) -> Span {
    Span {
        from: start,
        until: later(start, SignedDuration::from_mins(terms.minutes.into())),
    }
}

/// The visit with its buffers.
#[must_use]
pub fn footprint(terms: &Terms, start: Timestamp) -> Span {
    let visit = visit(terms, start);
    Span {
        from: earlier(
            visit.from,
            SignedDuration::from_mins(terms.buffer_before_minutes.into()),
        ),
        until: later(
            visit.until,
            SignedDuration::from_mins(terms.buffer_after_minutes.into()),
        ),
    }
}

/// The cells a booking starting then would claim, buffers included.
#[must_use]
pub fn cells(terms: &Terms, start: Timestamp) -> std::ops::Range<Cell> {
    let span = footprint(terms, start);
    cell_at(span.from)..cell_at(earlier(span.until, SignedDuration::from_secs(1))) + 1
}

/// Whether one start could be booked, were nothing else booked.
/// Refuses: `TooSoon`, `TooFar`, `NotOpen`.
pub fn check_start(
    calendar: &Calendar,
    terms: &Terms,
    zone: &TimeZone,
    start: Timestamp,
    at: Timestamp,
) -> Result<(), Refusal> {
    let earliest = at + SignedDuration::from_mins(terms.lead_minutes.into());
    if start < earliest {
        return Err(Refusal::TooSoon { earliest });
    }
    let latest = at + SignedDuration::from_hours(24 * i64::from(terms.horizon_days));
    if start > latest {
        return Err(Refusal::TooFar { latest });
    }
    let day = local_day(start, zone);
    let open = calendar.open(day, zone);
    let steady = starts(&open, terms, zone).any(|candidate| candidate == start);
    let blocked = calendar.blocked.iter().any(|b| {
        footprint(terms, start).overlaps(Span {
            from: b.from,
            until: b.until,
        })
    });
    if steady && !blocked {
        Ok(())
    } else {
        Err(Refusal::NotOpen)
    }
}

/// Starts whose visit lies within one open span, on whole steps of the local hour. Every step falls
/// on the beginning of a cell, in any zone.
fn starts(open: &[Span], terms: &Terms, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
    let length = SignedDuration::from_mins(terms.minutes.into());
    let on_step = |start: &Timestamp| {
        let minute = zone.to_datetime(*start).minute();
        u16::from(minute.unsigned_abs()).is_multiple_of(terms.step_minutes)
    };
    open.iter().flat_map(move |span| {
        (cell_at(span.from)..)
            .map(cell_start)
            .skip_while(|start| *start < span.from)
            .take_while(move |start| span.until.duration_since(*start) >= length)
            .filter(on_step)
    })
}

/// Free starts of one provider on the local days `from..from + days`, ascending.
/// `busy` holds the cells claimed by others.
#[must_use]
pub fn free_starts(
    calendar: &Calendar,
    terms: &Terms,
    zone: &TimeZone,
    busy: &BTreeSet<Cell>,
    (from, days): (Date, u8),
    at: Timestamp,
) -> Vec<Timestamp> {
    let earliest = at + SignedDuration::from_mins(terms.lead_minutes.into());
    let latest = at + SignedDuration::from_hours(24 * i64::from(terms.horizon_days));
    let days = from
        .series(jiff::Span::new().days(1))
        .take(usize::from(days));
    days.flat_map(|day| starts(&calendar.open(day, zone), terms, zone).collect::<Vec<_>>())
        .filter(|start| *start >= earliest && *start <= latest)
        .filter(|start| {
            !calendar.blocked.iter().any(|b| {
                footprint(terms, *start).overlaps(Span {
                    from: b.from,
                    until: b.until,
                })
            })
        })
        .filter(|start| busy.range(cells(terms, *start)).next().is_none())
        .collect()
}
