//! What is in stock. `AddStock`: social workers and administrators; below zero it takes out, down to
//! nothing left. Each such move stays on record, with who and why. Safe to repeat with the same id.
//! `ListStockMoves`: the same people.

use std::collections::BTreeMap;

use domain::reward::{plan, spread};
use domain::{PersonId, Refusal, limits};
use store::market::Beside;
use store::points::stock::StockMove;
use store::schema;
use wire::points::rewards::{AddStock, ListStockMoves, RewardView, StockMoveView};
use wire::{Code, Problem};

use super::rewards;
use super::tries::until_settled;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::{page, parse};

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
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let reward = store.reward(com, call.path.0).await?;
    let reward = reward.ok_or(Refusal::Missing)?;
    let left = store.stock(com, reward.id).await?;
    let shares = if add < 0 {
        plan(&left, 0, count)?
    } else {
        let all: u32 = left.iter().sum();
        if all + count > limits::STOCK_COUNT {
            let problem = Problem::new(Code::BadValue).at("/add");
            return Err(problem
                .with("max", limits::STOCK_COUNT - all.min(limits::STOCK_COUNT))
                .into());
        }
        spread(count)
    };
    let moved = StockMove {
        reward: reward.id,
        add: i64::from(add),
        by: call.who.person.id,
        at: call.now,
        reason,
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let id = call.body.id.to_string();
    store
        .move_stock(&reward, &moved, &shares, &id, &beside)
        .await?;
    rewards::own(call, reward.id).await
}

pub async fn moves(call: Call<ListStockMoves>) -> Outcome<ListStockMoves> {
    let limit = parse::limit(call.query.limit)?;
    let (store, who) = (&call.ctx.store, &call.who);
    let com = who.community.id;
    let reward = store.reward(com, call.path.0).await?;
    let reward = reward.ok_or(Refusal::Missing)?;
    let moves = schema::stock_moves(com, reward.id);
    let cursor = call.query.cursor.as_deref();
    let (rows, next) = page::page::<StockMove>(store, &moves, limit, cursor).await?;
    let mut ids: Vec<PersonId> = rows.iter().map(|row| row.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = store.people_among(com, &ids).await?;
    let names: BTreeMap<PersonId, String> = people.into_iter().map(|p| (p.id, p.name)).collect();
    let row = |row: StockMove| StockMoveView {
        at: who.moment(row.at),
        add: row.add,
        by_name: names.get(&row.by).cloned().unwrap_or_default(),
        reason: row.reason,
    };
    Ok(Answer::new(page::wire((rows, next), row)))
}
