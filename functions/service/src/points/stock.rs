//! What is in stock. `AddStock`: social workers and administrators; below zero it takes out, down to
//! nothing left. Each such move stays on record. Safe to repeat with the same id.

use domain::reward::{plan, spread};
use domain::{Refusal, limits};
use store::market::Beside;
use store::points::rewards::StockMove;
use wire::points::rewards::{AddStock, RewardView};
use wire::{Code, Problem};

use super::rewards;
use super::tries::until_settled;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;

pub async fn add(call: Call<AddStock>) -> Outcome<AddStock> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(put(&call, &once));
    let again = rewards::own(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn put(call: &Call<AddStock>, once: &Once) -> Result<RewardView, Error> {
    let (store, com, add) = (&call.ctx.store, call.who.community.id, call.body.add);
    let count = add.unsigned_abs();
    if !(1..=limits::REWARD_COUNT).contains(&count) {
        let problem = Problem::new(Code::BadValue).at("/add");
        return Err(problem.with("max", limits::REWARD_COUNT).into());
    }
    let reward = store.reward(com, call.path.0).await?;
    let reward = reward.ok_or(Refusal::Missing)?;
    let left = store.stock(com, reward.id).await?;
    let shares = if add < 0 {
        plan(&left, 0, count)?
    } else {
        let all: u32 = left.iter().sum();
        if all + count > limits::STOCK_COUNT {
            let problem = Problem::new(Code::BadValue).at("/add");
            return Err(problem.with("max", limits::STOCK_COUNT - all.min(limits::STOCK_COUNT)).into());
        }
        spread(count)
    };
    let moved = StockMove {
        reward: reward.id,
        add: i64::from(add),
        by: call.who.person.id,
        at: call.now,
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let id = call.body.id.to_string();
    store.move_stock(&reward, &moved, &shares, &id, &beside).await?;
    rewards::own(call, reward.id).await
}
