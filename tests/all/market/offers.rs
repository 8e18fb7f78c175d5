//! What was offered when it was looked at is offered still when it is agreed: by a provider who can
//! serve, of a service that is there, on terms that were seen, for somebody who is there.

use acceptance::app::join_all;
use acceptance::{Actor, TestApp};
use domain::booking::{Booking, State};
use domain::person::Person;
use domain::provider::Service;
use domain::{BookingId, PersonId, ProviderId, Refusal};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::identity::person_item;
use store::market::{Beside, DecidedOn};
use wire::endpoint::None_;
use wire::market::{
    AcceptBooking, BookingView, ConfirmBody, ConfirmBooking, CreateBooking, CreateBookingBody,
    MoveBody, RescheduleBody, RescheduleBooking, Slot,
};
use wire::{Code, Problem};

use super::create_booking::{body, slots};
use super::topics;

async fn decide(app: &TestApp, provider: ProviderId, decision: &str) {
    let worker = app.sign_in("13800000201").await;
    let body = json!({ "id": app.command(), "decision": decision, "reason": "有投诉待查" });
    let path = format!("/v1/providers/{provider}/decision");
    let raw = worker.raw("POST", &path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

async fn book(who: &Actor<'_>, order: CreateBookingBody) -> Result<BookingView, Problem> {
    who.call::<CreateBooking>((), None_ {}, order).await
}

async fn hold(who: &Actor<'_>, service: &Service, slot: &Slot) -> BookingView {
    let order = CreateBookingBody {
        hold: Some(true),
        ..body(who, service, slot)
    };
    book(who, order).await.expect("held")
}

async fn confirm(who: &Actor<'_>, held: &BookingView) -> Result<BookingView, Problem> {
    let body = ConfirmBody {
        id: None,
        note: None,
    };
    who.call::<ConfirmBooking>((held.id,), None_ {}, body).await
}

async fn accept(who: &Actor<'_>, id: BookingId) -> Result<BookingView, Problem> {
    who.call::<AcceptBooking>((id,), None_ {}, MoveBody { id: None })
        .await
}

fn code_of(problem: &Problem) -> (Code, Option<&str>) {
    (problem.code, problem.pointer.as_deref())
}

/// Changes a service through the API.
async fn change(app: &TestApp, service: &Service, edit: impl FnOnce(&mut Value)) {
    let worker = app.sign_in("13800000201").await;
    let path = format!("/v1/services/{}", service.id);
    let mut now = worker.raw("GET", &path, None).await.json();
    now["providers"] = json!(service.providers);
    now["id"] = json!(app.command());
    edit(&mut now);
    let raw = worker.raw("PUT", &path, Some(now.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

#[tokio::test]
async fn a_hold_is_not_confirmed_with_somebody_suspended() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let slot = slots(&wang, &service, 5).await.remove(0);
    let held = hold(&wang, &service, &slot).await;
    decide(&app, held.provider, "suspend").await;
    let refused = confirm(&wang, &held).await.expect_err("suspended");
    assert_eq!(code_of(&refused), (Code::ProviderUnavailable, None));
    app.settle().await;
    let told = topics(&wang).await;
    assert!(told.contains(&"booking_affected".to_owned()), "{told:?}");
    decide(&app, held.provider, "reinstate").await;
    confirm(&wang, &held).await.expect("back again");
    app.stop().await;
}

#[tokio::test]
async fn a_request_is_not_accepted_by_somebody_suspended_or_expired() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("换锁芯").await);
    let slot = slots(&wang, &service, 5).await.pop().expect("one");
    let asked = book(&wang, body(&wang, &service, &slot))
        .await
        .expect("asked");
    let li = app.sign_in(&app.phone_of(asked.provider).await).await;
    decide(&app, asked.provider, "suspend").await;
    let station = app.sign_in("13800000221").await;
    for who in [&li, &station] {
        let refused = accept(who, asked.id).await.expect_err("suspended");
        assert_eq!(code_of(&refused), (Code::ProviderUnavailable, None));
    }
    decide(&app, asked.provider, "reinstate").await;
    // Approved again, but a credential ends before the visit.
    let worker = app.sign_in("13800000201").await;
    let path = format!("/v1/providers/{}", asked.provider);
    let ver = worker.raw("GET", &path, None).await.json()["ver"].clone();
    let credential = domain::CredentialId::new(app.millis(), app.chance());
    let put = json!({ "kind": "training", "expires": "2026-11-24", "ver": ver });
    let path = format!("{path}/credentials/{credential}");
    let raw = worker.raw("PUT", &path, Some(put.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    let refused = accept(&li, asked.id).await.expect_err("expired by then");
    assert_eq!(code_of(&refused), (Code::ProviderUnavailable, None));
    app.stop().await;
}

#[tokio::test]
async fn a_visit_is_moved_only_within_what_is_still_offered() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let free = slots(&wang, &service, 7).await;
    let made = book(&wang, body(&wang, &service, &free[0]))
        .await
        .expect("booked");
    let to = async |slot: &Slot| {
        let body = RescheduleBody {
            id: None,
            start: slot.start,
        };
        wang.call::<RescheduleBooking>((made.id,), None_ {}, body)
            .await
    };
    change(&app, &service, |now| now["hidden"] = json!(true)).await;
    let refused = to(&free[9]).await.expect_err("hidden");
    assert_eq!(code_of(&refused), (Code::ServiceHidden, None));
    change(&app, &service, |now| {
        now["hidden"] = json!(false);
        now["providers"] = json!([]);
    })
    .await;
    let refused = to(&free[9]).await.expect_err("gives it no more");
    assert_eq!(code_of(&refused), (Code::ProviderUnavailable, None));
    change(&app, &service, |_| {}).await;
    to(&free[9]).await.expect("offered again");
    app.stop().await;
}

#[tokio::test]
async fn a_price_that_changed_is_not_booked_unseen() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let free = slots(&wang, &service, 5).await;
    let seen = |ver, slot| CreateBookingBody {
        service_ver: Some(ver),
        ..body(&wang, &service, slot)
    };
    let first = seen(service.ver, &free[0]);
    let made = book(&wang, first.clone()).await.expect("as it was seen");
    change(&app, &service, |now| {
        now["terms"]["price_to"] = json!(90_000)
    })
    .await;
    let refused = book(&wang, seen(service.ver, &free[9])).await;
    let refused = refused.expect_err("another price");
    assert_eq!(code_of(&refused), (Code::Stale, Some("/service_ver")));
    let again = book(&wang, first).await.expect("the same command again");
    assert_eq!(again.id, made.id);
    let now = book(&wang, seen(service.ver + 1, &free[9])).await;
    assert_eq!(now.expect("seen").terms.price_to.0, 90_000);
    app.stop().await;
}

#[tokio::test]
async fn a_booking_stands_only_on_what_it_was_decided_on() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let slot = slots(&wang, &service, 5).await.pop().expect("one");
    let made = book(&wang, body(&wang, &service, &slot)).await;
    let (com, store) = (app.home().await, &app.ctx().store);
    let made = store.booking(com, made.expect("booked").id).await;
    let made: Booking = made.expect("answers").expect("is there");
    let provider = store.provider(com, made.provider).await;
    let provider = provider.expect("answers").expect("is there");
    let gone = Person {
        id: PersonId::new(app.millis(), app.chance()),
        deleted_at: Some(app.now()),
        ..app.people().await.remove(0)
    };
    let put = person_item(&gone).expect("an item");
    store.put_all(vec![put]).await.expect("written");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let write = async |resident, provider, service| {
        let booking = Booking {
            id: BookingId::new(app.millis(), app.chance()),
            start: made.start - jiff::SignedDuration::from_hours(2),
            resident,
            booked_by: resident,
            ..made.clone()
        };
        let on = DecidedOn {
            provider: Some(provider),
            service: Some(service),
        };
        store
            .create_booking(&booking, on, &zone, &Beside::default())
            .await
    };
    let (now, before) = (service.ver, service.ver + 1);
    for (resident, provider, service, refusal) in [
        (made.resident, provider.ver + 1, now, Refusal::Stale),
        (made.resident, provider.ver, before, Refusal::Stale),
        (gone.id, provider.ver, now, Refusal::Missing),
    ] {
        match write(resident, provider, service).await {
            Err(store::Error::Refused(why)) => assert_eq!(why, refusal),
            other => panic!("{other:?}, not {refusal:?}"),
        }
    }
    write(made.resident, provider.ver, now)
        .await
        .expect("written");
    app.stop().await;
}

#[tokio::test]
async fn nobody_serves_themselves() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let slot = slots(&wang, &service, 5).await.remove(0);
    let own = app.sign_in(&app.phone_of(service.providers[0]).await).await;
    let refused = book(&own, body(&own, &service, &slot)).await;
    assert_eq!(refused.expect_err("own").code, Code::ProviderUnavailable);
    app.stop().await;
}

