//! A way out that is slow, and a table that is: a pass ends all the same, what it did not get to is the next one's, and
//! no community waits for ever behind another.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use acceptance::TestApp;
use acceptance::slow::Slow as SlowTable;
use domain::notice::{Data, Notice, Topic};
use domain::{MessageId, PersonId, limits};
use serde_json::json;
use service::Ctx;
use service::notify::channel::{Channel, Sending, Text};
use service::notify::relay;
use service::watch::sweep::Turn;
use store::notify::{Outgoing, To};

/// How long it takes over each text.
const EACH: Duration = Duration::from_millis(300);
/// More than all passes here have time for.
const CODES: usize = 30;
const READERS: usize = 12;

/// Takes its time, and remembers to whom it sent.
#[derive(Default)]
struct Slow(Mutex<Vec<String>>);

impl Slow {
    fn sent(&self) -> Vec<String> {
        let sent = self.0.lock().expect("nobody panics while holding it");
        sent.clone()
    }
}

impl Channel for Slow {
    fn name(&self) -> &'static str {
        "sms"
    }

    fn send<'a>(&'a self, text: &'a Text) -> Sending<'a> {
        Box::pin(async move {
            tokio::time::sleep(EACH).await;
            let mut sent = self.0.lock().expect("nobody panics while holding it");
            sent.push(text.to.clone());
            Ok(())
        })
    }
}

fn through(app: &TestApp, slow: &Arc<Slow>) -> Ctx {
    Ctx {
        channels: Arc::new([slow.clone() as Arc<dyn Channel>]),
        ..app.ctx().clone()
    }
}

/// One pass with a second's time; how many rows it worked on.
async fn second(ctx: &Ctx) -> usize {
    let begun = Instant::now();
    let passed = relay::pass_within(ctx, Turn::of_seconds(1)).await;
    let passed = passed.expect("runs");
    let took = begun.elapsed();
    assert!(took.as_secs() < limits::SEND_SECONDS, "{took:?}");
    assert_eq!((passed.unsent, passed.aside), (0, 0), "slow is not failed");
    passed.done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_slow_channel_a_pass_ends_and_each_community_gets_its_turn() {
    let app = TestApp::start().await;
    app.settle().await;
    for phone in ["13800000001", "13800009001"] {
        let ask = json!({ "phone": phone }).to_string();
        let path = "/v1/auth/codes";
        let raw = app.stranger().raw("POST", path, Some(ask)).await;
        assert_eq!(raw.status, 202, "{}", raw.body);
    }
    let store = &app.ctx().store;
    let communities = store.communities().await.expect("answers");
    let mut waiting = 0;
    for community in &communities {
        let rows = store.outbox(community.id, 10).await.expect("answers");
        waiting += rows.len() * CODES;
        for row in &rows {
            let again = (1..CODES).map(|_| Outgoing {
                id: MessageId::new(app.millis(), app.chance()),
                ..row.clone()
            });
            let items = again.map(|row| row.item().expect("an item"));
            store.put_all(items.collect()).await.expect("written");
        }
    }
    assert_eq!(waiting, 2 * CODES, "one community each");

    let slow = Arc::new(Slow::default());
    let ctx = through(&app, &slow);
    assert!(second(&ctx).await > 0);
    let first: BTreeSet<String> = slow.sent().into_iter().collect();
    assert_eq!(first.len(), 1, "one stands before the other: {first:?}");
    for _ in &communities {
        app.advance(jiff::SignedDuration::from_mins(1));
        assert!(second(&ctx).await > 0);
    }
    let sent = slow.sent();
    let reached: BTreeSet<&String> = sent.iter().collect();
    assert_eq!(reached.len(), 2, "each was the first once: {reached:?}");
    let mut left = Vec::new();
    for community in &communities {
        let rows = store.outbox(community.id, 1_000).await;
        left.extend(rows.expect("answers"));
    }
    assert_eq!(left.len(), waiting - sent.len(), "none is lost");
    let free = |row: &Outgoing| row.next_at <= app.now() && row.tries() == 0;
    assert!(left.iter().all(free), "none waits, and none was tried");
    app.stop().await;
}

/// One message for these, in the outbox.
async fn put(app: &TestApp, to: Vec<To>, (topic, data): (Topic, Data)) -> Outgoing {
    let row = Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community: app.home().await,
        to,
        notice: Notice { topic, data },
        at: app.now(),
        attempts: 0,
        postponed: 0,
        next_at: app.now(),
    };
    let item = row.item().expect("an item");
    let written = app.ctx().store.put_all(vec![item]).await;
    written.expect("written");
    row
}

