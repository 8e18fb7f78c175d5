//! Where doors, those who are watched over, and alerts lie.

use domain::watch::{Alert, AlertState, Cause, Device, DoorSense, Vitals, Watched};
use domain::{AbsenceId, AlertId, CommunityId, DeviceId, PersonId, limits};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Key, Pattern, Range, millis, of_person, person_pk};
use crate::watch::{AbsenceRow, ReadingRow, SignRow};

type Places = Vec<(&'static str, String)>;

fn everything(pk: String) -> Pattern {
    Pattern {
        index: None,
        pk,
        range: Range::All,
        newest_first: false,
    }
}

fn in_index(index: &'static str, pk: String) -> Pattern {
    Pattern {
        index: Some(index),
        ..everything(pk)
    }
}

/// What fell due up to that moment.
fn fallen_due(pk: String, at: Timestamp) -> Pattern {
    Pattern {
        range: Range::UpTo(millis(at) + "~"),
        ..in_index("due", pk)
    }
}

#[must_use]
pub fn device(com: CommunityId, id: DeviceId) -> Key {
    Key::new(format!("{com}#DOORS"), id.to_string())
}
/// Leads from a door to its community: whoever is heard there is not signed in.
#[must_use]
pub fn device_of(id: DeviceId) -> Key {
    Key::new(format!("~#DEVICE#{id}"), "OF")
}
#[must_use]
pub fn devices(com: CommunityId) -> Pattern {
    everything(format!("{com}#DOORS"))
}
fn door_days_pk(com: CommunityId, device: DeviceId) -> String {
    format!("{com}#DOORDAYS#{device}")
}
#[must_use]
pub fn door_day(com: CommunityId, device: DeviceId, day: Date) -> Key {
    Key::new(door_days_pk(com, device), day.to_string())
}
/// How often somebody passed a door, day by day, the latest first.
#[must_use]
pub fn door_days(com: CommunityId, device: DeviceId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(door_days_pk(com, device))
    }
}
/// Devices that should have been heard from by then, and of which that was not told.
#[must_use]
pub fn silent_devices(com: CommunityId, at: Timestamp) -> Pattern {
    fallen_due(format!("{com}#DUE#D"), at)
}
/// What is worn may be silent, once it spoke: whether readings come is looked at person by person.
pub(crate) fn device_places(device: &Device) -> Places {
    let nominated = !device.known_dead() && device.sense != DoorSense::Health;
    let dead_at = device.dead_at().filter(|_| nominated);
    let Some(due) = dead_at.or(device.unheard_at()) else {
        return Vec::new();
    };
    let place = format!("{}#{}", millis(due), device.id);
    let pk = format!("{}#DUE#D", device.community);
    vec![("dpk", pk), ("dsk", place)]
}

#[must_use]
pub fn watched(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "WATCH")
}
/// Everybody who is watched over.
#[must_use]
pub fn all_watched(com: CommunityId) -> Pattern {
    in_index("gsi1", format!("{com}#WATCHED"))
}
/// Those of whom a relative may say that they are away, or be asked.
#[must_use]
pub fn watched_of_relative(com: CommunityId, relative: PersonId) -> Pattern {
    in_index("gsi3", relative_pk(com, relative))
}
fn relative_pk(com: CommunityId, relative: PersonId) -> String {
    format!("{com}#P#{relative}#K")
}
/// How many they are.
#[must_use]
pub fn watched_count(com: CommunityId) -> Key {
    Key::new(format!("{com}#WATCHED"), "COUNT")
}
/// Those who are watched over since then or longer, and whom no door has ever seen.
#[must_use]
pub fn never_seen(com: CommunityId, since: Timestamp) -> Pattern {
    Pattern {
        range: Range::UpTo(millis(since) + "~"),
        ..in_index("gsi2", format!("{com}#WATCHED#N"))
    }
}
fn watch_pk(com: CommunityId, shard: u32) -> String {
    format!("{com}#DUE#W#{shard}")
}
/// Of one part, those with whom something is to be done by then.
#[must_use]
pub fn due_watched(com: CommunityId, shard: u32, at: Timestamp) -> Pattern {
    fallen_due(watch_pk(com, shard), at)
}
fn shard(person: PersonId) -> u128 {
    person.bits() % u128::from(limits::WATCH_SHARDS)
}
pub(crate) fn watched_places(watched: &Watched) -> Places {
    let (com, person) = (watched.community, watched.person);
    let mut places = vec![
        ("g1pk", format!("{com}#WATCHED")),
        ("g1sk", person.to_string()),
    ];
    if let Some(relative) = watched.relative {
        places.extend([
            ("g3pk", relative_pk(com, relative)),
            ("g3sk", person.to_string()),
        ]);
    }
    if watched.presence.sign.is_none() {
        places.extend([
            ("g2pk", format!("{com}#WATCHED#N")),
            ("g2sk", format!("{}#{person}", millis(watched.since))),
        ]);
    }
    if let Some(armed) = watched.armed.filter(|_| watched.alert.is_none()) {
        let shard = u32::try_from(shard(person)).unwrap_or(0);
        places.extend([
            ("dpk", watch_pk(com, shard)),
            ("dsk", format!("{}#{person}", millis(armed))),
        ]);
    }
    places
}