/// Whoever leaves while they book is either booked and there, or gone with nothing open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_and_a_booking_at_once_do_not_both_happen() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("配钥匙").await);
    let free = slots(&wang, &service, 7).await;
    let store = &app.ctx().store;
    let (mut left, mut booked, mut last) = (0, 0, String::new());
    let plain = |p: &Person| p.phone.is_some() && p.roles == [domain::access::Role::Resident];
    let busy: Vec<PersonId> = open_residents(&app).await;
    let people = app.people().await.into_iter().filter(plain);
    let people: Vec<Person> = people.filter(|p| !busy.contains(&p.id)).collect();
    for (i, person) in people.iter().take(24).enumerate() {
        let who = app.as_person(person).await;
        let order = body(&who, &service, &free[i * 2]).clone();
        let order = serde_json::to_string(&order).expect("json");
        let leave = json!({ "phone": person.phone }).to_string();
        let calls = [("/v1/bookings", order), ("/v1/me/deletion", leave)];
        // Now one has a head start, now the other.
        let waits = [i as u64 % 6 * 4, 0].map(std::time::Duration::from_millis);
        let calls = calls.into_iter().zip(waits).map(|((path, body), wait)| {
            let who = &who;
            async move {
                tokio::time::sleep(wait).await;
                who.raw("POST", path, Some(body)).await
            }
        });
        let raws = join_all(calls).await;
        let answers = [raws[0].status, raws[1].status];
        last = raws[1].body.clone();
        let gone = store.person(person.community, person.id).await;
        let gone = gone
            .expect("answers")
            .is_some_and(|p| p.deleted_at.is_some());
        assert_eq!(gone, answers[1] == 204, "{answers:?}");
        assert!(!(answers[0] == 201 && gone), "{answers:?}");
        left += usize::from(gone);
        booked += usize::from(answers[0] == 201);
    }
    assert!(
        left > 0 && booked > 0,
        "{left} left, {booked} booked: {last}"
    );
    super::race::nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Residents who have something open.