/// One message for readers who are owed a text besides what comes into their inboxes.
async fn owed(app: &TestApp) -> (Outgoing, Vec<PersonId>) {
    let people = app.people().await.into_iter();
    let texted = people.filter(|one| one.deleted_at.is_none() && one.phone.is_some());
    let readers: Vec<PersonId> = texted.take(READERS).map(|one| one.id).collect();
    assert_eq!(readers.len(), READERS);
    let topic = Topic::DoorDead;
    assert!(topic.owes_text());
    let data = Data::from([("title".to_owned(), "测试·门".to_owned())]);
    let to = readers.iter().map(|id| To::Person(*id)).collect();
    (put(app, to, (topic, data)).await, readers)
}

/// In how many of their inboxes it is.
async fn inboxes(app: &TestApp, row: &Outgoing, readers: &[PersonId]) -> usize {
    let have = app.ctx().store.have(row, readers).await;
    have.expect("answers").len()
}

/// What the pass did not end with is due, and was not tried.
async fn goes_on(app: &TestApp) {
    let left = app.ctx().store.outbox(app.home().await, 10).await;
    let left: Vec<_> = left
        .expect("answers")
        .iter()
        .map(|row| (row.next_at <= app.now(), row.tries()))
        .collect();
    assert_eq!(left, [(true, 0)], "it is due, and that was no try");
}

/// However often it was begun, each has it, and each got one text.
async fn all_have_it(
    app: &TestApp,
    ctx: &Ctx,
    (row, readers): (&Outgoing, &[PersonId]),
    slow: &Slow,
) {
    for _ in 0..READERS {
        second(ctx).await;
    }
    assert_eq!(inboxes(app, row, readers).await, READERS);
    let sent = slow.sent();
    let reached: BTreeSet<&String> = sent.iter().collect();
    assert_eq!((sent.len(), reached.len()), (READERS, READERS), "{sent:?}");
    assert_eq!(super::waiting(app).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_slow_channel_every_inbox_has_it_with_the_first_pass() {
    let app = TestApp::start().await;
    app.settle().await;
    let (row, readers) = owed(&app).await;
    let slow = Arc::new(Slow::default());
    let ctx = through(&app, &slow);
    assert_eq!(second(&ctx).await, 1);
    assert_eq!(inboxes(&app, &row, &readers).await, READERS);
    let sent = slow.sent().len();
    assert!(sent < READERS, "no game: all {sent} texts left");
    goes_on(&app).await;
    all_have_it(&app, &ctx, (&row, readers.as_slice()), &slow).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_a_slow_table_a_pass_ends_and_the_next_goes_on_where_it_was() {
    let table = SlowTable::default();
    let app = TestApp::with_faults(table.interceptor()).await;
    app.settle().await;
    let (row, readers) = owed(&app).await;
    let slow = Arc::new(Slow::default());
    let ctx = through(&app, &slow);
    table.by(Duration::from_millis(200));
    let mut before = 0;
    for _ in 0..2 {
        assert_eq!(second(&ctx).await, 1);
        let now = inboxes(&app, &row, &readers).await;
        assert!((before + 1..READERS).contains(&now), "{before}, then {now}");
        before = now;
        goes_on(&app).await;
    }
    assert_eq!(slow.sent().len(), 0, "inboxes first");
    table.by(Duration::ZERO);
    all_have_it(&app, &ctx, (&row, readers.as_slice()), &slow).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_for_many_goes_on_with_the_next_pass_where_it_was() {
    let app = TestApp::start().await;
    app.settle().await;
    let people = app.people().await.into_iter();
    let people: Vec<_> = people.filter(|one| one.deleted_at.is_none()).collect();
    let to = people.iter().take(READERS).enumerate();
    let to = to.map(|(n, person)| To::Former {
        person: person.id,
        phone: format!("139000020{n:02}"),
        language: person.language,
    });
    put(&app, to.collect(), (Topic::NumberChanged, Data::new())).await;

    let slow = Arc::new(Slow::default());
    let ctx = through(&app, &slow);
    assert_eq!(second(&ctx).await, 1);
    let sent = slow.sent().len();
    assert!((1..READERS).contains(&sent), "{sent} of {READERS}");
    goes_on(&app).await;
    for _ in 0..READERS {
        second(&ctx).await;
    }
    let mut sent = slow.sent();
    sent.sort_unstable();
    let each = (0..READERS).map(|n| format!("139000020{n:02}"));
    assert!(sent.iter().eq(&each.collect::<Vec<_>>()), "{sent:?}");
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}
