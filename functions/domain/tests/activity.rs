//! The rules of signing up as tables, and what holds whatever people do.
//!
//! A row reads `activity  mine  moment  act -> outcome`, columns two spaces apart; `a | b` means each
//! of them. The activity has two places and lasts two hours; moments count from its `start`. `busy`
//! goes to another activity at that time, `many` to thirty at other times.

use std::collections::BTreeMap;

use domain::activity::{
    self, Activity, ActivityState, Every, Frame, FrameFault, Going, SignUp, SignUpState, Team,
    Volunteer, leave, move_up, occurrences, sign_up, unified_number,
};
use domain::availability::Span;
use domain::hours::{Attendance, Mark, Presence, Sign};
use domain::{ActivityId, CommunityId, PersonId, Refusal, SignUpId, TeamId, limits};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

macro_rules! rules {
    ($($name:ident $rows:literal)+) => {
        $(#[test] fn $name() { check($rows); })+
    };
}

rules! {
    whoever_finds_a_place_goes_and_whoever_does_not_waits "
        free                none              -1h   join  -> going
        free                none              -1s   join  -> going
        full                none              -1h   join  -> waiting
        free                withdrawn         -1h   join  -> going
        full                withdrawn         -1h   join  -> waiting
        free                none              0s    join  -> refused too_late
        free | full         none              +1h   join  -> refused too_late
        crowded             none              -1h   join  -> refused queue
        crowded             busy              -1h   join  -> refused overlaps
        cancelled           none              -1h   join  -> refused cancelled
        cancelled           none              +1h   join  -> refused cancelled
        free                going             -1h   join  -> refused already
        full                going | waiting   -1h   join  -> refused already
        free | full         removed           -1h   join  -> refused removed
        full                going | waiting   +1h   join  -> refused already
        free                removed           +1h   join  -> refused removed
        cancelled           going | removed   +1h   join  -> refused cancelled
    "

    nobody_is_in_two_places_at_once "
        free | full         busy              -1h   join  -> refused overlaps
        free | full         many              -1h   join  -> refused many
        free                busy              0s    join  -> refused too_late
        cancelled           busy              -1h   join  -> refused cancelled
    "

    a_place_is_given_back_until_the_start "
        free | full         going             -1h   leave  -> withdrawn
        full                waiting           -1h   leave  -> withdrawn
        full                going             -1s   leave  -> withdrawn
        free | full         going             0s    leave  -> refused too_late
        full                waiting           +1h   leave  -> refused too_late
        free                came              -10m  leave  -> refused attended
        free                none              -1h   leave  -> refused not_signed_up
        free                withdrawn         -1h   leave  -> refused not_signed_up
        free                removed           -1h   leave  -> refused not_signed_up
        cancelled           going             +1h   leave  -> withdrawn
    "

    whoever_runs_it_takes_somebody_off_the_list "
        free                going             -1h   remove  -> removed
        full                waiting           -1h   remove  -> removed
        free                came              -10m  remove  -> refused attended
        free                withdrawn         -1h   remove  -> refused not_signed_up
    "

    a_free_place_goes_to_somebody_who_waits_and_whose_time_is_free "
        free                waiting           -1h   up  -> going
        full                waiting           -1h   up  -> stays
        free                waiting busy      -1h   up  -> stays
        free                waiting           0s    up  -> stays
        cancelled           waiting           -1h   up  -> stays
        free                withdrawn         -1h   up  -> stays
    "
}

const HOUR: i64 = 3600;

fn start() -> Timestamp {
    "2026-11-28T01:00:00Z".parse().expect("a moment")
}

fn person(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn drive(n: u128, from: i64, until: i64, capacity: u16) -> Activity {
    let at = |seconds| start() + SignedDuration::from_secs(seconds);
    Activity {
        id: ActivityId::new(1, n),
        community: CommunityId::new(1, 1),
        series: None,
        title: "河边捡拾".into(),
        about: String::new(),
        for_whom: String::new(),
        place: "东门".into(),
        grid: "一网格".into(),
        skills: Vec::new(),
        team: None,
        organiser: person(900),
        starts: at(from),
        ends: at(until),
        capacity,
        going: 0,
        waiting: 0,
        unfilled: false,
        state: ActivityState::Open,
        reason: String::new(),
        created_at: at(-100 * HOUR),
        turns: 0,
        ver: 1,
    }
}

/// The activity of a row, the caller's file and sign-up.
fn world(is: &str, mine: &str) -> (Activity, Volunteer, Option<SignUp>) {
    let mut activity = drive(1, 0, 2 * HOUR, 2);
    match is {
        "free" => activity.going = 1,
        "full" => activity.going = 2,
        "crowded" => (activity.going, activity.waiting) = (2, limits::ACTIVITY_WAITING),
        "cancelled" => activity.state = ActivityState::Cancelled,
        other => panic!("{other} is no activity"),
    }
    let mut volunteer = Volunteer::new(person(1), "card".into());
    let mut sign_up = None;
    for word in mine.split(' ') {
        let state = match word {
            "none" => continue,
            "busy" => {
                volunteer.going.push(drive(2, -HOUR, HOUR, 2).span());
                continue;
            }
            "many" => {
                let other = |n: i64| drive(10, 24 * HOUR * n, 24 * HOUR * n + HOUR, 2).span();
                let others = (1..=30).map(|n| Going {
                    activity: ActivityId::new(2, u128::try_from(n).expect("above zero")),
                    ..other(n)
                });
                volunteer.going.extend(others);
                continue;
            }
            "going" | "came" => SignUpState::Going,
            "waiting" => SignUpState::Waiting,
            "withdrawn" => SignUpState::Withdrawn,
            "removed" => SignUpState::Removed,
            other => panic!("{other} is no part"),
        };
        if state == SignUpState::Going {
            volunteer.going.push(activity.span());
            activity.going = activity.going.max(1);
        }
        activity.waiting += u16::from(state == SignUpState::Waiting);
        let span = Span {
            from: activity.starts,
            until: activity.ends,
        };
        sign_up = Some(SignUp {
            id: SignUpId::new(1, 1),
            activity: activity.id,
            person: person(1),
            by: person(1),
            state,
            queued_at: start() - SignedDuration::from_hours(48),
            moved_up: false,
            reason: String::new(),
            attendance: (word == "came").then(|| came(span)),
            starts: activity.starts,
            ver: 1,
        });
    }
    (activity, volunteer, sign_up)
}

fn moment(raw: &str) -> Timestamp {
    let (number, unit) = raw.split_at(raw.len() - 1);
    let number: i64 = number.parse().expect("a number");
    let seconds = match unit {
        "s" => number,
        "m" => number * 60,
        _ => number * HOUR,
    };
    start() + SignedDuration::from_secs(seconds)
}

fn refused(refusal: &Refusal) -> String {
    let name = match refusal {
        Refusal::TooLate => "too_late",
        Refusal::ActivityCancelled => "cancelled",
        Refusal::AlreadySignedUp => "already",
        Refusal::RemovedBefore => "removed",
        Refusal::SignUpOverlaps { .. } => "overlaps",
        Refusal::TooManySignUps { max: 30 } => "many",
        Refusal::QueueFull { max: 300 } => "queue",
        Refusal::Attended => "attended",
        Refusal::NotSignedUp => "not_signed_up",
        other => panic!("{other:?} is no refusal of these"),
    };
    format!("refused {name}")
}

/// What becomes of the row's caller, with the counts of the activity set right.
fn outcome(is: &str, mine: &str, at: Timestamp, act: &str) -> String {
    let (before, volunteer, was) = world(is, mine);
    let counts = (before.going, before.waiting, before.ver);
    let done = match act {
        "join" => {
            let ids = (SignUpId::new(2, 2), person(1));
            sign_up(before, volunteer, was.as_ref(), ids, at)
        }
        "leave" | "remove" => {
            let Some(was) = was else {
                return "refused not_signed_up".into();
            };
            let state = match act {
                "leave" => SignUpState::Withdrawn,
                _ => SignUpState::Removed,
            };
            leave(before, volunteer, was, state, at)
        }
        "up" => match move_up(&before, volunteer, was.expect("waits"), at) {
            Some(moved) => {
                assert!(moved.2.moved_up);
                Ok(moved)
            }
            None => return "stays".into(),
        },
        other => panic!("{other} is no act"),
    };
    match done {
        Err(refusal) => refused(&refusal),
        Ok((after, volunteer, sign_up)) => {
            let goes = sign_up.state == SignUpState::Going;
            let waits = sign_up.state == SignUpState::Waiting;
            let (going, waiting) = match (act, mine) {
                ("join", _) => (counts.0 + u16::from(goes), counts.1 + u16::from(waits)),
                ("up", _) => (counts.0 + 1, counts.1 - 1),
                (_, "waiting") => (counts.0, counts.1 - 1),
                _ => (counts.0 - 1, counts.1),
            };
            assert_eq!(
                (after.going, after.waiting),
                (going, waiting),
                "{is} {mine} {act}"
            );
            let listed = volunteer.going.iter().any(|one| one.activity == after.id);
            assert_eq!(
                listed, goes,
                "{is} {mine} {act}: their time is taken while they go"
            );
            sign_up.state.to_string()
        }
    }
}

fn check(rows: &str) {
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (given, want) = row.split_once("->").expect("an outcome");
        let columns: Vec<&str> = given
            .split("  ")
            .map(str::trim)
            .filter(|c| !c.is_empty())
            .collect();
        let [is, mine, at, act] = columns[..] else {
            panic!("four columns: {row}");
        };
        for is in is.split(" | ") {
            for mine in mine.split(" | ") {
                assert_eq!(
                    outcome(is, mine, moment(at), act),
                    want.trim(),
                    "{is} {mine} {at} {act}"
                );
            }
        }
    }
}

#[test]
fn a_new_activity_is_within_its_limits() {
    let now = start();
    let at = |seconds: i64| now + SignedDuration::from_secs(seconds);
    let day = 24 * HOUR;
    let frame = |from, until, capacity| Frame {
        starts: at(from),
        ends: at(until),
        capacity,
    };
    let rows = [
        (frame(0, 2 * HOUR, 10), Ok(())),
        (frame(HOUR, 13 * HOUR, 300), Ok(())),
        (frame(HOUR, 2 * HOUR, 1), Ok(())),
        (frame(370 * day, 370 * day + HOUR, 1), Ok(())),
        (frame(HOUR, HOUR, 10), Err(("/ends", FrameFault::Backwards))),
        (
            frame(2 * HOUR, HOUR, 10),
            Err(("/ends", FrameFault::Backwards)),
        ),
        (
            frame(HOUR, 13 * HOUR + 1, 10),
            Err(("/ends", FrameFault::Outside)),
        ),
        (frame(-1, HOUR, 10), Err(("/starts", FrameFault::Outside))),
        (
            frame(370 * day + 1, 370 * day + HOUR, 10),
            Err(("/starts", FrameFault::Outside)),
        ),
        (
            frame(HOUR, 2 * HOUR, 0),
            Err(("/capacity", FrameFault::Outside)),
        ),
        (
            frame(HOUR, 2 * HOUR, 301),
            Err(("/capacity", FrameFault::Outside)),
        ),
    ];
    for (frame, want) in rows {
        assert_eq!(frame.check(now), want, "{frame:?}");
    }
    let (starts, ends) = (Timestamp::MIN, Timestamp::MAX);
    for frame in [
        Frame {
            starts,
            ends,
            capacity: 1,
        },
        Frame {
            starts: ends,
            ends: starts,
            capacity: 1,
        },
        Frame {
            starts: ends,
            ends,
            capacity: u16::MAX,
        },
        Frame {
            starts,
            ends: starts,
            capacity: 0,
        },
    ] {
        assert!(frame.check(now).is_err() && frame.check(starts).is_err());
    }
}

#[test]
fn a_series_keeps_its_local_time() {
    let dates = |zone: &str, first: &str, every, times| -> Vec<String> {
        let zone = TimeZone::get(zone).expect("a zone");
        let starts: Timestamp = first.parse().expect("a moment");
        let ends = starts + SignedDuration::from_hours(2);
        let frame = Frame {
            starts,
            ends,
            capacity: 1,
        };
        let spans = occurrences(frame, every, times, &zone);
        for (from, until) in &spans {
            assert_eq!(until.duration_since(*from), SignedDuration::from_hours(2));
        }
        let local = |(from, _): &(Timestamp, _)| from.to_zoned(zone.clone()).datetime().to_string();
        spans.iter().map(local).collect()
    };
    let nine = "2026-11-28T09:00:00+08:00";
    assert_eq!(
        dates("Asia/Shanghai", nine, Every::Week, 3),
        [
            "2026-11-28T09:00:00",
            "2026-12-05T09:00:00",
            "2026-12-12T09:00:00"
        ]
    );
    assert_eq!(
        dates("Asia/Shanghai", nine, Every::Fortnight, 2),
        ["2026-11-28T09:00:00", "2026-12-12T09:00:00"]
    );
    let last = "2027-01-31T09:00:00+08:00";
    assert_eq!(
        dates("Asia/Shanghai", last, Every::Month, 4),
        ["2027-01-31T09:00:00", "2027-03-31T09:00:00"],
        "a month without such a day is left out"
    );
    // Where the clocks change, the hour on the wall stays.
    assert_eq!(
        dates("Europe/Berlin", "2026-10-24T09:00:00+02:00", Every::Week, 2),
        ["2026-10-24T09:00:00", "2026-10-31T09:00:00"]
    );
    let most = dates(
        "Asia/Shanghai",
        nine,
        Every::Week,
        limits::SERIES_OCCURRENCES,
    );
    assert_eq!(most.len(), usize::from(limits::SERIES_OCCURRENCES));
    let zone = TimeZone::UTC;
    let end = Frame {
        starts: Timestamp::MAX,
        ends: Timestamp::MAX,
        capacity: 1,
    };
    assert!(
        occurrences(end, Every::Month, 48, &zone).len() <= 1,
        "no panic at the end of time"
    );
}

#[test]
fn an_activity_is_run_by_its_organiser_and_by_who_leads_its_team() {
    let team = |n, lead| Team {
        id: TeamId::new(1, n),
        community: CommunityId::new(1, 1),
        name: "绿手".into(),
        lead,
        members: Vec::new(),
        ver: 1,
    };
    let mut activity = drive(1, 0, HOUR, 5);
    let (mine, other) = (team(1, person(1)), team(2, person(1)));
    assert!(activity.is_run_by(person(900), None));
    assert!(
        !activity.is_run_by(person(1), Some(&mine)),
        "it has no team"
    );
    activity.team = Some(mine.id);
    assert!(activity.is_run_by(person(1), Some(&mine)));
    assert!(!activity.is_run_by(person(1), Some(&other)));
    assert!(!activity.is_run_by(person(2), Some(&mine)));
    assert!(!activity.is_run_by(person(1), None));
}

#[test]
fn a_place_is_owed_while_it_is_free_and_somebody_waits() {
    let of = |going, waiting, state| Activity {
        going,
        waiting,
        state,
        ..drive(1, 0, HOUR, 2)
    };
    let (open, off) = (ActivityState::Open, ActivityState::Cancelled);
    let rows = [
        (of(1, 1, open), "-1h", true),
        (of(0, 300, open), "-1s", true),
        (of(2, 1, open), "-1h", false),
        (of(1, 0, open), "-1h", false),
        (of(1, 1, open), "0s", false),
        (of(1, 1, off), "-1h", false),
    ];
    for (activity, at, owed) in rows {
        let counts = (activity.going, activity.waiting);
        assert_eq!(activity.owes_a_place(moment(at)), owed, "{counts:?} {at}");
    }
}

#[test]
fn a_card_is_read_as_it_is_typed_and_nothing_else_is_one() {
    let rows = [
        ("ABCDEFGHJKMN", Some("ABCDEFGHJKMN")),
        (" abcd-efgh jkmn\n", Some("ABCDEFGHJKMN")),
        ("ABCDEFGHJKM", None),
        ("ABCDEFGHJKMNP", None),
        ("ABCDEFGHJKM0", None),
        ("ABCDEFGHJKM\0", None),
        ("ＡBCDEFGHJKMN", None),
        ("", None),
        (&"A".repeat(60_000), None),
    ];
    for (raw, want) in rows {
        assert_eq!(activity::card(raw).as_deref(), want);
    }
}

#[test]
fn numbers_of_the_national_network() {
    let rows = [
        (" 310115abc0001 ", Some("310115ABC0001")),
        ("123456", Some("123456")),
        ("12345", None),
        ("１２３４５６７", None),
        ("3101-15", None),
        ("", None),
        (&"1".repeat(25), None),
    ];
    for (raw, want) in rows {
        assert_eq!(unified_number(raw).as_deref(), want, "{raw}");
    }
}

/// What somebody does; persons 0 to 7, activities 0 to 3, of which neighbours overlap.
#[derive(Clone, Copy, Debug)]
enum Act {
    Join(u8, u8),
    Leave(u8, u8),
    Remove(u8, u8),
    Cancel(u8),
}

fn any_act() -> impl Strategy<Value = Act> {
    let (person, activity) = (0_u8..8, 0_u8..4);
    prop_oneof![
        6 => (person.clone(), activity.clone()).prop_map(|(p, a)| Act::Join(p, a)),
        4 => (person.clone(), activity.clone()).prop_map(|(p, a)| Act::Leave(p, a)),
        1 => (person, activity.clone()).prop_map(|(p, a)| Act::Remove(p, a)),
        1 => activity.prop_map(Act::Cancel),
    ]
}

#[derive(Default)]
struct World {
    activities: Vec<Activity>,
    volunteers: BTreeMap<PersonId, Volunteer>,
    sign_ups: BTreeMap<(ActivityId, PersonId), SignUp>,
    tick: i64,
}

impl World {
    fn volunteer(&self, who: PersonId) -> Volunteer {
        let new = || Volunteer::new(who, String::new());
        self.volunteers.get(&who).cloned().unwrap_or_else(new)
    }

    fn keep(&mut self, (activity, volunteer, sign_up): (Activity, Volunteer, SignUp)) {
        let place = self.activities.iter_mut().find(|one| one.id == activity.id);
        *place.expect("is there") = activity;
        self.sign_ups
            .insert((sign_up.activity, sign_up.person), sign_up);
        self.volunteers.insert(volunteer.person, volunteer);
    }

    fn fill(&mut self, index: usize, now: Timestamp) {
        let id = self.activities[index].id;
        let mut waiting: Vec<SignUp> = self
            .sign_ups
            .values()
            .filter(|s| s.activity == id)
            .cloned()
            .collect();
        waiting.sort_by_key(|one| (one.queued_at, one.id));
        for one in waiting {
            let volunteer = self.volunteer(one.person);
            if let Some(moved) = move_up(&self.activities[index], volunteer, one, now) {
                self.keep(moved);
            }
        }
    }

    fn act(&mut self, act: Act) {
        self.tick += 1;
        let now = start() - SignedDuration::from_hours(24) + SignedDuration::from_secs(self.tick);
        match act {
            Act::Join(who, index) => {
                let (who, index) = (person(u128::from(who)), usize::from(index));
                let activity = self.activities[index].clone();
                let was = self.sign_ups.get(&(activity.id, who));
                let ids = (
                    SignUpId::new(1, u128::try_from(self.tick).expect("counts up")),
                    who,
                );
                if let Ok(done) = sign_up(activity, self.volunteer(who), was, ids, now) {
                    self.keep(done);
                }
            }
            Act::Leave(who, index) | Act::Remove(who, index) => {
                let state = match act {
                    Act::Leave(..) => SignUpState::Withdrawn,
                    _ => SignUpState::Removed,
                };
                let (who, index) = (person(u128::from(who)), usize::from(index));
                let activity = self.activities[index].clone();
                let Some(was) = self.sign_ups.get(&(activity.id, who)).cloned() else {
                    return;
                };
                if let Ok(done) = leave(activity, self.volunteer(who), was, state, now) {
                    self.keep(done);
                    self.fill(index, now);
                }
            }
            Act::Cancel(index) => {
                self.activities[usize::from(index)].state = ActivityState::Cancelled
            }
        }
    }
}

proptest! {
    #[test]
    fn no_place_is_given_twice_and_nobody_is_in_two_places(acts in prop::collection::vec(any_act(), 0..200)) {
        let hours = |n: i64| drive(u128::try_from(n).expect("few"), n * HOUR, (n + 2) * HOUR, 2);
        let mut world = World { activities: (0..4).map(hours).collect(), ..World::default() };
        for act in acts {
            world.act(act);
            for activity in &world.activities {
                let of = |state| {
                    let theirs = world.sign_ups.values().filter(|s| s.activity == activity.id && s.state == state);
                    u16::try_from(theirs.count()).expect("few")
                };
                prop_assert!(activity.going <= activity.capacity);
                prop_assert_eq!(activity.going, of(SignUpState::Going));
                prop_assert_eq!(activity.waiting, of(SignUpState::Waiting));
            }
            for volunteer in world.volunteers.values() {
                for (n, one) in volunteer.going.iter().enumerate() {
                    let meets = |other: &Going| one.meets(other.starts, other.ends);
                    prop_assert!(!volunteer.going[n + 1..].iter().any(meets));
                    let sign_up = &world.sign_ups[&(one.activity, volunteer.person)];
                    prop_assert_eq!(sign_up.state, SignUpState::Going);
                }
            }
        }
    }

    #[test]
    fn no_number_makes_it_panic(raw in ".{0,40}", at in any::<i64>()) {
        let _ = activity::unified_number(&raw);
        if let Ok(starts) = Timestamp::from_second(at) {
            let frame = Frame { starts, ends: starts, capacity: 1 };
            prop_assert!(frame.check(start()).is_err());
        }
    }
}

/// Checked in at the start.
fn came(planned: Span) -> Attendance {
    let mark = Mark {
        at: planned.from,
        sign: Sign::Code,
        by: PersonId::from_bits(1),
    };
    Attendance {
        came: Some(mark),
        presence: Presence::In,
        ..Attendance::expected(planned)
    }
}
