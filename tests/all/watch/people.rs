//! Who acts in these tests, and what they and their doors do there again and again.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::consent::Purpose;
use domain::watch::{
    Alert, AlertState, Cause, Confidence, Device, DoorSense, Grade, Ladder, Watched,
};
use domain::{AbsenceId, AlertId, DeviceId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use service::watch::signature::{self, Parts};
use store::market::Beside;
use store::watch::WatchChange;
use wire::Problem;
use wire::endpoint::None_;
use wire::watch::{
    AbsenceView, CreateAbsence, CreateAbsenceBody, CreateDevice, CreateDeviceBody, CreateWatched,
    CreateWatchedBody, GetMyWatch, GetWatched, WatchedFields, WatchedView, WhyQuery,
};

pub use crate::library::people::{ADMIN, HELPER, WORKER, at, code, grown_ups, id, looks};

pub const CARD: &str = "0012345678";
pub const PATH: &str = "/v1/door-events";

/// Agrees that their doors are watched, or takes it back.
pub async fn agree(who: &Actor<'_>, given: bool) {
    who.app.advance(SignedDuration::from_secs(1));
    let version = Purpose::WatchDoors.version();
    let body = json!({ "id": who.app.command(), "given": given, "version": version });
    let path = "/v1/me/consents/watch_doors";
    let raw = who.raw("PUT", path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

/// A door, and the version of its key that it signs with.
#[derive(Clone)]
pub struct Door {
    pub id: DeviceId,
    pub key_ver: u32,
    /// As it was shown.
    pub key: String,
}

/// Says once a day that it is there.
pub async fn door(admin: &Actor<'_>, sense: DoorSense, home_of: Option<PersonId>) -> Door {
    let body = CreateDeviceBody {
        id: DeviceId::new(admin.app.millis(), admin.app.chance()),
        name: "测试大门".into(),
        sense,
        home_of,
        heartbeat_minutes: 1_440,
        ways: domain::watch::Ways::default(),
    };
    let made = admin.call::<CreateDevice>((), None_ {}, body).await;
    let made = made.expect("a door");
    Door {
        id: made.device.id,
        key_ver: made.key_ver,
        key: made.key,
    }
}

pub async fn device(app: &TestApp, door: &Door) -> Device {
    let com = app.home().await;
    let device = app.ctx().store.device(com, door.id).await;
    device.expect("answers").expect("is there")
}

/// What a device sends, ready to be spoiled.
#[derive(Clone)]
pub struct Letter {
    pub path: &'static str,
    pub device: String,
    pub key_ver: String,
    pub timestamp: String,
    pub nonce: String,
    pub signature: String,
    pub body: Vec<u8>,
}

impl Letter {
    pub fn of(app: &TestApp, door: &Door, events: &[Value]) -> Self {
        let body = json!({ "device": door.id, "events": events }).to_string();
        Self::at(app, door, body.into_bytes(), app.now())
    }

    pub fn at(app: &TestApp, door: &Door, body: Vec<u8>, at: Timestamp) -> Self {
        Self::to(PATH, app, door, body, at)
    }

    /// To whatever a device speaks to.
    pub fn to(
        path: &'static str,
        app: &TestApp,
        door: &Door,
        body: Vec<u8>,
        at: Timestamp,
    ) -> Self {
        let device = door.id.to_string();
        let timestamp = at.as_second().to_string();
        let nonce = format!("{:x}", app.chance());
        let key = signature::key(&app.ctx().secret, door.id, door.key_ver);
        let parts = Parts {
            method: "POST",
            path,
            device: &device,
            timestamp: &timestamp,
            nonce: &nonce,
            body: &body,
        };
        let signature = signature::sign(&key, &parts);
        Self {
            path,
            key_ver: door.key_ver.to_string(),
            device,
            timestamp,
            nonce,
            signature,
            body,
        }
    }

    pub async fn send(&self, app: &TestApp) -> Raw {
        let headers = [
            ("content-type", "application/json"),
            ("x-device", self.device.as_str()),
            ("x-key", self.key_ver.as_str()),
            ("x-timestamp", self.timestamp.as_str()),
            ("x-nonce", self.nonce.as_str()),
            ("x-signature", self.signature.as_str()),
        ];
        let stranger = app.stranger();
        let body = self.body.clone();
        stranger.raw_with("POST", self.path, &headers, body).await
    }
}

pub fn event(seq: u64, at: Timestamp, act: &str, card: Option<&str>) -> Value {
    let mut event = json!({ "seq": seq, "at": at.to_string(), "act": act });
    if let Some(card) = card {
        event["credential"] = json!(card);
    }
    event
}

/// What became of each event.
pub fn outcomes(raw: &Raw) -> Vec<String> {
    assert_eq!(raw.status, 200, "{}", raw.body);
    let said = raw.json();
    let rows = said["outcomes"].as_array().expect("outcomes");
    let one = |row: &Value| match (row["applied"] == true, row["ignored"] == true) {
        (true, false) => "applied".to_owned(),
        (false, true) => "ignored".to_owned(),
        (false, false) => row["refused"].as_str().expect("one of three").to_owned(),
        (true, true) => panic!("{row}"),
    };
    rows.iter().map(one).collect()
}

pub async fn say(app: &TestApp, door: &Door, events: &[Value]) -> Vec<String> {
    outcomes(&Letter::of(app, door, events).send(app).await)
}

pub fn fields(door: &Door, cards: &[&str]) -> WatchedFields {
    WatchedFields {
        doors: vec![door.id],
        credentials: cards.iter().map(|card| (*card).to_owned()).collect(),
        relatives_credentials: Vec::new(),
        grade: Some(Grade::AtOnce),
        own: None,
        relative: None,
        relative_reports: false,
    }
}

pub async fn begin(
    desk: &Actor<'_>,
    person: PersonId,
    fields: WatchedFields,
) -> Result<WatchedView, Problem> {
    let body = CreateWatchedBody {
        id: desk.app.command(),
        person,
        fields,
    };
    desk.call::<CreateWatched>((), None_ {}, body).await
}

/// Somebody who agreed, behind this door, with this card.
pub async fn watch_over(desk: &Actor<'_>, who: &Actor<'_>, fields: WatchedFields) -> WatchedView {
    agree(who, true).await;
    begin(desk, id(who), fields).await.expect("watched over")
}

pub async fn look(desk: &Actor<'_>, person: PersonId) -> Result<WatchedView, Problem> {
    let why = WhyQuery {
        reason: "上门看望".into(),
    };
    desk.call::<GetWatched>((person,), why, None_ {}).await
}

pub async fn mine(who: &Actor<'_>) -> Result<WatchedView, Problem> {
    who.call::<GetMyWatch>((), None_ {}, None_ {}).await
}

pub async fn stored(app: &TestApp, person: PersonId) -> Option<Watched> {
    let watched = app.ctx().store.watched(app.home().await, person).await;
    watched.expect("answers")
}

pub fn away(app: &TestApp, person: Option<PersonId>, hours: i64) -> CreateAbsenceBody {
    let from = app.now();
    CreateAbsenceBody {
        id: AbsenceId::new(app.millis(), app.chance()),
        person,
        kind: domain::watch::AbsenceKind::Family,
        from,
        until: from + SignedDuration::from_hours(hours),
        note: String::new(),
    }
}

pub async fn leave(who: &Actor<'_>, body: CreateAbsenceBody) -> Result<AbsenceView, Problem> {
    who.call::<CreateAbsence>((), None_ {}, body).await
}

/// An alert about somebody who is watched over, as the sweeper leaves it.
pub async fn alert(app: &TestApp, person: PersonId) -> AlertId {
    let (store, com, at) = (&app.ctx().store, app.home().await, app.now());
    let watched = stored(app, person).await.expect("is watched over");
    let alert = Alert {
        id: AlertId::new(app.millis(), app.chance()),
        community: com,
        person,
        cause: Cause::NoExit,
        metric: None,
        due: at,
        opened_at: at,
        confidence: Confidence::Identified,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::default(),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: 0,
        ver: 1,
    };
    let id = alert.id;
    let change = WatchChange {
        watched: Some(Watched {
            alert: Some(id),
            armed: None,
            ver: watched.ver + 1,
            ..watched
        }),
        alert: Some(alert),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    let written = store.write_watch(com, &change, &beside);
    written.await.expect("written");
    id
}
