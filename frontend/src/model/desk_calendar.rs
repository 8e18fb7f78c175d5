//! A calendar while it is edited: what was typed, row by row, and the calendar it makes.
//!
//! Rows keep the text of the inputs, so that a half-typed time survives a reload. An end of
//! `00:00` is the end of the day.

use domain::availability::{Blocked, Calendar, Day, Exception, Hours, Weekly};
use domain::limits;
use domain::units::Minute;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::when;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursRow {
    pub from: String,
    pub to: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    pub date: String,
    /// None: closed that day.
    pub hours: Vec<HoursRow>,
}

/// A closed stretch, as `datetime-local` inputs write it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedRow {
    pub from: String,
    pub until: String,
    pub reason: String,
}

/// `weekly` and `breaks`: one list per weekday, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub weekly: [Vec<HoursRow>; 7],
    pub breaks: [Vec<HoursRow>; 7],
    pub exceptions: Vec<ExceptionRow>,
    pub blocked: Vec<BlockedRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Weekly,
    Breaks,
    Exceptions,
    Blocked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A time or date is missing or unreadable.
    Unreadable,
    Backwards,
    TooMany,
    /// The same date twice.
    Twice,
    ReasonTooLong,
}

/// The first thing that keeps a draft from being a calendar. `row`: the weekday for hours and
/// breaks, else the place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub section: Section,
    pub row: usize,
    pub wrong: Wrong,
}

impl Draft {
    #[must_use]
    pub fn of(calendar: &Calendar, zone: &TimeZone) -> Self {
        let by_day = |spans: &[Weekly]| {
            Day::ALL
                .iter()
                .map(|day| {
                    spans
                        .iter()
                        .filter(|s| s.day == *day)
                        .map(|s| row(s.from, s.to))
                        .collect()
                })
                .collect::<Vec<_>>()
        };
        let week =
            |days: Vec<Vec<HoursRow>>| <[Vec<HoursRow>; 7]>::try_from(days).unwrap_or_default();
        Self {
            weekly: week(by_day(&calendar.weekly)),
            breaks: week(by_day(&calendar.breaks)),
            exceptions: calendar
                .exceptions
                .iter()
                .map(|e| ExceptionRow {
                    date: e.date.to_string(),
                    hours: e.hours.iter().map(|h| row(h.from, h.to)).collect(),
                })
                .collect(),
            blocked: calendar
                .blocked
                .iter()
                .map(|b| BlockedRow {
                    from: local(b.from, zone),
                    until: local(b.until, zone),
                    reason: b.reason.clone(),
                })
                .collect(),
        }
    }

    /// The calendar this makes, or the first flaw from top to bottom.
    pub fn read(&self, zone: &TimeZone) -> Result<Calendar, Flaw> {
        Ok(Calendar {
            weekly: week(&self.weekly, Section::Weekly)?,
            breaks: week(&self.breaks, Section::Breaks)?,
            exceptions: self.read_exceptions()?,
            blocked: self.read_blocked(zone)?,
        })
    }

    fn read_exceptions(&self) -> Result<Vec<Exception>, Flaw> {
        let flaw = |row, wrong| Flaw {
            section: Section::Exceptions,
            row,
            wrong,
        };
        let mut out: Vec<Exception> = Vec::with_capacity(self.exceptions.len());
        for (i, typed) in self.exceptions.iter().enumerate() {
            let date: Date = typed.date.parse().map_err(|_| flaw(i, Wrong::Unreadable))?;
            if out.iter().any(|e| e.date == date) {
                return Err(flaw(i, Wrong::Twice));
            }
            let hours = typed
                .hours
                .iter()
                .map(|h| h.read().map_err(|wrong| flaw(i, wrong)))
                .collect::<Result<_, _>>()?;
            out.push(Exception { date, hours });
        }
        if out.len() > limits::EXCEPTION_DAYS {
            Err(flaw(limits::EXCEPTION_DAYS, Wrong::TooMany))
        } else {
            Ok(out)
        }
    }

