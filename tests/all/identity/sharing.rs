//! Who sees whose number and door: with the resident's consent, while a visit is agreed, and never
//! without a line in the log of views.

use acceptance::{Actor, TestApp};
use domain::PersonId;
use domain::booking::{Booking, Part, State};
use domain::consent::Purpose;
use domain::units::Fen;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::identity::View;
use store::market::booking_item;
use store::schema;
use store::table::read;
use wire::Endpoint;
use wire::endpoint::None_;
use wire::identity::{FindResidents, ResidentsQuery};
use wire::market::{CreateBooking, CreateBookingBody};

use crate::market::create_booking::{body, slots};

const WORKER: &str = "13800000201";

async fn agree(who: &Actor<'_>, given: bool) {
    who.app.advance(SignedDuration::from_secs(1));
    let body = json!({ "id": who.app.command(), "given": given, "version": Purpose::ShareContact.version() });
    let path = "/v1/me/consents/share_contact";
    let raw = who.raw("PUT", path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

/// What one reader sees of the resident: `name`, `phone`, `door`.
async fn seen(who: &Actor<'_>, booking: &Booking) -> String {
    let raw = who
        .raw("GET", &format!("/v1/bookings/{}", booking.id), None)
        .await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    let view = raw.json();
    let there = |field: &str| view[field].as_str().is_some_and(|text| !text.is_empty());
    let fields = [
        ("name", there("resident_name")),
        ("phone", there("resident_phone")),
        ("door", there("resident_address")),
    ];
    let shown = fields.iter().filter(|(_, there)| *there);
    shown.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

fn state(name: &str, at: Timestamp) -> State {
    let until = at + SignedDuration::from_hours(1);
    let amount = Fen(10_000);
    match name {
        "held" => State::Held { until },
        "requested" => State::Requested { until },
        "accepted" => State::Accepted,
        "quoted" => State::Quoted { amount },
        "done" => State::Done { amount },
        "declined" => State::Declined,
        "expired" => State::Expired,
        "closed" => State::Closed,
        "cancelled" => State::Cancelled { by: Part::Staff },
        "no_show" => State::NoShow {
            who: Part::Resident,
        },
        other => panic!("no state is called {other}"),
    }
}

/// Views of somebody's data, newest first.
async fn views(app: &TestApp, whose: PersonId) -> Vec<View> {
    let log = schema::of_person(app.home().await, whose, "VIEW#");
    let items = app.ctx().store.all(&log).await.expect("answers");
    items
        .into_iter()
        .map(|item| read(item).expect("a view"))
        .collect()
}

#[tokio::test]
async fn number_and_door_follow_state_consent_and_part() {
    // state | the provider, consent given | the provider, not given | staff
    let table = "
        held      | name            | name | name
        requested | name            | name | name
        accepted  | name phone door | name | name phone door
        quoted    | name phone door | name | name phone door
        done      | name            | name | name
        declined  | name            | name | name
        expired   | name            | name | name
        closed    | name            | name | name
        cancelled | name            | name | name
        no_show   | name            | name | name";
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("换锁芯").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = wang
        .call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot))
        .await
        .expect("booked");
    let (home, store) = (app.home().await, &app.ctx().store);
    let booking = store.booking(home, made.id).await;
    let booking = booking.expect("answers").expect("is there");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let people = app.people().await;
    let person = |id| people.iter().find(|p| p.id == id).expect("lives here");
    let li = app.as_person(person(booking.provider_person)).await;
    let worker = app.sign_in(WORKER).await;
    for row in table.lines().filter(|row| !row.trim().is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [name, given, withheld, staff] = cells[..] else {
            panic!("four columns: {row}")
        };
        let now = Booking {
            state: state(name, app.now()),
            ..booking.clone()
        };
        let item = booking_item(&now, &zone).expect("an item");
        store.put_all(vec![item]).await.expect("written");
        agree(&wang, true).await;
        assert_eq!(seen(&li, &now).await, given, "{name}, given");
        assert_eq!(seen(&worker, &now).await, staff, "{name}, staff");
        agree(&wang, false).await;
        assert_eq!(seen(&li, &now).await, withheld, "{name}, withdrawn");
        assert_eq!(seen(&worker, &now).await, staff, "{name}, staff");
        assert_eq!(seen(&wang, &now).await, "name", "{name}, their own");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_booking_keeps_the_consent_it_was_shown_under() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("换锁芯").await;
    agree(&wang, true).await;
    let given = app.now();
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = wang
        .call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot))
        .await
        .expect("booked");
    let (home, store) = (app.home().await, &app.ctx().store);
    let agreed = async || {
        let booking = store.booking(home, made.id).await;
        booking.expect("answers").expect("is there").agreed
    };
    assert_eq!(agreed().await, None, "nobody is shown anything yet");
    app.advance(SignedDuration::from_mins(2));
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let path = format!("/v1/bookings/{}/accept", made.id);
    let raw = li.raw("POST", &path, Some("{}".into())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    assert!(raw.json()["resident_phone"].is_string(), "{}", raw.body);
    let agreed = agreed().await.expect("kept");
    let purpose = Purpose::ShareContact;
    assert_eq!(
        (agreed.purpose, agreed.version, agreed.at),
        (purpose, purpose.version(), given)
    );
    app.stop().await;
}

#[tokio::test]
async fn lists_reach_nobody_and_what_is_opened_is_written_down() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    agree(&wang, true).await;
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = wang
        .call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot))
        .await
        .expect("booked");
    let day = &slot.start.to_string()[..10];
    let provider = app.phone_of(made.provider).await;
    let li = app.sign_in(&provider).await;
    let worker = app.sign_in(WORKER).await;
    let me = wang.id.expect("signed in");
    let before = views(&app, me).await.len();
    for (who, path) in [
        (&worker, format!("/v1/bookings?as=staff&day={day}")),
        (&worker, "/v1/desk/today".into()),
        (&li, "/v1/bookings?as=provider".into()),
        (&wang, "/v1/bookings".into()),
        (&worker, "/v1/people?limit=100".into()),
    ] {
        let raw = who.raw("GET", &path, None).await;
        assert_eq!(raw.status, 200, "{path}: {}", raw.body);
        for number in ["13800000001", provider.as_str()] {
            assert!(!raw.body.contains(number), "{path} shows {number}");
        }
    }
    assert_eq!(views(&app, me).await.len(), before, "lists show nobody");
    for who in [&worker, &li] {
        let id = who.id.expect("signed in");
        let path = format!("/v1/bookings/{}", made.id);
        let raw = who.raw("GET", &path, None).await;
        assert!(raw.body.contains("13800000001"), "{}", raw.body);
        let log = views(&app, me).await;
        let line = log.iter().find(|view| view.viewer == id);
        assert_eq!(line.expect("written down").what, "GetBooking");
    }
    let path = format!("/v1/bookings/{}/reschedule", made.id);
    let next = slots(&wang, &service, 3).await.remove(5);
    let to = json!({ "start": next.start });
    let raw = worker.raw("POST", &path, Some(to.to_string())).await;
    assert!(raw.body.contains("13800000001"), "{}", raw.body);
    assert!(
        views(&app, me)
            .await
            .iter()
            .any(|view| view.what == "RescheduleBooking")
    );
    let own = wang
        .raw("GET", &format!("/v1/bookings/{}", made.id), None)
        .await;
    assert!(own.body.contains(&provider), "{}", own.body);
    let theirs = views(&app, li.id.expect("signed in")).await;
    assert!(theirs.iter().any(|view| view.viewer == me));
    app.stop().await;
}

