//! Doors, and five elders who agreed to be watched over: a month of comings and goings in a rhythm of their
//! own, one who is away, and two who have been silent for too long.

use std::collections::BTreeMap;

use domain::consent::Purpose;
use domain::person::Person;
use domain::watch::{
    Absence, AbsenceKind, Alert, AlertState, Cause, Confidence, Device, DoorSense, Grade, Ladder,
    Passage, Presence, Rules, Sign, Silence, Watched,
};
use domain::{AbsenceId, AlertId, DeviceId, PersonId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use store::watch::{
    AbsenceRow, CredentialOf, DoorDay, SignRow, absence_item, absence_of_item, credential_item,
    device_item, device_of_item, door_day_item, sign_item, watched_count_item, watched_item,
};

use super::ids;
use super::people::{FIRST_WORKER, Residents};
use super::town::Town;
use crate::stop::Stop;

/// Days of comings and goings.
const DAYS: i64 = 30;
const WATCHED: usize = 5;
/// Once a day, so that a demonstration without real doors is not told at once that they are dead.
const HEARTBEAT: u32 = 24 * 60;
/// How long ago the silent ones were last seen, in hours: two more than the rules allow, and one.
const SILENT: i64 = 50;
const LATELY: i64 = 49;
/// Below what the numbers of cards are.
const NUMBERS: u128 = 10_000_000_000;

/// The two doors of everybody: who is identified on both ways, and on the way in alone.
const EAST: &str = "测试·东门";
const WEST: &str = "测试·西门";
/// The doors of two homes; their names do not say whose.
const HOMES: [&str; 2] = ["测试·家门一", "测试·家门二"];

/// Doors while they are being set up: each with its count so far, and when somebody passed it.
struct Doors {
    devices: Vec<Device>,
    passed: Vec<(usize, Timestamp)>,
}

/// Answers the alerts that stand, which are not written yet.
pub fn hang(town: &mut Town, residents: &Residents) -> Result<Vec<Alert>, Stop> {
    let elders = &residents.elders[..WATCHED];
    let mut doors = Doors {
        devices: vec![
            device(town, EAST, DoorSense::BothWays, None),
            device(town, WEST, DoorSense::EntryOnly, None),
        ],
        passed: Vec::new(),
    };
    for (elder, name) in elders[3..].iter().zip(HOMES) {
        let home = device(town, name, DoorSense::HomeDoor, Some(elder.id));
        doors.devices.push(home);
    }
    let mut alerts = Vec::new();
    for (n, elder) in elders.iter().enumerate() {
        alerts.extend(watch(town, residents, &mut doors, (n, elder))?);
    }
    count(town, &mut doors)?;
    let people = u64::try_from(elders.len()).unwrap_or(u64::MAX);
    town.add(watched_count_item(town.id(), people))?;
    for device in &doors.devices {
        town.add(device_item(device))?;
        town.add(device_of_item(device))?;
    }
    Ok(alerts)
}

/// How often somebody passed the doors of everybody, day by day.
fn count(town: &mut Town, doors: &mut Doors) -> Result<(), Stop> {
    let mut days: BTreeMap<(usize, Date), u32> = BTreeMap::new();
    for (door, at) in &doors.passed {
        let device = &doors.devices[*door];
        if !device.uncounted(vec![*at]).is_empty() {
            let day = domain::availability::local_day(*at, &town.zone);
            *days.entry((*door, day)).or_default() += 1;
        }
    }
    for (door, at) in &doors.passed {
        let device = &mut doors.devices[*door];
        device.passed_at = device.passed_at.max(Some(*at));
    }
    for ((door, day), passages) in days {
        let of = DoorDay {
            device: doors.devices[door].id,
            day,
            passages,
        };
        town.add(door_day_item(town.id(), &of))?;
    }
    Ok(())
}

pub(super) fn device(
    town: &Town,
    name: &str,
    sense: DoorSense,
    home_of: Option<PersonId>,
) -> Device {
    Device {
        id: DeviceId::new(ids::MILLIS, town.chance("device", name)),
        community: town.id(),
        name: name.into(),
        sense,
        home_of,
        heartbeat_minutes: HEARTBEAT,
        heard_at: Some(town.at),
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

/// The `n`th of them: the first, the fourth and their doors go on; the third is away, the second and the fifth
/// are silent.
fn watch(
    town: &mut Town,
    residents: &Residents,
    doors: &mut Doors,
    (n, elder): (usize, &Person),
) -> Result<Option<Alert>, Stop> {
    town.agree(elder.id, Purpose::WatchDoors)?;
    let theirs: Vec<usize> = match n {
        0 | 2 => vec![0],
        1 => vec![1],
        3 => vec![0, 2],
        _ => vec![3],
    };
    let until = match n {
        2 => town.days_ago(3),
        1 => town.at - SignedDuration::from_hours(LATELY),
        4 => town.at - SignedDuration::from_hours(SILENT),
        _ => town.at,
    };
    let mut signs = rhythm(town, elder, n, until)?;
    // Last seen so long ago, to the minute.
    match n {
        1 => signs.push((1, until, Passage::Entry)),
        4 => signs.push((3, until, Passage::Opened)),
        _ => {}
    }
    let card = format!("{:010}", town.chance("door card", &elder.name) % NUMBERS);
    let since = town.days_ago(DAYS + 1);
    let rules = Rules::default();
    let mut watched = Watched {
        person: elder.id,
        community: town.id(),
        since,
        by: town.person_id(FIRST_WORKER),
        doors: theirs.iter().map(|door| doors.devices[*door].id).collect(),
        credentials: vec![card.clone()],
        relatives_credentials: Vec::new(),
        grade: match n {
            0 | 1 => Grade::AskFirst,
            _ => Grade::AtOnce,
        },
        own: None,
        relative: (n == 0).then_some(residents.first.id),
        relative_reports: n == 0,
        presence: Presence::default(),
        absences: Vec::new(),
        asked: 0,
        unseen_told_at: None,
        alert: None,
        armed: None,
        rules_ver: rules.ver,
        ver: 1,
    };
    for (door, at, passage) in signs {
        let device = &mut doors.devices[door];
        device.seq += 1;
        doors.passed.push((door, at));
        let sign = Sign {
            at,
            seq: device.seq,
            passage,
        };
        let row = SignRow {
            person: elder.id,
            device: device.id,
            sign,
            received_at: at,
            approximate: false,
        };
        let item = sign_item(town.id(), &row);
        town.add(item)?;
        watched = watched.with(sign, &rules, at);
    }
    let mut alert = None;
    match n {
        2 => {
            let row = away(town, elder, &watched);
            town.add(absence_item(&row))?;
            let of = absence_of_item(town.id(), row.absence.id, elder.id);
            town.add(of)?;
            watched.absences.push(row.absence);
        }
        1 | 4 => {
            let one = silent(town, elder, until)?;
            watched.alert = Some(one.id);
            alert = Some(one);
        }
        _ => {}
    }
    let watched = watched.rearmed(&rules, town.at);
    town.add(watched_item(&watched))?;
    let of = CredentialOf {
        person: elder.id,
        own: true,
    };
    let item = credential_item(town.id(), &card, &of);
    town.add(item)?;
    Ok(alert)
}

/// Out in the morning and in the afternoon, and home again, each day a little otherwise; by which door, when,
/// and how. Those who have a door of their own open it each time.
fn rhythm(
    town: &Town,
    elder: &Person,
    n: usize,
    until: Timestamp,
) -> Result<Vec<(usize, Timestamp, Passage)>, Stop> {
    let mut signs = Vec::new();
    for days in (0..=DAYS).rev() {
        let day = town.today.saturating_sub(days.days());
        let midnight = day
            .to_zoned(town.zone.clone())
            .map_err(|error| Stop::because(format!("no midnight on {day}: {error}")))?
            .timestamp();
        for (turn, hour) in [7, 9, 15, 17].into_iter().enumerate() {
            let place = format!("{}|{days}|{hour}", elder.name);
            let chance = town.chance("passage", &place);
            let minutes = hour * 60 - 30 + i64::try_from(chance % 60).unwrap_or(0);
            let at = midnight + SignedDuration::from_mins(minutes);
            // Some afternoons nobody goes out.
            let afternoon = town.chance("stays in", &format!("{}|{days}", elder.name));
            let stays = turn > 1 && afternoon.is_multiple_of(4);
            if at >= until || stays {
                continue;
            }
            let out = turn.is_multiple_of(2);
            match (n, out) {
                (0 | 2, true) => signs.push((0, at, Passage::Exit)),
                (0 | 2, false) => signs.push((0, at, Passage::Entry)),
                (1, false) => signs.push((1, at, Passage::Entry)),
                (1, true) => {}
                (3, true) => {
                    signs.push((2, at, Passage::Opened));
                    signs.push((0, at + SignedDuration::from_mins(3), Passage::Exit));
                }
                (3, false) => {
                    signs.push((0, at, Passage::Entry));
                    signs.push((2, at + SignedDuration::from_mins(4), Passage::Opened));
                }
                _ => signs.push((3, at, Passage::Opened)),
            }
        }
    }
    signs.retain(|(_, at, _)| *at < until);
    Ok(signs)
}

/// With the family, for four days more.
fn away(town: &Town, elder: &Person, watched: &Watched) -> AbsenceRow {
    let from = watched.presence.sign.map_or(town.at, |sign| sign.at);
    AbsenceRow {
        community: town.id(),
        person: elder.id,
        absence: Absence {
            id: AbsenceId::new(ids::MILLIS, town.chance("absence", &elder.name)),
            kind: AbsenceKind::Family,
            from,
            until: town.at + SignedDuration::from_hours(4 * 24),
        },
        by: elder.id,
        note: String::new(),
        ended_at: None,
        ver: 1,
    }
}

fn silent(town: &Town, elder: &Person, last: Timestamp) -> Result<Alert, Stop> {
    let rules = Rules::default();
    let due = last
        .checked_add(rules.windows.of(Silence::NoExit))
        .map_err(|error| Stop::because(format!("no such moment: {error}")))?;
    Ok(Alert {
        id: AlertId::new(ids::MILLIS, town.chance("alert", &elder.name)),
        community: town.id(),
        person: elder.id,
        cause: Cause::NoExit,
        metric: None,
        due,
        opened_at: due,
        confidence: Confidence::Inferred,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::default(),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: rules.ver,
        ver: 1,
    })
}
