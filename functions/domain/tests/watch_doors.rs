//! What a door's word is worth: its clock, its count, and whose door it is.

use domain::watch::{Device, DoorSense, Grade, Passage, Presence, Watched};
use domain::{CommunityId, DeviceId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};

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
        key_ver: 1,
        unidentified_at: None,
        passed_at: None,
        outages: Vec::new(),
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