    fn read_blocked(&self, zone: &TimeZone) -> Result<Vec<Blocked>, Flaw> {
        let flaw = |row, wrong| Flaw {
            section: Section::Blocked,
            row,
            wrong,
        };
        if self.blocked.len() > limits::BLOCKED_SPANS {
            return Err(flaw(limits::BLOCKED_SPANS, Wrong::TooMany));
        }
        let read = |(i, typed): (usize, &BlockedRow)| {
            let from = instant(&typed.from, zone).ok_or(flaw(i, Wrong::Unreadable))?;
            let until = instant(&typed.until, zone).ok_or(flaw(i, Wrong::Unreadable))?;
            let reason = typed.reason.trim().to_owned();
            if from >= until {
                return Err(flaw(i, Wrong::Backwards));
            }
            if reason.chars().count() > limits::LINE_CHARS {
                return Err(flaw(i, Wrong::ReasonTooLong));
            }
            Ok(Blocked {
                from,
                until,
                reason,
            })
        };
        self.blocked.iter().enumerate().map(read).collect()
    }

    /// Gives the working days the hours and breaks of one weekday.
    pub fn copy_to_working_days(&mut self, day: usize) {
        let (hours, breaks) = (self.weekly[day].clone(), self.breaks[day].clone());
        for other in (0..5).filter(|other| *other != day) {
            self.weekly[other].clone_from(&hours);
            self.breaks[other].clone_from(&breaks);
        }
    }
}

impl HoursRow {
    fn read(&self) -> Result<Hours, Wrong> {
        let from: Minute = self.from.parse().map_err(|_| Wrong::Unreadable)?;
        let to: Minute = self.to.parse().map_err(|_| Wrong::Unreadable)?;
        let to = if to.get() == 0 {
            Minute::new(24 * 60).unwrap_or(to)
        } else {
            to
        };
        if from < to {
            Ok(Hours { from, to })
        } else {
            Err(Wrong::Backwards)
        }
    }
}

fn week(days: &[Vec<HoursRow>; 7], section: Section) -> Result<Vec<Weekly>, Flaw> {
    let mut out = Vec::new();
    for (i, (rows, day)) in days.iter().zip(Day::ALL).enumerate() {
        for typed in rows {
            let Hours { from, to } = typed.read().map_err(|wrong| Flaw {
                section,
                row: i,
                wrong,
            })?;
            out.push(Weekly {
                day: *day,
                from,
                to,
            });
        }
        if out.len() > limits::WEEKLY_SPANS {
            return Err(Flaw {
                section,
                row: i,
                wrong: Wrong::TooMany,
            });
        }
    }
    Ok(out)
}

impl Section {
    const ALL: [Self; 4] = [Self::Weekly, Self::Breaks, Self::Exceptions, Self::Blocked];

    fn same(self, one: &Draft, other: &Draft) -> bool {
        match self {
            Self::Weekly => one.weekly == other.weekly,
            Self::Breaks => one.breaks == other.breaks,
            Self::Exceptions => one.exceptions == other.exceptions,
            Self::Blocked => one.blocked == other.blocked,
        }
    }

    fn copy(self, from: &Draft, to: &mut Draft) {
        match self {
            Self::Weekly => to.weekly.clone_from(&from.weekly),
            Self::Breaks => to.breaks.clone_from(&from.breaks),
            Self::Exceptions => to.exceptions.clone_from(&from.exceptions),
            Self::Blocked => to.blocked.clone_from(&from.blocked),
        }
    }
}

/// Two edits of the same calendar, put together: what only they changed is theirs, the rest is
/// mine. Also the sections that both have changed, in which mine hides theirs.
#[must_use]
pub fn merged(base: &Draft, mine: &Draft, theirs: &Draft) -> (Draft, Vec<Section>) {
    let mut out = mine.clone();
    let mut both = Vec::new();
    for section in Section::ALL {
        if section.same(base, mine) {
            section.copy(theirs, &mut out);
        } else if !section.same(base, theirs) && !section.same(mine, theirs) {
            both.push(section);
        }
    }
    (out, both)
}

fn row(from: Minute, to: Minute) -> HoursRow {
    let to = if to.get() == 24 * 60 {
        "00:00".to_owned()
    } else {
        to.to_string()
    };
    HoursRow {
        from: from.to_string(),
        to,
    }
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{}T{}", local.date(), when::clock(local))
}

