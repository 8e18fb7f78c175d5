use domain::limits;

use super::Dahua;
use crate::watch::vendor::Vendor;
use crate::watch::vendor::tests::{Sample, door, lines};

const TEXT: &str = "Code=AccessControl;action=Pulse;index=0;data={\n   \"CardName\" : \"Wang\",\n   \"CardNo\" : \"5550001\",\n   \"Door\" : 0,\n   \"ErrorCode\" : 0,\n   \"Method\" : 15,\n   \"ReaderID\" : \"2\",\n   \"Similarity\" : 98,\n   \"Status\" : 1,\n   \"Type\" : \"Entry\",\n   \"UTC\" : 1793491200,\n   \"UserID\" : \"A17\"\n}\n\nCode=DoorStatus;action=Pulse;index=0;data={\"Status\":\"Close\",\"UTC\":1793491205}\r\nHeartbeat\r\n";
const JSON: &str = r#"{"Channel":0,"Time":"01-11-2026 08:00:00","Events":[{"Action":"Pulse","Code":"AccessControl","Index":0,"Data":{"CardName":"王","CardNo":"5550001","Door":0,"Method":1,"ReaderID":2,"RecNo":691,"Status":1,"UTC":1793520000,"RealUTC":1793491200,"UserID":""}},{"Action":"Start","Code":"BreakIn","Index":0,"Data":{"UTC":1793491205}}]}"#;
const FORM: &str = "multipart/x-mixed-replace; boundary=myboundary";
const PARTS: &str = "--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n--myboundary\r\nContent-Type: text/plain\r\n\r\nCode=DoorNotClosed;action=Start;index=0;data={\"UTC\":1793491200}\r\n--myboundary\r\nContent-Type: image/jpeg\r\n\r\n{picture}\r\n--myboundary--\r\n";

pub(in crate::watch::vendor) const SAMPLES: &[Sample] = &[
    ("text/plain", TEXT),
    ("application/json", JSON),
    (FORM, PARTS),
];

fn read(kind: &str, body: impl AsRef<[u8]>) -> Vec<String> {
    lines(Dahua.read(kind, body.as_ref(), &door()))
}

#[test]
fn text_json_and_parts_say_the_same_kind_of_thing() {
    let text = [
        "entry A17 2026-11-01T00:00:00Z - AccessControl",
        "closed - 2026-11-01T00:00:05Z - DoorStatus",
        "heartbeat - - - Heartbeat",
    ];
    assert_eq!(read("text/plain", TEXT), text);
    let json = [
        "exit 5550001 2026-11-01T00:00:00Z 691 AccessControl",
        "forced - 2026-11-01T00:00:05Z - BreakIn",
    ];
    assert_eq!(read("application/json", JSON), json);
    let parts = [
        "heartbeat - - - Heartbeat",
        "held_open - 2026-11-01T00:00:00Z - DoorNotClosed",
    ];
    assert_eq!(read(FORM, PARTS), parts);
}

