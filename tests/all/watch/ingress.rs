//! What comes in spoiled, or in another maker's words: it is refused by a code, moves nobody and ends nothing.

use acceptance::TestApp;
use acceptance::client::Raw;
use domain::limits;
use domain::watch::{DoorSense, Passage, Whereabouts};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::devices::rotate;
use super::people::{
    ADMIN, CARD, Door, Letter, WORKER, at, device, door, event, fields, grown_ups, id, mine,
    outcomes, say, stored, watch_over,
};

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const FORM: &str = "multipart/form-data; boundary=b";

/// Nine o'clock of the morning on which each test begins, as the bodies below have it.
const NINE: &str = "2026-11-24T01:00:00Z";

/// Bodies in which somebody comes home at nine with this card: whose reader, of what kind, and what it says.
fn bodies(card: &str) -> Vec<(&'static str, &'static str, String)> {
    let inner = format!(
        "{{\"majorEventType\":5,\"subEventType\":1,\"cardNo\":\"{card}\",\"serialNo\":4,\"attendanceStatus\":\"checkIn\"}}"
    );
    let hikvision = format!(
        "{{\"eventType\":\"AccessControllerEvent\",\"dateTime\":\"2026-11-24T09:00:00\",\"AccessControllerEvent\":{inner}}}"
    );
    let xml = format!(
        "<EventNotificationAlert xmlns=\"http://www.isapi.org/ver20/XMLSchema\"><dateTime>2026-11-24T09:00:00+08:00</dateTime><eventType>AccessControllerEvent</eventType><AccessControllerEvent><majorEventType>5</majorEventType><subEventType>1</subEventType><cardNo>{card}</cardNo><attendanceStatus>checkIn</attendanceStatus></AccessControllerEvent></EventNotificationAlert>"
    );
    let form = format!(
        "--b\r\nContent-Type: application/json\r\n\r\n{hikvision}\r\n--b\r\nContent-Type: image/jpeg\r\n\r\nJFIF\r\n--b--\r\n"
    );
    let data = format!(
        "{{\"CardNo\":\"{card}\",\"Method\":1,\"Status\":1,\"Type\":\"Entry\",\"UTC\":1795482000,\"UserID\":\"\"}}"
    );
    let text = format!("Code=AccessControl;action=Pulse;index=0;data={data}");
    let dahua = format!(
        "{{\"Events\":[{{\"Code\":\"AccessControl\",\"Action\":\"Pulse\",\"Data\":{data}}}]}}"
    );
    let push = format!(
        "time=2026-11-24 09:00:00\tpin=0\tcardno={card}\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=4\tindex=22\r\n"
    );
    vec![
        ("hikvision", JSON, hikvision),
        ("hikvision", XML, xml),
        ("hikvision", FORM, form),
        ("dahua", "text/plain", text),
        ("dahua", JSON, dahua),
        ("zkteco", "application/push", push),
    ]
}

async fn main_door(app: &TestApp) -> Door {
    let admin = at(app, ADMIN).await;
    door(&admin, DoorSense::BothWays, None).await
}

