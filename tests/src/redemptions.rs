//! Redemption where it is hardest: many at one balance over a broken network.

use std::collections::{BTreeMap, BTreeSet};
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

const ROUGH: Rates = Rates {
    conflict: 10,
    throttle: 5,
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
/// `balance`. A fifth of the calls are sent twice, half of these at the same moment; whatever fails is
/// sent again until it is answered. Panics where there are not exactly `balance` effects.
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
                let ask = || answered(app, actor, gate, &order);
                let (answer, again) = match chance.below(10) {
                    0 => {
                        let (one, two) = tokio::join!(ask(), ask());
                        (one, Some(two))
                    }
                    1 => (ask().await, Some(ask().await)),
                    _ => (ask().await, None),
                };
                if let Some(again) = again {
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
    let (acknowledged, kept): (BTreeSet<_>, BTreeSet<_>) = (
        made.iter().copied().collect(),
        stored.keys().copied().collect(),
    );
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
        prices: Vec::new(),
        ver: 1,
    };
    let (by, none) = ((PersonId::new(1, 1), at), Beside::default());
    let stock = spread(stock);
    let made = store.create_reward(&reward, &stock, by, None, &none).await;
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
