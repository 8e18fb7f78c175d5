//! Dates and times in words.

use domain::availability::Day;
use domain::person::Language;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use wire::Moment;

use crate::i18n::{find, language, named, texts};
use crate::t;

fn month(month: i8) -> String {
    named(texts::time::month::ALL, &format!("m{month}"))
}

/// `周二`, `Tue`.
#[must_use]
pub fn weekday(day: Date) -> String {
    named(texts::time::weekday::ALL, Day::from(day.weekday()).as_str())
}

/// `11月24日 周二`, `Tue 24 Nov`; with the year where it is not `today`'s.
#[must_use]
pub fn day(date: Date, today: Option<Date>) -> String {
    let other_year = today.is_some_and(|today| today.year() != date.year());
    match (language(), other_year) {
        (Language::Zh, false) => format!("{}月{}日 {}", date.month(), date.day(), weekday(date)),
        (Language::Zh, true) => format!(
            "{}年{}月{}日 {}",
            date.year(),
            date.month(),
            date.day(),
            weekday(date)
        ),
        (Language::En, false) => {
            format!("{} {} {}", weekday(date), date.day(), month(date.month()))
        }
        (Language::En, true) => format!(
            "{} {} {} {}",
            weekday(date),
            date.day(),
            month(date.month()),
            date.year()
        ),
    }
}

/// `11月24日`, `24 Nov`, without the weekday.
#[must_use]
pub fn short_day(date: Date) -> String {
    match language() {
        Language::Zh => format!("{}月{}日", date.month(), date.day()),
        Language::En => format!("{} {}", date.day(), month(date.month())),
    }
}

/// A day far from today, with its year: `2026年11月24日`, `24 Nov 2026`.
#[must_use]
pub fn full_day(date: Date) -> String {
    match language() {
        Language::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Language::En => format!("{} {} {}", date.day(), month(date.month()), date.year()),
    }
}

/// Today and tomorrow by name, other days as [`day`].
#[must_use]
pub fn near_day(date: Date, today: Date) -> String {
    let name = if date == today {
        t!(time.near.today)
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == date) {
        t!(time.near.tomorrow)
    } else {
        return day(date, Some(today));
    };
    format!("{name} {}", short_day(date))
}

/// `09:00`.
#[must_use]
pub fn clock(local: DateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `11月24日 周二 09:00`.
#[must_use]
pub fn moment(moment: Moment) -> String {
    let local = moment.local();
    format!("{} {}", day(local.date(), None), clock(local))
}

/// `11月24日 周二 09:00–10:00`; no line ends between the two times.
#[must_use]
pub fn visit(start: Moment, end: Moment) -> String {
    format!("{}–\u{2060}{}", self::moment(start), clock(end.local()))
}

/// A time as a message or a problem carries it, in words; `None` where it is none.
#[must_use]
pub fn said(raw: &str, offset: Offset) -> Option<String> {
    let moment = raw.parse::<Moment>().ok()?;
    let moment = if moment.offset == Offset::UTC {
        Moment { offset, ..moment }
    } else {
        moment
    };
    Some(self::moment(moment))
}

/// `30分钟`, `1小时30分钟`, `2天`.
#[must_use]
pub fn minutes(total: u32) -> String {
    let part = |count: u32, unit: &str| {
        let name = find(texts::time::unit::ALL, unit).map_or("", |text| text.now());
        (count > 0).then(|| format!("{count}{name}"))
    };
    let parts = [
        part(total / 1440, "day"),
        part(total / 60 % 24, "hour"),
        part(total % 60, "minute"),
    ];
    let glue = if language() == Language::En { " " } else { "" };
    let words: Vec<String> = parts.into_iter().flatten().collect();
    if words.is_empty() {
        format!("0{}", t!(time.unit.minute))
    } else {
        words.join(glue)
    }
}

/// How long to wait: `45秒`, from a minute on in whole minutes, never too short.
#[must_use]
pub fn wait(seconds: u32) -> String {
    if seconds < 60 {
        format!("{seconds}{}", t!(time.unit.second))
    } else {
        minutes(seconds.div_ceil(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Moment {
        serde_json::from_value(raw.into()).expect("a moment")
    }

    #[test]
    fn chinese() {
        assert_eq!(
            moment(at("2026-11-24T09:00:00+08:00")),
            "11月24日 周二 09:00"
        );
        assert_eq!(
            visit(
                at("2026-11-24T09:00:00+08:00"),
                at("2026-11-24T10:30:00+08:00")
            ),
            "11月24日 周二 09:00–\u{2060}10:30"
        );
        assert_eq!(
            day(
                jiff::civil::date(2027, 1, 2),
                Some(jiff::civil::date(2026, 11, 24))
            ),
            "2027年1月2日 周六"
        );
        assert_eq!(
            near_day(
                jiff::civil::date(2026, 11, 25),
                jiff::civil::date(2026, 11, 24)
            ),
            "明天 11月25日"
        );
        assert_eq!(minutes(90), "1小时30分钟");
        assert_eq!(minutes(2880), "2天");
        assert_eq!(minutes(0), "0分钟");
    }

    #[test]
    fn a_time_without_offset_is_put_on_the_communitys_clock() {
        assert_eq!(
            said("2026-11-24T01:00:00Z", Offset::constant(8)).as_deref(),
            Some("11月24日 周二 09:00")
        );
        assert_eq!(
            said("2026-11-24T09:00:00+08:00", Offset::UTC).as_deref(),
            Some("11月24日 周二 09:00")
        );
        assert_eq!(said("soon", Offset::UTC), None);
    }
}
