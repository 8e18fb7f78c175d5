//! Every route × every role × whose thing it is: own, another's of the same community, of another
//! community, missing. Nobody learns from an answer whether a foreign thing exists.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::access::{Act, Role, allows};
use domain::person::{Language, Person, TextSize};
use domain::{PersonId, ProviderId};
use serde_json::{Value, json};
use store::identity::person_item;
use wire::endpoint::None_;
use wire::market::{ApplyAsProvider, ApplyBody, CreateBooking};
use wire::{EndpointInfo, endpoints};

use crate::market::create_booking::{body, slots};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    SameCommunity,
    OtherCommunity,
    Missing,
}

const WHOSE: [Whose; 4] = [
    Whose::Own,
    Whose::SameCommunity,
    Whose::OtherCommunity,
    Whose::Missing,
];

/// Things to point at, by the first word of a path.
struct Things {
    booking: String,
    provider: String,
    service: String,
    person: String,
    message: String,
}

impl Things {
    fn of(&self, path: &str) -> String {
        match path.split('/').nth(2).unwrap_or_default() {
            "bookings" => self.booking.clone(),
            "providers" => self.provider.clone(),
            "services" => self.service.clone(),
            "people" => self.person.clone(),
            "inbox" => self.message.clone(),
            "categories" => "locks".into(),
            "me" => "share_contact".into(),
            other => panic!("say what to point at for /v1/{other}"),
        }
    }
}

/// Somebody who holds one role and nothing else.
async fn with_role(app: &TestApp, role: Role) -> Actor<'_> {
    let community = app.home().await;
    let id = PersonId::new(app.millis(), app.chance());
    let person = Person {
        id,
        community,
        name: format!("测试·{role}"),
        phone: None,
        born: None,
        household: None,
        guardian: None,
        roles: vec![role],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: app.now(),
        deleted_at: None,
        ver: 1,
    };
    let store = &app.ctx().store;
    store
        .tx()
        .put_any(person_item(&person).expect("an item"))
        .expect("a step")
        .commit()
        .await
        .expect("written");
    app.as_person(&person).await
}

/// A booking, a provider file, a person and a message of somebody's own; a service of the community.
async fn things(app: &TestApp, who: &Actor<'_>, nth: usize) -> Things {
    let community = app.home().await;
    let service = app.service("配钥匙").await;
    let slot = slots(who, &service, 14).await.remove(nth * 3);
    let booking = who
        .call::<CreateBooking>((), None_ {}, body(who, &service, &slot))
        .await
        .expect("a booking")
        .id;
    let provider = ProviderId::new(app.millis(), app.chance());
    let apply = ApplyBody {
        id: provider,
        name: "测试".into(),
        intro: String::new(),
        person: None,
    };
    who.call::<ApplyAsProvider>((), None_ {}, apply)
        .await
        .expect("a provider file");
    let me = who.id.expect("signed in");
    let message = acceptance::app::message(app, community, me).await;
    Things {
        booking: booking.to_string(),
        provider: provider.to_string(),
        service: service.id.to_string(),
        person: me.to_string(),
        message,
    }
}

/// Things of the other community, by asking its own people.
async fn things_elsewhere(app: &TestApp) -> Things {
    let admin = app.sign_in("13800009211").await;
    let first = |raw: Raw| {
        raw.json()["items"][0]["id"]
            .as_str()
            .expect("it has one")
            .to_owned()
    };
    let services = admin.raw("GET", "/v1/services", None).await;
    let providers = admin.raw("GET", "/v1/providers", None).await;
    let people = admin.raw("GET", "/v1/people", None).await;
    let resident = app.sign_in("13800009001").await;
    let booking = wire::market::CreateBookingBody {
        id: resident.booking(),
        service: first(admin.raw("GET", "/v1/services", None).await)
            .parse()
            .expect("a service id"),
        provider: None,
        start: {
            let id = first(services);
            let raw = resident
                .raw(
                    "GET",
                    &format!("/v1/services/{id}/slots?from=2026-11-26&days=7"),
                    None,
                )
                .await;
            serde_json::from_value(raw.json()["slots"][0]["start"].clone())
                .expect("a free time over there")
        },
        note: None,
        resident: None,
        hold: None,
    };
    let booking = resident
        .call::<CreateBooking>((), None_ {}, booking)
        .await
        .expect("a booking over there")
        .id;
    let person: PersonId = resident.id.expect("signed in");
    let community = acceptance::app::community_of(app, person).await;
    Things {
        booking: booking.to_string(),
        provider: first(providers),
        service: first(admin.raw("GET", "/v1/services", None).await),
        person: first(people),
        message: acceptance::app::message(app, community, person).await,
    }
}