#[test]
fn codes_and_their_data_mean_what_the_table_says() {
    let rows = [
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"Type":"Entry","UserID":"A1","CardNo":"C1""#,
            "entry A1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"Type":"Exit","CardNo":"C1""#,
            "exit C1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":"1","CardNo":"C1","ReaderID":"1""#,
            "entry C1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"CardNo":"C1","Door":7"#,
            "exit C1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"CardNo":"C1""#,
            "passed C1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"CardNo":"0000","UserID":"""#,
            "opened -",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"Method":4,"UserID":"9901","Type":"Entry""#,
            "opened -",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"Method":0,"UserID":"A1""#,
            "opened -",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":1,"Method":5,"Type":"Exit""#,
            "exit_button -",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":0,"Method":5,"UserID":"A1""#,
            "denied A1",
        ),
        (
            "AccessControl",
            "Pulse",
            r#""Status":0,"CardNo":"C9","Type":"Entry""#,
            "denied -",
        ),
        ("AccessControl", "Pulse", r#""UserID":"A1""#, "denied A1"),
        ("DoorStatus", "Pulse", r#""Status":"Open""#, "opened -"),
        ("DoorStatus", "Pulse", r#""Status":"Close""#, "closed -"),
        ("DoorStatus", "Pulse", r#""Status":"Broken""#, "other -"),
        ("BreakIn", "Start", "", "forced -"),
        ("BreakIn", "Stop", "", "other -"),
        ("DoorNotClosed", "Pulse", "", "held_open -"),
        ("DoorNotClosed", "Stop", "", "other -"),
        ("Duress", "Pulse", r#""UserID":"A1""#, "other -"),
        ("KeepAlive", "Pulse", "", "heartbeat -"),
        ("VideoMotion", "Start", "", "other -"),
    ];
    for (code, action, data, expected) in rows {
        let expected = format!("{expected} - - {code}");
        let text = format!("Code={code};action={action};index=0;data={{{data}}}");
        assert_eq!(read("", &text), [expected.as_str()], "{text}");
        let json = format!(
            "{{\"Events\":[{{\"Code\":\"{code}\",\"Action\":\"{action}\",\"Data\":{{{data}}}}}]}}"
        );
        assert_eq!(read("", &json), [expected.as_str()], "{json}");
    }
}

#[test]
fn what_is_no_event_is_refused_with_a_place() {
    let one = "Code=BreakIn;action=Start;index=0;data={}";
    let long = "9".repeat(limits::DOOR_FIELD_CHARS + 1);
    let long = format!(
        "{{\"Events\":[{{\"Code\":\"AccessControl\",\"Data\":{{\"Status\":1,\"UserID\":\"{long}\"}}}}]}}"
    );
    let many = format!("{{\"Events\":[{{}}{}]}}", ",{}".repeat(limits::DOOR_EVENTS));
    let rows: [(&str, String, &str); 12] = [
        ("", String::new(), "! missing /Events"),
        ("", "hello".to_owned(), "! unreadable /0"),
        ("", "<Events/>".to_owned(), "! unreadable "),
        ("", format!("{one}\n{one} and more"), "! unreadable /2"),
        (
            "",
            "Code=AccessControl;action=Pulse;index=0".to_owned(),
            "! missing /0/Data",
        ),
        (
            "",
            "Code=BreakIn;action=Start;index=0;data={\"UTC\":".to_owned(),
            "! unreadable /0",
        ),
        ("", "action=Start;index=0".to_owned(), "! missing /0/Code"),
        ("", "{\"Events\":[]}".to_owned(), "! missing /Events"),
        (
            "",
            "{\"Events\":[{\"Action\":\"Pulse\"}]}".to_owned(),
            "! missing /Events/0/Code",
        ),
        ("", long, "! too_long /Events/0/Data/UserID"),
        ("", many, "! too_many /Events"),
        ("", one.repeat(limits::DOOR_EVENTS + 1), "! too_many "),
    ];
    for (kind, body, expected) in rows {
        assert_eq!(read(kind, &body), [expected], "{:.80}", body);
    }
    assert_eq!(
        read("", one.repeat(limits::DOOR_EVENTS)).len(),
        limits::DOOR_EVENTS
    );
    let none = r#"Code=BreakIn;action=Start;index=0;data={"UTC":99999999999999}"#;
    assert_eq!(read("", none), ["forced - - - BreakIn"]);
    let words = "Code=Wang 5550001;action=Start;index=0";
    assert_eq!(read("", words), ["other - - - other"]);
}

/// The examples in a description by others: each a heading with the code, and an object with remarks.
#[test]
#[cfg_attr(
    not(doors_collection),
    ignore = "LINLI_CORPORA leads to no access-events folder (see README, The collections of others)"
)]
fn a_door_station_of_somebody_else_is_understood() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let path = std::path::Path::new(&corpora).join("access-events/dahua_MQTTEvents.md");
    let described = std::fs::read_to_string(path).expect("a file");
    let mut read_ones = 0;
    for section in described.split("\n### ").skip(1) {
        let (code, rest) = section.split_once(':').expect("a code");
        let Some((_, example)) = rest.split_once("```json") else {
            continue;
        };
        let example = example.split("```").next().expect("an object");
        let plain: Vec<&str> = example
            .lines()
            .map(|line| {
                line.split("\t//")
                    .next()
                    .unwrap_or(line)
                    .split(" \t")
                    .next()
                    .unwrap_or("")
            })
            .collect();
        let Ok(said) = serde_json::from_str::<serde_json::Value>(&plain.join("\n")) else {
            continue;
        };
        let (Some(action), data) = (said["Action"].as_str(), &said["Data"]) else {
            continue;
        };
        let json = format!(
            "{{\"Events\":[{{\"Code\":\"{code}\",\"Action\":\"{action}\",\"Data\":{data}}}]}}"
        );
        let text = format!("Code={code};action={action};index=0;data={data:#}");
        let events = read("", &json);
        assert_eq!(events, read("", &text), "{code}");
        if code == "AccessControl" {
            assert_eq!(events, ["opened - 2020-03-02T18:24:08Z 691 AccessControl"]);
        } else {
            assert!(
                events[0].starts_with("other - ") && events[0].ends_with(code),
                "{events:?}"
            );
        }
        read_ones += 1;
    }
    assert!(read_ones >= 12, "{read_ones}");
}
