//! Doors and silence.

use acceptance::TestApp;
use acceptance::homes::{enrolled, hung};
use domain::consent::{How, Purpose};
use domain::watch::{
    Absence, AbsenceKind, Alert, AlertState, Amount, Cause, Confidence, Device, Ladder, Measure,
    Metric, Passage, Sign, Vitals, Watched,
};
use domain::{AbsenceId, AlertId, CommunityId, DeviceId, PersonId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::identity::{Consent, consent_item};
use store::market::Beside;
use store::watch::{AbsenceRow, CredentialOf, HealthChange, ReadingRow, SignRow, WatchChange};

use super::things::{Things, nothing};

/// What is answered; the columns are those of [`super::rows`].
pub const EXPECTED: &str = "
ImportDoorEvents | 422 bad_file  | - | -             | -         | -             | -
ListDevices      | 200           | - | -             | -         | -             | -
CreateDevice     | 201           | - | -             | -         | -             | -
RotateDeviceKey  | 200           | - | -             | 200       | 404 not_found | 404 not_found
PutDeviceWays    | 200           | - | -             | 200       | 404 not_found | 404 not_found
ListDoorDays     | 200           | - | -             | 200       | 404 not_found | 404 not_found
ListWatched      | 200           | - | -             | -         | -             | -
CreateWatched    | 404 not_found | - | -             | -         | -             | -
GetWatched       | 200           | - | -             | 200       | 404 not_found | 404 not_found
UpdateWatched    | 409 stale     | - | -             | 409 stale | 404 not_found | 404 not_found
ListSigns        | 200           | - | -             | 200       | 404 not_found | 404 not_found
GetVitals        | 200           | - | -             | 200       | 404 not_found | 404 not_found
PutVitals        | 409 stale     | - | -             | 409 stale | 404 not_found | 404 not_found
GetMyVitals      | 200           | - | -             | -         | -             | -
GetMyWatch       | 200           | - | -             | -         | -             | -
ListMySigns      | 200           | - | -             | -         | -             | -
ListMyWatchPeople| 200           | - | -             | -         | -             | -
SayWell          | 200           | - | -             | -         | -             | -
CreateAbsence    | 201           | - | -             | -         | -             | -
ListAbsences     | 200           | - | -             | -         | -             | -
EndAbsence       | 200           | - | 404 not_found | 200       | 404 not_found | 404 not_found
ListAlerts       | 200           | - | -             | -         | -             | -
GetAlert         | 200           | - | -             | 200       | 404 not_found | 404 not_found
AcknowledgeAlert | 200           | - | -             | 200       | 404 not_found | 404 not_found
CloseAlert       | 200           | - | -             | 200       | 404 not_found | 404 not_found
GetWatchHealth   | 200           | - | -             | -         | -             | -
GetWatchRules    | 200           | - | -             | -         | -             | -
ListWatchRules   | 200           | - | -             | -         | -             | -
PutWatchRules    | 409 stale     | - | -             | -         | -             | -
BacktestRules    | 200           | - | -             | -         | -             | -
";

/// What is agreed with somebody who has a card, and no door yet.
pub fn fields() -> Value {
    json!({ "doors": [], "credentials": ["10010001"], "relatives_credentials": [], "grade": "at_once",
        "own": { "no_exit_minutes": 2_880, "no_return_minutes": 4_320 },
        "relative": null, "relative_reports": false })
}

/// Bodies in order; `id` makes one with the prefix it is given.
pub fn sample(name: &str, id: &dyn Fn(&str) -> String) -> Option<Value> {
    let windows = json!({ "no_exit_minutes": 2_880, "no_return_minutes": 4_320 });
    Some(match name {
        "RecordDoorEvents" => json!({ "device": id("dev"), "events": [
            { "seq": 1, "at": "2026-11-24T01:00:00Z", "act": "entry", "credential": "x" }] }),
        "CreateDevice" => json!({ "id": id("dev"), "name": "测试大门", "sense": "both_ways",
            "heartbeat_minutes": 15, "ways": {
            "readers": [{ "number": 1, "way": "in" }], "doors": [{ "number": 2, "way": "out" }], "usual": "either" } }),
        "PutDeviceWays" => json!({ "id": id("cmd"), "ways": {
            "readers": [{ "number": 1, "way": "in" }], "doors": [{ "number": 2, "way": "out" }], "usual": "out" } }),
        "CreateWatched" => json!({ "id": id("cmd"), "person": id("per"), "fields": fields() }),
        "UpdateWatched" => json!({ "id": id("cmd"), "ver": 99, "fields": fields() }),
        "PutVitals" => json!({ "id": id("cmd"), "ver": 99, "devices": [],
            "measures": [{ "metric": "heart_rate", "low": 45, "high": 120.5, "margin": 5,
                "window_minutes": 720 }] }),
        "CreateAbsence" => json!({ "id": id("abs"), "kind": "family",
            "from": "2026-11-25T00:00:00Z", "until": "2026-11-27T00:00:00Z" }),
        "CloseAlert" => json!({ "id": id("cmd"), "reason": "away" }),
        "PutWatchRules" => json!({ "id": id("cmd"), "ver": 99, "windows": windows,
            "ask_minutes": 120, "area_least": 5, "lease_minutes": 30,
            "ladder": [{ "wait_minutes": 0, "tell": ["workers"] }], "note": "试一试" }),
        "BacktestRules" => json!({ "windows": windows, "days": 7 }),
        "AnswerWell" => json!({ "key": "p.x" }),
        "RotateDeviceKey" | "SayWell" | "EndAbsence" | "AcknowledgeAlert" => {
            json!({ "id": id("cmd") })
        }
        _ => return None,
    })
}

fn away(app: &TestApp) -> Absence {
    let at = app.now();
    Absence {
        id: AbsenceId::new(app.millis(), app.chance()),
        kind: AbsenceKind::Travel,
        from: at,
        until: at + SignedDuration::from_hours(72),
    }
}

/// They agreed, and have a door; they are away, and an alert is open about them.
pub async fn watch_over(
    app: &TestApp,
    community: CommunityId,
    person: PersonId,
    things: &mut Things,
) {
    let (store, at) = (&app.ctx().store, app.now());
    let agreed = |purpose: Purpose| {
        let agreed = Consent {
            purpose,
            given: true,
            version: purpose.version(),
            at,
            how: How::Own,
            by: None,
        };
        consent_item(community, person, &agreed).expect("an item")
    };
    let agreed = [Purpose::WatchDoors, Purpose::WatchHealth].map(agreed);
    store.put_all(agreed.to_vec()).await.expect("written");
    let id = DeviceId::new(app.millis(), app.chance());
    let door = Device {
        name: "测试大门".into(),
        heartbeat_minutes: 15,
        ..hung(community, id)
    };
    let before = store.watched(community, person).await.expect("answers");
    let watched = Watched {
        ver: before.map_or(1, |before| before.ver + 1),
        ..enrolled(community, person, vec![id], at)
    };
    things.device = door.id.to_string();
    let change = WatchChange {
        device: Some(door),
        watched: Some(watched),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    let written = store.write_watch(community, &change, &beside);
    written.await.expect("written");
    silent(app, community, person, things).await;
}

/// A time away and an alert that nobody has touched.
pub async fn silent(app: &TestApp, community: CommunityId, person: PersonId, things: &mut Things) {
    let (store, at) = (&app.ctx().store, app.now());
    let watched = store.watched(community, person).await.expect("answers");
    let watched = watched.expect("is watched over");
    let absence = away(app);
    let alert = Alert {
        id: AlertId::new(app.millis(), app.chance()),
        community,
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
    let row = AbsenceRow {
        community,
        person,
        absence,
        by: person,
        note: String::new(),
        ended_at: None,
        ver: 1,
    };
    things.absence = absence.id.to_string();
    things.alert = alert.id.to_string();
    let change = WatchChange {
        watched: Some(Watched {
            absences: vec![absence],
            alert: Some(alert.id),
            armed: None,
            ver: watched.ver + 1,
            ..watched
        }),
        alert: Some(alert),
        absence: Some(row),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    let written = store.write_watch(community, &change, &beside);
    written.await.expect("written");
}

/// Watched over, with a card and a sign, and with `words` about the alert and about the time away.
pub async fn watched(app: &TestApp, community: CommunityId, person: PersonId, words: &str) {
    let mut things = nothing(app);
    watch_over(app, community, person, &mut things).await;
    let (store, at) = (&app.ctx().store, app.now());
    let watched = store.watched(community, person).await.expect("answers");
    let watched = watched.expect("is watched over");
    let alert = watched.alert.expect("an alert is open");
    let alert = store.alert(community, alert).await.expect("answers");
    let alert = alert.expect("an alert");
    let rows = store.absences(community, person).await.expect("answers");
    let row = rows.into_iter().next().expect("a time away");
    let card = app.chance().to_string();
    let sign = SignRow {
        person,
        device: watched.doors[0],
        sign: Sign {
            at,
            seq: 1,
            passage: Passage::Exit,
        },
        received_at: at,
        approximate: false,
    };
    let own = CredentialOf { person, own: true };
    let change = WatchChange {
        credentials: vec![(card.clone(), own)],
        watched: Some(Watched {
            credentials: vec![card],
            ver: watched.ver + 1,
            ..watched
        }),
        sign: Some(sign),
        alert: Some(Alert {
            comment: words.into(),
            ver: alert.ver + 1,
            ..alert
        }),
        absence: Some(AbsenceRow {
            note: words.into(),
            ver: row.ver + 1,
            ..row
        }),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    let written = store.write_watch(community, &change, &beside);
    written.await.expect("written");
}

/// Their body is looked at, and said something once.
pub async fn measured(app: &TestApp, community: CommunityId, person: PersonId) {
    let (store, at) = (&app.ctx().store, app.now());
    let device = DeviceId::new(app.millis(), app.chance());
    let vitals = Vitals {
        person,
        community,
        since: at,
        by: person,
        devices: vec![device],
        measures: vec![Measure::usual(Metric::HeartRate)],
        standing: Vec::new(),
        presses: Vec::new(),
        open: Vec::new(),
        waits_since: at,
        armed: None,
        ver: 1,
    };
    let reading = ReadingRow {
        person,
        device,
        at,
        metric: Some(Metric::HeartRate),
        value: Some(Amount::thousandths(72_000)),
        received_at: at,
        approximate: false,
    };
    let change = HealthChange {
        vitals: Some(vitals),
        reading: Some(reading),
        ..HealthChange::default()
    };
    let beside = Beside::default();
    let written = store.write_health(community, &change, &beside);
    written.await.expect("written");
}
