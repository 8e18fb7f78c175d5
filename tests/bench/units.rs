//! What use cases consume of the table: the figures that `infra/xtask/src/cost.rs` goes by. Each with what follows
//! from it, such as its notices, less what a pass of sweeper and relay consumes where nothing is due.

use acceptance::{Actor, TestApp};
use jiff::SignedDuration;
use service::market::sweep;
use service::notify::relay;
use wire::endpoint::None_;
use wire::identity::GetMe;
use wire::market::{
    AcceptBooking, AmountBody, CompleteBooking, CreateBooking, CreateBookingBody, ListSlots,
    MoveBody, SlotsQuery,
};

use crate::watch::capacity::{Capacity, Consumed};

const AGAIN: u32 = 10;

pub async fn run() {
    let capacity = Capacity::default();
    let app = TestApp::with_faults(capacity.interceptor()).await;
    let wang = app.resident().await;
    app.settle().await;

    capacity.begin();
    pass(&app).await;
    let idle = capacity.end();
    let communities = app.ctx().store.communities().await.expect("answers").len();
    let of_one = u32::try_from(communities).expect("few");
    line("a pass over a community where nothing is due", idle, of_one);

    capacity.begin();
    for _ in 0..AGAIN {
        let me = wang.call::<GetMe>((), None_ {}, None_ {}).await;
        me.expect("answers");
    }
    line("a call that reads", capacity.end(), AGAIN);

    capacity.begin();
    app.resident().await;
    pass(&app).await;
    line("a sign-in with its code", less(capacity.end(), idle), 1);

    let consumed = booking(&app, &wang, &capacity).await;
    line(
        "a booking: asked for, agreed, finished",
        less(consumed, idle),
        1,
    );
    app.stop().await;
}

/// Everything of one booking, and one pass after each step.
async fn booking(app: &TestApp, wang: &Actor<'_>, capacity: &Capacity) -> Consumed {
    let service = app.service("换锁芯").await;
    let query = SlotsQuery {
        from: "2026-11-25".parse().expect("a day"),
        days: Some(3),
        provider: None,
    };
    let slots = wang.call::<ListSlots>((service.id,), query, None_ {}).await;
    let slot = slots.expect("slots").slots.remove(0);
    let body = CreateBookingBody {
        id: wang.booking(),
        service: service.id,
        service_ver: None,
        provider: None,
        start: slot.start,
        note: None,
        resident: None,
        hold: None,
    };
    capacity.begin();
    let made = wang.call::<CreateBooking>((), None_ {}, body).await;
    let made = made.expect("booked");
    let asked = capacity.end();
    let phone = app.phone_of(made.provider).await;
    let li = app.sign_in(&phone).await;
    capacity.begin();
    let agreed = MoveBody {
        id: Some(app.command()),
    };
    let agreed = li.call::<AcceptBooking>((made.id,), None_ {}, agreed).await;
    agreed.expect("agreed");
    let agreed = capacity.end();
    app.settle().await;
    app.advance(slot.start.at.duration_since(app.now()) + SignedDuration::from_mins(30));
    let li = app.sign_in(&phone).await;
    app.settle().await;
    capacity.begin();
    let amount = AmountBody {
        id: None,
        amount: service.terms.price_to,
    };
    let done = li.call::<CompleteBooking>((made.id,), None_ {}, amount);
    done.await.expect("finished");
    pass(app).await;
    plus(plus(asked, agreed), capacity.end())
}

async fn pass(app: &TestApp) {
    sweep::run_once(app.ctx()).await.expect("the sweeper runs");
    relay::run_once(app.ctx()).await.expect("the relay runs");
}

fn plus(one: Consumed, other: Consumed) -> Consumed {
    Consumed {
        read: one.read + other.read,
        written: one.written + other.written,
        calls: one.calls + other.calls,
    }
}

fn less(all: Consumed, idle: Consumed) -> Consumed {
    Consumed {
        read: all.read - idle.read,
        written: all.written - idle.written,
        calls: all.calls.saturating_sub(idle.calls),
    }
}

fn line(what: &str, consumed: Consumed, times: u32) {
    let times = f64::from(times);
    println!(
        "{what}: {:.1} read units, {:.1} write units",
        consumed.read / times,
        consumed.written / times
    );
}
