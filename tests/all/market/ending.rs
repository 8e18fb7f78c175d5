//! How a visit ends: finished, missed, or closed because nobody said.

use acceptance::{Actor, TestApp};
use domain::booking::{Booking, Part, State, StateName};
use domain::{BookingId, limits};
use jiff::{SignedDuration, Timestamp};
use store::market::BookingQuota;
use store::schema;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, BookingsQuery, CreateBooking, GetBooking, ListBookings, MarkNoShow, NoShowBody,
};

use super::create_booking::{body, slots};
use super::topics;

async fn stored(app: &TestApp, id: BookingId) -> Booking {
    let found = app.ctx().store.booking(app.home().await, id).await;
    found.expect("answers").expect("is there")
}

async fn seen(who: &Actor<'_>, id: BookingId) -> BookingView {
    let seen = who.call::<GetBooking>((id,), None_ {}, None_ {}).await;
    seen.expect("seen")
}

async fn open(who: &Actor<'_>) -> u32 {
    let app = who.app;
    let key = schema::booking_quota(app.home().await, who.id.expect("signed in"));
    let quota: Option<BookingQuota> = app.ctx().store.get(&key).await.expect("answers");
    quota.unwrap_or_default().open_count
}

fn until(app: &TestApp, moment: Timestamp) {
    app.advance(moment.duration_since(app.now()));
}

#[tokio::test]
async fn what_nobody_finishes_is_closed_and_binds_nobody_any_more() {
    let app = TestApp::start().await;
    let chen = app.sign_in("13800000003").await;
    let service = app.service("手机电脑教用").await;
    let slot = slots(&chen, &service, 5).await.remove(0);
    let order = body(&chen, &service, &slot);
    let made = chen.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    let before = open(&chen).await;
    assert!(before > 0);

    let end = made.end.at;
    until(&app, end + SignedDuration::from_hours(limits::REACH_HOURS));
    let li = app.sign_in(&app.phone_of(made.provider).await).await;
    let reach = async || {
        let resident = seen(&chen, made.id).await.provider_phone.is_some();
        let door = seen(&li, made.id).await.resident_address.is_some();
        (resident, door)
    };
    let near = reach().await;
    assert!(near.0, "two days on they may still ask");
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(reach().await, (false, false));

    until(
        &app,
        end + SignedDuration::from_hours(24 * limits::CLOSE_DAYS),
    );
    app.settle().await;
    let waiting = seen(&chen, made.id).await;
    assert_eq!(waiting.state, StateName::Accepted);
    assert_eq!(waiting.moves, ["MarkNoShow"]);
    app.advance(SignedDuration::from_secs(1));
    let over = seen(&chen, made.id).await;
    assert_eq!(over.state, StateName::Closed, "before it is written");
    assert!(over.moves.is_empty(), "{:?}", over.moves);
    app.settle().await;
    assert_eq!(stored(&app, made.id).await.state, State::Closed);
    assert_eq!(open(&chen).await, before - 1);
    let query = |open| BookingsQuery {
        part: None,
        day: None,
        open: Some(open),
        cursor: None,
        limit: None,
    };
    let listed = async |open| {
        let page = chen.call::<ListBookings>((), query(open), None_ {}).await;
        let items = page.expect("a list").items;
        items.iter().any(|b| b.id == made.id)
    };
    assert_eq!((listed(true).await, listed(false).await), (false, true));
    for who in [&chen, &li] {
        let told = topics(who).await;
        assert!(told.contains(&"booking_closed".to_owned()), "{told:?}");
    }
    super::race::nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn an_amount_that_nobody_answers_is_closed_a_week_later() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let quoted = wang.raw("GET", "/v1/bookings?open=true", None).await.json();
    let rows = quoted["items"].as_array().expect("rows");
    let quoted = rows.iter().find(|b| b["state"] == "quoted");
    let quoted: BookingView =
        serde_json::from_value(quoted.expect("the demo has one").clone()).expect("a booking");
    let days = limits::CLOSE_DAYS + limits::QUOTE_DAYS;
    let due = quoted.end.at + SignedDuration::from_hours(24 * days);
    assert_eq!(quoted.until.map(|until| until.at), Some(due));
    until(&app, due + SignedDuration::from_secs(1));
    app.settle().await;
    let wang = app.resident().await;
    let closed = seen(&wang, quoted.id).await;
    assert_eq!((closed.state, closed.amount), (StateName::Closed, None));
    app.stop().await;
}

#[tokio::test]
async fn staff_say_who_did_not_come() {
    let app = TestApp::start().await;
    let (chen, service) = (
        app.sign_in("13800000003").await,
        app.service("手机电脑教用").await,
    );
    let free = slots(&chen, &service, 5).await;
    for (nth, who, missed) in [
        (0, None, Part::Resident),
        (4, Some(Part::Provider), Part::Provider),
        (8, Some(Part::Resident), Part::Resident),
    ] {
        let order = body(&chen, &service, &free[nth]);
        let made = chen.call::<CreateBooking>((), None_ {}, order).await;
        let made = made.expect("booked");
        until(&app, made.start.at + SignedDuration::from_mins(20));
        let station = app.sign_in("13800000221").await;
        let mark = async |who: &Actor<'_>, missed| {
            let body = NoShowBody {
                id: None,
                who: missed,
            };
            who.call::<MarkNoShow>((made.id,), None_ {}, body).await
        };
        let bad = mark(&station, Some(Part::Staff)).await.expect_err("who?");
        let told = (bad.code, bad.pointer.as_deref());
        assert_eq!(told, (Code::BadValue, Some("/who")));
        let own = mark(&chen, Some(Part::Resident)).await.expect_err("own");
        assert_eq!(own.code, Code::WrongPart);
        let marked = mark(&station, who).await.expect("marked");
        assert_eq!(marked.state, StateName::NoShow);
        let state = stored(&app, made.id).await.state;
        assert_eq!(state, State::NoShow { who: missed });
    }
    app.stop().await;
}
