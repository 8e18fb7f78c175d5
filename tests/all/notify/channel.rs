//! The relay when the way out fails: a channel that refuses, one that breaks off in the middle,
//! rows that cannot be read, and many that wait.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use acceptance::{Actor, TestApp};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::notice::{Data, Notice, Topic};
use domain::{CommunityId, MessageId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use service::Ctx;
use service::notify::channel::{Channel, NotSent, Sending, Text};
use service::notify::relay::{self, Passed};
use store::notify::{Attempt, Outgoing, To};
use store::schema;
use store::table::{read, text};

use super::LONGEST;

/// Remembers what it was handed. Refuses numbers of one kind; can stop answering in the middle.
#[derive(Default)]
pub struct Wire {
    pub handed: Mutex<Vec<Text>>,
    refuses: AtomicBool,
    hangs: AtomicBool,
}

impl Wire {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    fn keep(&self, text: Text) {
        let mut handed = self.handed.lock().expect("nobody panics while holding it");
        handed.push(text);
    }

    pub fn ids(&self) -> Vec<String> {
        let handed = self.handed.lock().expect("nobody panics while holding it");
        handed.iter().map(|text| text.id.clone()).collect()
    }

    pub fn bodies(&self, to: &str) -> Vec<String> {
        let handed = self.handed.lock().expect("nobody panics while holding it");
        let theirs = handed.iter().filter(|text| text.to == to);
        theirs.map(|text| text.body.clone()).collect()
    }
}

impl Channel for Wire {
    fn name(&self) -> &'static str {
        "sms"
    }

    fn send<'a>(&'a self, text: &'a Text) -> Sending<'a> {
        Box::pin(async move {
            let is_code = text.body.contains("验证码");
            if self.refuses.load(Ordering::SeqCst) && !is_code {
                let reason = "the number is switched off".into();
                return Err(NotSent { reason });
            }
            self.keep(text.clone());
            if self.hangs.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}

/// The same Linli with this way out.
pub fn through(app: &TestApp, wire: &Arc<Wire>) -> Ctx {
    Ctx {
        channels: Arc::new([wire.clone() as Arc<dyn Channel>]),
        ..app.ctx().clone()
    }
}

/// The demo resident, who agreed to short messages, with an outbox that is empty.
pub async fn reachable(app: &TestApp) -> Actor<'_> {
    let wang = app.resident().await;
    let agreed = json!({ "id": app.command(), "given": true, "version": 1 });
    let path = "/v1/me/consents/sms_notices";
    let raw = wang.raw("PUT", path, Some(agreed.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    app.settle().await;
    assert_eq!(super::waiting(app).await, 0);
    wang
}

/// Leaves a notice to somebody in the outbox.
pub async fn leave(app: &TestApp, to: &[PersonId]) -> MessageId {
    leave_of(app, Topic::BookingMade, to).await
}

/// The same of any topic.
pub async fn leave_of(app: &TestApp, topic: Topic, to: &[PersonId]) -> MessageId {
    let mut row = row(app, app.home().await, to);
    row.notice.topic = topic;
    let item = row.item().expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    row.id
}

fn row(app: &TestApp, community: CommunityId, to: &[PersonId]) -> Outgoing {
    let at = app.now();
    Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community,
        to: to.iter().copied().map(To::Person).collect(),
        notice: Notice {
            topic: Topic::BookingMade,
            data: Data::new(),
        },
        at,
        attempts: 0,
        postponed: 0,
        next_at: at,
    }
}

pub async fn in_inbox(app: &TestApp, person: PersonId, id: MessageId) -> usize {
    let pattern = schema::of_person(app.home().await, person, &format!("MSG#{id}"));
    app.ctx().store.all(&pattern).await.expect("answers").len()
}

async fn attempts(app: &TestApp, person: PersonId, id: MessageId) -> Vec<Attempt> {
    let pattern = schema::of_person(app.home().await, person, &format!("SENT#{id}#"));
    let items = app.ctx().store.all(&pattern).await.expect("answers");
    let read = |item| read::<Attempt>(item).expect("an attempt");
    items.into_iter().rev().map(read).collect()
}

async fn next_at(app: &TestApp, id: MessageId) -> Timestamp {
    let key = schema::outbox(app.home().await, id);
    let row: Option<Outgoing> = app.ctx().store.get(&key).await.expect("answers");
    row.expect("it waits").next_at
}

#[tokio::test]
async fn a_channel_that_refuses_is_tried_eight_times_ever_more_slowly() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    wire.refuse(true);
    let ctx = through(&app, &wire);
    let id = leave(&app, &[me]).await;
    let mut waits = Vec::new();
    for n in 1..limits::MESSAGE_ATTEMPTS {
        assert_eq!(relay::run_once(&ctx).await.expect("runs"), 1, "attempt {n}");
        assert_eq!(relay::run_once(&ctx).await.expect("runs"), 0, "it waits");
        let wait = next_at(&app, id).await.duration_since(app.now());
        app.advance(wait - SignedDuration::from_millis(1));
        assert_eq!(
            relay::run_once(&ctx).await.expect("runs"),
            0,
            "not a moment sooner"
        );
        app.advance(SignedDuration::from_millis(1));
        waits.push(wait);
    }
    relay::run_once(&ctx).await.expect("runs");
    for (n, wait) in waits.iter().enumerate() {
        let full = SignedDuration::from_secs(limits::MESSAGE_RETRY_SECONDS << n);
        assert!(full / 2 <= *wait && *wait <= full, "{n}: {wait}");
    }
    let different: BTreeSet<_> = waits
        .iter()
        .enumerate()
        .map(|(n, wait)| wait.as_millis() >> n)
        .collect();
    assert!(different.len() > 1, "the waits are spread: {waits:?}");
    assert_eq!(in_inbox(&app, me, id).await, 1, "the inbox had it at once");
    let log = attempts(&app, me, id).await;
    let numbers: Vec<u32> = log.iter().map(|attempt| attempt.n).collect();
    assert_eq!(numbers, (1..=limits::MESSAGE_ATTEMPTS).collect::<Vec<_>>());
    assert!(
        log.iter()
            .all(|a| !a.sent && a.reason == "the number is switched off")
    );
    assert_eq!(super::waiting(&app).await, 0);
    let stuck = schema::stucks(app.home().await);
    let stuck = app.ctx().store.all(&stuck).await.expect("answers");
    assert_eq!(text(&stuck[0], "sk"), id.to_string());
    app.stop().await;
}

fn passed(done: usize, unsent: usize, aside: usize) -> Passed {
    Passed {
        done,
        unsent,
        aside,
    }
}

/// What the alarm on AWS goes by.
#[tokio::test]
async fn what_does_not_leave_is_counted_in_its_pass() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    let pass = async |ctx: &Ctx| relay::pass(ctx).await.expect("runs");
    leave(&app, &[me]).await;
    assert_eq!(pass(&ctx).await, passed(1, 0, 0), "it left");
    assert_eq!(pass(&ctx).await, passed(0, 0, 0), "nothing waits");
    wire.refuse(true);
    leave(&app, &[me]).await;
    for n in 1..limits::MESSAGE_ATTEMPTS {
        assert_eq!(pass(&ctx).await, passed(1, 1, 0), "attempt {n}");
        assert_eq!(pass(&ctx).await, passed(0, 0, 0), "it waits");
        app.advance(LONGEST);
    }
    assert_eq!(pass(&ctx).await, passed(1, 1, 1), "it waits for a person");
    assert_eq!(pass(&ctx).await, passed(0, 0, 0));

    // A code never waits for a person, and nobody else would hear of it.
    let ask = json!({ "phone": "13800000001" }).to_string();
    let path = "/v1/auth/codes";
    let raw = app.stranger().raw("POST", path, Some(ask)).await;
    assert_eq!(raw.status, 202, "{}", raw.body);
    let mute = Ctx {
        channels: Arc::new([]),
        ..app.ctx().clone()
    };
    assert_eq!(pass(&mute).await, passed(1, 1, 0), "nobody signs in");
    app.stop().await;
}

#[tokio::test]
async fn a_channel_that_recovers_sends_once() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    wire.refuse(true);
    let ctx = through(&app, &wire);
    let id = leave(&app, &[me]).await;
    relay::run_once(&ctx).await.expect("runs");
    wire.refuse(false);
    for _ in 0..3 {
        app.advance(LONGEST);
        relay::run_once(&ctx).await.expect("runs");
    }
    assert_eq!(wire.ids(), [id.to_string()]);
    assert_eq!(in_inbox(&app, me, id).await, 1);
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_dies_between_sending_and_noting_sends_again_under_the_same_id() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    let id = leave(&app, &[me]).await;
    wire.hangs.store(true, Ordering::SeqCst);
    let dying = ctx.clone();
    let pass = tokio::spawn(async move { relay::run_once(&dying).await });
    while wire.ids().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    pass.abort();
    assert!(pass.await.expect_err("it was ended").is_cancelled());
    wire.hangs.store(false, Ordering::SeqCst);

    assert_eq!(
        relay::run_once(&ctx).await.expect("runs"),
        0,
        "the row is still leased"
    );
    app.advance(SignedDuration::from_secs(limits::MESSAGE_LEASE_SECONDS));
    assert_eq!(relay::run_once(&ctx).await.expect("runs"), 1);
    assert_eq!(
        wire.ids(),
        [id.to_string(), id.to_string()],
        "twice, and the channel can tell"
    );
    assert_eq!(in_inbox(&app, me, id).await, 1, "the inbox takes it once");
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_channel_that_never_answers_is_given_up_on() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    wire.hangs.store(true, Ordering::SeqCst);
    let id = leave(&app, &[me]).await;
    let begun = std::time::Instant::now();
    relay::run_once(&through(&app, &wire)).await.expect("runs");
    assert!(begun.elapsed().as_secs() < limits::SEND_SECONDS * 2);
    let log = attempts(&app, me, id).await;
    assert_eq!((log.len(), log[0].sent), (1, false));
    assert_eq!(log[0].reason, "the channel did not answer in time");
    app.stop().await;
}

