//! Lists of bookings, in the order they are read in, and with an end.

use acceptance::{Actor, TestApp};
use domain::BookingId;
use domain::booking::Booking;
use domain::limits;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;
use store::market::booking_item;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, BookingsQuery, CreateBooking, CreateBookingBody, GetToday, ListBookings,
    ListCategories,
};

use super::create_booking::{body, slots};

/// All pages of a list, two rows at a time.
async fn all(who: &Actor<'_>, open: Option<bool>) -> Vec<BookingView> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let query = BookingsQuery {
            part: None,
            day: None,
            open,
            cursor,
            limit: Some(2),
        };
        let page = who.call::<ListBookings>((), query, None_ {}).await;
        let page = page.expect("a page");
        assert!(page.items.len() <= 2);
        rows.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

#[tokio::test]
async fn what_comes_next_comes_first_and_pages_lead_on() {
    let app = TestApp::start().await;
    let grid = app.sign_in("13800000251").await;
    let service = app.service("手机电脑教用").await;
    let free = slots(&grid, &service, 7).await;
    let people = app.people().await;
    let elder = people
        .iter()
        .find(|p| p.phone.is_none() && p.guardian.is_none());
    let elder = elder.expect("an elder").id;
    // The farther one first, and in turns for oneself and for another.
    let mut made = Vec::new();
    for (i, nth) in [20, 2, 14, 8, 5].into_iter().enumerate() {
        let order = CreateBookingBody {
            resident: (i % 2 == 1).then_some(elder),
            ..body(&grid, &service, &free[nth])
        };
        let view = grid.call::<CreateBooking>((), None_ {}, order).await;
        made.push(view.expect("booked").id);
    }
    let soonest = all(&grid, Some(true)).await;
    let starts: Vec<_> = soonest.iter().map(|b| b.start.at).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    assert!(made.iter().all(|id| soonest.iter().any(|b| b.id == *id)));
    let own = soonest.iter().find(|b| made.contains(&b.id));
    assert_eq!(own.map(|b| b.start), Some(free[2].start), "the soonest");
    let mut latest = all(&grid, None).await;
    assert!(latest.is_sorted_by(|a, b| a.start.at >= b.start.at));
    latest.retain(|b| made.contains(&b.id));
    assert_eq!(latest.len(), made.len(), "each once");

    let forged = grid
        .raw(
            "GET",
            "/v1/bookings?open=true&cursor=WyJ4Iix0cnVlLCJ5Il0",
            None,
        )
        .await;
    assert_eq!(forged.code(), Code::BadCursor.as_str());
    app.stop().await;
}

#[tokio::test]
async fn the_first_page_of_the_desk_and_the_kinds_of_services_have_an_end() {
    let app = TestApp::start().await;
    let station = app.sign_in("13800000221").await;
    let today = station.call::<GetToday>((), None_ {}, None_ {}).await;
    let today = today.expect("today");
    assert!(!today.more_bookings && !today.bookings.is_empty());
    let (com, store) = (app.home().await, &app.ctx().store);
    let one = store.booking(com, today.bookings[0].id).await;
    let one: Booking = one.expect("answers").expect("is there");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let copies = (0..limits::PAGE_ROWS).map(|n| {
        let booking = Booking {
            id: BookingId::new(app.millis(), app.chance()),
            start: one.start + SignedDuration::from_secs(n as i64),
            ..one.clone()
        };
        booking_item(&booking, &zone).expect("an item")
    });
    store.put_all(copies.collect()).await.expect("written");
    let today = station.call::<GetToday>((), None_ {}, None_ {}).await;
    let today = today.expect("today");
    let listed = (today.bookings.len(), today.more_bookings);
    assert_eq!(listed, (limits::PAGE_ROWS, true));

    let worker = app.sign_in("13800000201").await;
    let count = async || {
        let all = worker.call::<ListCategories>((), None_ {}, None_ {}).await;
        all.expect("a list").items.len()
    };
    let put = async |slug: String| {
        let body = json!({ "name": "新的", "place": 9, "ver": 0 }).to_string();
        let path = format!("/v1/categories/{slug}");
        worker.raw("PUT", &path, Some(body)).await
    };
    for n in count().await..limits::CATEGORIES {
        let raw = put(format!("more-{n}")).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
    assert_eq!(count().await, limits::CATEGORIES);
    let one_more = put("one-more".into()).await;
    assert_eq!(
        (one_more.status, one_more.code().as_str()),
        (422, "too_many")
    );
    assert_eq!(count().await, limits::CATEGORIES);
    app.stop().await;
}
