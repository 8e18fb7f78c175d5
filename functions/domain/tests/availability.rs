//! When a provider can be booked: examples to read, then the module against a plain second opinion.

use std::collections::BTreeSet;
use std::ops::Range;

use domain::availability::{
    Blocked, Calendar, Cell, Day, Exception, Hours, Weekly, Wrong, cell_start, cells, check_start,
    footprint, free_starts,
};
use domain::provider::{Mode, Terms};
use domain::units::{Fen, Minute};
use domain::{Refusal, limits};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

/// Zones with what their clocks do: nothing, an hour, half an hour, and offsets of three quarters.
/// The days are those on which a clock changes, or plain ones.
const ZONES: [(&str, [Date; 2]); 5] = [
    ("Asia/Shanghai", [date(2026, 5, 1), date(2026, 12, 31)]),
    ("America/New_York", [date(2026, 3, 8), date(2026, 11, 1)]),
    ("Europe/London", [date(2026, 3, 29), date(2026, 10, 25)]),
    ("Australia/Lord_Howe", [date(2026, 4, 5), date(2026, 10, 4)]),
    ("Asia/Kathmandu", [date(2026, 5, 1), date(2026, 12, 31)]),
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("in the bundled database")
}

// ---------------------------------------------------------------------------------------- examples

/// `zone  day  hours [- breaks]  visit/step  -> local starts`. A time shown twice by the clock is
/// listed twice.
#[test]
fn starts_in_local_time() {
    check(
        "
        Asia/Shanghai        2026-05-01  09:00-12:00                          60m/60  -> 09:00 10:00 11:00
        Asia/Shanghai        2026-05-01  09:00-12:00                          90m/30  -> 09:00 09:30 10:00 10:30
        Asia/Shanghai        2026-05-01  09:10-11:30                          60m/30  -> 09:30 10:00 10:30
        Asia/Shanghai        2026-05-01  09:00-10:00 10:00-11:00              90m/30  -> 09:00 09:30
        Asia/Shanghai        2026-05-01  09:00-10:30 10:00-11:00              90m/30  -> 09:00 09:30
        Asia/Shanghai        2026-05-01  09:00-12:00 - 10:00-10:30            60m/30  -> 09:00 10:30 11:00
        Asia/Shanghai        2026-05-01  09:00-12:00 - 08:00-09:20            60m/30  -> 09:30 10:00 10:30 11:00
        Asia/Shanghai        2026-05-01  22:00-24:00                          60m/30  -> 22:00 22:30 23:00
        Asia/Kathmandu       2026-05-01  09:00-12:00                          60m/60  -> 09:00 10:00 11:00
        Australia/Lord_Howe  2026-05-01  09:00-12:00                          60m/60  -> 09:00 10:00 11:00
        America/New_York     2026-03-08  01:00-05:00                          60m/60  -> 01:00 03:00 04:00
        America/New_York     2026-03-08  02:30-05:00                          60m/30  -> 03:30 04:00
        America/New_York     2026-03-08  02:00-03:00                          15m/15  ->
        America/New_York     2026-11-01  00:00-03:00                          60m/60  -> 00:00 01:00 01:00 02:00
        America/New_York     2026-11-01  00:00-02:00 - 01:00-01:30            30m/30  -> 00:00 00:30 01:30 01:00 01:30
        Europe/London        2026-03-29  00:00-03:00                          30m/60  -> 00:00 02:00
        Europe/London        2026-10-25  00:00-03:00                          30m/60  -> 00:00 01:00 01:00 02:00
        Australia/Lord_Howe  2026-10-04  01:00-04:00                          30m/30  -> 01:00 01:30 02:30 03:00 03:30
        Australia/Lord_Howe  2026-04-05  01:00-03:00                          30m/30  -> 01:00 01:30 01:30 02:00 02:30
    ",
    );
}

