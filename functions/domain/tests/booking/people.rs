//! Whose part somebody has in a booking, and what they see of it.

use domain::access::Role;
use domain::booking::{Booking, By, Event, Part, StateName};
use domain::person::{Language, Person, TextSize};
use domain::units::Fen;
use domain::{CommunityId, HouseholdId, PersonId, Refusal};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::reading::{booking, moment};

const PROVIDER: u128 = 5;
const RESIDENT: u128 = 6;
const OTHER: u128 = 7;

/// Somebody with these roles; `home` is the door they live behind.
fn person(n: u128, roles: &[Role], home: Option<u128>, phone: bool) -> Person {
    Person {
        id: PersonId::new(1, n),
        community: CommunityId::new(1, 2),
        name: "测试".to_owned(),
        phone: phone.then(|| "13800000001".to_owned()),
        born: None,
        household: home.map(|home| HouseholdId::new(1, home)),
        guardian: None,
        roles: roles.to_vec(),
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    }
}

const TODAY: Date = date(2026, 11, 24);

/// `quoted 9000`, made by the other one for the resident, and what becomes of a move of `who`.
fn part_of(who: &Person, resident: &Person, event: &Event) -> Result<Part, Refusal> {
    part_on(TODAY, who, resident, event)
}

fn part_on(day: Date, who: &Person, resident: &Person, event: &Event) -> Result<Part, Refusal> {
    let made = Booking {
        booked_by: PersonId::new(1, OTHER),
        ..booking("quoted 9000")
    };
    made.part_for(event, &By::of(who, &made, Some(resident), day))
}

#[test]
fn nobody_agrees_to_their_own_price() {
    let resident = person(RESIDENT, &[Role::Resident], Some(1), true);
    let silent = person(RESIDENT, &[Role::Resident], Some(1), false);
    let tap = |who: &Person| Event::ApproveQuote {
        amount: Fen(9_000),
        by: who.id,
    };
    let own = |resident: &Person, who: &Person| {
        let stars = Event::Review {
            stars: 5,
            text: String::new(),
        };
        (
            part_of(who, resident, &tap(who)),
            part_of(who, resident, &stars),
        )
    };
    let roles = [Role::Provider, Role::Station, Role::GridWorker];
    let provider = person(PROVIDER, &roles, Some(1), true);
    let (agree, review) = own(&silent, &provider);
    assert_eq!(
        (agree, review),
        (Err(Refusal::WrongPart), Ok(Part::Provider))
    );
    let booked_by_provider = Booking {
        booked_by: provider.id,
        ..booking("quoted 9000")
    };
    let by = By::of(&provider, &booked_by_provider, Some(&silent), TODAY);
    assert!(by.stands_in && by.oversees);
    let tapped = booked_by_provider.part_for(&tap(&provider), &by);
    assert_eq!(tapped, Err(Refusal::WrongPart));
    for part in Part::ALL {
        let at = booked_by_provider.visit().until;
        let moved = booked_by_provider.clone().apply(tap(&provider), *part, at);
        assert_eq!(moved, Err(Refusal::WrongPart), "{part}");
    }

    assert_eq!(own(&resident, &resident).0, Ok(Part::Resident));
    let station = person(8, &[Role::Station], None, true);
    assert_eq!(own(&resident, &station).0, Err(Refusal::WrongPart));
    assert_eq!(own(&silent, &station).0, Ok(Part::Staff));
    assert_eq!(own(&silent, &station).1, Err(Refusal::WrongPart));
}