#[tokio::test]
async fn a_door_is_found_only_where_the_view_is_written_down() {
    let app = TestApp::start().await;
    let (wang, worker) = (app.resident().await, app.sign_in(WORKER).await);
    let me = wang.id.expect("signed in");
    let home = wang.raw("GET", "/v1/household", None).await.json();
    let door = [&home["building"], &home["room"]].map(|part| part.as_str().expect("text"));
    let asked = door.concat();
    let before = views(&app, me).await.len();

    let listed = async |query: &str| {
        let path = format!("/v1/people?limit=100{query}");
        let raw = worker.raw("GET", &path, None).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
        let page = raw.json();
        page["items"].as_array().expect("rows").clone()
    };
    let by_door = listed(&format!("&q={asked}")).await;
    assert!(by_door.is_empty(), "{by_door:?}");
    let by_name = listed("&q=王阿姨").await;
    let row = by_name.iter().find(|row| row["id"] == me.to_string());
    let fields = row.expect("found by name").as_object().expect("an object");
    let names: Vec<&String> = fields.keys().collect();
    assert_eq!(names, ["child", "id", "name", "phone", "roles"]);
    assert_eq!(listed("&q=0001").await[0]["id"], me.to_string());
    assert_eq!(views(&app, me).await.len(), before, "lists show nobody");

    let path = format!("/v1/residents?q={asked}");
    let found = worker.raw("GET", &path, None).await.json();
    let found = found["items"].as_array().expect("rows").iter();
    let row = found.filter(|row| row["id"] == me.to_string()).count();
    assert_eq!(row, 1);
    let log = views(&app, me).await;
    assert!(log.iter().any(|view| view.what == "FindResidents"));
    app.stop().await;
}