fn nothing(app: &TestApp) -> Things {
    let chance = app.chance();
    Things {
        booking: domain::BookingId::new(1, chance).to_string(),
        provider: ProviderId::new(1, chance).to_string(),
        service: domain::ServiceId::new(1, chance).to_string(),
        person: PersonId::new(1, chance).to_string(),
        message: domain::MessageId::new(1, chance).to_string(),
    }
}

/// A body in order for each endpoint that takes one; a new endpoint fails here until it has its row.
fn sample(app: &TestApp, endpoint: &EndpointInfo) -> Option<Value> {
    let id = |prefix: &str| {
        format!(
            "{prefix}_{}",
            &domain::CommandId::new(app.millis(), app.chance()).to_string()[4..]
        )
    };
    let terms = json!({ "price_from": 100, "price_to": 200, "minutes": 30, "buffer_before_minutes": 0, "buffer_after_minutes": 0,
        "step_minutes": 30, "lead_minutes": 0, "horizon_days": 14, "cutoff_minutes": 0, "mode": "instant" });
    let calendar = json!({ "weekly": [], "breaks": [], "exceptions": [], "blocked": [] });
    Some(match endpoint.name {
        "SendCode" => json!({ "phone": "13800000055" }),
        "SignIn" => json!({ "phone": "13800000055", "code": "000000" }),
        "EnrolSecondFactor" => json!({}),
        "VerifySecondFactor" => json!({ "code": "000000" }),
        "UpdateMe" => json!({ "language": "zh" }),
        "DeleteMe" => json!({ "id": id("cmd"), "phone": "13800000055" }),
        "SetConsent" => json!({ "id": id("cmd"), "given": true, "version": 1 }),
        "AddChild" => json!({ "id": id("per"), "name": "测试·小朋友", "born": "2020-01-01" }),
        "SendFeedback" => json!({ "id": id("fbk"), "text": "门口的灯坏了" }),
        "CreatePerson" => json!({ "id": id("per"), "name": "测试·新人" }),
        "SetRoles" => json!({ "id": id("cmd"), "roles": ["resident"], "ver": 99 }),
        "ResetSecondFactor" => json!({ "id": id("cmd"), "reason": "手机丢了" }),
        "CreateHousehold" => json!({ "id": id("hsh"), "building": "9号楼", "room": "901" }),
        "PutCategory" => json!({ "name": "开锁", "name_en": "Locksmith", "place": 1 }),
        "CreateService" => {
            json!({ "id": id("svc"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [] })
        }
        "UpdateService" => {
            json!({ "id": id("cmd"), "category": "locks", "name": "测试服务", "terms": terms, "providers": [], "hidden": false, "ver": 99 })
        }
        "CreateBooking" => {
            json!({ "id": id("bkg"), "service": id("svc"), "start": "2026-11-25T10:00:00+08:00" })
        }
        "ConfirmBooking" | "CancelBooking" | "AcceptBooking" | "DeclineBooking" | "RejectQuote"
        | "MarkNoShow" => json!({}),
        "RescheduleBooking" => json!({ "start": "2026-11-25T03:00:00+08:00" }),
        "CompleteBooking" | "ApproveQuote" => json!({ "amount": 1000 }),
        "ReviewBooking" => json!({ "stars": 5 }),
        "ApplyAsProvider" => json!({ "id": id("prv"), "name": "测试" }),
        "DecideProvider" => json!({ "id": id("cmd"), "decision": "reinstate" }),
        "PutCredential" => json!({ "kind": "identity", "expires": "2027-01-01" }),
        "PutCalendar" => json!({ "calendar": calendar, "ver": 99 }),
        "ReadMessage" => json!({}),
        name if endpoint.file
            || matches!(endpoint.method, wire::Method::Get | wire::Method::Delete) =>
        {
            let _ = name;
            return None;
        }
        name => panic!("write a sample body for {name}"),
    })
}

fn query(endpoint: &EndpointInfo) -> &'static str {
    if endpoint.name == "ListSlots" {
        "?from=2026-11-25"
    } else {
        ""
    }
}