fn check(rows: &str) {
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (cause, want) = row.split_once("->").expect("an outcome");
        let [name, day, hours, pace] = columns(cause);
        let (zone, day) = (zone(name), day.parse::<Date>().expect("a day"));
        let (open, breaks) = hours.split_once(" - ").unwrap_or((hours, ""));
        let (minutes, step) = pace.split_once("m/").expect("minutes and step");
        let calendar = Calendar {
            weekly: weekly(day, open),
            breaks: weekly(day, breaks),
            ..Calendar::default()
        };
        let terms = Terms {
            minutes: minutes.parse().expect("minutes"),
            step_minutes: step.parse().expect("minutes"),
            ..plain_terms()
        };
        let at = midnight(day, &zone);
        let starts = free_starts(&calendar, &terms, &zone, &BTreeSet::new(), (day, 1), at);
        let got: Vec<String> = starts
            .iter()
            .map(|start| zone.to_datetime(*start).strftime("%H:%M").to_string())
            .collect();
        assert_eq!(got.join(" "), want.trim(), "{row}");
    }
}

fn columns(cause: &str) -> [&str; 4] {
    let cells: Vec<&str> = cause
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    cells
        .try_into()
        .unwrap_or_else(|cells| panic!("four columns, not {cells:?}"))
}

fn weekly(day: Date, spans: &str) -> Vec<Weekly> {
    let minute = |text: &str| text.parse().expect("a time of day");
    spans
        .split_whitespace()
        .map(|span| span.split_once('-').expect("a span"))
        .map(|(from, to)| Weekly {
            day: weekday(day),
            from: minute(from),
            to: minute(to),
        })
        .collect()
}

fn weekday(day: Date) -> Day {
    Day::ALL[usize::try_from(day.weekday().to_monday_zero_offset()).expect("zero to six")]
}

fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone())
        .expect("within the calendar")
        .timestamp()
}

fn plain_terms() -> Terms {
    Terms {
        price_from: Fen(5_000),
        price_to: Fen(8_000),
        minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        step_minutes: 15,
        lead_minutes: 0,
        horizon_days: 30,
        cutoff_minutes: 120,
        mode: Mode::Instant,
    }
}

fn always_open() -> Calendar {
    let all_day = |day: &Day| Weekly {
        day: *day,
        from: minute(0),
        to: minute(1440),
    };
    Calendar {
        weekly: Day::ALL.iter().map(all_day).collect(),
        ..Calendar::default()
    }
}

fn minute(of_day: u16) -> Minute {
    Minute::new(of_day).expect("up to 24:00")
}

#[test]
fn a_visit_stays_within_one_local_day() {
    let (zone, day) = (zone("Asia/Shanghai"), date(2026, 5, 1));
    let at = midnight(day, &zone);
    let starts = free_starts(
        &always_open(),
        &plain_terms(),
        &zone,
        &BTreeSet::new(),
        (day, 2),
        at,
    );
    let late = at + SignedDuration::from_mins(23 * 60);
    assert!(starts.contains(&late));
    assert!(!starts.contains(&(late + SignedDuration::from_mins(15))));
}

#[test]
fn a_start_is_refused_with_the_bound_it_breaks() {
    let zone = zone("Asia/Shanghai");
    let at = midnight(date(2026, 5, 1), &zone);
    let terms = Terms {
        lead_minutes: 120,
        horizon_days: 2,
        ..plain_terms()
    };
    let check = |start| check_start(&always_open(), &terms, &zone, start, at);
    let (earliest, latest) = (at + 2.hours(), at + 48.hours());
    let second = SignedDuration::from_secs(1);
    assert_eq!(check(earliest - second), Err(Refusal::TooSoon { earliest }));
    assert_eq!(check(earliest), Ok(()));
    assert_eq!(check(earliest + second), Err(Refusal::NotOpen));
    assert_eq!(check(latest), Ok(()));
    assert_eq!(check(latest + second), Err(Refusal::TooFar { latest }));
}