#[tokio::test]
async fn a_repeated_command_shows_what_may_be_seen_now() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    agree(&wang, true).await;
    let service = app.service("换锁芯").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let order = CreateBookingBody {
        note: Some("独一无二的备注".into()),
        ..body(&wang, &service, &slot)
    };
    let made = wang
        .call::<CreateBooking>((), None_ {}, order)
        .await
        .expect("booked");
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let path = format!("/v1/bookings/{}/accept", made.id);
    let said = json!({ "id": app.command() }).to_string();
    let first = li.raw("POST", &path, Some(said.clone())).await;
    assert!(first.body.contains("13800000001"), "{}", first.body);
    agree(&wang, false).await;
    let second = li.raw("POST", &path, Some(said)).await;
    assert_eq!(second.status, 200, "{}", second.body);
    assert_eq!(second.json()["state"], "accepted");
    assert!(!second.body.contains("13800000001"), "{}", second.body);

    let data = li.raw("GET", "/v1/me/data", None).await;
    let commands = data.json()["records"]["Command"].clone();
    let one = &commands.as_array().expect("one")[0];
    let fields: Vec<&String> = one.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["at", "id", "what"]);
    assert_eq!(one["what"], "AcceptBooking");
    for trace in ["13800000001", "测试·王阿姨"] {
        assert!(!data.body.contains(trace), "{trace} in the provider's data");
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_books_for_others_finds_them_by_name_and_door() {
    let app = TestApp::start().await;
    let (wang, grid) = (app.resident().await, app.sign_in("13800000251").await);
    let ask = async |who: &Actor<'_>, q: &str| {
        let q = q.to_owned();
        let path = FindResidents::url(&(), &ResidentsQuery { q });
        who.raw("GET", &path, None).await
    };
    assert_eq!(ask(&wang, "王").await.code(), "not_allowed");
    assert_eq!(ask(&grid, " ").await.json()["pointer"], "?q");
    let found = ask(&grid, "王阿姨").await;
    assert_eq!(found.status, 200, "{}", found.body);
    let rows = found.json()["items"].clone();
    let row = &rows.as_array().expect("rows")[0];
    assert_eq!(row["name"], "测试·王阿姨");
    assert!(row["room"].is_string());
    assert_eq!(row.get("phone"), None);
    let all = ask(&grid, "测试").await.json();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(20));
    let log = views(&app, wang.id.expect("signed in")).await;
    assert_eq!(
        (log[0].what.as_str(), Some(log[0].viewer)),
        ("FindResidents", grid.id)
    );
    let id: Value = row["id"].clone();
    let service = app.service("配钥匙").await;
    let slot = slots(&grid, &service, 3).await.remove(0);
    let order = CreateBookingBody {
        resident: Some(serde_json::from_value(id).expect("an id")),
        ..body(&grid, &service, &slot)
    };
    let made = grid.call::<CreateBooking>((), None_ {}, order).await;
    assert_eq!(made.expect("booked").resident_name, "测试·王阿姨");
    app.stop().await;
}

/// What a path is filled with, by its first word.
fn filled(path: &str, ids: &[(&str, String)]) -> Option<String> {
    let word = path.split('/').nth(2).unwrap_or_default();
    let id = ids.iter().find(|(of, _)| *of == word).map(|(_, id)| id);
    match path.contains('{') {
        false => Some(path.to_owned()),
        true => Some(path.replace("{id}", id?)).filter(|path| !path.contains('{')),
    }
}

#[tokio::test]
async fn whoever_sees_a_number_is_seen_by_its_owner() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    agree(&wang, true).await;
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let made = wang
        .call::<CreateBooking>((), None_ {}, body(&wang, &service, &slot))
        .await
        .expect("booked");
    let ids = [
        ("bookings", made.id.to_string()),
        ("people", wang.id.expect("signed in").to_string()),
        ("providers", made.provider.to_string()),
        ("services", service.id.to_string()),
    ];
    let people = app.people().await;
    let own = app.phone_of(made.provider).await;
    let mut shown = 0;
    for phone in [
        WORKER,
        "13800000211",
        "13800000221",
        "13800000251",
        &own,
        "13800000001",
    ] {
        let who = app.sign_in(phone).await;
        for endpoint in wire::endpoints().filter(|e| e.method == wire::Method::Get) {
            let Some(path) = filled(endpoint.path, &ids) else {
                continue;
            };
            let query = match endpoint.name {
                "ListSlots" => "?from=2026-11-25",
                "GetPerson" | "GetDataOf" => "?reason=x",
                "FindResidents" => "?q=%E6%B5%8B",
                _ => "",
            };
            let raw = who.raw("GET", &format!("{path}{query}"), None).await;
            let digits = raw.body.split(|c: char| !c.is_ascii_digit());
            let numbers: Vec<&str> = digits.filter(|digits| digits.len() == 11).collect();
            let owner = |number: &&str| {
                let whose = people.iter().find(|p| p.phone.as_deref() == Some(*number));
                whose.filter(|p| Some(p.id) != who.id).map(|p| p.id)
            };
            for whose in numbers.iter().filter_map(owner) {
                let log = views(&app, whose).await;
                let logged =
                    |view: &View| Some(view.viewer) == who.id && view.what == endpoint.name;
                assert!(log.iter().any(logged), "{} as {phone}", endpoint.name);
                shown += 1;
            }
        }
    }
    assert!(shown >= 6, "only {shown} numbers were seen");
    app.stop().await;
}
