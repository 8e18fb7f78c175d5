//! The rules of certificates.

use domain::availability::Span;
use domain::certificate::{Certificate, CertificateNumber, CertificateState, Wanted};
use domain::hours::{Claim, Entry, Hand, Source};
use domain::{CommunityId, EntryId, PersonId, Refusal, limits};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("in range")
}

fn person(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn hand(n: u128) -> Hand {
    Hand {
        person: person(n),
        speaks: false,
        approves: true,
        shared: Default::default(),
    }
}

/// An hour by hand with so many approvals of the two it takes.
fn entry(n: i64, approvals: u128) -> Entry {
    let claim = Claim {
        id: EntryId::new(2, u128::try_from(n).expect("few")),
        community: CommunityId::new(1, 1),
        person: person(1),
        activity: None,
        what: "送餐".into(),
        span: Span {
            from: at(n * 3_600),
            until: at((n + 1) * 3_600),
        },
        evidence: String::new(),
    };
    let now = at(10_000_000);
    let own = Hand {
        approves: false,
        ..hand(1)
    };
    let written = Entry::manual(claim, own, now.min(at((n + 1) * 3_600))).expect("written");
    (0..approvals).fold(written, |entry, by| {
        entry.approve(hand(2 + by), now).expect("approved")
    })
}

fn wanted(bits: u64) -> Wanted {
    Wanted {
        number: CertificateNumber::from_bits(bits),
        community: CommunityId::new(1, 1),
        person: person(1),
        from: date(2026, 1, 1),
        until: date(2026, 11, 24),
        by: person(1),
    }
}

#[test]
fn it_counts_what_is_approved_and_names_what_was_by_hand() {
    let mut settled = entry(3, 2);
    settled.source = Source::Attendance;
    let entries = [entry(1, 2), entry(2, 1), settled];
    let made = Certificate::issue(wanted(7), &entries, &[], at(0)).expect("issued");
    assert_eq!((made.minutes, made.manual_minutes), (120, 60));
    assert_eq!(made.entries, [entries[0].id, entries[2].id]);
    let none = Certificate::issue(wanted(7), &entries[1..2], &[], at(0));
    assert_eq!(none, Err(Refusal::NothingToCertify));
}

#[test]
fn a_person_has_twenty_valid_ones_and_one_has_five_hundred_entries() {
    let entries = [entry(1, 2)];
    let mut before: Vec<Certificate> = Vec::new();
    for n in 0..20 {
        before.push(Certificate::issue(wanted(n), &entries, &before, at(0)).expect("issued"));
    }
    let more = |before: &[Certificate]| Certificate::issue(wanted(99), &entries, before, at(0));
    assert_eq!(more(&before), Err(Refusal::ManyCertificates { max: 20 }));
    let last = before.pop().expect("twenty");
    let revoked = last
        .revoke(person(9), "写错了".into(), at(1))
        .expect("revoked");
    before.push(revoked);
    assert!(more(&before).is_ok(), "those that do not hold leave room");

    let many: Vec<Entry> = vec![entry(1, 2); limits::CERTIFICATE_ENTRIES + 1];
    let full = Certificate::issue(wanted(1), &many, &[], at(0));
    assert_eq!(full, Err(Refusal::ManyEntries { max: 500 }));
    assert!(Certificate::issue(wanted(1), &many[1..], &[], at(0)).is_ok());
}

#[test]
fn it_is_outdated_by_a_correction_of_its_own_entries_and_revoked_once() {
    let entries = [entry(1, 2)];
    let made = Certificate::issue(wanted(7), &entries, &[], at(0)).expect("issued");
    assert_eq!(made.outdated_by(entry(2, 2).id, at(1)), None);
    let outdated = made.outdated_by(entries[0].id, at(1)).expect("outdated");
    assert_eq!(outdated.standing.name(), CertificateState::Outdated);
    assert_eq!(outdated.outdated_by(entries[0].id, at(1)), None);
    let revoked = outdated
        .revoke(person(9), "写错了".into(), at(2))
        .expect("revoked");
    assert_eq!(revoked.outdated_by(entries[0].id, at(3)), None);
    let again = revoked.revoke(person(9), "再".into(), at(3));
    assert_eq!(again, Err(Refusal::AlreadyRevoked));
}

proptest! {
    #[test]
    fn a_number_survives_text_however_it_is_typed(bits in 0_u64..1 << 60) {
        let number = CertificateNumber::from_bits(bits);
        let text = number.to_string();
        prop_assert_eq!(text.len(), 16);
        prop_assert_eq!(text.parse(), Ok(number));
        let typed = text.replace('-', " ").replace('0', "o").replace('1', "l").to_lowercase();
        prop_assert_eq!(typed.parse(), Ok(number));
    }

    #[test]
    fn one_wrong_character_is_noticed(bits in 0_u64..1 << 60, place in 0_usize..13, by in 1_usize..32) {
        let letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut text: Vec<char> = CertificateNumber::from_bits(bits).to_string().replace('-', "").chars().collect();
        let was = letters.find(text[place]).expect("a letter");
        text[place] = letters.as_bytes()[(was + by) % 32].into();
        let typed: String = text.into_iter().collect();
        prop_assert!(typed.parse::<CertificateNumber>().is_err());
    }
}

#[test]
fn what_is_no_number_is_none() {
    let long = "0".repeat(100);
    for raw in [
        "",
        "-",
        "0",
        "0000-0000-0000",
        "0000-0000-0000-00",
        "零000-0000-0000-0",
        &long,
    ] {
        assert!(raw.parse::<CertificateNumber>().is_err(), "{raw}");
    }
    assert!("0000-0000-0000-0".parse::<CertificateNumber>().is_ok());
}
