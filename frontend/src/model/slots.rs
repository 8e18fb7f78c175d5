//! Free times as a person looks for them: first the day, then the part of the day.

use domain::ProviderId;
use jiff::civil::Date;
use wire::market::Slot;

/// A part of the day, by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Morning,
    Afternoon,
    Evening,
}

impl Part {
    #[must_use]
    pub fn of(slot: &Slot) -> Self {
        match slot.start.local().hour() {
            ..12 => Self::Morning,
            12..18 => Self::Afternoon,
            18.. => Self::Evening,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Evening => "evening",
        }
    }
}

/// `count` days from `from`.
#[must_use]
pub fn days(from: Date, count: usize) -> Vec<Date> {
    from.series(jiff::Span::new().days(1)).take(count).collect()
}

/// The day a slot begins on.
#[must_use]
pub fn day(slot: &Slot) -> Date {
    slot.start.local().date()
}

/// How many slots a day has.
#[must_use]
pub fn free_on(slots: &[Slot], date: Date) -> usize {
    slots.iter().filter(|slot| day(slot) == date).count()
}

/// The slots of one day by part of the day; parts without any are left out.
#[must_use]
pub fn by_part(slots: &[Slot], date: Date) -> Vec<(Part, Vec<Slot>)> {
    [Part::Morning, Part::Afternoon, Part::Evening]
        .into_iter()
        .map(|part| {
            (
                part,
                slots
                    .iter()
                    .filter(|s| day(s) == date && Part::of(s) == part)
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, slots)| !slots.is_empty())
        .collect()
}

/// The first day after `after` with a free slot, else the first one before it.
#[must_use]
pub fn next_free(slots: &[Slot], after: Date) -> Option<Date> {
    let later = slots.iter().map(day).filter(|d| *d > after).min();
    later.or_else(|| slots.iter().map(day).filter(|d| *d != after).min())
}

/// The day to show first: the wanted one if it has anything free, else the first that has, else the first of all.
#[must_use]
pub fn first_day(slots: &[Slot], wanted: Option<Date>, from: Date) -> Date {
    wanted
        .filter(|day| free_on(slots, *day) > 0)
        .or_else(|| slots.iter().map(day).min())
        .unwrap_or(from)
}

/// Is this provider free then?
#[must_use]
pub fn has(slot: &Slot, provider: ProviderId) -> bool {
    slot.providers.contains(&provider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn slot(start: &str) -> Slot {
        let start = serde_json::from_value(start.into()).expect("a moment");
        Slot {
            start,
            end: start,
            providers: Vec::new(),
        }
    }

    #[test]
    fn a_day_is_the_communitys_and_falls_in_three() {
        let slots: Vec<Slot> = [
            "2026-11-24T00:30:00+08:00",
            "2026-11-24T11:59:00+08:00",
            "2026-11-24T12:00:00+08:00",
            "2026-11-24T18:00:00+08:00",
            "2026-11-26T09:00:00+08:00",
        ]
        .iter()
        .map(|s| slot(s))
        .collect();
        let parts: Vec<(Part, usize)> = by_part(&slots, date(2026, 11, 24))
            .into_iter()
            .map(|(p, s)| (p, s.len()))
            .collect();
        assert_eq!(
            parts,
            [(Part::Morning, 2), (Part::Afternoon, 1), (Part::Evening, 1)]
        );
        assert_eq!(free_on(&slots, date(2026, 11, 25)), 0);
        assert_eq!(
            next_free(&slots, date(2026, 11, 25)),
            Some(date(2026, 11, 26))
        );
        assert_eq!(
            next_free(&slots, date(2026, 11, 30)),
            Some(date(2026, 11, 24))
        );
        assert_eq!(
            first_day(&slots, Some(date(2026, 11, 25)), date(2026, 11, 23)),
            date(2026, 11, 24)
        );
        assert_eq!(first_day(&[], None, date(2026, 11, 23)), date(2026, 11, 23));
    }
}
