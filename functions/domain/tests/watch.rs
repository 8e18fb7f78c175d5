//! Silence: what the doors know, when it is too long, and what is decided then.

use domain::watch::deadline::{Ask, Asking};
use domain::watch::device::{When, effective};
use domain::watch::{
    Absence, AbsenceKind, Confidence, Coverage, Decision, Device, DoorSense, Liveness, Outage,
    Overdue, Passage, Presence, Sign, Silence, Whereabouts, Windows, decide,
};
use domain::{AbsenceId, CommunityId, DeviceId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// `hours` after the beginning of everything here.
fn at(hours: i64) -> Timestamp {
    minute(hours * 60)
}

fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn sign(hours: i64, passage: Passage) -> Sign {
    Sign {
        at: at(hours),
        seq: 0,
        passage,
    }
}

fn seen(signs: &[Sign]) -> Presence {
    signs
        .iter()
        .copied()
        .fold(Presence::default(), Presence::with)
}

fn away(from: i64, until: i64) -> Absence {
    Absence {
        id: AbsenceId::new(1, 1),
        kind: AbsenceKind::Family,
        from: at(from),
        until: at(until),
    }
}

fn asked(presence: &Presence, absences: &[Absence], now: i64) -> Option<Decision> {
    decide(
        presence,
        Windows::OUTER,
        absences,
        &Coverage::default(),
        Asking::default(),
        at(now),
    )
}

fn alert(silence: Silence, due: i64) -> Option<Decision> {
    Some(Decision::Alert(Overdue {
        silence,
        due: at(due),
        confidence: Confidence::Identified,
        unconfirmed: false,
    }))
}

fn rest(until: i64) -> Option<Decision> {
    Some(Decision::Rest { until: at(until) })
}

#[test]
fn where_somebody_is_never_becomes_home_by_a_passage_of_somebody_else() {
    use Confidence::{Identified, Inferred};
    use Passage::{Entry, Exit, Opened, Unidentified};
    let rows: [(&[Sign], Whereabouts, Confidence); 8] = [
        (&[], Whereabouts::Unknown, Inferred),
        (&[sign(1, Entry)], Whereabouts::In, Identified),
        (
            &[sign(1, Entry), sign(2, Exit)],
            Whereabouts::Out,
            Identified,
        ),
        (
            &[sign(2, Exit), sign(1, Entry)],
            Whereabouts::Out,
            Identified,
        ),
        (
            &[sign(1, Exit), sign(2, Unidentified)],
            Whereabouts::Unknown,
            Inferred,
        ),
        (
            &[sign(1, Entry), sign(2, Unidentified)],
            Whereabouts::Unknown,
            Inferred,
        ),
        (
            &[sign(1, Unidentified), sign(2, Entry)],
            Whereabouts::In,
            Identified,
        ),
        (&[sign(1, Opened)], Whereabouts::Unknown, Inferred),
    ];
    for (signs, whereabouts, confidence) in rows {
        let (place, _, sure) = seen(signs).whereabouts();
        assert_eq!((place, sure), (whereabouts, confidence), "{signs:?}");
    }
}

#[test]
fn a_passage_of_somebody_else_puts_no_deadline_off() {
    let presence = seen(&[sign(0, Passage::Entry), sign(47, Passage::Unidentified)]);
    assert_eq!(asked(&presence, &[], 47), rest(48));
    let Some(Decision::Alert(overdue)) = asked(&presence, &[], 48) else {
        panic!("48 hours have passed");
    };
    assert_eq!(
        (overdue.silence, overdue.due, overdue.confidence),
        (Silence::NoExit, at(48), Confidence::Inferred)
    );
}

#[test]
fn each_silence_has_its_window() {
    let home = seen(&[sign(0, Passage::Entry)]);
    assert_eq!(asked(&home, &[], 47), rest(48));
    assert_eq!(asked(&home, &[], 48), alert(Silence::NoExit, 48));
    let out = seen(&[sign(0, Passage::Exit)]);
    assert_eq!(asked(&out, &[], 71), rest(72));
    assert_eq!(asked(&out, &[], 72), alert(Silence::NoReturn, 72));
    assert_eq!(asked(&Presence::default(), &[], 1_000), None, "never seen");
}

#[test]
fn a_rhythm_tightens_and_never_loosens() {
    let rhythm = Windows {
        no_exit_minutes: 30 * 60,
        no_return_minutes: 90 * 60,
    };
    let tight = Windows::OUTER.tightened(Some(rhythm));
    assert_eq!(
        (tight.no_exit_minutes, tight.no_return_minutes),
        (30 * 60, 72 * 60)
    );
    assert_eq!(Windows::OUTER.tightened(None), Windows::OUTER);
    let max = 72 * 60;
    let least = limits::WATCH_MINUTES_LEAST;
    let refused = Windows::OUTER.refuse_looser(rhythm);
    assert_eq!(refused, Err(Refusal::WatchWindow { least, max }));
    assert_eq!(Windows::OUTER.refuse_looser(tight), Ok(()));
}

#[test]
fn an_absence_that_ends_in_silence_alerts_at_that_moment() {
    let home = seen(&[sign(0, Passage::Entry)]);
    let trip = [away(10, 60)];
    assert_eq!(asked(&home, &trip, 59), rest(60));
    assert_eq!(asked(&home, &trip, 60), alert(Silence::NoExit, 48));
    // One that is over before the window is adds nothing to it.
    assert_eq!(
        asked(&home, &[away(10, 40)], 48),
        alert(Silence::NoExit, 48)
    );
    // One that follows on another puts it off once more.
    assert_eq!(asked(&home, &[away(60, 90), away(10, 60)], 60), rest(90));
}

#[test]
fn coming_home_ends_an_absence_and_leaving_for_it_does_not() {
    let trip = [away(10, 200)];
    let left = seen(&[sign(0, Passage::Entry), sign(12, Passage::Exit)]);
    assert_eq!(asked(&left, &trip, 84), rest(200));
    let back = seen(&[sign(12, Passage::Exit), sign(30, Passage::Entry)]);
    assert_eq!(asked(&back, &trip, 77), rest(78));
    assert_eq!(asked(&back, &trip, 78), alert(Silence::NoExit, 78));
    let out_again = back.with(sign(32, Passage::Exit));
    assert_eq!(asked(&out_again, &trip, 104), alert(Silence::NoReturn, 104));
}

#[test]
fn whoever_comes_back_for_an_umbrella_is_away_all_the_same() {
    let leaving = limits::ABSENCE_LEAVING_HOURS;
    let trip = away(10, 200);
    for (entered, ends) in [
        (9, 200),
        (10, 200),
        (10 + leaving, 200),
        (11 + leaving, 11 + leaving),
        (200, 200),
    ] {
        assert_eq!(trip.ends(Some(at(entered))), at(ends), "{entered}");
    }
    assert_eq!(trip.ends(None), at(200));
    // It is over before anybody could come back.
    assert_eq!(away(10, 11).ends(Some(at(13))), at(11));
}

#[test]
fn a_dead_door_is_no_silence_and_nobody_behind_it_is_forgotten() {
    let home = seen(&[sign(0, Passage::Entry)]);
    let dead = [Outage {
        from: at(20),
        to: None,
    }];
    let asked = |outages: &[Outage], now: i64| {
        let coverage = Coverage {
            outages,
            ..Coverage::default()
        };
        decide(
            &home,
            Windows::OUTER,
            &[],
            &coverage,
            Asking::default(),
            at(now),
        )
    };
    assert_eq!(asked(&dead, 48), Some(Decision::Blind { until: at(76) }));
    assert_eq!(asked(&dead, 76), Some(Decision::Blind { until: at(104) }));
    // It spoke again at 30: ten hours were missed, and are waited for.
    let mended = [Outage {
        from: at(20),
        to: Some(at(30)),
    }];
    assert_eq!(asked(&mended, 57), Some(Decision::Blind { until: at(58) }));
    assert_eq!(asked(&mended, 58), alert(Silence::NoExit, 48));
    // Who was overdue before it died is looked for.
    let later = [Outage {
        from: at(50),
        to: None,
    }];
    assert_eq!(asked(&later, 60), alert(Silence::NoExit, 48));
    // Where almost everything was seen, it is looked at again in minutes, not in a moment.
    let almost = [Outage {
        from: minute(48 * 60 - 1),
        to: None,
    }];
    assert_eq!(
        asked(&almost, 48),
        Some(Decision::Blind {
            until: minute(48 * 60 + 5)
        })
    );
}

#[test]
fn what_is_only_inferred_says_so() {
    let decided = |signs: &[Sign], coverage: Coverage<'_>, now| {
        let presence = seen(signs);
        match decide(
            &presence,
            Windows::OUTER,
            &[],
            &coverage,
            Asking::default(),
            at(now),
        ) {
            Some(Decision::Alert(overdue)) => (overdue.confidence, overdue.unconfirmed),
            other => panic!("{other:?}"),
        }
    };
    let button = Coverage {
        unidentified_exits: true,
        ..Coverage::default()
    };
    let late = Coverage {
        late: true,
        ..Coverage::default()
    };
    use Confidence::{Identified, Inferred};
    assert_eq!(
        decided(&[sign(0, Passage::Entry)], button, 48),
        (Inferred, false)
    );
    assert_eq!(
        decided(&[sign(0, Passage::Exit)], button, 72),
        (Identified, false)
    );
    assert_eq!(
        decided(&[sign(0, Passage::Opened)], Coverage::default(), 48),
        (Inferred, false)
    );
    assert_eq!(
        decided(&[sign(0, Passage::Entry)], late, 48),
        (Identified, true)
    );
}