fn path(endpoint: &EndpointInfo, things: &Things) -> String {
    let mut filled = String::new();
    let mut first = true;
    for part in endpoint.path.split('/').skip(1) {
        filled.push('/');
        match part {
            "{credential}" => filled.push_str("crd_01JZ4T0Q8M6W3V9K2B7D5F1H0C"),
            part if part.starts_with('{') && first => {
                first = false;
                filled.push_str(&things.of(endpoint.path));
            }
            part => filled.push_str(part),
        }
    }
    filled + query(endpoint)
}

async fn probe(app: &TestApp, who: &Actor<'_>, endpoint: &EndpointInfo, things: &Things) -> Raw {
    let body = sample(app, endpoint).map(|body| body.to_string());
    who.raw(endpoint.method.as_str(), &path(endpoint, things), body)
        .await
}

/// Is a thing that stands there this role's to know about?
fn may_know(endpoint: &EndpointInfo, role: Role, whose: Whose) -> bool {
    let family = endpoint.path.split('/').nth(2).unwrap_or_default();
    match (family, whose) {
        (_, Whose::Missing | Whose::OtherCommunity) => matches!(family, "categories" | "me"),
        (_, Whose::Own) | ("services" | "people" | "categories" | "me", Whose::SameCommunity) => {
            true
        }
        ("bookings", Whose::SameCommunity) => allows(Act::OverseeBookings, role),
        ("providers", Whose::SameCommunity) => allows(Act::Vet, role),
        (_, Whose::SameCommunity) => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_for_every_role_and_whose_thing_it_is() {
    let app = TestApp::start().await;
    let (elsewhere, nobodys) = (things_elsewhere(&app).await, nothing(&app));
    let neighbour = with_role(&app, Role::Resident).await;
    let neighbours = things(&app, &neighbour, 0).await;
    let skipped = [
        "SignOut",
        "SignOutEverywhere",
        "DeleteMe",
        "EnrolSecondFactor",
        "VerifySecondFactor",
    ];
    let mut asked = 0;
    for (nth, role) in Role::ALL.iter().enumerate() {
        let who = with_role(&app, *role).await;
        let own = things(&app, &who, nth + 1).await;
        for endpoint in endpoints().filter(|e| e.act != Act::Public && !skipped.contains(&e.name)) {
            for whose in WHOSE {
                let things = match whose {
                    Whose::Own => &own,
                    Whose::SameCommunity => &neighbours,
                    Whose::OtherCommunity => &elsewhere,
                    Whose::Missing => &nobodys,
                };
                let raw = probe(&app, &who, endpoint, things).await;
                let said = format!(
                    "{} {} as {role}, {whose:?}: {} {}",
                    endpoint.method.as_str(),
                    endpoint.path,
                    raw.status,
                    raw.body
                );
                asked += 1;
                assert!(raw.status < 500, "{said}");
                let forbidden = raw.status == 403 && raw.code() == "not_allowed";
                if !allows(endpoint.act, *role) {
                    assert!(forbidden, "{said}");
                    continue;
                }
                assert_ne!(raw.status, 401, "{said}");
                if !endpoint.path.contains('{') || endpoint.name == "DeleteCredential" {
                    continue;
                }
                if may_know(endpoint, *role, whose) {
                    assert_ne!(raw.status, 404, "{said}");
                } else {
                    assert_eq!(
                        (raw.status, raw.code().as_str()),
                        (404, "not_found"),
                        "{said}"
                    );
                }
            }
        }
    }
    assert!(asked > 1_500, "only {asked} asked");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_nothing_but_the_public_answers() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let mut forged = app.stranger();
    forged.client.cookie = Some(format!(
        "__Host-sid={}.{}.{}",
        app.home().await,
        PersonId::new(1, 1),
        "x".repeat(43)
    ));
    for endpoint in endpoints() {
        for who in [&stranger, &forged] {
            let raw = probe(&app, who, endpoint, &nothing(&app)).await;
            let said = format!(
                "{} {}: {} {}",
                endpoint.method.as_str(),
                endpoint.path,
                raw.status,
                raw.body
            );
            let refused = raw.status == 401 && raw.code() == "signed_out";
            assert_eq!(refused, endpoint.act != Act::Public, "{said}");
            assert!(raw.status < 500, "{said}");
        }
    }
    app.stop().await;
}

#[test]
fn names_and_paths_are_used_once() {
    let mut names: Vec<_> = endpoints().map(|e| e.name).collect();
    let mut lines: Vec<_> = endpoints().map(|e| (e.method.as_str(), e.path)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!((names.len(), lines.len()), (count, count));
    assert!(endpoints().all(|e| e.path.starts_with("/v1/") && !e.about.trim().is_empty()));
}
