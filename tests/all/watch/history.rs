//! What doors said before, as a file.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::watch::{DoorSense, Passage};
use domain::{DeviceId, limits};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::homes::hours;
use super::people::{ADMIN, CARD, WORKER, at, door, fields, grown_ups, id, stored, watch_over};

const HEADING: &str = "person,device,direction,time\n";

async fn import(who: &Actor<'_>, text: impl AsRef<[u8]>) -> Raw {
    let headers = [("content-type", "text/csv")];
    let body = text.as_ref().to_vec();
    let path = "/v1/door-events/import";
    who.raw_with("POST", path, &headers, body).await
}

/// Line by line: its number, the column that is refused, and what became of it.
fn report(raw: &Raw) -> Vec<String> {
    assert_eq!(raw.status, 200, "{}", raw.body);
    let said = raw.json();
    let one = |row: &Value| {
        let outcome = &row["outcome"];
        let done = match (outcome["applied"] == true, outcome["ignored"] == true) {
            (true, false) => "applied",
            (false, true) => "ignored",
            (false, false) => outcome["refused"].as_str().expect("one of three"),
            (true, true) => panic!("{row}"),
        };
        let column = row["column"].as_str().expect("a column");
        format!("{} {column} {done}", row["line"]).replace("  ", " ")
    };
    let lines = said["lines"].as_array().expect("lines");
    lines.iter().map(one).collect()
}

/// What is kept of somebody's comings and goings.
async fn kept(app: &TestApp, who: &Actor<'_>) -> Vec<(Timestamp, Passage)> {
    let (com, from, until) = (app.home().await, Timestamp::UNIX_EPOCH, app.now());
    let store = &app.ctx().store;
    let rows = store.signs_between(com, id(who), from, until);
    let rows = rows.await.expect("answers").into_iter();
    rows.map(|row| (row.sign.at, row.sign.passage)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_line_is_answered_by_itself_and_moves_what_is_known_forward_alone() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let since = stored(&app, id(&who)).await.expect("is watched over").since;
    app.advance(hours(5));
    let admin = at(&app, ADMIN).await;
    let (person, device, nobodys) = (id(&who), door.id, DeviceId::new(1, 1));
    let later = |by: i64| since + hours(by);
    let (one, three, ahead) = (later(1), later(3), later(6));
    let (before, old) = (later(-48), later(-91 * 24));
    let csv = format!(
        "{HEADING}{CARD},{device},out,{one}\n{CARD},{device},in,{three}\n{person},,in,{before}\n{CARD},{device},in,{old}\nnobody,{device},in,{one}\n{CARD},{nobodys},in,{one}\n{CARD},door,in,{one}\n{CARD},{device},sideways,{one}\n{CARD},{device},in,{ahead}\n{CARD},{device},closed,{one}\n{CARD},{device},in,yesterday\n"
    );
    let expected = [
        "2 ignored",
        "3 applied",
        "4 ignored",
        "5 ignored",
        "6 person not_watched",
        "7 device not_found",
        "8 device not_found",
        "9 direction bad_value",
        "10 time bad_value",
        "11 ignored",
        "12 time bad_value",
    ];
    let raw = import(&admin, &csv).await;
    assert_eq!(report(&raw), expected);
    let counts = ["applied", "ignored", "refused"].map(|name| raw.json()[name].clone());
    assert_eq!(counts, [json!(1), json!(4), json!(6)]);
    let known = stored(&app, person).await.expect("is watched over");
    let sign = known.presence.sign.expect("was seen");
    assert_eq!((sign.at, sign.passage), (three, Passage::Entry));
    assert_eq!(known.presence.entered_at, Some(three));
    // Of what was before, and at no door, it is kept that they were there.
    let all = [
        (before, Passage::Opened),
        (one, Passage::Exit),
        (three, Passage::Entry),
    ];
    assert_eq!(kept(&app, &who).await, all);
    // The same again, and as objects, moves nothing.
    let again = import(&admin, &csv).await;
    assert_eq!(again.json()["applied"], json!(0));
    let objects = format!(
        "{{\"person\":\"{CARD}\",\"device\":\"{device}\",\"direction\":\"in\",\"time\":\"{three}\"}}\n{{\"person\":\n{{\"person\":\"{person}\",\"direction\":\"out\",\"time\":\"{one}\"}}\n"
    );
    let raw = import(&admin, &objects).await;
    assert_eq!(report(&raw), ["1 ignored", "2 bad_value", "3 ignored"]);
    assert_eq!(stored(&app, person).await, Some(known));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_bad_file_nothing_is_taken_and_nobody_else_hands_one_in() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let known = stored(&app, id(&who)).await;
    let line = format!("{CARD},{},in,{}\n", door.id, app.now());
    let good = format!("{HEADING}{line}");
    let many = format!("{HEADING}{}", line.repeat(limits::HISTORY_ROWS + 1));
    let nameless = good.replace("direction", "way");
    let mut latin = good.clone().into_bytes();
    latin.push(0xff);
    let files: [(&str, Vec<u8>); 5] = [
        ("empty", Vec::new()),
        ("another encoding", latin),
        ("without a column", nameless.into_bytes()),
        ("too many lines", many.into_bytes()),
        ("a workbook", b"PK\x03\x04\xff\xfe".to_vec()),
    ];
    for (what, file) in files {
        let raw = import(&admin, file).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (422, "bad_file".to_owned()), "{what}: {}", raw.body);
    }
    let large = import(&admin, vec![b'x'; limits::IMPORT_BYTES + 1]).await;
    assert_eq!(large.status, 413);
    let other = import(&desk, &good).await;
    assert_eq!((other.status, other.code().as_str()), (403, "not_allowed"));
    assert_eq!(stored(&app, id(&who)).await, known);
    assert!(kept(&app, &who).await.is_empty());
    // Wherever it breaks off, the lines that are whole are taken, and the rest is refused line by line.
    for end in 0..good.len() {
        let raw = import(&admin, &good[..end]).await;
        match raw.status {
            422 => assert_eq!(raw.code(), "bad_file", "{end}"),
            status => assert_eq!(status, 200, "{end}: {}", raw.body),
        }
        let said = stored(&app, id(&who))
            .await
            .and_then(|one| one.presence.sign);
        let same = said.is_none_or(|sign| sign.passage == Passage::Entry);
        assert!(same, "{end}: {said:?}");
        app.advance(SignedDuration::from_secs(1));
    }
    app.stop().await;
}