#[test]
fn the_person_is_asked_then_a_relative_and_silence_alerts_on_the_minute() {
    let home = seen(&[sign(0, Passage::Entry)]);
    let two_hours = Some(SignedDuration::from_hours(2));
    let asked = |asked, relative, absences: &[Absence], now| {
        let asking = Asking {
            lead: two_hours,
            relative,
            asked,
        };
        let coverage = Coverage::default();
        decide(&home, Windows::OUTER, absences, &coverage, asking, at(now)).expect("was seen")
    };
    let ask = |ask, until: i64| Decision::Ask {
        ask,
        until: at(until),
    };
    assert_eq!(asked(0, true, &[], 45), Decision::Rest { until: at(46) });
    assert_eq!(asked(0, true, &[], 46), ask(Ask::Person, 47));
    assert_eq!(asked(1, true, &[], 46), Decision::Rest { until: at(47) });
    assert_eq!(asked(1, true, &[], 47), ask(Ask::Relative, 48));
    assert_eq!(asked(2, true, &[], 47), Decision::Rest { until: at(48) });
    assert_eq!(asked(0, false, &[], 46), ask(Ask::Person, 48));
    assert_eq!(Some(asked(0, true, &[], 48)), alert(Silence::NoExit, 48));
    // Nobody is asked while they are away: at its end there is nothing left to ask.
    let trip = [away(40, 50)];
    assert_eq!(asked(0, true, &trip, 46), Decision::Rest { until: at(50) });
    // An absence that ends in time leaves the turn to be asked.
    let short = [away(40, 47)];
    assert_eq!(asked(0, true, &short, 46), Decision::Rest { until: at(47) });
    assert_eq!(asked(0, true, &short, 47), ask(Ask::Person, 47));
}

