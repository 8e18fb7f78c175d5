//! The sweeper among items that cannot be read.

use acceptance::TestApp;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::booking::StateName;
use domain::{BookingId, CommunityId, ProviderId};
use jiff::SignedDuration;
use service::market::sweep;
use store::schema::{self, Item};
use store::table::text;
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
        item.insert("ver".into(), s("?"));
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
    community.insert("zone".into(), AttributeValue::N("1".into()));
    items.push(community.clone());
    store.put_all(items).await.expect("written");

    app.advance(SignedDuration::from_hours(24 * 2_000));
    let done = sweep::run_once(app.ctx()).await.expect("the sweeper runs");
    assert!(done >= 2, "only {done} were settled");
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