fn credential_pk(com: CommunityId, value: &str) -> String {
    format!("{com}#CREDENTIAL#{value}")
}
/// Whose a card is. It stands in the key, so that it is one person's.
#[must_use]
pub fn credential(com: CommunityId, value: &str) -> Key {
    Key::new(credential_pk(com, value), "OF")
}
/// The same card at the home of somebody else: a daughter's is listed with her mother and with her father.
#[must_use]
pub fn relatives_credential(com: CommunityId, value: &str, person: PersonId) -> Key {
    Key::new(credential_pk(com, value), format!("RELATIVE#{person}"))
}
/// Everybody to whom a card leads, its owner first.
#[must_use]
pub fn credentials(com: CommunityId, value: &str) -> Pattern {
    everything(credential_pk(com, value))
}

#[must_use]
pub fn sign(com: CommunityId, row: &SignRow) -> Key {
    let place = format!(
        "SIGN#{}#{}#{:020}",
        millis(row.sign.at),
        row.device,
        row.sign.seq
    );
    Key::new(person_pk(com, row.person), place)
}
/// Somebody's comings and goings, the latest first.
#[must_use]
pub fn signs(com: CommunityId, person: PersonId) -> Pattern {
    of_person(com, person, "SIGN#")
}
/// Those between two moments, the second not included, in their order.
#[must_use]
pub fn signs_between(
    com: CommunityId,
    person: PersonId,
    from: Timestamp,
    until: Timestamp,
) -> Pattern {
    let (from, until) = (millis(from), millis(until));
    Pattern {
        range: Range::Between(format!("SIGN#{from}"), format!("SIGN#{until}")),
        newest_first: false,
        ..signs(com, person)
    }
}

#[must_use]
pub fn vitals(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "VITALS")
}
fn vitals_pk(com: CommunityId, shard: u32) -> String {
    format!("{com}#DUE#Y#{shard}")
}
/// Of one part, those of whom a reading should have come by then.
#[must_use]
pub fn due_vitals(com: CommunityId, shard: u32, at: Timestamp) -> Pattern {
    fallen_due(vitals_pk(com, shard), at)
}
pub(crate) fn vitals_places(vitals: &Vitals) -> Places {
    let (com, person) = (vitals.community, vitals.person);
    let Some(armed) = vitals.armed else {
        return Vec::new();
    };
    let shard = u32::try_from(shard(person)).unwrap_or(0);
    vec![
        ("dpk", vitals_pk(com, shard)),
        ("dsk", format!("{}#{person}", millis(armed))),
    ]
}
#[must_use]
pub fn reading(com: CommunityId, row: &ReadingRow) -> Key {
    let at = millis(row.at);
    let metric = row.metric.map_or("sos", |metric| metric.as_str());
    let place = format!("READING#{at}#{metric}#{}", row.device);
    Key::new(person_pk(com, row.person), place)
}
/// What somebody's body said, the latest first.
#[must_use]
pub fn readings(com: CommunityId, person: PersonId) -> Pattern {
    of_person(com, person, "READING#")
}

