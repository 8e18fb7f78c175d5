//! What a door's word is worth: its clock, its count, and whose door it is.

use std::collections::BTreeSet;

use domain::watch::device::When;
use domain::watch::lag::{held_until, is_lagging};
use domain::watch::{Device, DoorSense, Grade, Outage, Passage, Presence, Watched};
use domain::{CommunityId, DeviceId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).expect("a moment")
}

fn door() -> Device {
    Device {
        id: DeviceId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "测试·东门".into(),
        sense: DoorSense::BothWays,
        home_of: None,
        heartbeat_minutes: 15,
        heard_at: None,
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
    }
}

/// How far behind it is after heartbeats that came in so much later than they said.
fn skew(late: &[i64]) -> i64 {
    let mut door = door();
    for (n, late) in (1..).zip(late) {
        let received = second(n * 900);
        let said = received - SignedDuration::from_secs(*late);
        door = door.clocked(said, received);
    }
    assert!(door.offsets.len() <= limits::SKEW_HEARTBEATS);
    door.skew_seconds
}

#[test]
fn a_clock_goes_by_the_middle_of_its_heartbeats() {
    let days = 24 * 3_600;
    let rows: &[(&[i64], i64)] = &[
        (&[], 0),
        (&[600], 600),
        (&[-600], -600),
        // One that a slow line held up, at any place.
        (&[600, 600, 1_500], 600),
        (&[1_500, 600], 600),
        (&[600, 1_500], 600),
        // Set right: followed as soon as most of them say so.
        (&[600, 600, 600, 0, 0], 600),
        (&[600, 600, 600, 0, 0, 0, 0], 0),
        // Only the latest count.
        (
            &[600, 600, 600, 600, 600, 600, 600, 600, 600, 5, 5, 5, 5, 5],
            5,
        ),
        // No clock at all.
        (&[600, 3 * days, -3 * days], 600),
        (&[days], days),
    ];
    for (late, expected) in rows {
        assert_eq!(skew(late), *expected, "{late:?}");
    }
}

#[test]
fn each_version_of_a_key_has_its_own_count_and_none_goes_back() {
    let door = door().counted(1, 7).counted(1, 5);
    assert_eq!(door.count(1), Some(7));
    assert_eq!((door.count(0), door.count(2)), (None, None));
    let door = door.rekeyed();
    assert_eq!((door.key_ver, door.count(2)), (2, Some(0)));
    assert_eq!(door.count(1), Some(7), "what was taken stays taken");
    let door = door.counted(2, 1).counted(1, 9).counted(3, 99);
    assert_eq!((door.count(2), door.count(1)), (Some(1), Some(9)));
    let door = door.rekeyed();
    assert_eq!((door.count(3), door.count(2)), (Some(0), Some(1)));
    assert_eq!(door.count(1), None, "good no more");
}

proptest! {
    /// Against a set of all that was taken.
    #[test]
    fn a_number_is_taken_once_in_whatever_order_unless_nobody_could_tell(
        steps in proptest::collection::vec((proptest::bool::weighted(0.8), 0_u64..400), 1..300),
    ) {
        let (mut door, mut taken, mut largest) = (door(), BTreeSet::new(), 0_u64);
        for (onward, step) in steps {
            // Mostly a little ahead, as numbers come; else any that is near.
            let number = match onward {
                true => largest + step % 4,
                false => (largest + 50).saturating_sub(step),
            };
            let known = number > 0 && !taken.contains(&number);
            let near = number > largest || largest - number <= limits::SEEN_NUMBERS;
            prop_assert_eq!(door.takes(1, number), known && near, "{} of {}", number, largest);
            if door.takes(1, number) {
                door = door.counted(1, number);
                taken.insert(number);
                largest = largest.max(number);
            }
            prop_assert_eq!(door.count(1), Some(largest));
            prop_assert!(!door.takes(1, number), "a second time");
            let again = door.clone().counted(1, number);
            prop_assert_eq!(&again, &door, "what is counted twice counts once");
        }
    }
}

