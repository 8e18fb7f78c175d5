//! Redemption where it is hardest: many at one balance over a broken network, and a sweeper that is
//! killed while it gives back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::ledger::{About, reserve};
use domain::person::Person;
use domain::reward::{
    Redemption, RedemptionState, Reward, RewardKind, RewardState, VoucherCode, first_shard,
    month_of, plan, spread,
};
use domain::{CommunityId, EntryId, PersonId, RedemptionId, RewardId, limits};
use jiff::{SignedDuration, Timestamp};
use local::{Begin, Options, Place, Running};
use serde_json::json;
use store::Store;
use store::market::Beside;
use store::points::rewards::Turnover;
use store::schema;
use store::table::read;
use wire::endpoint::None_;
use wire::points::rewards::{CreateRedemption, CreateRedemptionBody, RedemptionView};
use wire::{Code, Problem};

use crate::app::{TestApp, join_all};
use crate::chance::Chance;
use crate::client::Client;
use crate::faults::{Faults, Rates};
use crate::points::grant_on;
use crate::server::{self, Server};

const ROUGH: Rates = Rates {
    conflict: 10,
    throttle: 3,
    server_error: 1,
    lost_reply: 5,
    timeout: 2,
};

/// What one rush came to.
#[derive(Debug, Default)]
pub struct Rush {
    pub effects: usize,
    pub refused: usize,
    pub repeated: usize,
    pub injected: u64,
    pub took: Duration,
}

/// So many tasks, each with so many redemptions of one point, against a balance for exactly
/// `balance`. A fifth of what is answered is sent once more; whatever fails is, until it is
/// answered. Panics where there are not exactly `balance` effects.
pub async fn rush(tasks: usize, each: usize, balance: u32, seed: u64) -> Rush {
    let faults = Faults::new(seed, ROUGH);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.grant(me, balance).await;
    let lin = app.sign_in("13800000201").await;
    let reward = lin.reward(1, limits::REWARD_COUNT).await.id;
    let com = app.home().await;
    let person = app.ctx().store.person(com, me).await.expect("answers");
    let person: Person = person.expect("there");
    let mut actors = Vec::new();
    for _ in 0..tasks {
        actors.push(app.as_person(&person).await);
    }
    faults.switch(true);
    let begun = Instant::now();
    let (gate, repeated) = (Mutex::new(()), AtomicUsize::new(0));
    let calls = actors.iter().enumerate().map(|(n, actor)| {
        let (app, gate, repeated) = (&app, &gate, &repeated);
        async move {
            let mut chance = Chance::new(seed ^ (n as u64 + 1) << 32);
            let mut made = Vec::new();
            for _ in 0..each {
                let order = actor.order(reward, 1);
                let answer = answered(app, actor, gate, &order).await;
                if chance.percent(20) {
                    let again = answered(app, actor, gate, &order).await;
                    assert_eq!(again, answer, "the same again");
                    repeated.fetch_add(1, Ordering::Relaxed);
                }
                made.extend(answer.map(|view| view.id));
            }
            made
        }
    });
    let made: Vec<RedemptionId> = join_all(calls).await.into_iter().flatten().collect();
    let took = begun.elapsed();
    faults.switch(false);
    let stored = stored(&app.ctx().store, com, me).await;
    let (acknowledged, kept): (BTreeSet<_>, BTreeSet<_>) =
        (made.iter().copied().collect(), stored.keys().copied().collect());
    assert_eq!(acknowledged, kept, "what was answered is what is there");
    let effects = kept.len();
    assert_eq!(effects, balance as usize, "exactly so many effects");
    let account = app.stored_points(me).await;
    assert_eq!((account.available, account.reserved), (0, balance));
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("the audit runs"), []);
    app.stop().await;
    Rush {
        effects,
        refused: tasks * each - effects,
        repeated: repeated.into_inner(),
        injected: faults.injected.load(Ordering::Relaxed),
        took,
    }
}

