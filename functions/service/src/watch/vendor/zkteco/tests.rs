use domain::limits;

use super::Zkteco;
use crate::watch::vendor::Vendor;
use crate::watch::vendor::tests::{Sample, door, lines};

const LOG: &str = "time=2026-11-01 08:00:00\tpin=1017\tcardno=5550001\tsitecode=0\tlinkid=0\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=15\tindex=21\tmaskflag=0\ttemperature=36.5\r\ntime=2026-11-01 09:00:00\tpin=0\tcardno=5550001\tsitecode=0\tlinkid=0\teventaddr=1\tevent=0\tinoutstatus=1\tverifytype=4\tindex=22\r\ntime=2026-11-01 09:00:01\tpin=0\tcardno=0\teventaddr=1\tevent=202\tinoutstatus=2\tverifytype=200\tindex=23\r\n";
const STATE: &str =
    "time=2026-11-01 08:00:00\tsensor=02\trelay=01\talarm=0200000000000000\tdoor=01\r\n";

pub(in crate::watch::vendor) const SAMPLES: &[Sample] = &[("text/plain", LOG), ("", STATE)];

fn read(body: impl AsRef<[u8]>) -> Vec<String> {
    lines(Zkteco.read("application/push", body.as_ref(), &door()))
}

#[test]
fn several_lines_are_several_events() {
    let expected = [
        "entry 1017 2026-11-01T00:00:00Z 21 0",
        "exit 5550001 2026-11-01T01:00:00Z 22 0",
        "exit_button - 2026-11-01T01:00:01Z 23 202",
    ];
    assert_eq!(read(LOG), expected);
    assert_eq!(read(LOG.replace('\r', "").trim_end()), expected);
}

#[test]
fn a_state_that_is_repeated_is_no_sign_of_life() {
    assert_eq!(read(STATE), ["heartbeat - 2026-11-01T00:00:00Z - state"]);
}

#[test]
fn numbers_of_events_mean_what_the_table_says() {
    let rows = [
        (0, "passed 1017"),
        (3, "passed 1017"),
        (4, "opened -"),
        (5, "other -"),
        (8, "opened -"),
        (14, "passed 1017"),
        (17, "passed 1017"),
        (22, "denied 1017"),
        (23, "denied 1017"),
        (26, "other -"),
        (27, "denied -"),
        (28, "held_open -"),
        (29, "denied 1017"),
        (34, "denied -"),
        (36, "denied -"),
        (101, "other -"),
        (102, "forced -"),
        (200, "opened -"),
        (201, "closed -"),
        (202, "exit_button -"),
        (203, "passed 1017"),
        (206, "other -"),
        (4999, "other -"),
    ];
    for (code, expected) in rows {
        let body = format!("pin=1017\tcardno=C1\tevent={code}\tinoutstatus=2");
        assert_eq!(read(body), [format!("{expected} - - {code}")]);
    }
}

#[test]
fn who_and_which_way() {
    let rows = [
        ("pin=1017\tinoutstatus=0", "entry 1017"),
        ("pin=1017\tinoutstatus=1\teventaddr=1", "exit 1017"),
        ("pin=1017\tinoutstatus=2\teventaddr=7", "exit 1017"),
        ("pin=1017\tinoutstatus=2", "passed 1017"),
        ("PIN=1017\tInOutStatus=2", "passed 1017"),
        ("pin=0\tcardno=C1\tinoutstatus=2", "passed C1"),
        ("pin=\tcardno=C1\tinoutstatus=2", "passed C1"),
        ("pin=0\tcardno=0\tinoutstatus=0", "opened -"),
        ("inoutstatus=1", "opened -"),
    ];
    for (fields, expected) in rows {
        let body = format!("event=0\t{fields}");
        assert_eq!(read(&body), [format!("{expected} - - 0")], "{body}");
    }
}

#[test]
fn what_is_no_event_is_refused_with_a_place() {
    let long = "9".repeat(limits::DOOR_FIELD_CHARS + 1);
    let rows = [
        (String::new(), "! missing /0"),
        ("\r\n\r\n".to_owned(), "! missing /0"),
        (
            "1017\t2026-11-01 08:00:00\t0\t1".to_owned(),
            "! unreadable /0",
        ),
        (
            format!("{LOG}time=2026-11-01 08:00:00\tpin=10"),
            "! missing /3/event",
        ),
        ("event=opened".to_owned(), "! unreadable /0/event"),
        ("event=2".to_owned(), "! missing /0/inoutstatus"),
        (
            format!("event=0\tinoutstatus=0\tpin={long}"),
            "! too_long /0/pin",
        ),
        (
            format!("event=0\tinoutstatus=0\tcardno={long}"),
            "! too_long /0/cardno",
        ),
        (
            "event=0\tinoutstatus=0\n".repeat(limits::DOOR_EVENTS + 1),
            "! too_many ",
        ),
    ];
    for (body, expected) in rows {
        assert_eq!(read(&body), [expected], "{:.80}", body);
    }
    assert_eq!(read(b"event=0\tpin=\xcd\xf5"), ["! unreadable /0"]);
    let full = "event=0\tinoutstatus=0\n".repeat(limits::DOOR_EVENTS);
    assert_eq!(read(full).len(), limits::DOOR_EVENTS);
}
