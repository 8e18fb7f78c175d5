//! The sweeper among items that cannot be read.

use acceptance::TestApp;
use acceptance::faults::deaf::Deaf;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::booking::StateName;
use domain::watch::Rules;
use domain::{BookingId, CaseId, CommunityId, ProviderId, limits};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use service::market::sweep::{self, Swept};
use service::points::Within;
use service::watch;
use service::watch::sweep::Turn;
use store::schema::{self, Item};
use store::table::text;
use store::watch::watch_rules_item;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody};

use crate::market::create_booking::{body, slots};
use crate::watch::homes::{LONG, hours, many};

/// More than one page of what is due.
const BROKEN: usize = 250;

fn s(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// Copies of an item under other ids that are due before it, and cannot be read.
fn broken(like: &Item, mut place: impl FnMut(usize) -> (String, String)) -> Vec<Item> {
    let copy = |n| {
        let (pk, sk) = place(n);
        let mut item = like.clone();
        item.retain(|name, _| !name.starts_with('g'));
        item.insert("pk".into(), s(pk));
        item.insert("sk".into(), s(sk));
        item.insert("dsk".into(), s(format!("{:013}#{n}", 1)));
        item.insert(schema::DOCUMENT.into(), s("?"));
        item
    };
    (0..BROKEN).map(copy).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_stops_no_other_lapse_or_expiry() {
    let app = TestApp::start().await;
    let (wang, home, store) = (app.resident().await, app.home().await, &app.ctx().store);
    let service = app.service("配钥匙").await;
    let slot = slots(&wang, &service, 5).await.remove(0);
    let order = CreateBookingBody {
        hold: Some(true),
        ..body(&wang, &service, &slot)
    };
    let held = wang.call::<CreateBooking>((), None_ {}, order).await;
    let held = held.expect("held");

    let late = app.now() + SignedDuration::from_hours(24 * 3_000);
    let bookings = store
        .all(&schema::lapsing(home, late))
        .await
        .expect("answers");
    let of_booking = format!("{home}#B#{}", held.id);
    let booking = bookings.iter().find(|item| text(item, "pk") == of_booking);
    let booking = booking.expect("it is due some day");
    let providers = store
        .all(&schema::expiring(home, late))
        .await
        .expect("answers");
    let provider = providers.first().expect("some credential ends some day");
    let mut items = broken(booking, |_| {
        let id = BookingId::new(app.millis(), app.chance());
        (format!("{home}#B#{id}"), "BOOKING".into())
    });
    items.extend(broken(provider, |_| {
        let id = ProviderId::new(app.millis(), app.chance());
        (text(provider, "pk").to_owned(), id.to_string())
    }));
    let mut community = store
        .all(&schema::communities())
        .await
        .expect("answers")
        .remove(0);
    community.insert("sk".into(), s(CommunityId::new(0, 0)));
    community.insert(schema::DOCUMENT.into(), s("?"));
    items.push(community.clone());
    store.put_all(items).await.expect("written");

    app.advance(SignedDuration::from_hours(24 * 2_000));
    let swept = sweep::pass(app.ctx()).await.expect("the sweeper runs");
    assert!(swept.done >= 2, "only {} were settled", swept.done);
    let unreadable = 2 * BROKEN + 1;
    assert!(
        swept.failed >= unreadable,
        "only {} are told of",
        swept.failed
    );
    let keys: Vec<_> = providers
        .iter()
        .map(|item| schema::Key {
            pk: text(item, "pk").to_owned(),
            sk: text(item, "sk").to_owned(),
        })
        .collect();
    for item in store
        .get_many(&keys)
        .await
        .expect("answers")
        .into_iter()
        .flatten()
    {
        let provider: domain::provider::Provider = store::table::read(item).expect("sound");
        assert!(
            provider.expiry_told.is_some(),
            "{} was not told",
            provider.id
        );
    }
    let item = store
        .get_many(&[schema::booking(home, held.id)])
        .await
        .expect("answers");
    let booking: domain::booking::Booking =
        store::table::read(item[0].clone().expect("it is there")).expect("sound");
    assert_ne!(booking.state.name(), StateName::Held, "it lapsed");
    app.stop().await;
}

/// What an alarm on AWS goes by: a pass ends well also where all of it failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_nobody_looks_at_is_late_and_told_of() {
    let app = TestApp::start().await;
    app.settle().await;
    let (home, store) = (app.home().await, &app.ctx().store);
    assert!(store.communities().await.expect("answers").len() > 1);
    let pass = async || {
        let swept = sweep::pass(app.ctx()).await.expect("the sweeper runs");
        (swept.failed > 0, swept.late)
    };
    assert_eq!(pass().await, (false, 0));
    // By which rules it is watched there does not read back.
    let rules = Rules {
        ver: 9_999,
        ..Rules::default()
    };
    let mut item = watch_rules_item(home, &rules).expect("an item");
    item.insert(schema::DOCUMENT.to_owned(), s("?"));
    store.put_all(vec![item]).await.expect("written");
    for minute in 1..=limits::SWEEP_LATE_MINUTES {
        app.advance(SignedDuration::from_mins(1));
        assert_eq!(pass().await, (true, 0), "minute {minute}");
    }
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(pass().await, (true, 1), "there, and nowhere else");
    let key = schema::watch_rules(home, rules.ver);
    store.delete_all(&[key]).await.expect("mended");
    assert_eq!(pass().await, (false, 0));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_time_every_community_is_late_and_told_of() {
    let app = TestApp::start().await;
    app.settle().await;
    let all = app.ctx().store.communities().await.expect("answers").len();
    let hurried = async || {
        let none = Turn::of_seconds(0);
        let swept = sweep::pass_within(app.ctx(), none, none).await;
        swept.expect("the sweeper runs")
    };
    assert_eq!(hurried().await, Swept::default(), "all were just seen");
    app.advance(SignedDuration::from_mins(limits::SWEEP_LATE_MINUTES + 1));
    let late = Swept {
        late: all,
        ..Swept::default()
    };
    assert_eq!(hurried().await, late);
    let swept = sweep::pass(app.ctx()).await.expect("the sweeper runs");
    assert_eq!(
        (swept.failed, swept.late),
        (0, 0),
        "with time it catches up"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_nominated_failed_and_what_was_done_before_counts() {
    let deaf = Deaf::default();
    let app = TestApp::with_faults(deaf.interceptor()).await;
    app.settle().await;
    let (home, store) = (app.home().await, &app.ctx().store);
    let zone = TimeZone::UTC;
    let within = Within {
        community: home,
        zone: &zone,
        mover: None,
    };
    let pass = async || {
        let turn = Turn::of_seconds(limits::SWEEP_WATCH_SECONDS);
        let passed = watch::sweep::passed_within(app.ctx(), &within, app.now(), turn).await;
        passed.expect("it passes")
    };
    let quoted = |word: &str| format!("\"{word}\"");
    let now = app.now();
    for due in [
        schema::silent_devices(home, now),
        schema::calling_alerts(home, now),
        schema::due_watched(home, 0, now),
        schema::ending_absences(home, now),
        schema::due_vitals(home, 0, now),
    ] {
        deaf.to(&[quoted(&due.pk)]);
        let passed = pass().await;
        assert_eq!((passed.failed, passed.whole), (1, false), "{}", due.pk);
    }
    deaf.to(&[]);
    let passed = pass().await;
    assert_eq!((passed.failed, passed.whole), (0, true));

    let silent = 3;
    many(&app, (silent, app.now() - hours(47)), LONG).await;
    app.advance(hours(2));
    let mark = schema::sweep_mark(home);
    deaf.to(&["PutRequest".to_owned(), quoted(&mark.pk), quoted(&mark.sk)]);
    let passed = pass().await;
    assert_eq!((passed.failed, passed.whole), (1, false), "nothing says so");
    assert!(passed.done >= silent, "{} were done", passed.done);
    let marked = store.sweep_mark(home).await.expect("answers");
    assert_eq!(marked.map(|mark| mark.at), Some(now));
    deaf.to(&[]);
    let passed = pass().await;
    assert_eq!((passed.failed, passed.whole), (0, true));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cases_that_fail_count_though_the_rest_cannot_be_nominated() {
    /// Read at once.
    const PAGE: usize = 200;
    let deaf = Deaf::default();
    let app = TestApp::with_faults(deaf.interceptor()).await;
    app.settle().await;
    let (home, store) = (app.home().await, &app.ctx().store);
    let late = app.now() + SignedDuration::from_hours(24 * 3_000);
    let due = schema::due_cases(home, late);
    let cases = store.all(&due).await.expect("answers");
    let case = cases.first().expect("some case is due some day");
    let items = broken(case, |_| {
        let key = schema::case(home, CaseId::new(app.millis(), app.chance()));
        (key.pk, key.sk)
    });
    store.put_all(items).await.expect("written");
    deaf.to(&[format!("\"{}\"", due.pk), "ExclusiveStartKey".to_owned()]);
    let swept = sweep::pass(app.ctx()).await.expect("the sweeper runs");
    assert_eq!(swept.failed, PAGE + 1, "a page of them, and the rest");
    deaf.to(&[]);
    let swept = sweep::pass(app.ctx()).await.expect("the sweeper runs");
    assert_eq!(swept.failed, BROKEN);
    app.stop().await;
}