#[test]
fn no_clock_puts_a_deadline_off() {
    let now = at(0);
    let rows = [
        (-10, 0, When::At(minute(-10))),
        (-10, 600, When::At(minute(0))),
        (1, 0, When::At(minute(1))),
        (4, 0, When::At(minute(2))),
        (6, 0, When::Approximately(now)),
        (-8 * 24 * 60, 0, When::Approximately(now)),
        (-8 * 24 * 60, 7 * 24 * 3_600, When::At(minute(-24 * 60))),
    ];
    for (said, skew, expected) in rows {
        assert_eq!(
            effective(minute(said), now, skew),
            expected,
            "{said} {skew}"
        );
    }
}

#[test]
fn no_change_of_the_clocks_moves_a_deadline() {
    let moment = |said: &str| -> Timestamp { said.parse().expect("a moment") };
    // Clocks of New York go back in between, those of Sydney forward.
    for (entered, due) in [
        ("2026-10-31T12:00:00-04:00", "2026-11-02T11:00:00-05:00"),
        ("2026-10-03T12:00:00+10:00", "2026-10-05T13:00:00+11:00"),
    ] {
        let (entered, due) = (moment(entered), moment(due));
        let home = Presence::default().with(Sign {
            at: entered,
            seq: 0,
            passage: Passage::Entry,
        });
        let asked = |now| {
            let (coverage, asking) = (Coverage::default(), Asking::default());
            decide(&home, Windows::OUTER, &[], &coverage, asking, now)
        };
        let before = due - SignedDuration::from_secs(1);
        assert_eq!(asked(before), Some(Decision::Rest { until: due }));
        assert!(matches!(asked(due), Some(Decision::Alert(_))));
    }
}

