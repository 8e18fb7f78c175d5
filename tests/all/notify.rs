//! The relay: everybody is told once, however many they are and whatever breaks in between.

mod at_once;
mod budget;
pub mod channel;
mod health;
mod kept;
mod push;
mod slow;
mod stuck;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::{Actor, TestApp};
use domain::booking::Booking;
use domain::notice::Topic;
use domain::person::Person;
use domain::{BookingId, PersonId, ProviderId};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;
use service::Ctx;
use service::notify::relay;
use store::identity::person_item;
use store::market::booking_item;
use store::notify::{Attempt, Message};
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody};

use crate::market::create_booking::{body, slots};

/// More than one transaction holds, and no whole number of shares.
const BOOKED: u64 = 250;
/// After this, whatever waits is due.
const LONGEST: SignedDuration =
    SignedDuration::from_secs(domain::limits::MESSAGE_RETRY_LONGEST_SECONDS);

/// Copies of one booking for as many new people, a quarter of an hour apart.
async fn crowd(app: &TestApp, wang: &Actor<'_>) -> (ProviderId, Vec<PersonId>) {
    let service = app.service("手机电脑教用").await;
    let slot = slots(wang, &service, 5).await.remove(0);
    let order = body(wang, &service, &slot);
    let made = wang.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    let community = app.home().await;
    let store = &app.ctx().store;
    let first = store.booking(community, made.id).await.expect("answers");
    let first: Booking = first.expect("is there");
    let people = app.people().await;
    let one: &Person = people.iter().find(|p| Some(p.id) == wang.id).expect("wang");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let (mut items, mut booked) = (Vec::new(), Vec::new());
    for n in 0..BOOKED {
        let person = Person {
            id: PersonId::new(app.millis(), app.chance()),
            phone: None,
            ..one.clone()
        };
        let booking = Booking {
            id: BookingId::new(app.millis(), app.chance()),
            resident: person.id,
            booked_by: person.id,
            start: first.start + SignedDuration::from_mins(15 * n as i64),
            ..first.clone()
        };
        items.push(person_item(&person).expect("an item"));
        items.push(booking_item(&booking, &zone).expect("an item"));
        booked.push(person.id);
    }
    store.put_all(items).await.expect("written");
    (made.provider, booked)
}

async fn suspend(app: &TestApp, provider: ProviderId) {
    let worker = app.sign_in("13800000201").await;
    let body = json!({ "id": app.command(), "decision": "suspend", "reason": "有投诉待查" });
    let path = format!("/v1/providers/{provider}/decision");
    let raw = worker.raw("POST", &path, Some(body.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

async fn told(app: &TestApp, person: PersonId) -> usize {
    let inbox = schema::of_person(app.home().await, person, "MSG#");
    let items = app.ctx().store.all(&inbox).await.expect("answers");
    let topic = |item| read::<Message>(item).expect("a message").notice.topic;
    let topics = items.into_iter().map(topic);
    topics.filter(|t| *t == Topic::BookingAffected).count()
}

pub async fn waiting(app: &TestApp) -> usize {
    let rows = app.ctx().store.outbox(app.home().await, 1_000).await;
    rows.expect("answers").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_250_booked_people_hear_of_a_suspension_once() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let (provider, booked) = crowd(&app, &wang).await;
    app.settle().await;
    let before = waiting(&app).await;
    suspend(&app, provider).await;
    assert!(
        waiting(&app).await <= before + 2,
        "the decision writes one row for all"
    );
    let passes = (0..2).map(|_| relay::run_once(app.ctx()));
    for pass in join_all(passes).await {
        pass.expect("the relay runs");
    }
    app.settle().await;
    for person in &booked {
        assert_eq!(told(&app, *person).await, 1);
    }
    assert_eq!(told(&app, wang.id.expect("signed in")).await, 1);
    assert_eq!(waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_when_the_relay_breaks_off_in_the_middle() {
    let rates = Rates {
        conflict: 20,
        throttle: 5,
        server_error: 5,
        lost_reply: 20,
        timeout: 5,
    };
    let faults = Faults::new(5, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let wang = app.resident().await;
    let (provider, booked) = crowd(&app, &wang).await;
    suspend(&app, provider).await;
    faults.switch(true);
    let mut cut = 0;
    for millis in [3, 10, 20, 40, 80, 160, 320, 640, 5_000, 5_000, 5_000, 5_000] {
        let passes = join_all((0..2).map(|_| relay::run_once(app.ctx())));
        // As a killed process: everything under way stops where it stands.
        let done = tokio::time::timeout(Duration::from_millis(millis), passes).await;
        cut += usize::from(done.is_err());
        // The lease of whoever broke off runs out, and the wait of what failed.
        app.advance(LONGEST);
    }
    faults.switch(false);
    let broken = faults.injected.load(std::sync::atomic::Ordering::Relaxed);
    assert!(broken > 20, "only {broken} calls broke");
    assert!(cut > 2, "only {cut} were cut short");
    app.settle().await;
    app.advance(LONGEST);
    app.settle().await;
    for person in &booked {
        assert_eq!(told(&app, *person).await, 1);
    }
    assert_eq!(waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_visit_called_off_in_the_meantime_is_not_told_of() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let service = app.service("手机电脑教用").await;
    let slot = slots(&wang, &service, 5).await.remove(0);
    let order: CreateBookingBody = body(&wang, &service, &slot);
    let made = wang.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    suspend(&app, made.provider).await;
    let path = format!("/v1/bookings/{}/cancel", made.id);
    let raw = wang.raw("POST", &path, Some("{}".into())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    app.settle().await;
    assert_eq!(told(&app, wang.id.expect("signed in")).await, 0);
    app.stop().await;
}

/// As on AWS, where nothing sends short messages yet.
#[tokio::test]
async fn without_a_channel_a_text_waits_and_says_why() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let agreed = json!({ "id": app.command(), "given": true, "version": 1 });
    let path = "/v1/me/consents/sms_notices";
    let raw = wang.raw("PUT", path, Some(agreed.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    app.settle().await;
    let (provider, _) = crowd(&app, &wang).await;
    app.settle().await;
    let before = waiting(&app).await;
    suspend(&app, provider).await;
    let mute = Ctx {
        channels: Arc::new([]),
        ..app.ctx().clone()
    };
    relay::run_once(&mute).await.expect("the relay runs");
    relay::run_once(&mute).await.expect("the relay runs");
    relay::run_once(&mute).await.expect("the relay runs");
    assert_eq!(told(&app, me).await, 1, "the inbox has it all the same");
    assert!(waiting(&app).await > before, "and the text waits");
    let sent = schema::of_person(app.home().await, me, "SENT#");
    let attempts = app.ctx().store.all(&sent).await.expect("answers");
    let attempts = attempts.into_iter().map(read::<Attempt>);
    let attempts: Vec<Attempt> = attempts.map(|a| a.expect("an attempt")).collect();
    let unsent = attempts.iter().filter(|a| a.channel == "none").count();
    assert!(unsent > 0 && attempts.iter().all(|a| a.channel != "none" || !a.sent));
    for _ in 0..domain::limits::MESSAGE_ATTEMPTS {
        app.advance(LONGEST);
        relay::run_once(&mute).await.expect("the relay runs");
    }
    assert_eq!(waiting(&app).await, 0);
    let stuck = schema::stucks(app.home().await);
    let stuck = app.ctx().store.all(&stuck).await.expect("answers");
    assert!(!stuck.is_empty(), "somebody has to look at it");
    app.stop().await;
}
