//! The sweeper among items that cannot be read.

use acceptance::TestApp;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::booking::StateName;
use domain::watch::Rules;
use domain::{BookingId, CommunityId, ProviderId, limits};
use jiff::SignedDuration;
use service::market::sweep::{self, Swept};
use service::watch::sweep::Turn;
use store::schema::{self, Item};
use store::table::text;
use store::watch::watch_rules_item;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody};

use crate::market::create_booking::{body, slots};

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