#[must_use]
pub fn absence(com: CommunityId, person: PersonId, id: AbsenceId) -> Key {
    Key::new(person_pk(com, person), format!("ABSENCE#{id}"))
}
/// What was said of somebody's being away, the latest first.
#[must_use]
pub fn absences(com: CommunityId, person: PersonId) -> Pattern {
    of_person(com, person, "ABSENCE#")
}
/// Leads from an absence to its person.
#[must_use]
pub fn absence_of(com: CommunityId, id: AbsenceId) -> Key {
    Key::new(format!("{com}#ABSENCE#{id}"), "OF")
}
/// Absences of whose end somebody is to be told by then.
#[must_use]
pub fn ending_absences(com: CommunityId, at: Timestamp) -> Pattern {
    fallen_due(format!("{com}#DUE#H"), at)
}
/// An absence is told of once, which is its second version: a day before its end, or half of it where it is shorter
/// than two days; one of a few hours never is.
pub(crate) fn absence_places(row: &AbsenceRow) -> Places {
    let (from, until) = (row.absence.from, row.absence.until);
    let long = until.duration_since(from);
    let short = long < SignedDuration::from_hours(limits::ABSENCE_TOLD_LEAST_HOURS);
    if row.ended_at.is_some() || row.ver > 1 || short {
        return Vec::new();
    }
    let before = SignedDuration::from_hours(limits::ABSENCE_TOLD_HOURS).min(long / 2);
    let tell = until.checked_sub(before).unwrap_or(until);
    let place = format!("{}#{}", millis(tell), row.absence.id);
    vec![("dpk", format!("{}#DUE#H", row.community)), ("dsk", place)]
}

#[must_use]
pub fn alert(com: CommunityId, id: AlertId) -> Key {
    Key::new(format!("{com}#ALERT#{id}"), "ALERT")
}
/// All alerts, the latest first.
#[must_use]
pub fn all_alerts(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi1", format!("{com}#ALERTS"))
    }
}
/// Alerts that are not over: calls for help, then the longest due first.
#[must_use]
pub fn open_alerts(com: CommunityId) -> Pattern {
    in_index("gsi2", format!("{com}#ALERTS#O"))
}
/// Alerts about somebody, the latest first.
#[must_use]
pub fn alerts_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        newest_first: true,
        ..in_index("gsi3", format!("{com}#P#{person}#A"))
    }
}
/// Alerts of which somebody is to be told by then: the lease of whoever has it is over, or a step of the ladder
/// is due.
#[must_use]
pub fn calling_alerts(com: CommunityId, at: Timestamp) -> Pattern {
    fallen_due(format!("{com}#DUE#G"), at)
}
pub(crate) fn alert_places(alert: &Alert) -> Places {
    let (com, id) = (alert.community, alert.id);
    let opened = format!("{}#{id}", millis(alert.opened_at));
    let mut places = vec![
        ("g1pk", format!("{com}#ALERTS")),
        ("g1sk", opened.clone()),
        ("g3pk", format!("{com}#P#{}#A", alert.person)),
        ("g3sk", opened),
    ];
    if alert.is_open() {
        let urgency = match alert.cause {
            Cause::Sos => Timestamp::UNIX_EPOCH,
            Cause::NoExit
            | Cause::NoReturn
            | Cause::VitalHigh
            | Cause::VitalLow
            | Cause::NoReading => alert.due,
        };
        places.extend([
            ("g2pk", format!("{com}#ALERTS#O")),
            ("g2sk", format!("{}#{id}", millis(urgency))),
        ]);
    }
    let calls_at = match alert.state {
        AlertState::Open => alert.ladder.next_at,
        AlertState::Acknowledged => alert.lease_until,
        AlertState::Closed | AlertState::Withdrawn => None,
    };
    if let Some(at) = calls_at {
        places.extend([
            ("dpk", format!("{com}#DUE#G")),
            ("dsk", format!("{}#{id}", millis(at))),
        ]);
    }
    places
}

#[must_use]
pub fn watch_rules(com: CommunityId, ver: u32) -> Key {
    Key::new(format!("{com}#WATCHRULES"), format!("{ver:08}"))
}
/// Versions of what is watched by, the latest first.
#[must_use]
pub fn all_watch_rules(com: CommunityId) -> Pattern {
    Pattern {
        newest_first: true,
        ..everything(format!("{com}#WATCHRULES"))
    }
}
/// When the sweeper last passed.
#[must_use]
pub fn sweep_mark(com: CommunityId) -> Key {
    Key::new(format!("{com}#SWEEP"), "MARK")
}
/// How often alerts changed: whoever has seen the list since need not read it again.
#[must_use]
pub fn alert_mark(com: CommunityId) -> Key {
    Key::new(format!("{com}#SWEEP"), "ALERTS")
}