#[test]
fn the_ends_of_the_calendar_are_closed() {
    for (name, _) in ZONES {
        let zone = zone(name);
        let at = midnight(date(2026, 5, 1), &zone);
        let starts = |day| {
            free_starts(
                &always_open(),
                &plain_terms(),
                &zone,
                &BTreeSet::new(),
                (day, 3),
                at,
            )
        };
        assert_eq!(starts(Date::MIN), [], "{name}");
        assert_eq!(starts(date(9999, 12, 29)), [], "{name}");
        assert_eq!(starts(Date::MAX), [], "{name}");
    }
}

#[test]
fn a_list_past_its_limit_is_named() {
    let span = Weekly {
        day: Day::Monday,
        from: minute(0),
        to: minute(15),
    };
    let at = Timestamp::UNIX_EPOCH;
    let exception = |n: i64| Exception {
        date: date(2026, 1, 1) + n.days(),
        hours: vec![],
    };
    let blocked = Blocked {
        from: at,
        until: at + 1.hour(),
        reason: String::new(),
    };
    let sized = |extra: usize| {
        let days = i64::try_from(limits::EXCEPTION_DAYS + extra).expect("few days");
        [
            Calendar {
                weekly: vec![span; limits::WEEKLY_SPANS + extra],
                ..Calendar::default()
            },
            Calendar {
                breaks: vec![span; limits::WEEKLY_SPANS + extra],
                ..Calendar::default()
            },
            Calendar {
                exceptions: (0..days).map(exception).collect(),
                ..Calendar::default()
            },
            Calendar {
                blocked: vec![blocked.clone(); limits::BLOCKED_SPANS + extra],
                ..Calendar::default()
            },
        ]
        .map(|calendar| calendar.flaw().map(|flaw| flaw.at))
    };
    assert_eq!(sized(0), [None, None, None, None]);
    assert_eq!(
        sized(1),
        ["/weekly", "/breaks", "/exceptions", "/blocked"].map(|list| Some(list.to_owned()))
    );
}

// ---------------------------------------------------------------------------------- second opinion

/// Everything one answer depends on.
#[derive(Clone, Debug)]
struct Case {
    zone: &'static str,
    first: Date,
    days: u8,
    calendar: Calendar,
    terms: Terms,
    busy: BTreeSet<Cell>,
    at: Timestamp,
}

impl Case {
    fn zone(&self) -> TimeZone {
        zone(self.zone)
    }

    fn free(&self, busy: &BTreeSet<Cell>) -> Vec<Timestamp> {
        free_starts(
            &self.calendar,
            &self.terms,
            &self.zone(),
            busy,
            (self.first, self.days),
            self.at,
        )
    }

    fn day(&self, days: u8) -> Date {
        self.first + i64::from(days).days()
    }
}

/// Walks every minute of every day and asks of each: could a visit start here? Knows clocks only
/// from adding one minute after the other, and shares no code with the module.
fn free_starts_minute_by_minute(case: &Case) -> Vec<Timestamp> {
    let terms = &case.terms;
    let mut starts = Vec::new();
    for day in (0..case.days).map(|n| case.day(n)) {
        let minutes = minutes_of(day, &case.zone());
        let open = open_minutes(&case.calendar, day, &minutes);
        for (i, (start, clock)) in minutes.iter().enumerate() {
            let on_step = clock % terms.step_minutes == 0;
            let stays_open = open
                .get(i..i + usize::from(terms.minutes))
                .is_some_and(|visit| visit.iter().all(|open| *open));
            if on_step && stays_open && in_time(case, *start) && nothing_in_the_way(case, *start) {
                starts.push(*start);
            }
        }
    }
    starts
}