#[test]
fn what_was_counted_before_gaps_were_kept_counts_as_taken() {
    let door = Device { seq: 9, ..door() };
    let taken = (1..=9).filter(|number| door.takes(1, *number));
    assert_eq!(taken.count(), 0);
    assert!(door.takes(1, 10) && !door.takes(1, 0));
    let steady = (1..=1_000).fold(self::door(), |door, number| door.counted(1, number));
    assert!(steady.gaps.is_empty(), "nothing to remember");
    let jump = steady.counted(1, u64::MAX);
    assert!(jump.takes(1, u64::MAX - limits::SEEN_NUMBERS));
    assert!(!jump.takes(1, u64::MAX - limits::SEEN_NUMBERS - 1));
    assert!(!jump.takes(1, 1_001), "nobody could tell");
}

#[test]
fn a_door_of_others_shows_that_somebody_is_well_and_not_where() {
    let (own, other) = (DeviceId::new(1, 1), DeviceId::new(1, 2));
    let watched = Watched {
        person: PersonId::new(1, 1),
        community: CommunityId::new(1, 1),
        since: second(0),
        by: PersonId::new(1, 2),
        doors: vec![own],
        credentials: Vec::new(),
        relatives_credentials: Vec::new(),
        grade: Grade::AtOnce,
        own: None,
        relative: None,
        relative_reports: false,
        presence: Presence::default(),
        absences: Vec::new(),
        asked: 0,
        unseen_told_at: None,
        alert: None,
        armed: None,
        rules_ver: 0,
        ver: 1,
    };
    let all = [
        (Passage::Entry, Some(Passage::Opened)),
        (Passage::Exit, Some(Passage::Opened)),
        (Passage::Opened, Some(Passage::Opened)),
        (Passage::Unidentified, None),
    ];
    for (passage, elsewhere) in all {
        assert_eq!(watched.at_door(own, passage), Some(passage));
        assert_eq!(watched.at_door(other, passage), elsewhere, "{passage}");
    }
}

#[test]
fn what_cannot_be_right_is_now_only_where_the_clock_is_known_to_be_wrong() {
    let now = second(0);
    let (old, ahead) = (second(-8 * 24 * 3_600), second(3_600));
    let live = |door: &Device, said| door.moment(said, now, true);
    let kept = |door: &Device, said| door.moment(said, now, false);
    let good = door().beaten(now, now);
    assert_eq!(live(&good, second(-60)), Some(When::At(second(-60))));
    assert_eq!(kept(&good, second(-60)), Some(When::At(second(-60))));
    assert_eq!(live(&good, ahead), Some(When::Approximately(now)));
    assert_eq!(kept(&good, ahead), None);
    assert_eq!((live(&good, old), kept(&good, old)), (None, None));
    // By so many seconds behind, by heartbeats that came in then.
    let beaten = |beats: &[(i64, i64)]| {
        let after = |door: Device, (behind, came): &(i64, i64)| {
            door.beaten(second(came - behind), second(*came))
        };
        beats.iter().fold(door(), after)
    };
    let behind = 8 * 24 * 3_600;
    let rows: [(&[(i64, i64)], bool); 5] = [
        (&[(behind, -3_600)], true),
        (&[(behind, -3_599)], false),
        (&[(behind, -7_200), (behind + 299, -60)], true),
        (&[(behind, -7_200), (behind + 301, -60)], false),
        (&[(behind, -7_200), (0, -60)], false),
    ];
    for (beats, wrong) in rows {
        let door = beaten(beats);
        let now = wrong.then_some(When::Approximately(now));
        assert_eq!(live(&door, old), now, "{beats:?}");
        assert_eq!(kept(&door, old), None, "{beats:?}");
    }
}

#[test]
fn live_events_tell_how_a_clock_goes_where_heartbeats_do_not() {
    let happened = |events: &[(i64, i64)]| {
        let after = |door: Device, (behind, came): &(i64, i64)| {
            door.happened(second(came - behind), second(*came))
        };
        events.iter().fold(door(), after).skew_seconds
    };
    assert_eq!(happened(&[(900, 0), (600, 600)]), 0, "too few");
    assert_eq!(happened(&[(900, 0), (600, 600), (660, 1_200)]), 600);
    // A queue comes in at once, and counts as one.
    assert_eq!(
        happened(&[(9_000, 0), (8_000, 1), (7_000, 2), (600, 600)]),
        0
    );
    let beaten = door().beaten(second(-100), second(0));
    let after = (1..9).fold(beaten, |door, n| {
        door.happened(second(n * 600 - 900), second(n * 600))
    });
    assert_eq!(after.skew_seconds, 100, "heartbeats tell better");
}

