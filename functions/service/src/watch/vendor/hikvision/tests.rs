use domain::limits;

use super::Hikvision;
use crate::watch::vendor::Vendor;
use crate::watch::vendor::tests::{Sample, door, lines};

const CARD: &str = r#"{"ipAddress":"192.168.1.11","macAddress":"00:00:5e:00:53:01","dateTime":"2026-11-01T08:00:00+08:00","activePostCount":1,"eventType":"AccessControllerEvent","eventState":"active","AccessControllerEvent":{"deviceName":"Gate","majorEventType":5,"subEventType":75,"cardNo":"5550001","name":"王小明","cardReaderNo":1,"doorNo":1,"employeeNoString":"A17","serialNo":41,"currentVerifyMode":"face","currentEvent":true,"attendanceStatus":"undefined","mask":"no","currTemperature":36.5,"FaceRect":{"height":0.3,"width":0.2,"x":0.1,"y":0.4},"pictureURL":"http://192.168.1.11/picture/1.jpg"}}"#;
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
<ipAddress>192.168.1.11</ipAddress>
<dateTime>2026-11-01T08:00:00+08:00</dateTime>
<eventType>AccessControllerEvent</eventType>
<AccessControllerEvent>
<majorEventType>5</majorEventType>
<subEventType>1</subEventType>
<name>Wang &amp; &#29579;</name>
<cardNo><![CDATA[5550001]]></cardNo>
<cardReaderNo>2</cardReaderNo>
<serialNo> 42 </serialNo>
<currentEvent>false</currentEvent>
<FaceRect><height>0.3</height><cardNo>9</cardNo></FaceRect>
</AccessControllerEvent>
</EventNotificationAlert>"#;
const FORM: &str = "multipart/form-data; boundary=MIME_boundary";
const PARTS: &str = "--MIME_boundary\r\nContent-Disposition: form-data; name=\"event_log\"\r\nContent-Type: application/json\r\n\r\n{\"eventType\":\"AccessControllerEvent\",\"dateTime\":\"2026-11-01T08:00:00\",\"AccessControllerEvent\":{\"majorEventType\":5,\"subEventType\":38,\"employeeNoString\":\"A17\",\"attendanceStatus\":\"checkOut\"}}\r\n--MIME_boundary\r\nContent-Disposition: form-data; name=\"Picture\"; filename=\"p.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n{picture}\r\n--MIME_boundary--\r\n";

pub(in crate::watch::vendor) const SAMPLES: &[Sample] = &[
    ("application/json", CARD),
    ("application/xml; charset=\"UTF-8\"", XML),
    (FORM, PARTS),
    (
        "",
        "{\"eventType\":\"heartBeat\",\"dateTime\":\"2026-11-01T08:00:00+08:00\"}",
    ),
];

fn read(kind: &str, body: impl AsRef<[u8]>) -> Vec<String> {
    lines(Hikvision.read(kind, body.as_ref(), &door()))
}

/// An event with these fields at a reader that nothing is known of.
fn access(fields: &str) -> Vec<String> {
    read("", format!("{{\"AccessControllerEvent\":{{{fields}}}}}"))
}

#[test]
fn json_xml_and_parts_say_the_same_kind_of_thing() {
    let rows = [
        "entry A17 2026-11-01T00:00:00Z 41 5/75",
        "exit 5550001 2026-11-01T00:00:00Z 42 5/1 late",
        "exit A17 2026-11-01T00:00:00Z - 5/38",
        "heartbeat - 2026-11-01T00:00:00Z - heartBeat",
    ];
    for ((kind, body), expected) in SAMPLES.iter().zip(rows) {
        assert_eq!(read(kind, body), [expected], "{body}");
    }
}

#[test]
fn pairs_of_codes_mean_what_the_table_says() {
    let rows = [
        (5, 0x01, "passed A1"),
        (5, 0x06, "denied A1"),
        (5, 0x09, "denied -"),
        (5, 0x15, "other -"),
        (5, 0x16, "other -"),
        (5, 0x17, "exit_button -"),
        (5, 0x18, "other -"),
        (5, 0x19, "opened -"),
        (5, 0x1a, "closed -"),
        (5, 0x1b, "forced -"),
        (5, 0x1c, "held_open -"),
        (5, 0x26, "passed A1"),
        (5, 0x27, "denied -"),
        (5, 0x4b, "passed A1"),
        (5, 0x4c, "denied -"),
        (5, 0x9c, "passed A1"),
        (5, 0xb5, "opened -"),
        (5, 0x400, "opened -"),
        (2, 0x400, "other -"),
        (1, 0x01, "other -"),
        (5, 0xffff, "other -"),
    ];
    for (major, sub, expected) in rows {
        let fields = format!(
            "\"majorEventType\":{major},\"subEventType\":{sub},\"employeeNoString\":\"A1\",\"cardNo\":\"C1\""
        );
        assert_eq!(access(&fields), [format!("{expected} - - {major}/{sub}")]);
    }
}