/// The minutes of a local day in the order they pass, each with the minute of day its clock shows;
/// the first minute of the next day closes the list as 24:00.
fn minutes_of(day: Date, zone: &TimeZone) -> Vec<(Timestamp, u16)> {
    let mut now = day.to_zoned(zone.clone()).expect("within the calendar");
    let mut minutes = Vec::new();
    while now.date() == day {
        let shown = i16::from(now.hour()) * 60 + i16::from(now.minute());
        minutes.push((now.timestamp(), shown.unsigned_abs()));
        now = now.checked_add(1.minute()).expect("within the calendar");
    }
    minutes.push((now.timestamp(), 24 * 60));
    minutes
}

/// When the clock first shows a time; where it skips it, as long after the skip as it lies in it.
fn first_shown(time: Minute, minutes: &[(Timestamp, u16)]) -> usize {
    let shown = |time: u16| minutes.iter().position(|(_, clock)| *clock == time);
    shown(time.get()).unwrap_or_else(|| {
        let around = |pair: &&[(Timestamp, u16)]| pair[0].1 < time.get() && time.get() < pair[1].1;
        let skip = minutes
            .windows(2)
            .find(around)
            .map(|pair| pair[1].1 - pair[0].1 - 1)
            .expect("a time not shown is skipped");
        shown(time.get() + skip).expect("the clock goes on after a skip")
    })
}

fn open_minutes(calendar: &Calendar, day: Date, minutes: &[(Timestamp, u16)]) -> Vec<bool> {
    let on_weekday = |spans: &[Weekly]| -> Vec<(Minute, Minute)> {
        spans
            .iter()
            .filter(|span| span.day == weekday(day))
            .map(|span| (span.from, span.to))
            .collect()
    };
    let (hours, breaks) = match calendar
        .exceptions
        .iter()
        .find(|exception| exception.date == day)
    {
        Some(special) => (
            special
                .hours
                .iter()
                .map(|span| (span.from, span.to))
                .collect(),
            Vec::new(),
        ),
        None => (on_weekday(&calendar.weekly), on_weekday(&calendar.breaks)),
    };
    let places = |spans: Vec<(Minute, Minute)>| -> Vec<Range<usize>> {
        spans
            .into_iter()
            .map(|(from, to)| first_shown(from, minutes)..first_shown(to, minutes))
            .collect()
    };
    let (hours, breaks) = (places(hours), places(breaks));
    let within = |spans: &[Range<usize>], i| spans.iter().any(|span| span.contains(&i));
    (0..minutes.len() - 1)
        .map(|i| within(&hours, i) && !within(&breaks, i))
        .collect()
}

fn in_time(case: &Case, start: Timestamp) -> bool {
    let seconds_ahead = start.as_second() - case.at.as_second();
    let lead = i64::from(case.terms.lead_minutes) * 60;
    let horizon = i64::from(case.terms.horizon_days) * 86_400;
    (lead..=horizon).contains(&seconds_ahead)
}

/// No minute of the visit or its buffers is blocked or claimed.
fn nothing_in_the_way(case: &Case, start: Timestamp) -> bool {
    let before = i64::from(case.terms.buffer_before_minutes);
    let after = i64::from(case.terms.minutes) + i64::from(case.terms.buffer_after_minutes);
    (-before..after)
        .map(|n| start + SignedDuration::from_mins(n))
        .all(|minute| {
            let quarter = minute.as_second().div_euclid(15 * 60);
            !case.busy.contains(&quarter)
                && !case
                    .calendar
                    .blocked
                    .iter()
                    .any(|span| span.from <= minute && minute < span.until)
        })
}

// -------------------------------------------------------------------------------------- any of them

/// Minutes, mostly whole quarters of an hour: bounds that starts can meet exactly.
fn mostly_quarters(range: Range<i64>) -> impl Strategy<Value = i64> {
    prop_oneof![3 => range.clone().prop_map(|n| (n + 14).div_euclid(15) * 15), 1 => range]
}

/// Mostly quarters of an hour, often in the small hours where clocks change, at times any minute.
fn any_minute() -> impl Strategy<Value = u16> {
    prop_oneof![4 => (0_u16..=96).prop_map(|n| n * 15), 3 => (0_u16..=16).prop_map(|n| n * 15), 1 => 0_u16..=1440]
}

