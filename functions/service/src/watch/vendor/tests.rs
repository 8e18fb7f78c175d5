use domain::limits;
use domain::watch::{DoorAct, DoorEvent};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::text::Text;
use super::{Dahua, Flaw, Hikvision, Settings, Vendor, Way, Wrong, Zkteco};
use super::{dahua, hikvision, zkteco};

/// A device in Shanghai: reader 1 leads in and 2 out, door 7 leads out; nothing is known of others.
pub(super) fn door() -> Settings {
    let mut door = Settings::of(TimeZone::get("Asia/Shanghai").expect("a zone"));
    door.readers = [(1, Way::In), (2, Way::Out), (3, Way::Either)].into();
    door.doors = [(7, Way::Out)].into();
    door
}

/// One event in a line: what happened, who, when, which, by what code, and whether it comes late.
pub(super) fn line(event: &DoorEvent) -> String {
    let or = |said: Option<String>| said.unwrap_or_else(|| "-".to_owned());
    let act = event.act.as_str();
    let who = or(event.credential.clone());
    let at = or(event.at.map(|at| at.to_string()));
    let seq = or(event.seq.map(|seq| seq.to_string()));
    let late = if event.replayed { " late" } else { "" };
    format!("{act} {who} {at} {seq} {}{late}", event.raw_code)
}

pub(super) fn lines(read: Result<Vec<DoorEvent>, Flaw>) -> Vec<String> {
    match read {
        Ok(events) => events.iter().map(line).collect(),
        Err(Flaw { at, what }) => vec![format!("! {} {at}", what.code())],
    }
}

pub(super) type Sample = (&'static str, &'static str);

fn samples() -> Vec<(&'static dyn Vendor, Sample)> {
    let of = |vendor: &'static dyn Vendor, samples: &'static [Sample]| {
        samples.iter().map(move |sample| (vendor, *sample))
    };
    of(&Hikvision, hikvision::tests::SAMPLES)
        .chain(of(&Dahua, dahua::tests::SAMPLES))
        .chain(of(&Zkteco, zkteco::tests::SAMPLES))
        .collect()
}

fn recognises(act: DoorAct) -> bool {
    matches!(act, DoorAct::Entry | DoorAct::Exit | DoorAct::Passed)
}

#[test]
fn a_body_that_breaks_off_is_refused_or_says_less_and_never_names_somebody_else() {
    for (vendor, (kind, body)) in samples() {
        let whole = vendor.read(kind, body.as_bytes(), &door()).expect(body);
        for end in 0..body.len() {
            let Ok(cut) = vendor.read(kind, &body.as_bytes()[..end], &door()) else {
                continue;
            };
            assert!(cut.len() <= whole.len(), "{end} of {body}");
            for (cut, whole) in cut.iter().zip(&whole) {
                let same = cut.credential == whole.credential && cut.act == whole.act;
                assert!(same || cut.credential.is_none(), "{end} of {body}");
                assert!(same || !recognises(cut.act), "{end} of {body}");
            }
        }
    }
}

#[test]
fn a_bent_byte_ends_nothing() {
    for (vendor, (kind, body)) in samples() {
        let mut bent = body.as_bytes().to_vec();
        for at in 0..bent.len() {
            let was = bent[at];
            for to in [0, b'\n', b'"', b'{', b'<', b'=', b'9', 0x80, 0xff, was ^ 1] {
                bent[at] = to;
                if let Ok(events) = vendor.read(kind, &bent, &door()) {
                    assert!(!events.is_empty() && events.len() <= limits::DOOR_EVENTS);
                }
            }
            bent[at] = was;
        }
        for at in 0..=kind.len() {
            let bent = format!("{}\u{fffd}{}", &kind[..at], &kind[at..]);
            let _ = vendor.read(&bent, body.as_bytes(), &door());
        }
    }
}

#[test]
fn nothing_of_a_person_but_a_number_is_kept() {
    for (vendor, (kind, body)) in samples() {
        for event in vendor.read(kind, body.as_bytes(), &door()).expect(body) {
            let kept = format!("{event:?}");
            for personal in ["王", "Wang", "36.5", "picture", "192.168"] {
                assert!(!kept.contains(personal), "{kept}");
            }
        }
    }
}

