//! The rules over a log, against an oracle that walks through each minute.

use std::collections::BTreeMap;

use domain::watch::replay::{Ended, Logged, replay};
use domain::watch::{Absence, AbsenceKind, Passage, Sign, Silence, Windows};
use domain::{AbsenceId, limits};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const WINDOWS: Windows = Windows {
    no_exit_minutes: 48,
    no_return_minutes: 72,
};

fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn line(person: u8, minutes: i64, passage: Passage) -> Logged<u8> {
    let sign = Sign {
        at: minute(minutes),
        seq: 0,
        passage,
    };
    Logged { person, sign }
}

fn away(from: i64, until: i64) -> Absence {
    Absence {
        id: AbsenceId::new(1, 1),
        kind: AbsenceKind::Travel,
        from: minute(from),
        until: minute(until),
    }
}

/// Who, which silence, due, opened, closed.
type Told = (u8, Silence, i64, i64, Option<i64>);

/// Goes through the minutes with what is known by each, and looks.
fn oracle(log: &[Logged<u8>], absences: &BTreeMap<u8, Vec<Absence>>, to: i64) -> Vec<Told> {
    let leaving = SignedDuration::from_hours(limits::ABSENCE_LEAVING_HOURS);
    let mut told = Vec::new();
    for person in 0..4u8 {
        let mut last: Option<(i64, Passage)> = None;
        let mut entries: Vec<Timestamp> = Vec::new();
        let mut open: Option<Told> = None;
        for now in 0..=to {
            let mut here: Vec<_> = log
                .iter()
                .filter(|one| one.person == person && one.sign.at == minute(now))
                .map(|one| one.sign.passage)
                .collect();
            here.sort_unstable();
            for passage in here.iter().copied().filter(|one| one.is_sign_of_life()) {
                last = Some((now, passage));
                if passage == Passage::Entry {
                    entries.push(minute(now));
                }
                if let Some((who, silence, due, opened, _)) = open.take() {
                    told.push((who, silence, due, opened, Some(now)));
                }
            }
            let Some((seen, passage)) = last else {
                continue;
            };
            let (silence, window) = match passage {
                Passage::Exit => (Silence::NoReturn, 72),
                _ => (Silence::NoExit, 48),
            };
            let away = absences.get(&person).into_iter().flatten().any(|one| {
                let home = entries.iter().any(|entry| {
                    *entry > one.from + leaving && *entry <= minute(now) && *entry < one.until
                });
                one.from <= minute(now) && minute(now) < one.until && !home
            });
            if open.is_none() && now >= seen + window && !away {
                open = Some((person, silence, seen + window, now, None));
            }
        }
        told.extend(open);
    }
    told.sort_by_key(|one| (one.3, one.0));
    told
}

fn played(log: Vec<Logged<u8>>, absences: &BTreeMap<u8, Vec<Absence>>, to: i64) -> Vec<Told> {
    let back = |at: Timestamp| (at.as_second() - 1_790_000_000) / 60;
    replay(log, absences, WINDOWS, minute(to))
        .into_iter()
        .map(|one| {
            let closed = one.closed.map(|(at, _)| back(at));
            (
                one.person,
                one.silence,
                back(one.due),
                back(one.opened),
                closed,
            )
        })
        .collect()
}

fn some_line() -> impl Strategy<Value = Logged<u8>> {
    let passage = prop_oneof![
        4 => Just(Passage::Entry),
        4 => Just(Passage::Exit),
        1 => Just(Passage::Opened),
        1 => Just(Passage::Unidentified),
    ];
    (0..4u8, 0..600i64, passage).prop_map(|(person, at, passage)| line(person, at, passage))
}

proptest! {
    #[test]
    fn the_alerts_are_those_of_somebody_who_looks_each_minute(
        log in prop::collection::vec(some_line(), 0..40),
        spans in prop::collection::vec((0..4u8, 0..600i64, 1..200i64), 0..6),
        to in 0..800i64,
    ) {
        let mut absences: BTreeMap<u8, Vec<Absence>> = BTreeMap::new();
        for (person, from, long) in spans {
            absences.entry(person).or_default().push(away(from, from + long));
        }
        let expected = oracle(&log, &absences, to);
        prop_assert_eq!(played(log, &absences, to), expected);
    }
}

#[test]
fn an_alert_says_why_it_was_over_or_stays_open() {
    let log = vec![
        line(0, 0, Passage::Entry),
        line(0, 60, Passage::Exit),
        line(0, 200, Passage::Entry),
        line(1, 0, Passage::Opened),
        line(1, 100, Passage::Opened),
    ];
    let alerts = replay(log, &BTreeMap::new(), WINDOWS, minute(230));
    let told: Vec<_> = alerts
        .iter()
        .map(|one| (one.person, one.silence, one.closed.map(|(_, why)| why)))
        .collect();
    assert_eq!(
        told,
        [
            (0, Silence::NoExit, Some(Ended::WentOut)),
            (1, Silence::NoExit, Some(Ended::Opened)),
            (0, Silence::NoReturn, Some(Ended::CameHome)),
            (1, Silence::NoExit, None),
        ]
    );
}