fn any_hours() -> impl Strategy<Value = Hours> {
    (any_minute(), any_minute())
        .prop_filter("something between them", |(a, b)| a != b)
        .prop_map(|(a, b)| Hours {
            from: minute(a.min(b)),
            to: minute(a.max(b)),
        })
}

fn any_weekly(max: usize) -> impl Strategy<Value = Vec<Weekly>> {
    let span = (prop::sample::select(Day::ALL), any_hours());
    vec(
        span.prop_map(|(day, Hours { from, to })| Weekly { day, from, to }),
        0..=max,
    )
}

/// A calendar without a flaw whose exceptions and blocked spans lie around `first`.
fn any_calendar(zone: &'static str, first: Date) -> impl Strategy<Value = Calendar> {
    let noon = midnight(first, &self::zone(zone)) + 12.hours();
    let exceptions = btree_map(0_i64..4, vec(any_hours(), 0..3), 0..2).prop_map(move |days| {
        let exception = |(n, hours): (i64, _)| Exception {
            date: first + n.days(),
            hours,
        };
        days.into_iter().map(exception).collect()
    });
    let blocked = (mostly_quarters(-1_440..4_320), mostly_quarters(1..2_000)).prop_map(
        move |(from, minutes)| {
            let from = noon + SignedDuration::from_mins(from);
            Blocked {
                from,
                until: from + SignedDuration::from_mins(minutes),
                reason: "外出".to_owned(),
            }
        },
    );
    (
        any_weekly(16),
        any_weekly(6),
        exceptions,
        vec(blocked, 0..3),
    )
        .prop_map(|(weekly, breaks, exceptions, blocked)| Calendar {
            weekly,
            breaks,
            exceptions,
            blocked,
        })
}

fn quarters(max: u16) -> impl Strategy<Value = u16> {
    (0..=max / limits::CELL_MINUTES).prop_map(|n| n * limits::CELL_MINUTES)
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let minutes =
        prop_oneof![4 => 1_u16..=8, 1 => 1_u16..=limits::SERVICE_MINUTES / limits::CELL_MINUTES];
    let minutes = minutes.prop_map(|n| n * limits::CELL_MINUTES);
    let step = prop::sample::select(&[15_u16, 30, 60][..]);
    let lead = mostly_quarters(0..2_880).prop_map(|n| u32::try_from(n).expect("not negative"));
    (
        minutes,
        quarters(limits::BUFFER_MINUTES),
        quarters(limits::BUFFER_MINUTES),
        step,
        lead,
        1_u16..6,
    )
        .prop_map(
            |(
                minutes,
                buffer_before_minutes,
                buffer_after_minutes,
                step_minutes,
                lead_minutes,
                horizon_days,
            )| Terms {
                minutes,
                buffer_before_minutes,
                buffer_after_minutes,
                step_minutes,
                lead_minutes,
                horizon_days,
                ..plain_terms()
            },
        )
}

fn any_case() -> impl Strategy<Value = Case> {
    let days = prop::sample::select(&ZONES[..]).prop_flat_map(|(zone, changes)| {
        (
            Just(zone),
            prop::sample::select(changes.to_vec()),
            0_i64..2,
            1_u8..=3,
        )
            .prop_map(|(zone, day, early, days)| (zone, day - early.days(), days))
    });
    days.prop_flat_map(|(zone, first, days)| {
        let midnight = midnight(first, &self::zone(zone));
        let quarter = midnight.as_second().div_euclid(15 * 60);
        let busy = btree_set(quarter - 16..quarter + 4 * 96, 0..24);
        let at = (
            mostly_quarters(-3 * 1_440..2 * 1_440),
            prop_oneof![4 => Just(0), 1 => 0_i64..60],
        );
        let at = at.prop_map(move |(minutes, seconds)| {
            midnight + SignedDuration::from_secs(minutes * 60 + seconds)
        });
        (any_calendar(zone, first), any_terms(), busy, at).prop_map(
            move |(calendar, terms, busy, at)| Case {
                zone,
                first,
                days,
                calendar,
                terms,
                busy,
                at,
            },
        )
    })
}