#[test]
fn who_and_which_way() {
    let rows = [
        (r#""cardNo":"C1""#, "passed C1"),
        (r#""cardNo":5550001"#, "passed 5550001"),
        (r#""cardNo":"C1","employeeNoString":"""#, "passed C1"),
        (r#""cardNo":"C1","employeeNoString":"001""#, "passed 001"),
        (r#""cardNo":"0","employeeNoString":"0000""#, "opened -"),
        (r#""name":"王""#, "opened -"),
        (r#""cardNo":"C1","cardReaderNo":1"#, "entry C1"),
        (r#""cardNo":"C1","cardReaderNo":"2","doorNo":1"#, "exit C1"),
        (r#""cardNo":"C1","cardReaderNo":9,"doorNo":7"#, "exit C1"),
        (
            r#""cardNo":"C1","cardReaderNo":2,"attendanceStatus":"checkIn""#,
            "entry C1",
        ),
        (r#""cardNo":"C1","attendanceStatus":"breakIn""#, "entry C1"),
        (
            r#""cardNo":"C1","attendanceStatus":"overtimeIn""#,
            "entry C1",
        ),
        (
            r#""cardNo":"C1","cardReaderNo":1,"attendanceStatus":"checkOut""#,
            "exit C1",
        ),
        (r#""cardNo":"C1","attendanceStatus":"breakOut""#, "exit C1"),
        (
            r#""cardNo":"C1","attendanceStatus":"overtimeOut""#,
            "exit C1",
        ),
    ];
    for (fields, expected) in rows {
        let said = access(&format!("\"majorEventType\":5,\"subEventType\":1,{fields}"));
        assert_eq!(said, [format!("{expected} - - 5/1")], "{fields}");
    }
}

#[test]
fn what_is_no_alert_is_refused_with_a_place() {
    let long = "9".repeat(limits::DOOR_FIELD_CHARS + 1);
    let long = format!(
        "{{\"AccessControllerEvent\":{{\"majorEventType\":5,\"subEventType\":1,\"cardNo\":\"{long}\"}}}}"
    );
    let alert = |space: &str| XML.replace("http://www.isapi.org/ver20/XMLSchema", space);
    let known = "exit 5550001 2026-11-01T00:00:00Z 42 5/1 late";
    let part = "--MIME_boundary\r\n\r\n{\"eventType\":\"VMD\"}\r\n";
    let rows: [(&str, String, &str); 16] = [
        ("", String::new(), "! unreadable "),
        ("text/plain", "hello".to_owned(), "! unreadable "),
        ("application/json", "[]".to_owned(), "! unreadable "),
        ("application/json", "{}".to_owned(), "! missing /eventType"),
        (
            "",
            "{\"eventType\":\"AccessControllerEvent\"}".to_owned(),
            "! missing /AccessControllerEvent",
        ),
        ("", "{\"eventType\":\"VMD\"}".to_owned(), "other - - - VMD"),
        (
            "",
            "{\"eventType\":\"王 5550001\"}".to_owned(),
            "other - - - other",
        ),
        (
            "",
            "{\"AccessControllerEvent\":{\"subEventType\":1}}".to_owned(),
            "! missing /AccessControllerEvent/majorEventType",
        ),
        (
            "",
            "{\"AccessControllerEvent\":{\"majorEventType\":5,\"subEventType\":\"one\"}}"
                .to_owned(),
            "! unreadable /AccessControllerEvent/subEventType",
        ),
        ("", long, "! too_long /AccessControllerEvent/cardNo"),
        (
            "multipart/form-data",
            PARTS.to_owned(),
            "! missing /boundary",
        ),
        (
            FORM,
            "--MIME_boundary\r\nContent-Type: image/jpeg\r\n\r\n{\r\n--MIME_boundary--".to_owned(),
            "! missing /parts",
        ),
        (
            FORM,
            format!(
                "{part}--MIME_boundary\r\nContent-Type: text/json\r\n\r\nx\r\n--MIME_boundary--"
            ),
            "! unreadable /parts/1",
        ),
        (
            FORM,
            part.repeat(limits::DOOR_EVENTS + 1),
            "! too_many /parts",
        ),
        (
            "text/xml",
            alert("http://example.org/ver20"),
            "! unreadable /EventNotificationAlert",
        ),
        (
            "text/xml",
            "<a>".repeat(70_000),
            "! unreadable /EventNotificationAlert",
        ),
    ];
    for (kind, body, expected) in rows {
        assert_eq!(read(kind, &body), [expected], "{kind} {:.80}", body);
    }
    let deep = format!("<EventNotificationAlert>{}", "<a>".repeat(70_000));
    assert_eq!(read("text/xml", deep), ["! unreadable "]);
    for space in ["hikvision.com", "isapi.org", "std-cgi.com"] {
        let space = format!("http://www.{space}/ver20/XMLSchema");
        assert_eq!(read("text/xml", alert(&space)), [known]);
    }
    assert_eq!(read("", XML.replace(" xmlns=", " other=")), [known]);
    let named = XML.replace("xmlns=", "xmlns:h=").replace("</", "</h:");
    let named = named
        .replace('<', "<h:")
        .replace("<h:/h:", "</h:")
        .replace("<h:?", "<?")
        .replace("<h:!", "<!");
    assert_eq!(read("", named), [known]);
}

#[test]
fn a_name_in_an_older_encoding_takes_no_event_away() {
    for body in [CARD, XML] {
        let (before, after) = body
            .split_once(if body == CARD { "王小明" } else { "Wang" })
            .expect("a name");
        let body = [before.as_bytes(), b"\xcd\xf5\xd0\xa1", after.as_bytes()].concat();
        assert_eq!(read("", &body).len(), 1);
        assert!(!read("", body)[0].starts_with('!'));
    }
}

#[test]
#[cfg_attr(
    not(doors_collection),
    ignore = "LINLI_CORPORA leads to no access-events folder (see README, The collections of others)"
)]
fn a_terminal_of_somebody_else_is_understood() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("access-events");
    let body = std::fs::read(folder.join("hik_04_5_38_fingerprint_checkin.json")).expect("a file");
    assert_eq!(
        read("application/json", &body),
        ["entry 001 2025-10-22T05:43:48Z 139 5/38"]
    );
    for end in 0..body.trim_ascii_end().len() {
        assert!(read("", &body[..end])[0].starts_with('!'), "{end}");
    }
}