#[test]
fn an_opening_right_after_somebody_was_identified_is_theirs() {
    let door = [100, 40, 100]
        .iter()
        .fold(door(), |door, at| door.identified_at(second(*at)));
    let soon = limits::OPENED_AFTER_SECONDS;
    let rows = [
        (39, false),
        (40, true),
        (40 + soon, true),
        (41 + soon, false),
        (99, false),
        (100 + soon, true),
    ];
    for (opened, theirs) in rows {
        let told = door.opened_for_whoever_was_identified(second(opened));
        assert_eq!(told, theirs, "{opened}");
    }
    let many = (0..100).fold(door, |door, n| door.identified_at(second(n * 60)));
    assert_eq!(many.identified.len(), limits::IDENTIFIED);
}

#[test]
fn a_door_that_comes_and_goes_is_told_of_every_few_hours_at_most() {
    let minute = |minutes: i64| second(minutes * 60);
    let out = |from: i64, to: i64| Outage {
        from: minute(from),
        to: Some(minute(to)),
    };
    let pause = limits::DOOR_TOLD_HOURS * 60;
    // It says that it is there every 15 minutes, and is found dead after 30.
    let rows = [
        (vec![], None),
        // Back before anybody found it dead.
        (vec![out(0, 29)], None),
        (vec![out(0, 60)], Some(30 + pause)),
        // Three times within hours: told once.
        (
            vec![out(0, 60), out(100, 160), out(200, 300)],
            Some(30 + pause),
        ),
        // Out for so long that it is told a second time.
        (vec![out(0, 60), out(100, 500)], Some(30 + 2 * pause)),
        (vec![out(0, 60), out(1_000, 1_100)], Some(1_030 + pause)),
    ];
    for (outages, from) in rows {
        let device = Device { outages, ..door() };
        let expected = from.map(minute);
        assert_eq!(device.tells_dead_from(), expected, "{:?}", device.outages);
    }
}

#[test]
fn little_comes_in_where_a_fifth_of_what_should_does_not() {
    let at = second(100_000);
    let heard = |minutes: i64| Device {
        heartbeat_minutes: 10,
        heard_at: Some(at - SignedDuration::from_mins(minutes)),
        ..door()
    };
    let doors = |lately: usize, silent: usize, minutes: i64| -> Vec<Device> {
        let fresh = (0..lately).map(|_| heard(3));
        fresh.chain((0..silent).map(|_| heard(minutes))).collect()
    };
    let rows = [
        // Ten doors: two were heard from, one, none.
        (doors(2, 8, 15), false),
        (doors(1, 9, 15), true),
        (doors(0, 10, 15), true),
        (doors(0, 10, 10), false),
        // Too few to tell anything.
        (doors(0, 4, 15), false),
        (doors(0, 5, 15), true),
        // Dead for hours: nobody waits for them.
        (doors(0, 10, 20 + limits::LAG_HELD_MINUTES), true),
        (doors(0, 10, 21 + limits::LAG_HELD_MINUTES), false),
    ];
    for (doors, expected) in rows {
        let silent = doors
            .iter()
            .map(|door| at.duration_since(door.heard_at.expect("heard")));
        let silent: Vec<_> = silent.map(|silent| silent.as_mins()).collect();
        assert_eq!(is_lagging(&doors, at), expected, "{silent:?}");
    }
    // Once a day: nobody can expect their word within minutes.
    let seldom = Device {
        heartbeat_minutes: 24 * 60,
        ..heard(15)
    };
    assert!(!is_lagging(&vec![seldom; 100], at));
    let minute = |minutes: i64| second(minutes * 60);
    assert_eq!(held_until(minute(0), minute(0)), Some(minute(1)));
    let longest = limits::LAG_HELD_MINUTES;
    assert_eq!(
        held_until(minute(0), minute(longest - 1)),
        Some(minute(longest))
    );
    assert_eq!(held_until(minute(0), minute(longest)), None);
}