/// Asks until there is an answer; moves the clock on where one person asked too often.
async fn answered(
    app: &TestApp,
    client: &Client,
    gate: &Mutex<()>,
    order: &CreateRedemptionBody,
) -> Result<RedemptionView, Code> {
    for _ in 0..200 {
        let asked = app.now();
        let answer = client.call::<CreateRedemption>((), None_ {}, order.clone());
        match answer.await {
            Ok(view) => return Ok(view),
            Err(Problem {
                code: Code::TooManyCalls,
                data,
                ..
            }) => {
                let wait = data["retry_after_s"].as_i64().expect("it says how long");
                let until = asked + SignedDuration::from_secs(wait);
                let _gate = gate.lock().expect("nobody panics while holding it");
                if app.now() < until {
                    app.advance(until.duration_since(app.now()));
                }
            }
            Err(problem) if problem.retryable => {}
            Err(problem) => {
                assert_eq!(problem.code, Code::PointsShort);
                return Err(problem.code);
            }
        }
    }
    panic!("it never recovered")
}

/// Somebody's redemptions as they are stored.
pub async fn stored(
    store: &Store,
    com: CommunityId,
    person: PersonId,
) -> BTreeMap<RedemptionId, Redemption> {
    let items = store.all(&schema::redemptions_of(com, person)).await;
    let read = |item| read::<Redemption>(item).expect("a redemption");
    let rows = items.expect("answers").into_iter().map(read);
    rows.map(|row| (row.id, row)).collect()
}

/// Vouchers that all end at once, and a sweeper that is killed while it gives back, again and again.
/// Panics where points or goods come back not at all, or twice. Answers how often it was interrupted.
pub async fn expiry_under_kills(vouchers: u32, kills: usize, seed: u64) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let (com, before) = reserved(folder.path(), vouchers).await;
    let mut chance = Chance::new(seed);
    let mut server = Server::start(folder.path()).await;
    let mut interrupted = 0;
    let mut by = format!("PT{}H", 24 * limits::VOUCHER_DAYS + 1);
    for _ in 0..kills {
        let clock = Client::new(&reqwest::Client::new(), &server.url);
        let body = json!({ "advance": by }).to_string();
        let moved = tokio::spawn(async move {
            let url = format!("{}/_local/clock", clock.url);
            let sent = clock.http.post(url).header("content-type", "application/json");
            sent.body(body).send().await
        });
        tokio::time::sleep(Duration::from_millis(20 + chance.draw() % 120)).await;
        server.kill();
        let answered = moved.await.expect("it ends").is_ok();
        interrupted += usize::from(!answered);
        by = "PT1S".into();
        server = Server::start(folder.path()).await;
    }
    let clock = Client::new(&reqwest::Client::new(), &server.url);
    let body = json!({ "advance": format!("PT{}H", 24 * limits::VOUCHER_DAYS + 1) }).to_string();
    let swept = clock.raw("POST", "/_local/clock", Some(body)).await;
    assert_eq!(swept.status, 200, "{}", swept.body);
    server.kill();
    let (sound, said) = server::check(folder.path());
    assert!(sound, "{said}");
    let running = begin(folder.path()).await;
    let store = &running.ctx().store;
    for person in people(store, com).await {
        let account = store.point_account(com, person).await.expect("answers");
        assert_eq!(account.reserved, 0, "{person}");
        let rows = stored(store, com, person).await;
        let over = rows.values().all(|row| row.state == RedemptionState::Expired);
        assert!(over, "{rows:?}");
        let earned = before.get(&person).copied().unwrap_or(0) as usize;
        assert_eq!(account.available as usize, earned + rows.len(), "{person}");
    }
    let left = store.stock_left(com, &[RewardId::new(1, 1)]).await;
    assert_eq!(left.expect("answers"), [vouchers], "every piece is back, once");
    running.stop().await.expect("it stops");
    interrupted
}