async fn open_residents(app: &TestApp) -> Vec<PersonId> {
    let (com, store) = (app.home().await, &app.ctx().store);
    let mut open = Vec::new();
    for provider in store.providers(com).await.expect("providers") {
        let pattern = store::schema::bookings_of_provider(com, provider.id);
        for item in store.all(&pattern).await.expect("bookings") {
            let booking: Booking = store::table::read(item).expect("a booking");
            let sides = [booking.resident, booking.provider_person];
            open.extend(sides.into_iter().filter(|_| booking.state.is_open()));
        }
    }
    open
}

#[tokio::test]
async fn a_credential_taken_away_tells_the_people_booked() {
    let app = TestApp::start().await;
    let (wang, service) = (app.resident().await, app.service("手机电脑教用").await);
    let slot = slots(&wang, &service, 5).await.remove(0);
    let made = book(&wang, body(&wang, &service, &slot))
        .await
        .expect("booked");
    app.settle().await;
    let worker = app.sign_in("13800000201").await;
    let path = format!("/v1/providers/{}", made.provider);
    loop {
        let file = worker.raw("GET", &path, None).await.json();
        let Some(credential) = file["credentials"][0]["id"].as_str() else {
            break;
        };
        let path = format!("{path}/credentials/{credential}?ver={}", file["ver"]);
        let raw = worker.raw("DELETE", &path, None).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
    app.settle().await;
    let told = topics(&wang).await;
    let count = told.iter().filter(|t| *t == "booking_affected").count();
    assert_eq!(count, 1, "{told:?}");
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let told = topics(&li).await;
    assert!(told.contains(&"credential_expired".to_owned()), "{told:?}");
    let stored = app.ctx().store.booking(app.home().await, made.id).await;
    let stored = stored.expect("answers").expect("is there");
    assert_eq!(stored.state, State::Accepted, "the visit itself stands");
    app.stop().await;
}

/// Nobody's decision is lost to a change elsewhere in the file, and nobody is told of a version
/// they did not name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_made_again_where_the_file_changed_under_it() {
    let app = TestApp::start().await;
    let service = app.service("手机电脑教用").await;
    let provider = service.providers[0];
    let own = app.sign_in(&app.phone_of(provider).await).await;
    let worker = app.sign_in("13800000201").await;
    let path = format!("/v1/providers/{provider}");
    let mut refused = 0;
    for round in 0..20 {
        let calendar = own.raw("GET", &format!("{path}/calendar"), None).await;
        let mut calendar = calendar.json();
        let hours = json!([{ "date": format!("2027-01-{:02}", round + 1), "hours": [] }]);
        calendar["calendar"]["exceptions"] = hours;
        let decision = ["suspend", "reinstate"][round % 2];
        let decision = json!({ "id": app.command(), "decision": decision, "reason": "核对" });
        let (hours, verdict) = (format!("{path}/calendar"), format!("{path}/decision"));
        let calls = [
            own.raw("PUT", &hours, Some(calendar.to_string())),
            worker.raw("POST", &verdict, Some(decision.to_string())),
        ];
        let answers = join_all(calls).await;
        assert_eq!(answers[1].status, 200, "{}", answers[1].body);
        refused += usize::from(answers[0].code() == "stale");
    }
    assert!(refused < 20, "the calendar was written at least once");
    app.stop().await;
}
