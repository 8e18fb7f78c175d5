//! Doors and their keys.

use acceptance::TestApp;
use domain::watch::{DoorSense, Passage, Way, WayOf, Ways};
use domain::{DeviceId, PersonId};
use serde_json::json;
use wire::Code;
use wire::endpoint::None_;
use wire::watch::{
    CreateDevice, CreateDeviceBody, DeviceKeyView, DeviceView, ListDevices, PutDeviceWays,
    PutDeviceWaysBody, RotateDeviceKey, RotateKeyBody,
};

use super::people::{
    ADMIN, Door, Letter, WORKER, at, code, device, door, event, fields, grown_ups, id, say, stored,
    watch_over,
};

fn body(app: &TestApp, sense: DoorSense, home_of: Option<PersonId>) -> CreateDeviceBody {
    CreateDeviceBody {
        id: DeviceId::new(app.millis(), app.chance()),
        name: "测试家门".into(),
        sense,
        home_of,
        heartbeat_minutes: 60,
        ways: domain::watch::Ways::default(),
    }
}

pub async fn rotate(admin: &acceptance::Actor<'_>, door: &Door) -> DeviceKeyView {
    let body = RotateKeyBody {
        id: admin.app.command(),
    };
    let path = (door.id,);
    let first = admin.call::<RotateDeviceKey>(path, None_ {}, body.clone());
    let first = first.await.expect("another key");
    let again = admin.call::<RotateDeviceKey>(path, None_ {}, body).await;
    assert_eq!(again.expect("the same key"), first);
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_key_is_good_and_the_one_before_and_no_other() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let first = door(&admin, DoorSense::BothWays, None).await;
    assert_eq!((first.key_ver, first.key.len()), (1, 43));
    let mut seq = 0;
    let mut beat = async |door: &Door| {
        seq += 1;
        let beat = event(seq, app.now(), "heartbeat", None);
        Letter::of(&app, door, &[beat]).send(&app).await.status
    };
    let version = |key_ver: u32| Door {
        key_ver,
        ..first.clone()
    };
    assert_eq!(beat(&version(1)).await, 200);
    assert_eq!(beat(&version(2)).await, 401, "not made yet");
    assert_eq!(beat(&version(0)).await, 401);
    let second = rotate(&admin, &first).await;
    assert_eq!(second.key_ver, 2);
    assert_ne!(second.key, first.key);
    assert_eq!(beat(&version(1)).await, 200, "until the next");
    assert_eq!(beat(&version(2)).await, 200);
    rotate(&admin, &first).await;
    assert_eq!(beat(&version(1)).await, 401);
    assert_eq!(beat(&version(2)).await, 200);
    assert_eq!(beat(&version(3)).await, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_of_one_home_is_somebodys_and_any_other_is_nobodys() {
    let app = TestApp::start().await;
    let (admin, worker) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let who = grown_ups(&app, 1).await.remove(0);
    let nobody = PersonId::new(1, app.chance());
    let rows = [
        (DoorSense::HomeDoor, None, Code::BadValue),
        (DoorSense::BothWays, Some(id(&who)), Code::BadValue),
        (DoorSense::HomeDoor, Some(nobody), Code::NotFound),
    ];
    for (sense, home_of, want) in rows {
        let made = admin.call::<CreateDevice>((), None_ {}, body(&app, sense, home_of));
        assert_eq!(code(made.await), want, "{sense} {home_of:?}");
    }
    for minutes in [0, 1_441, u32::MAX] {
        let body = CreateDeviceBody {
            heartbeat_minutes: minutes,
            ..body(&app, DoorSense::BothWays, None)
        };
        let made = admin.call::<CreateDevice>((), None_ {}, body).await;
        assert_eq!(code(made), Code::BadValue, "{minutes}");
    }
    let nowhere = CreateDeviceBody {
        id: DeviceId::from_bits(0),
        ..body(&app, DoorSense::BothWays, None)
    };
    let made = admin.call::<CreateDevice>((), None_ {}, nowhere).await;
    assert_eq!(code(made), Code::BadValue, "stands for no door");

    let home = body(&app, DoorSense::HomeDoor, Some(id(&who)));
    let made = admin.call::<CreateDevice>((), None_ {}, home.clone()).await;
    let made = made.expect("a door");
    let again = admin.call::<CreateDevice>((), None_ {}, home).await;
    assert_eq!(again.expect("the same door"), made);
    // Who keeps watch sees the doors, and makes none.
    let made = worker.call::<CreateDevice>((), None_ {}, body(&app, DoorSense::BothWays, None));
    assert_eq!(code(made.await), Code::NotAllowed);
    let listed = who.call::<ListDevices>((), None_ {}, None_ {}).await;
    assert_eq!(code(listed), Code::NotAllowed);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_says_who_stands_behind_a_door_and_whether_it_is_heard() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[])).await;
    // A session at the desk is a short one.
    let shown = async || {
        let desk = at(&app, WORKER).await;
        let list = desk.call::<ListDevices>((), None_ {}, None_ {}).await;
        let mut list = list.expect("a list").items.into_iter();
        list.find(|one| one.id == door.id).expect("is there")
    };
    let new = shown().await;
    assert_eq!((new.people, new.heard_at, new.dead_since), (1, None, None));
    say(&app, &door, &[event(1, app.now(), "heartbeat", None)]).await;
    let heard = shown().await;
    assert_eq!(heard.heard_at.map(|at| at.at), Some(app.now()));
    assert_eq!(heard.dead_since, None);
    app.advance(jiff::SignedDuration::from_hours(49));
    let dead = shown().await;
    assert_eq!(dead.dead_since, heard.heard_at);
    assert_eq!(device(&app, &door).await.seq, 1);
    let outages = |one: &DeviceView| -> Vec<_> {
        let outages = one.outages.iter();
        outages.map(|one| (one.from, one.to)).collect()
    };
    let since = heard.heard_at.expect("was heard");
    assert_eq!((outages(&new), outages(&heard)), (vec![], vec![]));
    assert_eq!(outages(&dead), [(since, None)]);
    say(&app, &door, &[event(2, app.now(), "heartbeat", None)]).await;
    let again = shown().await;
    assert_eq!(outages(&again), [(since, again.heard_at)]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_tells_no_direction_is_told_which_reader_leads_where() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let lead = |number, way| WayOf { number, way };
    let agreed = |readers: Vec<WayOf>| CreateDeviceBody {
        ways: Ways {
            readers,
            doors: vec![lead(7, Way::In)],
            usual: Way::Either,
        },
        ..body(&app, DoorSense::BothWays, None)
    };
    let twice = agreed(vec![lead(1, Way::In), lead(1, Way::Out)]);
    let refused = admin.call::<CreateDevice>((), None_ {}, twice).await;
    let refused = refused.expect_err("each is named once");
    let told = (refused.code, refused.pointer.unwrap_or_default());
    assert_eq!(told, (Code::BadValue, "/ways".to_owned()));
    let both = agreed(vec![lead(1, Way::In), lead(2, Way::Out)]);
    let ways = both.ways.clone();
    let made = admin.call::<CreateDevice>((), None_ {}, both).await;
    let made = made.expect("a door");
    assert_eq!(made.device.ways, ways);
    let gate = Door {
        id: made.device.id,
        key_ver: made.key_ver,
        key: made.key,
    };
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&gate, &["4711"])).await;
    let rows = [
        (1, 1, Passage::Entry),
        (2, 1, Passage::Exit),
        (3, 7, Passage::Entry),
        (3, 1, Passage::Opened),
    ];
    let path = format!("/v1/devices/{}/hikvision?key={}", gate.id, gate.key);
    for (reader, at_door, want) in rows {
        app.advance(jiff::SignedDuration::from_mins(1));
        let event = json!({ "eventType": "AccessControllerEvent", "dateTime": app.now().to_string(),
            "AccessControllerEvent": { "majorEventType": 5, "subEventType": 1, "cardNo": "4711",
                "cardReaderNo": reader, "doorNo": at_door } });
        let headers = [("content-type", "application/json")];
        let stranger = app.stranger();
        let body = event.to_string().into_bytes();
        let raw = stranger.raw_with("POST", &path, &headers, body).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
        let sign = stored(&app, id(&who))
            .await
            .and_then(|one| one.presence.sign);
        let told = sign.map(|sign| (sign.at, sign.passage));
        assert_eq!(told, Some((app.now(), want)), "{reader} {at_door}");
    }
    // Who hung them the wrong way round says so, and others do not.
    let ways = Ways {
        readers: vec![lead(1, Way::Out)],
        ..Ways::default()
    };
    let turned = || PutDeviceWaysBody {
        id: app.command(),
        ways: ways.clone(),
    };
    let denied = desk.call::<PutDeviceWays>((gate.id,), None_ {}, turned());
    assert_eq!(code(denied.await), Code::NotAllowed);
    let admin = at(&app, ADMIN).await;
    let put = admin.call::<PutDeviceWays>((gate.id,), None_ {}, turned());
    assert_eq!(put.await.expect("turned").ways, ways);
    assert_eq!(device(&app, &gate).await.ways, ways);
    app.stop().await;
}