async fn begin(folder: &Path) -> Running {
    let options = Options {
        place: Place::Folder(folder.to_owned()),
        seed: true,
        clock: Begin::Now,
        loops: false,
        ..Options::default()
    };
    Running::start(options).await.expect("it starts")
}

async fn people(store: &Store, com: CommunityId) -> Vec<PersonId> {
    let people = store.people(com).await.expect("people");
    let mut ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    ids.sort_unstable();
    ids.truncate(20);
    ids
}

/// A community whose twenty first people have reserved so many vouchers of one point each.
/// Answers with the points they have besides.
async fn reserved(folder: &Path, vouchers: u32) -> (CommunityId, BTreeMap<PersonId, u32>) {
    let running = begin(folder).await;
    let store = &running.ctx().store;
    let digest = running.ctx().secret.phone_digest("13800000001");
    let com = store.account(&digest).await.expect("answers");
    let com = com.expect("the demo resident").community;
    let people = people(store, com).await;
    let at = Timestamp::now();
    let mut before = BTreeMap::new();
    for person in &people {
        let account = store.point_account(com, *person).await.expect("answers");
        before.insert(*person, account.available);
    }
    let reward = put_reward(store, com, RewardId::new(1, 1), vouchers, at).await;
    for (n, person) in (0..vouchers).zip(people.iter().copied().cycle()) {
        put_voucher(store, person, &reward, u128::from(n), at).await;
    }
    running.stop().await.expect("it stops");
    (com, before)
}

/// Writes a reward of one point each.
pub async fn put_reward(
    store: &Store,
    com: CommunityId,
    id: RewardId,
    stock: u32,
    at: Timestamp,
) -> Reward {
    let reward = Reward {
        id,
        community: com,
        name: "米".into(),
        about: String::new(),
        kind: RewardKind::Goods,
        points: 1,
        per_person: None,
        per_month: None,
        open_until: None,
        state: RewardState::Open,
        ver: 1,
    };
    let (by, none) = (PersonId::new(1, 1), Beside::default());
    let stock = spread(stock);
    let made = store.create_reward(&reward, &stock, by, at, &none).await;
    made.expect("a reward");
    reward
}

/// Gives somebody a point and writes what it would be redeemed for; `n`: of which the ids are made.
pub async fn put_voucher(
    store: &Store,
    person: PersonId,
    reward: &Reward,
    n: u128,
    at: Timestamp,
) -> Redemption {
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (whose, entry) = ((reward.community, person), EntryId::new(1, n));
    grant_on(store, whose, 1, None, (today, at), entry).await;
    let made = ready(store, person, reward, n, at).await;
    let none = Beside::default();
    let written = store.create_redemption(&made, reward.ver, &none).await;
    written.expect("reserved");
    made.redemption
}

/// A redemption of one piece as it would be written for somebody who has the points.
pub async fn ready(
    store: &Store,
    person: PersonId,
    reward: &Reward,
    n: u128,
    at: Timestamp,
) -> Turnover {
    let com = reward.community;
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let grounds = store.redeeming(com, person, reward.id).await;
    let grounds = grounds.expect("answers").expect("there");
    let id = RedemptionId::new(1, n);
    let about = About::Redemption {
        redemption: id,
        reward: reward.id,
        what: reward.name.clone(),
        quantity: 1,
    };
    let (posting, hold) = reserve(&grounds.account, 1, about, id, today, at).expect("a point");
    let redemption = Redemption {
        id,
        community: com,
        person,
        by: person,
        consent: None,
        reward: reward.id,
        name: reward.name.clone(),
        quantity: 1,
        code: VoucherCode::new(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        state: RedemptionState::Reserved,
        until: Redemption::until_from(at),
        warned: false,
        hold,
        shares: plan(&grounds.left, first_shard(person), 1).expect("in stock"),
        month: month_of(today),
        moved_by: None,
        reason: String::new(),
        created_at: at,
        changed_at: at,
        ver: 1,
    };
    Turnover {
        taken: Some(grounds.taken.with(1, &redemption.month)),
        redemption,
        posting,
    }
}
