//! Messages to browsers: sealed for one of them, signed as ours, to servers that are known alone; and what
//! becomes of those that do not arrive.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use acceptance::{Actor, TestApp, length};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::notice::{Data, Notice, Topic};
use domain::{MessageId, PersonId, limits};
use jiff::SignedDuration;
use serde_json::{Value, json};
use service::Ctx;
use service::notify::channel::{Gateway, NotSent, Outside, Parcel, Posting, Reply};
use service::notify::push::seal;
use service::notify::relay;
use service::notify::wechat::Programme;
use store::notify::{Attempt, Outgoing, Push, To};
use store::schema;
use store::table::read;

use super::LONGEST;

/// Of RFC 8291, appendix A.
const SECRET: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const POINT: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/abc";

/// A browser's server: remembers what it was handed, and answers as it is told.
#[derive(Default)]
struct Server {
    handed: Mutex<Vec<Parcel>>,
    status: AtomicU16,
    /// What WeChat's says.
    errcode: AtomicU16,
    hangs: AtomicBool,
}

impl Server {
    fn answering(status: u16) -> Arc<Self> {
        let server = Self::default();
        server.status.store(status, Ordering::SeqCst);
        Arc::new(server)
    }

    fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn handed(&self) -> Vec<Parcel> {
        let handed = self.handed.lock().expect("nobody panics while holding it");
        handed.clone()
    }
}

impl Gateway for Server {
    fn post<'a>(&'a self, parcel: &'a Parcel) -> Posting<'a> {
        Box::pin(async move {
            {
                let mut handed = self.handed.lock().expect("nobody panics while holding it");
                handed.push(parcel.clone());
            }
            if self.hangs.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            match self.status.load(Ordering::SeqCst) {
                0 => Err(NotSent {
                    reason: "no route".into(),
                }),
                status => Ok(Reply {
                    status,
                    body: json!({ "errcode": self.errcode.load(Ordering::SeqCst) })
                        .to_string()
                        .into_bytes(),
                }),
            }
        })
    }
}

/// The same Linli with this way to browsers.
fn through(app: &TestApp, server: &Arc<Server>) -> Ctx {
    Ctx {
        outside: Outside {
            gateway: Some(server.clone() as Arc<dyn Gateway>),
            push_services: Arc::new(["push.example.org".to_owned()]),
            wechat: Some(Arc::new(Programme {
                template: "TPL".into(),
                token: "TOKEN".into(),
            })),
            ..Outside::default()
        },
        ..app.ctx().clone()
    }
}

fn subscription(endpoint: &str) -> Value {
    json!({ "endpoint": endpoint, "p256dh": POINT, "auth": AUTH })
}

async fn tell_here(who: &Actor<'_>, endpoint: &str) {
    let body = subscription(endpoint).to_string();
    let raw = who.raw("PUT", "/v1/me/push", Some(body)).await;
    assert_eq!(raw.status, 204, "{}", raw.body);
}

async fn told_here(app: &TestApp, person: PersonId) -> Vec<Push> {
    let pushes = app.ctx().store.pushes(app.home().await, person).await;
    pushes.expect("answers")
}

/// Leaves a notice to somebody in the outbox.
async fn leave(app: &TestApp, to: PersonId, topic: Topic) -> MessageId {
    let row = Outgoing {
        id: MessageId::new(app.millis(), app.chance()),
        community: app.home().await,
        to: vec![To::Person(to)],
        notice: Notice {
            topic,
            data: Data::from([("title".to_owned(), "测试·王阿姨家的门".to_owned())]),
        },
        at: app.now(),
        attempts: 0,
        postponed: 0,
        next_at: app.now(),
    };
    let item = row.item().expect("an item");
    app.ctx().store.put_all(vec![item]).await.expect("written");
    row.id
}

