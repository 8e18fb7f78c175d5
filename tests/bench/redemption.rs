//! POST /v1/redemptions beside the bare transaction of the same items on the same store, in turns.

use std::time::{Duration, Instant};

use acceptance::points::grant_on;
use acceptance::redemptions::{put_reward, ready};
use domain::reward::Reward;
use domain::{CommandId, EntryId, RedemptionId, RewardId};
use jiff::Timestamp;
use store::Command;
use store::market::Beside;
use wire::endpoint::None_;
use wire::points::rewards::{CreateRedemption, CreateRedemptionBody};

use crate::Times;
use crate::town::{Opening, Town};

const RESIDENTS: usize = 400;
const PAIRS: usize = 2_000;
const WARM_UP: usize = 100;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), RESIDENTS, Opening::Usual).await;
    let reward = stocked(&town, 100).await;
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    for n in 0..PAIRS + WARM_UP {
        let begun = Instant::now();
        post(&town, &reward, n).await;
        let took = begun.elapsed();
        let took_bare = transact(&town, &reward, n).await;
        if n >= WARM_UP {
            whole.push(took);
            bare.push(took_bare);
        }
    }
    let (whole, bare) = (Times::of(whole), Times::of(bare));
    whole.line("POST /v1/redemptions");
    bare.line("bare TransactWriteItems of the same items");
    whole.beside(&bare, 1.5);
    town.running.stop().await.expect("it stops");
}

/// A reward of a point each with ample stock, and so many points for everybody.
pub async fn stocked(town: &Town, points: u32) -> Reward {
    let (store, at) = (&town.running.ctx().store, Timestamp::now());
    let id = RewardId::new(1, 1);
    let reward = put_reward(store, town.community, id, 1_000_000, at).await;
    let day = at.to_zoned(town.zone.clone()).date();
    for (n, person) in (0..).zip(&town.people) {
        let whose = (town.community, person.id);
        grant_on(store, whose, points, None, (day, at), EntryId::new(2, n)).await;
    }
    reward
}

/// By the first half of the residents.
async fn post(town: &Town, reward: &Reward, n: usize) {
    let body = CreateRedemptionBody {
        id: RedemptionId::from_bits(0xc0_0000_0000 + n as u128),
        reward: reward.id,
        quantity: 1,
        points: None,
        person: None,
        consent: None,
    };
    town.clients[n % (RESIDENTS / 2)]
        .call::<CreateRedemption>((), None_ {}, body)
        .await
        .expect("redeemed");
}

/// The very items of a redemption, for the other half; only the commit is timed.
async fn transact(town: &Town, reward: &Reward, n: usize) -> Duration {
    let (store, at) = (&town.running.ctx().store, Timestamp::now());
    let person = town.people[RESIDENTS / 2 + n % (RESIDENTS / 2)].id;
    let made = ready(store, person, reward, 0xc1_0000_0000 + n as u128, at).await;
    let command = Command {
        community: town.community,
        person,
        id: CommandId::from_bits(0xc1_0000_0000 + n as u128).to_string(),
        digest: "0".repeat(64),
        what: "CreateRedemption".into(),
        came: String::new(),
        at,
    };
    let beside = Beside {
        command: Some(command),
        notices: Vec::new(),
    };
    let tx = store.redemption_tx(&made, reward.ver, &beside);
    let tx = tx.expect("a transaction");
    let begun = Instant::now();
    tx.commit().await.expect("committed");
    begun.elapsed()
}