#[test]
fn whoever_booked_for_another_counts_while_they_may() {
    let resident = person(RESIDENT, &[Role::Resident], Some(1), true);
    let cancel = Event::Cancel {
        reason: String::new(),
    };
    let counts =
        |roles: &[Role], home| part_of(&person(OTHER, roles, home, true), &resident, &cancel);
    assert_eq!(counts(&[Role::GridWorker], None), Ok(Part::Resident));
    assert_eq!(counts(&[Role::Resident], Some(1)), Ok(Part::Resident));
    assert_eq!(counts(&[Role::Resident], Some(2)), Err(Refusal::Missing));
    assert_eq!(counts(&[Role::Resident], None), Err(Refusal::Missing));
    let gone = person(9, &[Role::GridWorker], None, true);
    assert_eq!(part_of(&gone, &resident, &cancel), Err(Refusal::Missing));
}

#[test]
fn a_guardian_acts_until_the_day_before_the_eighteenth_birthday() {
    let guardian = person(9, &[Role::Resident], Some(1), true);
    let cancel = Event::Cancel {
        reason: String::new(),
    };
    let born = |raw: &str| raw.parse::<Date>().ok();
    for (birthday, day, guarded) in [
        (born("2010-05-01"), "2026-11-24", true),
        (born("2008-11-25"), "2026-11-24", true),
        (born("2008-11-25"), "2026-11-25", false),
        (born("1950-05-01"), "2026-11-24", false),
        (None, "2026-11-24", false),
    ] {
        let ward = Person {
            born: birthday,
            guardian: Some(guardian.id),
            ..person(RESIDENT, &[Role::Resident], Some(1), false)
        };
        let day = day.parse().expect("a day");
        let guarding = ward.guardian_on(day);
        assert_eq!(guarding.is_some(), guarded, "{birthday:?} {day}");
        let moved = part_on(day, &guardian, &ward, &cancel);
        assert_eq!(moved.is_ok(), guarded, "{birthday:?} {day}");
    }
}

#[test]
fn numbers_and_door_show_until_two_days_after_an_agreed_visit() {
    for (state, at, shown) in [
        ("requested", "made", false),
        ("accepted", "made", true),
        ("accepted", "end+2d", true),
        ("accepted", "end+2d+1s", false),
        ("quoted 9000", "end+2d", true),
        ("quoted 9000", "end+2d+1s", false),
        ("done 8000", "end", false),
        ("closed", "end+2d", false),
    ] {
        let booking = booking(state);
        let got = booking.is_within_reach(moment(&booking, at));
        assert_eq!(got, shown, "{state} {at}");
    }
}

#[test]
fn what_ran_out_reads_so_before_it_is_written() {
    for (state, at, want, open) in [
        ("held", "lapse", StateName::Held, true),
        ("held", "lapse+1s", StateName::Expired, false),
        ("requested", "lapse+1s", StateName::Expired, false),
        ("accepted", "end+7d", StateName::Accepted, true),
        ("accepted", "end+7d+1s", StateName::Closed, false),
        ("quoted 9000", "end+14d+1s", StateName::Closed, false),
        ("done 8000", "end+60d", StateName::Done, false),
    ] {
        let booking = booking(state);
        let at = moment(&booking, at);
        assert_eq!((booking.state_at(at), booking.is_open_at(at)), (want, open));
    }
}

#[test]
fn a_visit_at_either_end_of_time_can_be_asked_about() {
    for (start, at) in [
        (Timestamp::MIN, Timestamp::MAX),
        (Timestamp::MAX, Timestamp::MIN),
    ] {
        for state in ["held", "requested", "accepted", "quoted 9000", "done 8000"] {
            let booking = Booking {
                start,
                ..booking(state)
            };
            let visit = booking.visit();
            assert!(visit.from <= visit.until && booking.cutoff() <= start);
            assert!(booking.cells().start <= booking.cells().end);
            assert!(!booking.is_within_reach(at) || at < start);
            assert!(!booking.reviews_show(at));
            let reviewed = Booking {
                start,
                ..self::booking("done 8000 reviewed resident")
            };
            assert_eq!(reviewed.reviews_show(at), start < at);
            for part in Part::ALL {
                let missed = booking
                    .clone()
                    .apply(Event::NoShow { who: None }, *part, at);
                assert!(missed.is_err());
            }
        }
    }
}