async fn attempts(app: &TestApp, person: PersonId, id: MessageId) -> Vec<Attempt> {
    let pattern = schema::of_person(app.home().await, person, &format!("SENT#{id}#web_push"));
    let items = app.ctx().store.all(&pattern).await.expect("answers");
    let read = |item| read::<Attempt>(item).expect("an attempt");
    items.into_iter().rev().map(read).collect()
}

fn opened(parcel: &Parcel) -> Value {
    let raw = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let auth = raw(AUTH).try_into().expect("16 bytes");
    let text = seal::open(&parcel.body, &raw(SECRET), auth).expect("it is for this browser");
    serde_json::from_slice(&text).expect("JSON")
}

fn header<'p>(parcel: &'p Parcel, name: &str) -> &'p str {
    let found = parcel.headers.iter().find(|(one, _)| *one == name);
    &found.expect("a header").1
}

async fn in_inbox(app: &TestApp, person: PersonId, id: MessageId) -> usize {
    super::channel::in_inbox(app, person, id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_urgent_reaches_a_browser_and_names_nobody() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.settle().await;
    let key = wang.raw("GET", "/v1/push/key", None).await.json();
    let key = key["key"].as_str().expect("a key").to_owned();
    tell_here(&wang, ENDPOINT).await;
    let server = Server::answering(201);
    let ctx = through(&app, &server);
    let usual = leave(&app, me, Topic::BookingMade).await;
    let urgent = leave(&app, me, Topic::DoorDead).await;
    relay::run_once(&ctx).await.expect("runs");
    for id in [usual, urgent] {
        assert_eq!(in_inbox(&app, me, id).await, 1);
    }
    let handed = server.handed();
    let [parcel] = handed.as_slice() else {
        panic!("{handed:?}");
    };
    assert_eq!(
        (parcel.id.clone(), &*parcel.url),
        (urgent.to_string(), ENDPOINT)
    );
    let said = opened(parcel);
    assert_eq!(said["body"], "有一条提醒，请打开查看。");
    assert_eq!(said["open"], "/desk/watch/devices");
    assert!(!said.to_string().contains("王"), "{said}");
    assert_eq!(header(parcel, "content-encoding"), "aes128gcm");
    assert_eq!(header(parcel, "urgency"), "high");
    assert_eq!(header(parcel, "ttl"), limits::PUSH_KEPT_SECONDS.to_string());
    assert!(header(parcel, "topic").len() <= 32);
    let authorization = header(parcel, "authorization");
    assert!(
        authorization.starts_with("vapid t=") && authorization.ends_with(&format!(", k={key}"))
    );
    let log = attempts(&app, me, urgent).await;
    assert_eq!((log.len(), log[0].sent), (1, true));
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_servers_that_are_known_and_keys_that_are_keys() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let endpoints = [
        "",
        "http://updates.push.services.mozilla.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://push.example.org/x",
        "https://fcm.googleapis.com:8000/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://fcm.googleapis.com.example.org/x",
    ];
    let mut wrong: Vec<(Value, &str)> = Vec::new();
    wrong.extend(endpoints.map(|endpoint| (subscription(endpoint), "/endpoint")));
    for (field, value) in [
        ("p256dh", ""),
        ("p256dh", "!"),
        ("p256dh", &POINT[..80]),
        ("auth", ""),
        ("auth", "BTBZMqHH6r4Tts7J_aSIgg=="),
        ("auth", &AUTH[..10]),
    ] {
        let mut body = subscription(ENDPOINT);
        body[field] = json!(value);
        wrong.push((body, if field == "auth" { "/auth" } else { "/p256dh" }));
    }
    for (body, pointer) in wrong {
        let raw = wang.raw("PUT", "/v1/me/push", Some(body.to_string())).await;
        let told = (raw.code(), raw.json()["pointer"].clone());
        assert_eq!(told, ("bad_value".to_owned(), json!(pointer)), "{body}");
        // Nobody may write more than so often in a minute.
        app.advance(SignedDuration::from_secs(2));
    }
    let me = wang.id.expect("signed in");
    assert!(told_here(&app, me).await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_is_gone_is_forgotten_and_a_server_that_fails_is_asked_again() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.settle().await;
    tell_here(&wang, ENDPOINT).await;
    let server = Server::answering(503);
    let ctx = through(&app, &server);
    let id = leave(&app, me, Topic::WatchArea).await;
    relay::run_once(&ctx).await.expect("runs");
    server.answer(0);
    app.advance(LONGEST);
    relay::run_once(&ctx).await.expect("runs");
    server.answer(201);
    for _ in 0..3 {
        app.advance(LONGEST);
        relay::run_once(&ctx).await.expect("runs");
    }
    let log = attempts(&app, me, id).await;
    let told: Vec<(bool, &str)> = log.iter().map(|a| (a.sent, a.reason.as_str())).collect();
    let want = [
        (false, "the server answered 503"),
        (false, "no route"),
        (true, ""),
    ];
    assert_eq!(told, want);
    assert_eq!(server.handed().len(), 3, "and no more once it was taken");
    for status in [404, 410] {
        tell_here(&wang, ENDPOINT).await;
        server.answer(status);
        let id = leave(&app, me, Topic::WatchArea).await;
        relay::run_once(&ctx).await.expect("runs");
        assert!(told_here(&app, me).await.is_empty(), "{status}");
        let log = attempts(&app, me, id).await;
        assert_eq!(log[0].reason, "the browser is gone");
        assert_eq!(super::waiting(&app).await, 0, "it is not tried again");
        assert_eq!(in_inbox(&app, me, id).await, 1);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_goes_with_its_session_and_the_sixth_takes_the_place_of_the_first() {
    let app = TestApp::start().await;
    let (first, second) = (app.resident().await, app.resident().await);
    let me = first.id.expect("signed in");
    let at = |n: usize| format!("{ENDPOINT}{n}");
    for n in 0..=limits::PUSH_BROWSERS {
        app.advance(SignedDuration::from_secs(1));
        tell_here(&first, &at(n)).await;
    }
    // Told once more, it is not one more.
    tell_here(&first, &at(limits::PUSH_BROWSERS)).await;
    let kept = told_here(&app, me).await;
    assert_eq!(kept.len(), limits::PUSH_BROWSERS);
    assert!(kept.iter().all(|push| push.endpoint != at(0)));
    tell_here(&second, ENDPOINT).await;
    let raw = first.raw("DELETE", "/v1/auth/session", None).await;
    assert_eq!(raw.status, 204, "{}", raw.body);
    let kept = told_here(&app, me).await;
    let endpoints: Vec<&str> = kept.iter().map(|push| push.endpoint.as_str()).collect();
    assert_eq!(endpoints, [ENDPOINT], "the other session's stays");
    let raw = second.raw("DELETE", "/v1/me/push", None).await;
    assert_eq!(raw.status, 204, "{}", raw.body);
    assert!(told_here(&app, me).await.is_empty());
    tell_here(&second, ENDPOINT).await;
    let raw = second.raw("DELETE", "/v1/auth/sessions", None).await;
    assert_eq!(raw.status, 204, "{}", raw.body);
    assert!(told_here(&app, me).await.is_empty(), "everywhere");
    // Whoever never asks again is told no more.
    let again = app.resident().await;
    tell_here(&again, ENDPOINT).await;
    let push = told_here(&app, me).await.remove(0);
    let end = SignedDuration::from_hours(24 * limits::PUSH_DAYS);
    assert!(push.is_kept(push.at + end - SignedDuration::from_secs(1)));
    assert!(!push.is_kept(push.at + end));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_in_wechat_is_told_by_its_template_until_it_asked_for_no_more() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.settle().await;
    for wrong in [
        "",
        "short",
        "with space in it",
        "o-<b>1234567890",
        &"a".repeat(65),
    ] {
        let body = json!({ "openid": wrong }).to_string();
        let raw = wang.raw("PUT", "/v1/me/wechat", Some(body)).await;
        let told = (raw.code(), raw.json()["pointer"].clone());
        assert_eq!(told, ("bad_value".to_owned(), json!("/openid")), "{wrong}");
        app.advance(SignedDuration::from_secs(2));
    }
    let body = json!({ "openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE" }).to_string();
    let raw = wang.raw("PUT", "/v1/me/wechat", Some(body)).await;
    assert_eq!(raw.status, 204, "{}", raw.body);
    let server = Server::answering(200);
    let ctx = through(&app, &server);
    // A token that is spent: tried again.
    server.errcode.store(42_001, Ordering::SeqCst);
    let id = leave(&app, me, Topic::WatchArea).await;
    relay::run_once(&ctx).await.expect("runs");
    server.errcode.store(0, Ordering::SeqCst);
    app.advance(LONGEST);
    relay::run_once(&ctx).await.expect("runs");
    let handed = server.handed();
    assert_eq!(handed.len(), 2);
    let said: Value = serde_json::from_slice(&handed[1].body).expect("JSON");
    assert!(
        handed[1]
            .url
            .starts_with("https://api.weixin.qq.com/cgi-bin/message/subscribe/send?")
    );
    let fields = ["touser", "template_id", "page"].map(|name| said[name].as_str());
    let want = ["oGZUI0egBJY1zhBYw2KhdUfwVJJE", "TPL", "/desk/watch"];
    assert_eq!(fields, want.map(Some));
    assert!(!said.to_string().contains("王"), "{said}");
    assert_eq!(in_inbox(&app, me, id).await, 1);
    // They tapped once.
    server.errcode.store(43_101, Ordering::SeqCst);
    leave(&app, me, Topic::WatchArea).await;
    relay::run_once(&ctx).await.expect("runs");
    assert!(told_here(&app, me).await.is_empty());
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

/// T11: whatever dies between handing over and noting it, nobody is left out, and nobody is told more often than
/// something died, and once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_dies_loses_nothing_and_repeats_no_more_than_it_died() {
    let rounds = length::long_or(1_000, 12);
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.settle().await;
    tell_here(&wang, ENDPOINT).await;
    let server = Server::answering(201);
    let ctx = through(&app, &server);
    let mut crashes = 0;
    let mut ids = Vec::new();
    for n in 0..rounds {
        ids.push(leave(&app, me, Topic::WatchArea).await.to_string());
        // Every third one arrives at the first try.
        for _ in 0..n % 3 {
            let before = server.handed().len();
            server.hangs.store(true, Ordering::SeqCst);
            let dying = ctx.clone();
            let pass = tokio::spawn(async move { relay::run_once(&dying).await });
            while server.handed().len() == before {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            pass.abort();
            assert!(pass.await.expect_err("it was ended").is_cancelled());
            crashes += 1;
            app.advance(SignedDuration::from_secs(limits::MESSAGE_LEASE_SECONDS));
        }
        server.hangs.store(false, Ordering::SeqCst);
        relay::run_once(&ctx).await.expect("runs");
    }
    let handed: Vec<String> = server.handed().into_iter().map(|one| one.id).collect();
    for id in &ids {
        assert!(handed.contains(id), "{id} is lost");
    }
    assert_eq!(
        handed.len(),
        rounds + crashes,
        "once each, and once for each death"
    );
    assert_eq!(super::waiting(&app).await, 0);
    println!(
        "{rounds} messages, {crashes} deaths: none lost, {} handed over",
        handed.len()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_home_a_message_is_written_down_as_it_would_have_left() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    app.settle().await;
    tell_here(&wang, ENDPOINT).await;
    let id = leave(&app, wang.id.expect("signed in"), Topic::WatchArea).await;
    app.settle().await;
    let path = format!("/_local/outbox.json?to={ENDPOINT}");
    let lines = wang.raw("GET", &path, None).await;
    assert_eq!(lines.status, 200, "{}", lines.body);
    assert!(lines.body.contains(&id.to_string()), "{}", lines.body);
    assert!(lines.body.contains("web_push:") && lines.body.contains("aes128gcm"));
    app.stop().await;
}
