//! A door and somebody behind it as they are kept before anything happened. What a test is about it writes around
//! them: `Watched { grade, ..enrolled(com, person, doors, since) }`.

use domain::watch::{Clock, Device, DoorSense, Grade, Presence, Watched, Ways};
use domain::{CommunityId, DeviceId, PersonId};
use jiff::Timestamp;

/// A door that nobody heard of yet, and that says each hour that it is there.
#[must_use]
pub fn hung(com: CommunityId, id: DeviceId) -> Device {
    Device {
        id,
        community: com,
        name: "测试·门".into(),
        sense: DoorSense::BothWays,
        home_of: None,
        heartbeat_minutes: 60,
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
        clock: Clock::default(),
        ways: Ways::default(),
        identified: Vec::new(),
        ver: 1,
    }
}

/// Somebody of whom no door has said anything yet.
#[must_use]
pub fn enrolled(
    com: CommunityId,
    person: PersonId,
    doors: Vec<DeviceId>,
    since: Timestamp,
) -> Watched {
    Watched {
        person,
        community: com,
        since,
        by: person,
        doors,
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
    }
}
