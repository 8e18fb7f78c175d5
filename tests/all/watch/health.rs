//! Who wears what in these tests, and what it says there again and again.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::consent::Purpose;
use domain::notice::Topic;
use domain::watch::{Alert, Amount, DoorSense, Measure, Metric, Vitals};
use domain::{AlertId, CommunityId, DeviceId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::notify::Message;
use store::schema;
use store::table::read;
use store::watch::ReadingRow;
use wire::Problem;
use wire::endpoint::None_;
use wire::watch::{PutVitals, PutVitalsBody, VitalsView};

use super::people::{ADMIN, Door, Letter, WORKER, at, door, grown_ups, id, outcomes};

pub const PATH: &str = "/v1/observations";

/// Agrees that their body is watched, or takes it back.
pub async fn agree(who: &Actor<'_>, given: bool) {
    who.app.advance(SignedDuration::from_secs(1));
    let version = Purpose::WatchHealth.version();
    let body = json!({ "id": who.app.command(), "given": given, "version": version });
    let path = "/v1/me/consents/watch_health";
    let raw = who.raw("PUT", path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

pub fn measure(metric: Metric, low: &str, high: &str, margin: &str) -> Measure {
    let amount = |text: &str| -> Option<Amount> { Some(text.parse().expect("a number")) };
    Measure {
        metric,
        low: amount(low),
        high: amount(high),
        margin: amount(margin).expect("a margin"),
        window_minutes: None,
    }
}

/// A heart between 50 and 120, two pressures, warmth and oxygen; sugar is not looked at.
pub fn measures() -> Vec<Measure> {
    vec![
        measure(Metric::HeartRate, "50", "120", "5"),
        measure(Metric::Systolic, "90", "180", "10"),
        measure(Metric::Diastolic, "50", "110", "5"),
        measure(Metric::Temperature, "35", "39", "0.5"),
        Measure::usual(Metric::Spo2),
    ]
}

pub async fn put(
    desk: &Actor<'_>,
    person: PersonId,
    (ver, devices): (u64, &[DeviceId]),
    measures: Vec<Measure>,
) -> Result<VitalsView, Problem> {
    let body = PutVitalsBody {
        id: desk.app.command(),
        ver,
        devices: devices.to_vec(),
        measures,
    };
    desk.call::<PutVitals>((person,), None_ {}, body).await
}

/// Somebody who agreed, and what speaks for them.
pub struct Worn<'a> {
    pub app: &'a TestApp,
    pub com: CommunityId,
    pub desk: Actor<'a>,
    pub who: Actor<'a>,
    pub person: PersonId,
    pub device: Door,
}

impl<'a> Worn<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        let worn = Self::unasked(app).await;
        agree(&worn.who, true).await;
        let devices = [worn.device.id];
        let put = put(&worn.desk, worn.person, (0, &devices[..]), measures()).await;
        put.expect("looked at");
        worn
    }

    /// Nothing is agreed yet.
    pub async fn unasked(app: &'a TestApp) -> Self {
        let admin = at(app, ADMIN).await;
        let device = door(&admin, DoorSense::Health, None).await;
        let who = grown_ups(app, 1).await.remove(0);
        Self {
            app,
            com: app.home().await,
            desk: at(app, WORKER).await,
            person: id(&who),
            who,
            device,
        }
    }

    /// In our own form, about this person.
    pub fn reading(&self, metric: &str, value: impl Into<Value>, at: Timestamp) -> Value {
        let value: Value = value.into();
        json!({ "person": self.person, "metric": metric, "value": value, "at": at.to_string() })
    }

    pub fn press(&self, at: Timestamp) -> Value {
        json!({ "person": self.person, "sos": true, "at": at.to_string() })
    }

    /// A FHIR Observation about this person.
    pub fn fhir(&self, code: &str, value: impl Into<Value>, unit: &str, at: Timestamp) -> Value {
        let value: Value = value.into();
        json!({
            "resourceType": "Observation",
            "status": "final",
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
            "subject": { "reference": format!("Patient/{}", self.person) },
            "effectiveDateTime": at.to_string(),
            "valueQuantity": { "value": value, "unit": unit,
                "system": "http://unitsofmeasure.org", "code": unit },
        })
    }

    pub async fn post(&self, body: Vec<u8>) -> Raw {
        let letter = Letter::to(PATH, self.app, &self.device, body, self.app.now());
        letter.send(self.app).await
    }

    /// What became of each.
    pub async fn send(&self, body: &Value) -> Vec<String> {
        outcomes(&self.post(body.to_string().into_bytes()).await)
    }

    pub async fn say(&self, observations: &[Value]) -> Vec<String> {
        self.send(&json!({ "observations": observations })).await
    }

    /// The heart, now.
    pub async fn beats(&self, value: i64) -> String {
        let said = self.reading("heart_rate", value, self.app.now());
        self.say(&[said]).await.remove(0)
    }

    pub async fn vitals(&self) -> Option<Vitals> {
        let vitals = self.app.ctx().store.vitals(self.com, self.person).await;
        vitals.expect("answers")
    }

    /// The latest first.
    pub async fn readings(&self) -> Vec<ReadingRow> {
        let pattern = schema::readings(self.com, self.person);
        let items = self.app.ctx().store.all(&pattern).await;
        let items = items.expect("answers").into_iter();
        items.map(|item| read(item).expect("a reading")).collect()
    }

    /// The latest first.
    pub async fn alerts(&self) -> Vec<Alert> {
        let pattern = schema::alerts_of(self.com, self.person);
        let items = self.app.ctx().store.all(&pattern).await;
        let items = items.expect("answers").into_iter();
        items.map(|item| read(item).expect("an alert")).collect()
    }

    pub async fn alert(&self, id: AlertId) -> Alert {
        let alert = self.app.ctx().store.alert(self.com, id).await;
        alert.expect("answers").expect("is there")
    }

    /// What the social worker was told of this person, the latest first.
    pub async fn told(&self) -> Vec<Topic> {
        self.app.settle().await;
        let inbox = schema::of_person(self.com, id(&self.desk), "MSG#");
        let items = self.app.ctx().store.all(&inbox).await.expect("answers");
        let about = Some(self.person.to_string());
        let messages = items.into_iter().map(|item| {
            let message: Message = read(item).expect("a message");
            message.notice
        });
        messages
            .filter(|notice| notice.data.get("person") == about.as_ref())
            .map(|notice| notice.topic)
            .collect()
    }
}