#[test]
fn what_an_event_says_of_its_way_goes_before_its_reader_that_before_its_door_that_before_the_usual()
{
    let mut door = door();
    let act = |door: &Settings, said, reader: &str, at: &str| {
        door.act(said, &Text::of(reader), &Text::of(at))
    };
    assert_eq!(act(&door, Some(Way::Out), "1", "7"), DoorAct::Exit);
    assert_eq!(act(&door, None, "1", "7"), DoorAct::Entry);
    assert_eq!(act(&door, None, "3", "7"), DoorAct::Passed);
    assert_eq!(act(&door, None, "9", "7"), DoorAct::Exit);
    assert_eq!(act(&door, None, "", "x"), DoorAct::Passed);
    door.usual = Way::In;
    assert_eq!(act(&door, None, "9", ""), DoorAct::Entry);
    assert_eq!(act(&door, None, "9", "7"), DoorAct::Exit);
}

#[test]
fn times_have_an_offset_or_the_zone_of_the_device_or_are_none() {
    let rows = [
        ("2026-11-01T08:00:00+08:00", Some("2026-11-01T00:00:00Z")),
        ("2026-11-01T00:00:00Z", Some("2026-11-01T00:00:00Z")),
        ("2026-11-01T08:00:00", Some("2026-11-01T00:00:00Z")),
        ("2026-11-01 08:00:00", Some("2026-11-01T00:00:00Z")),
        ("2026-11-01", None),
        ("2026-11-31T08:00:00+08:00", None),
        ("yesterday, at eight o'clock", None),
        ("", None),
    ];
    for (said, expected) in rows {
        let at = door().moment(&Text::of(said)).map(|at| at.to_string());
        assert_eq!(at.as_deref(), expected, "{said}");
    }
}

#[test]
fn a_field_may_be_a_text_or_a_number_and_has_a_length() {
    let read = |json: &str| serde_json::from_str::<Text>(json).expect(json);
    for json in ["5", "5.0", "\" 5\""] {
        assert_eq!(read(json).number(), Some(5), "{json}");
    }
    for json in [
        "-5",
        "\"0x5\"",
        "\"\"",
        "null",
        "[5]",
        "{\"a\":5}",
        "true",
        "1e99",
        "99999999999999999999",
    ] {
        assert_eq!(read(json).number(), None, "{json}");
    }
    let fits = "长".repeat(limits::DOOR_FIELD_CHARS);
    assert_eq!(Text::of(&fits).as_str(), fits);
    let long = Text::of(&format!("{fits}长"));
    assert!(long.is_long() && long.as_str().is_empty());
    let max = limits::DOOR_FIELD_CHARS;
    let flaw = Flaw {
        at: "/pin".to_owned(),
        what: Wrong::TooLong { max },
    };
    assert_eq!(super::credential([("/pin", &long)]), Err(flaw));
}

proptest! {
    #[test]
    fn no_bytes_end_the_program(
        kind in prop::sample::select(vec!["", "application/json", "text/xml", "multipart/form-data; boundary=b"]),
        begin in prop::sample::select(vec!["", "{", "<", "Code=", "time=", "--b\r\n\r\n{", "--b\r\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let body = [begin.as_bytes(), &bytes].concat();
        for vendor in [&Hikvision as &dyn Vendor, &Dahua, &Zkteco] {
            if let Ok(events) = vendor.read(kind, &body, &door()) {
                prop_assert!(!events.is_empty() && events.len() <= limits::DOOR_EVENTS);
            }
        }
    }

    #[test]
    fn no_text_ends_the_program(kind in ".{0,80}", body in "(Code=|data=|time=|pin=|[{}<>\"=;:\t\n]|\\PC){0,80}") {
        for vendor in [&Hikvision as &dyn Vendor, &Dahua, &Zkteco] {
            let _ = vendor.read(&kind, body.as_bytes(), &door());
        }
    }
}