#[test]
fn a_door_is_dead_after_two_heartbeats_and_never_alive_before_its_first() {
    let device = Device {
        id: DeviceId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "测试·东门".into(),
        sense: DoorSense::BothWays,
        home_of: None,
        heartbeat_minutes: 15,
        heard_at: Some(minute(0)),
        skew_seconds: 0,
        offsets: Vec::new(),
        seq: 0,
        seq_before: 0,
        gaps: Vec::new(),
        gaps_before: Vec::new(),
        key_ver: 1,
        unidentified_at: None,
        passed_at: None,
        outages: Vec::new(),
        clock: domain::watch::Clock::default(),
        ways: domain::watch::Ways::default(),
        identified: Vec::new(),
        ver: 0,
    };
    let dead = Liveness::Dead { since: minute(0) };
    for (now, alive) in [
        (15, Liveness::Alive),
        (16, Liveness::Late),
        (30, Liveness::Late),
        (31, dead),
    ] {
        assert_eq!(device.liveness(minute(now)), alive, "{now}");
    }
    assert_eq!(device.dead_at(), Some(minute(30)));
    let never = Device {
        heard_at: None,
        ..device
    };
    assert!(matches!(never.liveness(minute(0)), Liveness::Dead { .. }));
}

#[test]
fn a_dead_door_is_noted_once_and_its_outage_ends_with_its_next_word() {
    let outage = |from: i64, to: Option<i64>| Outage {
        from: minute(from),
        to: to.map(minute),
    };
    let device = Device {
        id: DeviceId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "测试·东门".into(),
        sense: DoorSense::BothWays,
        home_of: None,
        heartbeat_minutes: 15,
        heard_at: Some(minute(0)),
        skew_seconds: 0,
        offsets: Vec::new(),
        seq: 0,
        seq_before: 0,
        gaps: Vec::new(),
        gaps_before: Vec::new(),
        key_ver: 1,
        unidentified_at: None,
        passed_at: None,
        outages: Vec::new(),
        clock: domain::watch::Clock::default(),
        ways: domain::watch::Ways::default(),
        identified: Vec::new(),
        ver: 1,
    };
    assert_eq!(device.clone().fell_silent(minute(30)), None);
    assert_eq!(device.outages(minute(31)), [outage(0, None)]);
    let dead = device.clone().fell_silent(minute(31)).expect("dead");
    assert_eq!((dead.ver, dead.outages.len()), (2, 1));
    assert_eq!(dead.clone().fell_silent(minute(60)), None, "noted before");
    let back = dead.heard(minute(100));
    assert_eq!(back.outages, [outage(0, Some(100))]);
    assert_eq!(back.heard_at, Some(minute(100)));
    // Nobody looked meanwhile.
    let unseen = device.clone().heard(minute(50));
    assert_eq!(unseen.outages, [outage(0, Some(50))]);
    let first = Device {
        heard_at: None,
        ..device.clone()
    };
    assert!(first.heard(minute(50)).outages.is_empty());
    // Whoever wrote only that it was heard from leaves the same.
    let dead = device.fell_silent(minute(31)).expect("dead");
    let heard = Device {
        heard_at: Some(minute(70)),
        ..dead
    };
    assert_eq!(heard.outages(minute(71)), [outage(0, Some(70))]);
}

