//! What doors say, who is believed, and what becomes of it.

use acceptance::TestApp;
use domain::limits;
use domain::watch::{DoorSense, Whereabouts};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::homes::minutes;
use super::people::{
    ADMIN, CARD, Door, Letter, WORKER, agree, at, device, door, event, fields, grown_ups, id, look,
    mine, outcomes, say, stored, watch_over,
};

async fn main_door(app: &TestApp) -> Door {
    let admin = at(app, ADMIN).await;
    door(&admin, DoorSense::BothWays, None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_the_device_itself_is_heard() {
    let app = TestApp::start().await;
    let (own, other) = (main_door(&app).await, main_door(&app).await);
    let beat = event(1, app.now(), "heartbeat", None);
    let good = Letter::of(&app, &own, std::slice::from_ref(&beat));
    let body = good.body.clone();
    let mut spoiled: Vec<(String, Letter)> = Vec::new();
    let mut with = |what: &str, change: &dyn Fn(&mut Letter)| {
        let mut letter = good.clone();
        change(&mut letter);
        spoiled.push((what.to_owned(), letter));
    };
    with("no such device", &|one| {
        one.device = domain::DeviceId::new(1, 1).to_string();
    });
    with("another device", &|one| one.device = other.id.to_string());
    with("no id", &|one| one.device = "x".into());
    with("another version", &|one| one.key_ver = "2".into());
    with("no version", &|one| one.key_ver = "newest".into());
    with("another moment", &|one| {
        one.timestamp = (app.now().as_second() + 1).to_string();
    });
    with("no moment", &|one| one.timestamp = "now".into());
    with("another nonce", &|one| one.nonce.push('0'));
    with("no signature", &|one| one.signature.clear());
    with("in capitals", &|one| {
        one.signature = one.signature.to_uppercase()
    });
    // The body stays JSON of the same form: one digit is another.
    with("another number", &|one| {
        let text = String::from_utf8(one.body.clone()).expect("text");
        one.body = text.replace("\"seq\":1", "\"seq\":9").into_bytes();
    });
    with("a space more", &|one| one.body.push(b' '));
    for bit in 0..256 {
        with("a flipped bit", &|one| {
            let mut bytes: Vec<u8> = (0..64)
                .step_by(2)
                .map(|i| u8::from_str_radix(&one.signature[i..i + 2], 16).expect("hexadecimal"))
                .collect();
            bytes[bit / 8] ^= 1u8 << (bit % 8);
            one.signature = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        });
    }
    for (off, what) in [(-6, "old"), (6, "ahead")] {
        let at = app.now() + minutes(off);
        let letter = Letter::at(&app, &own, body.clone(), at);
        spoiled.push((what.to_owned(), letter));
    }
    for (what, letter) in &spoiled {
        let raw = letter.send(&app).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (401, "bad_signature".to_owned()), "{what}");
    }
    // Signed by one, and said of another.
    let foreign = json!({ "device": other.id, "events": [beat] }).to_string();
    let foreign = Letter::at(&app, &own, foreign.into_bytes(), app.now());
    let raw = foreign.send(&app).await;
    assert_eq!((raw.status, raw.code().as_str()), (401, "bad_signature"));
    for door in [&own, &other] {
        let device = device(&app, door).await;
        assert_eq!((device.seq, device.heard_at, device.ver), (0, None, 1));
    }
    for off in [-4, 4, 0] {
        let letter = Letter::at(&app, &own, body.clone(), app.now() + minutes(off));
        assert_eq!(letter.send(&app).await.status, 200, "{off}");
    }
    assert_eq!(outcomes(&good.send(&app).await), ["replayed"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_used_once_and_a_refused_event_harms_no_other() {
    let app = TestApp::start().await;
    let door = main_door(&app).await;
    let beat = |seq: u64| event(seq, app.now(), "heartbeat", None);
    let closed = event(3, app.now(), "closed", None);
    let sent = [beat(2), beat(2), closed, beat(7)];
    let first = say(&app, &door, &sent).await;
    assert_eq!(first, ["applied", "replayed", "ignored", "applied"]);
    assert_eq!(say(&app, &door, &sent).await, ["replayed"; 4]);
    // What was overtaken on its way is taken, and once.
    let late = [beat(6), beat(8), beat(6), beat(0)];
    let taken = say(&app, &door, &late).await;
    assert_eq!(taken, ["applied", "applied", "replayed", "replayed"]);
    assert_eq!(say(&app, &door, &late).await, ["replayed"; 4]);
    assert_eq!(device(&app, &door).await.seq, 8);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_events_come_at_once_and_not_one_more() {
    let app = TestApp::start().await;
    let door = main_door(&app).await;
    let many = |count: u64| -> Vec<Value> {
        let beat = |seq: u64| event(seq, app.now(), "heartbeat", None);
        (1..=count).map(beat).collect()
    };
    let most = u64::try_from(limits::DOOR_EVENTS).expect("few");
    let raw = Letter::of(&app, &door, &many(most + 1)).send(&app).await;
    let told = (raw.status, raw.code(), raw.json()["data"]["max"].clone());
    assert_eq!(told, (422, "too_many".to_owned(), json!(100)));
    assert_eq!(device(&app, &door).await.seq, 0);
    assert_eq!(say(&app, &door, &many(most)).await, vec!["applied"; 100]);
    assert_eq!(say(&app, &door, &[]).await, Vec::<String>::new());
    // What is no event at all is refused by its place, and nothing of the body is taken.
    let next = event(most + 1, app.now(), "heartbeat", None);
    let broken = json!({ "seq": most + 2, "at": "gestern", "act": "heartbeat" });
    let raw = Letter::of(&app, &door, &[next, broken]).send(&app).await;
    assert_eq!(raw.status, 422, "{}", raw.body);
    assert_eq!(raw.json()["pointer"], json!("/events/1/at"));
    assert_eq!(device(&app, &door).await.seq, most);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_its_persons_and_an_unknown_one_is_nobodys() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let people = grown_ups(&app, 2).await;
    let (who, neighbour) = (&people[0], &people[1]);
    let fields = wire::watch::WatchedFields {
        relatives_credentials: vec!["77".into()],
        ..fields(&door, &[CARD])
    };
    watch_over(&desk, who, fields).await;
    // Whoever did not agree has no card here, whatever is sent.
    agree(neighbour, false).await;
    let mut seq = 0;
    let mut pass = async |act: &str, card: Option<&str>| {
        app.advance(minutes(1));
        seq += 1;
        let done = say(&app, &door, &[event(seq, app.now(), act, card)]).await;
        let view = mine(who).await.expect("is watched over");
        (done[0].clone(), view.whereabouts, view.seen_at)
    };
    let nowhere = ("ignored".to_owned(), Whereabouts::Unknown, None);
    assert_eq!(pass("entry", Some("999")).await, nowhere);
    assert_eq!(pass("denied", Some(CARD)).await, nowhere);
    let (done, place, entered) = pass("entry", Some(CARD)).await;
    assert_eq!((done.as_str(), place), ("applied", Whereabouts::In));
    assert_eq!(entered.map(|at| at.at), Some(app.now()));
    // A relative's card says that somebody passed, and proves nothing of the person.
    let unsure = ("applied".to_owned(), Whereabouts::Unknown, entered);
    assert_eq!(pass("exit", Some("77")).await, unsure);
    let (_, place, left) = pass("exit", Some(CARD)).await;
    assert_eq!(place, Whereabouts::Out);
    // So does the button inside, and a door that is held open.
    for act in ["exit_button", "held_open", "opened", "forced"] {
        let unsure = ("applied".to_owned(), Whereabouts::Unknown, left);
        assert_eq!(pass(act, None).await, unsure, "{act}");
    }
    let (_, place, _) = pass("entry", Some(CARD)).await;
    assert_eq!(place, Whereabouts::In);
    assert_eq!(stored(&app, id(neighbour)).await, None);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_of_a_home_is_a_sign_of_life_of_no_direction() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let home = door(&admin, DoorSense::HomeDoor, Some(id(&who))).await;
    let opened = |seq: u64| event(seq, app.now(), "opened", None);
    assert_eq!(say(&app, &home, &[opened(1)]).await, ["ignored"]);
    watch_over(&desk, &who, fields(&home, &[])).await;
    assert_eq!(say(&app, &home, &[opened(2)]).await, ["applied"]);
    let view = look(&desk, id(&who)).await.expect("is watched over");
    assert_eq!(view.whereabouts, Whereabouts::Unknown);
    assert_eq!(view.seen_at.map(|at| at.at), Some(app.now()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_clock_is_set_right_and_a_fast_one_puts_nothing_off() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let seen = async || {
        let view = mine(&who).await.expect("is watched over");
        view.seen_at.expect("was seen").at
    };
    // Ten minutes behind, as its heartbeat shows.
    let slow = app.now() - minutes(10);
    say(&app, &door, &[event(1, slow, "heartbeat", None)]).await;
    assert_eq!(device(&app, &door).await.skew_seconds, 600);
    say(&app, &door, &[event(2, slow, "exit", Some(CARD))]).await;
    assert_eq!(seen().await, app.now());
    // What says that it is from tomorrow is from now, and what is a little ahead is drawn back.
    app.advance(minutes(30));
    let tomorrow = app.now() + minutes(24 * 60);
    say(&app, &door, &[event(3, tomorrow, "entry", Some(CARD))]).await;
    assert_eq!(seen().await, app.now());
    let ahead = app.now() - minutes(10) + minutes(4);
    say(&app, &door, &[event(4, ahead, "exit", Some(CARD))]).await;
    let clamp = minutes(limits::CLOCK_CLAMP_MINUTES);
    assert_eq!(seen().await, app.now() + clamp);
    // A clock that is off by years is none, and does not move what is known of it.
    let absurd = app.now() - minutes(60 * 24 * 365 * 20);
    say(&app, &door, &[event(5, absurd, "heartbeat", None)]).await;
    assert_eq!(device(&app, &door).await.skew_seconds, 600);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_signs_nothing_is_known_by_its_key() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let said = |way: &str| {
        json!({ "eventType": "AccessControllerEvent", "dateTime": "2026-11-24T09:00:00",
            "AccessControllerEvent": { "majorEventType": 5, "subEventType": 1, "cardNo": CARD,
                "serialNo": 4, "attendanceStatus": way } })
        .to_string()
    };
    let send = async |key: &str, kind: &str, body: String| {
        let path = format!("/v1/devices/{}/hikvision?key={key}", door.id);
        let headers = [("content-type", kind)];
        let stranger = app.stranger();
        stranger
            .raw_with("POST", &path, &headers, body.into_bytes())
            .await
    };
    let kind = "application/json";
    for wrong in ["", "x", &door.key[1..]] {
        let raw = send(wrong, kind, said("checkIn")).await;
        assert_eq!((raw.status, raw.code().as_str()), (401, "bad_signature"));
    }
    let raw = send(&door.key, kind, "{".into()).await;
    assert_eq!((raw.status, raw.code().as_str()), (422, "bad_file"));
    assert_eq!(device(&app, &door).await.ver, 1);
    let raw = send(&door.key, kind, said("checkIn")).await;
    assert_eq!(outcomes(&raw), ["applied"]);
    let view = mine(&who).await.expect("is watched over");
    assert_eq!(view.whereabouts, Whereabouts::In);
    // Sent again it is known, and a picture beside it is not looked at.
    let form = format!(
        "--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\nContent-Type: image/jpeg\r\n\r\nJFIF\r\n--b--\r\n",
        said("checkIn")
    );
    let kind = "multipart/form-data; boundary=b";
    assert_eq!(outcomes(&send(&door.key, kind, form).await), ["ignored"]);
    let heard = device(&app, &door).await;
    assert_eq!((heard.seq, heard.heard_at), (0, Some(app.now())));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_kept_for_longer_than_a_week_is_no_sign_of_life_today() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let seen = async || {
        let view = mine(&who).await.expect("is watched over");
        view.seen_at.map(|at| at.at)
    };
    let passed = |seq: u64, at| event(seq, at, "entry", Some(CARD));
    let long_ago = app.now() - minutes(8 * 24 * 60);
    assert_eq!(say(&app, &door, &[passed(1, long_ago)]).await, ["ignored"]);
    // Kept, and by a clock that is ahead: nobody knows of when it is.
    let tomorrow = app.now() + minutes(24 * 60);
    let beat = event(3, app.now(), "heartbeat", None);
    let sent = [passed(2, tomorrow), beat];
    assert_eq!(say(&app, &door, &sent).await, ["ignored", "applied"]);
    assert_eq!(seen().await, None);
    assert_eq!(device(&app, &door).await.heard_at, Some(app.now()));
    // A clock that began anew with its battery is off by the same for an hour: then it is wrong, and not the event.
    let years = minutes(20 * 365 * 24 * 60);
    for seq in 4..=7 {
        let said = app.now() - years;
        say(&app, &door, &[event(seq, said, "heartbeat", None)]).await;
        app.advance(minutes(20));
    }
    let said = app.now() - years;
    assert_eq!(say(&app, &door, &[passed(8, said)]).await, ["applied"]);
    assert_eq!(seen().await, Some(app.now()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_is_set_right_by_what_happens_where_heartbeats_say_no_time() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let path = format!("/v1/devices/{}/dahua?key={}", door.id, door.key);
    let send = async |body: String| {
        let headers = [("content-type", "text/plain")];
        let stranger = app.stranger();
        let raw = stranger.raw_with("POST", &path, &headers, body.into_bytes());
        assert_eq!(outcomes(&raw.await), ["applied"]);
    };
    // Twenty minutes behind, on a line that is slow now and then.
    for late in [3, 0, 7] {
        send("Heartbeat".into()).await;
        let said = (app.now() - minutes(20 + late)).as_second();
        let data = format!(
            "{{\"CardNo\":\"{CARD}\",\"Method\":1,\"Status\":1,\"Type\":\"Entry\",\"UTC\":{said}}}"
        );
        send(format!(
            "Code=AccessControl;action=Pulse;index=0;data={data}"
        ))
        .await;
        app.advance(minutes(30));
    }
    assert_eq!(device(&app, &door).await.skew_seconds, 20 * 60);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_magnet_that_tells_of_an_opening_right_after_a_card_makes_nobody_unknown() {
    let app = TestApp::start().await;
    let (desk, door) = (at(&app, WORKER).await, main_door(&app).await);
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let place = async || mine(&who).await.expect("a view").whereabouts;
    let seconds = SignedDuration::from_secs;
    // Theirs, and of a neighbour whose card nobody here knows; in one body and in two.
    let came = app.now();
    let both = [
        event(1, came, "entry", Some(CARD)),
        event(2, came + seconds(2), "opened", None),
    ];
    app.advance(seconds(10));
    assert_eq!(say(&app, &door, &both).await, ["applied", "ignored"]);
    assert_eq!(place().await, Whereabouts::In);
    app.advance(minutes(5));
    let other = event(3, app.now(), "exit", Some("999"));
    assert_eq!(say(&app, &door, &[other]).await, ["ignored"]);
    app.advance(seconds(limits::OPENED_AFTER_SECONDS));
    let opened = |seq: u64| event(seq, app.now(), "opened", None);
    assert_eq!(say(&app, &door, &[opened(4)]).await, ["ignored"]);
    assert_eq!(place().await, Whereabouts::In);
    // Of nobody who was identified.
    app.advance(seconds(1));
    assert_eq!(say(&app, &door, &[opened(5)]).await, ["applied"]);
    assert_eq!(place().await, Whereabouts::Unknown);
    // The button inside is somebody else's.
    app.advance(minutes(1));
    let in_again = event(6, app.now(), "entry", Some(CARD));
    app.advance(seconds(2));
    let button = event(7, app.now(), "exit_button", None);
    assert_eq!(say(&app, &door, &[in_again, button]).await, ["applied"; 2]);
    assert_eq!(place().await, Whereabouts::Unknown);
    app.stop().await;
}
