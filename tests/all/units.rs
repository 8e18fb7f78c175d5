//! What each thing that happens takes of the table: figures that `cargo xtask cost` goes by, and that nobody changes
//! without a line of `infra/units.txt` saying so. Each with what follows from it, such as its notices, less what a pass
//! of sweeper and relay takes where nothing is due.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use acceptance::capacity::{Capacity, Consumed};
use acceptance::{TestApp, engine};
use domain::MessageId;
use domain::notice::{Data, Notice, Topic};
use domain::watch::DoorSense;
use jiff::SignedDuration;
use serde_json::{Value, json};
use service::market::sweep;
use service::notify::relay;
use service::watch::queue::{Attributes, Batch, Message, take_all};
use store::notify::{Outgoing, To};
use wire::endpoint::None_;
use wire::identity::GetMe;
use wire::market::{AcceptBooking, AmountBody, CompleteBooking, CreateBooking, MoveBody};

use crate::library::people::{borrow, bring, free_labels};
use crate::market::create_booking::{body, slots};
use crate::points::activities::{join, plan, publish};
use crate::points::attendance::{by_code, come, door as door_of, leave, settle, until};
use crate::points::redeem::settle as hand_over;
use crate::watch::people::{
    ADMIN, CARD, Door, HELPER, WORKER, at, door, event, fields, grown_ups, id, watch_over,
};

/// Where what is measured is written instead of compared, says `write`.
const SWITCH: &str = "LINLI_UNITS";
const RESIDENT: &str = "13800000001";
/// Of the demo as well, and not signed in by anybody else.
const OTHER: &str = "13800000002";
const AGAIN: u32 = 8;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/units.txt")
}

/// What is weighed, thing by thing.
struct Scales<'a> {
    app: &'a TestApp,
    capacity: Capacity,
    idle: Consumed,
    /// Of the thing that is weighed now.
    sum: Consumed,
    rows: Vec<String>,
}

impl Scales<'_> {
    /// Nothing is left over from before; what is consumed from here on counts.
    async fn on(&self) {
        self.app.settle().await;
        self.capacity.begin();
    }

    fn off(&mut self) {
        self.sum = self.sum.plus(self.capacity.end());
    }

    /// What follows counts as well.
    async fn follow(&mut self) {
        pass(self.app).await;
        self.off();
        self.sum = self.sum.less(self.idle);
    }

    /// That was all of it, so many times.
    fn row(&mut self, what: &str, times: u32) {
        let each = |units: f64| (units / f64::from(times) * 100.0).round() / 100.0 + 0.0;
        let (read, written) = (each(self.sum.read), each(self.sum.written));
        let row = format!("{what} | {read:.2} | {written:.2} | measured");
        println!("{row}");
        self.rows.push(row);
        self.sum = Consumed::default();
    }
}