fn instant(raw: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at: DateTime = raw.parse().ok()?;
    zone.to_zoned(at).ok().map(|z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    fn hours(from: &str, to: &str) -> HoursRow {
        HoursRow {
            from: from.into(),
            to: to.into(),
        }
    }

    #[test]
    fn a_calendar_survives_the_form() {
        let mut draft = Draft::default();
        draft.weekly[0] = vec![hours("09:00", "12:00"), hours("13:00", "00:00")];
        draft.breaks[4] = vec![hours("12:00", "12:30")];
        draft.exceptions = vec![ExceptionRow {
            date: "2026-12-31".into(),
            hours: Vec::new(),
        }];
        draft.blocked = vec![BlockedRow {
            from: "2026-11-24T09:00".into(),
            until: "2026-11-25T00:00".into(),
            reason: "体检".into(),
        }];
        let calendar = draft.read(&zone()).expect("reads");
        assert_eq!(calendar.weekly[1].to.get(), 24 * 60);
        assert_eq!(calendar.blocked[0].from.to_string(), "2026-11-24T01:00:00Z");
        assert_eq!(calendar.flaw(), None);
        assert_eq!(Draft::of(&calendar, &zone()), draft);
    }

    #[test]
    fn the_first_flaw_is_named() {
        let check = |change: fn(&mut Draft), section, row, wrong| {
            let mut draft = Draft::default();
            change(&mut draft);
            assert_eq!(
                draft.read(&zone()),
                Err(Flaw {
                    section,
                    row,
                    wrong
                })
            );
        };
        check(
            |d| d.weekly[2] = vec![hours("10:00", "09:00")],
            Section::Weekly,
            2,
            Wrong::Backwards,
        );
        check(
            |d| d.breaks[6] = vec![hours("10:00", "")],
            Section::Breaks,
            6,
            Wrong::Unreadable,
        );
        let day = || ExceptionRow {
            date: "2026-12-31".into(),
            hours: Vec::new(),
        };
        let mut draft = Draft {
            exceptions: vec![day(), day()],
            ..Draft::default()
        };
        assert_eq!(
            draft.read(&zone()).map_err(|f| (f.row, f.wrong)),
            Err((1, Wrong::Twice))
        );
        draft.exceptions.clear();
        draft.blocked = vec![BlockedRow {
            from: "2026-11-24T09:00".into(),
            until: "2026-11-24T09:00".into(),
            reason: String::new(),
        }];
        assert_eq!(
            draft.read(&zone()).map_err(|f| f.wrong),
            Err(Wrong::Backwards)
        );
        draft.blocked[0] = BlockedRow {
            until: "2026-11-24T10:00".into(),
            reason: "长".repeat(121),
            ..draft.blocked[0].clone()
        };
        assert_eq!(
            draft.read(&zone()).map_err(|f| f.wrong),
            Err(Wrong::ReasonTooLong)
        );
        check(
            |d| d.weekly[0] = (0..43).map(|_| hours("09:00", "10:00")).collect(),
            Section::Weekly,
            0,
            Wrong::TooMany,
        );
    }

    #[test]
    fn copying_to_working_days() {
        let mut draft = Draft::default();
        draft.weekly[0] = vec![hours("09:00", "17:00")];
        draft.copy_to_working_days(0);
        assert_eq!(draft.weekly[4], draft.weekly[0]);
        assert!(draft.weekly[5].is_empty());
    }

    #[test]
    fn two_edits_are_put_together() {
        let base = Draft::default();
        let day = |date: &str| ExceptionRow {
            date: date.into(),
            hours: Vec::new(),
        };
        let (mut mine, mut theirs) = (base.clone(), base.clone());
        mine.weekly[5] = vec![hours("09:00", "12:00")];
        theirs.exceptions = vec![day("2026-12-25")];
        let (both, hidden) = merged(&base, &mine, &theirs);
        assert_eq!(both.weekly, mine.weekly);
        assert_eq!(both.exceptions, theirs.exceptions);
        assert!(hidden.is_empty());
        theirs.weekly[6] = vec![hours("10:00", "11:00")];
        let (both, hidden) = merged(&base, &mine, &theirs);
        assert_eq!(both.weekly, mine.weekly);
        assert_eq!(hidden, [Section::Weekly]);
    }
}