fn any_start() -> impl Strategy<Value = Timestamp> {
    (1_790_000_000_i64..1_790_086_400)
        .prop_map(|second| Timestamp::from_second(second).expect("in range"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn free_starts_are_those_found_minute_by_minute(case in any_case()) {
        prop_assert_eq!(case.calendar.flaw(), None);
        prop_assert_eq!(case.terms.flaw(), None);
        prop_assert_eq!(case.free(&case.busy), free_starts_minute_by_minute(&case));
    }

    #[test]
    fn a_start_is_accepted_where_it_would_be_offered(case in any_case()) {
        let (zone, offered) = (case.zone(), case.free(&BTreeSet::new()));
        let (from, until) = (midnight(case.first, &zone), midnight(case.day(case.days), &zone));
        let instants = std::iter::successors(Some(from), |at| Some(*at + 5.minutes())).take_while(|at| *at < until);
        let accepted: Vec<_> = instants.filter(|start| check_start(&case.calendar, &case.terms, &zone, *start, case.at).is_ok()).collect();
        prop_assert_eq!(offered, accepted);
    }

    #[test]
    fn a_start_on_a_cell_claims_exactly_its_footprint(terms in any_terms(), start in any_start()) {
        let start = start.round((jiff::Unit::Minute, 15)).expect("in range");
        let (cells, span) = (cells(&terms, start), footprint(&terms, start));
        prop_assert!(usize::try_from(cells.end - cells.start).is_ok_and(|count| count <= limits::BOOKING_CELLS));
        prop_assert_eq!((cell_start(cells.start), cell_start(cells.end)), (span.from, span.until));
    }

    #[test]
    fn disjoint_cells_keep_visits_and_buffers_apart(
        (one, other) in (any_terms(), any_terms()),
        (start, later) in (any_start(), any_start()),
    ) {
        let (a, b) = (cells(&one, start), cells(&other, later));
        let disjoint = a.end <= b.start || b.end <= a.start;
        prop_assert!(!disjoint || !footprint(&one, start).overlaps(footprint(&other, later)));
    }

    #[test]
    fn a_span_that_does_not_run_forwards_is_found(
        good in any_calendar("Asia/Shanghai", date(2026, 5, 1)),
        (a, b) in (any_minute(), any_minute()),
        back in prop_oneof![Just(0), 1_i64..86_400],
    ) {
        prop_assert_eq!(good.flaw(), None);
        let (from, to) = (minute(a.max(b)), minute(a.min(b)));
        let with = |spoil: &dyn Fn(&mut Calendar)| {
            let mut calendar = good.clone();
            spoil(&mut calendar);
            let flaw = calendar.flaw()?;
            assert_eq!(flaw.what, Wrong::Backwards);
            Some(flaw.at)
        };
        let weekly = Weekly { day: Day::Monday, from, to };
        prop_assert_eq!(with(&|c| c.weekly.push(weekly)), Some(format!("/weekly/{}/to", good.weekly.len())));
        prop_assert_eq!(with(&|c| c.breaks.push(weekly)), Some(format!("/breaks/{}/to", good.breaks.len())));
        let exception = Exception { date: date(2026, 7, 1), hours: vec![Hours { from, to }] };
        prop_assert_eq!(
            with(&|c| c.exceptions.push(exception.clone())),
            Some(format!("/exceptions/{}/hours", good.exceptions.len()))
        );
        let from = midnight(date(2026, 5, 1), &zone("Asia/Shanghai"));
        let blocked = Blocked { from, until: from - SignedDuration::from_secs(back), reason: String::new() };
        prop_assert_eq!(with(&|c| c.blocked.push(blocked.clone())), Some(format!("/blocked/{}/until", good.blocked.len())));
    }
}