/// What cannot be read: a row, a reader, and a community; each alone would have stopped the relay.
#[tokio::test]
async fn what_cannot_be_read_stops_nobody_else() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let home = app.home().await;
    let store = &app.ctx().store;
    let broken = AttributeValue::S("?".into());

    let mut unreadable = row(&app, home, &[me]).item().expect("an item");
    unreadable.insert("notice".into(), broken.clone());
    let nobody = PersonId::new(app.millis(), app.chance());
    let mut person = store::identity::person_item(&app.people().await[0]).expect("an item");
    person.insert("pk".into(), AttributeValue::S(format!("{home}#P#{nobody}")));
    person.insert("doc".into(), broken.clone());
    person.retain(|name, _| !name.starts_with('g'));
    let mut community = store
        .all(&schema::communities())
        .await
        .expect("answers")
        .remove(0);
    let first = CommunityId::new(0, 0).to_string();
    community.insert("sk".into(), AttributeValue::S(first));
    community.insert("doc".into(), broken.clone());
    let torn = row(&app, home, &[nobody, me]);
    let items = vec![
        unreadable.clone(),
        person,
        community,
        torn.item().expect("an item"),
    ];
    store.put_all(items).await.expect("written");
    let sound = leave(&app, &[me]).await;

    let wire = Wire::new();
    let told = relay::pass(&through(&app, &wire)).await.expect("runs");
    assert_eq!(
        told,
        passed(3, 3, 1),
        "row, reader and community are told of"
    );
    assert_eq!(in_inbox(&app, me, sound).await, 1);
    assert_eq!(
        in_inbox(&app, me, torn.id).await,
        1,
        "one reader's trouble is not another's"
    );
    let mut sent = wire.ids();
    sent.sort();
    let mut want = [sound.to_string(), torn.id.to_string()];
    want.sort();
    assert_eq!(sent, want);
    let rows = store.all(&schema::outboxes(home)).await.expect("answers");
    let rows: Vec<&str> = rows.iter().map(|row| text(row, "sk")).collect();
    assert_eq!(rows, [torn.id.to_string()], "the torn one is tried again");
    let stuck = store.all(&schema::stucks(home)).await.expect("answers");
    let stuck: Vec<&str> = stuck.iter().map(|row| text(row, "sk")).collect();
    assert_eq!(
        stuck,
        [text(&unreadable, "sk")],
        "what cannot be read waits for a person"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_300_failing_texts_a_sign_in_code_leaves_at_once() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let wire = Wire::new();
    wire.refuse(true);
    let ctx = through(&app, &wire);
    let rows: Vec<Outgoing> = {
        let home = app.home().await;
        (0..300).map(|_| row(&app, home, &[me])).collect()
    };
    let items = rows
        .iter()
        .map(|row| row.item().expect("an item"))
        .collect();
    app.ctx().store.put_all(items).await.expect("written");

    let phone = "13800000001";
    app.advance(SignedDuration::from_secs(90));
    let ask = json!({ "phone": phone }).to_string();
    let raw = app
        .stranger()
        .raw("POST", "/v1/auth/codes", Some(ask))
        .await;
    assert_eq!(raw.status, 202, "{}", raw.body);
    relay::run_once(&ctx).await.expect("runs");
    let code = wire.bodies(phone);
    assert_eq!(code.len(), 1, "the code left in the very first pass");

    // The failing ones are all tried as well, though a pass takes only so many.
    relay::run_once(&ctx).await.expect("runs");
    let tried = app.ctx().store.outbox(app.home().await, 1_000).await;
    let tried = tried.expect("answers");
    assert_eq!(tried.len(), 300);
    assert!(tried.iter().all(|row| row.attempts == 1), "each once");

    // And a notice that is fresh does not stand behind those that wait.
    wire.refuse(false);
    let fresh = leave(&app, &[me]).await;
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(in_inbox(&app, me, fresh).await, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_code_that_was_replaced_does_not_leave() {
    let app = TestApp::start().await;
    app.settle().await;
    let phone = "13800000001";
    let ask = async || {
        let body = json!({ "phone": phone }).to_string();
        let raw = app
            .stranger()
            .raw("POST", "/v1/auth/codes", Some(body))
            .await;
        assert_eq!(raw.status, 202, "{}", raw.body);
    };
    ask().await;
    app.advance(SignedDuration::from_secs(limits::CODE_RESEND_SECONDS));
    ask().await;
    let wire = Wire::new();
    relay::run_once(&through(&app, &wire)).await.expect("runs");
    assert_eq!(wire.bodies(phone).len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn a_message_the_relay_would_not_find_is_a_finding() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let id = leave(&app, &[me]).await;
    let store = &app.ctx().store;
    let check = async || {
        store::audit::check(store, app.now())
            .await
            .expect("answers")
    };
    assert_eq!(check().await, []);
    let key = schema::outbox(app.home().await, id);
    let mut item = store
        .get_many(&[key])
        .await
        .expect("answers")
        .remove(0)
        .expect("a row");
    item.remove("dpk");
    store.put_all(vec![item]).await.expect("written");
    let findings = check().await;
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["a message stands where it is due"]);
    app.stop().await;
}
