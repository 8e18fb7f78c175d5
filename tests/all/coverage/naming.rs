//! A thing of elsewhere that a body names.

use acceptance::TestApp;
use domain::access::{Act, Role};
use domain::person::{Language, Person, TextSize};
use domain::{PersonId, SignUpId};
use serde_json::{Value, json};
use store::identity::person_item;
use wire::endpoints;

use super::calls::path;
use super::things::{Things, nothing, pattern, things, things_elsewhere, with_role};

/// Fields of bodies that name something that is there already, with a body that is in order but
/// for that field: what is elsewhere is answered like what is nowhere.
fn naming(
    app: &TestApp,
    home: &Things,
    service: &Value,
    file: &Value,
    (another, ward): (PersonId, PersonId),
) -> Vec<(&'static str, &'static str, Value)> {
    let serving = service["providers"][0]["id"]
        .as_str()
        .expect("somebody serves")
        .to_owned();
    let ver = &service["ver"];
    let id = |prefix: &str| {
        let id = domain::CommandId::new(app.millis(), app.chance()).to_string();
        format!("{prefix}_{}", &id[4..])
    };
    let offer = |id: String| {
        let terms = json!({ "price_from": 100, "price_to": 200, "minutes": 30, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
            "step_minutes": 30, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
        json!({ "id": id, "category": "locks", "name": "测试服务", "terms": terms, "providers": [home.provider] })
    };
    let mut changed = offer(id("cmd"));
    changed["ver"] = ver.clone();
    changed["hidden"] = json!(false);
    let booking =
        json!({ "id": id("bkg"), "service": home.service, "start": "2026-11-25T10:00:00+08:00" });
    let with = |base: &Value, field: &str, value: &String| {
        let mut body = base.clone();
        body["id"] = json!(id(&base["id"].as_str().expect("an id")[..3]));
        body[field] = json!(value);
        body
    };
    let redemption = json!({ "id": id("rdm"), "reward": home.reward, "quantity": 9_999, "consent": "in_person" });
    let (plain, ward) = (json!({ "id": id("cmd") }), ward.to_string());
    let code = json!({ "id": id("cmd"), "code": "AAAAAAAA" });
    let left = json!({ "id": id("cmd"), "ver": 1 });
    let activity = json!({ "id": id("act"), "title": "读报", "place": "活动室", "grid": "第一网格",
        "starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00", "capacity": 5 });
    let hours = json!({ "id": id("hrs"), "what": "扫雪",
        "starts": "2026-11-20T09:00:00+08:00", "ends": "2026-11-20T10:00:00+08:00" });
    let paper = json!({ "id": id("cmd"), "from": "2026-11-01", "until": "2026-11-20" });
    let team =
        json!({ "id": id("tea"), "name": "读书队", "lead": home.person, "members": [home.person] });
    let mut changed_team = team.clone();
    changed_team["id"] = json!(id("cmd"));
    changed_team["ver"] = json!(99);
    let person = json!({ "id": id("per"), "name": "测试·新人" });
    let mut moved = with(&person, "household", &home.household);
    moved["id"] = json!(id("cmd"));
    moved["reason"] = json!("搬家");
    moved["ver"] = file["ver"].clone();
    let mut child = with(&person, "guardian", &home.person);
    child["born"] = json!("2020-01-01");
    let door = json!({ "id": id("dev"), "name": "测试家门", "sense": "home_door",
        "heartbeat_minutes": 60 });
    let away = json!({ "id": id("abs"), "kind": "family", "from": "2026-11-25T00:00:00Z",
        "until": "2026-11-27T00:00:00Z" });
    let watched = json!({ "id": id("cmd"), "fields": super::watch::fields() });
    let linked = json!({ "id": id("cmd"), "kind": "service", "what": "开锁",
        "service": home.service, "start": "2026-11-25T15:00:00+08:00" });
    vec![
        (
            "CreateCase",
            "/person",
            json!({ "id": id("cas"), "said": "没见出门", "person": home.person }),
        ),
        (
            "TakeCase",
            "/backup",
            json!({ "id": id("cmd"), "backup": home.person }),
        ),
        (
            "OrderVisit",
            "/to/0",
            json!({ "id": id("tsk"), "grade": "soon", "asks": "敲门", "to": [home.person] }),
        ),
        ("LinkResource", "/service", linked.clone()),
        (
            "LinkResource",
            "/provider",
            with(&linked, "provider", &serving),
        ),
        (
            "PlanFollowUp",
            "/owner",
            json!({ "id": id("tsk"), "what": "再看看", "due": "2026-12-20T00:00:00Z",
                "owner": home.person }),
        ),
        (
            "HandOver",
            "/to",
            json!({ "id": id("cmd"), "to": home.person, "reason": "休假" }),
        ),
        (
            "MergeCase",
            "/into",
            json!({ "id": id("cmd"), "into": home.case }),
        ),
        (
            "CreateDevice",
            "/home_of",
            with(&door, "home_of", &home.person),
        ),
        (
            "CreateWatched",
            "/person",
            with(&watched, "person", &home.person),
        ),
        (
            "PutVitals",
            "/devices/0",
            json!({ "id": id("cmd"), "ver": 0, "devices": [home.device], "measures": [] }),
        ),
        (
            "CreateAbsence",
            "/person",
            with(&away, "person", &home.person),
        ),
        (
            "CreateBooking",
            "/service",
            with(&booking, "service", &home.service),
        ),
        (
            "CreateBooking",
            "/provider",
            with(&booking, "provider", &serving),
        ),
        (
            "CreateBooking",
            "/resident",
            with(&booking, "resident", &home.person),
        ),
        (
            "CreatePerson",
            "/household",
            with(&person, "household", &home.household),
        ),
        ("CreatePerson", "/guardian", child),
        (
            "ApplyAsProvider",
            "/person",
            with(
                &json!({ "id": id("prv"), "name": "测试" }),
                "person",
                &home.person,
            ),
        ),
        (
            "CreateRedemption",
            "/reward",
            with(&redemption, "reward", &home.reward),
        ),
        (
            "CreateRedemption",
            "/person",
            with(&redemption, "person", &home.person),
        ),
        ("CheckIn", "/person", with(&code, "person", &ward)),
        ("CheckOut", "/person", with(&code, "person", &ward)),
        ("SayLeft", "/person", with(&left, "person", &ward)),
        (
            "SignUp",
            "/person",
            with(&json!({ "id": id("sgn") }), "person", &home.person),
        ),
        (
            "MarkMissed",
            "/person",
            with(&plain, "person", &home.person),
        ),
        ("Withdraw", "/person", with(&plain, "person", &home.person)),
        ("RenewCard", "/person", with(&plain, "person", &home.person)),
        (
            "PutVolunteer",
            "/person",
            with(
                &json!({ "id": id("cmd"), "ver": 99 }),
                "person",
                &home.person,
            ),
        ),
        (
            "CreateActivity",
            "/team",
            with(&activity, "team", &home.team),
        ),
        (
            "CreateHours",
            "/person",
            with(&hours, "person", &home.person),
        ),
        (
            "CreateHours",
            "/activity",
            with(&hours, "activity", &home.activity),
        ),
        (
            "IssueCertificate",
            "/person",
            with(&paper, "person", &home.person),
        ),
        ("CreateTeam", "/lead", with(&team, "lead", &home.person)),
        ("CreateTeam", "/members/0", team.clone()),
        (
            "UpdateTeam",
            "/lead",
            with(&changed_team, "lead", &home.person),
        ),
        ("UpdateTeam", "/members/0", changed_team.clone()),
        (
            "CreateLoan",
            "/reader",
            with(
                &json!({ "id": id("lon"), "copy": home.copy }),
                "reader",
                &home.person,
            ),
        ),
        (
            "CreateHold",
            "/title",
            with(&json!({ "id": id("hld") }), "title", &home.title),
        ),
        (
            "CreateHold",
            "/reader",
            with(
                &json!({ "id": id("hld"), "title": home.title }),
                "reader",
                &home.person,
            ),
        ),
        (
            "RenewReaderCard",
            "/person",
            with(&plain, "person", &home.person),
        ),
        (
            "CreateCopies",
            "/title",
            with(
                &json!({ "id": id("cmd"), "count": 1 }),
                "title",
                &home.title,
            ),
        ),
        ("CreateService", "/providers/0", offer(id("svc"))),
        ("UpdateService", "/providers/0", changed),
        ("UpdatePerson", "/household", moved.clone()),
        (
            "UpdatePerson",
            "/guardian",
            with(&moved, "guardian", &another.to_string()),
        ),
    ]
}

/// Of the bodies, every field that names something: the schema of the contract is asked. Whoever is not
/// signed in names nothing but what they have the key of.
fn fields_that_name() -> Vec<(String, String)> {
    let document = wire::openapi::document();
    let mut found = Vec::new();
    for endpoint in endpoints().filter(|one| one.act != Act::Public) {
        let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(place) = schema["$ref"].as_str() else {
            continue;
        };
        let schema = document
            .pointer(place.trim_start_matches('#'))
            .expect("it leads somewhere");
        for (field, value) in schema["properties"].as_object().into_iter().flatten() {
            let text = value.to_string();
            let names = text.contains("Id\"") && !text.contains("CommandId");
            if names && field != "id" {
                let list = if value["type"] == "array" { "/0" } else { "" };
                found.push((endpoint.name.to_owned(), format!("/{field}{list}")));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_thing_named_in_a_body_is_answered_like_a_missing_one() {
    let app = TestApp::start().await;
    let (elsewhere, nobodys) = (things_elsewhere(&app).await, nothing(&app));
    let like = pattern(&app).await;
    let admin = with_role(&app, Role::Admin).await;
    let resident = with_role(&app, Role::Resident).await;
    let home = things(&app, &resident, &like, &admin).await;
    let service = admin
        .raw("GET", &format!("/v1/services/{}", home.service), None)
        .await
        .json();
    let file = format!("/v1/people/{}?reason=x", home.person);
    let file = admin.raw("GET", &file, None).await.json();
    let someone = admin.id.expect("signed in");
    let ward = PersonId::new(app.millis(), app.chance());
    let child = Person {
        id: ward,
        community: app.home().await,
        name: "测试·孩子".into(),
        phone: None,
        born: Some(jiff::civil::date(2018, 1, 1)),
        household: None,
        guardian: Some(someone),
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: app.now(),
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    let child = person_item(&child).expect("an item");
    app.ctx().store.put_all(vec![child]).await.expect("written");
    // Whoever has a place can be marked as missed, at its time.
    let join = format!("/v1/activities/{}/signups", home.activity);
    let body = json!({ "id": SignUpId::new(app.millis(), app.chance()) }).to_string();
    assert_eq!(resident.raw("POST", &join, Some(body)).await.status, 201);
    let mut tried = Vec::new();
    for (name, pointer, body) in naming(&app, &home, &service, &file, (someone, ward)) {
        let endpoint = endpoints().find(|e| e.name == name).expect("an endpoint");
        let path = path(endpoint, &home);
        let ask = async |value: Option<&String>| {
            let mut body = body.clone();
            // Another command each time, or the first answer comes again.
            let fresh = domain::CommandId::new(app.millis(), app.chance()).to_string();
            let prefix = body["id"].as_str().expect("an id")[..3].to_owned();
            body["id"] = json!(format!("{prefix}_{}", &fresh[4..]));
            if let Some(value) = value {
                *body.pointer_mut(pointer).expect("the body has it") = json!(value);
            }
            let raw = admin
                .raw(endpoint.method.as_str(), &path, Some(body.to_string()))
                .await;
            let told = (raw.status, raw.code(), raw.json()["pointer"].clone());
            (told, raw.body)
        };
        let of = |things: &Things| match pointer.split('/').nth(1).expect("a field") {
            "service" => things.service.clone(),
            "provider" | "providers" => things.provider.clone(),
            "resident" | "guardian" | "person" | "lead" | "members" => things.person.clone(),
            "home_of" => things.person.clone(),
            "backup" | "to" | "owner" => things.person.clone(),
            "into" => things.case.clone(),
            "devices" => things.device.clone(),
            "reader" => things.person.clone(),
            "title" => things.title.clone(),
            "team" => things.team.clone(),
            "activity" => things.activity.clone(),
            "household" => things.household.clone(),
            "reward" => things.reward.clone(),
            other => panic!("say what {other} names"),
        };
        let (missing, said) = ask(Some(&of(&nobodys))).await;
        assert!((400..500).contains(&missing.0), "{name} {pointer}: {said}");
        let (foreign, said) = ask(Some(&of(&elsewhere))).await;
        assert_eq!(foreign, missing, "{name} {pointer}: {said}");
        // And it is this field that was refused: with one of the community it goes further.
        let (own, said) = ask(None).await;
        assert_ne!(own, missing, "{name} {pointer}: {said}");
        tried.push((name.to_owned(), pointer.to_owned()));
    }
    let mut named = fields_that_name();
    named.sort();
    tried.sort();
    assert_eq!(tried, named, "every field that names something is tried");
    app.stop().await;
}
