//! What a store under strain does to all contexts: indexes that lag, batches that are left over, and a storm of
//! throttling, in which second tries must not be what keeps it going.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use acceptance::app::join_all;
use acceptance::client::Raw;
use acceptance::faults::slack::Slack;
use acceptance::faults::{Faults, Rates};
use acceptance::redemptions::stored;
use acceptance::{Actor, TestApp};
use domain::{CommunityId, limits};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::schema::{self, Key, Kind};
use store::table::{text, write};
use wire::endpoint::None_;
use wire::market::{CancelBooking, CreateBooking, ReasonBody};
use wire::points::rewards::CreateRedemptionBody;
use wire::{Code, Problem};

use crate::market::create_booking::{body, slots};
use crate::market::race::nothing_is_wrong;
use crate::watch::people::{at, id};

/// What somebody was told, and how often the same.
async fn told(who: &Actor<'_>) -> BTreeMap<String, usize> {
    let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await.json();
    let mut told = BTreeMap::new();
    for item in inbox["items"].as_array().into_iter().flatten() {
        let what = format!("{} {}", item["topic"], item["data"]);
        *told.entry(what).or_default() += 1;
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn indexes_that_lag_tell_late_and_decide_nothing() {
    let slack = Slack {
        stale: 60,
        unprocessed: 0,
    };
    let faults = Faults::with_slack(60, Rates::default(), slack);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let wang = app.resident().await;
    let service = app.service("换锁芯").await;
    let free = slots(&wang, &service, 7).await;
    faults.switch(true);
    let mut made = Vec::new();
    for n in 0..12 {
        let slot = &free[(n * 11) % free.len()];
        match wang
            .call::<CreateBooking>((), None_ {}, body(&wang, &service, slot))
            .await
        {
            Ok(view) => made.push(view),
            Err(problem) => assert!(problem.status < 500, "{problem:?}"),
        }
        if let Some(view) = made.last().filter(|_| n % 2 == 0) {
            let reason = ReasonBody {
                id: Some(app.command()),
                reason: None,
            };
            let cancelled = wang.call::<CancelBooking>((view.id,), None_ {}, reason);
            if let Err(problem) = cancelled.await {
                assert!(problem.status < 500, "{problem:?}");
            }
        }
        app.settle().await;
        app.advance(SignedDuration::from_mins(7));
    }
    assert!(made.len() > 3, "no game: {}", made.len());
    // Whatever nobody answered lapses.
    app.advance(SignedDuration::from_hours(25));
    app.settle().await;
    faults.switch(false);
    app.settle().await;
    let loosened = faults.loosened.load(Ordering::Relaxed);
    assert!(loosened > 20, "the indexes lagged: {loosened}");
    nothing_is_wrong(&app).await;
    let mut people = vec![wang];
    for view in &made {
        people.push(at(&app, &app.phone_of(view.provider).await).await);
    }
    for who in &people {
        for (what, times) in told(who).await {
            assert_eq!(times, 1, "{what}");
        }
    }
    assert!(!told(&people[1]).await.is_empty(), "a provider was told");
    drop(people);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_batch_leaves_is_read_and_written_all_the_same() {
    let slack = Slack {
        stale: 0,
        unprocessed: 50,
    };
    let faults = Faults::with_slack(50, Rates::default(), slack);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let store = &app.ctx().store;
    let com = CommunityId::new(1, 1);
    let slug = |n: usize| format!("{n:04}");
    let keys: Vec<Key> = (0..230).map(|n| schema::category(com, &slug(n))).collect();
    let item = |n: usize| {
        let fields = json!({ "slug": slug(n), "n": n });
        write(Kind::Category, &keys[n], &fields, []).expect("an item")
    };
    faults.switch(true);
    let items = (0..keys.len()).map(item).collect();
    store.put_all(items).await.expect("written");
    let found = store.get_many(&keys).await.expect("read");
    for (key, item) in keys.iter().zip(&found) {
        let item = item.as_ref().expect("is there");
        assert_eq!(text(item, "sk"), key.sk);
    }
    store.delete_all(&keys).await.expect("deleted");
    faults.switch(false);
    let found = store.get_many(&keys).await.expect("read");
    assert!(found.iter().all(Option::is_none));
    let loosened = faults.loosened.load(Ordering::Relaxed);
    assert!(loosened > 10, "batches were left: {loosened}");
    app.stop().await;
}

const PEOPLE: usize = 24;
const EACH: usize = 6;

/// What one storm came to: everybody redeems a point several times, nobody tries again by themselves.
struct Storm {
    attempts: u64,
    busy: usize,
    recovered: Duration,
}

async fn storm(percent: u64) -> Storm {
    let rates = Rates {
        throttle: percent,
        ..Rates::default()
    };
    let faults = Faults::new(percent, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let lin = app.sign_in("13800000201").await;
    let reward = lin.reward(1, limits::REWARD_COUNT).await.id;
    let mut actors = Vec::new();
    for _ in 0..PEOPLE {
        let actor = app.newcomer().await;
        app.grant(id(&actor), 10).await;
        actors.push(actor);
    }
    faults.switch(true);
    let calls = actors.iter().map(|actor| async move {
        let mut busy: Vec<CreateRedemptionBody> = Vec::new();
        for _ in 0..EACH {
            let order = actor.order(reward, 1);
            if let Err(problem) = actor.redeem(&order).await {
                let Problem {
                    code,
                    status,
                    retryable,
                    ..
                } = problem;
                assert_eq!((code, status, retryable), (Code::Busy, 503, true));
                busy.push(order);
            }
        }
        busy
    });
    let left: Vec<Vec<CreateRedemptionBody>> = join_all(calls).await;
    faults.switch(false);
    let attempts = faults.calls.load(Ordering::Relaxed);
    let busy = left.iter().map(Vec::len).sum();
    let mut recovered = Duration::ZERO;
    let over = Instant::now();
    for (actor, orders) in actors.iter().zip(&left) {
        for order in orders {
            let again = actor.redeem(order).await;
            again.expect("the storm is over");
            if recovered.is_zero() {
                recovered = over.elapsed();
            }
        }
    }
    let (store, com) = (&app.ctx().store, app.home().await);
    for actor in &actors {
        let redeemed = stored(store, com, id(actor)).await;
        assert_eq!(redeemed.len(), EACH, "each has an effect, and one");
        let account = app.stored_points(id(actor)).await;
        let reserved = u32::try_from(EACH).expect("few");
        assert_eq!(
            (account.available, account.reserved),
            (10 - reserved, reserved)
        );
    }
    nothing_is_wrong(&app).await;
    drop(actors);
    app.stop().await;
    Storm {
        attempts,
        busy,
        recovered,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_throttling_is_not_fed_by_those_who_try_again() {
    let calm = storm(0).await;
    assert_eq!(calm.busy, 0);
    for percent in [30, 60, 90] {
        let rough = storm(percent).await;
        let Storm {
            attempts,
            busy,
            recovered,
        } = rough;
        println!(
            "{percent} % throttled: {attempts} attempts where calm takes {}, {busy} told to come again, \
             the first came through after {recovered:?}",
            calm.attempts
        );
        assert!(
            attempts * 2 <= calm.attempts * 3,
            "{attempts} of {}",
            calm.attempts
        );
        assert!(recovered < Duration::from_secs(5), "{recovered:?}");
        assert!(percent < 60 || busy > 0, "a storm is felt");
    }
}

/// Everything that lists something, for whoever may see it, while the store answers late and in parts: a list
/// is whole, or whoever asks is told to come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_every_context_are_whole_or_busy_under_faults() {
    let rates = Rates {
        throttle: 15,
        server_error: 10,
        ..Rates::default()
    };
    let slack = Slack {
        stale: 0,
        unprocessed: 40,
    };
    let faults = Faults::with_slack(9, rates, slack);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let admin = at(&app, crate::watch::people::ADMIN).await;
    let lists: Vec<&str> = wire::endpoints()
        .filter(|endpoint| endpoint.method == wire::Method::Get)
        .filter(|endpoint| !endpoint.path.contains('{') && !endpoint.sheet && !endpoint.plain)
        .map(|endpoint| endpoint.path)
        .collect();
    assert!(lists.len() > 30, "{}", lists.len());
    let (mut whole, mut busy) = (0, 0);
    for path in lists {
        // What was looked at is written down, and the second look sees that it was.
        let calm: Value = admin.raw("GET", path, None).await.json();
        faults.switch(true);
        let rough = admin.raw("GET", path, None).await;
        faults.switch(false);
        match rough.status {
            503 => busy += 1,
            200 => {
                let count = |list: &Value| list["items"].as_array().map(Vec::len);
                let (calm, rough) = (count(&calm), count(&rough.json()));
                assert!(rough >= calm, "{path}: {rough:?} where there are {calm:?}");
                whole += 1;
            }
            status => assert!(status < 500, "{path}: {}", rough.body),
        }
    }
    println!("{whole} lists whole, {busy} told to come again");
    assert!(whole > 15, "{whole} whole, {busy} busy");
    app.stop().await;
}

/// Whoever is told of a failure is told its number, by which the log has it; what a rule refuses has one on the answer
/// alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_answered_with_the_number_of_its_call() {
    let rates = Rates {
        server_error: 100,
        ..Rates::default()
    };
    let faults = Faults::new(3, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let wang = app.resident().await;
    let number = |raw: &Raw| {
        let value = raw.headers["x-request-id"].to_str();
        value.expect("text").to_owned()
    };
    let refused = app.stranger().raw("GET", "/v1/me", None).await;
    assert_eq!(
        (refused.status, &refused.json()["request"]),
        (401, &Value::Null)
    );
    faults.switch(true);
    let one = wang.raw("GET", "/v1/me", None).await;
    let claimed = [("x-request-id", "mine")];
    let other = wang.raw_with("GET", "/v1/me", &claimed, Vec::new()).await;
    faults.switch(false);
    for failed in [&one, &other] {
        assert_eq!(failed.status, 503, "{}", failed.body);
        assert_eq!(failed.json()["request"], json!(number(failed)));
    }
    let numbers = [
        number(&refused),
        number(&one),
        number(&other),
        "mine".into(),
    ];
    let different: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(different.len(), 4, "{numbers:?}");
    drop(wang);
    app.stop().await;
}