async fn tell(app: &TestApp, door: &Door, (maker, kind): (&str, &str), body: Vec<u8>) -> Raw {
    let path = format!("/v1/devices/{}/{maker}?key={}", door.id, door.key);
    let headers = [("content-type", kind)];
    let stranger = app.stranger();
    stranger.raw_with("POST", &path, &headers, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_readers_body_that_breaks_off_says_what_the_whole_says_or_moves_nobody() {
    let app = TestApp::start().await;
    let nine: Timestamp = NINE.parse().expect("a moment");
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let people = grown_ups(&app, bodies("").len()).await;
    for (n, who) in people.iter().enumerate() {
        let card = format!("55500{n}7");
        let (maker, kind, body) = bodies(&card).swap_remove(n);
        let door = door(&admin, DoorSense::BothWays, None).await;
        watch_over(&desk, who, fields(&door, &[&card])).await;
        let came_home = async || {
            let watched = stored(&app, id(who)).await.expect("is watched over");
            let sign = watched.presence.sign;
            sign.map(|sign| (sign.at, sign.passage))
        };
        let mut refused = 0;
        for end in 0..body.len() {
            let raw = tell(&app, &door, (maker, kind), body.as_bytes()[..end].to_vec()).await;
            match raw.status {
                422 => assert_eq!(raw.code(), "bad_file", "{end} of {body}"),
                status => assert_eq!(status, 200, "{end} of {body}: {}", raw.body),
            }
            refused += usize::from(raw.status == 422);
            if raw.status == 200 {
                let sign = came_home().await;
                let same = sign.is_none_or(|sign| sign == (nine, Passage::Entry));
                assert!(same, "{end} of {body}: {sign:?}");
            }
        }
        assert!(refused > body.len() / 4, "{refused} of {body}");
        if [JSON, XML].contains(&kind) {
            assert_eq!(refused, body.len(), "{body}");
            assert_eq!(device(&app, &door).await.ver, 1, "{body}");
            assert_eq!(came_home().await, None, "{body}");
        }
        let raw = tell(&app, &door, (maker, kind), body.clone().into_bytes()).await;
        assert_eq!(raw.status, 200, "{body}: {}", raw.body);
        let home = Some((nine, Passage::Entry));
        assert_eq!(came_home().await, home, "{body}");
    }
    app.stop().await;
}

/// The same with what others caught from a terminal of theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(
    not(doors_collection),
    ignore = "LINLI_CORPORA leads to no access-events folder (see README, The collections of others)"
)]
async fn what_a_terminal_of_others_sent_moves_nobody_when_it_breaks_off() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("access-events");
    let body = std::fs::read(folder.join("hik_04_5_38_fingerprint_checkin.json")).expect("a file");
    let body = body.trim_ascii_end();
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &["001"])).await;
    for end in 0..body.len() {
        let raw = tell(&app, &door, ("hikvision", JSON), body[..end].to_vec()).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (422, "bad_file".to_owned()), "{end}");
    }
    assert_eq!(device(&app, &door).await.ver, 1);
    let raw = tell(&app, &door, ("hikvision", JSON), body.to_vec()).await;
    // It is older than a week, and nothing says that the clock is wrong.
    assert_eq!(outcomes(&raw), ["ignored"]);
    assert_eq!(device(&app, &door).await.heard_at, Some(app.now()));
    let view = mine(&who).await.expect("is watched over");
    assert_eq!(view.seen_at, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_body_that_breaks_off_or_is_too_much_moves_nothing() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let entry = event(1, app.now(), "entry", Some(CARD));
    let whole = Letter::of(&app, &door, std::slice::from_ref(&entry));
    for end in 0..whole.body.len() {
        let cut = whole.body[..end].to_vec();
        // As it breaks off on its way, and as the device itself would sign it.
        let broken = Letter {
            body: cut.clone(),
            ..whole.clone()
        };
        for letter in [broken, Letter::at(&app, &door, cut, app.now())] {
            let raw = letter.send(&app).await;
            let told = (raw.status, raw.code());
            let want = match end {
                0 => (422, "missing_field".to_owned()),
                _ => (400, "bad_json".to_owned()),
            };
            assert_eq!(told, want, "{end}");
        }
    }
    let filler = "x".repeat(1024 * 1024);
    let large = json!({ "device": door.id, "events": [], "more": filler }).to_string();
    let raw = Letter::at(&app, &door, large.into_bytes(), app.now());
    let raw = raw.send(&app).await;
    let told = (raw.status, raw.code());
    assert_eq!(told, (413, "body_too_large".to_owned()));
    let deep = format!("{{\"eventType\":{}", "[".repeat(100_000));
    let marks = "--b\r\n\r\n{}\r\n".repeat(90_000);
    for (maker, kind, body) in [
        ("hikvision", JSON, format!("{{{filler}")),
        ("hikvision", JSON, deep.clone()),
        ("hikvision", XML, format!("<{filler}")),
        ("hikvision", XML, "<a>".repeat(300_000)),
        ("hikvision", FORM, marks.clone()),
        ("dahua", JSON, deep),
        ("dahua", "text/plain", filler.clone()),
        ("dahua", FORM, marks),
        ("zkteco", "", filler.clone()),
        ("zkteco", "", "time=\t".repeat(200_000)),
    ] {
        let start = body[..8].to_owned();
        let raw = tell(&app, &door, (maker, kind), body.into_bytes()).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (422, "bad_file".to_owned()), "{maker} {kind} {start}");
    }
    let untouched = device(&app, &door).await;
    assert_eq!(
        (untouched.ver, untouched.seq, untouched.heard_at),
        (1, 0, None)
    );
    // A card as long as nobody's is refused by itself.
    let sent = [event(1, app.now(), "entry", Some(&filler[..40_000]))];
    assert_eq!(say(&app, &door, &sent).await, ["too_long"]);
    let watched = stored(&app, id(&who)).await.expect("is watched over");
    assert_eq!(watched.presence.sign, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(
    not(json_collection),
    ignore = "LINLI_CORPORA leads to no JSONTestSuite (see README, The collections of others)"
)]
async fn the_json_others_collected_moves_no_door() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("security/JSONTestSuite/test_parsing");
    let app = TestApp::start().await;
    let door = main_door(&app).await;
    let mut tried = 0;
    for file in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = file.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        let bytes = std::fs::read(&path).expect("readable");
        let letter = Letter::at(&app, &door, bytes.clone(), app.now());
        let raw = letter.send(&app).await;
        let refused = matches!(raw.status, 400 | 413 | 422);
        assert!(refused, "{name}: {} {}", raw.status, raw.body);
        for maker in ["hikvision", "dahua", "zkteco"] {
            let raw = tell(&app, &door, (maker, JSON), bytes.clone()).await;
            let told = (raw.status, raw.code());
            assert_eq!(told, (422, "bad_file".to_owned()), "{maker} {name}");
        }
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    let untouched = device(&app, &door).await;
    assert_eq!(
        (untouched.ver, untouched.seq, untouched.heard_at),
        (1, 0, None)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terminals_of_each_maker_are_known_by_their_key_and_answered_as_they_wait_for() {
    let app = TestApp::start().await;
    let (admin, desk, door) = (
        at(&app, ADMIN).await,
        at(&app, WORKER).await,
        main_door(&app).await,
    );
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let wrong = Door {
        key: door.key[1..].to_owned(),
        ..door.clone()
    };
    for (maker, kind, body) in bodies(CARD) {
        let raw = tell(&app, &wrong, (maker, kind), body.into_bytes()).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (401, "bad_signature".to_owned()), "{maker}");
    }
    assert_eq!(device(&app, &door).await.ver, 1);
    for (n, (maker, kind, body)) in (0..).zip(bodies(CARD)) {
        let raw = tell(&app, &door, (maker, kind), body.into_bytes()).await;
        let kind = raw.headers["content-type"].to_str().expect("text");
        if maker == "zkteco" {
            assert_eq!((raw.status, raw.body.as_str()), (200, "OK"));
            assert_eq!(kind, "text/plain");
        } else {
            // The same coming home, in another's words.
            let want = if n == 0 { "applied" } else { "ignored" };
            assert_eq!(outcomes(&raw), [want], "{n} {maker}");
            assert_eq!(kind, JSON);
        }
    }
    let view = mine(&who).await.expect("is watched over");
    assert_eq!(view.whereabouts, Whereabouts::In);
    // The panel writes its own address; lists of people are answered and not read.
    let push = async |more: &str, body: &str| {
        let key = format!("{}&{more}", door.key);
        let door = Door {
            key,
            ..door.clone()
        };
        let body = body.as_bytes().to_vec();
        tell(&app, &door, ("zkteco", "text/plain"), body).await
    };
    let out = "time=2026-11-24 09:00:00\tpin=0\tcardno=0\teventaddr=1\tevent=202\tinoutstatus=2\tindex=23\r\n";
    app.advance(SignedDuration::from_mins(1));
    for (more, body) in [
        ("SN=CJDE1&table=rtlog", out),
        (
            "SN=CJDE1&table=tabledata&tablename=user&count=1",
            "user uid=1\tname=王小明",
        ),
        ("SN=CJDE1&table=options", "~DeviceName=X"),
    ] {
        let raw = push(more, body).await;
        assert_eq!((raw.status, raw.body.as_str()), (200, "OK"), "{more}");
    }
    let raw = push("SN=CJDE1&table=rtlog", "user uid=1").await;
    assert_eq!((raw.status, raw.code().as_str()), (422, "bad_file"));
    assert_eq!(device(&app, &door).await.heard_at, Some(app.now()));
    // The key before stays good, as a reader takes a while to be given another.
    rotate(&admin, &door).await;
    let (maker, kind, body) = bodies(CARD).swap_remove(4);
    let raw = tell(&app, &door, (maker, kind), body.clone().into_bytes()).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    rotate(&admin, &door).await;
    let raw = tell(&app, &door, (maker, kind), body.into_bytes()).await;
    assert_eq!(raw.status, 401);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_was_overtaken_on_its_way_is_taken_once_and_one_too_old_is_not() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    app.advance(SignedDuration::from_hours(1));
    let minutes = |minutes: i64| app.now() - SignedDuration::from_mins(minutes);
    let beat = |seq: u64| event(seq, app.now(), "heartbeat", None);
    let early = [
        event(1, minutes(30), "exit", Some(CARD)),
        event(2, minutes(20), "entry", Some(CARD)),
    ];
    let newer = [event(3, minutes(10), "exit", Some(CARD)), beat(4)];
    assert_eq!(say(&app, &door, &newer).await, ["applied"; 2]);
    let overtaken = say(&app, &door, &early).await;
    assert!(
        !overtaken.iter().any(|one| one == "replayed"),
        "{overtaken:?}"
    );
    for sent in [&early, &newer] {
        assert_eq!(say(&app, &door, sent).await, ["replayed"; 2]);
    }
    // The latest of what happened is what is known, in whatever order it came.
    let sign = stored(&app, id(&who)).await.expect("is watched over");
    let sign = sign.presence.sign.expect("a sign");
    assert_eq!((sign.at, sign.passage), (minutes(10), Passage::Exit));
    // A clock goes by what is new alone.
    let before = device(&app, &door).await;
    let far = 4 + limits::SEEN_NUMBERS + 2;
    assert_eq!(say(&app, &door, &[beat(far)]).await, ["applied"]);
    let late = event(far - 1, minutes(55), "heartbeat", None);
    assert_eq!(say(&app, &door, &[late]).await, ["applied"]);
    let after = device(&app, &door).await;
    assert_eq!(after.offsets.len(), before.offsets.len() + 1);
    let edge = far - limits::SEEN_NUMBERS;
    let sent = [beat(edge - 1), beat(edge), beat(edge)];
    let taken = say(&app, &door, &sent).await;
    assert_eq!(taken, ["replayed", "applied", "replayed"]);
    assert_eq!(device(&app, &door).await.seq, far);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_forgot_its_count_is_heard_again_with_its_next_key() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let version = |key_ver: u32| Door {
        key_ver,
        ..door.clone()
    };
    let beat = async |key_ver: u32, seq: u64| {
        let beat = event(seq, app.now(), "heartbeat", None);
        let raw = Letter::of(&app, &version(key_ver), &[beat])
            .send(&app)
            .await;
        match raw.status {
            200 => outcomes(&raw).remove(0),
            _ => raw.code(),
        }
    };
    assert_eq!(beat(1, 1_000).await, "applied");
    assert_eq!(beat(1, 1).await, "replayed", "as after a reset");
    rotate(&admin, &door).await;
    assert_eq!(beat(2, 1).await, "applied");
    assert_eq!(beat(2, 1).await, "replayed");
    // What the key before signed goes on from where it was.
    assert_eq!(beat(1, 1_000).await, "replayed");
    assert_eq!(beat(1, 1_001).await, "applied");
    assert_eq!(beat(1, 1_001).await, "replayed");
    assert_eq!(beat(2, 2).await, "applied");
    rotate(&admin, &door).await;
    assert_eq!(beat(3, 1).await, "applied");
    assert_eq!(beat(2, 2).await, "replayed");
    assert_eq!(beat(1, 1_500).await, "bad_signature");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heartbeat_that_a_line_held_up_moves_no_clock() {
    let app = TestApp::start().await;
    let door = main_door(&app).await;
    let mut seq = 0;
    let mut skew = async |late: i64| {
        seq += 1;
        app.advance(SignedDuration::from_mins(1));
        let said = app.now() - SignedDuration::from_secs(late);
        say(&app, &door, &[event(seq, said, "heartbeat", None)]).await;
        device(&app, &door).await.skew_seconds
    };
    let mut found = Vec::new();
    for late in [600, 600, 1_100, 0, 0, 0] {
        found.push(skew(late).await);
    }
    assert_eq!(found, [600, 600, 600, 600, 600, 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_at_a_door_of_others_shows_that_somebody_is_well_and_not_where() {
    let app = TestApp::start().await;
    let (desk, own, other) = (
        at(&app, WORKER).await,
        main_door(&app).await,
        main_door(&app).await,
    );
    let who = grown_ups(&app, 1).await.remove(0);
    let fields = wire::watch::WatchedFields {
        relatives_credentials: vec!["77".into()],
        ..fields(&own, &[CARD])
    };
    watch_over(&desk, &who, fields).await;
    let mut seq = 0;
    let mut pass = async |door: &Door, act: &str, card: &str| {
        seq += 1;
        app.advance(SignedDuration::from_mins(1));
        let sent = [event(seq, app.now(), act, Some(card))];
        let done = say(&app, door, &sent).await.remove(0);
        let view = mine(&who).await.expect("is watched over");
        let seen = view.seen_at.is_some_and(|at| at.at == app.now());
        (done, view.whereabouts, seen)
    };
    let told = |done: &str, place, seen| (done.to_owned(), place, seen);
    let done = pass(&own, "entry", CARD).await;
    assert_eq!(done, told("applied", Whereabouts::In, true));
    // A relative who comes in elsewhere has not been here.
    let done = pass(&other, "entry", "77").await;
    assert_eq!(done, told("ignored", Whereabouts::In, false));
    for act in ["entry", "exit"] {
        let done = pass(&other, act, CARD).await;
        assert_eq!(done, told("applied", Whereabouts::Unknown, true), "{act}");
        let done = pass(&own, act, CARD).await;
        assert_eq!((done.0.as_str(), done.2), ("applied", true), "{act}");
    }
    let done = pass(&own, "entry", "77").await;
    assert_eq!(done, told("applied", Whereabouts::Unknown, false));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_is_found_by_its_id_alone_and_belongs_to_one_community() {
    let app = TestApp::start().await;
    let (store, door) = (&app.ctx().store, main_door(&app).await);
    let found = store.device_anywhere(door.id).await.expect("answers");
    assert_eq!(found.map(|one| one.community), Some(app.home().await));
    // Another community cannot take the id.
    let elsewhere = app.sign_in("13800009211").await;
    let body = json!({ "id": door.id, "name": "测试大门", "sense": "both_ways",
        "heartbeat_minutes": 60 });
    let raw = elsewhere
        .raw("POST", "/v1/devices", Some(body.to_string()))
        .await;
    assert_eq!(raw.code(), "id_reused");
    let rules = async || -> Vec<&'static str> {
        let found = store::audit::check(store, app.now()).await;
        let found = found.expect("the audit runs").into_iter();
        found.map(|one| one.rule).collect()
    };
    assert_eq!(rules().await, Vec::<&str>::new());
    let lead = store::schema::device_of(door.id);
    store.delete_all(&[lead]).await.expect("deleted");
    assert_eq!(rules().await, ["a door is found by its id alone"]);
    let beat: Value = event(1, app.now(), "heartbeat", None);
    let raw = Letter::of(&app, &door, &[beat]).send(&app).await;
    assert_eq!(raw.status, 401, "it leads nowhere");
    app.stop().await;
}