async fn pass(app: &TestApp) {
    sweep::run_once(app.ctx()).await.expect("the sweeper runs");
    relay::run_once(app.ctx()).await.expect("the relay runs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_consumes_what_is_written_down() {
    if engine::is_elsewhere() {
        println!("bodies are not kept whole between interceptors there");
        return;
    }
    let capacity = Capacity::default();
    let app = TestApp::with_faults(capacity.interceptor()).await;
    let mut scales = Scales {
        app: &app,
        capacity,
        idle: Consumed::default(),
        sum: Consumed::default(),
        rows: Vec::new(),
    };
    idle(&mut scales).await;
    sessions(&mut scales).await;
    booking(&mut scales).await;
    service_time(&mut scales).await;
    redemption(&mut scales).await;
    book(&mut scales).await;
    notice(&mut scales).await;
    doors(&mut scales).await;
    let rows = std::mem::take(&mut scales.rows);
    drop(scales);
    app.stop().await;

    let before = fs::read_to_string(file()).expect("it is there");
    let (words, known): (Vec<&str>, Vec<&str>) =
        before.lines().partition(|line| line.starts_with('#'));
    if env::var(SWITCH).is_ok_and(|said| said == "write") {
        let lines = words.into_iter().chain(rows.iter().map(String::as_str));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        fs::write(file(), text).expect("written");
        return;
    }
    assert_eq!(known, rows, "`cargo xtask cost --measure` writes them down");
}

async fn idle(scales: &mut Scales<'_>) {
    let app = scales.app;
    scales.on().await;
    pass(app).await;
    scales.idle = scales.capacity.end();
    let communities = app.ctx().store.communities().await.expect("answers").len();
    scales.sum = scales.idle;
    let communities = u32::try_from(communities).expect("few");
    scales.row("a pass over a community where nothing is due", communities);
}

async fn sessions(scales: &mut Scales<'_>) {
    let app = scales.app;
    let wang = at(app, RESIDENT).await;
    scales.on().await;
    for _ in 0..AGAIN {
        let me = wang.call::<GetMe>((), None_ {}, None_ {}).await;
        me.expect("answers");
    }
    scales.off();
    scales.row("a call that reads", AGAIN);

    scales.on().await;
    let other = app.sign_in(OTHER).await;
    scales.follow().await;
    drop(other);
    scales.row("a sign-in with its code", 1);
}

async fn booking(scales: &mut Scales<'_>) {
    let app = scales.app;
    let wang = at(app, RESIDENT).await;
    let service = app.service("换锁芯").await;
    let slot = slots(&wang, &service, 3).await.remove(0);
    let order = body(&wang, &service, &slot);
    scales.on().await;
    let made = wang.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    scales.follow().await;

    let phone = app.phone_of(made.provider).await;
    let li = at(app, &phone).await;
    let agreed = MoveBody {
        id: Some(app.command()),
    };
    scales.on().await;
    let agreed = li.call::<AcceptBooking>((made.id,), None_ {}, agreed).await;
    agreed.expect("agreed");
    scales.follow().await;

    until(app, slot.start.at + SignedDuration::from_mins(30));
    let li = at(app, &phone).await;
    let amount = AmountBody {
        id: None,
        amount: service.terms.price_to,
    };
    scales.on().await;
    let done = li.call::<CompleteBooking>((made.id,), None_ {}, amount);
    done.await.expect("finished");
    scales.follow().await;
    scales.row("a booking: asked for, agreed, finished", 1);
}

async fn service_time(scales: &mut Scales<'_>) {
    let app = scales.app;
    let made = publish(&at(app, WORKER).await, plan(app, 1, 5)).await;
    let goes = grown_ups(app, 1).await.remove(0);
    scales.on().await;
    join(&goes, made.id).await.expect("a place");
    scales.follow().await;

    until(app, made.starts.at);
    let worker = at(app, WORKER).await;
    app.settle().await;
    let code = by_code(app, &door_of(&worker, made.id).await.code);
    scales.on().await;
    come(&goes, made.id, code).await.expect("in");
    scales.follow().await;

    app.advance(SignedDuration::from_mins(100));
    let worker = at(app, WORKER).await;
    app.settle().await;
    let code = by_code(app, &door_of(&worker, made.id).await.code);
    scales.on().await;
    leave(&goes, made.id, code).await.expect("out");
    scales.follow().await;

    until(app, made.ends.at);
    let worker = at(app, WORKER).await;
    scales.on().await;
    let settled = settle(&worker, made.id, id(&goes), 100).await;
    settled.expect("settled");
    scales.follow().await;
    scales.row("service time: signed up, in, out, confirmed", 1);
}

async fn redemption(scales: &mut Scales<'_>) {
    let app = scales.app;
    let wang = at(app, RESIDENT).await;
    app.grant(id(&wang), 100).await;
    let reward = at(app, WORKER).await.reward(30, 20).await;
    let order = wang.order(reward.id, 1);
    scales.on().await;
    let voucher = wang.redeem(&order).await.expect("enough");
    scales.follow().await;
    let helper = at(app, HELPER).await;
    scales.on().await;
    let handed = hand_over(&helper, voucher.id, Some(voucher.code.clone()));
    handed.await.expect("handed over");
    scales.follow().await;
    scales.row("a redemption: reserved and fetched", 1);
}

async fn book(scales: &mut Scales<'_>) {
    let app = scales.app;
    let reader = grown_ups(app, 1).await.remove(0);
    let label = free_labels(app, 1).await.remove(0);
    scales.on().await;
    borrow(&reader, &label).await.expect("borrowed");
    scales.follow().await;
    scales.on().await;
    bring(&reader, &label).await.expect("taken back");
    scales.follow().await;
    scales.row("a book: lent and brought back", 1);
}

async fn notice(scales: &mut Scales<'_>) {
    let app = scales.app;
    let wang = at(app, RESIDENT).await;
    let row = Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community: app.home().await,
        to: vec![To::Person(id(&wang))],
        notice: Notice {
            topic: Topic::BookingMade,
            data: Data::new(),
        },
        at: app.now(),
        attempts: 0,
        postponed: 0,
        next_at: app.now(),
    };
    let item = row.item().expect("an item");
    scales.on().await;
    let tx = app.ctx().store.tx().put_any(item).expect("a step");
    tx.commit().await.expect("written");
    scales.follow().await;
    scales.row("a notice into an inbox", 1);
}

/// Each in a message of its own, six hours after the one before.
async fn doors(scales: &mut Scales<'_>) {
    let app = scales.app;
    let (admin, worker) = (at(app, ADMIN).await, at(app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let elder = grown_ups(app, 1).await.remove(0);
    watch_over(&worker, &elder, fields(&door, &[CARD])).await;
    // The first of all is not as those that come after it.
    said(app, &door, event(1, app.now(), "entry", Some(CARD))).await;
    scales.on().await;
    for n in 0..AGAIN {
        app.advance(SignedDuration::from_hours(6));
        let act = if n.is_multiple_of(2) { "exit" } else { "entry" };
        let passed = event(u64::from(n) + 2, app.now(), act, Some(CARD));
        said(app, &door, passed).await;
    }
    scales.off();
    scales.row("a door event of somebody watched over", AGAIN);

    scales.on().await;
    for n in 0..AGAIN {
        app.advance(SignedDuration::from_mins(15));
        let alive = event(u64::from(n) + 100, app.now(), "heartbeat", None);
        said(app, &door, alive).await;
    }
    scales.off();
    scales.row("a door saying that it is alive", AGAIN);
}

/// By way of the queue.
async fn said(app: &TestApp, door: &Door, event: Value) {
    let body = json!({ "device": door.id, "events": [event] });
    let message = Message {
        message_id: "m".into(),
        body: body.to_string(),
        attributes: Attributes {
            sent_timestamp: Some(app.now().as_millisecond().to_string()),
        },
    };
    let records = vec![message];
    let left = take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await;
    assert_eq!(left.batch_item_failures, [], "it is taken");
}