#[test]
fn a_home_is_not_seen_while_all_of_its_doors_are_dead() {
    let outage = |from: i64, to: Option<i64>| Outage {
        from: minute(from),
        to: to.map(minute),
    };
    let together = |doors: &[Vec<Outage>]| domain::watch::together(doors);
    let one = vec![outage(0, Some(20)), outage(50, Some(60)), outage(70, None)];
    assert_eq!(together(&[]), []);
    assert_eq!(together(std::slice::from_ref(&one)), one);
    assert_eq!(together(&[one.clone(), Vec::new()]), [], "the other sees");
    let other = vec![
        outage(10, Some(30)),
        outage(40, Some(55)),
        outage(60, Some(65)),
        outage(80, Some(90)),
        outage(95, None),
    ];
    let common = [
        outage(10, Some(20)),
        outage(50, Some(55)),
        outage(80, Some(90)),
        outage(95, None),
    ];
    assert_eq!(together(&[one.clone(), other.clone()]), common);
    assert_eq!(together(&[other.clone(), one.clone()]), common);
    assert_eq!(together(&[one, other, Vec::new()]), []);
}

fn some_sign() -> impl Strategy<Value = Sign> {
    let passage = prop_oneof![
        Just(Passage::Entry),
        Just(Passage::Exit),
        Just(Passage::Opened),
        Just(Passage::Unidentified),
    ];
    (0..200i64, 0..3u64, passage).prop_map(|(hours, seq, passage)| Sign {
        seq,
        ..sign(hours, passage)
    })
}

proptest! {
    #[test]
    fn the_order_and_the_doubles_of_events_leave_no_trace(
        signs in prop::collection::vec(some_sign(), 0..20),
        shuffled in any::<prop::sample::Index>(),
        twice in any::<prop::sample::Index>(),
    ) {
        let straight = seen(&signs);
        let mut other = signs.clone();
        if !other.is_empty() {
            let one = other[twice.index(other.len())];
            other.rotate_left(shuffled.index(signs.len()));
            other.push(one);
            other.reverse();
        }
        prop_assert_eq!(seen(&other), straight);
    }

    #[test]
    fn a_decision_is_never_early_and_always_names_a_later_moment(
        signs in prop::collection::vec(some_sign(), 1..6),
        now in 0..400i64,
        from in 0..200i64,
        long in 1..100i64,
        out in 0..200i64,
        asked in 0..3u8,
    ) {
        let presence = seen(&signs);
        let outages = [Outage { from: at(out), to: Some(at(out + long)) }];
        let coverage = Coverage { outages: &outages, ..Coverage::default() };
        let asking = Asking { lead: Some(SignedDuration::from_hours(2)), relative: true, asked };
        let trip = [away(from, from + long)];
        match decide(&presence, Windows::OUTER, &trip, &coverage, asking, at(now)) {
            None => prop_assert!(presence.sign.is_none()),
            Some(Decision::Rest { until } | Decision::Blind { until }) => prop_assert!(until > at(now)),
            Some(Decision::Ask { until, .. }) => prop_assert!(until >= at(now)),
            Some(Decision::Alert(overdue)) => {
                prop_assert!(overdue.due <= at(now));
                prop_assert!(!trip[0].holds(at(now), presence.entered_at));
                let sign = presence.sign.expect("there is one");
                let window = Windows::OUTER.of(overdue.silence);
                prop_assert_eq!(overdue.due.duration_since(sign.at), window);
            }
        }
    }
}
