//! What wearables say: in which forms, who is believed, and what is never kept.

use acceptance::TestApp;
use domain::limits;
use domain::watch::{DoorSense, Metric};
use serde_json::{Value, json};
use wire::Code;
use wire::endpoint::None_;
use wire::identity::GetMyData;
use wire::watch::{GetMyVitals, GetVitals, WhyQuery};

use super::health::{PATH, Worn, agree, measures, put};
use super::homes::minutes;
use super::people::{
    ADMIN, Letter, at, begin, code, device, door, event, fields, looks, outcomes, say,
};
use crate::market::race::nothing_is_wrong;

/// Measure and value of what is kept, the latest first.
pub async fn kept(worn: &Worn<'_>) -> Vec<String> {
    let rows = worn.readings().await.into_iter();
    let said = rows.map(|row| match (row.metric, row.value) {
        (Some(metric), Some(value)) => format!("{metric} {value}"),
        _ => "sos".to_owned(),
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reading_is_one_in_fhir_and_in_our_own_form() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let now = app.now();
    let heart = worn.fhir("8867-4", 72, "/min", now);
    assert_eq!(worn.send(&heart).await, ["applied"]);
    let again = worn.reading("heart_rate", 72, now);
    assert_eq!(worn.say(&[again]).await, ["ignored"]);
    assert_eq!(kept(&worn).await, ["heart_rate 72"]);

    app.advance(minutes(1));
    let part = |code: &str, value: i64| {
        json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
            "valueQuantity": { "value": value, "system": "http://unitsofmeasure.org",
                "code": "mm[Hg]" } })
    };
    let mut pressure = worn.fhir("85354-9", 0, "mm[Hg]", app.now());
    pressure["valueQuantity"] = Value::Null;
    pressure["component"] = json!([part("8480-6", 124), part("8462-4", 81)]);
    assert_eq!(worn.send(&pressure).await, ["applied"]);
    assert_eq!(kept(&worn).await[..2], ["systolic 124", "diastolic 81"]);

    app.advance(minutes(1));
    let warm = worn.fhir("8310-5", 98.6, "[degF]", app.now());
    let beats = worn.fhir("8867-4", 75, "{beats}/min", app.now());
    let bundle = json!({ "resourceType": "Bundle", "type": "collection",
        "entry": [{ "resource": warm }, { "resource": beats }, { "resource": heart }] });
    assert_eq!(worn.send(&bundle).await, ["applied", "applied", "ignored"]);
    assert_eq!(kept(&worn).await[..2], ["temperature 37", "heart_rate 75"]);
    // Whoever looks says why, and sees them in their own units.
    let why = WhyQuery {
        reason: "本人来电".into(),
    };
    let view = worn.desk.call::<GetVitals>((worn.person,), why, None_ {});
    let view = view.await.expect("a view");
    assert_eq!((view.readings.len(), view.ver > 1), (5, true));
    let own = worn.who.call::<GetMyVitals>((), None_ {}, None_ {}).await;
    assert_eq!(own.expect("one's own"), view);
    let look = ("GetVitals".to_owned(), "本人来电".to_owned());
    assert!(looks(&worn.who).await.contains(&look));
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_final_or_not_plausible_alerts_nobody_and_is_not_kept() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let now = app.now();
    let mut silent = Vec::new();
    for status in [
        "registered",
        "preliminary",
        "amended",
        "corrected",
        "cancelled",
        "entered-in-error",
        "unknown",
    ] {
        let mut said = worn.fhir("8867-4", 200, "/min", now);
        said["status"] = json!(status);
        silent.push(said);
    }
    for off in [json!(0), json!(-1), json!(19), json!(251), json!(1e300)] {
        silent.push(worn.fhir("8867-4", off, "/min", now));
    }
    let with = |change: &dyn Fn(&mut Value)| {
        let mut said = worn.fhir("8867-4", 200, "/min", now);
        change(&mut said);
        said
    };
    let absent = json!({ "coding": [{ "code": "unknown" }] });
    silent.push(with(&|one| one["dataAbsentReason"] = absent.clone()));
    silent.push(with(&|one| one["valueQuantity"] = Value::Null));
    silent.push(with(&|one| one["valueQuantity"]["value"] = json!("200")));
    silent.push(with(&|one| one["valueQuantity"]["comparator"] = json!(">")));
    // Nothing that is looked at, by anybody or here.
    silent.push(worn.fhir("44974-4", 200, "/min", now));
    silent.push(worn.fhir("15074-8", 2, "mmol/L", now));
    // Of last month it says nothing of now.
    silent.push(worn.fhir("8867-4", 200, "/min", now - minutes(60 * 24 * 30)));
    for one in &silent {
        assert_eq!(worn.send(one).await, ["ignored"], "{one}");
    }
    let off = [
        worn.reading("heart_rate", 0, now),
        worn.reading("spo2", 0, now),
    ];
    assert_eq!(worn.say(&off).await, ["ignored"; 2]);
    assert_eq!(kept(&worn).await, Vec::<String>::new());
    assert!(worn.alerts().await.is_empty());
    // The same, final and plausible, does.
    let good = worn.fhir("8867-4", 200, "/min", now);
    assert_eq!(worn.send(&good).await, ["applied"]);
    assert_eq!(worn.alerts().await.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_unit_or_a_broken_one_is_refused_by_itself() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let now = app.now();
    let with = |name: &str, value: Value| {
        let mut said = worn.reading("temperature", 36.6, now);
        said[name] = value;
        said
    };
    let sent = [
        with("unit", json!("K")),
        with("unit", json!("mm[Hg]")),
        with("metric", json!("mood")),
        with("value", json!("36.6")),
        with("value", Value::Null),
        with("at", json!("gestern")),
        with("at", Value::Null),
        with("sos", json!(true)),
        with("person", json!("per_x")),
        json!({ "sos": false, "person": worn.person, "at": now.to_string() }),
        with("person", Value::Null),
        json!(7),
        with("unit", json!("Cel")),
    ];
    let mut want = vec!["wrong_unit"; 2];
    want.extend(["bad_value"; 8]);
    want.extend(["not_found", "wrong_type", "applied"]);
    assert_eq!(worn.say(&sent).await, want);
    for unit in ["K", "", "degrees"] {
        let said = worn.fhir("8310-5", 36.6, unit, now);
        assert_eq!(worn.send(&said).await, ["wrong_unit"], "{unit}");
    }
    let mut day = worn.fhir("8310-5", 36.6, "Cel", now);
    day["effectiveDateTime"] = json!("2026-11-24");
    assert_eq!(worn.send(&day).await, ["bad_value"]);
    assert_eq!(kept(&worn).await, ["temperature 36.6"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_speaks_for_those_who_agreed_to_it_and_for_nobody_else() {
    let app = TestApp::start().await;
    let (worn, other) = (Worn::new(&app).await, Worn::new(&app).await);
    let unasked = Worn::unasked(&app).await;
    let nobody = json!("per_00000000000000000000000001");
    let mut sent = Vec::new();
    for person in [json!(other.person), json!(unasked.person), nobody] {
        let mut high = worn.reading("heart_rate", 200, app.now());
        high["person"] = person.clone();
        let mut press = worn.press(app.now());
        press["person"] = person;
        sent.extend([high, press]);
    }
    assert_eq!(worn.say(&sent).await, ["not_found"; 6], "no difference");
    assert!(other.readings().await.is_empty());
    assert!(unasked.readings().await.is_empty());
    // Signed by somebody else, or not at all.
    let body = json!({ "observations": [worn.press(app.now())] }).to_string();
    let mut letter = Letter::to(PATH, &app, &other.device, body.into_bytes(), app.now());
    letter.device = worn.device.id.to_string();
    let raw = letter.send(&app).await;
    assert_eq!((raw.status, raw.code().as_str()), (401, "bad_signature"));
    // What was signed for another address opens nothing here.
    let body = json!({ "observations": [worn.press(app.now())] }).to_string();
    let mut letter = Letter::at(&app, &worn.device, body.into_bytes(), app.now());
    letter.path = PATH;
    assert_eq!(letter.send(&app).await.status, 401);
    assert!(worn.alerts().await.is_empty());
    // What one wears need not say whose it is.
    let admin = at(&app, ADMIN).await;
    let own = door(&admin, DoorSense::Health, Some(worn.person)).await;
    let devices = [worn.device.id, own.id];
    let ver = worn.vitals().await.expect("is looked at").ver;
    let two = put(&worn.desk, worn.person, (ver, &devices[..]), measures()).await;
    two.expect("both speak");
    let press = json!({ "observations": [{ "sos": true, "at": app.now().to_string() }] });
    let letter = Letter::to(PATH, &app, &own, press.to_string().into_bytes(), app.now());
    assert_eq!(outcomes(&letter.send(&app).await), ["applied"]);
    assert!(device(&app, &own).await.heard_at.is_some());
    // It is no door, and nobody goes in or out by it.
    let pass = event(1, app.now(), "exit", Some("7"));
    assert_eq!(say(&app, &own, &[pass]).await, ["ignored"]);
    super::people::agree(&worn.who, true).await;
    let asked = begin(&worn.desk, worn.person, fields(&own, &[])).await;
    assert_eq!(code(asked), Code::NotFound);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_consent_nothing_is_kept_and_taking_it_back_forgets_everything() {
    let app = TestApp::start().await;
    let worn = Worn::unasked(&app).await;
    let devices = [worn.device.id];
    let asked = put(&worn.desk, worn.person, (0, &devices[..]), measures()).await;
    assert_eq!(code(asked), Code::WatchConsent);
    assert_eq!(worn.beats(200).await, "not_found");
    // Doors are another matter.
    super::people::agree(&worn.who, true).await;
    let asked = put(&worn.desk, worn.person, (0, &devices[..]), measures()).await;
    assert_eq!(code(asked), Code::WatchConsent);
    agree(&worn.who, true).await;
    let made = put(&worn.desk, worn.person, (0, &devices[..]), measures()).await;
    assert_eq!(made.expect("looked at").ver, 1);
    let stale = put(&worn.desk, worn.person, (0, &devices[..]), measures()).await;
    assert_eq!(code(stale), Code::Stale);

    assert_eq!(worn.beats(200).await, "applied");
    let press = worn.press(app.now());
    assert_eq!(worn.say(&[press]).await, ["applied"]);
    let open = worn.alerts().await;
    assert_eq!((open.len(), worn.readings().await.len()), (2, 2));
    // What is known of oneself one takes along.
    let data = worn.who.call::<GetMyData>((), None_ {}, None_ {}).await;
    let data = data.expect("one's data");
    let count = |kind: &str| data.records.get(kind).map_or(0, Vec::len);
    assert_eq!((count("Vitals"), count("ReadingRow")), (1, 2));

    agree(&worn.who, false).await;
    assert_eq!(
        (worn.vitals().await, worn.readings().await.len()),
        (None, 0)
    );
    for before in open {
        let after = worn.alert(before.id).await;
        let told = (after.state.as_str(), after.metric);
        assert_eq!(told, ("withdrawn", None), "{}", before.cause);
    }
    assert_eq!(worn.beats(201).await, "not_found");
    app.settle().await;
    assert_eq!(
        (worn.vitals().await, worn.readings().await.len()),
        (None, 0)
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Every item there is, as text.
async fn whole_table(app: &TestApp) -> String {
    let store = &app.ctx().store;
    let (mut all, mut from) = (String::new(), None);
    loop {
        let page = store.client().scan().table_name(store.table());
        let page = page.set_exclusive_start_key(from).send().await;
        let page = page.expect("a page");
        all.push_str(&format!("{:?}", page.items()));
        from = page.last_evaluated_key().cloned();
        if from.is_none() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_somebody_was_never_reaches_the_table() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let mut said = worn.fhir("8867-4", 131.25, "/min", app.now());
    said["extension"] = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
        "extension": [{ "url": "latitude", "valueDecimal": 31.230_416_7 },
            { "url": "longitude", "valueDecimal": 121.473_701_9 }] }]);
    said["performer"] = json!([{ "display": "Dr. Wherever" }]);
    said["note"] = json!([{ "text": "am Brunnen vor dem Tore" }]);
    said["bodySite"] = json!({ "text": "linkes Handgelenk" });
    assert_eq!(worn.send(&said).await, ["applied"]);
    app.advance(minutes(1));
    let mut own = worn.reading("heart_rate", 132.25, app.now());
    own["lat"] = json!(31.230_416_7);
    own["lng"] = json!("121.4737019");
    own["cells"] = json!(["460,00,9520,3671"]);
    let mut press = worn.press(app.now());
    press["position"] = json!({ "lat": 31.230_416_7, "lng": 121.473_701_9 });
    assert_eq!(worn.say(&[own, press]).await, ["applied"; 2]);
    app.settle().await;
    let table = whole_table(&app).await;
    // What is kept is found in this way, and nothing else is.
    assert!(table.contains("131.25") && table.contains("132.25"));
    for trace in [
        "31.2304",
        "121.4737",
        "latitude",
        "Wherever",
        "Brunnen",
        "Handgelenk",
        "460,00,9520",
    ] {
        assert!(!table.contains(trace), "{trace} is kept");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_bodies_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let press = worn.press(app.now());
    let many = vec![press.clone(); limits::OBSERVATIONS + 1];
    let rows = [
        (String::new(), 400, "bad_json"),
        ("{".into(), 400, "bad_json"),
        ("[1,]".into(), 400, "bad_json"),
        ("[]".into(), 422, "wrong_type"),
        ("{}".into(), 422, "missing_field"),
        (r#"{"observations":{}}"#.into(), 422, "wrong_type"),
        (r#"{"resourceType":"Patient"}"#.into(), 422, "bad_value"),
        (r#"{"resourceType":7}"#.into(), 422, "bad_value"),
        (r#"{"resourceType":"Bundle"}"#.into(), 422, "missing_field"),
        (json!({ "observations": many }).to_string(), 422, "too_many"),
        (
            format!(
                r#"{{"observations":[],"x":"{}"}}"#,
                "x".repeat(limits::BODY_BYTES)
            ),
            413,
            "body_too_large",
        ),
        (" ".repeat(1024 * 1024), 413, "body_too_large"),
    ];
    for (body, status, code) in rows {
        let raw = worn.post(body.clone().into_bytes()).await;
        let told = (raw.status, raw.code());
        assert_eq!(told, (status, code.to_owned()), "{body:.60}");
    }
    assert_eq!(worn.say(&[]).await, Vec::<String>::new());
    // Cut at every byte, in both forms.
    let own = json!({ "observations": [press] }).to_string();
    let fhir = worn.fhir("8867-4", 200, "/min", app.now()).to_string();
    for whole in [own, fhir] {
        for end in 0..whole.len() {
            let raw = worn.post(whole.as_bytes()[..end].to_vec()).await;
            assert_eq!(
                (raw.status, raw.code().as_str()),
                (400, "bad_json"),
                "{end}"
            );
        }
    }
    assert_eq!(kept(&worn).await, Vec::<String>::new());
    assert!(worn.alerts().await.is_empty());
    app.stop().await;
}

/// Broken JSON that others collected, which does not come with the checkout.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(
    not(json_collection),
    ignore = "LINLI_CORPORA leads to no JSONTestSuite (see README, The collections of others)"
)]
async fn the_json_others_collected_is_no_observation() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("security/JSONTestSuite/test_parsing");
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let mut tried = 0;
    for file in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = file.expect("a file").path();
        let raw = worn.post(std::fs::read(&path).expect("readable")).await;
        let name = path.file_name().and_then(|name| name.to_str());
        let bad = name.is_some_and(|name| name.starts_with("n_"));
        assert!(raw.status < 500, "{name:?}: {}", raw.body);
        assert!(!bad || matches!(raw.status, 400 | 413), "{name:?}");
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
    assert!(worn.readings().await.is_empty());
    app.stop().await;
}

/// Examples that others published, which do not come with the checkout: of somebody else, and of 1999.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(
    not(health_collection),
    ignore = "LINLI_CORPORA leads to no examples of US Core (see README, The collections of others)"
)]
async fn the_examples_others_published_are_read() {
    let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
    let folder = std::path::Path::new(&corpora).join("health/us-core");
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    let rows = [
        ("heart-rate.json", "applied", "heart_rate 44"),
        ("oxygen-saturation.json", "applied", "spo2 99"),
        ("temperature.json", "applied", "temperature 36.556"),
        (
            "blood-pressure.json",
            "applied",
            "systolic 109 diastolic 44",
        ),
        // Its other half is said to be absent.
        ("bp-data-absent.json", "applied", "systolic 109"),
        // Nobody agreed to have it looked at.
        ("respiratory-rate.json", "ignored", ""),
        ("heart-rate-rhythm.json", "ignored", ""),
        ("pulse-intensity-palpation.json", "ignored", ""),
        ("Observation-average-blood-pressure.json", "ignored", ""),
    ];
    for (name, outcome, want) in rows {
        let text = std::fs::read_to_string(folder.join(name)).expect("readable");
        let mut said: Value = serde_json::from_str(&text).expect("JSON");
        app.advance(minutes(1));
        said["effectiveDateTime"] = json!(app.now().to_string());
        said["subject"] = json!({ "reference": format!("Patient/{}", worn.person) });
        assert_eq!(worn.send(&said).await, [outcome], "{name}");
        let at = app.now();
        let rows = worn.readings().await.into_iter();
        let mut new: Vec<_> = rows.filter(|row| row.at == at).collect();
        new.sort_by_key(|row| row.metric);
        let told: Vec<String> = new
            .iter()
            .filter_map(|row| Some(format!("{} {}", row.metric?, row.value?)))
            .collect();
        assert_eq!(told.join(" "), want, "{name}");
    }
    let low: Vec<_> = worn.alerts().await.iter().map(|one| one.metric).collect();
    assert_eq!(low, [Some(Metric::Systolic), Some(Metric::HeartRate)]);
    app.stop().await;
}
